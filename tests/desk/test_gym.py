"""The gym's door with a scanner, and a card sold at the counter (DESK-07)."""

import frappe
import pytest
from playwright.sync_api import expect

from tests.desk.pages import CHINESE, FormPage, ListPage
from tests.site import make

pytestmark = pytest.mark.rule("DESK-07")


@pytest.fixture
def plan(stage):
	frappe.set_user("Administrator")
	made = make.gym_plan(
		plan_name=f"双次卡 {frappe.generate_hash(length=4)}", plan_kind="Visits", visits=2, days=30
	)
	frappe.db.commit()
	return made


def test_a_card_is_sold_with_the_identity_card_in_view(sit_down, api, stage, plan, shots):
	clerk = sit_down("clerk")
	form = FormPage(clerk, "Gym Membership").new(resident=stage.residents["13900080201"])
	form.pick("plan", plan.plan_name)
	form.press_save()
	assert "身份证" in clerk.message()
	clerk.dismiss_message()
	form.tick("id_card_seen").save().in_state("Valid")
	doc = api("clerk").doc("Gym Membership", form.name)
	assert (doc["member_name"], doc["visits_remaining"], doc["price"]) == ("丁海燕", 2, 0)
	assert form.english() == []
	clerk.page.mouse.wheel(0, -2000)
	clerk.picture(shots, "gym-membership")


def test_the_door_lets_in_by_one_scan_and_says_why_not(sit_down, api, stage, plan, shots):
	card = api("clerk").make(**make.membership_values(plan.name, stage.residents["13900080407"]))["card_no"]
	desk = sit_down("clerk").goto("/app/gym-check-in")
	page = desk.page.locator(".gym-check-in")
	expect(page.locator("[data-part=card]")).to_be_focused()
	desk.page.keyboard.type(card)
	desk.page.keyboard.press("Enter")
	answer = page.locator("[data-answer]")
	expect(answer).to_contain_text("曹立新")
	expect(answer).to_contain_text("剩余 1 次")
	desk.picture(shots, "gym-door")
	expect(page.locator("[data-part=visits]")).to_contain_text("曹立新")

	desk.page.keyboard.type(card)
	desk.page.keyboard.press("Enter")
	expect(page.locator("[data-answer=danger]")).to_contain_text("不再重复计次")
	expect(desk.message_box).to_have_count(0)
	desk.page.keyboard.type("NIRGENDS")
	desk.page.keyboard.press("Enter")
	expect(page.locator("[data-answer=danger]")).to_contain_text("NIRGENDS")
	expect(page.locator("[data-part=card]")).to_be_focused()
	(visit,) = api("clerk").rows("Gym Visit", {"card_no": card})
	assert visit["name"]


def test_the_list_speaks_chinese(sit_down, api, stage, plan):
	doc = api("clerk").make(**make.membership_values(plan.name, stage.residents["13900050803"]))
	cards = ListPage(sit_down("clerk"), "Gym Membership").open()
	assert doc["name"] in cards.names()
	states = cards.root.locator(".list-row .indicator-pill").all_inner_texts()
	assert states
	assert all(CHINESE.search(state) for state in states)
