"""Goods release register (放行条登记): every release pass of a period, with who approved it and when it left."""

import frappe
from frappe import _

from property_service import register_report as register

FIELDS = (
	*("name as pass_number", "registered_on", "property_unit", "carrier_name", "carrier_kind", "phone"),
	*(
		"plate",
		"declared_value",
		"consent_by",
		"valid_on",
		"approved_by",
		"checked_by",
		"checked_on",
		"status",
	),
)


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	filters = frappe._dict(filters or {})
	return columns(), rows(filters)


def columns() -> list[dict]:
	column = register.column
	return [
		column(_("Row No."), "row_number", 3, "Int", 60),
		column(_("Pass No."), "pass_number", 9, "Link", 130, options="Goods Release Pass"),
		column(_("Valid On"), "valid_on", 7, "Date", 100),
		column(_("Room"), "unit", 9, width=140, text=1),
		column(_("Carrier", context="Goods Release Pass"), "carrier_name", 6, width=90),
		column(_("Carrier Kind"), "carrier_kind", 6, width=90),
		column(_("Telephone"), "phone", 8, width=120),
		column(_("Goods", context="Goods Release Pass"), "goods", 16, width=220, text=1),
		column(_("Declared Value"), "declared_value", 6, "Currency", 100),
		column(_("Plate"), "plate", 6, width=90),
		column(_("Consented By"), "consent_by", 6, width=90),
		column(_("Approved By"), "approved_by", 6, width=90),
		column(_("Checked at the Gate By"), "checked_by", 6, width=90),
		column(_("Checked at the Gate On"), "checked_on", 8, "Datetime", 140),
		column(_("Status"), "status", 5, width=90),
	]


def rows(filters: frappe._dict) -> list[frappe._dict]:
	found = register.rows_of("Goods Release Pass", conditions(filters), FIELDS, "registered_on asc, name asc")
	units = register.titles("Property Unit", (row.property_unit for row in found), "unit_name")
	people = register.full_names(user for row in found for user in (row.approved_by, row.checked_by))
	goods = goods_of([row.pass_number for row in found])
	for row in found:
		row.unit = units.get(row.property_unit)
		row.goods = goods.get(row.pass_number, "")
		row.carrier_kind = _(row.carrier_kind, context="Goods Release Pass")
		row.status = _(row.status, context="Goods Release Pass")
		row.approved_by, row.checked_by = people.get(row.approved_by), people.get(row.checked_by)
	return register.numbered(found)


def goods_of(passes: list[str]) -> dict[str, str]:
	"""{pass: its goods in one line}, one query."""
	rows = frappe.get_all(
		"Goods Release Item",
		filters={"parent": ("in", passes or [""]), "parenttype": "Goods Release Pass"},
		fields=["parent", "goods", "qty", "unit"],
		order_by="parent, idx",
	)
	found: dict[str, list[str]] = {}
	for row in rows:
		found.setdefault(row.parent, []).append(f"{row.goods} {row.qty:g}{row.unit or ''}")
	return {name: "、".join(lines) for name, lines in found.items()}


def conditions(filters: frappe._dict) -> list:
	first, after = register.period(filters)
	found = [["registered_on", ">=", first], ["registered_on", "<", after]]
	for name in ("company", "status", "property_unit"):
		if filters.get(name):
			found.append([name, "=", filters[name]])
	return found
