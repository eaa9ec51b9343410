"""Zones and storage classes on every document that moves goods (WH-14, WH-15).

A draft that could not be submitted says so at once; what needs a lock comes with the submission.
"""

from collections.abc import Collection
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.query_builder import Case
from frappe.query_builder.functions import Sum
from frappe.utils import cint, flt

from property_service import settings
from property_service.guards import procedure_is_on
from property_service.refusals import stop
from property_service.rules import stock_zones as rules
from property_service.rules import stores as store_rules
from property_service.rules.stock_limit import exact
from property_service.stock import inspections, item_facts, stores, warehouse_checks

CLASSES = "Warehouse Storage Class"


def spot(warehouse: str | None) -> rules.Spot:
	"""Where a warehouse is, as the rules see it."""
	place = stores.place_of(warehouse)
	return rules.Spot(warehouse or None, place.zone, place.store) if place else rules.Spot(warehouse or None)


# ---- stock entries -----------------------------------------------------------------------------------------------


def check_stock_entry(doc: Document, final: bool) -> None:
	"""Every row goes a way that its kind allows, to a place where its class may lie. Raises frappe.ValidationError."""
	moves = moves_of(doc, final)
	to_subcontractor = doc.purpose == "Send to Subcontractor" and cint(
		settings.get().subcontracting_without_plan
	)
	for move in moves:
		stop(rules.refuse_move(move, doc.stores_kind, final, bool(to_subcontractor)))
	check_classes(doc, [(move.idx, move.item, move.target) for move in moves])
	if final:
		keep_suppliers_goods([move for move in moves if rules.takes_from_suppliers(move, doc.stores_kind)])


def moves_of(doc: Document, final: bool) -> list[rules.Move]:
	verdicts = inspections.verdicts(doc) if final else {}
	return [
		rules.Move(
			row.idx,
			row.item_code,
			spot(row.s_warehouse),
			spot(row.t_warehouse),
			verdicts.get(row.name),
			doc.move_reason,
			exact(row.transfer_qty),
		)
		for row in doc.items
	]


def keep_suppliers_goods(moves: list[rules.Move]) -> None:
	"""What was rejected at a receipt waits in Nonconforming for its way back (WH-12). Locks the bins that goods leave.

	Two statements per item and warehouse; such moves are rare and short.
	"""
	taken: dict[tuple[str, str], Decimal] = {}
	for move in moves:
		key = (move.item, move.source.warehouse)
		taken[key] = taken.get(key, Decimal(0)) + move.quantity
		suppliers = suppliers_goods(*key)  # rows before bins, as a receipt locks them
		stop(rules.refuse_suppliers_goods(move, taken[key], balance(*key), suppliers))


def balance(item_code: str, warehouse: str) -> Decimal:
	"""What lies in a warehouse, on the locked bin."""
	return exact(
		frappe.db.get_value(
			"Bin", {"item_code": item_code, "warehouse": warehouse}, "actual_qty", for_update=True
		)
	)


def suppliers_goods(item_code: str, warehouse: str) -> Decimal:
	"""What receipts rejected into a warehouse and no return has taken back, in stock units; a locking read."""
	row = frappe.qb.DocType("Purchase Receipt Item")
	rejected = Case().when(row.rejected_warehouse == warehouse, row.rejected_qty * row.conversion_factor)
	# a return of rejected goods has a negative quantity
	went_back = Case().when(
		(row.return_qty_from_rejected_warehouse == 1) & (row.warehouse == warehouse), row.stock_qty
	)
	found = (
		frappe.qb.from_(row)
		.select(Sum(rejected.else_(0) + went_back.else_(0)))
		.where((row.item_code == item_code) & (row.docstatus == 1))
		.for_update()
		.run()
	)
	return max(exact(found[0][0]), Decimal(0))


# ---- receipts ----------------------------------------------------------------------------------------------------


def place_rejected(doc: Document) -> None:
	"""Rejected goods without a warehouse go to the Nonconforming Zone of the store that the row is for."""
	if doc.is_return:
		return
	for row in doc.items:
		store = stores.store_of(row.warehouse)
		if store and flt(row.rejected_qty) and not (row.rejected_warehouse or doc.get("rejected_warehouse")):
			row.rejected_warehouse = stores.zone_warehouse(store, store_rules.NONCONFORMING)


