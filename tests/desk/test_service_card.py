"""The one-card at the desk: opened, topped up in four steps, lost, replaced, its statement (DESK-01, DESK-02, DESK-04)."""

import frappe
import pytest
from playwright.sync_api import expect

from property_service.setup import till
from tests.desk.pages import CHINESE, Dialog, FormPage, ListPage, SlipView
from tests.site.card_line import number

CARD, TRANSACTION, SHIFT = "Service Card", "Card Transaction", "Front Desk Shift"


@pytest.fixture
def open_till(api, cast, stage):
	"""The clerk sits at an open till of a counter of its own."""
	frappe.db.rollback()  # what the server has written since is seen
	name = f"东门柜台 {frappe.generate_hash(length=4)}"
	frappe.get_doc(
		{
			"doctype": "Front Desk Counter",
			"counter_name": name,
			"counter_code": frappe.generate_hash(length=6).upper(),
			"company": cast.company,
			"department": cast.departments["service"],
		}
	).insert()
	frappe.db.commit()
	shift = api("clerk").make(doctype=SHIFT, counter=name, opening_float=200, float_from_cashier=200)
	yield shift
	frappe.db.rollback()
	frappe.db.set_value(
		SHIFT, shift["name"], {"status": "Closed", "open_clerk_key": None, "open_counter_key": None}
	)
	frappe.db.commit()


@pytest.mark.rule("DESK-01", "DESK-02", "DESK-04")
def test_a_card_from_its_opening_to_its_replacement(sit_down, api, stage, open_till, shots):
	clerk = sit_down("clerk")
	card_no = number()
	form = FormPage(clerk, CARD).new(resident=stage.residents["13900010301"])
	form.type("card_no", card_no)
	form.save().in_state("Active", CARD)
	# the field says what the title says, in the register's own word
	expect(form.control("status").locator(".control-value:visible")).to_have_text(clerk.zh("Active", CARD))
	assert form.english() == []

	# From the list, the card number scanned: button, number, amount, the button of the dialog.
	cards = ListPage(clerk, CARD).open()
	steps = clerk.count_anew()
	clerk.click(
		cards.root.locator(".page-head button:visible")
		.filter(has_text=clerk.zh("Cash Top-up", "Card Transaction"))
		.first
	)
	dialog = Dialog(clerk).wait()
	dialog.type("card_no", card_no)
	dialog.type("amount", "200")
	dialog.confirm()
	print(f"\nclerk: card topped up after {steps}")
	assert steps.interactions <= 4
	(top_up,) = api("clerk").rows(
		TRANSACTION,
		{"service_card": card_no, "transaction_type": "Cash Top-up"},
		("name", "amount", "mode_of_payment", "receipt"),
	)
	assert (top_up["amount"], top_up["mode_of_payment"]) == (200, till.mode_of_payment("cash"))
	receipt = api("clerk").doc("Front Desk Receipt", top_up["receipt"])
	assert (receipt["amount"], receipt["docstatus"], receipt["shift"]) == (200, 1, open_till["name"])

	form = FormPage(clerk, CARD).open(card_no)
	dialog = form.ask("Cash Top-up", context="Card Transaction")
	dialog.type("amount", "50")
	dialog.choose("mode_of_payment", till.mode_of_payment("wechat"))
	dialog.confirm()
	expect(form.root.locator("[data-movements] tbody tr")).to_have_count(3)
	assert api("clerk").doc(CARD, card_no)["balance"] == 250
	clerk.picture(shots, "service-card")

	form.ask("Report Loss", context="Card Transaction").confirm()
	form.in_state("Lost", CARD)
	expect(form.root.locator(".form-message").first).to_be_visible()
	dialog = form.ask("Replace", context="Card Transaction")
	new_no = number()
	dialog.type("new_card_no", new_no)
	dialog.confirm()
	form.in_state("Closed", CARD)
	doc = api("clerk").doc(CARD, new_no)
	assert (doc["balance"], doc["status"], doc["replaces"]) == (250, "Active", card_no)
	clerk.picture(shots, "service-card-replaced")

	statement = SlipView(clerk).open(CARD, card_no, "Card Statement")
	text = statement.sheet.inner_text()
	for printed in ("一卡通对账单", card_no, "林晓东", "200.00", "50.00", "-250.00", receipt["receipt_no"]):
		assert printed in text, printed
	clerk.picture(shots, "card-statement", statement.sheet)


@pytest.mark.rule("DESK-01")
def test_the_list_speaks_chinese(sit_down, api, stage, open_till):
	made = api("clerk").make(doctype=CARD, card_no=number(), resident=stage.residents["13900050602"])
	cards = ListPage(sit_down("clerk"), CARD).open()
	assert made["name"] in cards.names()
	states = cards.root.locator(".list-row .indicator-pill").all_inner_texts()
	assert states
	assert all(CHINESE.search(state) for state in states)
