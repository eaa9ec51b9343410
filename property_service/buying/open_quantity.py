"""Orders and receipts against approved requests, under a lock and counted on the locked row (WH-07).

A sum over receipt rows after locking something else would read an old snapshot, and two receipts at once would both fit.
So each row of a request carries what was accepted and what orders hold, each order row what it holds and brought in;
receipts and orders change these counters by their own rows, in the same transaction. `invariants.purchasing` compares them
with the receipts themselves. They never come from ERPNext's `received_qty`, which counts rejected goods.

Locks are taken in this order: Material Request Item by name, then Purchase Order Item by name.
"""

from collections.abc import Iterable
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.query_builder import Case
from frappe.utils import cint

from property_service import settings
from property_service.rules import open_quantity as rules
from property_service.rules.stock_limit import exact
from property_service.stock import stores

REQUEST, ROW, ORDER_ROW = "Material Request", "Material Request Item", "Purchase Order Item"
COUNTERS = ("accepted_qty", "committed_qty")


# ---- what needs a request ----------------------------------------------------------------------------------------


def rows_that_need_a_request(doc: Document) -> list[Document]:
	"""The rows of an order or receipt without those that the settings except (off by default)."""
	values = settings.get()
	if cint(values.subcontracting_without_plan) and is_subcontracted(doc):
		return []
	without_stock = (
		_without_stock({row.item_code for row in doc.items}) if cint(values.services_without_plan) else set()
	)
	return [
		row
		for row in doc.items
		if row.item_code not in without_stock
		and not (cint(values.drop_ship_without_plan) and row.get("delivered_by_supplier"))
	]


def is_subcontracted(doc: Document) -> bool:
	return bool(doc.get("is_subcontracted") or doc.get("subcontracting_receipt"))


def _without_stock(items: set[str]) -> set[str]:
	return set(
		frappe.get_all(
			"Item",
			filters={"name": ("in", sorted(filter(None, items)) or [""]), "is_stock_item": 0},
			pluck="name",
			order_by="name",
		)
	)


# ---- reading requests --------------------------------------------------------------------------------------------


def approved_rows(names: Iterable[str | None], lock: bool = False) -> dict[str, rules.Approved]:
	"""Rows of requests by name; with `lock` held until the transaction ends: two statements then, otherwise one."""
	names = sorted({name for name in names if name})
	if not names:
		return {}
	request = frappe.qb.DocType(REQUEST)
	if not lock:
		of_request = _rows(names).join(request).on(request.name == frappe.qb.DocType(ROW).parent)
		return {
			line.name: _approved(line, line) for line in of_request.select(*_of(request)).run(as_dict=True)
		}
	found = rows_locked(names)
	parents = {
		parent.request: parent
		for parent in frappe.qb.from_(request)
		.select(*_of(request))
		.where(request.name.isin(sorted({line.parent for line in found}) or [""]))
		.run(as_dict=True)
	}
	return {line.name: _approved(line, parents[line.parent]) for line in found if line.parent in parents}


def _of(request) -> tuple:
	return (
		*(request.name.as_("request"), request.company, request.store, request.status),
		*(request.approval_state, request.approval_route),
	)


def lock_rows(names: Iterable[str | None]) -> None:
	"""Hold rows of requests until the transaction ends: whoever counts on them later reads what this transaction left."""
	names = sorted({name for name in names if name})
	if names:
		rows_locked(names)


def rows_locked(names: list[str]) -> list[frappe._dict]:
	"""The rows alone: requests locked in the order of their rows could meet another transaction's the other way round."""
	return _rows(names).for_update().run(as_dict=True)


def _rows(names: list[str]):
	row = frappe.qb.DocType(ROW)
	return (
		frappe.qb.from_(row)
		.select(
			*(row.name, row.parent, row.item_code, row.docstatus),
			*(row.stock_qty, row.accepted_qty, row.committed_qty),
		)
		.where(row.name.isin(names))
		.orderby(row.name)
	)


def _approved(line: frappe._dict, request: frappe._dict) -> rules.Approved:
	return rules.Approved(
		name=line.name,
		request=request.request,
		item=line.item_code,
		store=request.store,
		company=request.company,
		route=request.approval_route,
		state=request.approval_state,
		submitted=line.docstatus == 1,
		stopped=request.status == "Stopped",
		approved=exact(line.stock_qty),
		accepted=exact(line.accepted_qty),
		committed=exact(line.committed_qty),
	)


def wanted(doc: Document, row: Document, quantity: Decimal, request_row: str | None) -> rules.Wanted:
	return rules.Wanted(
		idx=row.idx,
		item=row.item_code,
		company=doc.company,
		store=stores.store_of(row.get("warehouse")),
		request_row=request_row,
		quantity=quantity,
	)


# ---- counting ----------------------------------------------------------------------------------------------------


def add(table: str, changes: dict[str, dict[str, Decimal]]) -> None:
	"""Add to the counters of rows: name -> counter -> by how much. One statement; the rows are locked by the caller."""
	names = sorted(name for name, change in changes.items() if any(change.values()))
	if not names:
		return
	row = frappe.qb.DocType(table)
	query = frappe.qb.update(row).where(row.name.isin(names))
	for counter in COUNTERS:
		case = Case()
		for name in names:
			case = case.when(row.name == name, float(changes[name].get(counter, Decimal(0))))
		query = query.set(row[counter], row[counter] + case.else_(0))
	query.run()


def lock_order_rows(names: Iterable[str | None]) -> dict[str, frappe._dict]:
	"""Rows of orders by name, locked. One statement."""
	names = sorted({name for name in names if name})
	if not names:
		return {}
	row = frappe.qb.DocType(ORDER_ROW)
	found = (
		frappe.qb.from_(row)
		.select(
			*(row.name, row.parent, row.material_request_item, row.stock_qty, row.docstatus),
			*(row.accepted_qty, row.committed_qty),
		)
		.where(row.name.isin(names))
		.orderby(row.name)
		.for_update()
		.run(as_dict=True)
	)
	return {line.name: line for line in found}


def closed_orders(names: Iterable[str | None]) -> set[str]:
	return set(
		frappe.get_all(
			"Purchase Order",
			filters={"name": ("in", sorted({name for name in names if name}) or [""]), "status": "Closed"},
			pluck="name",
			order_by="name",
		)
	)


def hold(rows: Iterable[frappe._dict | Document], closed: bool, submitted: bool = True) -> dict[str, dict]:
	"""Change of what order rows hold: (their name -> counter -> change), from what they hold now."""
	changes = {}
	for row in rows:
		now = exact(row.committed_qty)
		then = rules.held(exact(row.stock_qty), exact(row.accepted_qty), submitted, closed)
		changes[row.name] = {"committed_qty": then - now}
	return changes


def by_request(changes: dict[str, dict], request_row_of: dict[str, str | None]) -> dict[str, dict]:
	"""The same changes summed by row of the request."""
	found: dict[str, dict[str, Decimal]] = {}
	for name, change in changes.items():
		request_row = request_row_of.get(name)
		if request_row:
			total = found.setdefault(request_row, {})
			for counter, by in change.items():
				total[counter] = total.get(counter, Decimal(0)) + by
	return found
