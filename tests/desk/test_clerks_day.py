"""A clerk's day at the front desk, from the opened till to the general ledger (CASH, DESK).

Every register is played in the browser by the clerk; the cashier accepts the closing; the books are compared with the
receipts to the cent.
"""

from collections import Counter
from decimal import Decimal

import frappe
import pytest
from playwright.sync_api import expect

from property_service import invariants, settings
from property_service.setup import till
from tests.desk.pages import Dialog, FormPage, ListPage, ResidenceForm
from tests.desk.test_key_counter import Acts, done, part
from tests.site import make
from tests.site.card_line import number
from tests.site.till_line import notes

SHIFT, RECEIPT, CLOSING = "Front Desk Shift", "Front Desk Receipt", "Front Desk Closing"
CARD, RESIDENCE = "Service Card", "Residence Application"
ROOM = "HY2-8-407"


@pytest.fixture
def desk(cast, stage):
	"""A counter, a key and a free bed with a door, a gym plan and water with prices."""
	frappe.set_user("Administrator")
	frappe.db.rollback()
	made = frappe._dict(
		counter=frappe.get_doc(
			{
				"doctype": "Front Desk Counter",
				"counter_name": f"西门柜台 {frappe.generate_hash(length=4)}",
				"counter_code": frappe.generate_hash(length=6).upper(),
				"company": cast.company,
				"department": cast.departments["service"],
			}
		)
		.insert()
		.name,
		room=stage.units[ROOM],
	)
	frappe.db.set_value("Property Unit", made.room, "capacity", 4)
	made.key = make.key(key_tag=f"DAY-{frappe.generate_hash(length=5)}", units=[made.room]).name
	made.area = make.insert(
		{
			"doctype": "Access Area",
			"area_name": f"宿舍大门 {frappe.generate_hash(length=4)}",
			"company": cast.company,
			"property_unit": made.room,
		}
	).name
	made.plan = make.gym_plan(
		plan_name=f"月卡 {frappe.generate_hash(length=4)}", plan_kind="Days", days=30, price=212
	)
	row = next(row for row in settings.get().companies if row.company == cast.company)
	before = {"water_warehouse": row.water_warehouse}
	made.water = make.water(rate=12.5, stock=50)
	make.employer()
	frappe.db.commit()
	yield made
	frappe.db.rollback()
	for name in frappe.get_all(SHIFT, {"status": "Open"}, pluck="name", order_by="name"):
		frappe.db.set_value(
			SHIFT, name, {"status": "Closed", "open_clerk_key": None, "open_counter_key": None}
		)
	frappe.db.delete("Water Item", {"item": made.water})
	frappe.db.set_value("Property Service Company", row.name, before)
	frappe.db.commit()
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


def open_the_till(clerk, counter: str) -> str:
	shift = FormPage(clerk, SHIFT).new()
	shift.pick("counter", counter)
	shift.type("opening_float", "500")
	shift.save().in_state("Open")
	return shift.name


def top_up(clerk, card_no: str, amount: str, mode: str) -> None:
	cards = ListPage(clerk, CARD).open()
	label = clerk.zh("Cash Top-up", "Card Transaction")
	clerk.click(cards.root.locator(".page-head button:visible").filter(has_text=label).first)
	dialog = Dialog(clerk).wait()
	dialog.type("card_no", card_no)
	dialog.type("amount", amount)
	dialog.choose("mode_of_payment", mode)
	dialog.confirm()


def sell_gym_card(clerk, resident: str, plan) -> None:
	form = FormPage(clerk, "Gym Membership").new(resident=resident)
	form.pick("plan", plan.plan_name).pick("mode_of_payment", till.mode_of_payment("wechat"))
	form.tick("id_card_seen").save()
	assert form.value("price") == 212


def order_water(clerk, resident: str, item: str) -> None:
	form = FormPage(clerk, "Drinking Water Order").new(resident=resident, item=item)
	form.type("qty", "3").pick("mode_of_payment", till.mode_of_payment("cash"))
	form.save().in_state("Ordered")


def issue_vehicle_pass(clerk, resident: str) -> None:
	form = FormPage(clerk, "Vehicle Pass").new(resident=resident)
	form.type("plate", make.plate()).type("vehicle", "比亚迪 秦").type("employer_name", "老鹰地矿业公司")
	for paper in ("id_card", "driving_licence", "vehicle_licence", "employer_letter"):
		form.tick(f"{paper}_seen")
	form.save().press("Issue Pass")
	expect(form.root.locator(".page-head .indicator-pill").first).to_have_text("有效")


