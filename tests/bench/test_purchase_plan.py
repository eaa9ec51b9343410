"""The basis of a purchase plan beside what a user would look at otherwise, and beside the least that has to be read; the
plan itself beside ERPNext's automatic reordering (WH-04).
"""

import time

import frappe
import pytest
from erpnext.stock import reorder_item
from erpnext.stock.report.itemwise_recommended_reorder_level.itemwise_recommended_reorder_level import (
	execute as recommended_levels,
)
from erpnext.stock.report.stock_balance.stock_balance import execute as stock_balance
from frappe.utils import get_last_day, nowdate

from property_service.buying import plan_making
from property_service.stock import limits, stock_months
from tests.bench import ledger
from tests.bench.results import at_least, at_most
from tests.bench.without_app import WITHOUT, state
from tests.site.sql import StatementCounter

DUE = """
	insert into `tabItem Reorder` (name, creation, modified, owner, modified_by, parent, parenttype, parentfield, idx,
		warehouse, warehouse_reorder_level, warehouse_reorder_qty, material_request_type)
	select concat(item_code, '-r'), now(), now(), 'Administrator', 'Administrator', item_code, 'Item', 'reorder_levels', 1,
		warehouse, %(level)s, 10, 'Purchase'
	from `tabBin` where warehouse = %(warehouse)s
"""


SIZES = (1_000, 3_000, 10_000)


@pytest.mark.parametrize("items", SIZES)
def test_purchase_plan(published_ledger, measure, record, items):
	book = published_ledger(items)
	first = stock_months.month_of(nowdate())

	def basis():
		assert len(limits.statuses(book.store)) == items

	def balance():
		period = {"company": book.company, "from_date": first, "to_date": get_last_day(first)}
		filters = {**period, "warehouse": [book.warehouse], "valuation_field_type": "Currency"}
		_columns, rows = stock_balance(frappe._dict(filters))
		assert len(rows) == items

	def levels():
		period = {"company": book.company, "from_date": first, "to_date": get_last_day(first)}
		_columns, rows = recommended_levels(frappe._dict(period))
		assert len(rows) >= items

	def scan():
		"""What `reorder_item` reads each hour when nothing is due."""
		found = reorder_item.get_items_for_reorder()
		quantities = reorder_item.get_item_warehouse_projected_qty(found)
		assert len(quantities) >= items

	def least():
		"""One read of the monthly figures beside the balances."""
		rows = frappe.db.sql(
			"""select item.name, bin.actual_qty, sum(month.issue_qty) from `tabItem` item
			join `tabBin` bin on bin.item_code = item.name and bin.warehouse = %(warehouse)s
			left join `tabStock Month` month on month.item_code = item.name and month.warehouse = %(warehouse)s
				and month.month >= date_sub(%(first)s, interval 6 month)
			group by item.name, bin.actual_qty""",
			{"warehouse": book.warehouse, "first": first},
		)
		assert len(rows) == items

	whole, statements = measure(basis)
	read, _ = measure(least)
	frappe.db.sql(DUE, {"warehouse": book.warehouse, "level": 1})
	others = {
		title: measure(function, times=1)
		for title, function in (
			("Stock Balance", balance),
			("Itemwise Recommended Reorder Level", levels),
			("reorder_item's scan", scan),
		)
	}
	together = sum(seconds for seconds, _statements in others.values())
	record(
		"purchase_plan",
		size=items,
		figures={
			"s": whole,
			"statements": statements,
			"one read of the months, s": read,
			**{f"{title}, s": seconds for title, (seconds, _statements) in others.items()},
			"their statements": sum(count for _seconds, count in others.values()),
		},
		goals=[
			at_most(25, statements, "statements"),
			*(
				[
					at_least(50, together / whole, "× faster than the three together"),
					at_most(3, whole / read, "× one read of the months beside the balances"),
				]
				if items == max(SIZES)
				else []
			),
		],
	)
	assert statements <= 25


DUE_SIZES = (200, 600, 2_000)


@pytest.mark.parametrize("items", DUE_SIZES)
def test_plan_made(stores, as_user, measure, record, items):
	"""Everything is due: the plan's draft beside the request that ERPNext's automatic reordering makes and submits."""
	book = ledger.build(stores, items)
	frappe.db.sql(
		"update `tabBin` set actual_qty = 0, projected_qty = 0, stock_value = 0 where warehouse = %s",
		book.warehouse,
	)
	basis, _ = measure(lambda: limits.statuses(book.store))
	with as_user("storekeeper"), StatementCounter(frappe.db) as count:
		started = time.perf_counter()
		name = plan_making.insert_monthly(book.store, plan_making.month_to_plan(None))
		made = time.perf_counter() - started
	assert frappe.db.count("Material Request Item", {"parent": name}) == items
	with state(WITHOUT):
		frappe.db.sql(DUE, {"warehouse": book.warehouse, "level": 5})
		with StatementCounter(frappe.db) as theirs:
			started = time.perf_counter()
			requests = reorder_item._reorder_item()
			reordered = time.perf_counter() - started
		rows = sum(row.warehouse == book.warehouse for request in requests for row in request.items)
		assert rows == items
	record(
		"plan_made",
		size=items,
		figures={
			"basis, s": basis,
			"plan drafted, s": made,
			"its statements": len(count),
			"ms an item": made * 1000 / items,
			"reorder_item, s": reordered,
			"statements of reorder_item": len(theirs),
			"ms an item there": reordered * 1000 / items,
			"statements an item there": len(theirs) / items,
		},
		goals=[at_least(200, reordered / basis, "× faster (the basis) than `reorder_item` with all due")]
		if items == max(DUE_SIZES)
		else [],
	)
