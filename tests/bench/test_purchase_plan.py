"""The basis of a purchase plan beside what a user would look at otherwise, and beside the least that has to be read (WH-04)."""

import frappe
import pytest
from erpnext.stock.report.itemwise_recommended_reorder_level.itemwise_recommended_reorder_level import (
	execute as recommended_levels,
)
from erpnext.stock.report.stock_balance.stock_balance import execute as stock_balance
from frappe.utils import get_last_day, nowdate

from property_service.stock import limits, stock_months
from tests.bench import ledger


@pytest.mark.parametrize("items", [1_000, 3_000, 10_000])
def test_purchase_plan(stores, measure, table, items):
	book = ledger.build(stores, items)
	first = stock_months.month_of(nowdate())

	def basis():
		assert len(limits.statuses(book.store)) == items

	def theirs():
		"""Balance and reorder level of each item: two reports, read side by side."""
		period = {"company": book.company, "from_date": first, "to_date": get_last_day(first)}
		balance = {**period, "warehouse": [book.warehouse], "valuation_field_type": "Currency"}
		_columns, rows = stock_balance(frappe._dict(balance))
		assert len(rows) == items
		_columns, rows = recommended_levels(frappe._dict(period))
		assert len(rows) >= items

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
	others, their_statements = measure(theirs, times=1)
	table(
		f"purchase plan, {items:>6} items: {whole:.2f} s, {statements} statements; Stock Balance and Itemwise Recommended"
		f" Reorder Level {others:.2f} s, {their_statements} statements: {others / whole:.0f} times as long; one read of the"
		f" monthly figures {read:.2f} s: {whole / read:.1f} times that"
	)
	assert statements <= 25
