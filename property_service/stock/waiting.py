"""Goods that wait in Pending Inspection for their certificate, row by row of their receipt (WH-11).

`waiting_qty` of a receipt's row is what still waits of it. It changes on the locked row, in the transaction that moves the
goods: so nothing leaves the zone twice, and nothing without its certificate.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.model.document import Document
from frappe.query_builder import Case
from frappe.query_builder.functions import Sum

from property_service.refusals import stop
from property_service.rules import acceptance as rules
from property_service.rules import stock_zones
from property_service.rules.refusal import Refusal
from property_service.rules.stock_limit import exact
from property_service.stock import movements, stores

ROW = "Purchase Receipt Item"


def waits(warehouse: str | None) -> bool:
	return stores.zone_of(warehouse) == stock_zones.PENDING_INSPECTION


# ---- documents that take goods out of the zone -------------------------------------------------------------------


class Leaving(NamedTuple):
	"""A row that takes goods out of the zone, in stock units."""

	row: Document
	warehouse: str
	quantity: Decimal
	to_qualified: bool = False


def check_entry(doc: Document) -> None:
	"""Rows of a stock entry that leave the zone name the receipt's row they come from. Locks these rows."""
	_check(
		(
			row.get("receipt_row"),
			Leaving(
				row,
				row.s_warehouse,
				exact(row.transfer_qty),
				stores.zone_of(row.t_warehouse) == stock_zones.QUALIFIED,
			),
		)
		for row in doc.items
		if waits(row.s_warehouse)
	)


def check_return(doc: Document) -> None:
	"""Rows of a purchase return that go back from the zone. Locks the receipt's rows."""
	_check(
		(row.get("purchase_receipt_item"), Leaving(row, row.warehouse, -exact(row.stock_qty)))
		for row in doc.items
		if waits(row.warehouse)
	)


def _check(leaving: Iterable[tuple[str | None, Leaving]]) -> None:
	by_receipt: dict[str, list[Leaving]] = {}
	free: dict[tuple[str, str], list[Leaving]] = {}
	for name, line in leaving:
		if name:
			by_receipt.setdefault(name, []).append(line)
		else:
			free.setdefault((line.row.item_code, line.warehouse), []).append(line)
	known = locked(by_receipt) if by_receipt else {}
	for name, lines in by_receipt.items():
		total = Decimal(0)
		for line in lines:
			total += line.quantity
			found = _waiting(known.get(name), line)
			stop(rules.refuse_leaving(line.row.idx, line.row.item_code, total, line.to_qualified, found))
	for (item_code, warehouse), lines in free.items():
		waiting = waiting_in(item_code, warehouse)  # rows before bins, as a receipt locks them
		lies, total = movements.balance(item_code, warehouse), Decimal(0)
		for line in lines:
			total += line.quantity
			stop(rules.refuse_free(line.row.idx, item_code, total, lies, waiting))


def _waiting(found: frappe._dict | None, line: Leaving) -> rules.Waiting | None:
	return found and rules.Waiting(
		found.parent,
		found.item_code == line.row.item_code and found.warehouse == line.warehouse,
		exact(found.waiting_qty),
		found.certificate_state,
	)


def waiting_in(item_code: str, warehouse: str) -> Decimal:
	"""What waits of all receipts, in stock units; a locking read."""
	table = frappe.qb.DocType(ROW)
	found = (
		frappe.qb.from_(table)
		.select(Sum(table.waiting_qty))
		.where((table.item_code == item_code) & (table.warehouse == warehouse) & (table.docstatus == 1))
		.for_update()
		.run()
	)
	return exact(found[0][0])


def locked(names: Iterable[str]) -> dict[str, frappe._dict]:
	"""Rows of receipts, locked until the transaction ends. One statement."""
	table = frappe.qb.DocType(ROW)
	rows = (
		frappe.qb.from_(table)
		.select(
			*(table.name, table.parent, table.idx, table.item_code, table.warehouse),
			*(table.waiting_qty, table.certificate_state, table.docstatus),
		)
		.where(table.name.isin(sorted(filter(None, names)) or [""]) & (table.docstatus == 1))
		.orderby(table.name)
		.for_update()
		.run(as_dict=True)
	)
	return {row.name: row for row in rows}


# ---- counting ----------------------------------------------------------------------------------------------------


def count_entry(doc: Document, sign: int) -> None:
	_add(
		(row.receipt_row, -sign * exact(row.transfer_qty))
		for row in doc.items
		if row.get("receipt_row") and waits(row.s_warehouse)
	)


def count_return(doc: Document, sign: int) -> None:
	_add(
		(row.purchase_receipt_item, sign * exact(row.stock_qty))
		for row in doc.items
		if row.get("purchase_receipt_item") and waits(row.warehouse)
	)


def _add(changes: Iterable[tuple[str, Decimal]]) -> None:
	"""One statement; none where nothing waits."""
	by_row = rules.totals(changes)
	if not by_row:
		return
	table = frappe.qb.DocType(ROW)
	case = Case()
	for name in sorted(by_row):
		case = case.when(table.name == name, float(by_row[name]))
	(
		frappe.qb.update(table)
		.set(table.waiting_qty, table.waiting_qty + case.else_(0))
		.where(table.name.isin(sorted(by_row)))
		.run()
	)


def refuse_nothing(row: frappe._dict | None, idx: object, item: str) -> None:
	if not row or exact(row.waiting_qty) <= rules.NOTHING:
		stop(Refusal(rules.NOTHING_WAITS, (idx, item)))
