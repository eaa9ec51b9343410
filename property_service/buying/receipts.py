"""Purchase Receipt against approved requests (WH-07, WH-12): what is accepted counts, what is rejected does not."""

from decimal import Decimal

import frappe
from frappe.model.document import Document

from property_service.buying import open_quantity
from property_service.refusals import stop
from property_service.rules import open_quantity as rules
from property_service.rules.stock_limit import exact


def lock(doc: Document) -> None:
	"""Hold the requests of a receipt that is being submitted, before ERPNext gives it its posting time.

	ERPNext looks for later postings in the snapshot of the transaction: a receipt that waited here with an earlier time
	than the one it waited for would leave a wrong balance.
	"""
	rows = (row.material_request_item for row in doc.items)
	doc.flags.locked_requests = open_quantity.approved_rows(rows, lock=True)


def check(doc: Document) -> None:
	"""Every accepted row stands on an approved request that leaves it room; what goes back to the supplier needs none.

	Raises frappe.ValidationError.
	"""
	lines = [
		open_quantity.wanted(doc, row, accepted(row), row.material_request_item)
		for row in open_quantity.rows_that_need_a_request(doc)
		if not doc.is_return or accepted(row) > 0
	]
	requests = doc.flags.locked_requests
	if requests is None:
		requests = open_quantity.approved_rows(line.request_row for line in lines)
	stop(rules.refuse_receipt(lines, requests))


def count(doc: Document, sign: int) -> None:
	"""Count what a receipt or return accepted (`sign` 1) or no longer does (-1): on requests and on order rows."""
	request_rows = request_rows_of(doc)
	rows = [row for row in doc.items if request_rows.get(row.name) and accepted(row)]
	if not rows:
		return
	if doc.is_return or sign < 0:
		# otherwise `lock` holds the requests, and ERPNext refuses to receive on a closed order
		open_quantity.lock_rows(request_rows[row.name] for row in rows)
		closed = open_quantity.closed_orders(row.purchase_order for row in rows)
	else:
		closed = set()
	orders = open_quantity.lock_order_rows(row.purchase_order_item for row in rows)
	on_requests: dict[str, dict[str, Decimal]] = {}
	on_orders: dict[str, dict[str, Decimal]] = {}
	for row in rows:
		by = sign * accepted(row)
		request = on_requests.setdefault(
			request_rows[row.name], dict.fromkeys(open_quantity.COUNTERS, Decimal(0))
		)
		request["accepted_qty"] += by
		order = orders.get(row.purchase_order_item)
		if not order or order.docstatus != 1:
			request["committed_qty"] += by
			continue
		change = on_orders.setdefault(order.name, dict.fromkeys(open_quantity.COUNTERS, Decimal(0)))
		change["accepted_qty"] += by
		order.accepted_qty = float(exact(order.accepted_qty) + by)
		then = rules.held(exact(order.stock_qty), exact(order.accepted_qty), True, order.parent in closed)
		moved = then - exact(order.committed_qty)
		order.committed_qty = float(then)
		change["committed_qty"] += moved
		request["committed_qty"] += moved
	open_quantity.add(open_quantity.ROW, on_requests)
	open_quantity.add(open_quantity.ORDER_ROW, on_orders)


def accepted(row: Document) -> Decimal:
	"""What a row accepted, in stock units; negative for accepted goods that go back, 0 for rejected ones that do."""
	if row.get("return_qty_from_rejected_warehouse"):
		return Decimal(0)
	return exact(row.stock_qty)


def request_rows_of(doc: Document) -> dict[str, str | None]:
	"""Row of the receipt -> row of its request; a return has it from the row that it returns."""
	found = {row.name: row.get("material_request_item") for row in doc.items}
	if not doc.is_return:
		return found
	returned = {row.name: row.get("purchase_receipt_item") for row in doc.items}
	known = dict(
		frappe.get_all(
			"Purchase Receipt Item",
			filters={"name": ("in", sorted(filter(None, returned.values())) or [""])},
			fields=["name", "material_request_item"],
			order_by="name",
			as_list=True,
		)
	)
	return {name: known.get(original) or found[name] for name, original in returned.items()}
