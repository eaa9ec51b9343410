"""A shared article: its label is scanned with a phone, a turn begins and ends; its card and the register in Chinese (LV-03)."""

import frappe
import pytest
from playwright.sync_api import expect

from property_service.rules import amortisation as rules
from tests import low_value as make
from tests.desk.pages import FormPage
from tests.low_value import articles_of

pytestmark = pytest.mark.rule("LV-03")


@pytest.fixture(scope="module")
def article(low_value, stores, stage, as_user):
	"""One of thirty chairs that the technicians were given, committed for the server to see; `stage` deletes it in the end."""
	frappe.set_user("Administrator")
	frappe.db.rollback()
	entry = make.issue(stores, as_user, make.item(rules.FIFTY_FIFTY).name, 30, rate=180)
	frappe.db.commit()
	yield articles_of(entry)[0]
	frappe.db.rollback()
	frappe.set_user("Administrator")


def test_a_turn_begins_and_ends_by_scanning(sit_down, article, shots):
	phone = sit_down("technician", phone=True).goto(f"/app/article-scan/{article.name}")
	page = phone.page.locator(".article-scan")
	expect(page.locator("[data-article]")).to_contain_text("办公椅")
	expect(page.locator("[data-action=give_back]")).to_be_hidden()
	phone.click(page.locator("[data-action=take_over]"))
	expect(page).to_contain_text("现由谁使用")
	phone.picture(shots, "article-scan")
	phone.click(page.locator("[data-action=give_back]"))
	expect(page.locator("[data-action=give_back]")).to_be_hidden()
	frappe.db.rollback()
	assert frappe.db.count("Article Usage", {"article": article.name, "used_to": ("is", "set")}) == 1


@pytest.mark.rule("LV-02")
def test_the_card_is_chinese(sit_down, article, shots):
	form = FormPage(sit_down("storekeeper"), "Low Value Article").open(article.name)
	assert form.english() == []
	form.desk.picture(shots, "low-value-article")
