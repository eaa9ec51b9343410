"""Whether what the tills closed and what the ledger holds agree, to the cent (CASH-04, CASH-05).

Amounts are Decimal in the company's currency, debit positive. A register that owes or is owed money on an account of its
own (the balances of cards) adds its part by the hook `till_balances`: a function of a company that returns dicts with
`account`, `what` (a text), and `balance`: what the ledger account must hold now, debit positive.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder.functions import Coalesce, Sum

from property_service.ledger import balance
from property_service.rules import money
from property_service.rules import till as rules

CLOSING, RECEIPT = "Front Desk Closing", "Front Desk Receipt"
HOOK = "till_balances"

ByAccount = dict[str, Decimal]


def by_closing(
	company: str, from_date: date | None = None, to_date: date | None = None
) -> dict[str, tuple[ByAccount, ByAccount]]:
	"""{closing: (what its receipts and its count say, what its journal entry holds)}, of accepted closings."""
	expected: dict[str, ByAccount] = defaultdict(lambda: defaultdict(Decimal))
	held: dict[str, ByAccount] = defaultdict(lambda: defaultdict(Decimal))
	closings = accepted(company, from_date, to_date)
	cash = cash_accounts(closings)
	for closing in closings:
		add_count(expected[closing.name], closing, cash.get(closing.name))
	for row in receipts_by_account(closings):
		add(expected[row.closing], row.account, -signed(row.direction, row.net))
		add(expected[row.closing], row.tax_account, -signed(row.direction, row.tax))
	for row in other_modes(closings):
		add(expected[row.parent], row.account, money.signed_cents(row.counted))
	for row in ledger_rows(closings):
		add(held[row.closing], row.account, money.signed_cents(row.amount))
	return {row.name: (nonzero(expected[row.name]), nonzero(held[row.name])) for row in closings}


def by_account(
	company: str, from_date: date | None = None, to_date: date | None = None
) -> list[rules.Untied]:
	"""Every account the desk used, closed receipts against the ledger movement of the desk's entries; also what ties."""
	receipts: ByAccount = defaultdict(Decimal)
	ledger: ByAccount = defaultdict(Decimal)
	for expected, held in by_closing(company, from_date, to_date).values():
		for account, amount in expected.items():
			receipts[account] += amount
		for account, amount in held.items():
			ledger[account] += amount
	return [
		rules.Untied(account, receipts.get(account, Decimal(0)), ledger.get(account, Decimal(0)))
		for account in sorted({*receipts, *ledger})
	]


def register_balances(company: str) -> list[dict]:
	"""Rows of the hook `till_balances` with what the ledger holds on the account: account, what, balance, ledger."""
	rows = []
	for path in frappe.get_hooks(HOOK):
		rows += frappe.get_attr(path)(company)
	return [{**row, "ledger": balance.of_account(company, row["account"])} for row in rows]


def not_yet_closed(company: str, account: str) -> Decimal:
	"""What valid receipts of tills whose closing is not accepted will move `account` by: for a register's balance."""
	table = frappe.qb.DocType(RECEIPT)
	rows = (
		frappe.qb.from_(table)
		.select(table.direction, Sum(table.net_amount))
		.where(
			(table.company == company)
			& (table.account == account)
			& (table.docstatus == 1)
			& (Coalesce(table.closing, "") == "")
		)
		.groupby(table.direction)
		.run()
	)
	return sum((-signed(direction, amount) for direction, amount in rows), Decimal(0))


# ---- queries ------------------------------------------------------------------------------------------------------


def accepted(company: str, from_date: date | None, to_date: date | None) -> list[frappe._dict]:
	filters = [["company", "=", company], ["docstatus", "=", 1]]
	if from_date:
		filters.append(["business_date", ">=", from_date])
	if to_date:
		filters.append(["business_date", "<=", to_date])
	return frappe.get_all(
		CLOSING,
		filters=filters,
		fields=[
			*(
				"name",
				"shift",
				"journal_entry",
				"float_account",
				"over_short_account",
				"float_kept",
				"float_left",
			),
			*("float_from_cashier", "handed_over", "difference_total", "opening_difference"),
		],
		order_by="business_date, name",
	)


def names(closings: Iterable[dict]) -> list[str]:
	return [row["name"] for row in closings] or [""]


def receipts_by_account(closings: list[dict]) -> list[frappe._dict]:
	table = frappe.qb.DocType(RECEIPT)
	return (
		frappe.qb.from_(table)
		.select(
			table.closing,
			table.direction,
			table.account,
			table.tax_account,
			Sum(table.net_amount).as_("net"),
			Sum(table.tax_amount).as_("tax"),
		)
		.where(table.closing.isin(names(closings)) & (table.docstatus == 1))
		.groupby(table.closing, table.direction, table.account, table.tax_account)
		.run(as_dict=True)
	)


def other_modes(closings: list[dict]) -> list[frappe._dict]:
	table = frappe.qb.DocType("Front Desk Closing Mode")
	return (
		frappe.qb.from_(table)
		.select(table.parent, table.account, Sum(table.counted).as_("counted"))
		.where((table.parenttype == CLOSING) & table.parent.isin(names(closings)) & (table.is_cash == 0))
		.groupby(table.parent, table.account)
		.run(as_dict=True)
	)


def ledger_rows(closings: list[dict]) -> list[frappe._dict]:
	entry, closing = frappe.qb.DocType("GL Entry"), frappe.qb.DocType(CLOSING)
	return (
		frappe.qb.from_(entry)
		.join(closing)
		.on((entry.voucher_type == "Journal Entry") & (entry.voucher_no == closing.journal_entry))
		.select(closing.name.as_("closing"), entry.account, Sum(entry.debit - entry.credit).as_("amount"))
		.where(closing.name.isin(names(closings)) & (entry.is_cancelled == 0))
		.groupby(closing.name, entry.account)
		.run(as_dict=True)
	)


def add_count(accounts: ByAccount, closing: dict, cash: str | None) -> None:
	"""The drawer's part of a closing: cashier (`cash`), float, over and short."""
	add(accounts, cash, signed_difference(closing["handed_over"], closing["float_from_cashier"]))
	add(accounts, closing["float_account"], signed_difference(closing["float_kept"], closing["float_left"]))
	over = money.signed_cents(closing["difference_total"]) + money.signed_cents(closing["opening_difference"])
	add(accounts, closing["over_short_account"], -over)


def cash_accounts(closings: list[dict]) -> dict[str, str]:
	rows = frappe.get_all(
		"Front Desk Closing Mode",
		filters={"parenttype": CLOSING, "parent": ("in", names(closings)), "is_cash": 1},
		fields=["parent", "account"],
		order_by="parent",
	)
	return {row.parent: row.account for row in rows}


def signed_difference(value: float, less: float) -> Decimal:
	return money.signed_cents(value) - money.signed_cents(less)


def signed(direction: str, amount: float) -> Decimal:
	return rules.signed(direction, money.cents(amount))


def add(accounts: ByAccount, account: str | None, amount: Decimal) -> None:
	if account and amount:
		accounts[account] += amount


def nonzero(accounts: ByAccount) -> ByAccount:
	return {account: amount for account, amount in accounts.items() if amount}
