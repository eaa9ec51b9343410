"""Tools at the desk: a loan that is late and chased, an old one for a new one, and no second of the same (WH-21 to WH-23)."""

from __future__ import annotations

import re

import frappe
import pytest
from frappe.utils import add_days, nowdate
from playwright.sync_api import expect

from property_service.tools import chasing
from tests import stores as make
from tests.desk.pages import FormPage, ListPage, SlipView
from tests.site.tool_line import Tools

REQUEST, CUSTODY = "Tool Request", "Tool Custody"


@pytest.fixture(scope="module")
def line(stores, stage, cast, as_user):
	"""A store with drills and wrenches, committed for the server to see; `stage` deletes it in the end."""
	frappe.set_user("Administrator")
	frappe.db.rollback()
	tools = Tools(stores, cast, as_user)
	tools.drill = tools.tool(3, 260, item_name="冲击钻", specification="GBH 2-26", stock_uom=make.unit("把"))
	tools.wrench = tools.tool(3, 80, item_name="管钳", specification="14 寸", stock_uom=make.unit("把"))
	frappe.db.commit()
	yield tools
	frappe.db.rollback()
	frappe.set_user("Administrator")


def fill(desk, line, kind: str, item: str | None, **values) -> FormPage:
	"""A new request as the technician fills it."""
	form = FormPage(desk, REQUEST).new(
		company=line.company,
		kind=kind,
		store=line.store,
		holder=line.cast.employee("technician"),
		purpose="更换 3 号楼水泵",
		**values,
	)
	if item:
		desk.js(
			"""async item => {
				const row = cur_frm.doc.tools?.[0] || cur_frm.add_child("tools");
				await frappe.model.set_value(row.doctype, row.name, "item_code", item);
				cur_frm.refresh_field("tools");
			}""",
			item,
		)
	return form


def sign(sit_down, name: str) -> None:
	head = sit_down("department_head")
	form = FormPage(head, REQUEST).open(name)
	form.press("Approve")
	form.in_state("Approved", REQUEST)


def hand_out(sit_down, name: str) -> FormPage:
	keeper = sit_down("storekeeper")
	form = FormPage(keeper, REQUEST).open(name)
	form.press("Hand Out", context=REQUEST)
	return form.in_state("Handed Out", REQUEST)


def custodies(api, item: str) -> list[dict]:
	return api("storekeeper").rows(
		CUSTODY, [["item_code", "=", item]], fields=["name", "status", "due_on", "holder"]
	)


@pytest.mark.rule("WH-21", "WH-23")
def test_a_loan_that_is_late_is_chased_and_comes_back_cleaned(sit_down, api, line, cast, shots):
	technician = sit_down("technician")
	form = fill(technician, line, "Loan", line.drill, due_on=nowdate())
	form.save()
	assert form.english() == []
	technician.picture(shots, "tool-request")
	form.press("Send for Signature")
	form.in_state("Pending Signature", REQUEST)
	name = form.name
	sign(sit_down, name)
	form = hand_out(sit_down, name)
	form.desk.picture(shots, "tool-handed-out")
	lent = next(row for row in custodies(api, line.drill) if row["status"] == "In Use")
	assert (lent["due_on"], lent["holder"]) == (nowdate(), cast.employee("technician"))

	frappe.db.rollback()
	assert lent["name"] in chasing.chase_due()
	frappe.db.commit()
	technician.goto(f"/app/tool-custody/{lent['name']}")
	late = FormPage(technician, CUSTODY).wait(lent["name"])
	assert late.value("chases")[0]["chase_date"] == nowdate()
	technician.picture(shots, "tool-late")
	kind = ListPage(technician, CUSTODY).open().rows.locator('[data-filter^="custody_kind"]')
	expect(kind.first).to_have_text(re.compile("借用"))
	for person in ("technician", "department_head"):
		assert api(person).rows("Notification Log", [["document_name", "=", lent["name"]]])

	keeper = sit_down("storekeeper")
	form = FormPage(keeper, REQUEST).new(
		company=line.company, kind="Return", store=line.store, holder=cast.employee("technician")
	)
	keeper.js(
		"""async custody => {
			const row = cur_frm.doc.tools?.[0] || cur_frm.add_child("tools");
			await frappe.model.set_value(row.doctype, row.name, { custody, is_back: 1, condition: "Good", is_clean: 0 });
			cur_frm.refresh_field("tools");
		}""",
		lent["name"],
	)
	form.save()
	form.press("Take Back", context=REQUEST)
	assert "WH-23" in keeper.message()
	keeper.dismiss_message()
	keeper.js(
		"() => frappe.model.set_value(cur_frm.doc.tools[0].doctype, cur_frm.doc.tools[0].name, 'is_clean', 1)"
	)
	form.press("Take Back", context=REQUEST)
	form.in_state("Taken Back", REQUEST)
	head = sit_down("department_head")
	confirmed = FormPage(head, REQUEST).open(form.name)
	confirmed.press("Confirm Return")
	confirmed.in_state("Confirmed", REQUEST)
	assert {row["status"] for row in custodies(api, line.drill)} == {"Returned"}

	sheet = SlipView(keeper).open(REQUEST, name, "Tool Request Sheet")
	assert sheet.english() == []
	assert "工具借领单" in sheet.sheet.inner_text()
	keeper.picture(shots, "tool-request-sheet", sheet.sheet)


@pytest.mark.rule("WH-22", "WH-23")
def test_no_second_of_the_same_but_a_new_one_for_the_old(sit_down, api, line, cast, as_user, shots):
	frappe.db.rollback()
	kept = line.issue(line.wrench)
	frappe.db.commit()

	technician = sit_down("technician")
	form = fill(technician, line, "Loan", line.wrench, due_on=add_days(nowdate(), 1))
	form.save()
	form.press("Send for Signature")
	form.in_state("Pending Signature", REQUEST)
	name = form.name
	sign(sit_down, name)
	keeper = sit_down("storekeeper")
	form = FormPage(keeper, REQUEST).open(name)
	form.press("Hand Out", context=REQUEST)
	text = keeper.message()
	assert "WH-22" in text and "管钳" in text
	keeper.picture(shots, "tool-refused")
	keeper.dismiss_message()

	form = fill(technician, line, "Exchange", None)
	technician.js(
		"""async custody => {
			const row = cur_frm.doc.tools?.[0] || cur_frm.add_child("tools");
			await frappe.model.set_value(row.doctype, row.name, { custody, condition: "Damaged" });
			cur_frm.refresh_field("tools");
		}""",
		kept.name,
	)
	form.save()
	form.press("Send for Signature")
	form.in_state("Pending Signature", REQUEST)
	exchange = form.name
	sign(sit_down, exchange)
	hand_out(sit_down, exchange)
	rows = {row["name"]: row["status"] for row in custodies(api, line.wrench)}
	assert rows.pop(kept.name) == "Exchanged"
	assert list(rows.values()) == ["In Use"]
	frappe.db.rollback()
	assert line.balance(line.wrench, "Nonconforming") == 1
