"""Stock Limit Status (库存限额状况): what lies in a store against what it should keep (procedure 4.1, 4.2.2; WH-03)."""

import frappe
from frappe import _

from property_service.guards import require_procedure
from property_service.stock import limits, stores


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	check(filters)
	rows = [line(status) for status in limits.statuses(filters.store) if wanted(status, filters)]
	return columns(), rows, None, None, summary(rows)


def check(filters: frappe._dict) -> None:
	"""Raises ValidationError without a store, PermissionError for those who do not see the stores."""
	frappe.has_permission("Bin", "report", throw=True)
	if not (isinstance(filters.store, str) and stores.is_store(filters.store)):
		frappe.throw(_("Choose the store: the parent warehouse of its zones (WH-14)."))
	frappe.has_permission("Warehouse", "read", filters.store, throw=True)
	require_procedure("stores", frappe.get_cached_value("Warehouse", filters.store, "company"))


def wanted(status: limits.Status, filters: frappe._dict) -> bool:
	if filters.stock_class and status.stock_class != filters.stock_class:
		return False
	if filters.item_code and status.item_code != filters.item_code:
		return False
	return status.is_below or not filters.below_only


def columns() -> list[dict]:
	def column(label: str, fieldname: str, fieldtype: str = "Float", width: int = 84, **more) -> dict:
		return {"label": label, "fieldname": fieldname, "fieldtype": fieldtype, "width": width, **more}

	return [
		column(_("Item"), "item_code", "Link", 110, options="Item"),
		column(_("Item Name", context="Stock Limit Override"), "item_name", "Data", 120),
		column(_("Specification"), "specification", "Data", 100),
		column(_("Stock Class"), "stock_class", "Data", 76),
		column(_("Unit"), "stock_uom", "Data", 50),
		column(_("Balance in Qualified"), "balance"),
		column(_("Stock Limit"), "stock_limit"),
		column(_("Below Limit"), "below", "Data", 90),
		column(_("On Request"), "on_request"),
		column(_("On Order"), "on_order"),
		column(_("Average Monthly Consumption"), "average"),
		column(_("Consumption of the Month"), "month_consumption"),
		column(_("Months of Cover"), "cover"),
		column(_("Limit Set by Hand"), "limit_override", "Link", 110, options="Stock Limit Override"),
	]


def line(status: limits.Status) -> dict:
	cover = status.cover
	return {
		"item_code": status.item_code,
		"item_name": status.item_name,
		"specification": status.specification,
		"stock_class": _(status.stock_class) if status.stock_class else "",
		"stock_uom": _(status.stock_uom),
		"balance": float(status.balance),
		"stock_limit": float(status.limit),
		"below": flag(status),
		"is_below": int(status.is_below),
		"is_covered": int(status.is_covered),
		"on_request": float(status.on_request),
		"on_order": float(status.on_order),
		"average": float(status.average),
		"month_consumption": float(status.month_consumption),
		"cover": None if cover is None else float(cover),
		"limit_override": status.override,
	}


def flag(status: limits.Status) -> str:
	if not status.is_below:
		return ""
	return _("On Its Way") if status.is_covered else _("To Plan")


def summary(rows: list[dict]) -> list[dict]:
	below = [row for row in rows if row["is_below"]]
	return [
		{"label": _("Items"), "value": len(rows), "datatype": "Int"},
		{"label": _("Below Limit"), "value": len(below), "datatype": "Int", "indicator": "Orange"},
		{
			"label": _("To Plan"),
			"value": sum(not row["is_covered"] for row in below),
			"datatype": "Int",
			"indicator": "Red",
		},
	]
