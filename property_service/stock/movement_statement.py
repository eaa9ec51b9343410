"""The facts of the movement statement: monthly figures, balances, and what the two ledgers say (WH-29).

A fixed number of statements, whatever the number of items. The statement is made of the balances of now and the monthly
figures; what it is compared with is read from the stock ledger and the general ledger themselves, without either of these:

	columns of a month       what the entries of that month add up to, per item, warehouse and kind of movement
	opening and closing      what the last entry before the period, and the last one of each month, left behind
	stock accounts           what the general ledger holds at each month end, and voucher by voucher
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import NamedTuple

import frappe
from erpnext import is_perpetual_inventory_enabled
from frappe.query_builder.functions import Sum
from pypika.functions import Function
from pypika.terms import Case

from property_service.rules import movement_statement as rules
from property_service.rules.stock_limit import month_before
from property_service.rules.stock_movement import IN_COLUMNS, OUT_COLUMNS
from property_service.stock import stock_month_sql as sql
from property_service.stock import stock_months, stores

ITEM, GROUP, WAREHOUSE, MONTH = "Item", "Item Group", "Warehouse", "Month"
NOTHING = {"qty": 0.0, "value": 0.0}
BEFORE = "opening"  # stands for the moment before the period


class Scope(NamedTuple):
	"""What a statement covers: zone warehouses of one company, and its first and last month (their first days)."""

	company: str
	warehouses: tuple[str, ...]
	first: date
	last: date
	zone_moves: bool = False

	@property
	def end(self) -> date:
		"""The first day after the period."""
		return month_before(self.last, -1)

	@property
	def months(self) -> list[date]:
		months = [self.first]
		while months[-1] < self.last:
			months.append(month_before(months[-1], -1))
		return months


class Item(NamedTuple):
	item_code: str
	item_name: str
	specification: str
	stock_uom: str
	item_group: str
	stock_class: str


class Lines(NamedTuple):
	"""Lines by key (item, group, warehouse or first day of a month), and the units that went into each."""

	figures: dict[object, dict[str, float]]
	uoms: dict[object, set[str]]


class Statement:
	"""A statement of one scope: what is read is read once, when it is first needed."""

	def __init__(self, scope: Scope):
		self.scope = scope

	# ---- facts

	@cached_property
	def items(self) -> dict[str, Item]:
		"""The items that have a balance or monthly figures in these warehouses. One statement."""
		item = frappe.qb.DocType("Item")
		bin_, month = (self._held("Bin"), self._held(stock_months.DOCTYPE))
		rows = (
			frappe.qb.from_(item)
			.select(*(item[name] for name in ("name", *Item._fields[1:])))
			.where(item.name.isin(bin_) | item.name.isin(month))
			.orderby(item.name)
			.run()
		)
		return {row[0]: Item(*(value or "" for value in row)) for row in rows}

	def _held(self, doctype: str):
		table = frappe.qb.DocType(doctype)
		return (
			frappe.qb.from_(table)
			.select(table.item_code)
			.where(table.warehouse.isin(list(self.scope.warehouses) or [""]))
		)

	@cached_property
	def moved(self) -> list[tuple]:
		"""(item, warehouse, month, columns that are not zero) of the period. Two statements, the second for stale months."""
		return list(self._months(self.scope.first, self.scope.last))

	@cached_property
	def since(self) -> list[tuple]:
		"""The same of the months after the period: postings may lie in the future. Two statements."""
		return list(self._months(self.scope.end, stock_months.LAST_DAY))

	@cached_property
	def closing(self) -> dict[tuple[str, str], dict[str, float]]:
		"""(item, warehouse) -> what was there at the end of the period: what is there now, less what moved since.

		Three statements.
		"""
		rows = frappe.db.sql(sql.BALANCES, self._values())
		found = {(item, warehouse): {"qty": qty, "value": value} for item, warehouse, qty, value in rows}
		for item, warehouse, _month, columns in self.since:
			there = found.setdefault((item, warehouse), dict(NOTHING))
			for measure in there:
				there[measure] -= net(columns, measure)
		return found

	def _months(self, first: date, last: date) -> Iterator[tuple]:
		stock_months.write_marks()
		values = {**self._values(), "first": first, "last": last}
		for query in (sql.ROWS, sql.STALE_ROWS):
			# one of the two constants above
			for item, warehouse, month, *amounts in frappe.db.sql(query, values):
				columns = {
					name: amount
					for name, amount in zip(stock_months.MEASURES, amounts, strict=True)
					if amount
				}
				yield item, warehouse, month, columns

	def _values(self) -> dict:
		return {
			"warehouses": list(self.scope.warehouses) or [""],
			"first": self.scope.first,
			"last": self.scope.last,
			"end": self.scope.end,
			"types": list(stores.zone_types()) or [""],
			"all_items": 1,
			"items": [""],
		}

	# ---- lines

	def lines(self, by: str = ITEM, only: Iterable[str] | None = None) -> Lines:
		"""The lines by one dimension; `only` limits them to some items."""
		wanted = (
			self.items if only is None else {item: self.items[item] for item in only if item in self.items}
		)
		found: dict[object, list] = {}
		uoms: dict[object, set[str]] = {}
		make = self._by_month if by == MONTH else self._by_place
		for item, head, one in make(by, wanted):
			if not rules.is_empty(one):
				key = wanted[item].item_group if by == GROUP else head
				found.setdefault(key, []).append(one)
				uoms.setdefault(key, set()).add(wanted[item].stock_uom)
		figures = {key: one[0] if len(one) == 1 else rules.total(one) for key, one in found.items()}
		return Lines(figures, uoms)

	def _by_place(self, by: str, wanted: dict[str, Item]) -> Iterator[tuple]:
		"""(item, item or warehouse, line) of all months together."""
		is_place = by == WAREHOUSE
		closing: dict[tuple, dict[str, float]] = {}
		for (item, warehouse), figures in self.closing.items():
			if item in wanted:
				add(closing.setdefault((item, warehouse if is_place else item), {}), figures)
		moved: dict[tuple, dict[str, float]] = {}
		for item, warehouse, _month, columns in self.moved:
			if item in wanted:
				add(moved.setdefault((item, warehouse if is_place else item), {}), columns)
		for key in closing.keys() | moved.keys():
			columns = moved.get(key, {})
			yield (*key, rules.line(before(closing.get(key, {}), columns), columns, self._shows_zones(by)))

	def _by_month(self, by: str, wanted: dict[str, Item]) -> Iterator[tuple]:
		"""(item, month, line); a month begins with what the one before it left."""
		closing: dict[str, dict[str, float]] = {}
		for (item, _warehouse), figures in self.closing.items():
			add(closing.setdefault(item, {}), figures)
		moved: dict[str, dict[date, dict[str, float]]] = {}
		for item, _warehouse, month, columns in self.moved:
			add(moved.setdefault(item, {}).setdefault(month, {}), columns)
		for item in wanted.keys() & (closing.keys() | moved.keys()):
			months = moved.get(item, {})
			everything: dict[str, float] = {}
			for columns in months.values():
				add(everything, columns)
			there = before(closing.get(item, {}), everything)
			for month in self.scope.months:
				one = rules.line(there, months.get(month, {}), self._shows_zones(by))
				there = {measure: one[f"closing_{measure}"] for measure in rules.MEASURES}
				yield item, month, one

	def _shows_zones(self, by: str) -> bool:
		return self.scope.zone_moves or by == WAREHOUSE

	def total(self, lines: Lines, by: str = ITEM) -> dict[str, float]:
		if by == MONTH:
			return rules.total_of_months([lines.figures[month] for month in sorted(lines.figures)])
		return rules.total(lines.figures.values())

	# ---- whether it ties

	def untied(self, lines: Lines, by: str = ITEM, only: Iterable[str] | None = None) -> list[rules.Untied]:
		"""What does not tie, of all items of the scope and of the lines shown; empty when everything does.

		At most seven statements.
		"""
		found = [
			rules.check_items(self._our_columns(), self._ledger_columns(), rules.NOT_TIED_MOVEMENT),
			rules.check_items(self.balances, self._ledger_balances, rules.NOT_TIED_BALANCE),
			rules.check_lines(lines.figures, self._ledger_of_lines(lines, by, only)),
		]
		if keeps_stock_accounts(self.scope.company):
			accounts = Accounts(self)
			found += rules.check_accounts(accounts.stock(), accounts.ledger())
			found.append(rules.check_vouchers(accounts.stock_of_vouchers(), accounts.ledger_of_vouchers()))
		return [one for one in found if one]

	def _our_columns(self) -> dict[tuple, tuple[float, float]]:
		return {
			(item, warehouse, f"{month:%Y-%m}", column): figures
			for item, warehouse, month, columns in self.moved
			for column, figures in pairs(columns)
		}

	def _ledger_columns(self) -> dict[tuple, tuple[float, float]]:
		return {
			(item, warehouse, f"{month:%Y-%m}", column): figures
			for (item, warehouse, month), (columns, _balance) in self._ledger.items()
			for column, figures in pairs(columns)
		}

	@cached_property
	def _ledger(self) -> dict[tuple[str, str, date], tuple[dict[str, float], tuple[float, float]]]:
		"""(item, warehouse, month) -> (columns, (quantity, value) left at its end), from the stock ledger. One statement."""
		columns: dict[tuple, dict[str, float]] = {}
		last: dict[tuple, str] = {}
		for item, warehouse, month, column, qty, value, balance in frappe.db.sql(
			sql.LEDGER_MONTHS, self._values()
		):
			key = item, warehouse, date(*divmod(int(month), 100), 1)
			sign = 1 if column in _INWARD else -1
			amounts = {f"{column}_qty": sign * (qty or 0.0), f"{column}_value": sign * (value or 0.0)}
			columns.setdefault(key, {}).update(amounts)
			last[key] = max(last.get(key, ""), balance)
		left = {key: tuple(map(float, balance.split("|")[1:])) for key, balance in last.items()}
		return {key: (moved, left[key]) for key, moved in columns.items()}

	@cached_property
	def _ledger_opening(self) -> dict[tuple[str, str], tuple[float, float]]:
		"""(item, warehouse) -> (quantity, value) before the period, from the stock ledger. One statement."""
		rows = frappe.db.sql(sql.LEDGER_OPENING, self._values())
		return {
			(item, warehouse): tuple(map(float, balance.split("|")))
			for item, warehouse, balance in rows
			if balance
		}

	@cached_property
	def balances(self) -> dict[tuple, tuple[float, float]]:
		"""(item, warehouse, BEFORE or month) -> what was there before the period and at the end of each of its months."""
		moved: dict[tuple, dict[date, dict[str, float]]] = {}
		for item, warehouse, month, columns in self.moved:
			add(moved.setdefault((item, warehouse), {}).setdefault(month, {}), columns)
		found = {}
		for key in self.closing.keys() | moved.keys():
			there = dict(self.closing.get(key, NOTHING))
			for month in reversed(self.scope.months):
				found[(*key, f"{month:%Y-%m}")] = there["qty"], there["value"]
				there = before(there, moved.get(key, {}).get(month, {}))
			found[(*key, BEFORE)] = there["qty"], there["value"]
		return found

	@cached_property
	def _ledger_balances(self) -> dict[tuple, tuple[float, float]]:
		found = {}
		for key in self._ledger_opening.keys() | {key[:2] for key in self._ledger}:
			there = self._ledger_opening.get(key, (0.0, 0.0))
			found[(*key, BEFORE)] = there
			for month in self.scope.months:
				if (*key, month) in self._ledger:
					there = self._ledger[(*key, month)][1]
				found[(*key, f"{month:%Y-%m}")] = there
		return found

	def _ledger_of_lines(self, lines: Lines, by: str, only: Iterable[str] | None) -> dict:
		"""Key of a line -> (opening, closing) as the stock ledger has them."""
		wanted = None if only is None else set(only)
		found: dict[object, tuple[dict, dict]] = {}
		ends = {f"{month:%Y-%m}": month for month in self.scope.months}
		last = f"{self.scope.last:%Y-%m}"

		def put(key: object, end: int, figures: tuple[float, float]) -> None:
			both = found.setdefault(key, (dict(NOTHING), dict(NOTHING)))
			add(both[end], dict(zip(NOTHING, figures, strict=True)))

		for (item, warehouse, when), figures in self._ledger_balances.items():
			if wanted is not None and item not in wanted:
				continue
			if by == MONTH:
				if when in ends:
					put(ends[when], 1, figures)
				opens = self.scope.first if when == BEFORE else month_before(ends[when], -1)
				if opens in self.scope.months:
					put(opens, 0, figures)
				continue
			group = self.items[item].item_group if item in self.items else ""
			key = {ITEM: item, WAREHOUSE: warehouse, GROUP: group}[by]
			if when == BEFORE:
				put(key, 0, figures)
			if when == last:
				put(key, 1, figures)
		return found


class Accounts:
	"""The stock accounts that the warehouses of a statement post to, with everything that lies on them.

	Other warehouses may share an account; theirs is taken from ERPNext's balances and the stock ledger.
	"""

	def __init__(self, statement: Statement):
		self.statement, self.scope = statement, statement.scope
		of_warehouse = stock_accounts(self.scope.company)
		self.accounts = {of_warehouse[name] for name in self.scope.warehouses if of_warehouse.get(name)}
		self.account = {name: account for name, account in of_warehouse.items() if account in self.accounts}
		self.months = [month_before(self.scope.first, 1), *self.scope.months]

	def stock(self) -> dict[tuple[str, date], float]:
		"""(account, month) -> what the stock on it is worth at the end of that month, as the statement has it.

		The month before the period stands for its opening. At most two statements.
		"""
		found = {(account, month): 0.0 for account in self.accounts for month in self.months}
		ends = {f"{month:%Y-%m}": month for month in self.scope.months}
		for (_item, warehouse, when), (_qty, value) in self.statement.balances.items():
			if warehouse in self.account:
				found[(self.account[warehouse], ends.get(when, self.months[0]))] += value
		others = sorted(self.account.keys() - set(self.scope.warehouses))
		if others:
			for warehouse, value in values_now(others):
				for month in self.months:
					found[(self.account[warehouse], month)] += value or 0.0
			for warehouse, changed, value in values_since(others, self.scope.first):
				for month in self.months:
					if f"{month:%Y%m}" < str(changed):
						found[(self.account[warehouse], month)] -= value or 0.0
		return found

	def ledger(self) -> dict[tuple[str, date], float]:
		"""(account, month) -> what the general ledger holds at its end, debit positive. One statement."""
		found = {(account, month): 0.0 for account in self.accounts for month in self.months}
		for account, changed, value in ledger_changes(self.accounts, self.scope.first, self.scope.end):
			for month in self.months:
				if str(changed or "") <= f"{month:%Y%m}":
					found[(account, month)] += value or 0.0
		return found

	def stock_of_vouchers(self) -> dict[tuple[str, str], float]:
		"""(voucher, account) -> value that it put on the account by the stock ledger, in the period. One statement."""
		found: dict[tuple[str, str], float] = {}
		for voucher, warehouse, value in stock_of_vouchers(self.account, self.scope.first, self.scope.end):
			add(found, {(voucher, self.account[warehouse]): value or 0.0})
		return found

	def ledger_of_vouchers(self) -> dict[tuple[str, str], float]:
		"""The same by the general ledger. One statement."""
		rows = ledger_of_vouchers(self.accounts, self.scope.first, self.scope.end)
		return {(voucher, account): value or 0.0 for voucher, account, value in rows}


_INWARD = (*IN_COLUMNS, "zone_in")
_COLUMNS = {
	measure: (
		[f"{column}_{measure}" for column in _INWARD],
		[f"{column}_{measure}" for column in (*OUT_COLUMNS, "zone_out")],
	)
	for measure in rules.MEASURES
}


def net(columns: dict[str, float], measure: str) -> float:
	"""What the columns of a month added to the balance."""
	came, went = _COLUMNS[measure]
	return sum(columns.get(name, 0.0) for name in came) - sum(columns.get(name, 0.0) for name in went)


def pairs(columns: dict[str, float]) -> Iterator[tuple[str, tuple[float, float]]]:
	"""(column, (quantity, value)) of the columns that have one of them."""
	for column in {name.rsplit("_", 1)[0] for name in columns}:
		yield column, (columns.get(f"{column}_qty") or 0.0, columns.get(f"{column}_value") or 0.0)


def before(closing: dict[str, float], moved: dict[str, float]) -> dict[str, float]:
	"""What was there before it moved."""
	return {measure: closing.get(measure, 0.0) - net(moved, measure) for measure in rules.MEASURES}


def add(sums: dict[str, float], amounts: dict[str, float]) -> None:
	for name, amount in amounts.items():
		sums[name] = sums.get(name, 0.0) + amount


# ---- accounts ----------------------------------------------------------------------------------------------------


def keeps_stock_accounts(company: str) -> bool:
	return bool(is_perpetual_inventory_enabled(company))


def stock_accounts(company: str) -> dict[str, str]:
	"""Warehouse -> the account that its stock is booked on: its own, that of a group above it, else the company's."""
	rows = frappe.get_all(
		"Warehouse",
		filters={"company": company},
		fields=["name", "account", "parent_warehouse"],
		order_by="lft",
	)
	default = frappe.get_cached_value("Company", company, "default_inventory_account")
	found: dict[str, str] = {}
	for row in rows:
		found[row.name] = row.account or found.get(row.parent_warehouse) or default
	return found


