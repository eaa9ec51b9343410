"""The alarm past the expected date (SVC-04): once per promise, to the first handler and the service managers."""

import frappe
from frappe.utils import add_to_date, format_datetime, now_datetime

from property_service import settings
from property_service.property_service.doctype.repair_ticket import notices
from property_service.rules import repair_ticket as rules


def alarm_overdue() -> None:
	"""Hourly. What a missed run left is caught up by the next; `alarmed_for` keeps which promise was alarmed."""
	for row in overdue():
		frappe.db.savepoint("alarm")
		try:
			alarm(row)
		except Exception:
			frappe.db.rollback(save_point="alarm")
			frappe.log_error(
				title="Deferral alarm failed", reference_doctype="Repair Ticket", reference_name=row.name
			)


def overdue() -> list[dict]:
	ticket = frappe.qb.DocType("Repair Ticket")
	latest = add_to_date(now_datetime(), hours=-float(settings.get().deferral_alarm_hours or 0))
	return (
		frappe.qb.from_(ticket)
		.select(ticket.name, ticket.expected_on)
		.where(ticket.status.isin(rules.OPEN))
		.where(ticket.expected_on < latest)
		.where(ticket.alarmed_for.isnull() | (ticket.alarmed_for != ticket.expected_on))
		.orderby(ticket.expected_on)
		.run(as_dict=True)
	)


def alarm(row: dict) -> None:
	"""The row's lock decides which of two runs tells people."""
	doc = frappe.get_doc("Repair Ticket", row.name, for_update=True)
	if (
		doc.status not in rules.OPEN
		or doc.expected_on != row.expected_on
		or doc.alarmed_for == doc.expected_on
	):
		return
	doc.db_set("alarmed_for", doc.expected_on, update_modified=False)
	notices.tell(
		doc,
		[doc.first_handler, *notices.managers()],
		"Repair ticket {0} was expected by {1} and is not done",
		format_datetime(doc.expected_on),
	)
