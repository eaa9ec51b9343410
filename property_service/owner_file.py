"""The owner file (业主档案, ORG-05): everything about a resident or a unit on its dashboard."""

import frappe


def existing(groups: list[dict]) -> list[dict]:
	"""Leave out DocTypes that this site does not have (yet); Frappe's dashboard fails on them."""
	wanted = {doctype for group in groups for doctype in group["items"]}
	there = set(
		frappe.get_all("DocType", filters={"name": ("in", list(wanted))}, pluck="name", order_by="name")
	)
	kept = [
		{**group, "items": [doctype for doctype in group["items"] if doctype in there]} for group in groups
	]
	return [group for group in kept if group["items"]]
