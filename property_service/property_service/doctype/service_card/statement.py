"""What the statement sheet of a card shows (DESK-04; hooks: jinja)."""

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_months, get_first_day, getdate, nowdate

from property_service.property_service.doctype.card_transaction.movements import TRANSACTION
from property_service.sheets import sheet_pages

ROWS_ON_A4 = 30
MONTHS_BEFORE = 2
FIELDS = (
	*("name", "sequence", "transacted_on", "transaction_type", "cash_amount", "subsidy_amount"),
	*("balance_before", "balance_after", "terminal", "reason", "receipt", "transacted_by"),
)


def card_statement(doc: Document) -> frappe._dict:
	"""The movements of a period, its opening and closing balance (company currency), in pages of the sheet.

	The period is the one asked for in the address (`from_date`, `to_date`), else this month and the two before.
	Raises frappe.ValidationError for a date that is none.
	"""
	first, last = period()
	rows = frappe.get_all(
		TRANSACTION,
		filters={
			"service_card": doc.name,
			"docstatus": 1,
			"posting_date": ("between", [first, last]),
		},
		fields=list(FIELDS),
		order_by="sequence",
	)
	receipts = numbers_of({row.receipt for row in rows if row.receipt})
	for row in rows:
		row.receipt_no = receipts.get(row.receipt)
	opening = rows[0].balance_before if rows else balance_before(doc.name, last)
	return frappe._dict(
		first=first,
		last=last,
		opening=opening,
		closing=rows[-1].balance_after if rows else opening,
		came=sum(max(row.cash_amount + row.subsidy_amount, 0) for row in rows),
		went=sum(min(row.cash_amount + row.subsidy_amount, 0) for row in rows),
		pages=sheet_pages(rows, ROWS_ON_A4),
	)


def period() -> tuple[date, date]:
	asked = frappe.form_dict
	last = getdate(asked.get("to_date") or nowdate())
	first = getdate(asked.get("from_date") or get_first_day(add_months(last, -MONTHS_BEFORE)))
	if first > last:
		frappe.throw(_("The period ends before it begins or is longer than a year."))
	return first, last


def balance_before(card: str, day: date) -> float:
	"""What the card held after its last movement up to `day`."""
	rows = frappe.get_all(
		TRANSACTION,
		filters={"service_card": card, "docstatus": 1, "posting_date": ("<=", day)},
		pluck="balance_after",
		order_by="sequence desc",
		limit=1,
	)
	return rows[0] if rows else 0.0


def numbers_of(receipts: set[str]) -> dict[str, str]:
	rows = frappe.get_all(
		"Front Desk Receipt",
		filters={"name": ("in", sorted(receipts) or [""])},
		fields=["name", "receipt_no"],
		order_by="name",
	)
	return {row.name: row.receipt_no for row in rows}
