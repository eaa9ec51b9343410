"""What moved in a warehouse in a month, item by item, without adding up the stock ledger every time (WH-02, WH-29).

A row of `Stock Month` holds quantity and value per kind of movement. It is derived: the stock ledger is the truth.

	a posting         marks its (warehouse, item, month) as stale, in its own transaction, with one statement
	`refresh`         takes stale rows from the ledger again (hourly, in the background)
	whoever reads     gets fresh rows from the table and stale ones from the ledger, so that a figure is always right

Marks are counted, and a refresh clears only the mark it has seen: a posting that comes meanwhile leaves the row stale.
So nothing here locks the ledger, and cancelling, back-dating, landed costs and reposts (which change past values without
any event of the document) need no arithmetic of their own. `rebuild` makes everything anew.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import get_first_day, getdate, now
from pypika.functions import Function
from pypika.terms import Case

from property_service import jobs
from property_service.rules import stock_movement as rules
from property_service.stock import stock_month_sql as sql
from property_service.stock import stores

DOCTYPE = "Stock Month"
REFRESH_AT_ONCE = 2000
ITEMS_AT_ONCE = 500
ROWS_AT_ONCE = 500
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)

Key = tuple[str, str, date]
MEASURES = tuple(f"{column}_{measure}" for column in rules.COLUMNS for measure in ("qty", "value"))


# ---- marking -----------------------------------------------------------------------------------------------------


def touch(company: str, warehouse: str, item_code: str, posting_date: object) -> None:
	"""Note that the ledger of a warehouse, item and month changes; written once, when the transaction commits."""
	touched = _touched()
	if not touched:
		frappe.db.before_commit.add(write_marks)
		frappe.db.after_rollback.add(touched.clear)
	touched[(warehouse, item_code, month_of(posting_date))] = company


def write_marks() -> None:
	"""Write what `touch` noted. Readers call it too, to see the postings of their own transaction."""
	touched = _touched()
	if touched:
		mark({key: touched[key] for key in sorted(touched)})
		touched.clear()


def _touched() -> dict[Key, str]:
	"""Kept with the connection whose commit writes them: what a request noted that lost its database is gone with it, and
	the next one of the same process begins anew."""
	connection = frappe.local.db
	if not hasattr(connection, "stock_months_touched"):
		connection.stock_months_touched = {}
	return connection.stock_months_touched


def mark(companies: dict[Key, str]) -> None:
	"""Make the rows of (warehouse, item, month) stale; those that are not there yet are made. `companies`: key -> company."""
	table = frappe.qb.DocType(DOCTYPE)
	user, moment = frappe.session.user, now()
	keys = list(companies)
	for start in range(0, len(keys), ROWS_AT_ONCE):
		query = frappe.qb.into(table).columns(
			*("name", "creation", "modified", "owner", "modified_by", "company"),
			*("warehouse", "item_code", "month", "stale"),
		)
		for key in keys[start : start + ROWS_AT_ONCE]:
			row = (frappe.generate_hash(length=20), moment, moment, user, user, companies[key], *key, 1)
			query = query.insert(*row)
		query.on_duplicate_key_update(table.stale, table.stale + 1).run()


def mark_items(company: str, item_codes: Iterable[str], since: object) -> None:
	"""Make stale what the table knows of these items from the month of `since` on (after a repost)."""
	item_codes = sorted(set(item_codes))
	if item_codes:
		table = frappe.qb.DocType(DOCTYPE)
		(
			frappe.qb.update(table)
			.set(table.stale, table.stale + 1)
			.where(
				(table.company == company)
				& (table.month >= month_of(since))
				& table.item_code.isin(item_codes)
			)
			.run()
		)


def mark_warehouse(warehouse: str) -> None:
	"""Make stale all months of a warehouse that came to another store: which moves stay inside a store has changed."""
	table = frappe.qb.DocType(DOCTYPE)
	frappe.qb.update(table).set(table.stale, table.stale + 1).where(table.warehouse == warehouse).run()


# ---- refreshing --------------------------------------------------------------------------------------------------


def refresh() -> None:
	"""Take stale rows from the ledger again (hourly); goes on in a job of its own while there are more."""
	if refresh_some() == REFRESH_AT_ONCE:
		jobs.order(
			"property_service.stock.stock_months.refresh",
			queue="long",
			job_id="property_service.stock_months.refresh",
			deduplicate=True,
		)


def refresh_some(limit: int = REFRESH_AT_ONCE) -> int:
	"""Refresh up to `limit` stale rows; return how many. A row that is marked meanwhile stays stale."""
	write_marks()
	rows = frappe.db.sql(sql.REFRESH, {"limit": limit, "types": _zone_types()}, as_dict=True)
	for start in range(0, len(rows), ROWS_AT_ONCE):
		_store(rows[start : start + ROWS_AT_ONCE])
	return len(rows)


def _store(rows: list[dict]) -> None:
	table = frappe.qb.DocType(DOCTYPE)
	columns = ("name", "company", "warehouse", "item_code", "month", "stale", *MEASURES)
	query = frappe.qb.into(table).columns(*columns)
	for row in sorted(rows, key=lambda row: (row.warehouse, row.item_code, row.month)):
		query = query.insert(*(row[column] for column in columns))
	unchanged = table.stale == _sent(table.stale)
	for column in MEASURES:
		query = query.on_duplicate_key_update(
			table[column], Case().when(unchanged, _sent(table[column])).else_(table[column])
		)
	# last, because MariaDB assigns from left to right
	query.on_duplicate_key_update(table.stale, Case().when(unchanged, 0).else_(table.stale)).run()


def _sent(field) -> Function:
	"""The value that the insert would have written."""
	return Function("values", field)


# ---- rebuilding --------------------------------------------------------------------------------------------------


def rebuild(company: str) -> None:
	"""Make every row of a company anew from the ledger: when the procedure is switched on, or to repair."""
	mark_everything(company)
	refresh()


def mark_everything(company: str, item_codes: Iterable[str] | None = None) -> None:
	"""Make stale all that the ledger or the table knows of a company, or of some of its items."""
	items = sorted(set(item_codes)) if item_codes is not None else _items_with_postings(company)
	for start in range(0, len(items), ITEMS_AT_ONCE):
		some = items[start : start + ITEMS_AT_ONCE]
		rows = frappe.db.sql(sql.LEDGER_KEYS, {"company": company, "items": some})
		mark({(warehouse, item, getdate(month)): company for warehouse, item, month in sorted(rows)})
		mark_items(company, some, "1900-01-01")


def _items_with_postings(company: str) -> list[str]:
	bin_, warehouse = frappe.qb.DocType("Bin"), frappe.qb.DocType("Warehouse")
	return (
		frappe.qb.from_(bin_)
		.join(warehouse)
		.on(warehouse.name == bin_.warehouse)
		.select(bin_.item_code)
		.distinct()
		.where(warehouse.company == company)
		.orderby(bin_.item_code)
		.run(pluck=True)
	)


# ---- reading -----------------------------------------------------------------------------------------------------


def month_of(day: object) -> date:
	return getdate(get_first_day(getdate(day)))


def consumption(
	warehouses: Iterable[str], first: object, last: object, item_codes: Iterable[str] | None = None
) -> dict[str, dict[date, Decimal]]:
	"""Item -> month -> what was consumed, in stock units: issues and direct issues less returns (WH-02).

	`first` and `last` are days of the first and last month asked for. Months without movement are left out; a month
	in which more came back than went out is negative. Two statements, whatever the number of items.
	"""
	found: dict[str, dict[date, Decimal]] = {}
	warehouses, item_codes = list(warehouses), item_codes if item_codes is None else list(item_codes)
	for query in (sql.CONSUMED, sql.CONSUMED_STALE):
		for item, month, qty in _run(query, warehouses, first, last, item_codes):
			months = found.setdefault(item, {})
			months[month] = months.get(month, Decimal(0)) + Decimal(str(qty))
	return found


def totals(
	warehouses: Iterable[str],
	first: object,
	last: object,
	by: tuple[str, ...] = ("item_code",),
	item_codes: Iterable[str] | None = None,
) -> list[frappe._dict]:
	"""Sums of all columns (`purchase_qty`, `purchase_value`, …) of the months from `first` to `last`.

	`by` is what they are grouped by: item_code, warehouse, month in that order. Columns and their signs are those of
	`rules.stock_movement`. One statement.
	"""
	return _run(sql.TOTALS[by], warehouses, first, last, item_codes, as_dict=True)


def balances(
	warehouses: Iterable[str], before: object = None, item_codes: Iterable[str] | None = None
) -> dict[tuple[str, str], tuple[float, float]]:
	"""(item, warehouse) -> (quantity, value) at the beginning of the month of `before`; without it, now.

	What lies there now less what moved since, because a sum over the ledger is no balance. Two statements.
	"""
	warehouses = list(warehouses)
	rows = _run(sql.BALANCES, warehouses, None, None, item_codes, as_dict=True)
	found = {(row.item_code, row.warehouse): (row.qty, row.value) for row in rows}
	if before is None:
		return found
	for row in totals(warehouses, before, LAST_DAY, ("item_code", "warehouse"), item_codes):
		qty, value = found.get((row.item_code, row.warehouse), (0.0, 0.0))
		found[(row.item_code, row.warehouse)] = (qty - net(row, "qty"), value - net(row, "value"))
	return found


def net(row: dict, measure: str) -> float:
	"""What a row of `totals` added to the balance: `measure` is "qty" or "value"."""
	inward = (*rules.IN_COLUMNS, "zone_in")
	return sum(
		(1 if column in inward else -1) * (row[f"{column}_{measure}"] or 0) for column in rules.COLUMNS
	)


def _run(query: str, warehouses, first, last, item_codes, **how) -> list:
	write_marks()
	items = None if item_codes is None else sorted(set(item_codes))
	values = {
		"warehouses": list(warehouses) or [""],
		"first": month_of(first or FIRST_DAY),
		"last": month_of(last or LAST_DAY),
		"all_items": int(items is None),
		"items": items or [""],
		"types": _zone_types(),
	}
	return frappe.db.sql(query, values, **how)  # the callers' constants of stock_month_sql


def _zone_types() -> list[str]:
	return list(stores.zone_types()) or [""]
