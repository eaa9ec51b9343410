"""What the rules of a receipt are judged by, read on locked rows: two clerks must not pay the same money back twice.

Locks are taken in one order everywhere: a register's own entry, the shift, the original receipt, the sales invoice, the
number.
"""

from collections.abc import Iterable
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce, Sum
from frappe.utils import get_datetime

from property_service.rules import money
from property_service.rules import till as rules

RECEIPT, SHIFT = "Front Desk Receipt", "Front Desk Shift"
HOOK = "till_purposes"


def open_till(user: str) -> rules.Till | None:
	"""The open shift of `user`, its row locked until the transaction ends; None when there is none."""
	row = frappe.db.get_value(
		SHIFT,
		{"open_clerk_key": user},
		["name", "counter", "company", "clerk", "planned_end"],
		as_dict=True,
		for_update=True,
		order_by=None,
	)
	return as_till(row) if row else None


def lock_shift_of(receipt: str) -> None:
	shift = frappe.db.get_value(RECEIPT, receipt, "shift")
	if shift:
		frappe.db.get_value(SHIFT, shift, "name", for_update=True)


def as_till(row: dict) -> rules.Till:
	return rules.Till(
		row["name"], row["counter"], row["company"], row["clerk"], get_datetime(row["planned_end"])
	)


def purpose(name: str) -> rules.Purpose:
	known = frappe.get_cached_value(
		"Receipt Purpose", name, ["kind", "direction", "refunds", "disabled"], as_dict=True
	)
	return rules.Purpose(
		name, known.kind, known.direction, known.refunds, register_of(name), bool(known.disabled)
	)


def register_of(purpose_name: str) -> str | None:
	"""The DocType whose entries alone take money for a purpose (hook `till_purposes`)."""
	for doctype, purposes in frappe.get_hooks(HOOK).items():
		if purpose_name in purposes:
			return doctype
	return None


def original(doc: Document) -> rules.Original | None:
	if not doc.original_receipt:
		return None
	receipt = frappe.db.get_value(
		RECEIPT,
		doc.original_receipt,
		["name", "receipt_no", "purpose", "docstatus", "direction", "amount", "company"],
		as_dict=True,
		for_update=True,
		order_by=None,
	)
	back = paid_back(receipt.name, receipt.direction)
	return rules.Original(
		number=receipt.receipt_no or receipt.name,
		purpose=receipt.purpose,
		kind=frappe.get_cached_value("Receipt Purpose", receipt.purpose, "kind"),
		valid=receipt.docstatus == 1 and receipt.company == doc.company,
		direction=receipt.direction,
		left=money.cents(receipt.amount) - back,
	)


def paid_back(receipt: str, direction: str) -> Decimal:
	"""What valid receipts have taken back of `receipt`, in cents."""
	table = frappe.qb.DocType(RECEIPT)
	rows = (
		frappe.qb.from_(table)
		.select(table.direction, table.amount)
		.where((table.original_receipt == receipt) & (table.docstatus == 1))
		.for_update()
		.run()
	)
	return sum((money.cents(amount) for way, amount in rows if way != direction), Decimal(0))


def invoice(doc: Document) -> rules.Invoice | None:
	if doc.reference_doctype != "Sales Invoice" or not doc.reference_name:
		return None
	row = frappe.db.get_value(
		"Sales Invoice",
		doc.reference_name,
		["name", "docstatus", "currency", "company", "outstanding_amount"],
		as_dict=True,
		for_update=True,
		order_by=None,
	)
	receipts = list(receipts_of_invoice(row.name))
	open_ones = total(r for r in receipts if not r.closing)
	return rules.Invoice(
		name=row.name,
		submitted=row.docstatus == 1,
		currency=row.currency,
		company=row.company,
		left=money.signed_cents(row.outstanding_amount) - open_ones,
		taken=total(receipts),
	)


def receipts_of_invoice(name: str) -> list[frappe._dict]:
	"""Valid receipts against the invoice; those without a closing are not in the ledger yet."""
	table = frappe.qb.DocType(RECEIPT)
	return (
		frappe.qb.from_(table)
		.select(table.direction, table.amount, table.closing)
		.where(
			(table.reference_doctype == "Sales Invoice")
			& (table.reference_name == name)
			& (table.docstatus == 1)
		)
		.for_update()
		.run(as_dict=True)
	)


def total(receipts: Iterable[dict]) -> Decimal:
	return sum((rules.signed(r["direction"], money.cents(r["amount"])) for r in receipts), Decimal(0))


def gather(doc: Document, amount: Decimal) -> rules.Receipt:
	return rules.Receipt(
		company=doc.company,
		currency=frappe.get_cached_value("Company", doc.company, "default_currency"),
		direction=doc.direction,
		purpose=purpose(doc.purpose),
		amount=amount,
		payer=doc.payer,
		now=frappe.utils.now_datetime(),
		from_register=doc.reference_doctype if doc.register_entry else None,
		original=original(doc),
		invoice=invoice(doc),
		remarks=doc.remarks,
		approved_by=doc.approved_by,
	)


def correcting_receipt(name: str) -> str | None:
	"""The number of a valid receipt that takes `name` back."""
	return frappe.db.get_value(
		RECEIPT,
		{"original_receipt": name, "docstatus": 1},
		"receipt_no",
		for_update=True,
		order_by="creation asc",
	)


def taken_in_shift(shift: str, locked: bool = False) -> list[frappe._dict]:
	"""Sums per direction, purpose and mode of the valid receipts of a shift; with a locking read past the snapshot."""
	table = frappe.qb.DocType(RECEIPT)
	query = (
		frappe.qb.from_(table)
		.select(
			table.direction,
			table.purpose,
			table.mode_of_payment,
			Sum(table.amount).as_("amount"),
			Coalesce(Sum(table.tax_amount), 0).as_("tax"),
			frappe.query_builder.functions.Count("*").as_("receipts"),
		)
		.where((table.shift == shift) & (table.docstatus == 1))
		.groupby(table.direction, table.purpose, table.mode_of_payment)
		.orderby(table.purpose, table.mode_of_payment, table.direction)
	)
	return (query.for_update() if locked else query).run(as_dict=True)
