"""Whether articles, their ledger and the accounts say the same, to the cent, and what is still under way (LV-05)."""

import frappe
from frappe import _
from frappe.utils import flt

from property_service import settings
from property_service.guards import restrict_to_company
from property_service.invariants import low_value as invariants
from property_service.low_value import figures, revaluation, scope


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	frappe.has_permission("Low Value Ledger Entry", "report", throw=True)
	restrict_to_company(filters)
	found = figures.of_company(filters.company)
	if not found:
		return columns(), [], _("{0} has no accounts for low-value consumables yet.").format(filters.company)
	currency = frappe.get_cached_value("Company", filters.company, "default_currency")
	rows = [
		*account_rows(filters.company, found),
		*broken_rows(filters.company),
		*waiting_rows(filters.company),
	]
	return columns(), [{**row, "currency": currency} for row in rows], message(rows, found)


def account_rows(company: str, found: figures.Figures) -> list[dict]:
	row = settings.company_row(company)
	return [
		line(_("Account in Use"), row.get(scope.IN_USE_ACCOUNT), ledger=found.in_use),
		line(_("Amortisation Account"), row.get(scope.AMORTISATION_ACCOUNT), ledger=found.amortisation),
		line(_("Net values of the articles"), articles=found.nets),
		line(_("Articles that are still being made"), articles=found.pending),
		line(_("Values that are not spread yet"), articles=found.unspread),
		{
			**line(_("Accounts and articles"), ledger=found.ledger, articles=found.articles),
			"difference": flt(found.difference),
			"bold": 1,
		},
	]


def broken_rows(company: str) -> list[dict]:
	"""Articles whose amounts do not add up, or are not the sum of their entries."""
	checks = (invariants.articles_add_up, invariants.articles_are_the_sum_of_their_ledger)
	return [{**line(problem, name), "difference": 1} for check in checks for name, problem in check(company)]


def waiting_rows(company: str) -> list[dict]:
	return [
		line(
			_("Repost that has not ended: {0}").format(_(repost.status)),
			repost.item_code or repost.voucher_no,
		)
		for repost in revaluation.pending_reposts(company)
	]


def line(what: str, of: str | None = None, ledger=None, articles=None) -> dict:
	return {
		"what": what,
		"of": of,
		"ledger": flt(ledger) if ledger is not None else None,
		"articles": flt(articles) if articles is not None else None,
	}


def message(rows: list[dict], found: figures.Figures) -> str:
	if any(row.get("difference") for row in rows):
		return _("Something does not tie: see the rows with a difference.")
	if found.pending or found.unspread:
		return _("Everything ties to the ledger to the cent; something is still under way.")
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
		{"label": _("What Is Compared"), "fieldname": "what", "width": 320},
		{"label": _("Account or Document"), "fieldname": "of", "width": 240},
		money(_("By the Ledger"), "ledger"),
		money(_("By the Articles"), "articles"),
		money(_("Amount of Difference"), "difference"),
	]