def lend_and_take_back(clerk, tag: str, borrower: str) -> None:
	clerk.goto("/app/key-counter")
	expect(part(clerk, "scan")).to_be_focused()
	acts = Acts(clerk.page)
	acts.line(tag)
	expect(part(clerk, "borrower")).to_be_focused()
	acts.line(borrower)
	expect(part(clerk, "purpose")).to_be_focused()
	acts.line("检查水表")
	lent = done(clerk)
	acts.line(tag)
	expect(part(clerk, "back")).to_be_visible()
	acts.press("Enter")
	assert done(clerk) == lent


def move_in(clerk, desk, card_no: str, photo) -> str:
	form = ResidenceForm(clerk)
	form.new().type("mobile_no", make.mobile_number()).type("applicant_name", "赵新来")
	form.pick("gender", clerk.zh("Male")).pick("employer", "老鹰地矿业公司")
	form.type("emergency_contact", "赵父").tick("id_card_seen").save()
	form.attach("employer_letter", photo).type("employer_confirmed_by", "何主任")
	form.press("Confirm Employer").in_state("Employer Confirmed")
	form.assign(desk.room)
	dialog = form.ask("Move In", context=RESIDENCE)
	dialog.type("key_tags", desk.key).type("card_no", card_no).tick("signed_on_paper")
	dialog.confirm()
	form.in_state("Moved In")
	return form.name


def move_out(clerk, api, name: str, desk, card_no: str, shots) -> None:
	form = ResidenceForm(clerk)
	form.open(name)
	form.move_out()
	refusal = clerk.message()
	assert desk.key in refusal and card_no in refusal
	clerk.picture(shots, "day-moving-out-refused")
	clerk.dismiss_message()
	loan = api("clerk").rows("Key Loan", {"property_key": desk.key, "status": "Lent"})[0]["name"]
	form.settle(loan, "Brought Back")
	line = form.checklist.locator("tr").filter(has_text=card_no)
	clerk.click(line.locator('[data-way="Close Card"]'))
	dialog = Dialog(clerk).wait()
	dialog.pick("mode_of_payment", till.mode_of_payment("cash"))
	dialog.confirm()
	line.wait_for(state="detached")
	form.move_out().in_state("Moved Out")


def lose_and_replace(clerk, card_no: str) -> str:
	new_no = number()
	form = FormPage(clerk, CARD).open(card_no)
	form.ask("Report Loss", context="Card Transaction").confirm()
	form.in_state("Lost", CARD)
	dialog = form.ask("Replace", context="Card Transaction")
	dialog.type("new_card_no", new_no)
	dialog.confirm()
	form.in_state("Closed", CARD)
	return new_no


def close_short(clerk, shift: str, by: str) -> str:
	"""Counts `by` less cash than the records say, gives the reason, and hands the sheet in. Returns the closing."""
	form = FormPage(clerk, SHIFT).open(shift)
	form.press("Close the Till")
	clerk.page.wait_for_function("doctype => cur_frm && cur_frm.doctype === doctype", arg=CLOSING)
	closing = FormPage(clerk, CLOSING)
	closing.wait(closing.name)
	cash = next(
		row for row in closing.value("modes") if row["mode_of_payment"] == till.mode_of_payment("cash")
	)
	counted = Decimal(str(cash["expected"])) - Decimal(by)
	pieces = {row["face_value"]: row["pieces"] for row in notes(counted)}
	for idx, face in clerk.js("() => cur_frm.doc.denominations.map(r => [r.idx, r.face_value])"):
		if not pieces.get(face):
			continue
		cell = closing.control("denominations").locator(
			f'.grid-row[data-idx="{idx}"] [data-fieldname="pieces"]'
		)
		clerk.click(cell.first)
		target = cell.first.locator("input")
		target.wait_for(state="visible")
		clerk.type(target, str(pieces[face]))
		target.blur()
		clerk.idle()
	closing.type("difference_reason", "找零时少收 5 元")
	closing.press("Hand In")
	clerk.click(clerk.page.locator(".modal.show .btn-primary:visible").last)
	closing.in_state("Awaiting Cashier")
	return closing.name


