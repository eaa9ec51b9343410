"""Purchase Order under the procedure: only what an approved request leaves to order (WH-07)."""

import frappe
from frappe.model.document import Document

from property_service.buying import open_quantity
from property_service.guards import procedure_is_on
from property_service.refusals import stop
from property_service.rules import open_quantity as rules
from property_service.rules.stock_limit import exact

# ---- events ------------------------------------------------------------------------------------------------------


def before_validate(doc: Document, method: str | None = None) -> None:
	"""What rows hold is counted by the server, whoever sends it."""
	if procedure_is_on("stores", doc.company):
		restore_counters(doc)


def validate(doc: Document, method: str | None = None) -> None:
	"""A draft that could not be submitted says so at once; the lock comes with the submission."""
	if procedure_is_on("stores", doc.company) and doc.docstatus == 0:
		check(doc, lock=False)


def before_submit(doc: Document, method: str | None = None) -> None:
	if procedure_is_on("stores", doc.company):
		check(doc, lock=True)


def on_submit(doc: Document, method: str | None = None) -> None:
	if procedure_is_on("stores", doc.company):
		write(doc, closed=False)


def before_update_after_submit(doc: Document, method: str | None = None) -> None:
	"""Update Items, and any other change of a submitted order: its rows are checked and held anew."""
	if procedure_is_on("stores", doc.company):
		restore_counters(doc)
		check(doc, lock=True)
		write(doc, closed=doc.status == "Closed")


def on_cancel(doc: Document, method: str | None = None) -> None:
	if procedure_is_on("stores", doc.company):
		open_quantity.lock_rows(row.material_request_item for row in doc.items)
		write(doc, closed=False, submitted=False)


def on_change(doc: Document, method: str | None = None) -> None:
	"""Closing an order gives back what it did not bring in; opening it again takes that anew, if it is still there."""
	before = doc.get_doc_before_save()
	closes, reopens = doc.status == "Closed", bool(before) and before.status == "Closed"
	if closes == reopens or doc.docstatus != 1 or not procedure_is_on("stores", doc.company):
		return
	open_quantity.lock_rows(row.material_request_item for row in doc.items)
	load_counters(doc)
	if reopens:
		check(doc, lock=True)
	write(doc, closed=closes)


# ---- steps -------------------------------------------------------------------------------------------------------


def restore_counters(doc: Document) -> None:
	stored = doc.get_doc_before_save()
	known = {row.name: row for row in stored.items} if stored else {}
	for row in doc.items:
		for counter in open_quantity.COUNTERS:
			row.set(counter, known[row.name].get(counter) if row.name in known else 0)


def load_counters(doc: Document) -> None:
	known = open_quantity.lock_order_rows(row.name for row in doc.items)
	for row in doc.items:
		row.update({counter: known[row.name][counter] for counter in open_quantity.COUNTERS})


def check(doc: Document, lock: bool) -> None:
	"""Every row stands on an approved request that leaves it room for what it asks beyond what it holds."""
	lines = []
	for row in open_quantity.rows_that_need_a_request(doc):
		change = open_quantity.hold([row], closed=False)[row.name]["committed_qty"]
		lines.append(open_quantity.wanted(doc, row, change, row.material_request_item))
	requests = open_quantity.approved_rows((line.request_row for line in lines), lock)
	stop(rules.refuse_order(lines, requests))


def write(doc: Document, closed: bool, submitted: bool = True) -> None:
	"""Count on the requests, then on the order's rows, what these hold from now on."""
	changes = open_quantity.hold(doc.items, closed, submitted)
	request_rows = {row.name: row.material_request_item for row in doc.items}
	changes = {name: change for name, change in changes.items() if request_rows[name]}
	open_quantity.add(open_quantity.ROW, open_quantity.by_request(changes, request_rows))
	open_quantity.add(open_quantity.ORDER_ROW, changes)
	for row in doc.items:
		if row.name in changes:
			row.committed_qty = float(exact(row.committed_qty) + changes[row.name]["committed_qty"])


# ---- rows that Update Items takes out ----------------------------------------------------------------------------


def on_row_trash(row: Document, method: str | None = None) -> None:
	"""Update Items deletes a row by itself before the order is saved: what it held goes back to the request."""
	held = exact(row.get("committed_qty"))
	if not (held and row.material_request_item):
		return
	if procedure_is_on("stores", frappe.db.get_value(row.parenttype, row.parent, "company")):
		open_quantity.lock_rows([row.material_request_item])
		open_quantity.add(open_quantity.ROW, {row.material_request_item: {"committed_qty": -held}})
