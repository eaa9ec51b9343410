"""What the reception counter and the day's summary show of gym cards (hooks)."""

from datetime import datetime

import frappe

from property_service import reception
from property_service.property_service.doctype.gym_membership.gym_membership import normal_card


def find_by_card(text: str) -> list[dict]:
	"""The resident with this gym card (hook `counter_search`)."""
	card = normal_card(text)
	holder = card and frappe.db.get_value("Gym Member", {"card_no": card}, "resident")
	return reception.residents_by_name([holder]) if holder else []


def day_summary(company: str, start: datetime, end: datetime) -> list[dict]:
	"""Cards sold on the day (hook `daily_summary_lines`)."""
	rows = frappe.get_all(
		"Gym Membership",
		filters=[["company", "=", company], ["registered_on", ">=", start], ["registered_on", "<", end]],
		fields=["name", "member_name", "plan", "status", "registered_by"],
		order_by="registered_on asc, name asc",
	)
	return [
		{
			"category": "Gym Membership",
			"reference_doctype": "Gym Membership",
			"reference_name": row.name,
			"property_unit": None,
			"matter": f"{row.member_name} {row.plan}",
			"state": row.status,
			"handled_by": row.registered_by,
		}
		for row in rows
	]