def check_receipt(doc: Document) -> None:
	"""Accepted goods only to Qualified (or where they wait for what is missing), rejected ones only to Nonconforming.

	Serves Purchase Receipt and Subcontracting Receipt. A purchase return takes from any zone.
	"""
	facts = item_facts.of_document(doc)
	places = []
	for row in doc.items:
		if not facts.get(row.item_code, item_facts.NONE).is_stock_item:
			continue
		source = spot(row.get("from_warehouse"))
		if source.zone:
			stop(rules.Refusal(rules.LEAVES_STORE, (row.idx, row.item_code, source.warehouse)))
		if doc.is_return:
			continue
		accepted = spot(row.warehouse) if flt(row.qty) else None
		rejected = spot(row.rejected_warehouse) if flt(row.rejected_qty) else None
		stop(rules.refuse_received(row.idx, accepted, rejected, bool(cint(doc.get("direct_issue")))))
		places += [(row.idx, row.item_code, place) for place in (accepted, rejected) if place]
	check_classes(doc, places)
	check_flammables(doc, places)


def check_flammables(doc: Document, places: list[tuple[int, str, rules.Spot]]) -> None:
	"""Flammable goods are received where the last check was passed and is in time (WH-15)."""
	facts = item_facts.of_document(doc)
	flammable = [entry for entry in places if rules.is_flammable(facts[entry[1]].storage_class)]
	states = warehouse_checks.states({place.warehouse for _idx, _item, place in flammable}, [rules.FLAMMABLE])
	for idx, item_code, place in flammable:
		state = states[(place.warehouse, rules.FLAMMABLE)]
		if state != warehouse_checks.PASSED:
			refusal = rules.Refusal(rules.FLAMMABLES_UNSAFE, (idx, item_code, place.warehouse, state))
			stop(refusal, context="Warehouse Check")


# ---- classes -----------------------------------------------------------------------------------------------------


def check_classes(doc: Document, places: list[tuple[int, str, rules.Spot]]) -> None:
	"""`places`: row number, item and where it would lie. Warehouses outside the stores are not asked."""
	targets = [entry for entry in places if entry[2].zone]
	if not targets:
		return
	facts = item_facts.of_document(doc)
	for idx, item_code, place in targets:
		permitted = stores.permitted_classes(place.warehouse)
		refusal = rules.refuse_place(
			idx, item_code, facts[item_code].storage_class, place.warehouse, permitted
		)
		stop(refusal, context=CLASSES)


def check_item_class(item_code: str, storage_class: str | None, merging: bool = False) -> None:
	"""Before the class of an item changes: it may lie where it lies, in the stores of every company.

	`merging`: the item becomes another one; ERPNext has deleted its bins by then, so every place of its ledger is asked.
	"""
	if merging:
		filters = {"item_code": item_code, "is_cancelled": 0}
		found = frappe.get_all(
			"Stock Ledger Entry", filters=filters, pluck="warehouse", distinct=True, order_by="warehouse"
		)
	else:
		filters = {"item_code": item_code, "actual_qty": ("!=", 0)}
		found = frappe.get_all("Bin", filters=filters, pluck="warehouse", order_by="warehouse")
	lying = [
		(item_code, warehouse, storage_class, stores.permitted_classes(warehouse))
		for warehouse in found
		if (place := stores.place_of(warehouse)) and procedure_is_on("stores", place.company)
	]
	stop(rules.refuse_lying(lying), context=CLASSES)


def check_warehouse_classes(warehouse: str, permitted: Collection[str]) -> None:
	"""Before the list of a warehouse changes, or its goods come to another: what lies there may lie there still."""
	items = item_facts.storage_classes(items_in(warehouse)) if stores.place_of(warehouse) else {}
	lying = [(name, warehouse, storage_class, permitted) for name, storage_class in items.items()]
	stop(rules.refuse_lying(lying), context=CLASSES)


# ---- warehouses --------------------------------------------------------------------------------------------------


def items_in(warehouse: str) -> list[str]:
	"""Items with a balance in a warehouse."""
	return frappe.get_all(
		"Bin",
		filters={"warehouse": warehouse, "actual_qty": ("!=", 0)},
		pluck="item_code",
		order_by="item_code",
	)
