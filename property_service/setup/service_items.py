"""The two items that stand on the invoice of a service order, for a site that has no better ones (SVC-12)."""

import frappe
from frappe import _

from property_service.setup.memory import made, remember, remove_unless_used

# Fieldname in the company's row of the settings: what the item is called, in the language of the site.
ITEMS = {"labour_item": "Repair Labour", "material_item": "Repair Material"}


def ensure() -> dict[str, str]:
	"""{fieldname: item}; makes what was never made. Empty on a site without item groups, before ERPNext's set-up."""
	known = made()
	group, uom = leaf_group(), stock_uom()
	found = {}
	for fieldname, label in ITEMS.items():
		key = f"item/{fieldname}"
		if key not in known and group and uom:
			remember(key, make(label, group, uom))
			known = made()
		if frappe.db.exists("Item", known.get(key)):
			found[fieldname] = known[key]
	return found


def make(label: str, group: str, uom: str) -> str:
	code = _(label, lang=frappe.db.get_default("lang") or "en")
	if not frappe.db.exists("Item", code):
		frappe.get_doc(
			{
				"doctype": "Item",
				"item_code": code,
				"item_name": code,
				"item_group": group,
				"stock_uom": uom,
				"is_stock_item": 0,
				"is_purchase_item": 0,
			}
		).insert(ignore_permissions=True)  # set-up, before anybody works here
	return code


def leaf_group() -> str | None:
	"""ERPNext's group for services where there is one, else any."""
	groups = frappe.get_all("Item Group", filters={"is_group": 0}, pluck="name", order_by="lft asc")
	services = {"Services", _("Services", lang=frappe.db.get_default("lang") or "en")}
	return next((group for group in groups if group in services), groups[0] if groups else None)


def stock_uom() -> str | None:
	return frappe.db.get_single_value("Stock Settings", "stock_uom") or frappe.db.get_value(
		"UOM", {"must_be_whole_number": 1}, order_by="creation asc"
	)


def remove() -> None:
	"""Items that were used on anybody's document stay."""
	for key, item in made().items():
		if key.startswith("item/"):
			remove_unless_used("Item", item)
