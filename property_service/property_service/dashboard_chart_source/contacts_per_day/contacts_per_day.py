"""What reached the desk on each of the last thirty days, by category, for the workspace Service Desk (SVC-24)."""

from datetime import date, timedelta

import frappe
from frappe import _
from frappe.desk.reportview import build_match_conditions
from frappe.utils import getdate, nowdate

from property_service.rules.reception import CATEGORIES

DAYS = 30

CONTACTS = """
	select date(`tabReception Record`.received_on) as day, `tabReception Record`.category, count(*) as contacts
	from `tabReception Record`
	where `tabReception Record`.received_on >= %(start)s and {match}
	group by day, `tabReception Record`.category
"""


# Never cached: Frappe's cache of charts does not tell users apart.
@frappe.whitelist(methods=["GET", "POST"])
@frappe.read_only()
def get(**_options) -> dict:
	"""One bar per day, stacked by category. Raises frappe.PermissionError without the right to read contacts."""
	frappe.has_permission("Reception Record", "read", throw=True)
	days = last_days()
	match = build_match_conditions("Reception Record").replace("%", "%%") or "1 = 1"
	# {match}: what Frappe lets this reader see, no text of anybody's
	rows = frappe.db.sql(CONTACTS.replace("{match}", match), {"start": days[0]}, as_dict=True)
	counts = {(row.day, row.category): row.contacts for row in rows}
	return {
		"labels": [str(day.day) for day in days],
		"datasets": [
			{"name": _(category), "values": [counts.get((day, category), 0) for day in days]}
			for category in CATEGORIES
		],
	}


def last_days() -> list[date]:
	today = getdate(nowdate())
	return [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
