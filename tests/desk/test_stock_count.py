"""Stocktake in the stores: counted by the storekeeper, checked by the accountant, approved and decided (WH-27, WH-28)."""

from __future__ import annotations

import frappe
import pytest

from property_service.stock import stores as places
from tests import stores as make
from tests.desk.pages import Dialog, FormPage, SlipView

pytestmark = pytest.mark.rule("WH-27", "WH-28")

COUNT = "Stock Count"
# name, specification, unit, what the books have, price, what is found
GOODS = (
	("LED 灯管", "T8 18W 1.2m", "支", 40, 12.5, 38),
	("PPR 热水管", "DN20 4m", "根", 25, 23.8, 25),
	("洗手液", "500ml", "瓶", 30, 6.9, 31),
)


@pytest.fixture(scope="module")
def shelf(stores, stage, cast):
	"""A store with a few goods, committed for the server to see; `stage` deletes it in the end."""
	frappe.set_user("Administrator")
	store = make.store(cast.company, "盘点物资库")
	items = {}
	for name, specification, unit, qty, price, _found in GOODS:
		items[name] = make.item(item_name=name, specification=specification, stock_uom=make.unit(unit)).name
		make.put_in(items[name], places.zone_warehouse(store, "Qualified"), qty, price)
	frappe.db.commit()
	return store, items


def test_from_the_count_to_the_decision(sit_down, api, shelf, shots):
	store, items = shelf
	name = count_everything(sit_down, store, items, shots)
	doc = api("storekeeper").doc(COUNT, name)
	assert (doc["status"], doc["shortage_value"], doc["surplus_value"]) == ("Counted", 25, 6.9)

	check_the_sample(sit_down, name, {line["name"]: line["counted_qty"] for line in doc["lines"]}, shots)
	desk = sit_down("finance_manager")
	form = FormPage(desk, COUNT).open(name)
	form.press("Approve Count")
	desk.click(desk.page.locator(".modal.show .btn-primary:visible").last)
	desk.page.wait_for_function("() => cur_frm.doc.status === 'Finance Manager Approved'")
	desk.idle()
	desk.picture(shots, "stock-count-approved")
	decide_the_shortage(form, desk, shots)
	assert api("finance_manager").doc(COUNT, name)["undecided_lines"] == 1


def count_everything(sit_down, store, items, shots) -> str:
	desk = sit_down("storekeeper")
	form = FormPage(desk, COUNT).new(store=store, kind="Monthly")
	form.save()
	name = form.name
	desk.picture(shots, "stock-count")
	assert form.english() == []
	dialog = form.ask("Count", context=COUNT)
	for title, *_more, found in GOODS:
		dialog.type("barcode", items[title])
		dialog.type("qty", str(found))
		dialog.confirm(closes=False)
		desk.page.wait_for_function("() => !cur_dialog.get_value('barcode')")
	desk.picture(shots, "stock-count-dialog")
	desk.js("() => cur_dialog.hide()")
	desk.idle()
	sheet = SlipView(desk).open(COUNT, name, "Stock Count Sheet")
	text = sheet.sheet.inner_text()
	assert [
		word for word in ("库存物品盘点表", "LED 灯管", "账面数", "实盘数", "监盘人") if word not in text
	] == []
	desk.picture(shots, "stock-count-sheet-blind", sheet.sheet)
	form.open(name)
	form.press("Finish Counting")
	desk.page.wait_for_function("() => cur_frm.doc.status === 'Counted'")
	return name


def check_the_sample(sit_down, name, counted, shots) -> None:
	desk = sit_down("stores_accountant")
	form = FormPage(desk, COUNT).open(name)
	form.ask("Enter Spot Sample")
	desk.picture(shots, "stock-count-sample")
	desk.js(
		"""counted => {
			const grid = cur_dialog.fields_dict.rows.grid;
			grid.df.data.forEach((row) => { row.qty = counted[row.line]; });
			grid.refresh();
		}""",
		counted,
	)
	Dialog(desk).confirm()
	desk.page.wait_for_function("() => cur_frm.doc.lines.every((line) => !line.in_sample || line.is_checked)")
	form.press("Check Count")
	desk.page.wait_for_function("() => cur_frm.doc.status === 'Accountant Checked'")


def decide_the_shortage(form, desk, shots) -> None:
	dialog = form.ask("Decide a Difference")
	desk.js(
		"""() => {
			const line = cur_frm.doc.lines.find((line) => line.posted_value < 0);
			cur_dialog.set_value("line", line.name);
			const grid = cur_dialog.fields_dict.decisions.grid;
			grid.df.data.push({ idx: 1, name: "row 1", decision: "Management Expense", amount: -line.posted_value });
			grid.refresh();
		}"""
	)
	desk.idle()
	desk.picture(shots, "stock-count-decision")
	dialog.confirm()
	desk.page.wait_for_function("() => cur_frm.doc.undecided_lines === 1")
	desk.idle()
	desk.picture(shots, "stock-count-decided")
