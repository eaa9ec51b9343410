"""A clerk's day at the till and what becomes of it: three receipts, five yuan short, the cashier, the books (CASH-01 to 03)."""

import frappe
import pytest
from frappe.utils import add_months, getdate
from playwright.sync_api import expect

from property_service.setup import till
from tests.desk.pages import FormPage, ListPage, SlipView, WorkspacePage

SHIFT, RECEIPT, CLOSING = "Front Desk Shift", "Front Desk Receipt", "Front Desk Closing"
COUNTER = "南门柜台"


@pytest.fixture
def counter(cast, stage):
	"""A counter of its own: the journey of the handover leaves another one behind."""
	name = f"{COUNTER} {frappe.generate_hash(length=4)}"
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
	return name


def take(form: FormPage, purpose: str, amount: str, mode: str, payer: str) -> None:
	dialog = form.ask("Take Money")
	dialog.pick("purpose", form.desk.zh(purpose))
	dialog.type("amount", amount)
	dialog.choose("mode_of_payment", mode)
	dialog.type("payer", payer)
	dialog.confirm()


@pytest.mark.rule("CASH-01", "CASH-02", "CASH-03")
def test_a_day_at_the_till(sit_down, api, cast, counter, shots):
	clerk = sit_down("clerk")
	shift = FormPage(clerk, SHIFT).new()
	shift.pick("counter", counter)
	shift.type("opening_float", "500")
	assert shift.value("float_from_cashier") == 500
	clerk.picture(shots, "till-opening")
	shift.save().in_state("Open")
	assert shift.english() == []
	name = shift.name

	steps = clerk.count_anew()
	take(shift, "Other", "106", till.mode_of_payment("cash"), "林晓东")
	print(f"\nclerk: first receipt after {steps}")
	take(shift, "Compensation", "30", till.mode_of_payment("wechat"), "许文静")
	take(shift, "Renovation Deposit", "100", till.mode_of_payment("alipay"), "罗志强")
	expect(shift.root.locator(".form-message").first).to_contain_text("606.00")
	clerk.picture(shots, "till-shift")
	receipts = api("clerk").rows(RECEIPT, {"shift": name}, ("name", "receipt_no", "amount"), "receipt_no")
	assert [row["amount"] for row in receipts] == [106, 30, 100]

	listing = ListPage(clerk, RECEIPT).open(f"?shift={name}")
	clerk.picture(shots, "till-receipts")
	assert len(listing.names()) == 3
	sheet = SlipView(clerk).open(RECEIPT, receipts[0]["name"], "Front Desk Receipt Sheet")
	text = sheet.sheet.inner_text()
	for printed in ("收款收据", receipts[0]["receipt_no"], "林晓东", "壹佰零陆元整", "106.00", "王晓燕"):
		assert printed in text, printed
	clerk.picture(shots, "till-receipt-sheet", sheet.sheet)

	shift = FormPage(clerk, SHIFT).open(name)
	shift.press("Close the Till")
	clerk.page.wait_for_function("doctype => cur_frm && cur_frm.doctype === doctype", arg=CLOSING)
	closing = FormPage(clerk, CLOSING)
	closing.wait(closing.name)
	# 601 of the 606 that should be there
	count(closing, {"100": 6, "1": 1})
	closing.type("difference_reason", "找零时少收 5 元")
	clerk.picture(shots, "till-counting")
	closing.press("Hand In")
	clerk.click(clerk.page.locator(".modal.show .btn-primary:visible").last)
	closing.in_state("Awaiting Cashier")
	assert closing.english() == []
	assert api("clerk").doc(SHIFT, name)["status"] == "Closed"
	closing_name = closing.name

	cashier = sit_down("cashier")
	taken = FormPage(cashier, CLOSING).open(closing_name)
	taken.press("Accept")
	cashier.click(cashier.page.locator(".modal.show .btn-primary:visible").last)
	taken.in_state("Accepted")
	cashier.picture(shots, "till-accepted")
	doc = api("cashier").doc(CLOSING, closing_name)
	assert (doc["cash_difference"], doc["handed_over"], doc["accepted_by"]) == (-5, 101, cast.user("cashier"))
	sheet = SlipView(cashier).open(CLOSING, closing_name, "Front Desk Closing Sheet")
	text = sheet.sheet.inner_text()
	for printed in (
		"收款日报表",
		closing_name,
		doc["journal_entry"],
		"找零时少收 5 元",
		"王晓燕",
		"卫兰",
		"-5.00",
	):
		assert printed in text, printed
	cashier.picture(shots, "till-closing-sheet", sheet.sheet)

	look_into_the_books(sit_down, cast, doc, shots)


