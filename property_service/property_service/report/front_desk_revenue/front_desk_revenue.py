"""What the front desk took in a period, by purpose, counter and mode of payment (CASH-04)."""

import frappe
from frappe import _
from frappe.utils import getdate

from property_service import till_revenue
from property_service.guards import restrict_to_company


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	frappe.has_permission("Front Desk Closing", "report", throw=True)
	restrict_to_company(filters)
	rows = till_revenue.lines(
		filters.company, getdate(filters.from_date), getdate(filters.to_date), filters.counter or None
	)
	currency = frappe.get_cached_value("Company", filters.company, "default_currency")
	return columns(), [{**row, "purpose": _(row["purpose"]), "currency": currency} for row in rows]


def columns() -> list[dict]:
	def money(label, fieldname):
		return {
			"label": label,
			"fieldname": fieldname,
			"fieldtype": "Currency",
			"options": "currency",
			"width": 130,
		}

	return [
		{"label": _("Receipt Purpose"), "fieldname": "purpose", "width": 160},
		{
			"label": _("Counter"),
			"fieldname": "counter",
			"fieldtype": "Link",
			"options": "Front Desk Counter",
			"width": 140,
		},
		{
			"label": _("Mode of Payment"),
			"fieldname": "mode_of_payment",
			"fieldtype": "Link",
			"options": "Mode of Payment",
			"width": 120,
		},
		{"label": _("Number of Receipts"), "fieldname": "receipts", "fieldtype": "Int", "width": 100},
		money(_("Takings"), "received"),
		money(_("Paid Out"), "paid_out"),
		money(_("Net of Tax"), "net_amount"),
		money(_("Tax Included"), "tax_amount"),
	]
