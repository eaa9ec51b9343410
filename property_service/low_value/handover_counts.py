"""A department's articles are counted before it gets another head (procedure 4.3.5; LV-08)."""

import frappe
from frappe.utils import getdate, now_datetime, nowdate
from frappe.utils.nestedset import get_ancestors_of

from property_service.rules import article_count as rules

COUNT = "Article Count"
VALID_DAYS = 30
"""Days after its approval in which a count serves a change of the head."""


def use(department: str) -> bool:
	"""Whether an approved handover count of the department, or of one above it, serves this change; it is used up by it."""
	above = [department, *get_ancestors_of("Department", department)]
	names = frappe.get_all(
		COUNT,
		filters={
			"department": ("in", above),
			"kind": rules.HANDOVER,
			"status": rules.APPROVED,
			"used_on": ("is", "not set"),
		},
		pluck="name",
		order_by="approved_on desc",
	)
	today = getdate(nowdate())
	for name in names:
		doc = frappe.get_doc(COUNT, name, for_update=True)
		if rules.serves_new_head(getdate(doc.approved_on), bool(doc.used_on), today, VALID_DAYS):
			doc.used_on = now_datetime()
			doc.write()
			return True
	return False
