"""What the reception counter and the day's summary show of complaints (hooks)."""

from datetime import datetime

import frappe

from property_service.rules import complaint as rules

OPEN_SHOWN = 20


def open_complaints(resident: str | None, phone: str | None) -> list[dict]:
	"""Open complaints of a caller (hook `counter_open_matters`), the confidential ones included: Complainant's own
	permissions decide what the user may see, so customer service finds nothing confidential about itself here.
	"""
	known = {k: v for k, v in {"resident": resident, "contact_phone": phone}.items() if v}
	if not known:
		return []
	names = frappe.get_list("Complainant", or_filters=known, pluck="name", order_by="name", limit=200)
	if not names:
		return []
	rows = frappe.get_list(
		"Customer Complaint",
		filters={"name": ("in", names), "status": ("!=", rules.CLOSED)},
		fields=["name", "status", "subject as matter", "received_on as since"],
		order_by="received_on",
		limit=OPEN_SHOWN,
	)
	return [{"doctype": "Customer Complaint", **row} for row in rows]


def day_summary(company: str, start: datetime, end: datetime) -> list[dict]:
	"""Complaints received on the day (hook `daily_summary_lines`); the place of a confidential one is its building."""
	rows = frappe.get_all(
		"Customer Complaint",
		filters=[["company", "=", company], ["received_on", ">=", start], ["received_on", "<", end]],
		fields=["name", "complaint_type", "property_unit", "subject", "status", "first_handler"],
		order_by="received_on asc, name asc",
	)
	return [
		{
			"category": row.complaint_type,
			"reference_doctype": "Customer Complaint",
			"reference_name": row.name,
			"property_unit": row.property_unit,
			"matter": row.subject,
			"state": row.status,
			"handled_by": row.first_handler,
		}
		for row in rows
	]
