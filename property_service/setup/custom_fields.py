"""The fields this app adds to DocTypes of Frappe and ERPNext, in one place: what is here, uninstall takes away."""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

MODULE = "Property Service"

CUSTOM_FIELDS = {
	# ORG-01: who signs for a department.
	"Department": [
		{
			"fieldname": "property_service_section",
			"fieldtype": "Section Break",
			"label": "Property Service",
			"insert_after": "disabled",
		},
		{
			"fieldname": "department_head",
			"fieldtype": "Link",
			"options": "User",
			"label": "Department Head",
			"description": "Takes the Department Head steps of this department's documents",
			"insert_after": "property_service_section",
			"ignore_user_permissions": 1,
		},
		{
			"fieldname": "acting_head",
			"fieldtype": "Link",
			"options": "User",
			"label": "Acting Head",
			"description": "Signs in the head's place until the date beside it",
			"insert_after": "department_head",
			"ignore_user_permissions": 1,
		},
		{
			"fieldname": "acting_until",
			"fieldtype": "Date",
			"label": "Acting Until",
			"depends_on": "acting_head",
			"mandatory_depends_on": "acting_head",
			"insert_after": "acting_head",
		},
		{
			"fieldname": "property_service_column",
			"fieldtype": "Column Break",
			"insert_after": "acting_until",
		},
		{
			"fieldname": "cost_center",
			"fieldtype": "Link",
			"options": "Cost Center",
			"label": "Cost Center",
			"insert_after": "property_service_column",
		},
		{
			"fieldname": "is_management_office",
			"fieldtype": "Check",
			"label": "Management Office",
			"insert_after": "cost_center",
		},
	],
	# SVC-12: the chargeable order that an invoice bills.
	"Sales Invoice": [
		{
			"fieldname": "service_order",
			"fieldtype": "Link",
			"options": "Service Order",
			"label": "Service Order",
			"insert_after": "customer_name",
			"read_only": 1,
			"no_copy": 1,
			"search_index": 1,
			"print_hide": 1,
		},
	],
}


def create() -> None:
	"""Creates the fields, or brings them up to date. Runs DDL, so never inside a transaction that must roll back."""
	create_custom_fields(own_fields(), ignore_validate=True)


def own_fields() -> dict[str, list[dict]]:
	"""CUSTOM_FIELDS marked with the app's module, without those that a company made itself before the app came."""
	foreign = set(
		frappe.get_all(
			"Custom Field",
			filters={"dt": ("in", list(CUSTOM_FIELDS)), "module": ("!=", MODULE)},
			fields=["dt", "fieldname"],
			order_by="name",
			as_list=True,
		)
	)
	return {
		doctype: [
			{**field, "module": MODULE} for field in fields if (doctype, field["fieldname"]) not in foreign
		]
		for doctype, fields in CUSTOM_FIELDS.items()
	}


def remove() -> None:
	"""Takes the app's own fields and their property setters away. As always in Frappe the columns stay, with their data."""
	for doctype in CUSTOM_FIELDS:
		own = {"dt": doctype, "module": MODULE}
		names = frappe.get_all("Custom Field", filters=own, pluck="fieldname", order_by="name")
		frappe.db.delete("Custom Field", own)
		frappe.db.delete("Property Setter", {"doc_type": doctype, "field_name": ("in", names)})
		frappe.clear_cache(doctype=doctype)
