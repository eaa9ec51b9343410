"""A vehicle pass at the counter: four papers ticked on one screen, issued, printed, and scanned by the gate (DESK-05)."""

import frappe
import pytest
from playwright.sync_api import expect

from tests.desk.pages import CHINESE, FormPage, ListPage, SlipView
from tests.site import make

pytestmark = pytest.mark.rule("DESK-05")

PAPERS = ("id_card", "driving_licence", "vehicle_licence", "employer_letter")
ISSUE = "property_service.property_service.doctype.vehicle_pass.vehicle_pass.issue"


def state(form) -> str:
	return form.root.locator(".page-head .indicator-pill").first


def test_four_papers_on_one_screen(sit_down, api, stage, cast, shots, capsys):
	clerk = sit_down("clerk")
	form = FormPage(clerk, "Vehicle Pass")
	plate = make.plate()
	form.new(resident=stage.residents["13900010301"])
	clerk.count_anew()
	form.type("plate", f"{plate[:2]}·{plate[2:]}".lower())
	form.type("vehicle", "比亚迪 秦")
	form.type("employer_name", "老鹰地矿业公司")
	for paper in PAPERS[:3]:
		form.tick(f"{paper}_seen")
	form.save()
	form.press("Issue Pass")
	assert "单位证明" in clerk.message()
	clerk.dismiss_message()
	form.tick("employer_letter_seen")
	clerk.page.mouse.wheel(0, -2000)
	for fieldname in ("plate", "applicant_name", *(f"{paper}_seen" for paper in PAPERS)):
		expect(form.control(fieldname)).to_be_in_viewport()  # nothing to scroll for
	clerk.picture(shots, "vehicle-pass")
	form.press("Issue Pass")
	expect(state(form)).to_have_text("有效")
	doc = api("clerk").doc("Vehicle Pass", form.name)
	assert (doc["plate"], doc["status"], doc["applicant_name"]) == (plate, "Issued", "林晓东")
	assert {doc[f"{paper}_seen_by"] for paper in PAPERS} == {cast.user("clerk")}
	assert form.english() == []
	with capsys.disabled():
		print(f"\nvehicle pass: {clerk.steps}")


@pytest.fixture
def issued(api, stage):
	doc = api("clerk").make(**make.pass_values(resident=stage.residents["13900050602"]))
	api("clerk").ask(ISSUE, name=doc["name"])
	return api("clerk").doc("Vehicle Pass", doc["name"])


def test_the_card_is_printed_and_the_gate_sees_what_it_may(
	sit_down, issued, cast, shots, browser, base_url, site_connection
):
	card = SlipView(sit_down("clerk")).open("Vehicle Pass", issued["name"], "Vehicle Pass Card")
	text = card.sheet.inner_text()
	for printed in ("车辆出入证", issued["plate"], issued["name"], issued["valid_until"]):
		assert printed in text
	assert issued["applicant_name"] not in text
	width, height = card.qr_code()
	assert width == height > 100
	assert card.english() == []
	card.desk.picture(shots, "vehicle-pass-card", card.sheet)

	token = token_of(issued["name"])
	context = browser.new_context(
		viewport={"width": 390, "height": 844},
		locale="zh-CN",
		extra_http_headers={"X-Frappe-Site-Name": site_connection},
	)
	gate = context.new_page()
	gate.goto(f"{base_url}/vehicle-pass?t={token}")
	verdict = gate.locator(".pass-verdict")
	expect(verdict).to_contain_text(issued["plate"])
	expect(verdict).to_contain_text("有效")
	assert issued["phone"] not in gate.content()
	gate.screenshot(path=str(shots / "vehicle-pass-public.png"))
	context.close()


def token_of(name: str) -> str:
	frappe.db.rollback()
	return frappe.db.get_value("Vehicle Pass", name, "public_token")


def test_ticked_applications_are_issued_from_the_list(sit_down, api, stage):
	good = api("clerk").make(**make.pass_values())
	bad = api("clerk").make(**make.pass_values(id_card_seen=0))
	clerk = sit_down("clerk")
	passes = ListPage(clerk, "Vehicle Pass").open("?status=Applied")
	states = passes.root.locator(".list-row .indicator-pill").all_inner_texts()
	assert states
	assert all(CHINESE.search(state) for state in states)
	passes.tick(good["name"], bad["name"]).action("Issue Pass")
	text = clerk.message()
	assert bad["name"] in text
	assert "身份证" in text
	assert api("clerk").doc("Vehicle Pass", good["name"])["status"] == "Issued"
	assert api("clerk").doc("Vehicle Pass", bad["name"])["status"] == "Applied"