def values_now(warehouses: list[str]) -> list[tuple[str, float]]:
	bin_ = frappe.qb.DocType("Bin")
	return (
		frappe.qb.from_(bin_)
		.select(bin_.warehouse, Sum(bin_.stock_value))
		.where(bin_.warehouse.isin(warehouses or [""]))
		.groupby(bin_.warehouse)
		.run()
	)


def values_since(warehouses: Iterable[str], day: date) -> list[tuple[str, int, float]]:
	"""(warehouse, year and month, what changed in it), from `day` on."""
	ledger = frappe.qb.DocType("Stock Ledger Entry")
	month = year_month(ledger.posting_date)
	return (
		frappe.qb.from_(ledger)
		.select(ledger.warehouse, month, Sum(ledger.stock_value_difference))
		.where(ledger.warehouse.isin(list(warehouses)))
		.where((ledger.posting_datetime >= day) & (ledger.is_cancelled == 0))
		.groupby(ledger.warehouse, month)
		.run()
	)


def ledger_changes(accounts: Iterable[str], first: date, end: date) -> list[tuple[str, int | None, float]]:
	"""(account, year and month, what changed in it, debit positive); what was before `first` has no month."""
	entry = frappe.qb.DocType("GL Entry")
	month = Case().when(entry.posting_date >= first, year_month(entry.posting_date)).else_(None)
	return (
		frappe.qb.from_(entry)
		.select(entry.account, month, Sum(entry.debit) - Sum(entry.credit))
		.where(entry.account.isin(sorted(accounts) or [""]))
		.where((entry.posting_date < end) & (entry.is_cancelled == 0))
		.groupby(entry.account, month)
		.run()
	)


