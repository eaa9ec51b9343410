"""What the reception counter, the calendar and the day's summary show of passes (hooks)."""

from datetime import datetime

import frappe

from property_service import reception
from property_service.rules import identity
from property_service.rules import vehicle_pass as rules
from property_service.sent_values import calendar_conditions

OPEN_SHOWN = 20
FOUND_AT_MOST = 10


@frappe.whitelist(methods=["GET", "POST"])
@frappe.read_only()
def ending_in(start: str, end: str, filters: str | list | None = None) -> list[dict]:
	"""Calendar: passes whose last day lies between two dates."""
	days, conditions = calendar_conditions(start, end, filters)
	conditions += [
		["Vehicle Pass", "valid_until", "between", days],
		["Vehicle Pass", "status", "=", rules.ISSUED],
	]
	rows = frappe.get_list(
		"Vehicle Pass",
		filters=conditions,
		fields=["name", "plate", "valid_until", "status"],
		order_by="valid_until",
		limit=1000,
	)
	return [{**row, "all_day": 1} for row in rows]


def find_by_plate(text: str) -> list[dict]:
	"""Residents who have a pass, or applied for one, for this plate (hook `counter_search`)."""
	try:
		plate = identity.plate(text)
	except ValueError:
		return []
	holders = frappe.get_all(
		"Vehicle Pass",
		filters={
			"plate": plate,
			"status": ("in", (rules.APPLIED, rules.ISSUED)),
			"resident": ("is", "set"),
		},
		pluck="resident",
		order_by="creation desc",
		limit=FOUND_AT_MOST,
	)
	return reception.residents_by_name(holders) if holders else []


def open_applications(resident: str | None, phone: str | None) -> list[dict]:
	"""Passes a caller has applied for (hook `counter_open_matters`)."""
	known = {k: v for k, v in {"resident": resident, "phone": phone}.items() if v}
	if not known or not frappe.has_permission("Vehicle Pass"):
		return []
	rows = frappe.get_list(
		"Vehicle Pass",
		filters={"status": rules.APPLIED},
		or_filters=known,
		fields=["name", "status", "plate as matter", "registered_on as since"],
		order_by="registered_on",
		limit=OPEN_SHOWN,
	)
	return [{"doctype": "Vehicle Pass", **row} for row in rows]


def day_summary(company: str, start: datetime, end: datetime) -> list[dict]:
	"""Passes applied for on the day (hook `daily_summary_lines`)."""
	rows = frappe.get_all(
		"Vehicle Pass",
		filters=[["company", "=", company], ["registered_on", ">=", start], ["registered_on", "<", end]],
		fields=["name", "plate", "applicant_name", "property_unit", "status", "registered_by"],
		order_by="registered_on asc, name asc",
	)
	return [
		{
			"category": "Vehicle Pass",
			"reference_doctype": "Vehicle Pass",
			"reference_name": row.name,
			"property_unit": row.property_unit,
			"matter": f"{row.plate} {row.applicant_name or ''}".strip(),
			"state": row.status,
			"handled_by": row.registered_by,
		}
		for row in rows
	]
