"""Money for an entry of a register: taken, paid back and cancelled together with it, in one transaction (CASH-01).

A register calls these from its own document, after it has locked its own rows (card, key …). Everything here is done as
the session user, who needs an open till, and is undone when the register's transaction fails.

	collect / pay_out    a valid receipt for the entry, or the one that is there for the same `request_id`
	receipts_of          what was taken and paid for an entry
	require_paid         refuses an entry that says it is paid and has no receipt
	cancel_for           cancels the receipts of an entry with it; refused once their till is closed
	open_till            the session user's open shift, locked; None when there is none

A register names its purposes in the hook `till_purposes` ({DocType: [purposes]}): then nobody takes that money by hand.
With the hook `till_paid_entries` its paid entries are checked against the receipts every night.
"""

from decimal import Decimal

import frappe
from frappe.model.document import Document

from property_service.property_service.doctype.front_desk_receipt import facts
from property_service.property_service.doctype.front_desk_receipt.front_desk_receipt import (
	RECEIPT,
	FrontDeskReceipt,
	insert_once,
)
from property_service.refusals import stop
from property_service.rules import money
from property_service.rules import till as rules

__all__ = ["cancel_for", "collect", "open_till", "paid", "pay_out", "receipts_of", "require_paid"]


def collect(
	entry: Document,
	purpose: str,
	amount: money.Number,
	mode_of_payment: str,
	payer: str | None = None,
	*,
	customer: str | None = None,
	resident: str | None = None,
	remarks: str | None = None,
	request_id: str | None = None,
) -> FrontDeskReceipt:
	"""Take `amount` (company currency, tax included, whole cents) for `entry` and return the valid receipt.

	`payer` may be left out where a customer or resident is named. Raises frappe.ValidationError: no open till, past its
	planned end, no such purpose or mode in the settings, an amount that is none.
	"""
	return _receipt(
		entry,
		rules.IN,
		purpose=purpose,
		amount=amount,
		mode_of_payment=mode_of_payment,
		payer=payer,
		customer=customer,
		resident=resident,
		remarks=remarks,
		request_id=request_id,
	)


def pay_out(
	entry: Document,
	purpose: str,
	amount: money.Number,
	mode_of_payment: str,
	payer: str | None = None,
	*,
	original_receipt: str | None = None,
	customer: str | None = None,
	resident: str | None = None,
	remarks: str | None = None,
	request_id: str | None = None,
) -> FrontDeskReceipt:
	"""Pay `amount` out for `entry` and return the valid receipt; see `collect`.

	`original_receipt`: the receipt that is paid back, needed for deposits and for income that is returned; together
	with what was paid back on it before, never more than it. Income returned needs `remarks`.
	"""
	return _receipt(
		entry,
		rules.OUT,
		purpose=purpose,
		amount=amount,
		mode_of_payment=mode_of_payment,
		payer=payer,
		original_receipt=original_receipt,
		customer=customer,
		resident=resident,
		remarks=remarks,
		request_id=request_id,
	)


def _receipt(entry: Document, direction: str, request_id: str | None, **values) -> FrontDeskReceipt:
	values = {key: value for key, value in values.items() if value is not None}
	values.update(
		{
			"direction": direction,
			"amount": float(values["amount"]),
			"reference_doctype": entry.doctype,
			"reference_name": entry.name,
		}
	)
	return insert_once(values, request_id, register_entry=True)[0]


def receipts_of(entry: Document, valid_only: bool = True) -> list[frappe._dict]:
	"""Receipts that were issued for `entry` itself, the oldest first: name, receipt_no, direction, purpose, amount,
	mode_of_payment, received_on, shift, closing, docstatus.
	"""
	return frappe.get_all(
		RECEIPT,
		filters={
			"reference_doctype": entry.doctype,
			"reference_name": entry.name,
			"register_entry": 1,
			"docstatus": 1 if valid_only else ("in", (1, 2)),
		},
		fields=[
			*("name", "receipt_no", "direction", "purpose", "amount", "mode_of_payment", "received_on"),
			*("shift", "closing", "docstatus"),
		],
		order_by="received_on asc, receipt_no asc",
	)


def paid(entry: Document) -> Decimal:
	"""What valid receipts for `entry` took, less what they paid back, in cents."""
	return facts.total(receipts_of(entry))


def require_paid(entry: Document, amount: money.Number) -> None:
	"""Refuse unless valid receipts for `entry` sum up to `amount`: a paid entry is not valid without its receipt.

	Raises frappe.ValidationError.
	"""
	due, there = money.cents(amount), paid(entry)
	if there != due:
		name = f"{entry.doctype} {entry.name}"
		stop(rules.Refusal(rules.NOT_PAID, (name, f"{there:.2f}", f"{due:.2f}")))


def cancel_for(entry: Document, reason: str) -> list[str]:
	"""Cancel every valid receipt of `entry`, the newest first, and return their numbers.

	Call it in `before_cancel` of the entry, or wherever it becomes void. Raises frappe.ValidationError when the till of
	one is closed: then the entry stays valid too, and what is wrong is corrected with `pay_out`.
	"""
	cancelled = []
	for row in reversed(receipts_of(entry)):
		receipt = frappe.get_doc(RECEIPT, row.name)
		receipt.flags.with_entry = True
		receipt.flags.cancel_reason = reason
		receipt.flags.ignore_links = True  # the entry names its receipt, and goes with it
		receipt.cancel()
		cancelled.append(receipt.receipt_no)
	return cancelled


def open_till(user: str | None = None) -> rules.Till | None:
	"""The open shift of `user` (default: the session user), its row locked until the transaction ends."""
	return facts.open_till(user or frappe.session.user)
