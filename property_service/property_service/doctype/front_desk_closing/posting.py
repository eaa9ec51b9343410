"""What an accepted closing posts to the ledger, once (CASH-03, Q-03)."""

from collections import defaultdict
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from property_service import settings
from property_service.ledger import journal
from property_service.property_service.doctype.front_desk_counter.front_desk_counter import cost_center
from property_service.property_service.doctype.front_desk_receipt import facts
from property_service.rules import money
from property_service.rules import till as rules


def post(closing: Document) -> str | None:
	"""Post the closing dated its shift's day, and return the journal entry; None for a shift that moved no money."""
	mode_accounts = {row.mode_of_payment: account_of_mode(closing, row) for row in closing.modes}
	for row in closing.modes:
		row.account = mode_accounts[row.mode_of_payment]
	modes = {
		row.mode_of_payment: rules.ModeTotal(
			row.mode_of_payment,
			money.cents(row.opening_float),
			money.cents(row.received),
			money.cents(row.paid_out),
			money.signed_cents(row.counted),
		)
		for row in closing.modes
		if not row.is_cash
	}
	cash = drawer(closing)
	# kept with the closing: the ledger is checked against what was meant when it was posted (CASH-05)
	closing.update({"float_account": cash.float_account, "over_short_account": cash.over_short_account})
	rows = [
		journal.Row(
			account=posting.target.account,
			amount=posting.amount,
			cost_center=posting.target.cost_center,
			party_type="Customer" if posting.target.party else None,
			party=posting.target.party,
			reference_type="Sales Invoice" if posting.target.reference else None,
			reference_name=posting.target.reference,
		)
		for posting in rules.postings(taken(closing), cash, modes, mode_accounts)
	]
	remark = _("Front desk closing {0}: {1}, shift {2}").format(closing.name, closing.counter, closing.shift)
	return journal.post(
		f"{closing.doctype}/{closing.name}", closing, getdate(closing.business_date), rows, remark
	)


def account_of_mode(closing: Document, row: Document) -> str:
	"""Where the money of a mode goes; cash goes to the cashier."""
	if row.is_cash:
		return cashier_account(closing)
	account = settings.mode_row(closing.company, row.mode_of_payment).account
	return account or settings.missing_mode_account(closing.company, row.mode_of_payment)


def cashier_account(closing: Document) -> str:
	own = frappe.get_cached_value("Front Desk Counter", closing.counter, "cashier_account")
	return own or settings.required(closing.company, "cashier_account")


def float_account(closing: Document) -> str:
	own = frappe.get_cached_value("Front Desk Counter", closing.counter, "till_float_account")
	return own or settings.required(closing.company, "till_float_account")


def drawer(closing: Document) -> rules.Drawer:
	return rules.Drawer(
		cashier_account=cashier_account(closing),
		float_account=float_account(closing),
		over_short_account=settings.required(closing.company, "over_short_account"),
		cost_center=cost_center(closing.counter),
		left=money.cents(closing.float_left),
		from_cashier=money.signed_cents(closing.float_from_cashier),
		opening_difference=money.signed_cents(closing.opening_difference),
		float_kept=money.cents(closing.float_kept),
		handed_over=money.cents(closing.handed_over),
		cash_difference=money.signed_cents(closing.cash_difference),
	)


def taken(closing: Document) -> list[rules.Taken]:
	"""The valid receipts of the shift as they were booked when they were issued."""
	table = frappe.qb.DocType(facts.RECEIPT)
	# Locked before their invoices, as a receipt that pays one of them back does it.
	receipts = (
		frappe.qb.from_(table)
		.select(
			table.direction,
			table.account,
			table.cost_center,
			table.net_amount,
			table.tax_amount,
			table.tax_account,
			table.amount,
			table.reference_doctype,
			table.reference_name,
		)
		.where((table.shift == closing.shift) & (table.docstatus == 1))
		.orderby(table.receipt_no)
		.for_update()
		.run(as_dict=True)
	)
	invoices = [row for row in receipts if row.reference_doctype == "Sales Invoice"]
	others = [row for row in receipts if row.reference_doctype != "Sales Invoice"]
	return [*(as_taken(row) for row in others), *invoice_payments(invoices)]


def as_taken(row: dict) -> rules.Taken:
	return rules.Taken(
		direction=row.direction,
		target=rules.Target(row.account, row.cost_center),
		net=money.cents(row.net_amount),
		tax=money.cents(row.tax_amount),
		tax_account=row.tax_account,
	)


def invoice_payments(receipts: list[dict]) -> list[rules.Taken]:
	"""What was taken for each invoice, against it as far as it is still open.

	Somebody may have paid or cancelled the invoice otherwise since the money was taken: what is more than its
	outstanding amount becomes the customer's credit on the same account, for accounting to allocate.
	"""
	sums: dict[str, Decimal] = defaultdict(Decimal)
	for row in receipts:
		sums[row.reference_name] += rules.signed(row.direction, money.cents(row.amount))
	payments = []
	for name, amount in sums.items():
		invoice = frappe.db.get_value(
			"Sales Invoice",
			name,
			["docstatus", "outstanding_amount", "debit_to", "customer"],
			as_dict=True,
			for_update=True,
		)
		for reference, part in rules.allocate(
			amount, money.signed_cents(invoice.outstanding_amount), invoice.docstatus == 1
		):
			target = rules.Target(
				invoice.debit_to, party=invoice.customer, reference=name if reference else None
			)
			direction = rules.IN if part > 0 else rules.OUT
			payments.append(rules.Taken(direction, target, abs(part)))
	return payments
