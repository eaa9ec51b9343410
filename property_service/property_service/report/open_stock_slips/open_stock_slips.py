"""Open Stock Slips (未了单据): what is not submitted, not handed over, not checked, or changed since (WH-16, WH-20)."""

import frappe
from frappe import _
from frappe.utils import add_months, getdate, nowdate

from property_service.guards import require_company
from property_service.stock import slips


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	frappe.has_permission(slips.RECEIPT, "report", throw=True)
	return columns(), rows(frappe._dict(filters or {}))


def columns() -> list[dict]:
	def column(label: str, fieldname: str, fieldtype: str = "Data", width: int = 110, **more) -> dict:
		return {"label": label, "fieldname": fieldname, "fieldtype": fieldtype, "width": width, **more}

	return [
		column(_("Matter"), "concern_label", width=130),
		column(_("Date"), "posting_date", "Date", 95),
		column(_("Purpose"), "purpose_label", width=90),
		column(_("Type of Slip"), "slip_type", "Link", 110, options="DocType"),
		column(_("Slip"), "slip", "Dynamic Link", 170, options="slip_type"),
		column(_("Supplier or Department"), "partner", width=150),
		column(_("Value", context="Open Stock Slips"), "value", "Currency", 110),
		column(_("Slip Handover"), "handover", "Link", 150, options="Slip Handover"),
		column(_("Remark"), "remark", width=180),
	]


def rows(filters: frappe._dict) -> list[dict]:
	"""Slips of one company between two days (default: the last two months), oldest first."""
	company = filters.get("company") or frappe.defaults.get_user_default("Company")
	require_company(company)
	first = getdate(filters.get("from_date") or add_months(nowdate(), -2))
	last = getdate(filters.get("to_date") or nowdate())
	found = slips.concerns(str(company or ""), first, last)
	if wanted := filters.get("concern"):
		found = [row for row in found if row["concern"] == wanted]
	for row in found:
		row["concern_label"] = _(row["concern"], context="Slip Handover")
		row["purpose_label"] = _(row["purpose"], context="Slip Handover Item")
	return found
