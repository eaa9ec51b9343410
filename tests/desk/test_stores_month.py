"""A month in the stores, from the count on the 25th to the slips with the accountant (WH-04 to WH-20, WH-27 to WH-30).

Every act is a person's at the desk; between two of them the API is asked what came of it.
"""

from __future__ import annotations

import time

import frappe
import pytest
from frappe.utils import add_days, nowdate
from playwright.sync_api import expect

from property_service import invariants, settings
from property_service.stock import stores as places
from tests import stores as make
from tests.desk.pages import Dialog, FormPage, ListPage, ReportPage, SlipView
from tests.desk.test_stock_count import check_the_sample
from tests.site import purchasing

COUNT, REQUEST, ORDER, RECEIPT, ENTRY = (
	*("Stock Count", "Material Request", "Purchase Order"),
	*("Purchase Receipt", "Stock Entry"),
)
HANDOVER, MONTH_END = "Slip Handover", "Stores Month End"
# name, specification, unit, what the books have, price, what is found, consumed in each of the last two months
GOODS = (
	("LED 灯管", "T8 18W 1.2m", "支", 40, 12.5, 38, 60),
	("PPR 热水管", "DN20 4m", "根", 25, 23.8, 25, 30),
	("洗手液", "500ml", "瓶", 30, 6.9, 31, 40),
)


@pytest.fixture(scope="module")
def shelf(stores, stage, cast):
	"""A store with stock accounts of its own, whose month is to end in its order; `stage` deletes it in the end."""
	frappe.set_user("Administrator")
	frappe.db.rollback()
	store = make.store(cast.company, "月度物资库")
	frappe.db.set_value("Warehouse", store, "account", stock_account(cast.company))
	qualified = places.zone_warehouse(store, "Qualified")
	items = {}
	for name, specification, unit, qty, price, _found, monthly in GOODS:
		item = make.item(
			item_name=name,
			specification=specification,
			stock_uom=make.unit(unit),
			certificate_exempt=int(name != "PPR 热水管"),
			certificate_exempt_reason=None if name == "PPR 热水管" else "散装",
		).name
		make.put_in(item, qualified, qty + 2 * monthly, price, make.months_ago(2, 1))
		make.take_out(item, qualified, monthly, make.months_ago(2))
		make.take_out(item, qualified, monthly, make.months_ago(1))
		items[name] = item
	frappe.db.commit()
	in_order(1)
	yield frappe._dict(store=store, qualified=qualified, goods=items)
	in_order(0)


def in_order(on: int) -> None:
	frappe.db.rollback()
	frappe.set_user("Administrator")
	doc = frappe.get_doc(settings.DOCTYPE)
	doc.plan_after_count = on
	doc.save()
	frappe.db.commit()
	# A request that began before may still put the settings of then into the cache.
	time.sleep(2)
	frappe.clear_document_cache(doc.doctype, doc.name)


def stock_account(company: str) -> str:
	"""What other tests have left in the books is not under test here."""
	like = frappe.get_cached_value("Company", company, "default_inventory_account")
	return (
		frappe.get_doc(
			{
				"doctype": "Account",
				"account_name": f"库存商品 {frappe.generate_hash(length=6)}",
				"company": company,
				"parent_account": frappe.db.get_value("Account", like, "parent_account"),
				"account_type": "Stock",
			}
		)
		.insert()
		.name
	)


