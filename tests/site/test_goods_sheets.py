"""The sheets of goods that come and go: 物品进仓单, 物资直拨单, 出仓单, 退回物品入库 (WH-12, WH-17 to WH-19)."""

import re

import frappe
import pytest
from erpnext.stock.doctype.material_request.material_request import make_stock_entry

from property_service.stock import direct_issues, returns
from property_service.stock import stores as places
from tests import stores as make
from tests.site import purchasing

RECEIPT, ENTRY = "Purchase Receipt", "Stock Entry"


@pytest.fixture
def item(stores):
	return make.item(item_name="LED 灯管", specification="T8 18W 1.2m").name


@pytest.fixture
def store(stores):
	return purchasing.own_store(stores)


@pytest.fixture
def order(stores, as_user, item, store):
	request = purchasing.approved(stores, as_user, {"item_code": item, "qty": 10}, store=store)
	return purchasing.ordered(request, stores, as_user)


@pytest.fixture
def handed_out(stores, as_user, item, store):
	"""Four of the ten that a technician asked for."""
	qualified = places.zone_warehouse(store, "Qualified")
	make.put_in(item, qualified, 100, rate=10)
	request = purchasing.issue_request(stores, as_user, item, qualified, store=store)
	with as_user("storekeeper"):
		entry = make_stock_entry(request.name)
		entry.items[0].qty = 4
		entry.insert()
		entry.submit()
	return entry


def printed(doc, print_format: str) -> str:
	frappe.local.lang = "zh"
	try:
		html = frappe.get_print(doc.doctype, doc.name, print_format, no_letterhead=1)
	finally:
		frappe.local.lang = "en"
	cells = re.sub(r"<[^>]+>", " ", re.sub(r"<(style|script).*?</\1>", "", html, flags=re.S))
	return re.sub(r"\s+", " ", cells)


def full_name(cast, person: str) -> str:
	return frappe.utils.get_fullname(cast.user(person))


@pytest.mark.rule("WH-12")
def test_a_receipt_says_what_was_planned_received_and_accepted(order, as_user, cast):
	receipt = purchasing.received(order, as_user, qty=8, rejected=2).reload()
	sheet = printed(receipt, "Goods Receipt Sheet")
	assert "物品进仓单" in sheet
	for text in ("LED 灯管", "T8 18W 1.2m", receipt.name, receipt.items[0].material_request, "联次"):
		assert text in sheet
	assert re.search(r"LED 灯管 T8 18W 1\.2m \S+ 10 10 \d+ 8 5\.00 40\.00", sheet)
	assert full_name(cast, "storekeeper") in sheet


@pytest.mark.rule("WH-18")
def test_a_direct_issue_names_department_head_and_user(order, as_user, cast):
	receipt = purchasing.direct(order, as_user, cast)
	with as_user("department_head"):
		direct_issues.sign_direct_issue(receipt.name)
	with as_user("storekeeper"):
		receipt.reload().submit()
	sheet = printed(receipt, "Goods Receipt Sheet")
	assert "物资直拨单" in sheet
	assert full_name(cast, "department_head") in sheet
	assert full_name(cast, "technician") in sheet


@pytest.mark.rule("WH-17")
def test_an_issue_says_what_was_asked_for_and_handed_out(handed_out, cast):
	sheet = printed(handed_out, "Goods Issue Sheet")
	assert "出仓单" in sheet
	assert re.search(r"LED 灯管 .*? 10 4 10\.00 40\.00", sheet)
	for person in ("department_head", "technician", "storekeeper"):
		assert full_name(cast, person) in sheet


@pytest.mark.rule("WH-17")
def test_a_request_says_what_was_handed_out_on_it(handed_out, cast):
	request = frappe.get_doc("Material Request", handed_out.items[0].material_request)
	sheet = printed(request, "Issue Request Sheet")
	assert "领料单" in sheet
	assert re.search(r"LED 灯管 .*? 10 4 10\.00 40\.00", sheet)
	for person in ("department_head", "technician", "storekeeper"):
		assert full_name(cast, person) in sheet


@pytest.mark.rule("WH-19")
def test_a_return_is_a_receipt_that_says_so(handed_out, as_user):
	with as_user("storekeeper"):
		doc = returns.make_return(handed_out.name)
		doc.insert()
		doc.submit()
	sheet = printed(doc, "Goods Issue Sheet")
	assert "物品进仓单" in sheet
	assert "退回物品入库" in sheet
	assert handed_out.name in sheet
	assert "请领数" not in sheet
