"""The lines of a count: what the books say at its moment, written and compared with whole-table statements (WH-27)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import now, now_datetime
from pypika.functions import Function

from property_service.rules import stock_count as rules
from property_service.tools import lending

LINE = "Stock Count Line"
# (item, warehouse, batch): batch is empty for items without batches.
Key = tuple[str, str, str]
COLUMNS = (
	*("name", "creation", "modified", "owner", "modified_by", "parent", "parenttype", "parentfield", "idx"),
	*("item_code", "warehouse", "batch_no", "item_name", "specification", "stock_uom"),
	*("book_qty", "book_rate", "round", "frozen_on"),
)

# Batches are kept beside the balance: what the bundles of a warehouse add up to.
BATCHES = """
	select bundle.item_code, bundle.warehouse, entry.batch_no, sum(entry.qty) as qty
	from `tabSerial and Batch Bundle` bundle
	join `tabSerial and Batch Entry` entry on entry.parent = bundle.name
	where bundle.warehouse in %(warehouses)s and bundle.docstatus = 1 and bundle.is_cancelled = 0
		and coalesce(entry.batch_no, '') != ''
	group by bundle.item_code, bundle.warehouse, entry.batch_no
"""
BALANCES = """
	select bin.item_code, bin.warehouse, bin.actual_qty as qty, bin.stock_value as value, item.has_batch_no
	from `tabBin` bin
	join `tabItem` item on item.name = bin.item_code
	where bin.warehouse in %(warehouses)s
"""
# Cancelling writes entries, too: whatever was posted since a line was frozen moved it.
POSTED_SINCE = """
	select distinct line.name
	from `tabStock Count Line` line
	join `tabStock Ledger Entry` sle
		on sle.item_code = line.item_code and sle.warehouse = line.warehouse and sle.creation > line.frozen_on
		and sle.modified >= %(since)s
	where line.parent = %(count)s
"""
# A line is counted when somebody found something, or nothing, in the round that it is in.
ADD_UP = """
	update `tabStock Count Line` line
	left join (
		select counted.line, counted.round, sum(counted.qty) as qty, count(*) as times
		from `tabStock Count Entry` counted
		where counted.stock_count = %(count)s
		group by counted.line, counted.round
	) found on found.line = line.name and found.round = line.round
	set
		line.is_counted = if(found.times is null, 0, 1),
		line.counted_qty = coalesce(found.qty, 0),
		line.difference_qty = if(found.times is null, 0, found.qty - line.book_qty),
		line.difference_value = if(found.times is null, 0, round((found.qty - line.book_qty) * line.book_rate, 2))
	where line.parent = %(count)s
"""
SUMMARY = """
	select
		count(*) as line_count, coalesce(sum(is_counted), 0) as counted_lines, coalesce(sum(has_moved), 0) as moved_lines,
		coalesce(sum(greatest(difference_value, 0)), 0) as surplus_value,
		coalesce(-sum(least(difference_value, 0)), 0) as shortage_value
	from `tabStock Count Line`
	where parent = %(count)s
	lock in share mode
