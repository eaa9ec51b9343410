"""Rows of goods that lie in a store: what they are worth, where they may lie, and that nobody else has a claim on them.

Lock order: rows of receipts whose goods are the supplier's → bins, in the order of item and warehouse (WH-26).
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate, nowdate

from property_service.guards import refuse
from property_service.property_service.doctype.stock_count import freezing
from property_service.refusals import stop
from property_service.rules import scrap as rules
from property_service.rules.refusal import Refusal
from property_service.rules.stock_limit import exact
from property_service.rules.stores import NONCONFORMING
from property_service.stock import movements, stores

Key = tuple[str, str, str]
# Receipts that are looked at for the day since when goods lie there.
MOST_RECEIPTS = 200


def key_of(row: Document) -> Key:
	return row.item_code or "", row.warehouse or "", row.batch_no or ""


# ---- values ------------------------------------------------------------------------------------------------------


def fill(doc: Document) -> None:
	"""What the server says of rows that may still be changed: name, unit, and what they are worth in the books today."""
	items = item_facts(row.item_code for row in doc.items)
	books = freezing.books(sorted({row.warehouse for row in doc.items if row.warehouse}))
	for row in doc.items:
		facts = items.get(row.item_code, frappe._dict())
		row.update(
			{"item_name": facts.item_name, "specification": facts.specification, "uom": facts.stock_uom}
		)
		row.posted_value = 0
		rate = books.get(key_of(row), (Decimal(0), Decimal(0)))[1]
		row.rate = flt(rate, 2)
		row.amount = row.net_value = flt(rate * exact(flt(row.qty)), 2)
		if row.warehouse and not row.stored_since:
			row.stored_since = lying_since(row)


def item_facts(items: Iterable[str | None]) -> dict[str, frappe._dict]:
	rows = frappe.get_all(
		"Item",
		filters={"name": ("in", sorted({item for item in items if item}) or [""])},
		fields=[
			"name",
			"item_name",
			"specification",
			"stock_uom",
			"is_stock_item",
			"has_batch_no",
			"has_serial_no",
		],
		order_by="name",
	)
	return {row.name: row for row in rows}


def lying_since(row: Document) -> date | None:
	"""The day of the oldest receipt whose goods may still lie there: what came last is there still."""
	if row.batch_no:
		batch = frappe.db.get_value("Batch", row.batch_no, ["manufacturing_date", "creation"], as_dict=True)
		return getdate(batch.creation) if batch else None
	balance = flt(
		frappe.db.get_value("Bin", {"item_code": row.item_code, "warehouse": row.warehouse}, "actual_qty")
	)
	since = None
	for receipt in frappe.get_all(
		"Stock Ledger Entry",
		filters={
			"item_code": row.item_code,
			"warehouse": row.warehouse,
			"actual_qty": (">", 0),
			"is_cancelled": 0,
		},
		fields=["posting_date", "actual_qty"],
		order_by="posting_date desc, posting_time desc, creation desc",
		limit=MOST_RECEIPTS,
	):
		if balance <= 0:
			break
		since, balance = receipt.posting_date, balance - receipt.actual_qty
	return since


# ---- checks ------------------------------------------------------------------------------------------------------


def check(doc: Document) -> None:
	"""Every row says why, lies where it may be scrapped, and is there for this request. Raises frappe.ValidationError."""
	if not stores.is_store(doc.store) or stores.store_company(doc.store) != doc.company:
		refuse(_("Choose the store: the parent warehouse of its zones (WH-14)."))
	items, expiry = item_facts(row.item_code for row in doc.items), expiry_dates(doc)
	for row in doc.items:
		facts = items.get(row.item_code, frappe._dict())
		if not facts.is_stock_item:
			refuse(
				_("Row {0}: {1} is no item that is kept in stock (WH-25).").format(
					row.idx, bold(row.item_code)
				)
			)
		stop(
			rules.refuse_row(row.idx, row.item_code, row.reason, row.reason_detail, exact(row.qty)),
			context="Scrap Request Item",
		)
		zone = movements.spot(row.warehouse)
		stop(
			rules.refuse_place(
				row.idx, rules.Place(row.warehouse, zone.zone, zone.store, zone.title), doc.store
			)
		)
		check_identity(row, facts, expiry)
	check_there(doc)


def check_identity(row: Document, facts: frappe._dict, expiry: dict[str, date | None]) -> None:
	"""Which batch, which pieces, and whether the batch has expired where that is the reason."""
	if row.stored_since and getdate(row.stored_since) > getdate(nowdate()):
		stop(Refusal(rules.IN_FUTURE, (row.idx, row.item_code)))
	is_of_item = row.batch_no in expiry
	if bool(facts.has_batch_no) != is_of_item or (row.batch_no and not is_of_item):
		stop(Refusal(rules.NO_BATCH, (row.idx, row.item_code)))
	expires = expiry.get(row.batch_no)
	if row.reason == rules.EXPIRED and expires and expires >= getdate(nowdate()):
		stop(Refusal(rules.NOT_EXPIRED, (row.idx, row.batch_no)))
	numbers = [line for line in (row.serial_no or "").split("\n") if line.strip()]
	if facts.has_serial_no and len(set(numbers)) != flt(row.qty):
		stop(Refusal(rules.NO_SERIALS, (row.idx, row.item_code, f"{flt(row.qty):g}")))


def expiry_dates(doc: Document) -> dict[str, date | None]:
	"""Batch -> when it expires, for the batches of rows that are batches of their item."""
	rows = frappe.get_all(
		"Batch",
		filters={"name": ("in", sorted({row.batch_no for row in doc.items if row.batch_no}) or [""])},
		fields=["name", "item", "expiry_date"],
		order_by="name",
	)
	known = {(row.item, row.name): row.expiry_date for row in rows}
	return {
		row.batch_no: known[row.item_code, row.batch_no]
		for row in doc.items
		if (row.item_code, row.batch_no) in known
	}


def check_there(doc: Document) -> None:
	"""Together no more than lies there, less what other open requests name and what is the supplier's (WH-26)."""
	places = sorted({key_of(row)[:2] for row in doc.items})
	suppliers = {
		place: movements.suppliers_goods(*place)
		for place in places
		if stores.zone_of(place[1]) == NONCONFORMING
	}
	lies = {place: movements.balance(*place) for place in places}  # locks the bins
	kept = kept_by_others(doc.name, places)
	books = freezing.books(sorted({place[1] for place in places}))
	taken: dict[tuple, Decimal] = {}
	for row in doc.items:
		key, quantity = key_of(row), exact(row.qty)
		place = key[:2]
		for claim, there, others in (
			(place, lies[place], suppliers.get(place, Decimal(0)) + sum_of(kept, place) + lent(*place)),
			(key, books.get(key, (Decimal(0),))[0], kept.get(key, Decimal(0))),
		):
			if claim == key and not row.batch_no:
				continue
			taken[claim] = taken.get(claim, Decimal(0)) + quantity
			stop(
				rules.refuse_amount_there(row.idx, row.item_code, row.warehouse, taken[claim], there, others)
			)


