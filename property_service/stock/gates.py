"""How else goods could enter or leave a store, and why they do not (WH-07).

Goods enter by a purchase receipt on an approved plan, come back by a return of an issue, or are found by a count; they
move and leave by stock entries that the procedure knows. Everything else is refused here, at the document that tries,
and once more at the stock ledger itself (`stock_ledger_entry`), whatever document wrote it.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from property_service import settings, switching_over
from property_service.guards import procedure_is_on
from property_service.refusals import stop
from property_service.rules import open_quantity as rules
from property_service.rules import stock_movement
from property_service.rules.refusal import Refusal
from property_service.stock import movements, stores

# What may post into a zone. Their own events say when.
VOUCHERS = ("Purchase Receipt", "Stock Entry", "Stock Reconciliation")


def check_stock_entry(doc: Document) -> None:
	"""Goods enter by an entry only when the app's code has checked why: `doc.flags.stores_kind` of a return or surplus, or
	`doc.flags.inward_checked`. Flags never come from a client.
	"""
	if doc.flags.stores_kind in stock_movement.INWARD or doc.flags.inward_checked:
		return
	if doc.purpose == "Material Receipt":
		stop(Refusal(rules.RECEIPT_ENTRY, (doc.stock_entry_type or doc.purpose,)))
	for row in doc.items:
		target = stores.place_of(row.t_warehouse)
		if target and not stores.place_of(row.s_warehouse):
			stop(Refusal(rules.INTO_STORE, (row.idx, row.item_code, row.t_warehouse)))


def check_reconciliation(doc: Document) -> None:
	"""A valuation may be corrected; a quantity is counted, but for what a company brings along."""
	if doc.purpose == "Opening Stock" and switching_over.is_open(doc.company):
		check_opening(doc)
		return
	for row in doc.items:
		counts = row.qty not in (None, "")
		if counts and abs(flt(row.qty) - flt(row.current_qty)) > float(rules.NOTHING):
			stop(
				Refusal(
					rules.COUNTED_DIFFERENCE,
					(row.idx, row.item_code, row.warehouse, f"{flt(row.current_qty):g}", f"{flt(row.qty):g}"),
				)
			)


def check_opening(doc: Document) -> None:
	"""Only what has never been in that warehouse, and against the account that opening balances come from (ORG-06)."""
	account = switching_over.opening_account(doc.company)
	if doc.expense_account != account:
		stop(Refusal(rules.OPENING_ACCOUNT, (account, doc.expense_account or "")))
	moved = moved_before({(row.item_code, row.warehouse) for row in doc.items})
	for row in doc.items:
		if (row.item_code, row.warehouse) in moved:
			stop(Refusal(rules.OPENING_ON_STOCK, (row.idx, row.item_code, row.warehouse)))


def moved_before(places: set[tuple[str, str]]) -> set[tuple[str, str]]:
	"""Those of (item, warehouse) that something stands in the stock ledger for; cancelled postings do not count."""
	entry = frappe.qb.DocType("Stock Ledger Entry")
	rows = (
		frappe.qb.from_(entry)
		.select(entry.item_code, entry.warehouse)
		.distinct()
		.where(entry.item_code.isin(sorted({item for item, _warehouse in places})))
		.where(entry.is_cancelled == 0)
		.run()
	)
	return places & set(rows)


# ---- doc events of documents that have no file of their own ------------------------------------------------------


def purchase_invoice(doc: Document, method: str | None = None) -> None:
	if cint(doc.update_stock) and procedure_is_on("stores", doc.company):
		stop(Refusal(rules.INVOICE_RECEIVES))


def subcontracting_receipt(doc: Document, method: str | None = None) -> None:
	if not procedure_is_on("stores", doc.company):
		return
	if not cint(settings.get().subcontracting_without_plan):
		stop(Refusal(rules.SUBCONTRACTED))
	movements.check_receipt(doc)


def sales(doc: Document, method: str | None = None) -> None:
	"""Delivery Note, and Sales Invoice that updates stock; returns of either."""
	moves = doc.doctype == "Delivery Note" or cint(doc.get("update_stock"))
	if not moves or not procedure_is_on("stores", doc.company):
		return
	for row in (*doc.items, *(doc.get("packed_items") or [])):
		if stores.place_of(row.get("warehouse")):
			stop(Refusal(rules.NOT_BY_SALES, (row.idx, row.item_code, row.warehouse)))


def reconciliation(doc: Document, method: str | None = None) -> None:
	if procedure_is_on("stores", doc.company):
		check_reconciliation(doc)


# ---- the last gate -----------------------------------------------------------------------------------------------


def check_posting(entry: Document) -> None:
	"""A posting into a zone comes from a document whose own events have looked at it; cancelling one always may."""
	if entry.is_cancelled or entry.voucher_type in VOUCHERS or not stores.place_of(entry.warehouse):
		return
	if entry.voucher_type == "Subcontracting Receipt" and cint(settings.get().subcontracting_without_plan):
		return
	stop(Refusal(rules.FOREIGN_VOUCHER, (_(entry.voucher_type), entry.warehouse)))
