"""Stock limits of a store, all items at once (WH-02, WH-03, WH-04): facts by set-based queries, figures by the rules.

The number of statements does not depend on the number of items.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Max, Min, Sum
from frappe.utils import cint, getdate, nowdate

from property_service import settings
from property_service.rules import purchase_plan as plan_rules
from property_service.rules import stock_limit as rules
from property_service.rules import stores as store_rules
from property_service.rules.stock_limit import exact
from property_service.stock import stock_months, stores

OVERRIDE = "Stock Limit Override"
# Requests of these states buy nothing any more.
ENDED_PLANS = ("Rejected", "Cancelled")
NOTHING = Decimal(0)


@dataclass
class Status:
	"""How one item stands in one store; quantities in stock units."""

	item_code: str
	item_name: str
	specification: str
	stock_class: str
	storage_class: str
	stock_uom: str
	balance: Decimal = NOTHING
	limit: Decimal = NOTHING
	override: str | None = None
	on_request: Decimal = NOTHING
	on_order: Decimal = NOTHING
	average: Decimal = NOTHING
	month_consumption: Decimal = NOTHING
	months: int = 0
	unit: plan_rules.Unit | None = field(default=None, repr=False)
	purchase_uom: str | None = None

	@property
	def is_below(self) -> bool:
		return rules.is_below(self.balance, self.limit)

	@property
	def is_covered(self) -> bool:
		return rules.is_covered(self.balance, self.limit, self.on_order, self.on_request)

	@property
	def cover(self) -> Decimal | None:
		return rules.months_of_cover(self.balance, self.average)

	@property
	def suggested(self) -> Decimal:
		return plan_rules.suggested(
			self.limit, self.balance, self.on_order, self.on_request, self.unit.multiple
		)


def statuses(
	store: str,
	item_codes: Iterable[str] | None = None,
	day: object = None,
	without_request: str | None = None,
) -> list[Status]:
	"""Every item that `store` ever moved, holds, ordered or limits, by item code; or those of `item_codes`, each of them.

	`day` is the day on which the limits are asked for (default: today); `without_request` leaves one purchase request
	out of what stands on plans, so that a plan does not count itself.
	"""
	day = getdate(day or nowdate())
	items = None if item_codes is None else sorted(set(item_codes))
	zones = stores.warehouses(store)
	first = _first_movements(zones, items)
	months = cint(settings.get().consumption_months)
	used = stock_months.consumption(zones, rules.month_before(day.replace(day=1), max(months, 1)), day, items)
	balances = _balances(stores.warehouses(store, store_rules.QUALIFIED), items)
	ordered, requested = on_order(zones, items), on_request(zones, items, without_request)
	overrides = _overrides(store, day, items)
	known = {*first, *balances, *ordered, *requested, *overrides} if items is None else set(items)
	factors = limit_factors()
	found = []
	for status in _items(known, everything=items is None):
		item = status.item_code
		window = rules.window(day, first.get(item), months)
		status.months = len(window)
		status.average = rules.average(used.get(item, {}), window)
		status.month_consumption = used.get(item, {}).get(day.replace(day=1), NOTHING)
		status.override, limit = overrides.get(item, (None, None))
		status.limit = rules.limit(status.average, status.stock_class, factors, limit)
		status.balance = balances.get(item, NOTHING)
		status.on_order, status.on_request = ordered.get(item, NOTHING), requested.get(item, NOTHING)
		found.append(status)
	return found


def limit_factors() -> rules.Factors:
	values = settings.get()
	return rules.Factors(exact(values.consumable_limit_factor), exact(values.part_limit_factor))


# ---- facts -------------------------------------------------------------------------------------------------------


def _first_movements(zones: list[str], items: list[str] | None) -> dict[str, date]:
	"""Item -> the month of its first movement in the store. One statement."""
	stock_months.write_marks()
	table = frappe.qb.DocType(stock_months.DOCTYPE)
	query = (
		frappe.qb.from_(table)
		.select(table.item_code, Min(table.month))
		.where(table.warehouse.isin(zones or [""]))
		# as the index has them: one step of it per group, not per month
		.groupby(table.warehouse, table.item_code)
	)
	found: dict[str, date] = {}
	for item, month in _of_items(query, table.item_code, items).run():
		found[item] = min(month, found.get(item, month))
	return found


def _balances(zones: list[str], items: list[str] | None) -> dict[str, Decimal]:
	"""Item -> what lies in the Qualified zones of the store now. One statement."""
	table = frappe.qb.DocType("Bin")
	query = (
		frappe.qb.from_(table)
		.select(table.item_code, Sum(table.actual_qty))
		.where(table.warehouse.isin(zones or [""]))
		.groupby(table.item_code)
	)
	return _quantities(_of_items(query, table.item_code, items))


def on_order(zones: list[str], items: list[str] | None = None) -> dict[str, Decimal]:
	"""Item -> ordered for these warehouses and not accepted yet. Rejected goods that are to be replaced stay on order.

	Orders of the time before the procedure count by what ERPNext says was received. One statement.
	"""
	order, row = frappe.qb.DocType("Purchase Order"), frappe.qb.DocType("Purchase Order Item")
	left = (
		Case()
		.when(row.committed_qty > 0, row.stock_qty - row.accepted_qty)
		.else_(row.stock_qty - row.received_qty * row.conversion_factor)
	)
	query = (
		frappe.qb.from_(row)
		.join(order)
		.on(order.name == row.parent)
		.select(row.item_code, Sum(left))
		.where((order.docstatus == 1) & order.status.notin(("Closed", "Delivered", "Completed")))
		.where(row.warehouse.isin(zones or [""]) & (left > 0))
		.groupby(row.item_code)
	)
	return _quantities(_of_items(query, row.item_code, items))


def on_request(
	zones: list[str], items: list[str] | None = None, without: str | None = None
) -> dict[str, Decimal]:
	"""Item -> what stands on open purchase requests and is not ordered yet, whatever step they wait for. One statement."""
	request, row = frappe.qb.DocType("Material Request"), frappe.qb.DocType("Material Request Item")
	ordered = Case().when(row.committed_qty > row.accepted_qty, row.committed_qty).else_(row.accepted_qty)
	left = row.stock_qty - ordered
	query = (
		frappe.qb.from_(row)
		.join(request)
		.on(request.name == row.parent)
		.select(row.item_code, Sum(left))
		.where((request.docstatus < 2) & (request.material_request_type == "Purchase"))
		.where(Coalesce(request.approval_state, "").notin(ENDED_PLANS) & (request.status != "Stopped"))
		.where(row.warehouse.isin(zones or [""]) & (left > 0) & (request.name != (without or "")))
		.groupby(row.item_code)
	)
	return _quantities(_of_items(query, row.item_code, items))


def _overrides(store: str, day: date, items: list[str] | None) -> dict[str, tuple[str, Decimal]]:
	"""Item -> (name, limit) of the override in force on `day`. One statement."""
	table = frappe.qb.DocType(OVERRIDE)
	query = (
		frappe.qb.from_(table)
		.select(table.item_code, table.name, table.stock_limit)
		.where((table.store == store) & (table.valid_from <= day) & (table.valid_until >= day))
	)
	rows = _of_items(query, table.item_code, items).run()
	return {item: (name, exact(limit)) for item, name, limit in rows}


def _items(known: set[str], everything: bool) -> list[Status]:
	"""The items themselves with their purchase units, by code; only stocked ones that are not disabled. One statement."""
	item, conversion = frappe.qb.DocType("Item"), frappe.qb.DocType("UOM Conversion Detail")
	unit = frappe.qb.DocType("UOM")
	query = (
		frappe.qb.from_(item)
		.left_join(conversion)
		.on(
			(conversion.parent == item.name)
			& (conversion.parenttype == "Item")
			& (conversion.uom == item.purchase_uom)
		)
		.left_join(unit)
		.on(unit.name == Coalesce(item.purchase_uom, item.stock_uom))
		.select(
			item.name,
			item.item_name,
			item.specification,
			item.stock_class,
			item.storage_class,
			item.stock_uom,
			item.purchase_uom,
			item.order_multiple,
			item.min_order_qty,
			Max(conversion.conversion_factor).as_("conversion"),
			Max(unit.must_be_whole_number).as_("whole"),
		)
		.where((item.is_stock_item == 1) & (item.disabled == 0) & (item.has_variants == 0))
		.groupby(item.name)
		.orderby(item.name)
	)
	if not everything:
		query = query.where(item.name.isin(sorted(known) or [""]))
	return [_status(row) for row in query.run(as_dict=True) if row.name in known]


def _status(row: frappe._dict) -> Status:
	conversion = exact(row.conversion) or Decimal(1)
	return Status(
		item_code=row.name,
		item_name=row.item_name,
		specification=row.specification or "",
		stock_class=row.stock_class or "",
		storage_class=row.storage_class or "",
		stock_uom=row.stock_uom,
		purchase_uom=row.purchase_uom if row.conversion else row.stock_uom,
		unit=plan_rules.Unit(
			conversion=conversion,
			order_multiple=exact(row.order_multiple),
			minimum=exact(row.min_order_qty),
			whole=bool(row.whole),
		),
	)


def _of_items(query, column, items: list[str] | None):
	return query if items is None else query.where(column.isin(items or [""]))


def _quantities(query) -> dict[str, Decimal]:
	return {item: exact(qty) for item, qty in query.run()}