@pytest.mark.rule("WH-06", "WH-09", "WH-11", "WH-12", "WH-13", "WH-16", "WH-28", "WH-29", "WH-30")
def test_a_month_in_the_stores(sit_down, api, shelf, stores, cast, as_user, shots):
	count = count_with_differences(sit_down, api, shelf, shots)
	check_and_approve(sit_down, api, count, shots)
	draw_up_the_statement(sit_down, api, shelf, shots)
	plan = plan_and_approve(sit_down, api, shelf, shots)
	order = place_the_order(sit_down, plan)
	first = receive_what_came_yesterday(sit_down, api, order, shots)
	second = receive_the_rest_with_a_bad_row(sit_down, api, order, shots)
	bring_the_certificate(sit_down, api, second, shots)
	issue = hand_out_and_take_back(sit_down, shelf, stores, as_user)
	direct = take_over_directly(sit_down, api, shelf, stores, as_user, cast)
	slips = {"Receipts and Direct Issues": {first, second, direct}, "Issues and Returns": set(issue)}
	for kind, names in slips.items():
		hand_slips_over(sit_down, api, kind, names, shots)

	keeper = sit_down("storekeeper")
	rows = ReportPage(keeper, "Stock Movement Statement").open(store=shelf.store).rows()
	assert rows[-1]["is_tie"] and rows[-1]["ties"]
	frappe.db.rollback()
	# what other journeys have left at the till is not under test here
	assert [line for line in invariants.report(cast.company) if line.startswith("WH-")] == []


# ---- count -------------------------------------------------------------------------------------------------------


def count_with_differences(sit_down, api, shelf, shots) -> str:
	desk = sit_down("storekeeper")
	desk.goto("/app/stores")
	step(desk, shelf, "Count").wait_for(state="visible", timeout=30_000)
	desk.picture(shots, "month-end-begins")
	form = FormPage(desk, COUNT).new(store=shelf.store, kind="Monthly")
	form.save()
	name = form.name
	dialog = form.ask("Count", context=COUNT)
	for title, _specification, _unit, _books, _price, found, _monthly in GOODS:
		dialog.type("barcode", shelf.goods[title])
		dialog.type("qty", str(found))
		dialog.confirm(closes=False)
		desk.page.wait_for_function("() => !cur_dialog.get_value('barcode')")
	desk.js("() => cur_dialog.hide()")
	desk.idle()
	form.open(name)
	form.press("Finish Counting")
	desk.page.wait_for_function("() => cur_frm.doc.status === 'Counted'")
	doc = api("storekeeper").doc(COUNT, name)
	assert (doc["shortage_value"], doc["surplus_value"]) == (25, 6.9)
	return name


def check_and_approve(sit_down, api, name: str, shots) -> None:
	counted = {line["name"]: line["counted_qty"] for line in api("storekeeper").doc(COUNT, name)["lines"]}
	check_the_sample(sit_down, name, counted, shots)

	desk = sit_down("finance_manager")
	form = FormPage(desk, COUNT).open(name)
	form.press("Approve Count")
	desk.click(desk.page.locator(".modal.show .btn-primary:visible").last)
	desk.page.wait_for_function("() => cur_frm.doc.status === 'Finance Manager Approved'")
	desk.idle()
	for left, sign, decision in ((1, -1, "Management Expense"), (0, 1, "Surplus")):
		decide(form, desk, sign, decision)
		desk.page.wait_for_function("left => cur_frm.doc.undecided_lines === left", arg=left)
		desk.idle()
	desk.picture(shots, "month-count-decided")


def decide(form: FormPage, desk, sign: int, decision: str) -> None:
	dialog = form.ask("Decide a Difference")
	desk.js(
		"""([sign, decision]) => {
			const line = cur_frm.doc.lines.find((line) => line.posted_value * sign > 0);
			cur_dialog.set_value("line", line.name);
			const grid = cur_dialog.fields_dict.decisions.grid;
			grid.df.data.push({ idx: 1, name: "row 1", decision, amount: Math.abs(line.posted_value) });
			grid.refresh();
		}""",
		[sign, decision],
	)
	desk.idle()
	dialog.confirm()


# ---- statement and plan ------------------------------------------------------------------------------------------


def step(desk, shelf, name: str):
	"""The step of this month in the workspace's block."""
	month = nowdate()[:7]
	return desk.page.locator(f'a[data-step="{name}"][data-store="{shelf.store}"][data-month="{month}"]')


