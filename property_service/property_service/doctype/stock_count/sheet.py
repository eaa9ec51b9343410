"""What the sheet 库存物品盘点表 prints beyond its document (hooks: jinja; WH-27)."""

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.rules import stock_count as rules
from property_service.sheets import sheet_full_name, sheet_pages

ROWS_ON_A4 = 25


def count_sheet(doc: Document) -> frappe._dict:
	"""Lines page by page. While it is counted, a blind sheet leaves out what the books say."""
	names = frappe.get_all(
		"Warehouse",
		filters={"name": ("in", sorted({line.warehouse for line in doc.lines} | {doc.store}))},
		fields=["name", "warehouse_name"],
		order_by="name",
	)
	titles = {row.name: row.warehouse_name for row in names}
	counters = frappe.get_all(
		"Stock Count Entry",
		filters={"stock_count": doc.name},
		pluck="counted_by",
		distinct=True,
		order_by="counted_by",
	)
	decisions: dict[str, list[str]] = {}
	for row in doc.decisions:
		decisions.setdefault(row.line, []).append(_(row.decision, context="Stock Count Decision"))
	return frappe._dict(
		decisions={line: ", ".join(words) for line, words in decisions.items()},
		store=titles.get(doc.store, doc.store),
		zones=titles,
		counters=", ".join(sheet_full_name(user) for user in counters),
		is_blind=bool(doc.blind) and doc.status in rules.OPEN_STATES,
		pages=sheet_pages(doc.lines, ROWS_ON_A4),
		rows_per_page=ROWS_ON_A4,
	)
