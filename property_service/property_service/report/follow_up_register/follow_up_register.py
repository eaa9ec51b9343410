"""Follow-up register (回访记录): every follow-up recorded in a period, as the paper form lists it (SVC-18)."""

import frappe
from frappe import _
from frappe.desk.reportview import build_match_conditions
from frappe.utils import cint

from property_service import register_report as register
from property_service import settings
from property_service.rules import complaint as complaint_rules

FILTERS = ("company", "reference_doctype", "department", "follow_up_plan", "done_by")


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	filters = frappe._dict(filters or {})
	return columns(), rows(filters)


def columns() -> list[dict]:
	column = register.column
	return [
		column(_("Row No."), "row_number", 4, "Int", 60),
		column(_("Date"), "done_on", 9, "Datetime", 140),
		column(_("Dispatch Slip / Complaint No."), "number", 13, width=190),
		column(_("Room No."), "place", 10, width=140),
		column(_("Person Asked"), "contact_name", 8, width=100),
		column(_("Method"), "method", 6, width=80),
		column(_("Feedback"), "feedback", 10, width=130),
		column(_("Suggestion"), "suggestion", 21, width=240, text=1),
		column(_("Followed Up By"), "done_by", 8, width=110),
		column(_("Remarks"), "remarks", 11, width=180, text=1),
		column(_("Follow Up"), "follow_up", fieldtype="Link", width=150, options="Follow Up"),
	]


# One statement whatever the number of follow-ups. {match} is what Frappe itself adds to a list of follow-ups for this
# user, so the register shows nothing that the list hides.
REGISTER = """
	select
		`tabFollow Up`.name as follow_up, `tabFollow Up`.done_on, `tabFollow Up`.reference_doctype,
		`tabFollow Up`.reference_name, `tabFollow Up`.contact_name, `tabFollow Up`.method, `tabFollow Up`.status,
		`tabFollow Up`.score, `tabFollow Up`.suggestion, `tabFollow Up`.answers,
		unit.unit_name as place, caller.full_name as done_by, complaint.confidential, sent.orders,
		(select attempt.note from `tabFollow Up Attempt` attempt where attempt.parent = `tabFollow Up`.name
			order by attempt.idx desc limit 1) as note
	from `tabFollow Up`
	left join `tabProperty Unit` unit on unit.name = `tabFollow Up`.property_unit
	left join `tabUser` caller on caller.name = `tabFollow Up`.done_by
	left join `tabCustomer Complaint` complaint
		on `tabFollow Up`.reference_doctype = 'Customer Complaint' and complaint.name = `tabFollow Up`.reference_name
	left join (
		select slip.repair_ticket, group_concat(slip.name order by slip.name separator ', ') as orders
		from `tabService Order` slip
		join `tabFollow Up` asked
			on asked.reference_doctype = 'Repair Ticket' and asked.reference_name = slip.repair_ticket
		where slip.status != 'Cancelled' and asked.done_on >= %(start)s and asked.done_on < %(end)s
		group by slip.repair_ticket
	) sent on `tabFollow Up`.reference_doctype = 'Repair Ticket' and sent.repair_ticket = `tabFollow Up`.reference_name
	where `tabFollow Up`.done_on >= %(start)s and `tabFollow Up`.done_on < %(end)s
		and `tabFollow Up`.status in ('Reached', 'Not Reached')
		and (%(company)s is null or `tabFollow Up`.company = %(company)s)
		and (%(reference_doctype)s is null or `tabFollow Up`.reference_doctype = %(reference_doctype)s)
		and (%(department)s is null or `tabFollow Up`.department = %(department)s)
		and (%(follow_up_plan)s is null or `tabFollow Up`.follow_up_plan = %(follow_up_plan)s)
		and (%(done_by)s is null or `tabFollow Up`.done_by = %(done_by)s)
		and {match}
	order by `tabFollow Up`.done_on, `tabFollow Up`.name
"""


def rows(filters: frappe._dict) -> list[dict]:
	frappe.has_permission("Follow Up", "report", throw=True)
	match = build_match_conditions("Follow Up").replace("%", "%%") or "1 = 1"
	start, end = register.period(filters)
	values = {
		"start": start,
		"end": end,
		**{name: filters.get(name) or None for name in FILTERS},
	}
	# {match}: what Frappe lets this reader see, no text of anybody's
	found = frappe.db.sql(REGISTER.replace("{match}", match), values, as_dict=True)
	reopen_at = cint(settings.get().reopen_at_score)
	return [line(number, row, reopen_at) for number, row in enumerate(found, start=1)]


def line(number: int, row: frappe._dict, reopen_at: int) -> dict:
	"""A row as it is read: the slips of a ticket stand for it, and no confidential complainant is named."""
	row.row_number = number
	row["number"] = ", ".join(dict.fromkeys(filter(None, [row.reference_name, row.pop("orders")])))
	if row.pop("confidential"):
		row.contact_name = _("Confidential")
	row.feedback = feedback(row.status, cint(row.pop("score")), reopen_at)
	row.remarks = " ".join(filter(None, [row.pop("answers"), row.pop("note")]))
	row.method = _(row.method) if row.method else ""
	return row


def feedback(status: str, score: int, reopen_at: int) -> str:
	if not score:
		return _(status)
	return f"{_(complaint_rules.evaluation_of(score, reopen_at))} {_('{0} points').format(score)}"
