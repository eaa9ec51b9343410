"""Stores: the monthly figures say what the stock ledger says, and the stock is worth what its accounts hold (WH-29)."""

from collections.abc import Iterator

import frappe
from frappe.utils import nowdate

from property_service.guards import procedure_is_on
from property_service.invariants import invariant
from property_service.property_service.report.stock_movement_statement import (
	stock_movement_statement as report,
)
from property_service.stock import movement_statement, stock_months, stores
from property_service.stock import stock_month_sql as sql

MONTH = "Stock Month"
# Half a cent, and half a thousandth of a unit: columns hold more digits than figures have.
ROUNDING = {"qty": 0.0005, "value": 0.005}


@invariant("WH-29", MONTH)
def months_say_what_the_ledger_says(company: str) -> Iterator[tuple[str, str]]:
	"""Rows that are marked as stale are taken from the ledger by whoever reads them."""
	if not procedure_is_on("stores", company):
		return
	values = {"company": company, "types": list(stores.zone_types()) or [""]}
	ledger = frappe.db.sql(sql.CHECK, values, as_dict=True)
	stored = {
		row.name: row
		for row in frappe.get_all(
			MONTH,
			filters={"company": company, "stale": 0},
			fields=["name", *stock_months.MEASURES],
			order_by="name",
		)
	}
	for row in ledger:
		for column in stock_months.MEASURES:
			known = stored[row.name][column]
			if abs((known or 0) - (row[column] or 0)) > ROUNDING[column.rsplit("_", 1)[1]]:
				yield row.name, f"{column} is {known}, the ledger says {row[column]}"
				break


@invariant("WH-29", MONTH)
def no_month_of_the_ledger_is_missing(company: str) -> Iterator[tuple[str, str]]:
	if procedure_is_on("stores", company):
		for warehouse, item, month in frappe.db.sql(sql.MISSING, {"company": company}):
			yield f"{warehouse} {item}", f"{month} is not there"


@invariant("WH-29", "Company")
def stock_ties_to_both_ledgers(company: str) -> Iterator[tuple[str, str]]:
	"""The movement statement of this month, all stores in one: item by item in the stock ledger, and the stock accounts with
	each of their vouchers in the general ledger. What differed before stands in the opening.
	"""
	if not procedure_is_on("stores", company):
		return
	month = stock_months.month_of(nowdate())
	scope = movement_statement.Scope(company, tuple(stores.warehouses(company=company)), month, month)
	statement = movement_statement.Statement(scope)
	for untied in statement.untied(statement.lines()):
		yield company, report.untied_text(untied)
