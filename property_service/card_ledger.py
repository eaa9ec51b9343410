"""The cards and the ledger: what the card liability account must hold, and why (CASH-05).

	balances of the cards = ledger + movements that are not posted yet

A movement reaches the ledger on one way only: by its receipt, with the closing of the till; by the entry of its day; by
the entry of its subsidy batch or of its own. A replacement moves a balance between two cards and reaches nothing.
Amounts are Decimal in the company's currency; what the cards hold is a liability, hence negative as a debit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Count, Sum

from property_service import settings, till_ledger
from property_service.property_service.doctype.card_transaction.movements import CARD, TRANSACTION
from property_service.rules import service_card as rules
from property_service.rules.money import signed_cents


@dataclass(frozen=True)
class Part:
	"""What is not in the ledger yet: `amount` is what the cards gained by it, in cents."""

	what: str
	movements: int
	amount: Decimal


def balances(company: str) -> tuple[int, Decimal, Decimal]:
	"""(cards, cash, subsidy) of every card of a company, in cents."""
	card = frappe.qb.DocType(CARD)
	rows = (
		frappe.qb.from_(card)
		.select(Count("*"), Coalesce(Sum(card.cash_balance), 0), Coalesce(Sum(card.subsidy_balance), 0))
		.where(card.company == company)
		.run()
	)
	number, cash, subsidy = rows[0]
	return number, signed_cents(cash), signed_cents(subsidy)


def not_posted(company: str, account: str) -> list[Part]:
	"""The signed movements that are on cards and not in the ledger, by the way that they will take."""
	number, amount = unposted(company, rules.BY_DAY)
	batches, subsidy = unposted(company, (rules.SUBSIDY_TOP_UP,))
	return [
		Part(
			"In tills that are not closed",
			receipts_open(company, account),
			-till_ledger.not_yet_closed(company, account),
		),
		Part("Waiting for the entry of their day", number, amount),
		Part("In subsidy batches that are being credited", batches, subsidy),
	]


def unposted(company: str, kinds: tuple[str, ...]) -> tuple[int, Decimal]:
	movement = frappe.qb.DocType(TRANSACTION)
	rows = (
		frappe.qb.from_(movement)
		.select(Count("*"), Coalesce(Sum(movement.cash_amount + movement.subsidy_amount), 0))
		.where(
			(movement.company == company)
			& movement.transaction_type.isin(kinds)
			& movement.posting_key.isnull()
			& (movement.docstatus == 1)
		)
		.run()
	)
	return rows[0][0], signed_cents(rows[0][1])


def receipts_open(company: str, account: str) -> int:
	return frappe.db.count(
		"Front Desk Receipt",
		{"company": company, "account": account, "docstatus": 1, "closing": ("is", "not set")},
	)


# ---- hooks of the till --------------------------------------------------------------------------------------------------


def liability(company: str) -> list[dict]:
	"""What the card liability account must hold now, debit positive (hook `till_balances`)."""
	row = settings.company_row(company)
	account = row and row.card_liability_account
	if not account:
		return []
	_cards, cash, subsidy = balances(company)
	waiting = sum((part.amount for part in not_posted(company, account)), Decimal(0))
	return [{"account": account, "what": _("Balances of cards"), "balance": waiting - cash - subsidy}]


def paid_movements(company: str) -> Iterator[tuple[str, str, Decimal]]:
	"""(doctype, name, amount) of all cash that came or went by the till: what its valid receipts sum up to (hook
	`till_paid_entries`).
	"""
	rows = frappe.get_all(
		TRANSACTION,
		filters={
			"company": company,
			"transaction_type": ("in", rules.BY_TILL),
			"docstatus": 1,
			"cash_amount": ("!=", 0),
			"reverses": ("is", "not set"),
		},
		fields=["name", "cash_amount", "reversed_by"],
		order_by="name",
	)
	for row in rows:
		yield TRANSACTION, row.name, Decimal(0) if row.reversed_by else signed_cents(row.cash_amount)
