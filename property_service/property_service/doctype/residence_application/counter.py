"""What the reception counter, the day's summary and the handover show of stays (hooks)."""

from datetime import datetime, timedelta

import frappe

from property_service.rules import residence as rules

DOCTYPE = "Residence Application"
WAITING = (rules.APPLIED, rules.EMPLOYER_CONFIRMED, rules.ROOM_ASSIGNED)
OPEN_SHOWN = 20


def open_applications(resident: str | None, phone: str | None) -> list[dict]:
	"""Applications of a caller that go on at the desk (hook `counter_open_matters`)."""
	known = {k: v for k, v in {"resident": resident, "mobile_no": phone}.items() if v}
	if not known or not frappe.has_permission(DOCTYPE):
		return []
	rows = frappe.get_list(
		DOCTYPE,
		filters={"status": ("in", WAITING)},
		or_filters=known,
		fields=["name", "status", "applicant_name as matter", "registered_on as since"],
		order_by="registered_on",
		limit=OPEN_SHOWN,
	)
	return [{"doctype": DOCTYPE, **row} for row in rows]


def day_summary(company: str, start: datetime, end: datetime) -> list[dict]:
	"""Applications entered on the day, and who moved in or out (hook `daily_summary_lines`)."""
	day = start.date()
	rows = frappe.get_all(
		DOCTYPE,
		filters={"company": company},
		or_filters=[
			["registered_on", "between", [start, end - timedelta(seconds=1)]],
			["moved_in_on", "=", day],
			["moved_out_on", "=", day],
		],
		fields=["name", "applicant_name", "employer", "property_unit", "status", "registered_by"],
		order_by="registered_on asc, name asc",
	)
	return [
		{
			"category": DOCTYPE,
			"reference_doctype": DOCTYPE,
			"reference_name": row.name,
			"property_unit": row.property_unit,
			"matter": " ".join(filter(None, (row.applicant_name, row.employer))),
			"state": row.status,
			"handled_by": row.registered_by,
		}
		for row in rows
	]
