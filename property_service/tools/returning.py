"""Tools come back, item by item; what is not marked stays open (procedure 4.4.3 c, d; WH-23)."""

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.ledger import stock as ledger
from property_service.rules import stores as store_rules
from property_service.rules import tools as rules
from property_service.stock import stores
from property_service.tools import custody
from property_service.tools.handing_out import place


def take_back(request: Document) -> None:
	"""Ends the custodies of the rows that came back and posts what that means for the stock.

	A loan in order is on the shelf again, a damaged one moves to Nonconforming. A tool that was issued to keep comes back like
	other goods (WH-19): at the value of its issue, to Qualified when it is good, else to Nonconforming. The caller has locked
	request and holder.
	"""
	issued: dict[str, list[tuple]] = {}
	damaged = []
	for row in request.rows_back():
		ended = custody.settle(
			row.custody,
			rules.RETURNED,
			request,
			condition=row.condition,
			is_clean=row.is_clean,
			remarks=row.remarks,
		)
		if ended.custody_kind == rules.TO_KEEP:
			issued.setdefault(ended.stock_entry, []).append((row, ended))
		elif row.condition == rules.DAMAGED:
			damaged.append((row, ended))
	for issue in sorted(issued):
		bring_back(request, issue, issued[issue])
	if damaged:
		set_aside(request, damaged)


def bring_back(request: Document, issue: str, rows: list[tuple]) -> None:
	lines = [
		{
			"item_code": ended.item_code,
			"qty": 1,
			"t_warehouse": place(
				request,
				ended.item_code,
				store_rules.QUALIFIED if row.condition == rules.GOOD else store_rules.NONCONFORMING,
			),
			"issue_row": ended.stock_entry_row,
		}
		for row, ended in rows
	]
	entry = ledger.take_tools_back(request, issue, lines)
	for row, _ended in rows:
		row.receipt_entry = entry


def set_aside(request: Document, rows: list[tuple]) -> None:
	lines = [
		{
			"item_code": ended.item_code,
			"qty": 1,
			"s_warehouse": ended.warehouse,
			"t_warehouse": place_beside(ended),
		}
		for _row, ended in rows
	]
	remark = f"{_(request.doctype)} {request.name}"
	reason = _("Came back from a loan damaged")
	entry = ledger.transfer(request.company, lines, request.department, remark, reason)
	for row, _ended in rows:
		row.receipt_entry = entry


def place_beside(ended: Document) -> str:
	"""The Nonconforming Zone of the store that lent the tool, wherever it was brought back to."""
	storage_class = frappe.get_cached_value("Item", ended.item_code, "storage_class")
	return stores.zone_warehouse(stores.store_of(ended.warehouse), store_rules.NONCONFORMING, storage_class)
