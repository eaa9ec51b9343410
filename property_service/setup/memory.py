"""What set-up has made on a site where something of that name may have been before: only that goes at uninstall."""

import frappe

MADE = "property_service_made"


def made() -> dict[str, str]:
	"""Key -> name, oldest first. Frappe's cache of defaults is not refreshed during an install, so the table is read
	itself.
	"""
	rows = frappe.get_all(
		"DefaultValue", filters={"parent": MADE}, fields=["defkey", "defvalue"], order_by="creation, name"
	)
	return {row.defkey: row.defvalue or "" for row in rows}


def remember(key: str, name: str) -> None:
	frappe.defaults.add_default(key, name, parent=MADE)


def forget() -> None:
	frappe.db.delete("DefaultValue", {"parent": MADE})
