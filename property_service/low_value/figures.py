"""Whether the articles and the general ledger agree, to the cent (LV-05): account in use + amortisation = net values.

What ERPNext or a job has not finished stands between the two for a while and is named: pieces that are still being made, and
values that are not spread yet.
"""

from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.query_builder.functions import Coalesce, Sum

from property_service import settings
from property_service.ledger import balance
from property_service.low_value import article_ledger, issuing, revaluation, scope
from property_service.rules import amortisation as rules


@dataclass(frozen=True)
class Figures:
	"""Of one company; amounts in cents of its currency, debit positive."""

	in_use: Decimal
	amortisation: Decimal
	nets: Decimal
	pending: Decimal
	unspread: Decimal

	@property
	def ledger(self) -> Decimal:
		return self.in_use + self.amortisation

	@property
	def articles(self) -> Decimal:
		return self.nets + self.pending + self.unspread

	@property
	def difference(self) -> Decimal:
		return self.ledger - self.articles


def of_company(company: str) -> Figures | None:
	"""None for a company without the accounts."""
	row = settings.company_row(company)
	in_use = row and row.get(scope.IN_USE_ACCOUNT)
	amortisation = row and row.get(scope.AMORTISATION_ACCOUNT)
	if not (in_use and amortisation):
		return None
	return Figures(
		in_use=balance.of_account(company, in_use),
		amortisation=balance.of_account(company, amortisation),
		nets=nets(company),
		pending=pending(company),
		unspread=unspread(company),
	)


def nets(company: str) -> Decimal:
	table = frappe.qb.DocType(article_ledger.ARTICLE)
	rows = (
		frappe.qb.from_(table).select(Coalesce(Sum(table.net_value), 0)).where(table.company == company).run()
	)
	return issuing.in_cents(rows[0][0])


def pending(company: str) -> Decimal:
	"""What issues have put on the account in use whose articles are still being made."""
	entry, row = frappe.qb.DocType(issuing.ENTRY), frappe.qb.DocType(issuing.ROW)
	ledger = frappe.qb.DocType("Stock Ledger Entry")
	rows = (
		frappe.qb.from_(entry)
		.join(row)
		.on(row.parent == entry.name)
		.join(ledger)
		.on((ledger.voucher_no == entry.name) & (ledger.voucher_detail_no == row.name))
		.select(ledger.stock_value_difference)
		.where((entry.company == company) & (entry.docstatus == 1) & (ledger.is_cancelled == 0))
		.where(entry.articles_state == issuing.PENDING)
		.where(row.amortisation_method.isin((rules.FIFTY_FIFTY, rules.INSTALMENTS)))
		.run()
	)
	return -sum((issuing.in_cents(value) for (value,) in rows), rules.NOTHING)


def unspread(company: str) -> Decimal:
	"""What ERPNext has moved on the account in use since, and the articles do not know yet."""
	return sum(
		(
			issuing.in_cents(row.value) - issuing.in_cents(row.known)
			for row in revaluation.differences(company)
			if row.method != rules.ONE_OFF
		),
		rules.NOTHING,
	)
