"""The key counter with a scanner, which types a tag and presses Enter: out in three acts, back in two (DESK-08)."""

import re
import time

import frappe
import pytest
from playwright.sync_api import expect

from tests.desk.pages import CHINESE, CalendarPage, FormPage, ListPage
from tests.site import make

pytestmark = pytest.mark.rule("DESK-08")


class Acts:
	"""What the clerk does, counted: a scan, a typed line with its Enter, a key on its own."""

	def __init__(self, page):
		self.page, self.count = page, 0

	def line(self, text: str) -> None:
		self.page.keyboard.type(text)
		self.page.keyboard.press("Enter")
		self.count += 1

	def press(self, key: str) -> None:
		self.page.keyboard.press(key)
		self.count += 1


@pytest.fixture
def keys(stage) -> list[str]:
	"""Two copies of the key of a room, in the cabinet."""
	frappe.set_user("Administrator")
	made = [
		make.key(
			key_tag=f"301-{copy}-{frappe.generate_hash(length=5)}",
			units=[stage.units["HY1-3-301"]],
			storage_place=f"A柜 {copy} 号",
		)
		for copy in (1, 2)
	]
	frappe.db.commit()
	return [key.name for key in made]


@pytest.fixture
def counter(sit_down, stage):
	desk = sit_down("clerk").goto("/app/key-counter")
	expect(part(desk, "scan")).to_be_focused()
	return desk


def part(desk, name):
	return desk.page.locator(f".key-counter [data-part={name}]")


def done(desk) -> str:
	"""The loan that the counter reports as written."""
	alert = part(desk, "done").locator("[data-loan]")
	alert.wait_for()
	return alert.get_attribute("data-loan")


def test_a_key_goes_out_in_three_acts_and_comes_back_in_two(counter, keys, api, cast, shots, capsys):
	page, acts = counter.page, Acts(counter.page)
	started = time.monotonic()
	acts.line(keys[0].lower())
	expect(part(counter, "borrower")).to_be_focused()
	acts.line(cast.employee("technician"))
	expect(part(counter, "purpose")).to_be_focused()
	acts.line("更换门锁")
	loan = api("clerk").doc("Key Loan", done(counter))
	seconds = time.monotonic() - started
	assert (loan["property_key"], loan["borrower_name"], loan["purpose"]) == (keys[0], "张建国", "更换门锁")
	assert (loan["status"], loan["issued_by"], loan["loan_kind"]) == ("Lent", cast.user("clerk"), "Temporary")
	assert acts.count == 3
	expect(part(counter, "out")).to_contain_text(keys[0])

	# The page keeps the purpose of the last loan: a clerk who lends five keys for cleaning types it once.
	acts.line(keys[1])
	expect(part(counter, "borrower")).to_be_focused()
	expect(part(counter, "purpose")).to_have_value("更换门锁")
	page.keyboard.press("Escape")

	acts = Acts(page)
	acts.line(keys[0])
	expect(part(counter, "back")).to_be_visible()
	counter.picture(shots, "key-counter")
	acts.press("Enter")
	assert done(counter) == loan["name"]
	assert api("clerk").doc("Key Loan", loan["name"])["status"] == "Brought Back"
	assert acts.count == 2
	expect(part(counter, "scan")).to_be_focused()
	with capsys.disabled():
		print(f"\nkey counter: out in 3 acts ({seconds:.2f} s), back in {acts.count}")


def test_scanning_twice_takes_back_and_strangers_are_known_by_name_and_telephone(counter, keys, api):
	acts = Acts(counter.page)
	acts.line(keys[0])
	expect(part(counter, "borrower")).to_be_focused()
	acts.line("王阿姨 13900001234")
	expect(part(counter, "purpose")).to_be_focused()
	acts.line("打扫卫生")
	loan = api("clerk").doc("Key Loan", done(counter))
	assert (loan["borrower_kind"], loan["borrower_phone"]) == ("Cleaner", "13900001234")
	acts.line(keys[0])
	expect(part(counter, "back")).to_be_visible()
	acts.line(keys[0])
	assert done(counter) == loan["name"]
	assert acts.count == 5


def test_refusals_are_shown_and_the_counter_goes_on(counter, keys):
	acts = Acts(counter.page)
	acts.line("NIRGENDS-1")
	assert "NIRGENDS-1" in counter.message()
	counter.dismiss_message()
	expect(part(counter, "scan")).to_be_visible()
	counter.page.keyboard.press("Escape")
	part(counter, "scan").focus()
	acts.line(keys[0])
	expect(part(counter, "borrower")).to_be_focused()


def test_form_list_and_calendar_speak_chinese(sit_down, keys, api, stage, shots):
	loan = api("clerk").make(**make.loan_values(keys[0]))
	clerk = sit_down("clerk")
	form = FormPage(clerk, "Key Loan").open(loan["name"])
	assert form.english() == []
	assert form.root.locator(".page-head .indicator-pill").first.inner_text().strip() == "已借出"
	clerk.picture(shots, "key-loan")
	form.press("Take Back")
	expect(form.root.locator(".page-head .indicator-pill").first).to_contain_text("已归还")

	second = api("clerk").make(**make.loan_values(keys[1]))
	loans = ListPage(clerk, "Key Loan").open()
	assert {loan["name"], second["name"]} <= set(loans.names())
	frappe.db.set_value("Key Loan", second["name"], "due_on", frappe.utils.add_days(None, -1))
	frappe.db.commit()
	loans.open()
	states = loans.root.locator(".list-row .indicator-pill").all_inner_texts()
	assert clerk.zh("Overdue") in states
	assert all(CHINESE.search(state) for state in states)
	assert FormPage(clerk, "Property Key").open(keys[1]).english() == []
	clerk.picture(shots, "property-key")
	due = frappe.utils.get_datetime(frappe.db.get_value("Key Loan", second["name"], "due_on"))
	calendar = CalendarPage(clerk, "Key Loan").open().look_at(due)
	assert calendar.days_of(second["name"]) == [f"{due:%Y-%m-%d}"]


def test_a_link_suggests_keys_with_their_state_in_chinese(sit_down, keys, shots):
	clerk = sit_down("clerk")
	form = FormPage(clerk, "Key Loan").new()
	suggestion = form.suggest("property_key", keys[0]).first
	expect(suggestion).to_contain_text(re.compile(f"{keys[0]}.*在柜", re.DOTALL))
	assert "In Cabinet" not in suggestion.inner_text()
	clerk.picture(shots, "key-suggestions")
	clerk.click(form.suggestions("property_key").filter(has_text=clerk.zh("Advanced Search")))
	found = clerk.page.locator(".modal.show .link-select-row").filter(has_text=keys[0])
	expect(found).to_contain_text("在柜")
	assert "In Cabinet" not in found.inner_text()
