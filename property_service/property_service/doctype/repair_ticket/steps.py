"""Steps of a ticket that ask for more than a click, and what its calendar shows."""

import frappe

from property_service.property_service.doctype.repair_ticket import facts
from property_service.property_service.doctype.repair_ticket.repair_ticket import locked
from property_service.rules import repair_ticket as rules
from property_service.sent_values import calendar_conditions


@frappe.whitelist(methods=["POST"])
def defer(
	ticket: str,
	deferral_plan: str | None = None,
	expected_on: str | None = None,
	consented_by: str | None = None,
	consent_method: str | None = None,
	consented_on: str | None = None,
) -> str:
	"""Defer the ticket with the customer's consent (SVC-04). Returns its state.

	Raises frappe.ValidationError for whatever is missing, frappe.PermissionError.
	"""
	doc = locked(ticket)
	doc.update(
		{
			"deferral_plan": deferral_plan,
			"expected_on": facts.moment(expected_on),
			"consented_by": consented_by,
			"consent_method": consent_method,
			"consented_on": facts.moment(consented_on),
			"status": rules.DEFERRED,
		}
	)
	return doc.save().status


@frappe.whitelist(methods=["POST"])
def cancel(ticket: str, reason: str | None = None) -> str:
	"""Cancel the ticket with a reason, its open orders with it. Returns its state.

	Raises frappe.ValidationError, frappe.PermissionError.
	"""
	doc = locked(ticket)
	doc.update({"cancel_reason": reason, "status": rules.CANCELLED})
	return doc.save().status


@frappe.whitelist(methods=["GET", "POST"])
@frappe.read_only()
def expected_tickets(start: str, end: str, filters: str | list | None = None) -> list[dict]:
	"""Calendar: tickets the reader may see, by the day they are expected."""
	days, conditions = calendar_conditions(start, end, filters)
	conditions += [["Repair Ticket", "expected_on", "between", days]]
	rows = frappe.get_list(
		"Repair Ticket",
		filters=conditions,
		fields=["name", "status", "expected_on", "description", "location", "property_unit"],
		order_by="expected_on",
		limit_page_length=500,
	)
	for row in rows:
		row.title = f"{row.location or row.property_unit or ''} {(row.description or '')[:30]}".strip()
		row.all_day = 0
	return rows
