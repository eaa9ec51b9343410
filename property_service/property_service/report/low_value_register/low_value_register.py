"""Low-value register (低值易耗品台账): what each department has in use, with its keeper, its users and its value (LV-02)."""

import frappe
from frappe import _

from property_service import register_report as register
from property_service.rules import amortisation as rules

FIELDS = (
	*("name as article", "item_name", "low_value_class", "specification", "in_use_since", "department"),
	*("keeper_name", "user_name", "location", "cost", "amortisation_method", "amortised_amount", "net_value"),
	*("status", "ended_on"),
)
CONTEXT = "Low Value Article"


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	filters = frappe._dict(filters or {})
	return columns(), rows(filters)


def columns() -> list[dict]:
	"""Those of the paper form (page 7)."""
	column = register.column
	return [
		column(_("Number", context=CONTEXT), "article", 9, "Link", 140, options=CONTEXT),
		column(_("Item Name", context=CONTEXT), "item_name", 9, width=140, text=1),
		column(_("Low-Value Class"), "low_value_class", 5, width=90),
		column(_("Specification"), "specification", 7, width=110, text=1),
		column(_("In Use Since"), "in_use_since", 7, "Date", 100),
		column(_("Department"), "department", 9, "Link", 140, options="Department"),
		column(_("Keeper"), "keeper_name", 6, width=90),
		column(_("User", context=CONTEXT), "user_name", 6, width=90),
		column(_("Location", context=CONTEXT), "location", 7, width=110, text=1),
		column(_("Cost", context=CONTEXT), "cost", 7, "Currency", 100, options="currency"),
		column(_("Amortisation Method"), "amortisation_method", 6, width=90),
		column(_("Amortised"), "amortised_amount", 7, "Currency", 100, options="currency"),
		column(_("Net Value"), "net_value", 7, "Currency", 100, options="currency"),
		column(_("Status", context=CONTEXT), "status", 5, width=80),
	]


def rows(filters: frappe._dict) -> list[frappe._dict]:
	found = register.rows_of(
		CONTEXT, conditions(filters), (*FIELDS, "company"), "department asc, item_name asc, name asc"
	)
	currency = (
		frappe.get_cached_value("Company", filters.company, "default_currency") if filters.company else None
	)
	for row in found:
		row.currency = currency
		row.status = _(row.status, context=CONTEXT)
		row.amortisation_method = _(row.amortisation_method)
		row.low_value_class = row.low_value_class and _(row.low_value_class, context=CONTEXT)
	return register.numbered(found)


def conditions(filters: frappe._dict) -> list:
	found = [["status", "=", filters.status] if filters.status else ["status", "in", rules.LIVE]]
	for name in ("company", "department", "low_value_class", "user_employee", "keeper"):
		if filters.get(name):
			found.append([name, "=", filters[name]])
	return found
