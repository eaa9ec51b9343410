"""Purchase Invoice: the invoice for low-value items goes together with what was received and accepted (报销; LV-13).

Lock order: rows of receipts in the order of their names.
"""

from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Sum
from frappe.utils import cint

from property_service.guards import procedure_is_on
from property_service.low_value import scope
from property_service.refusals import stop
from property_service.rules import replacement as rules
from property_service.rules.stock_limit import exact

RECEIPT, RECEIPT_ROW, ROW = "Purchase Receipt", "Purchase Receipt Item", "Purchase Invoice Item"


def before_submit(doc: Document, method: str | None = None) -> None:
	"""Raises frappe.ValidationError for a row of a low-value item without its receipt and acceptance."""
	if cint(doc.is_return) or not scope.is_on(doc.company):
		return
	low_value = scope.items(row.item_code for row in doc.items)
	rows = [row for row in doc.items if row.item_code in low_value]
	if not rows:
		return
	known = received(doc, sorted({row.pr_detail for row in rows if row.pr_detail}))
	taken: dict[str, Decimal] = {}
	for row in rows:
		line, quantity = known.get(row.pr_detail), exact(row.stock_qty)
		before = taken.get(row.pr_detail, Decimal(0))
		stop(rules.refuse_claim(row.idx, row.item_code, before + quantity, bool(row.pr_detail), line))
		taken[row.pr_detail] = before + quantity


def received(doc: Document, names: list[str]) -> dict[str, rules.Received]:
	"""Rows of submitted receipts of the company, locked, in stock units; four statements."""
	if not names:
		return {}
	row, receipt = frappe.qb.DocType(RECEIPT_ROW), frappe.qb.DocType(RECEIPT)
	frappe.qb.from_(row).select(row.name).where(row.name.isin(names)).orderby(row.name).for_update().run()
	inspection = frappe.qb.DocType("Quality Inspection")
	rows = (
		frappe.qb.from_(row)
		.join(receipt)
		.on(receipt.name == row.parent)
		.left_join(inspection)
		.on((inspection.name == row.quality_inspection) & (inspection.docstatus == 1))
		.select(row.name, receipt.name.as_("receipt"), row.item_code, row.stock_qty, inspection.status)
		.where(row.name.isin(names) & (receipt.docstatus == 1) & (receipt.company == doc.company))
		.where(receipt.is_return == 0)
		.run(as_dict=True)
	)
	sent_back = sums(RECEIPT_ROW, "purchase_receipt_item", names, "")
	claimed = sums(ROW, "pr_detail", names, doc.name)
	needs_inspection = procedure_is_on("stores", doc.company)
	return {
		line.name: rules.Received(
			line.receipt,
			line.item_code,
			exact(line.stock_qty) + sent_back.get(line.name, Decimal(0)),
			claimed.get(line.name, Decimal(0)),
			not needs_inspection or line.status == "Accepted",
		)
		for line in rows
	}


def sums(doctype: str, fieldname: str, names: list[str], but: str) -> dict[str, Decimal]:
	"""What submitted rows come to that name these rows of receipts, in stock units; what goes back is negative."""
	table = frappe.qb.DocType(doctype)
	rows = (
		frappe.qb.from_(table)
		.select(table[fieldname], Sum(table.stock_qty))
		.where(table[fieldname].isin(names) & (table.docstatus == 1) & (table.parent != but))
		.groupby(table[fieldname])
		.run()
	)
	return {name: exact(total) for name, total in rows}
