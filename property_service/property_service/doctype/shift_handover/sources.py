"""What the service registers put into a handover (SVC-21): one query each.

Registers that come later, or another app, add their own function to the hook `shift_handover_lines`.
"""

import frappe

from property_service.rules import complaint as complaint_rules
from property_service.rules import repair_ticket as ticket_rules
from property_service.rules import service_order as order_rules

HOOK = "shift_handover_lines"


def lines_of(counter: str, company: str) -> list[dict]:
	"""The lines of every register that joined the hook `shift_handover_lines`.

	A function of the hook takes (counter, company) and returns dicts with category, reference_doctype, reference_name,
	property_unit, matter, state, and cash where the line stands for cash in the drawer (company currency).
	"""
	lines = []
	for path in frappe.get_hooks(HOOK):
		lines += frappe.get_attr(path)(counter, company)
	return lines


def repair_tickets(counter: str, company: str) -> list[dict]:
	rows = frappe.get_all(
		"Repair Ticket",
		filters={"company": company, "status": ("in", ticket_rules.OPEN)},
		fields=["name", "repair_kind", "property_unit", "description", "status"],
		order_by="reported_on asc, name asc",
	)
	return [
		_line("Repair Ticket", row.name, row.repair_kind, row.property_unit, row.description, row.status)
		for row in rows
	]


def service_orders(counter: str, company: str) -> list[dict]:
	"""Orders that belong to no ticket, water deliveries among them; a ticket stands for its own orders."""
	rows = frappe.get_all(
		"Service Order",
		filters=[
			["company", "=", company],
			["status", "not in", order_rules.ENDED],
			["repair_ticket", "is", "not set"],
		],
		fields=["name", "service_type", "property_unit", "matter", "status"],
		order_by="creation asc, name asc",
	)
	return [
		_line("Service Order", row.name, row.service_type, row.property_unit, row.matter, row.status)
		for row in rows
	]


def complaints(counter: str, company: str) -> list[dict]:
	"""Complaints that are not closed; the place of a confidential one is its building."""
	rows = frappe.get_all(
		"Customer Complaint",
		filters={"company": company, "status": ("!=", complaint_rules.CLOSED)},
		fields=["name", "complaint_type", "property_unit", "subject", "status"],
		order_by="received_on asc, name asc",
	)
	return [
		_line("Customer Complaint", row.name, row.complaint_type, row.property_unit, row.subject, row.status)
		for row in rows
	]


def _line(doctype, name, category, property_unit, matter, state) -> dict:
	return {
		"category": category,
		"reference_doctype": doctype,
		"reference_name": name,
		"property_unit": property_unit,
		"matter": matter,
		"state": state,
	}
