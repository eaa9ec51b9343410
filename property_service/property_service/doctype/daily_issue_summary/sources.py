"""What the service registers put into the day's summary (SVC-22): one query each.

Registers that come later, or another app, add their own function to the hook `daily_summary_lines`.
"""

from datetime import datetime

import frappe


def repair_tickets(company: str, start: datetime, end: datetime) -> list[dict]:
	"""Tickets reported on the day."""
	rows = frappe.get_all(
		"Repair Ticket",
		filters=[["company", "=", company], ["reported_on", ">=", start], ["reported_on", "<", end]],
		fields=["name", "repair_kind", "property_unit", "description", "status", "first_handler"],
		order_by="reported_on asc, name asc",
	)
	return [
		_line(
			"Repair Ticket",
			row.name,
			row.repair_kind,
			row.property_unit,
			row.description,
			row.status,
			row.first_handler,
		)
		for row in rows
	]


def service_orders(company: str, start: datetime, end: datetime) -> list[dict]:
	"""Orders dispatched on the day that belong to no ticket; a ticket stands for its own orders."""
	rows = frappe.get_all(
		"Service Order",
		filters=[
			["company", "=", company],
			["dispatched_on", ">=", start],
			["dispatched_on", "<", end],
			["repair_ticket", "is", "not set"],
		],
		fields=["name", "service_type", "property_unit", "matter", "status", "assigned_user"],
		order_by="dispatched_on asc, name asc",
	)
	return [
		_line(
			"Service Order",
			row.name,
			row.service_type,
			row.property_unit,
			row.matter,
			row.status,
			row.assigned_user,
		)
		for row in rows
	]


def follow_ups(company: str, start: datetime, end: datetime) -> list[dict]:
	"""Follow-ups recorded on the day, with what the customer suggested."""
	rows = frappe.get_all(
		"Follow Up",
		filters=[["company", "=", company], ["done_on", ">=", start], ["done_on", "<", end]],
		fields=["name", "property_unit", "suggestion", "answers", "status", "done_by", "reference_name"],
		order_by="done_on asc, name asc",
	)
	return [
		_line(
			"Follow Up",
			row.name,
			"Follow Up",
			row.property_unit,
			row.suggestion or row.answers or row.reference_name,
			row.status,
			row.done_by,
		)
		for row in rows
	]


def _line(doctype, name, category, property_unit, matter, state, handled_by) -> dict:
	return {
		"category": category,
		"reference_doctype": doctype,
		"reference_name": name,
		"property_unit": property_unit,
		"matter": matter,
		"state": state,
		"handled_by": handled_by,
	}
