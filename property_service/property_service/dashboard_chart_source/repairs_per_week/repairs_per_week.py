"""Repair tickets of the last thirteen weeks by kind, for the workspace Service Desk (SVC-24)."""

from collections import Counter
from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

WEEKS = 13
KINDS = ("Home Repair", "Public Repair", "Developer Warranty")


# Never cached: Frappe's cache of charts does not tell users apart, and a department sees its own tickets (ORG-02).
@frappe.whitelist(methods=["GET", "POST"])
@frappe.read_only()
def get(**_options) -> dict:
	"""One bar per week, named by its Monday, stacked by repair kind; cancelled tickets do not count.

	The tickets are those that the user may see. Raises frappe.PermissionError without the right to read tickets.
	"""
	counts = Counter((monday_of(row.reported_on), row.repair_kind) for row in recent_tickets())
	mondays = last_mondays()
	return {
		"labels": [monday.strftime("%m-%d") for monday in mondays],
		"datasets": [
			{"name": _(kind), "values": [counts[monday, kind] for monday in mondays]} for kind in KINDS
		],
	}


def monday_of(moment) -> date:
	day = getdate(moment)
	return day - timedelta(days=day.weekday())


def last_mondays() -> list[date]:
	this_week = monday_of(nowdate())
	return [this_week - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]


def recent_tickets() -> list[dict]:
	"""Kind, category and time of the tickets that the charts count."""
	return frappe.get_list(
		"Repair Ticket",
		filters={"reported_on": (">=", last_mondays()[0]), "status": ("!=", "Cancelled")},
		fields=["reported_on", "repair_kind", "repair_category"],
		order_by="reported_on",
		limit_page_length=0,
	)