def draw_up_the_statement(sit_down, api, shelf, shots) -> None:
	desk = sit_down("storekeeper")
	desk.goto("/app/stores")
	step(desk, shelf, "Movement Statement").wait_for(state="visible", timeout=30_000)
	blocked = step(desk, shelf, "Next Plan").locator("xpath=..")
	expect(blocked).to_contain_text(desk.zh("Movement Statement", MONTH_END))
	desk.click(step(desk, shelf, "Movement Statement"))
	desk.page.wait_for_function("doctype => window.cur_frm && cur_frm.doctype === doctype", arg=MONTH_END)
	form = FormPage(desk, MONTH_END)
	form.wait(form.name)
	desk.picture(shots, "month-end-statement")
	assert form.english() == []
	doc = api("storekeeper").doc(MONTH_END, form.name)
	assert doc["ties"] == 1
	value = sum(found * price for _n, _s, _u, _q, price, found, _m in GOODS)
	assert doc["closing_value"] == pytest.approx(value)
	desk.goto("/app/stores")
	expect(step(desk, shelf, "Movement Statement").locator("xpath=..")).to_contain_text(
		desk.zh("Done", MONTH_END), timeout=30_000
	)
	desk.picture(shots, "month-end")


def plan_and_approve(sit_down, api, shelf, shots) -> str:
	desk = sit_down("storekeeper")
	listing = ListPage(desk, REQUEST).open()
	desk.click(
		listing.root.locator(".page-head button:visible").filter(has_text=desk.zh("Make Monthly Plan"))
	)
	dialog = Dialog(desk).wait()
	dialog.pick("store", shelf.store)
	desk.click(dialog.primary)
	form = FormPage(desk, REQUEST)
	desk.page.wait_for_function(
		"() => window.cur_frm && cur_frm.doctype === 'Material Request' && !cur_frm.is_new()", timeout=60_000
	)
	form.wait(form.name)
	name = form.name
	form.action("Send to Finance")
	form.in_state("Pending Finance")

	desk = sit_down("finance_manager")
	form = FormPage(desk, REQUEST).open(name)
	row = form.root.locator(".plan-rows tr").filter(has_text="LED 灯管")
	desk.click(row.locator(".plan-change"))
	dialog = Dialog(desk).wait()
	dialog.type("quantity", "20").type("reason", "下月资金有限")
	dialog.confirm()
	desk.click(form.root.locator('.plan-actions [data-action="Pass to General Manager"]'))
	form.in_state("Pending GM")

	phone = sit_down("general_manager", phone=True)
	form = FormPage(phone, REQUEST).open(name)
	approve = form.root.locator('.plan-actions [data-action="Approve"]')
	approve.wait_for(state="visible")
	approve.scroll_into_view_if_needed()
	phone.click(approve)
	phone.page.wait_for_function("() => cur_frm.doc.docstatus === 1")
	phone.idle()
	quantities = {row["item_code"]: row["qty"] for row in api("storekeeper").doc(REQUEST, name)["items"]}
	assert quantities[shelf.goods["LED 灯管"]] == 20
	assert set(quantities) == set(shelf.goods.values())
	return name


def place_the_order(sit_down, plan: str) -> str:
	desk = sit_down("buyer")
	form = FormPage(desk, REQUEST).open(plan)
	form.press("Purchase Order", group="Create")
	prompt = Dialog(desk).wait()
	desk.click(prompt.root.locator(".modal-title"))  # the list of suppliers that dropped down closes
	prompt.confirm()
	order = FormPage(desk, ORDER).wait()
	order.pick("supplier", "顺达")
	desk.js("() => cur_frm.doc.items.forEach((row) => { row.rate = row.rate || 10; })")
	order.save()
	submit(desk, order)
	return order.name


# ---- goods come --------------------------------------------------------------------------------------------------


def submit(desk, form: FormPage) -> None:
	form.press("Submit")
	desk.click(desk.page.locator(".modal.show .btn-primary:visible").last)
	desk.page.wait_for_function("() => cur_frm.doc.docstatus === 1")
	desk.idle()


