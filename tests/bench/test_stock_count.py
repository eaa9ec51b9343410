"""A count of many lines: begun, opened, saved, counted and finished; the number of statements stays as it is (WH-27)."""

import time

import frappe
import pytest

from property_service.property_service.doctype.stock_count import counting
from property_service.stock import stores as places
from tests import stores as make
from tests.bench import ledger
from tests.site.sql import StatementCounter


@pytest.mark.parametrize("items", [200, 600, 2_000])
def test_stock_count(stores, table, items):
	store = make.store(stores.company)
	values = {
		"warehouse": places.zone_warehouse(store, "Qualified"),
		"group": stores.item_group,
		"uom": stores.uom,
		"items": items,
		"prefix": frappe.generate_hash(length=6),
		"user": "Administrator",
		"balance": 30,
		"rate": 2,
	}
	frappe.db.sql(ledger.ITEMS, values)
	frappe.db.sql(ledger.BINS, values)
	found = []

	def timed(title, function):
		with StatementCounter(frappe.db) as count:
			started = time.perf_counter()
			result = function()
			found.append(f"{title} {time.perf_counter() - started:.2f} s ({len(count)})")
		return result

	begun = frappe.get_doc(
		{"doctype": "Stock Count", "company": stores.company, "store": store, "kind": "Monthly"}
	)
	name = timed("begun", begun.insert).name
	doc = timed("opened", lambda: frappe.get_doc("Stock Count", name))
	doc.lines[0].reason = "自然损耗"
	timed("saved", doc.save)
	rows = [{"item_code": line.item_code, "qty": 30} for line in doc.lines]
	timed("counted", lambda: counting.record(name, rows))
	timed("finished", lambda: counting.finish(name))
	assert frappe.db.get_value("Stock Count", name, ["status", "counted_lines"]) == ("Counted", items)
	table(f"stock count, {items:>5} lines, seconds (statements): " + ", ".join(found))
