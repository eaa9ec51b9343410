"""What the reception counter and the day's summary show of water orders (hooks)."""

from datetime import datetime

import frappe

from property_service.rules import water as rules

OPEN_SHOWN = 20


def open_orders(resident: str | None, phone: str | None) -> list[dict]:
	"""Water a caller waits for (hook `counter_open_matters`)."""
	known = {k: v for k, v in {"resident": resident, "contact_phone": phone}.items() if v}
	if not known or not frappe.has_permission("Drinking Water Order"):
		return []
	rows = frappe.get_list(
		"Drinking Water Order",
		filters={"status": rules.ORDERED},
		or_filters=known,
		fields=["name", "status", "item_name", "qty", "registered_on as since"],
		order_by="registered_on",
		limit=OPEN_SHOWN,
	)
	return [
		{
			"doctype": "Drinking Water Order",
			"name": row.name,
			"status": row.status,
			"matter": f"{row.item_name} × {row.qty}",
			"since": row.since,
		}
		for row in rows
	]


def day_summary(company: str, start: datetime, end: datetime) -> list[dict]:
	"""Water ordered on the day (hook `daily_summary_lines`)."""
	rows = frappe.get_all(
		"Drinking Water Order",
		filters=[["company", "=", company], ["registered_on", ">=", start], ["registered_on", "<", end]],
		fields=["name", "holder", "item_name", "qty", "property_unit", "status", "registered_by"],
		order_by="registered_on asc, name asc",
	)
	return [
		{
			"category": "Drinking Water Order",
			"reference_doctype": "Drinking Water Order",
			"reference_name": row.name,
			"property_unit": row.property_unit,
			"matter": f"{row.holder} {row.item_name} × {row.qty}",
			"state": row.status,
			"handled_by": row.registered_by,
		}
		for row in rows
	]
