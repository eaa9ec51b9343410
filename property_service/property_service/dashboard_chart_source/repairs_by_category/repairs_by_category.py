"""The most frequent repair categories of the last thirteen weeks, for the workspace Service Desk (SVC-24)."""

from collections import Counter

import frappe
from frappe import _

from property_service.property_service.dashboard_chart_source.repairs_per_week import repairs_per_week

CATEGORIES = 10


# Like its neighbour it is never cached: Frappe's cache of charts does not tell users apart (ORG-02).
@frappe.whitelist(methods=["GET", "POST"])
@frappe.read_only()
def get(**_options) -> dict:
	"""One bar per category, stacked by repair kind; cancelled tickets do not count.

	The tickets are those that the user may see. Raises frappe.PermissionError without the right to read tickets.
	"""
	tickets = repairs_per_week.recent_tickets()
	frequent = [
		name for name, _count in Counter(row.repair_category for row in tickets).most_common(CATEGORIES)
	]
	counts = Counter((row.repair_category, row.repair_kind) for row in tickets)
	return {
		"labels": [name or _("Not Specified") for name in frequent],
		"datasets": [
			{"name": _(kind), "values": [counts[name, kind] for name in frequent]}
			for kind in repairs_per_week.KINDS
		],
	}