@pytest.mark.rule("CASH-01", "CASH-02", "CASH-03", "CASH-05", "DESK-02", "DESK-10")
def test_a_day_from_the_opened_till_to_the_ledger(sit_down, api, cast, stage, desk, photo, shots):
	clerk = sit_down("clerk")
	shift = open_the_till(clerk, desk.counter)
	resident = stage.residents["13900011204"]
	card_no = number()
	form = FormPage(clerk, CARD).new(resident=resident)
	form.type("card_no", card_no)
	form.save().in_state("Active", CARD)
	top_up(clerk, card_no, "100", till.mode_of_payment("cash"))
	top_up(clerk, card_no, "200", till.mode_of_payment("wechat"))
	top_up(clerk, card_no, "50.5", till.mode_of_payment("alipay"))
	sell_gym_card(clerk, resident, desk.plan)
	order_water(clerk, resident, desk.water)
	issue_vehicle_pass(clerk, resident)
	lend_and_take_back(clerk, desk.key, cast.employee("technician"))
	new_card = number()
	residence = move_in(clerk, desk, new_card, photo)
	top_up(clerk, new_card, "80", till.mode_of_payment("cash"))
	move_out(clerk, api, residence, desk, new_card, shots)
	replacement = lose_and_replace(clerk, card_no)
	assert api("clerk").doc(CARD, replacement)["balance"] == 350.5
	assert api("clerk").doc(CARD, new_card)["status"] == "Closed"

	closing = close_short(clerk, shift, "5")
	cashier = sit_down("cashier")
	taken = FormPage(cashier, CLOSING).open(closing)
	taken.press("Accept")
	cashier.click(cashier.page.locator(".modal.show .btn-primary:visible").last)
	taken.in_state("Accepted")
	doc = api("cashier").doc(CLOSING, closing)
	assert doc["cash_difference"] == -5

	receipts = api("clerk").rows(
		RECEIPT,
		{"shift": shift, "docstatus": 1},
		(
			"purpose",
			"direction",
			"amount",
			"mode_of_payment",
			"account",
			"net_amount",
			"tax_account",
			"tax_amount",
		),
		"receipt_no",
	)
	assert Counter((row["purpose"], row["amount"]) for row in receipts) == Counter(
		[
			*(("Card Top-up", 100), ("Card Top-up", 200), ("Card Top-up", 50.5), ("Card Top-up", 80)),
			*(("Gym", 212), ("Water", 37.5), ("Card Refund", 80)),
		]
	)
	look_into_the_books(sit_down, cast, doc, receipts, shots)
	frappe.db.rollback()
	frappe.set_user("Administrator")
	found = [
		finding for finding in invariants.check(cast.company) if finding.rule.startswith(("CASH", "DESK"))
	]
	assert found == []


def look_into_the_books(sit_down, cast, closing: dict, receipts: list[dict], shots) -> None:
	"""The accountant's General Ledger holds the day's receipts by account, to the cent."""
	accountant = sit_down("accountant")
	accountant.goto(
		f"/app/query-report/General Ledger?company={cast.company}&voucher_no={closing['journal_entry']}"
		f"&from_date={closing['business_date']}&to_date={closing['business_date']}"
	)
	accountant.page.locator(".report-wrapper .datatable").wait_for()
	accountant.page.wait_for_function(
		"() => frappe.query_report && frappe.query_report.data && frappe.query_report.data.length > 3"
	)
	accountant.idle()
	rows = accountant.js(
		"name => frappe.query_report.data.filter(r => r.voucher_no === name).map(r => [r.account, r.debit, r.credit])",
		closing["journal_entry"],
	)
	booked = Counter()
	for account, debit, credit in rows:
		booked[account] += Decimal(str(debit or 0)) - Decimal(str(credit or 0))
	assert sum(booked.values()) == 0
	expected = Counter()
	for row in receipts:
		sign = -1 if row["direction"] == "In" else 1
		expected[row["account"]] += sign * Decimal(str(row["net_amount"]))
		if row["tax_amount"]:
			expected[row["tax_account"]] += sign * Decimal(str(row["tax_amount"]))
	frappe.db.rollback()
	expected[settings.required(cast.company, "over_short_account")] += Decimal(5)
	for account, amount in expected.items():
		assert booked[account] == amount, account
	accountant.picture(shots, "day-ledger")