"""
LINES = "select * from `tabStock Count Line` where parent = %(count)s order by idx lock in share mode"


# ---- books -------------------------------------------------------------------------------------------------------


def books(warehouses: Iterable[str]) -> dict[Key, tuple[Decimal, Decimal]]:
	"""(item, warehouse, batch) -> (quantity, valuation per unit) as the books have them now, without tools on loan. Three statements."""
	values = {"warehouses": list(warehouses) or [""]}
	lent = lending.lent_out(values["warehouses"])
	rates: dict[tuple[str, str], Decimal] = {}
	found: dict[Key, tuple[Decimal, Decimal]] = {}
	for item, warehouse, qty, value, has_batches in frappe.db.sql(BALANCES, values):
		quantity = exact(qty)
		rates[item, warehouse] = rate = max(exact(value) / quantity, Decimal(0)) if quantity else Decimal(0)
		if not has_batches:
			# what is lent out is in the books, and nobody finds it on the shelf
			found[item, warehouse, ""] = quantity - lent.get((item, warehouse), 0), rate
	for item, warehouse, batch, qty in frappe.db.sql(BATCHES, values):
		found[item, warehouse, batch] = exact(qty), rates.get((item, warehouse), Decimal(0))
	return found


def exact(value: float | None) -> Decimal:
	return Decimal(str(value or 0))


def freeze(doc: Document) -> None:
	"""Write a line for everything that the books have in the zones of the count."""
	keys = {key: book for key, book in books(doc.zones()).items() if book[0]}
	add_lines(doc, keys, doc.frozen_on)
	refresh(doc)


def add_lines(doc: Document, keys: Mapping[Key, tuple[Decimal, Decimal]], moment: datetime) -> None:
	"""Lines in the order in which one walks through a store: by warehouse and name."""
	titles = _titles({key[0] for key in keys})
	start = len(doc.lines)
	user, stamp = frappe.session.user, now()
	rows = []
	for item, warehouse, batch in sorted(
		keys, key=lambda key: (key[1], titles[key[0]].item_name or "", *key)
	):
		quantity, rate = keys[item, warehouse, batch]
		title = titles[item]
		rows.append(
			(
				*(frappe.generate_hash(length=10), stamp, stamp, user, user, doc.name, doc.doctype, "lines"),
				start + len(rows) + 1,
				*(item, warehouse, batch or None, title.item_name, title.specification, title.stock_uom),
				*(float(quantity), float(rate), 1, moment),
			)
		)
	if rows:
		frappe.db.bulk_insert(LINE, COLUMNS, rows)
		touch(doc)


def _titles(items: Iterable[str]) -> dict[str, frappe._dict]:
	rows = frappe.get_all(
		"Item",
		filters={"name": ("in", sorted(items) or [""])},
		fields=["name", "item_name", "specification", "stock_uom"],
		order_by="name",
	)
	return {row.name: row for row in rows}


# ---- lines -------------------------------------------------------------------------------------------------------


def refresh(doc: Document) -> None:
	"""Add up what was counted, and read lines and summary again.

	With locking reads: what another counter committed since this transaction began is not in its snapshot, and an update
	that finds the same figures does not bring it in.
	"""
	frappe.db.sql(ADD_UP, {"count": doc.name})
	write_summary(doc)
	doc.set("lines", frappe.db.sql(LINES, {"count": doc.name}, as_dict=True))


def touch(doc: Document) -> None:
	"""Lines came or began anew: whoever waits for the lock sees by this that the lines it knows are old (`saving`)."""
	doc.modified, doc.modified_by = now_datetime(), frappe.session.user
	values = {"modified": doc.modified, "modified_by": doc.modified_by}
	frappe.db.set_value(doc.doctype, doc.name, values, update_modified=False)


def write_summary(doc: Document) -> None:
	summary = frappe.db.sql(SUMMARY, {"count": doc.name}, as_dict=True)[0]
	frappe.db.set_value(doc.doctype, doc.name, summary, update_modified=False)
	doc.update(summary)


def flag_moved(doc: Document) -> set[str]:
	"""Mark the lines whose goods moved since they were frozen, and return their names. Five statements, at most."""
	posted = {row[0] for row in frappe.db.sql(POSTED_SINCE, {"count": doc.name, "since": doc.frozen_on})}
	current = books(doc.zones())
	moved = set()
	for line in doc.lines:
		quantity, _rate = current.get(
			(line.item_code, line.warehouse, line.batch_no or ""), (Decimal(0),) * 2
		)
		if rules.has_moved(exact(line.book_qty), quantity, line.name in posted):
			moved.add(line.name)
	set_on_lines({line.name for line in doc.lines if line.has_moved} - moved, "has_moved", 0)
	set_on_lines(moved, "has_moved", 1)
	return moved


def set_on_lines(names: Iterable[str], fieldname: str, value: object) -> None:
	names = sorted(names)
	if names:
		line = frappe.qb.DocType(LINE)
		frappe.qb.update(line).set(line[fieldname], value).where(line.name.isin(names)).run()


def freeze_again(doc: Document, names: Iterable[str]) -> None:
	"""These lines begin anew: with the books of now, nothing counted, in the next round. What was counted is kept."""
	current = books(doc.zones())
	moment = now_datetime()
	names, table = set(names), frappe.qb.DocType(LINE)
	changed = ("book_qty", "book_rate", "round", "frozen_on", "has_moved")
	query = frappe.qb.into(table).columns("name", *changed)
	for line in doc.lines:
		if line.name in names:
			key = line.item_code, line.warehouse, line.batch_no or ""
			quantity, rate = current.get(key, (Decimal(0), Decimal(0)))
			query = query.insert(
				line.name, float(quantity), float(rate) or line.book_rate, line.round + 1, moment, 0
			)
	if not names:
		return
	for fieldname in changed:
		query = query.on_duplicate_key_update(table[fieldname], Function("values", table[fieldname]))
	query.run()
	touch(doc)
