"""Repost Item Valuation: a back-dated document changes past values without any event of the documents themselves."""

import frappe
from erpnext.stock.stock_ledger import get_distinct_item_warehouse
from frappe.model.document import Document

from property_service.guards import procedure_is_on
from property_service.stock import stock_months


def on_change(doc: Document, method: str | None = None) -> None:
	"""When a repost begins and when it ends, well or badly, the months since its day are taken from the ledger again."""
	if not procedure_is_on("stores", doc.company) or doc.status not in ("In Progress", "Completed", "Failed"):
		return
	stock_months.mark_items(doc.company, items_of(doc), doc.posting_date)


def items_of(doc: Document) -> set[str]:
	"""The items of the voucher or of the repost itself, and those it reached from there (repacking)."""
	reached = {item for item, _warehouse in get_distinct_item_warehouse(args=[], doc=doc)}
	if doc.item_code:
		return reached | {doc.item_code}
	ledger = frappe.qb.DocType("Stock Ledger Entry")
	of_voucher = (
		frappe.qb.from_(ledger)
		.select(ledger.item_code)
		.distinct()
		.where((ledger.voucher_type == doc.voucher_type) & (ledger.voucher_no == doc.voucher_no))
		.run(pluck=True)
	)
	return reached | set(of_voucher)
