"""Notices to the developer by month and kind: sent, returned, followed up, satisfied, cost to reclaim (SVC-07)."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, Max, Sum
from frappe.utils import add_days, cint, flt, getdate, nowdate
from pypika import CustomFunction

from property_service import settings
from property_service.guards import restrict_to_company
from property_service.rules.defect_notice import Counts

DateFormat = CustomFunction("DATE_FORMAT", ["value", "format"])
MOST_DAYS = 370


def execute(filters: dict | None = None) -> tuple:
	"""One query whatever the number of notices. Raises frappe.ValidationError for a bad period."""
	filters = frappe._dict(filters or {})
	check(filters)
	restrict_to_company(filters)
	return columns(), [as_row(found) for found in counted(filters)]


def check(filters: frappe._dict) -> None:
	if not (filters.from_date and filters.to_date):
		frappe.throw(_("Choose the period of the report."))
	if not 0 <= (getdate(filters.to_date) - getdate(filters.from_date)).days <= MOST_DAYS:
		frappe.throw(_("The period ends before it begins or is longer than a year."))


def counted(filters: frappe._dict) -> list[dict]:
	frappe.has_permission("Defect Notice", "report", throw=True)
	notice, order, last = (
		frappe.qb.DocType("Defect Notice"),
		frappe.qb.DocType("Service Order"),
		scores(filters),
	)
	month = DateFormat(notice.issued_on, "%Y-%m")
	came_back = notice.returned_on.isnotnull()
	query = (
		frappe.qb.from_(notice)
		.left_join(order)
		.on(order.name == notice.own_order)
		.left_join(last)
		.on(last.reference_name == notice.repair_ticket)
		.select(
			month.as_("month"),
			notice.notice_kind,
			Count(notice.name).as_("sent"),
			Sum(Case().when(came_back, 1).else_(0)).as_("returned"),
			Sum(Case().when(came_back & last.score.isnotnull(), 1).else_(0)).as_("followed_up"),
			Sum(Case().when(came_back & (last.score >= satisfied_from()), 1).else_(0)).as_("satisfied"),
			Sum(Case().when((notice.status == "Issued") & (notice.due_on < nowdate()), 1).else_(0)).as_(
				"overdue"
			),
			Sum(Case().when(notice.own_order.isnotnull(), 1).else_(0)).as_("taken_over"),
			Sum(Coalesce(order.total_cost, 0)).as_("reclaim"),
		)
		.where(notice.issued_on >= getdate(filters.from_date))
		.where(notice.issued_on < add_days(getdate(filters.to_date), 1))
		.where(notice.status != "Cancelled")
		.groupby(month, notice.notice_kind)
		.orderby(month)
		.orderby(notice.notice_kind)
	)
	if filters.company:
		query = query.where(notice.company == filters.company)
	return query.run(as_dict=True)


def scores(filters: frappe._dict):
	"""The best score a follow-up of each ticket reached since its notice may have gone out, as a subquery."""
	follow_up = frappe.qb.DocType("Follow Up")
	return (
		frappe.qb.from_(follow_up)
		.select(follow_up.reference_name, Max(follow_up.score).as_("score"))
		.where(follow_up.reference_doctype == "Repair Ticket")
		.where(follow_up.status == "Reached")
		.where(follow_up.done_on >= getdate(filters.from_date))
		.groupby(follow_up.reference_name)
	).as_("last_score")


def satisfied_from() -> int:
	return cint(settings.get().satisfied_from_score)


def as_row(found: dict) -> dict:
	counts = Counts(
		*(
			cint(found[name])
			for name in ("sent", "returned", "followed_up", "satisfied", "overdue", "taken_over")
		),
		Decimal(str(flt(found.reclaim, 2))),
	)
	return {
		**found,
		"notice_kind": _(found.notice_kind),
		"completion_rate": counts.completion_rate,
		"follow_up_rate": counts.follow_up_rate,
		"satisfaction_rate": counts.satisfaction_rate,
	}


def columns() -> list[dict]:
	def column(label: str, fieldname: str, fieldtype: str = "Int", width: int = 100) -> dict:
		return {"label": label, "fieldname": fieldname, "fieldtype": fieldtype, "width": width}

	return [
		column(_("Month"), "month", "Data", 90),
		column(_("Notice Kind"), "notice_kind", "Data", 130),
		column(_("Sent"), "sent"),
		column(_("Returned", context="Defect Notice"), "returned"),
		column(_("Completion %"), "completion_rate"),
		column(_("Followed Up"), "followed_up"),
		column(_("Follow-up %"), "follow_up_rate"),
		column(_("Satisfied"), "satisfied"),
		column(_("Satisfaction %"), "satisfaction_rate"),
		column(_("Overdue"), "overdue"),
		column(_("Taken Over"), "taken_over"),
		column(_("Cost to Reclaim"), "reclaim", "Currency", 120),
	]
