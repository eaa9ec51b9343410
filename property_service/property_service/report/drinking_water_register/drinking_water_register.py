"""Drinking water register (饮用水登记表, register C): every order of a period, as the paper form lists it."""

import frappe
from frappe import _

from property_service import register_report as register

FIELDS = (
	*("name as water_order", "holder", "contact_name", "contact_phone", "item_name", "qty", "rate", "amount"),
	*("payment_method", "empties_back", "empties_after", "delivered_by", "delivered_on", "received_by"),
	*("status", "water_bill", "delivered_qty"),
)


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	filters = frappe._dict(filters or {})
	return columns(), rows(filters)


def columns() -> list[dict]:
	column = register.column
	return [
		column(_("Row No."), "row_number", 3, "Int", 60),
		column(_("Company or Room"), "holder", 14, width=170, text=1),
		column(_("Contact", context="Drinking Water Order"), "contact_name", 7, width=90),
		column(_("Telephone"), "contact_phone", 9, width=120),
		column(_("Specification"), "item_name", 10, width=130, text=1),
		column(_("Quantity"), "qty", 4, "Int", 70),
		column(_("Rate"), "rate", 5, "Currency", 80),
		column(_("Amount"), "amount", 6, "Currency", 90),
		column(_("Payment", context="Drinking Water Order"), "payment_method", 7, width=100),
		column(_("Empties Back"), "empties_back", 5, "Int", 80),
		column(_("Empties Owed"), "empties_after", 5, "Int", 80),
		column(_("Delivered By"), "delivered_by", 7, width=90),
		column(_("Delivered On", context="Drinking Water Order"), "delivered_on", 9, "Datetime", 140),
		column(_("Received By", context="Drinking Water Order"), "received_by", 7, width=90),
		column(_("Status"), "status", width=80),
		column(
			_("Drinking Water Order"),
			"water_order",
			fieldtype="Link",
			width=130,
			options="Drinking Water Order",
		),
		column(_("Water Bill"), "water_bill", fieldtype="Link", width=130, options="Water Bill"),
	]


def rows(filters: frappe._dict) -> list[frappe._dict]:
	found = register.rows_of(
		"Drinking Water Order", conditions(filters), FIELDS, "registered_on asc, name asc"
	)
	for row in found:
		if row.delivered_on:
			row.qty = row.delivered_qty
		row.payment_method, row.status = _(row.payment_method), _(row.status)
	return register.numbered(found)


def conditions(filters: frappe._dict) -> list:
	first, after = register.period(filters)
	found = [["registered_on", ">=", first], ["registered_on", "<", after]]
	for name in ("company", "status", "customer", "payment_method"):
		if filters.get(name):
			found.append([name, "=", filters[name]])
	return found
