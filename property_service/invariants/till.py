"""The till: what was closed is in the ledger, numbers have no gaps, two people signed, nothing was posted twice (CASH)."""

from collections.abc import Iterator

import frappe
from frappe.query_builder.functions import Coalesce, Count, Max, Sum

from property_service import till_ledger
from property_service.invariants import invariant
from property_service.rules import money
from property_service.rules import till as rules

CLOSING, RECEIPT, SHIFT = "Front Desk Closing", "Front Desk Receipt", "Front Desk Shift"
HOOK = "till_paid_entries"


@invariant("CASH-05", CLOSING)
def closings_and_ledger_agree(company: str) -> Iterator[tuple[str, str]]:
	for name, (expected, held) in till_ledger.by_closing(company).items():
		for row in rules.untied(expected, held):
			yield name, f"{row.account}: {row.receipts} closed, {row.ledger} in the ledger"


@invariant("CASH-05", "Account")
def registers_and_ledger_agree(company: str) -> Iterator[tuple[str, str]]:
	"""What a register says that an account must hold (hook `till_balances`)."""
	for row in till_ledger.register_balances(company):
		if row["ledger"] != row["balance"]:
			yield row["account"], f"{row['what']}: {row['balance']}, {row['ledger']} in the ledger"


@invariant("CASH-01", "Front Desk Counter")
def receipt_numbers_have_no_gap(company: str) -> Iterator[tuple[str, str]]:
	"""As many receipts as the highest number says, cancelled ones included, per counter and year."""
	receipt = frappe.qb.DocType(RECEIPT)
	year = frappe.query_builder.functions.Function("YEAR", receipt.posting_date)
	rows = (
		frappe.qb.from_(receipt)
		.select(receipt.counter, year, Count("*"), Max(receipt.receipt_no))
		.where((receipt.company == company) & receipt.receipt_no.isnotnull())
		.groupby(receipt.counter, year)
		.orderby(receipt.counter)
		.run()
	)
	for counter, in_year, count, last in rows:
		if int(last.rsplit("-", 1)[1]) != count:
			yield counter, f"{count} receipts of {in_year}, but the last number is {last}"


@invariant("CASH-01", RECEIPT)
def valid_receipts_are_complete(company: str) -> Iterator[tuple[str, str]]:
	receipt = frappe.qb.DocType(RECEIPT)
	rows = (
		frappe.qb.from_(receipt)
		.select(receipt.name, receipt.receipt_no)
		.where((receipt.company == company) & (receipt.docstatus > 0))
		.where(
			receipt.receipt_no.isnull()
			| receipt.shift.isnull()
			| receipt.clerk.isnull()
			| receipt.account.isnull()
			| (receipt.amount <= 0)
			| (receipt.amount != receipt.net_amount + receipt.tax_amount)
			| ((receipt.docstatus == 2) & (Coalesce(receipt.cancel_reason, "") == ""))
		)
		.orderby(receipt.name)
		.run()
	)
	for name, number in rows:
		yield name, f"{number or 'no number'}: shift, clerk, account, amount or reason is missing"


@invariant("CASH-01", RECEIPT)
def nothing_is_paid_back_twice(company: str) -> Iterator[tuple[str, str]]:
	receipt, back = frappe.qb.DocType(RECEIPT), frappe.qb.DocType(RECEIPT).as_("back")
	rows = (
		frappe.qb.from_(receipt)
		.join(back)
		.on(
			(back.original_receipt == receipt.name)
			& (back.docstatus == 1)
			& (back.direction != receipt.direction)
		)
		.select(receipt.name, receipt.amount, Sum(back.amount), receipt.docstatus)
		.where(receipt.company == company)
		.groupby(receipt.name)
		.orderby(receipt.name)
		.run()
	)
	for name, amount, paid_back, docstatus in rows:
		if docstatus != 1 or money.cents(paid_back) > money.cents(amount):
			yield name, f"{paid_back:.2f} paid back of {amount:.2f}"


@invariant("CASH-01", RECEIPT)
def paid_entries_have_their_receipts(company: str) -> Iterator[tuple[str, str]]:
	"""What registers say is paid (hook `till_paid_entries`: company -> (doctype, name, amount)) against their receipts."""
	said: dict[tuple[str, str], object] = {}
	for path in frappe.get_hooks(HOOK):
		for doctype, name, amount in frappe.get_attr(path)(company):
			said[(doctype, name)] = money.signed_cents(amount)
	if not said:
		return
	receipt = frappe.qb.DocType(RECEIPT)
	rows = (
		frappe.qb.from_(receipt)
		.select(receipt.reference_doctype, receipt.reference_name, receipt.direction, Sum(receipt.amount))
		.where((receipt.company == company) & (receipt.docstatus == 1) & (receipt.register_entry == 1))
		.groupby(receipt.reference_doctype, receipt.reference_name, receipt.direction)
		.run()
	)
	taken: dict[tuple[str, str], object] = {}
	for doctype, name, direction, amount in rows:
		key = (doctype, name)
		taken[key] = taken.get(key, 0) + rules.signed(direction, money.cents(amount))
	for key, amount in said.items():
		if taken.get(key, 0) != amount:
			yield key[1], f"{key[0]} says {amount} paid, receipts say {taken.get(key, 0)}"


@invariant("CASH-03", CLOSING)
def accepted_closings_are_signed_by_two_and_posted_once(company: str) -> Iterator[tuple[str, str]]:
	closing, posting = frappe.qb.DocType(CLOSING), frappe.qb.DocType("Ledger Posting")
	entry = frappe.qb.DocType("Journal Entry")
	rows = (
		frappe.qb.from_(closing)
		.left_join(posting)
		.on((posting.source_doctype == CLOSING) & (posting.source_name == closing.name))
		.left_join(entry)
		.on((entry.cheque_no == closing.name) & (entry.company == company) & (entry.docstatus == 1))
		.select(
			closing.name,
			closing.clerk,
			closing.signed_by,
			closing.accepted_by,
			closing.journal_entry,
			Count(posting.name).distinct(),
			Count(entry.name).distinct(),
		)
		.where((closing.company == company) & (closing.docstatus == 1))
		.groupby(closing.name)
		.orderby(closing.name)
		.run()
	)
	for name, clerk, signed_by, accepted_by, journal, postings, entries in rows:
		if not (signed_by and accepted_by) or accepted_by in (clerk, signed_by):
			yield name, f"handed in by {signed_by}, accepted by {accepted_by}"
		if postings != 1 or entries != int(bool(journal)):
			yield name, f"{postings} postings, {entries} journal entries"


@invariant("CASH-02", SHIFT)
def open_tills_hold_their_keys(company: str) -> Iterator[tuple[str, str]]:
	shift = frappe.qb.DocType(SHIFT)
	is_open = shift.status == rules.OPEN
	rows = (
		frappe.qb.from_(shift)
		.select(shift.name, shift.status)
		.where(shift.company == company)
		.where(
			(is_open & (shift.open_clerk_key.isnull() | shift.open_counter_key.isnull()))
			| (
				is_open.negate()
				& (
					shift.open_clerk_key.isnotnull()
					| shift.open_counter_key.isnotnull()
					| shift.closing.isnull()
				)
			)
		)
		.orderby(shift.name)
		.run()
	)
	for name, status in rows:
		yield name, f"{status}, but its keys or its closing say otherwise"
