"""What ERPNext does not let anybody import, and a company that switches over must: its opening stock (ORG-06)."""

import frappe

from property_service.setup.memory import made, remember

KEY = "imports/Stock Reconciliation"


def allow() -> None:
	"""Once; a company that forbids it again has its reason."""
	setter = {"doc_type": "Stock Reconciliation", "property": "allow_import"}
	if KEY in made() or frappe.db.exists("Property Setter", setter):
		return
	document = frappe.get_doc(
		{
			"doctype": "Property Setter",
			"doctype_or_field": "DocType",
			"property_type": "Check",
			"value": "1",
			"module": "Property Service",
			**setter,
		}
	)
	document.flags.ignore_permissions = True  # set-up, before anybody works here
	document.insert()
	remember(KEY, document.name)


def remove() -> None:
	name = made().get(KEY)
	if name:
		# uninstall
		frappe.delete_doc("Property Setter", name, force=True, ignore_missing=True, ignore_permissions=True)