def receipt_from(desk, order: str) -> FormPage:
	form = FormPage(desk, ORDER).open(order)
	form.press("Purchase Receipt", group="Create")
	desk.page.wait_for_function("() => cur_frm && cur_frm.doctype === 'Purchase Receipt' && cur_frm.is_new()")
	return FormPage(desk, RECEIPT).wait()


def inspect(desk, form: FormPage, row: int, of_rows: int, verdict: str = "Accepted") -> None:
	"""`Record Inspection` of one row, as good as it is."""
	dialog = form.ask("Record Inspection")
	if of_rows > 1:
		desk.js("row => cur_dialog.set_value('row', cur_frm.doc.items[row].name)", row)
		desk.idle()
		desk.click(dialog.primary)
		desk.page.wait_for_function("() => cur_dialog && cur_dialog.fields_dict.verdict")
		dialog = Dialog(desk).wait()
	desk.js("verdict => cur_dialog.set_value('verdict', verdict)", verdict)
	desk.idle()
	dialog.confirm()
	desk.page.wait_for_function("row => cur_frm.doc.items[row].quality_inspection", arg=row)
	desk.idle()


def receive_what_came_yesterday(sit_down, api, order: str, shots) -> str:
	"""The first delivery, which came too late in the day: the finance manager approves the later posting."""
	desk = sit_down("storekeeper")
	form = receipt_from(desk, order)
	desk.js(
		"""yesterday => {
			cur_frm.doc.items = cur_frm.doc.items.filter((row) => row.item_name === "LED 灯管");
			cur_frm.doc.arrived_on = yesterday;
			cur_frm.doc.late_posting_reason = "下班后送到";
			cur_frm.dirty();
			cur_frm.refresh_fields();
		}""",
		add_days(nowdate(), -1),
	)
	form.save()
	name = form.name
	inspect(desk, form, 0, 1)
	form.press("Submit")
	desk.click(desk.page.locator(".modal.show .btn-primary:visible").last)
	assert "WH-13" in desk.message()

	manager = sit_down("finance_manager")
	approval = FormPage(manager, RECEIPT).open(name)
	dialog = approval.ask("Approve Later Posting")
	dialog.type("comment", "次日一早入库")
	manager.picture(shots, "later-posting")
	dialog.confirm()
	manager.page.wait_for_function("() => cur_frm.doc.late_posting_approved_by")

	form.open(name)
	submit(desk, form)
	doc = api("storekeeper").doc(RECEIPT, name)
	assert (doc["arrived_on"], doc["posting_date"]) == (add_days(nowdate(), -1), nowdate())
	return name


def receive_the_rest_with_a_bad_row(sit_down, api, order: str, shots) -> str:
	"""The second delivery: pipes without their certificate, and soap that leaks."""
	desk = sit_down("storekeeper")
	form = receipt_from(desk, order)
	desk.js(
		"""() => {
			const bad = cur_frm.doc.items.find((row) => row.item_name === "洗手液");
			frappe.model.set_value(bad.doctype, bad.name, "rejected_qty", bad.received_qty || bad.qty);
			frappe.model.set_value(bad.doctype, bad.name, "qty", 0);
		}"""
	)
	desk.idle()
	form.save()
	rows = form.value("items")
	for number, row in enumerate(rows):
		inspect(desk, form, number, len(rows), "Accepted" if row["qty"] else "Rejected")
	submit(desk, form)
	desk.picture(shots, "second-delivery")
	doc = api("storekeeper").doc(RECEIPT, form.name)
	found = {row["item_name"]: row for row in doc["items"]}
	assert found["PPR 热水管"]["waiting_qty"] == found["PPR 热水管"]["qty"] > 0
	assert found["洗手液"]["qty"] == 0 and found["洗手液"]["rejected_qty"] > 0
	return form.name


