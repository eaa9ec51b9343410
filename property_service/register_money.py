"""Money of the registers' entries, taken and given back through the till, in the entry's transaction (CASH-01).

Lock order: the register's own rows, then what the till locks.
"""

from collections.abc import Iterator

import frappe
from frappe.model.document import Document

from property_service import till
from property_service.property_service.doctype.front_desk_receipt import facts
from property_service.refusals import stop
from property_service.rules import money
from property_service.rules import register as rules
from property_service.rules import till as till_rules
from property_service.rules.refusal import Refusal


def collect(
	entry: Document, purpose: str, amount: money.Number, mode_of_payment: str | None, **who: str | None
) -> str | None:
	"""Take `amount` for `entry` and return the receipt's name; None for an entry that costs nothing.

	`who`: payer, resident, customer, remarks. Raises ValidationError without a mode of payment or an open till.
	"""
	due = money.cents(amount)
	if not due:
		return None
	if not mode_of_payment:
		stop(Refusal(rules.NO_MODE, (f"{due:.2f}",)))
	return till.collect(entry, purpose, due, mode_of_payment, **who).name


def give_back(entry: Document, reason: str, mode_of_payment: str | None = None) -> None:
	"""The entry becomes void: its receipts are cancelled with it.

	Once their till is closed that is refused; then the money is paid back by `mode_of_payment` from the till that is open.
	"""
	if not mode_of_payment:
		till.cancel_for(entry, reason)
		return
	for receipt in till.receipts_of(entry):
		if receipt.direction == till_rules.IN:
			pay_back(entry, receipt, mode_of_payment, reason)


def pay_back(entry: Document, receipt: frappe._dict, mode_of_payment: str, reason: str) -> None:
	"""What is left of a receipt goes back to whoever paid it."""
	left = money.cents(receipt.amount) - facts.paid_back(receipt.name, till_rules.IN)
	if left:
		till.pay_out(
			entry,
			refund_purpose(receipt.purpose),
			left,
			mode_of_payment,
			payer=frappe.db.get_value("Front Desk Receipt", receipt.name, "payer"),
			original_receipt=receipt.name,
			remarks=reason,
		)


def refund_purpose(purpose: str) -> str:
	"""A deposit is paid back under a purpose of its own, income under the one it came by."""
	return frappe.db.get_value("Receipt Purpose", {"refunds": purpose}, order_by="name asc") or purpose


def receipt_numbers(receipts: list[str | None]) -> dict[str, frappe._dict]:
	"""{receipt: receipt_no and amount}, for the registers' columns; one query."""
	rows = frappe.get_all(
		"Front Desk Receipt",
		filters={"name": ("in", [name for name in receipts if name] or [""]), "docstatus": 1},
		fields=["name", "receipt_no", "amount"],
		order_by="name",
	)
	return {row.name: row for row in rows}


# ---- hook `till_paid_entries`: what the registers say is paid ------------------------------------------------------


def paid_entries(company: str) -> Iterator[tuple[str, str, float]]:
	"""(doctype, name, amount) of every entry that cost money: what its valid receipts must sum up to."""
	for rows in (gym_cards, vehicle_passes, water_orders, key_loans):
		yield from rows(company)


def gym_cards(company: str) -> Iterator[tuple[str, str, float]]:
	rows = frappe.get_all(
		"Gym Membership",
		filters={"company": company, "taken_over": 0, "price": (">", 0)},
		fields=["name", "status", "price"],
		order_by="name",
	)
	for row in rows:
		yield "Gym Membership", row.name, 0 if row.status == "Cancelled" else row.price


def vehicle_passes(company: str) -> Iterator[tuple[str, str, float]]:
	rows = frappe.get_all(
		"Vehicle Pass",
		filters={"company": company, "fee": (">", 0), "issued_on": ("is", "set")},
		fields=["name", "status", "fee"],
		order_by="name",
	)
	for row in rows:
		yield "Vehicle Pass", row.name, 0 if row.status == "Cancelled" else row.fee


def water_orders(company: str) -> Iterator[tuple[str, str, float]]:
	rows = frappe.get_all(
		"Drinking Water Order",
		filters={"company": company},
		or_filters={"receipt": ("is", "set"), "deposit_receipt": ("is", "set")},
		fields=["name", "status", "amount", "payment_method", "deposit", "deposit_refunded"],
		order_by="name",
	)
	for row in rows:
		paid = (row.amount if row.payment_method == "At the Desk" else 0) + row.deposit - row.deposit_refunded
		yield "Drinking Water Order", row.name, 0 if row.status == "Cancelled" else paid


def key_loans(company: str) -> Iterator[tuple[str, str, float]]:
	rows = frappe.get_all(
		"Key Loan",
		filters={"company": company},
		or_filters={"deposit_receipt": ("is", "set"), "compensation_receipt": ("is", "set")},
		fields=["name", "status", "deposit_held", "compensation", "compensation_receipt"],
		order_by="name",
	)
	for row in rows:
		paid = row.deposit_held + (row.compensation if row.compensation_receipt else 0)
		yield "Key Loan", row.name, 0 if row.status == "Cancelled" else paid
