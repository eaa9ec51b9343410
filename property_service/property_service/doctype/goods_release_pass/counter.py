"""What the reception counter and the day's summary show of release passes (hooks)."""

from datetime import datetime

import frappe

from property_service.rules import goods_release as rules

OPEN_SHOWN = 20


def open_passes(resident: str | None, phone: str | None) -> list[dict]:
	"""Passes of a caller whose goods have not left (hook `counter_open_matters`)."""
	known = {k: v for k, v in {"resident": resident, "phone": phone}.items() if v}
	if not known or not frappe.has_permission("Goods Release Pass"):
		return []
	rows = frappe.get_list(
		"Goods Release Pass",
		filters={"status": ("in", (rules.AWAITING, rules.APPROVED))},
		or_filters=known,
		fields=["name", "status", "carrier_name as matter", "registered_on as since"],
		order_by="registered_on",
		limit=OPEN_SHOWN,
	)
	return [{"doctype": "Goods Release Pass", **row} for row in rows]


def day_summary(company: str, start: datetime, end: datetime) -> list[dict]:
	"""Passes entered on the day (hook `daily_summary_lines`)."""
	rows = frappe.get_all(
		"Goods Release Pass",
		filters=[["company", "=", company], ["registered_on", ">=", start], ["registered_on", "<", end]],
		fields=["name", "carrier_name", "plate", "property_unit", "status", "registered_by"],
		order_by="registered_on asc, name asc",
	)
	return [
		{
			"category": "Goods Release Pass",
			"reference_doctype": "Goods Release Pass",
			"reference_name": row.name,
			"property_unit": row.property_unit,
			"matter": " ".join(filter(None, (row.carrier_name, row.plate))),
			"state": row.status,
			"handled_by": row.registered_by,
		}
		for row in rows
	]
