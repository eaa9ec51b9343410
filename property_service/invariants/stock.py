"""Stores: the monthly figures say what the stock ledger says (WH-29)."""

from collections.abc import Iterator

import frappe

from property_service.guards import procedure_is_on
from property_service.invariants import invariant
from property_service.stock import stock_month_sql as sql
from property_service.stock import stock_months, stores

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