def lent(item: str, warehouse: str) -> Decimal:
	"""Tools that are on loan stand in the books of the store and are not there (WH-21)."""
	return exact(
		frappe.db.get_value("Tool Loan Balance", {"item_code": item, "warehouse": warehouse}, "lent_qty")
	)


def sum_of(kept: dict[Key, Decimal], place: tuple[str, str]) -> Decimal:
	return sum((quantity for key, quantity in kept.items() if key[:2] == place), Decimal(0))


def kept_by_others(name: str | None, places: Iterable[tuple[str, str]]) -> dict[Key, Decimal]:
	"""What other open requests name, per item, warehouse and batch; a locking read sees what was committed since."""
	places = list(places)
	row, request = frappe.qb.DocType("Scrap Request Item"), frappe.qb.DocType("Scrap Request")
	rows = (
		frappe.qb.from_(row)
		.join(request)
		.on(request.name == row.parent)
		.select(row.item_code, row.warehouse, row.batch_no, row.qty)
		.where(row.item_code.isin([item for item, _warehouse in places] or [""]))
		.where(row.warehouse.isin([warehouse for _item, warehouse in places] or [""]))
		.where(request.status.isin(rules.OPEN) & (request.name != (name or "")))
		.for_update()
		.run()
	)
	found: dict[Key, Decimal] = {}
	for item, warehouse, batch, quantity in rows:
		key = (item, warehouse, batch or "")
		found[key] = found.get(key, Decimal(0)) + exact(quantity)
	return found


def check_residuals(doc: Document) -> None:
	"""A residual goes into a zone of the company's stores as an item of stock, or its price to cash or bank."""
	for row in doc.items:
		if row.residual_method == rules.INTO_STOCK:
			place = stores.place_of(row.residual_warehouse)
			if not place or place.company != doc.company or place.zone not in rules.ZONES:
				stop(
					Refusal(
						rules.WRONG_ZONE,
						(row.idx, row.residual_warehouse, movements.spot(row.residual_warehouse).title),
					)
				)
			if not frappe.db.get_value("Item", row.residual_item, "is_stock_item"):
				refuse(
					_("Row {0}: {1} is no item that is kept in stock (WH-25).").format(
						row.idx, bold(row.residual_item)
					)
				)
		if row.residual_method == rules.SOLD:
			account = frappe.db.get_value(
				"Account", row.proceeds_account, ["company", "account_type", "is_group"], as_dict=True
			)
			if (account.company, account.is_group) != (doc.company, 0) or account.account_type not in (
				"Cash",
				"Bank",
			):
				stop(Refusal(rules.NO_PROCEEDS, (row.idx,)))


def bold(text: str) -> str:
	return frappe.bold(frappe.utils.escape_html(text))
