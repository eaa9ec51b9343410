"""A release pass: entered by one clerk, approved by another, let out at the gate from a phone (DESK-11)."""

import pytest
from playwright.sync_api import expect

from tests.desk.pages import CHINESE, FormPage, ListPage, SlipView
from tests.site import make

pytestmark = pytest.mark.rule("DESK-11")

API = "property_service.property_service.doctype.goods_release_pass.goods_release_pass"


@pytest.fixture
def asked(api, stage):
	return api("clerk").make(
		**make.release_values(
			stage.units["HY1-3-502"],
			carrier_kind="Tenant",
			carrier_name="许文静",
			consent_by="孙业主",
			consent_method="By Phone",
			plate="浙A12345",
			reason="搬家",
			goods=[
				{"goods": "双门冰箱", "specification": "美的 310 升", "qty": 1, "unit": "台", "value": 1200},
				{"goods": "纸箱 (衣物)", "qty": 6, "unit": "箱", "value": 300},
			],
		)
	)


def test_one_clerk_enters_another_approves_the_gate_lets_out_once(sit_down, api, asked, cast, shots):
	form = FormPage(sit_down("clerk"), "Goods Release Pass").open(asked["name"])
	form.desk.click(form.root.locator(".page-head button:visible").filter(has_text="批准").first)
	form.desk.idle()
	assert "ORG-01" in form.desk.message()
	form.desk.dismiss_message()

	second = FormPage(sit_down("second_clerk"), "Goods Release Pass").open(asked["name"])
	assert second.english() == []
	second.desk.picture(shots, "release-pass")
	second.desk.click(second.root.locator(".page-head button:visible").filter(has_text="批准").first)
	second.in_state("Approved")

	gate = sit_down("clerk", phone=True).goto(f"/app/gate-check/{asked['name']}")
	page = gate.page.locator(".gate-check")
	expect(page.locator("[data-pass]")).to_contain_text("可以放行")
	expect(page).to_contain_text("双门冰箱")
	gate.picture(shots, "gate-check")
	gate.click(page.locator("[data-action=release]"))
	expect(page.locator("[data-released]")).to_contain_text(asked["name"])
	left = api("clerk").doc("Goods Release Pass", asked["name"])
	assert (left["status"], left["checked_by"]) == ("Released", cast.user("clerk"))

	page.locator("[data-part=number]").fill(f"https://example.com/app/gate-check/{asked['name'].lower()}")
	page.locator("[data-part=number]").press("Enter")
	expect(page.locator("[data-pass]")).to_contain_text("不得放行")
	expect(page.locator("[data-action=release]")).to_have_count(0)


def test_the_slip_prints_goods_consent_and_signatures(sit_down, api, asked, shots):
	api("second_clerk").ask(f"{API}.approve", name=asked["name"])
	slip = SlipView(sit_down("clerk")).open("Goods Release Pass", asked["name"], "Goods Release Slip")
	text = slip.sheet.inner_text()
	for printed in (
		"物品放行条",
		asked["name"],
		"许文静",
		"孙业主",
		"双门冰箱",
		"1500.00",
		"李丽",
		"浙A12345",
	):
		assert printed in text
	width, height = slip.qr_code()
	assert width == height > 50
	assert slip.english() == []
	slip.enlarge().desk.picture(shots, "release-slip", slip.sheet)


def test_the_list_speaks_chinese(sit_down, asked):
	passes = ListPage(sit_down("clerk"), "Goods Release Pass").open()
	assert asked["name"] in passes.names()
	states = passes.root.locator(".list-row .indicator-pill").all_inner_texts()
	assert states
	assert all(CHINESE.search(state) for state in states)
