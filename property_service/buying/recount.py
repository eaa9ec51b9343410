"""The counters of approved requests made anew, when a company switches the procedure on (WH-07).

Off means that nothing is counted. A company that had the procedure before, and switched it off for a while, has requests
whose goods came meanwhile; as they stood, the same quantity could be ordered and received a second time.
"""

from collections import defaultdict
from decimal import Decimal

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Sum

from property_service.buying import open_quantity
from property_service.rules import open_quantity as rules
from property_service.rules.purchase_plan import PURCHASE_PLAN
from property_service.rules.stock_limit import exact

ROWS_AT_ONCE = 500


def recount(company: str) -> None:
	"""Count what receipts accepted and what orders hold on every approved purchase plan of a company, in stock units.

	Rows are locked in the order of all who count: requests, then orders.
	"""
	received: dict[str, list[tuple]] = defaultdict(list)
	for request_row, order_row, qty in accepted_in_receipts(company).run():
		received[request_row].append((order_row, exact(qty)))
	request_rows = rows_of_plans(company)
	for start in range(0, len(request_rows), ROWS_AT_ONCE):
		count_anew(request_rows[start : start + ROWS_AT_ONCE], received)


def rows_of_plans(company: str) -> list[str]:
	row, request = frappe.qb.DocType(open_quantity.ROW), frappe.qb.DocType("Material Request")
	return (
		frappe.qb.from_(row)
		.join(request)
		.on(request.name == row.parent)
		.select(row.name)
		.where((request.company == company) & (request.docstatus == 1))
		.where(request.approval_route == PURCHASE_PLAN)
		.orderby(row.name)
		.run(pluck=True)
	)


def count_anew(names: list[str], received: dict[str, list[tuple]]) -> None:
	counted = {row.name: row for row in open_quantity.rows_locked(names)}
	orders = open_quantity.lock_order_rows(order_rows_of(names))
	closed = open_quantity.closed_orders(row.parent for row in orders.values())
	accepted: dict[str, Decimal] = defaultdict(Decimal)
	brought_in: dict[str, Decimal] = defaultdict(Decimal)
	held: dict[str, Decimal] = defaultdict(Decimal)
	for name in names:
		for order_row, qty in received.get(name, ()):
			accepted[name] += qty
			order = orders.get(order_row)
			if order and order.docstatus == 1:
				brought_in[order.name] += qty
			else:
				held[name] += qty
	of_orders = {}
	for row in orders.values():
		now = rules.held(exact(row.stock_qty), brought_in[row.name], row.docstatus == 1, row.parent in closed)
		held[row.material_request_item] += now
		of_orders[row.name] = difference(row, brought_in[row.name], now)
	of_requests = {name: difference(row, accepted[name], held[name]) for name, row in counted.items()}
	open_quantity.add(open_quantity.ROW, of_requests)
	open_quantity.add(open_quantity.ORDER_ROW, of_orders)


def difference(row: frappe._dict, accepted: Decimal, committed: Decimal) -> dict[str, Decimal]:
	return {
		"accepted_qty": accepted - exact(row.accepted_qty),
		"committed_qty": committed - exact(row.committed_qty),
	}


def order_rows_of(request_rows: list[str]) -> list[str]:
	return frappe.get_all(
		open_quantity.ORDER_ROW,
		filters={"material_request_item": ("in", request_rows)},
		pluck="name",
		order_by="name",
	)


def accepted_in_receipts(company: str):
	"""Query of what submitted receipts and returns accepted, as `receipts.count` counts them: request_row, order_row, qty."""
	line, receipt = frappe.qb.DocType("Purchase Receipt Item"), frappe.qb.DocType("Purchase Receipt")
	original = frappe.qb.DocType("Purchase Receipt Item").as_("original")
	request_row = Coalesce(original.material_request_item, line.material_request_item)
	counted = Case().when(line.return_qty_from_rejected_warehouse == 1, 0).else_(line.stock_qty)
	return (
		frappe.qb.from_(line)
		.join(receipt)
		.on(receipt.name == line.parent)
		.left_join(original)
		.on((receipt.is_return == 1) & (original.name == line.purchase_receipt_item))
		.select(
			request_row.as_("request_row"), line.purchase_order_item.as_("order_row"), Sum(counted).as_("qty")
		)
		.where((receipt.docstatus == 1) & (receipt.company == company))
		.groupby(request_row, line.purchase_order_item)
	)
