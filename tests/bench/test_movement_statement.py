"""The movement statement beside ERPNext's Stock Balance, and beside the least that has to be read for it (WH-29)."""

import frappe
import pytest
from erpnext.stock.report.stock_balance.stock_balance import execute as stock_balance
from frappe.utils import get_last_day

from property_service.property_service.report.stock_movement_statement.stock_movement_statement import execute
from property_service.stock import movement_statement
from tests.bench import one_request
from tests.bench.results import at_least, at_most

SIZES = (1_000, 3_000, 10_000)
# Part of a statement, and what it is asked for.
READS = {
	"as moved_as": "the ledger's movements of the month, by kind (tie)",
	") held": "the ledger's balances before the month (tie)",
	"`voucher_no`,`warehouse`": "what each voucher did to the stock (tie)",
	"`tabGL Entry`": "the general ledger, by month and by voucher (tie)",
	"from `tabStock Month`": "the monthly figures",
	"from `tabBin`": "the balances",
	"`tabItem`": "the items",
}


@pytest.mark.parametrize("items", SIZES)
def test_movement_statement(published_ledger, measure, record, items):
	book = published_ledger(items)
	first = book.month
	scope = movement_statement.Scope(
		book.company, tuple(movement_statement.stores.warehouses(book.store)), first, first
	)

	def report(**filters):
		month = f"{first:%Y-%m}"
		found = execute({"company": book.company, "from_month": month, "to_month": month, **filters})
		assert found[1][-1]["ties"], found[1][-1]
		assert len(found[1]) == items + 2

	def balance():
		filters = {
			"company": book.company,
			"from_date": first,
			"to_date": get_last_day(first),
			"warehouse": [book.warehouse],
			"valuation_field_type": "Currency",
		}
		_columns, rows = stock_balance(frappe._dict(filters))
		assert len(rows) == items

	def least():
		frappe.db.sql(
			"""select item_code, warehouse, voucher_type, voucher_no, actual_qty, stock_value_difference
			from `tabStock Ledger Entry` where warehouse = %s and posting_datetime >= %s and is_cancelled = 0""",
			(book.warehouse, first),
			as_dict=True,
		)
		frappe.db.sql(
			"select item_code, actual_qty, stock_value from `tabBin` where warehouse = %s",
			book.warehouse,
			as_dict=True,
		)

	whole, statements = measure(report)
	lines, _ = measure(lambda: movement_statement.Statement(scope).lines())
	read, _ = measure(least)
	theirs, their_statements = measure(balance, times=1)
	record(
		"movement_statement",
		size=items,
		figures={
			"s": whole,
			"statements": statements,
			"its lines, s": lines,
			"tied to the ledgers, s": whole - lines,
			"the month's movements and the balances, s": read,
			"Stock Balance, s": theirs,
			"statements of Stock Balance": their_statements,
		},
		goals=[
			at_least(20, theirs / whole, "× faster than Stock Balance"),
			at_most(2, whole / read, "× reading the month's movements and the balances"),
		],
		why=f"The statement of {items:,} items; most of it shows that the sheet ties to both ledgers, which are read"
		f" for it:\n\n{one_request.slowest(report, READS, 10)}"
		if items == max(SIZES)
		else "",
	)
