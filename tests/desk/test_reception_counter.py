"""A call at the counter, taken without a mouse: from the ringing telephone to the ticket's form (SVC-01)."""

import time

import pytest
from playwright.sync_api import Page, expect

CALLER = "13900050602"
MATTER = "厨房水龙头漏水"

pytestmark = pytest.mark.rule("SVC-01")


class Keyboard:
	"""Counts the keys that a clerk presses; there is no other way in."""

	def __init__(self, page: Page):
		self.page, self.pressed = page, 0

	def type(self, text: str) -> None:
		self.page.keyboard.type(text)
		self.pressed += len(text)

	def press(self, key: str) -> None:
		self.page.keyboard.press(key)
		self.pressed += 1


@pytest.fixture
def counter(sit_down, stage):
	desk = sit_down("clerk").goto("/app/reception-counter")
	expect(desk.page.locator("[data-part=search]")).to_be_focused()
	return desk


def test_a_call_is_logged_and_becomes_a_ticket_with_the_keyboard_alone(counter, stage, api, shots, capsys):
	spoken, unit = stage.resident(CALLER)
	page, keys = counter.page, Keyboard(counter.page)
	keys.type(CALLER)
	expect(page.locator("[data-part=results] [data-index].active")).to_contain_text(spoken)
	keys.press("Enter")
	expect(page.locator("[data-part=caller]")).to_contain_text(spoken)
	keys.press("5")
	keys.type(MATTER)
	expect(page.locator("[data-category='Home Repair']")).to_have_attribute("aria-checked", "true")
	counter.picture(shots, "counter")
	entered = time.monotonic()
	keys.press("Enter")
	saved = page.locator("[data-part=saved] [data-record]")
	saved.wait_for()
	seconds = time.monotonic() - entered

	record = api("clerk").doc("Reception Record", saved.get_attribute("data-record"))
	assert (record["category"], record["channel"], record["content"]) == ("Home Repair", "Phone", MATTER)
	assert (record["resident"], record["property_unit"]) == (stage.residents[CALLER], unit)
	with capsys.disabled():
		print(f"\ncounter: {keys.pressed} keys, {seconds:.2f} s from Enter to saved")

	expect(page.locator("[data-part=saved] button").first).to_be_focused()
	keys.press("Enter")
	page.wait_for_function("() => window.cur_frm && cur_frm.doctype === 'Repair Ticket' && cur_frm.is_new()")
	carried = page.evaluate("() => cur_frm.doc")
	assert (carried["reception_record"], carried["description"]) == (record["name"], MATTER)
	assert (carried["contact_phone"], carried["property_unit"]) == (CALLER, unit)


def test_a_stranger_is_asked_for_a_name_and_escape_starts_anew(counter, api):
	page, keys = counter.page, Keyboard(counter.page)
	keys.type("13700137000")
	expect(page.locator("[data-part=results]")).not_to_be_empty()
	keys.press("Enter")
	expect(page.locator("[data-field=contact_name]")).to_be_focused()
	keys.type("路过的人")
	keys.press("Enter")
	keys.press("1")
	keys.type("停车场几点关门?")
	keys.press("Enter")
	page.locator("[data-part=saved] [data-record]").wait_for()
	(row,) = api("clerk").rows("Reception Record", {"contact_phone": "13700137000"})
	assert row["name"]
	keys.press("Escape")
	expect(page.locator("[data-part=search]")).to_be_focused()
	expect(page.locator("[data-part=saved]")).to_be_empty()
