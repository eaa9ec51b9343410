"""Repair register (报修登记表, register G): every ticket reported in a period, as the paper form lists it."""

import frappe
from frappe import _
from frappe.desk.reportview import build_match_conditions
from frappe.utils import cint

from property_service import register_report as register


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	filters = frappe._dict(filters or {})
	return columns(), rows(filters)


def columns() -> list[dict]:
	column = register.column
	return [
		column(_("Row No."), "row_number", 3, "Int", 60),
		column(_("Reported On"), "reported_on", 7.5, "Datetime", 140),
		column(_("Name of Reporter"), "contact_name", 5.5, width=90),
		column(_("Room / Place"), "place", 8.5, width=150, text=1),
		column(_("Telephone"), "contact_phone", 8, width=120),
		column(_("Channel", context="Repair Ticket"), "channel", 4, width=80),
		column(_("Fault"), "description", 11.5, width=220, text=1),
		column(_("Priority", context="Repair Ticket"), "priority", 4, width=80),
		column(_("Repair Ticket"), "ticket", fieldtype="Link", width=130, options="Repair Ticket"),
		column(_("Dispatch Slip No."), "orders", 8, width=140),
		column(_("Team / Person"), "assignees", 8, width=140),
		column(_("Expected On"), "expected_on", 7.5, "Datetime", 140),
		column(_("Completed On", context="Repair Ticket"), "completed_on", 7.5, "Datetime", 140),
		column(_("Cost", context="Repair Register"), "total_cost", 5, "Currency", 90),
		column(_("Sign-off"), "signed_by", 6.5, width=110),
		column(_("Follow-up Result"), "follow_up", 5.5, width=110),
		column(_("Status"), "status", width=90),
	]


# One statement whatever the number of tickets: orders and follow-ups are grouped beside them. {match} is what Frappe
# itself adds to a list of tickets for this user, so the register shows nothing that the list hides.
REGISTER = """
	select
		`tabRepair Ticket`.name as ticket, `tabRepair Ticket`.reported_on, `tabRepair Ticket`.contact_name,
		concat_ws(' ', unit.unit_name, `tabRepair Ticket`.location) as place,
		`tabRepair Ticket`.contact_phone, `tabRepair Ticket`.channel, `tabRepair Ticket`.description,
		`tabRepair Ticket`.priority, `tabRepair Ticket`.status, `tabRepair Ticket`.total_cost,
		`tabRepair Ticket`.completed_on, `tabRepair Ticket`.follow_up_outcome,
		coalesce(`tabRepair Ticket`.expected_on, sent.planned_for, `tabRepair Ticket`.sla_resolution_by) as expected_on,
		sent.orders, coalesce(sent.assignees, ticket_department.department_name) as assignees,
		sent.methods, sent.signers, said.score
	from `tabRepair Ticket`
	left join `tabProperty Unit` unit on unit.name = `tabRepair Ticket`.property_unit
	left join `tabDepartment` ticket_department on ticket_department.name = `tabRepair Ticket`.department
	left join (
		select
			slip.repair_ticket, max(slip.planned_for) as planned_for,
			group_concat(slip.name order by slip.name separator ', ') as orders,
			group_concat(distinct concat_ws(' ', department.department_name, slip.assigned_to_name)
				order by slip.name separator ', ') as assignees,
			group_concat(distinct if(slip.signed_off = 1, slip.sign_off_method, null)) as methods,
			group_concat(distinct if(slip.signed_off = 1, slip.sign_off_name, null) separator ', ') as signers
		from `tabService Order` slip
		join `tabRepair Ticket` asked on asked.name = slip.repair_ticket
		left join `tabDepartment` department on department.name = slip.department
		where slip.status != 'Cancelled' and asked.reported_on >= %(start)s and asked.reported_on < %(end)s
		group by slip.repair_ticket
	) sent on sent.repair_ticket = `tabRepair Ticket`.name
	left join (
		select reference_name, substring_index(group_concat(score order by done_on desc, name desc), ',', 1) as score
		from `tabFollow Up`
		where reference_doctype = 'Repair Ticket' and status = 'Reached'
			and reference_name in (
				select name from `tabRepair Ticket` where reported_on >= %(start)s and reported_on < %(end)s
			)
		group by reference_name
	) said on said.reference_name = `tabRepair Ticket`.name
	where `tabRepair Ticket`.reported_on >= %(start)s and `tabRepair Ticket`.reported_on < %(end)s
		and (%(company)s is null or `tabRepair Ticket`.company = %(company)s)
		and (%(department)s is null or `tabRepair Ticket`.department = %(department)s)
		and (%(repair_kind)s is null or `tabRepair Ticket`.repair_kind = %(repair_kind)s)
		and (%(status)s is null or `tabRepair Ticket`.status = %(status)s)
		and {match}
	order by `tabRepair Ticket`.reported_on, `tabRepair Ticket`.name
"""


def rows(filters: frappe._dict) -> list[dict]:
	frappe.has_permission("Repair Ticket", "report", throw=True)
	match = build_match_conditions("Repair Ticket").replace("%", "%%") or "1 = 1"
	start, end = register.period(filters)
	values = {
		"start": start,
		"end": end,
		**{name: filters.get(name) or None for name in ("company", "department", "repair_kind", "status")},
	}
	# {match}: what Frappe lets this reader see, no text of anybody's
	found = frappe.db.sql(REGISTER.replace("{match}", match), values, as_dict=True)
	return [line(number, row) for number, row in enumerate(found, start=1)]


def line(number: int, row: frappe._dict) -> dict:
	"""A row as it is read: options in the reader's language, names as they are."""
	methods = [_(method) for method in (row.pop("methods") or "").split(",") if method]
	signers = row.pop("signers")
	row.signed_by = " ".join(filter(None, ["/".join(methods), signers]))
	row.follow_up = follow_up(row.pop("follow_up_outcome"), cint(row.pop("score")))
	row.row_number = number
	row.total_cost = row.total_cost or None  # nothing was spent yet: the form stays blank
	for fieldname in ("channel", "priority", "status"):
		row[fieldname] = _(row[fieldname]) if row[fieldname] else ""
	return row


def follow_up(outcome: str | None, score: int) -> str:
	if score:
		return _("{0} points").format(score)
	return _(outcome) if outcome else ""
