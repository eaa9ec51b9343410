"""Rows of tools in somebody's hands: a tool to keep left the books when it was issued, a loan leaves them now (WH-25).

Lock order: the custody with its holder (`tools.custody.locked`), in the order of their names.
"""

import frappe
from frappe.model.document import Document
from frappe.utils import date_diff, flt, getdate, nowdate

from property_service.property_service.doctype.scrap_request import article_rows
from property_service.property_service.doctype.stock_count import freezing
from property_service.refusals import stop
from property_service.rules import scrap as rules
from property_service.rules import tools as tool_rules
from property_service.rules.refusal import Refusal
from property_service.rules.stock_limit import exact
from property_service.tools import articles as tool_articles
from property_service.tools import custody

FIELDS = (
	*("name", "item_code", "item_name", "specification", "department", "holder", "custody_kind", "status"),
	*("warehouse", "issued_on", "stock_entry_row", "company"),
)


def custodies_of(doc: Document) -> dict[str, frappe._dict]:
	names = sorted({row.tool_custody for row in doc.items if row.tool_custody})
	rows = frappe.get_all(
		custody.DOCTYPE, filters={"name": ("in", names or [""])}, fields=list(FIELDS), order_by="name"
	)
	return {row.name: row for row in rows}


# ---- values ------------------------------------------------------------------------------------------------------


def fill(doc: Document) -> None:
	"""What the server says of rows that may still be changed; the request belongs to the department of the holder."""
	known = custodies_of(doc)
	for row in doc.items:
		tool = known.get(row.tool_custody)
		if not tool:
			continue
		is_lent = tool.custody_kind == tool_rules.ON_LOAN
		cost = value_of(tool)
		row.update(
			{
				"item_code": tool.item_code,
				"item_name": tool.item_name,
				"specification": tool.specification,
				"uom": frappe.get_cached_value("Item", tool.item_code, "stock_uom"),
				"warehouse": tool.warehouse if is_lent else None,
				"batch_no": None,
				"serial_no": None,
				"qty": 1,
				"rate": cost,
				"amount": cost,
				"net_value": cost if is_lent else 0,
				"stored_since": getdate(tool.issued_on),
				"years_in_use": flt(
					date_diff(nowdate(), getdate(tool.issued_on)) / article_rows.DAYS_OF_A_YEAR, 1
				),
				"posted_value": 0,
			}
		)
	doc.department = next((tool.department for tool in known.values()), doc.department)


def value_of(tool: frappe._dict) -> float:
	"""What the issue of a tool to keep cost; what the books have a lent one at."""
	if tool.custody_kind == tool_rules.ON_LOAN:
		books = freezing.books([tool.warehouse])
		return flt(books.get((tool.item_code, tool.warehouse, ""), (0, 0))[1], 2)
	rate = frappe.db.get_value("Stock Entry Detail", tool.stock_entry_row, "valuation_rate")
	return flt(rate, 2)


# ---- checks ------------------------------------------------------------------------------------------------------


def check(doc: Document) -> None:
	"""Every row names a tool in use of one department, once, and no other request does. Raises frappe.ValidationError."""
	for row in doc.items:
		if not row.tool_custody:
			stop(Refusal(rules.NO_CUSTODY, (row.idx,)))
		stop(
			rules.refuse_row(row.idx, row.item_code, row.reason, row.reason_detail, exact(row.qty)),
			context="Scrap Request Item",
		)
	names = [row.tool_custody for row in doc.items]
	for name in sorted(set(names)):
		custody.locked(name)
	known, claimed = custodies_of(doc), claims_of_others(doc.name, names)
	for row in doc.items:
		tool = known[row.tool_custody]
		if tool.company != doc.company or tool.status != tool_rules.IN_USE:
			stop(Refusal(rules.NOT_OPEN, (row.idx, tool.item_name, tool.status)), context=custody.DOCTYPE)
		if tool.department != doc.department:
			stop(Refusal(rules.ONE_DEPARTMENT, (row.idx, tool.item_name)))
		if names.count(tool.name) > 1 or tool.name in claimed:
			stop(Refusal(rules.TWICE, (row.idx, tool.item_name, claimed.get(tool.name) or doc.name or "")))
		article = tool_articles.article_of(tool)
		if article:
			stop(Refusal(rules.IS_ARTICLE, (row.idx, tool.item_name, article)))
	article_rows.may_write(doc)


def claims_of_others(name: str | None, names: list[str]) -> dict[str, str]:
	"""Custody -> the open or posted request that names it; a locking read sees what was committed since."""
	row = frappe.qb.DocType("Scrap Request Item")
	return dict(
		frappe.qb.from_(row)
		.select(row.claim_key, row.parent)
		.where(row.claim_key.isin(names) & (row.parent != (name or "")))
		.for_update()
		.run()
	)


# ---- posting -----------------------------------------------------------------------------------------------------


def settle(doc: Document) -> None:
	"""The tools are on nobody's card any more."""
	for name in sorted({row.tool_custody for row in doc.items if row.tool_custody}):
		custody.settle(name, tool_rules.SCRAPPED, doc)


def settle_pairs(doc: Document, names: list[str]) -> None:
	"""An article that is a tool, too, is one thing: its custody ends with it."""
	for name in sorted(tool_articles.pairs_of([], names).values()):
		custody.settle(name, tool_rules.SCRAPPED, doc)
