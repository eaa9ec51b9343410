"""What set-up has made on a site where something of that name may have been before: only that goes at uninstall."""

import frappe

MADE = "property_service_made"

# What a company's books may use by the time the app goes, by the first word of its key.
STAYS_IN_USE = {"account": "Account", "mode": "Mode of Payment", "item": "Item"}


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


def remove_unless_used(doctype: str, name: str) -> None:
	"""Uninstall: what somebody uses by now is the company's, whole. ERPNext refuses only after it has begun to delete, with an
	item its prices first; so a refusal is rolled back to here.
	"""
	frappe.db.savepoint("unless_used")
	try:
		frappe.delete_doc(
			doctype, name, ignore_missing=True, ignore_permissions=True
		)  # uninstall: bench runs it, nobody is signed in
	except frappe.ValidationError:
		frappe.db.rollback(save_point="unless_used")
		frappe.clear_last_message()


def forget() -> None:
	"""Uninstall: all but what stays in the books. An app that comes back goes on with it, instead of a second account of the
	same name beside the one that holds the deposits.
	"""
	for key, name in made().items():
		doctype = STAYS_IN_USE.get(key.split("/")[0])
		if not doctype or not frappe.db.exists(doctype, name):
			frappe.db.delete("DefaultValue", {"parent": MADE, "defkey": key})