def count(closing: FormPage, pieces: dict[str, int]) -> None:
	"""Types the number of pieces into the grid's rows, the way a clerk does."""
	grid = closing.control("denominations")
	for face, number in pieces.items():
		row = next(
			r
			for r in closing.desk.js("() => cur_frm.doc.denominations.map(r => [r.idx, r.face_value])")
			if r[1] == float(face)
		)
		cell = grid.locator(f'.grid-row[data-idx="{row[0]}"] [data-fieldname="pieces"]').first
		closing.desk.click(cell)
		target = cell.locator("input")
		target.wait_for(state="visible")
		closing.desk.type(target, str(number))
		target.blur()
		closing.desk.idle()
	closing.desk.idle()


def look_into_the_books(sit_down, cast, closing: dict, shots) -> None:
	"""The accountant opens ERPNext's General Ledger for the voucher: every row of the day is there, to the cent."""
	accountant = sit_down("accountant")
	accountant.goto(
		f"/app/query-report/General Ledger?company={cast.company}&voucher_no={closing['journal_entry']}"
		f"&from_date={closing['business_date']}&to_date={closing['business_date']}"
	)
	report = accountant.page.locator(".report-wrapper .datatable")
	report.wait_for()
	accountant.page.wait_for_function(
		"() => frappe.query_report && frappe.query_report.data && frappe.query_report.data.length > 3"
	)
	accountant.idle()
	rows = accountant.js(
		"name => frappe.query_report.data.filter(r => r.voucher_no === name).map(r => [r.account, r.debit, r.credit])",
		closing["journal_entry"],
	)
	debit, credit = (round(sum(row[i] or 0 for row in rows), 2) for i in (1, 2))
	assert debit == credit > 0
	amounts = sorted(round((row[1] or 0) - (row[2] or 0), 2) for row in rows)
	# cash 101 − float 500 taken from the cashier, float 500, WeChat 30, Alipay 100, short 5, income and tax apart
	assert amounts == sorted([101 - 500, 500, 30, 100, 5, -100, -30, -6, -100])
	accountant.picture(shots, "till-ledger")


@pytest.mark.rule("CASH-04", "CASH-05")
def test_the_workspace_and_the_month(sit_down, api, cast, counter, shots):
	cashier = sit_down("cashier")
	workspace = WorkspacePage(cashier)
	cashier.goto("/app/front-desk")
	workspace.root.locator(".number-widget-box .number").first.wait_for(state="visible")
	cashier.idle()
	assert workspace.english() == []
	cashier.picture(shots, "front-desk")

	statement = FormPage(cashier, "Monthly Revenue Statement").new(
		company=cast.company, month=str(add_months(getdate(), -2))
	)
	statement.save().in_state("Draft")
	assert statement.english() == []
	expect(statement.root.locator(".form-message").first).to_contain_text(
		cashier.zh("Ties to the ledger to the cent")
	)
	sheet = SlipView(cashier).open("Monthly Revenue Statement", statement.name, "Monthly Revenue Sheet")
	assert "营业收入月报表" in sheet.sheet.inner_text()
	cashier.picture(shots, "month-sheet", sheet.sheet)

	cashier.goto("/app/query-report/Front Desk Ledger Check")
	cashier.page.wait_for_function("() => frappe.query_report && frappe.query_report.data")
	cashier.idle()
	cashier.picture(shots, "ledger-check")


def test_whoever_has_no_till_sees_why(sit_down, cast, counter):
	clerk = sit_down("second_clerk")
	ListPage(clerk, RECEIPT).open().press_new()
	assert "CASH-02" in clerk.message()


@pytest.fixture(autouse=True)
def nothing_left_in_the_books():
	"""The stage deletes what it made; this only makes sure that no till stays open for the next journey."""
	yield
	frappe.db.rollback()
	for name in frappe.get_all(SHIFT, {"status": "Open"}, pluck="name", order_by="name"):
		frappe.db.set_value(
			SHIFT, name, {"status": "Closed", "open_clerk_key": None, "open_counter_key": None}
		)
	frappe.db.commit()
