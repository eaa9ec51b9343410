"""Switches of DocTypes of Frappe and ERPNext that ours need on: turned on once, put back at uninstall."""

import frappe

from property_service.setup.memory import made, remember

# key in set-up's memory: (DocType, its switch)
SWITCHES = {
	# lists, forms and link fields show Emergency, Urgent, Normal in the reader's language
	"translated": ("Issue Priority", "translated_doctype"),
	# ERPNext lets nobody import it, and a company that switches over brings its opening stock (ORG-06)
	"imports/Stock Reconciliation": ("Stock Reconciliation", "allow_import"),
}


def turn_on() -> None:
	"""Once; a company that turns one off again has its reason."""
	before = made()
	for key, (doctype, switch) in SWITCHES.items():
		setter = {"doc_type": doctype, "property": switch}
		if key in before or frappe.db.exists("Property Setter", setter):
			continue
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
		remember(key, document.name)


def remove() -> None:
	for key, name in made().items():
		if key in SWITCHES:
			# uninstall
			frappe.delete_doc(
				"Property Setter", name, force=True, ignore_missing=True, ignore_permissions=True
			)
