"""A month's plan: drawn up by the storekeeper, cut by finance, approved on the general manager's phone, ordered (WH-04 to WH-08)."""

from __future__ import annotations

import time

import frappe
import pytest
from frappe.utils import add_months, get_first_day, getdate, nowdate
from playwright.sync_api import expect

from property_service.stock import stores as places
from tests import stores as make
from tests.desk.pages import CHINESE, Dialog, FormPage, ListPage, ReportPage, SlipView, WorkspacePage

REQUEST = "Material Request"
# name, specification, unit, stock class, left in the store, consumed in each of the last two months
GOODS = (
	("LED 灯管", "T8 18W 1.2m", "支", "Daily Consumable", 6, 40),
	("PPR 热水管", "DN20 4m", "根", "Standing Part", 3, 12),
	("洗手液", "500ml", "瓶", "Daily Consumable", 20, 15),
	("三角阀", "DN15 铜", "个", "Standing Part", 0, 10),
)


@pytest.fixture(scope="module")
def shelf(stores, stage, cast):
	"""A store with a few goods that ran low, committed for the server to see; `stage` deletes it in the end."""
	frappe.set_user("Administrator")
	store = make.store(cast.company, "工程物资库")
	items = {}
	for name, specification, unit, stock_class, left, monthly in GOODS:
		item = make.item(
			item_name=name, specification=specification, stock_class=stock_class, stock_uom=make.unit(unit)
		).name
		qualified = places.zone_warehouse(store, "Qualified")
		make.put_in(item, qualified, left + 2 * monthly, rate=12.5, posting_date=make.months_ago(2, 1))
		make.take_out(item, qualified, monthly, make.months_ago(2))
		make.take_out(item, qualified, monthly, make.months_ago(1))
		items[name] = item
	settings = frappe.get_doc("Property Service Settings")
	settings.append("stores", {"store": store, "monthly_budget": 1500})
	settings.save()
	frappe.db.commit()
	# A request that began before may still put the settings of then into the cache.
	time.sleep(2)
	frappe.clear_document_cache(settings.doctype, settings.name)
	yield store, items
	frappe.db.rollback()
	settings.reload()
	settings.set("stores", [row for row in settings.stores if row.store != store])
	settings.save()
	frappe.db.commit()


@pytest.mark.rule("WH-04", "WH-06", "WH-07")
def test_from_the_plan_to_the_order(sit_down, api, shelf, cast, shots):
	store, items = shelf
	name = draw_up(sit_down, store, shots)
	plan = api("storekeeper").doc(REQUEST, name)
	suggested = {row["item_code"]: row["qty"] for row in plan["items"]}
	assert suggested == {items["LED 灯管"]: 42, items["PPR 热水管"]: 15, items["三角阀"]: 15}
	assert plan["plan_month"] == str(getdate(get_first_day(add_months(get_first_day(nowdate()), 1))))

	cut_one_quantity(sit_down, name, "LED 灯管", shots)
	plan = api("finance_manager").doc(REQUEST, name)
	assert plan["approval_state"] == "Pending GM"
	change = plan["quantity_changes"][0]
	assert (change["old_qty"], change["new_qty"], change["changed_by"]) == (
		42,
		30,
		cast.user("finance_manager"),
	)

	approve_on_the_phone(sit_down, name, shots)
	plan = api("general_manager").doc(REQUEST, name)
	assert (plan["docstatus"], plan["approval_state"]) == (1, "Approved")
	assert [step["actor"] for step in plan["approval_steps"]] == [
		cast.user(person) for person in ("storekeeper", "finance_manager", "general_manager")
	]

	print_the_sheet(sit_down, name, shots)
	order = place_the_order(sit_down, name, shots)
	assert {row["item_code"]: row["qty"] for row in api("buyer").doc("Purchase Order", order)["items"]} == {
		**suggested,
		items["LED 灯管"]: 30,
	}


def draw_up(sit_down, store: str, shots) -> str:
	desk = sit_down("storekeeper")
	listing = ListPage(desk, REQUEST).open()
	desk.click(
		listing.root.locator(".page-head button:visible").filter(has_text=desk.zh("Make Monthly Plan"))
	)
	dialog = Dialog(desk).wait()
	dialog.pick("store", store)
	desk.click(dialog.primary)
	form = FormPage(desk, REQUEST)
	desk.page.wait_for_function(
		"() => window.cur_frm && cur_frm.doctype === 'Material Request' && !cur_frm.is_new()", timeout=60_000
	)
	form.wait(form.name)
	form.in_state("Draft")
	desk.picture(shots, "plan")
	name = form.name
	form.action("Send to Finance")
	form.in_state("Pending Finance")
	return name