def bring_the_certificate(sit_down, api, receipt: str, shots) -> None:
	desk = sit_down("storekeeper")
	form = FormPage(desk, RECEIPT).open(receipt)
	dialog = form.ask("Record Certificate")
	dialog.type("number", "HG-2026-0815")
	dialog.confirm()
	desk.page.wait_for_function("() => cur_frm.doc.items.every((row) => !row.waiting_qty)")


# ---- goods go ----------------------------------------------------------------------------------------------------


def hand_out_and_take_back(sit_down, shelf, stores, as_user) -> tuple[str, str]:
	frappe.db.rollback()
	item = shelf.goods["PPR 热水管"]
	request = purchasing.issue_request(stores, as_user, item, shelf.qualified, store=shelf.store)
	frappe.db.commit()
	desk = sit_down("storekeeper")
	FormPage(desk, REQUEST).open(request.name).press("Issue Material", group="Create")
	entry = FormPage(desk, ENTRY).wait()
	entry.save()
	submit(desk, entry)
	issued = entry.name
	entry.press("Return to Store", group="Create")
	desk.page.wait_for_function("name => cur_frm && cur_frm.doc.return_of === name", arg=issued)
	back = FormPage(desk, ENTRY).wait()
	desk.js("() => frappe.model.set_value(cur_frm.doc.items[0].doctype, cur_frm.doc.items[0].name, 'qty', 3)")
	back.save()
	submit(desk, back)
	return issued, back.name


def take_over_directly(sit_down, api, shelf, stores, as_user, cast) -> str:
	frappe.db.rollback()
	line = {"item_code": shelf.goods["LED 灯管"], "qty": 10}
	request = purchasing.approved(stores, as_user, line, store=shelf.store, plan_type="Below Limit")
	receipt = purchasing.direct(purchasing.ordered(request, stores, as_user), as_user, cast)
	frappe.db.commit()
	head = sit_down("department_head")
	FormPage(head, RECEIPT).open(receipt.name).press("Sign the Direct Issue")
	head.page.wait_for_function("() => cur_frm.doc.direct_signed_by")
	desk = sit_down("storekeeper")
	submit(desk, FormPage(desk, RECEIPT).open(receipt.name))
	assert api("storekeeper").doc(RECEIPT, receipt.name)["direct_issue_entry"]
	return receipt.name


# ---- slips to the accountant -------------------------------------------------------------------------------------


def hand_slips_over(sit_down, api, kind: str, slips: set[str], shots) -> None:
	desk = sit_down("storekeeper")
	form = FormPage(desk, HANDOVER).new(kind=kind)
	form.press("Collect")
	desk.page.wait_for_function("() => cur_frm.doctype === 'Slip Handover' && !cur_frm.is_new()")
	form.wait(form.name)
	name = form.name
	assert form.english() == []
	assert slips <= {row["slip"] for row in form.value("slips")}
	form.press("Hand Over")
	form.in_state("Handed Over", HANDOVER)

	accountant = sit_down("stores_accountant")
	form = FormPage(accountant, HANDOVER).open(name)
	accountant.picture(shots, f"slip-handover-{'receipts' if 'Receipts' in kind else 'issues'}")
	form.press("Accept What Agrees")
	accountant.page.wait_for_function(
		"slips => cur_frm.doc.slips.every((row) => !slips.includes(row.slip) || row.result === 'Accepted')",
		arg=sorted(slips),
	)
	accountant.idle()
	results = {row["slip"]: row["result"] for row in api("storekeeper").doc(HANDOVER, name)["slips"]}
	assert {results[slip] for slip in slips} == {"Accepted"}

	sheet = SlipView(accountant).open(HANDOVER, name, "Slip Handover Sheet")
	text = sheet.sheet.inner_text()
	assert [line for line in sheet.english() if not line.startswith("MAT-")] == []
	assert [word for word in ("单据汇总表", "蒋平", "褚红", *slips) if word not in text] == []
	accountant.picture(shots, "slip-handover-sheet", sheet.sheet)
