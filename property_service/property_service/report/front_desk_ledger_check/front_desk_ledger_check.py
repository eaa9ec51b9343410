"""Whether the closed receipts and the ledger agree, account by account, to the cent (CASH-05)."""

import frappe
from frappe import _
from frappe.utils import flt, getdate

from property_service import till_ledger
from property_service.guards import restrict_to_company


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	frappe.has_permission("Front Desk Closing", "report", throw=True)
	restrict_to_company(filters)
	currency = frappe.get_cached_value("Company", filters.company, "default_currency")
	rows = [
		row_of(entry.account, _("Closed receipts"), entry.receipts, entry.ledger)
		for entry in till_ledger.by_account(
			filters.company,
			getdate(filters.from_date) if filters.from_date else None,
			getdate(filters.to_date) if filters.to_date else None,
		)
	]
	rows += [
		row_of(entry["account"], entry["what"], entry["balance"], entry["ledger"])
		for entry in till_ledger.register_balances(filters.company)
	]
	return columns(), [{**row, "currency": currency} for row in rows], message(rows)


def row_of(account, what, registers, ledger) -> dict:
	return {
		"account": account,
		"what": what,
		"registers": flt(registers),
		"ledger": flt(ledger),
		"difference": flt(ledger - registers),
	}


def message(rows: list[dict]) -> str:
	if any(row["difference"] for row in rows):
		return _("Something does not tie: see the rows with a difference.")
	return _("Everything ties to the ledger to the cent.")


def columns() -> list[dict]:
	def money(label, fieldname):
		return {
			"label": label,
			"fieldname": fieldname,
			"fieldtype": "Currency",
			"options": "currency",
			"width": 150,
		}

	return [
		{
			"label": _("Account"),
			"fieldname": "account",
			"fieldtype": "Link",
			"options": "Account",
			"width": 260,
		},
		{"label": _("What Is Compared"), "fieldname": "what", "width": 180},
		money(_("By the Registers"), "registers"),
		money(_("By the Ledger"), "ledger"),
		money(_("Amount of Difference"), "difference"),
	]