def cut_one_quantity(sit_down, name: str, item_name: str, shots) -> None:
	desk = sit_down("finance_manager")
	form = FormPage(desk, REQUEST).open(name)
	row = form.root.locator(".plan-rows tr").filter(has_text=item_name)
	for figure in ("6", "48", "40", "42"):  # balance, limit, forecast, requested
		expect(row).to_contain_text(figure)
	expect(form.root.locator(".plan-tiles")).to_contain_text("1,500.00")
	desk.picture(shots, "plan-finance")
	desk.click(row.locator(".plan-change"))
	dialog = Dialog(desk).wait()
	dialog.type("quantity", "30").type("reason", "仓库尚余 6 支, 下月先购 30 支")
	dialog.confirm()
	expect(row).to_contain_text("30")
	expect(row.locator("s")).to_have_text("42")
	desk.picture(shots, "plan-finance-cut")
	desk.click(form.root.locator('.plan-actions [data-action="Pass to General Manager"]'))
	form.in_state("Pending GM")


def approve_on_the_phone(sit_down, name: str, shots) -> None:
	phone = sit_down("general_manager", phone=True)
	form = FormPage(phone, REQUEST).open(name)
	form.in_state("Pending GM")
	approve = form.root.locator('.plan-actions [data-action="Approve"]')
	approve.wait_for(state="visible")
	# Nothing to be moved sideways to be read
	assert phone.js("() => document.documentElement.scrollWidth <= window.innerWidth")
	phone.picture(shots, "plan-phone")
	approve.scroll_into_view_if_needed()
	phone.picture(shots, "plan-phone-actions")
	phone.click(approve)
	phone.page.wait_for_function(
		"() => cur_frm.doc.docstatus === 1 && cur_frm.doc.approval_state === 'Approved'"
	)
	phone.idle()


def print_the_sheet(sit_down, name: str, shots) -> None:
	desk = sit_down("storekeeper")
	slip = SlipView(desk).open(REQUEST, name, "Purchase Plan Sheet")
	assert slip.english() == []
	text = slip.sheet.inner_text()
	for words in ("采购计划单", "冯雪", "钱海", "蒋平", "LED 灯管", "DN20 4m"):
		assert words in text
	width, height = slip.qr_code()
	assert width == height
	desk.picture(shots, "plan-sheet", slip.sheet)


def place_the_order(sit_down, name: str, shots) -> str:
	desk = sit_down("buyer")
	form = FormPage(desk, REQUEST).open(name)
	form.press("Purchase Order", group="Create")
	prompt = Dialog(desk).wait()
	desk.click(prompt.root.locator(".modal-title"))  # the list of suppliers that dropped down closes
	prompt.confirm()
	order = FormPage(desk, "Purchase Order").wait()
	order.pick("supplier", "顺达")
	order.save()
	desk.picture(shots, "order")
	order.press("Submit")
	desk.click(desk.page.locator(".modal.show .btn-primary:visible").last)
	desk.page.wait_for_function("() => cur_frm.doc.docstatus === 1")
	return order.name


@pytest.mark.rule("WH-03")
def test_the_status_of_the_limits(sit_down, shelf, shots):
	store, items = shelf
	desk = sit_down("storekeeper")
	report = ReportPage(desk, "Stock Limit Status").open(store=store)
	rows = {row["item_code"]: row for row in report.rows() if row.get("item_code")}
	assert set(rows) == set(items.values())
	assert rows[items["洗手液"]]["is_below"] == 0
	desk.picture(shots, "stock-limit-status")
	assert set(report.english()) <= {specification for _name, specification, *_ in GOODS}


@pytest.mark.rule("WH-04")
def test_the_form_and_the_workspace_are_chinese(sit_down, stage, stores):
	desk = sit_down("storekeeper")
	form = FormPage(desk, REQUEST).new()
	own = {"plan_type", "store", "department", "plan_amount", "approval_steps", "quantity_changes"}
	words = desk.js(
		"""fields => frappe.get_meta("Material Request").fields.filter(df => fields.includes(df.fieldname))
			.map(df => __(df.label, null, df.parent))""",
		sorted(own),
	)
	assert len(words) == len(own)
	assert [word for word in words if not CHINESE.search(word)] == []
	assert form
	workspace = WorkspacePage(desk)
	desk.goto("/app/stores")
	workspace.root.locator(".number-widget-box .number").first.wait_for(state="visible")
	desk.idle()
	assert workspace.english() == []
