"""An approved tool request is carried out: tools are lent, or an old one comes back and a new one goes out (WH-21 to WH-23)."""

import frappe
from frappe.model.document import Document

from property_service.ledger import stock as ledger
from property_service.rules import stores as store_rules
from property_service.rules import tools as rules
from property_service.stock import stores
from property_service.tools import articles, custody, lending


def lend(request: Document, holder: rules.Holder) -> None:
	"""Every row becomes a custody; stock stays where it is. The caller has locked request and holder."""
	for row in sorted(request.tools, key=lambda row: row.item_code):
		warehouse = place(request, row.item_code, store_rules.QUALIFIED)
		row.new_custody = custody.begin(
			holder,
			row.item_code,
			company=request.company,
			custody_kind=rules.ON_LOAN,
			warehouse=warehouse,
			tool_no=row.tool_no,
			due_on=request.due_on,
			tool_request=request.name,
		)
		lending.lend(row.item_code, warehouse)


def exchange(request: Document, holder: rules.Holder) -> None:
	"""The old tools go to Nonconforming, the new ones out, in one document (procedure 4.4.3 b).

	An old tool comes back without value: the department has paid for it, and what is left of it is for a scrap request to say.
	One that is a low-value article comes back at its net value, by a return of its issue.
	"""
	take_old_ones(request)
	new = [
		{
			"item_code": row.new_item,
			"qty": 1,
			"s_warehouse": place(request, row.new_item, store_rules.QUALIFIED),
			"tool_holder": holder.employee,
		}
		for row in request.tools
	]
	entry = ledger.issue_tools(request, new)
	for row, line in zip(request.tools, entry.items, strict=True):
		row.update(
			{
				"issue_entry": entry.name,
				"new_custody": frappe.db.get_value(custody.DOCTYPE, {"stock_entry_row": line.name}),
			}
		)


def take_old_ones(request: Document) -> None:
	without_value = []
	for row in request.tools:
		ended = custody.settle(row.custody, rules.EXCHANGED, request, condition=rules.DAMAGED)
		line = {
			"item_code": row.item_code,
			"qty": 1,
			"t_warehouse": place(request, row.item_code, store_rules.NONCONFORMING),
		}
		if articles.article_of(ended):
			line["issue_row"] = ended.stock_entry_row
			row.receipt_entry = ledger.take_tools_back(request, ended.stock_entry, [line])
		else:
			without_value.append((row, line))
	if without_value:
		receipt = ledger.receive_without_value(request, [line for _row, line in without_value])
		for row, _line in without_value:
			row.receipt_entry = receipt


def place(request: Document, item: str, zone: str) -> str:
	return stores.zone_warehouse(request.store, zone, frappe.get_cached_value("Item", item, "storage_class"))
