"""What an approved scrap request posts, and how it is taken back (WH-26).

The goods leave at the ledger's value to the scrap expense; what is left of them comes in at its estimate, or was sold, and
what the responsible pay is a claim on them: each of these reduces the expense. Posted once: its key in `Ledger Posting` is
unique, and the request is locked while it is saved.
"""

from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate, now_datetime, nowdate

from property_service import settings
from property_service.ledger import journal
from property_service.ledger import stock as stock_ledger
from property_service.refusals import stop
from property_service.rules import scrap as rules
from property_service.rules import stock_movement
from property_service.rules.service_order import Refusal
from property_service.rules.stock_limit import exact


def post(doc: Document) -> None:
	"""Post `doc`, whose signatures the caller has checked. Raises frappe.ValidationError; then nothing is posted."""
	doc.journal_entry = journal.post(
		key_of(doc), doc, getdate(nowdate()), journal_rows(doc), f"{_(doc.doctype)} {doc.name}"
	)
	doc.stock_entry = take_out(doc)
	doc.residual_entry = take_in(doc)
	doc.posted_on, doc.posted_by = now_datetime(), frappe.session.user


def key_of(doc: Document, suffix: str = "") -> str:
	return f"{doc.doctype}/{doc.name}{suffix}"


def cost_center_of(doc: Document) -> str | None:
	"""Of the department whose goods they were, else the company's."""
	return (
		(doc.department and frappe.get_cached_value("Department", doc.department, "cost_center"))
		or settings.company_row(doc.company).cost_center
		or frappe.get_cached_value("Company", doc.company, "cost_center")
	)


# ---- stock -------------------------------------------------------------------------------------------------------


def take_out(doc: Document) -> str | None:
	"""One issue with a row for each of the request's; they keep at what value they left."""
	rows = [row for row in doc.items if row.warehouse]
	if not rows:
		return None
	lines = [
		{
			"item_code": row.item_code,
			"qty": row.qty,
			"s_warehouse": row.warehouse,
			"cost_center": cost_center_of(doc),
			**identity(row),
		}
		for row in rows
	]
	account = settings.required(doc.company, rules.EXPENSE)
	entry = stock_ledger.post(doc, "Material Issue", stock_movement.SCRAP, lines, account)
	values = stock_ledger.posted_values([entry.name])
	for row, line in zip(rows, entry.items, strict=True):
		row.posted_value = flt(-(values.get(line.name) or 0), 2)
	doc.posted_value = flt(sum(row.posted_value for row in rows), 2)
	return entry.name


def identity(row: Document) -> dict:
	if not (row.batch_no or row.serial_no):
		return {}
	return {"batch_no": row.batch_no, "serial_no": row.serial_no, "use_serial_batch_fields": 1}


def take_in(doc: Document) -> str | None:
	"""What is left, at its estimate; all rows of the request in one receipt."""
	rows = [row for row in doc.items if row.residual_method == rules.INTO_STOCK]
	if not rows:
		return None
	lines = [
		stock_ledger.Estimate(
			row.residual_item,
			exact(row.residual_qty),
			row.residual_warehouse,
			exact(row.residual_value),
		)
		for row in rows
	]
	account = settings.required(doc.company, rules.EXPENSE)
	return stock_ledger.receive_at_estimate(doc, lines, account, cost_center_of(doc))


# ---- journal -----------------------------------------------------------------------------------------------------


def journal_rows(doc: Document) -> list[journal.Row]:
	return [
		journal.Row(
			line.account if line.is_name else settings.required(doc.company, line.account),
			line.amount,
			cost_center=cost_center_of(doc),
			party_type="Employee" if line.party else None,
			party=line.party,
		)
		for line in rules.journal(outcome_of(row) for row in doc.items)
	]


# ---- what a row brings in ----------------------------------------------------------------------------------------


def outcome_of(row: Document) -> rules.Outcome:
	return rules.Outcome(
		row.idx,
		row.residual_method or None,
		exact(row.residual_value),
		row.residual_item,
		exact(row.residual_qty),
		row.residual_warehouse,
		row.proceeds_account,
		row.responsible,
		exact(row.compensation),
	)


# ---- taking back -------------------------------------------------------------------------------------------------


def take_back(doc: Document) -> None:
	"""The latest first: the claims by an entry of its own, then what was left goes out again, then the goods come back.

	Raises frappe.ValidationError when the residual is not there any more.
	"""
	reverse_journal(doc)
	if doc.residual_entry:
		frappe.db.savepoint("residual")
		try:
			stock_ledger.cancel_with(doc, doc.residual_entry)
		except stock_ledger.NegativeStockError:
			frappe.db.rollback(save_point="residual")
			frappe.clear_last_message()
			stop(Refusal(rules.RESIDUAL_USED, (doc.residual_entry, doc.name)))
	if doc.stock_entry:
		stock_ledger.cancel_with(doc, doc.stock_entry)


def reverse_journal(doc: Document) -> None:
	if not doc.journal_entry:
		return
	rows = [
		journal.Row(
			row.account,
			Decimal(str(row.credit)) - Decimal(str(row.debit)),
			cost_center=row.cost_center,
			party_type=row.party_type,
			party=row.party,
		)
		for row in frappe.get_doc("Journal Entry", doc.journal_entry).accounts
	]
	remark = f"{_(doc.doctype)} {doc.name}: {doc.decision_reason}"
	doc.reversal_entry = journal.post(key_of(doc, "/taken back"), doc, getdate(nowdate()), rows, remark)
