"""Goods handed out, brought back, taken over as they arrive: the storekeeper and the head at their forms (WH-17 to WH-19)."""

from __future__ import annotations

import frappe
import pytest
from playwright.sync_api import expect

from property_service.stock import stores as places
from tests import stores as make
from tests.desk.pages import FormPage, SlipView
from tests.site import make as make_service
from tests.site import purchasing

ENTRY, RECEIPT, REQUEST = "Stock Entry", "Purchase Receipt", "Material Request"


@pytest.fixture(scope="module")
def shelf(stores, stage, cast):
	"""A store with fifty lamps, committed for the server to see; `stage` deletes it in the end."""
	frappe.set_user("Administrator")
	frappe.db.rollback()
	store = make.store(cast.company, "领料物资库")
	item = make.item(item_name="LED 灯管", specification="T8 18W 1.2m", stock_uom=make.unit("支")).name
	qualified = places.zone_warehouse(store, "Qualified")
	make.put_in(item, qualified, 50, rate=12.5)
	frappe.db.commit()
	yield frappe._dict(store=store, item=item, qualified=qualified)
	frappe.db.rollback()
	frappe.set_user("Administrator")


def submit(desk, form: FormPage) -> None:
	form.press("Submit")
	desk.click(desk.page.locator(".modal.show .btn-primary:visible").last)
	desk.page.wait_for_function("() => cur_frm.doc.docstatus === 1")
	desk.idle()


def print_sheet(desk, shots, doctype: str, name: str, print_format: str, picture: str) -> str:
	slip = SlipView(desk).open(doctype, name, print_format)
	assert slip.english() == []
	desk.picture(shots, picture, slip.sheet)
	return slip.sheet.inner_text()


@pytest.mark.rule("WH-17", "WH-19")
def test_goods_are_handed_out_on_a_request_and_some_come_back(sit_down, api, shelf, stores, as_user, shots):
	request = purchasing.issue_request(stores, as_user, shelf.item, shelf.qualified, store=shelf.store)
	frappe.db.commit()

	keeper = sit_down("storekeeper")
	form = FormPage(keeper, REQUEST).open(request.name)
	form.press("Issue Material", group="Create")
	entry = FormPage(keeper, ENTRY).wait()
	entry.save()
	submit(keeper, entry)
	issued = entry.name
	assert entry.value("stores_kind") == "Issue"
	keeper.picture(shots, "issue")

	entry.press("Return to Store", group="Create")
	keeper.page.wait_for_function("name => cur_frm && cur_frm.doc.return_of === name", arg=issued)
	back = FormPage(keeper, ENTRY).wait()
	keeper.js(
		"() => frappe.model.set_value(cur_frm.doc.items[0].doctype, cur_frm.doc.items[0].name, 'qty', 4)"
	)
	back.save()
	submit(keeper, back)
	keeper.picture(shots, "return")
	came_back = back.name
	returned = api("storekeeper").doc(ENTRY, came_back)
	assert (returned["stores_kind"], returned["total_incoming_value"]) == ("Return", 50)

	sheet = print_sheet(keeper, shots, ENTRY, issued, "Goods Issue Sheet", "issue-sheet")
	assert "出仓单" in sheet
	sheet = print_sheet(keeper, shots, ENTRY, came_back, "Goods Issue Sheet", "return-sheet")
	assert "退回物品入库" in sheet
	sheet = print_sheet(keeper, shots, REQUEST, request.name, "Issue Request Sheet", "request-sheet")
	assert "领料单" in sheet


@pytest.mark.rule("WH-17")
def test_the_head_signs_for_what_an_emergency_took(sit_down, api, shelf, stores, cast, as_user, shots):
	with as_user("clerk"):
		ticket = make_service.ticket(priority="Emergency").name
	frappe.db.set_value("Repair Ticket", ticket, "department", cast.department_of("technician"))
	frappe.db.commit()
	entry = api("storekeeper").make(
		ENTRY,
		stock_entry_type="Material Issue",
		purpose="Material Issue",
		company=stores.company,
		emergency_ticket=ticket,
		items=[{"item_code": shelf.item, "qty": 2, "s_warehouse": shelf.qualified}],
		docstatus=1,
	)
	head = sit_down("department_head")
	form = FormPage(head, ENTRY).open(entry["name"])
	head.picture(shots, "emergency-issue")
	form.press("Sign the Emergency Issue")
	head.page.wait_for_function("() => cur_frm.doc.head_signed_by")
	assert api("storekeeper").doc(ENTRY, entry["name"])["head_signed_by"] == cast.user("department_head")


@pytest.mark.rule("WH-18")
def test_a_department_takes_goods_over_as_they_arrive(sit_down, api, shelf, stores, cast, as_user, shots):
	request = purchasing.approved(stores, as_user, {"item_code": shelf.item, "qty": 10}, store=shelf.store)
	receipt = purchasing.direct(purchasing.ordered(request, stores, as_user), as_user, cast)
	frappe.db.commit()

	head = sit_down("department_head")
	form = FormPage(head, RECEIPT).open(receipt.name)
	form.press("Sign the Direct Issue")
	head.page.wait_for_function("() => cur_frm.doc.direct_signed_by")
	head.picture(shots, "direct-issue-signed")

	keeper = sit_down("storekeeper")
	form = FormPage(keeper, RECEIPT).open(receipt.name)
	submit(keeper, form)
	keeper.picture(shots, "direct-issue")
	done = api("storekeeper").doc(RECEIPT, receipt.name)
	assert api("storekeeper").doc(ENTRY, done["direct_issue_entry"])["docstatus"] == 1
	sheet = print_sheet(keeper, shots, RECEIPT, receipt.name, "Goods Receipt Sheet", "direct-issue-sheet")
	assert "物资直拨单" in sheet


@pytest.mark.rule("WH-09", "WH-11")
def test_goods_are_inspected_and_wait_for_their_certificate(sit_down, api, shelf, stores, as_user, shots):
	item = make.item(
		item_name="漏电保护器",
		specification="2P 40A",
		certificate_exempt=0,
		certificate_exempt_reason=None,
	).name
	request = purchasing.approved(stores, as_user, {"item_code": item, "qty": 12})
	order = purchasing.ordered(request, stores, as_user)
	with as_user("storekeeper"):
		receipt = purchasing.receipt_of(order)
		receipt.insert()
	frappe.db.commit()

	keeper = sit_down("storekeeper")
	form = FormPage(keeper, RECEIPT).open(receipt.name)
	dialog = form.ask("Record Inspection")
	assert dialog.title == keeper.zh("Inspection of {0}").format("漏电保护器")
	assert "合格" in dialog.root.locator('select[data-fieldname="verdict"]').inner_text()
	keeper.picture(shots, "inspection")
	dialog.confirm()
	keeper.page.wait_for_function("() => cur_frm.doc.items[0].quality_inspection")
	keeper.idle()
	submit(keeper, form)
	assert form.value("items")[0]["waiting_qty"] == 12
	waits = keeper.zh("Waiting for the certificate of conformity: {0}").format("漏电保护器")
	expect(form.root.get_by_text(waits)).to_have_count(1)
	keeper.picture(shots, "waits-for-certificate")

	dialog = form.ask("Record Certificate")
	dialog.type("number", "HG-2026-0815")
	keeper.picture(shots, "certificate")
	dialog.confirm()
	keeper.page.wait_for_function("() => !cur_frm.doc.items[0].waiting_qty")
	row = api("storekeeper").doc(RECEIPT, receipt.name)["items"][0]
	assert (row["certificate_no"], row["waiting_qty"]) == ("HG-2026-0815", 0)
