"""Month end in the stores: the storekeeper opens the movement statement, sees that it ties, and prints the sheet (WH-29)."""

from __future__ import annotations

import frappe
import pytest

from property_service.stock import stores as places
from tests import stores as make
from tests.desk.pages import ReportPage

pytestmark = pytest.mark.rule("WH-29")

# name, specification, unit, came in two months ago, went out last month and this month, price
GOODS = (
	("LED 灯管", "T8 18W 1.2m", "支", 120, 40, 25, 12.5),
	("PPR 热水管", "DN20 4m", "根", 60, 12, 8, 23.8),
	("洗手液", "500ml", "瓶", 50, 15, 10, 6.9),
	("三角阀", "DN15 铜", "个", 30, 10, 20, 18),
)


@pytest.fixture(scope="module")
def shelf(stores, stage, cast):
	"""A store whose goods moved in three months, committed for the server to see; `stage` deletes it in the end."""
	frappe.set_user("Administrator")
	store = make.store(cast.company, "月末物资库")
	# A stock account of its own: what other tests have left in the books is not under test here.
	like = frappe.get_cached_value("Company", cast.company, "default_inventory_account")
	account = frappe.get_doc(
		{
			"doctype": "Account",
			"account_name": f"库存商品 {frappe.generate_hash(length=6)}",
			"company": cast.company,
			"parent_account": frappe.db.get_value("Account", like, "parent_account"),
			"account_type": "Stock",
		}
	).insert()
	frappe.db.set_value("Warehouse", store, "account", account.name)
	qualified = places.zone_warehouse(store, "Qualified")
	for name, specification, unit, came, last_month, this_month, price in GOODS:
		item = make.item(item_name=name, specification=specification, stock_uom=make.unit(unit)).name
		make.put_in(item, qualified, came, price, make.months_ago(2))
		make.take_out(item, qualified, last_month, make.months_ago(1))
		make.take_out(item, qualified, this_month)
	frappe.db.commit()
	return store


def test_the_statement_ties_and_prints_as_the_paper_form(sit_down, shelf, shots):
	desk = sit_down("storekeeper")
	report = ReportPage(desk, "Stock Movement Statement").open(store=shelf)
	rows = report.rows()
	assert [row["item_name"] for row in rows if row.get("item_name")] == sorted(
		(name for name, *_ in GOODS),
		key=lambda name: next(row["item_code"] for row in rows if row.get("item_name") == name),
	)
	assert rows[-1]["is_tie"]
	assert "库存明细账" in rows[-1]["item_code"]
	desk.picture(shots, "stock-movement-statement")
	own_words = {specification for _name, specification, *_ in GOODS} | {row["item_code"] for row in rows}
	assert set(report.english()) <= own_words

	sheet = report.print()
	text = sheet.locator(".print-format").first.inner_text()
	printed = (
		"库存物品进耗存表",
		"期初",
		"进仓",
		"耗用",
		"期末",
		"数量",
		"单价",
		"金额",
		"限额",
		"LED 灯管",
		"T8 18W 1.2m",
		"仓管员",
	)
	assert [word for word in printed if word not in text] == []
	assert rows[-1]["item_code"] in text
	sheet.set_viewport_size({"width": 1180, "height": 840})
	sheet.locator(".print-format").first.screenshot(path=str(shots / "stock-movement-sheet.png"))