def stock_of_vouchers(warehouses: Iterable[str], first: date, end: date) -> list[tuple[str, str, float]]:
	ledger = frappe.qb.DocType("Stock Ledger Entry")
	return (
		frappe.qb.from_(ledger)
		.select(ledger.voucher_no, ledger.warehouse, Sum(ledger.stock_value_difference))
		.where(ledger.warehouse.isin(sorted(warehouses) or [""]))
		.where(
			(ledger.posting_datetime >= first) & (ledger.posting_datetime < end) & (ledger.is_cancelled == 0)
		)
		.groupby(ledger.voucher_no, ledger.warehouse)
		.run()
	)


def ledger_of_vouchers(accounts: Iterable[str], first: date, end: date) -> list[tuple[str, str, float]]:
	entry = frappe.qb.DocType("GL Entry")
	return (
		frappe.qb.from_(entry)
		.select(entry.voucher_no, entry.account, Sum(entry.debit) - Sum(entry.credit))
		.where(entry.account.isin(sorted(accounts) or [""]))
		.where((entry.posting_date >= first) & (entry.posting_date < end) & (entry.is_cancelled == 0))
		.groupby(entry.voucher_no, entry.account)
		.run()
	)


def year_month(field) -> Function:
	"""202611 of a day in November 2026."""
	return Function("date_format", field, "%Y%m")
