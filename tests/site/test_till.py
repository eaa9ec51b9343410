"""The till: opened by a clerk, receipts without gaps, cancelled while it is open (CASH-01, CASH-02)."""

import frappe
import pytest
from frappe.utils import add_days, add_to_date, getdate, now_datetime
from freezegun import freeze_time

from property_service import settings, till
from property_service.property_service.doctype.front_desk_receipt import front_desk_receipt as receipts
from property_service.property_service.doctype.front_desk_shift import front_desk_shift as shifts
from property_service.property_service.doctype.shift_handover import shift_handover as handovers
from tests.site import make
from tests.site.rest import refusal
from tests.site.till_line import Till, mode, switch_registers_on

SHIFT, RECEIPT = "Front Desk Shift", "Front Desk Receipt"


@pytest.fixture
def desk(cast, as_user):
	return Till(cast, as_user)


def number(receipt) -> int:
	return int(receipt.receipt_no.rsplit("-", 1)[1])


def make_invoice(company, amount=100):
	"""A submitted sales invoice of a new customer."""
	customer = make.insert(
		{"doctype": "Customer", "customer_name": f"住户公司 {frappe.generate_hash(length=6)}"}
	)
	income = settings.purpose_row(company, "Other").account
	item = frappe.get_doc(
		{
			"doctype": "Item",
			"item_code": f"物业费 {frappe.generate_hash(length=6)}",
			"item_group": frappe.get_all("Item Group", {"is_group": 0}, pluck="name", order_by="name")[0],
			"stock_uom": frappe.get_all("UOM", pluck="name", order_by="name", limit=1)[0],
			"is_stock_item": 0,
		}
	).insert()
	return frappe.get_doc(
		{
			"doctype": "Sales Invoice",
			"company": company,
			"customer": customer.name,
			"due_date": getdate(),
			"items": [{"item_code": item.name, "qty": 1, "rate": amount, "income_account": income}],
		}
	).submit()


# ---- opening -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("CASH-02")
def test_a_clerk_opens_a_till(desk, cast):
	shift = desk.open()
	assert (shift.status, shift.clerk, shift.company) == ("Open", cast.user("clerk"), cast.company)
	assert (shift.float_left, shift.opening_difference) == (0, 0)
	assert shift.business_date == getdate()


@pytest.mark.rule("CASH-02")
def test_one_open_till_per_clerk_and_per_counter(desk):
	desk.open()
	with pytest.raises(frappe.ValidationError, match="CASH-02"):
		desk.open(counter=make.counter())
	with pytest.raises(frappe.ValidationError, match="SVC-21"):
		desk.open("second_clerk", opening_float=0)
	frappe.db.set_value(SHIFT, {"counter": desk.counter.name}, "opened_on", "2020-01-01")
	handover = frappe.get_doc({"doctype": "Shift Handover", "counter": desk.counter.name})
	handover.name = "JJ-T-1"
	handover.update(
		{
			"status": "Completed",
			"company": desk.counter.company,
			"outgoing_clerk": desk.cast.user("clerk"),
			"incoming_clerk": desk.cast.user("second_clerk"),
			"incoming_signed_on": "2020-01-02",
		}
	)
	handover.db_insert()
	with pytest.raises(frappe.ValidationError, match="CASH-02"):
		desk.open("second_clerk", opening_float=0)


@pytest.mark.rule("CASH-02", "SVC-21")
def test_the_next_clerk_opens_after_the_handover(desk, cast):
	shift = desk.open()
	desk.close(shift, 500)
	with pytest.raises(frappe.ValidationError, match="SVC-21"):
		desk.open("second_clerk")
	with desk.as_user("clerk"):
		name = (
			frappe.get_doc({"doctype": "Shift Handover", "counter": desk.counter.name, "cash_counted": 500})
			.insert()
			.name
		)
		handovers.sign_outgoing(name)
	with desk.as_user("second_clerk"):
		handovers.sign_incoming(name)
	later = desk.open("second_clerk")
	assert (later.handover, later.float_left) == (name, 500)
	desk.close(later, 500, person="second_clerk")
	with pytest.raises(frappe.ValidationError, match="SVC-21"):
		desk.open("clerk")
	desk.open("second_clerk")


@pytest.mark.rule("SVC-21")
def test_the_handover_shows_the_tills_balance(desk):
	desk.open()
	desk.take(amount=20)
	desk.take(amount=30, how="wechat")
	with desk.as_user("clerk"):
		doc = frappe.get_doc({"doctype": "Shift Handover", "counter": desk.counter.name}).insert()
	(line,) = [row for row in doc.lines if row.reference_doctype == SHIFT]
	assert (doc.till_cash, line.cash) == (520, 520)
	assert "30.00" in line.matter


@pytest.mark.rule("CASH-02")
def test_a_float_that_is_not_what_was_left_needs_a_reason(desk):
	desk.close(desk.open(), 500)
	with pytest.raises(frappe.ValidationError, match="CASH-02"):
		desk.open(opening_float=495)
	shift = desk.open(opening_float=495, opening_reason="少 5 元")
	assert (shift.float_left, shift.opening_difference) == (500, -5)


@pytest.mark.rule("CASH-02")
@pytest.mark.parametrize("hours", [-1, 15])
def test_the_planned_end_is_near(desk, hours):
	with pytest.raises(frappe.ValidationError, match="CASH-02"):
		desk.open(planned_end=add_to_date(now_datetime(), hours=hours))


@pytest.mark.rule("CASH-02")
@pytest.mark.parametrize(
	("opened", "end"), [("2026-03-11 01:00", "2026-03-11 09:00"), ("2026-03-11 08:30", "2026-03-11 17:30")]
)
def test_a_till_opens_at_any_hour_with_the_end_that_is_proposed(desk, opened, end):
	with freeze_time(add_to_date(opened, hours=-8)), desk.as_user("clerk"):
		assert shifts.proposal(desk.counter.name)["planned_end"] == f"{end}:00"
		shift = frappe.get_doc({"doctype": SHIFT, "counter": desk.counter.name}).insert()
	assert str(shift.planned_end) == f"{end}:00"


@pytest.mark.rule("CASH-02")
def test_nobody_else_opens_a_till(desk):
	for person in ("service_manager", "cashier", "technician"):
		with pytest.raises(frappe.PermissionError):
			desk.open(person)
	switch_registers_on(desk.cast.company, 0)
	with pytest.raises(frappe.ValidationError, match="ORG-06"):
		desk.open()


@pytest.mark.rule("CASH-02")
def test_past_its_end_a_till_takes_no_money_and_is_reported_once(desk, cast):
	shift = desk.open()
	receipt = desk.take()
	frappe.db.set_value(SHIFT, shift.name, "planned_end", add_days(now_datetime(), -2))
	with pytest.raises(frappe.ValidationError, match="CASH-02"):
		desk.take()
	with desk.as_user("clerk"), pytest.raises(frappe.ValidationError, match="CASH-02"):
		receipts.cancel_receipt(receipt.name, "写错")
	shifts.report_left_open()
	shifts.report_left_open()
	told = frappe.get_all(
		"Notification Log", {"document_name": shift.name}, pluck="for_user", order_by="for_user"
	)
	assert told.count(cast.user("clerk")) == told.count(cast.user("service_manager")) == 1
	assert desk.close(shift, 520).status == "Awaiting Cashier"


@pytest.mark.rule("CASH-02")
def test_a_till_is_reported_in_the_morning_and_not_in_the_night(desk):
	shift = desk.open()
	frappe.db.set_value(SHIFT, shift.name, "planned_end", "2026-03-10 17:30:00")
	for moment, reported in (("2026-03-11 08:00", False), ("2026-03-11 08:31", True)):
		with freeze_time(add_to_date(moment, hours=-8)):
			shifts.report_left_open()
		assert bool(frappe.db.get_value(SHIFT, shift.name, "reported_on")) is reported


# ---- receipts -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("CASH-01")
def test_a_receipt_says_what_the_server_knows(desk, cast):
	shift = desk.open()
	receipt = desk.take("Gym", 106)
	assert (receipt.shift, receipt.counter, receipt.clerk) == (
		shift.name,
		desk.counter.name,
		cast.user("clerk"),
	)
	assert receipt.amount_in_words == "壹佰零陆元整"
	assert (receipt.net_amount, receipt.tax_amount, receipt.tax_rate) == (100, 6, 6)
	row = settings.purpose_row(cast.company, "Gym")
	assert (receipt.account, receipt.tax_account) == (row.account, row.tax_account)
	assert receipt.cost_center
	assert receipt.docstatus == 1


@pytest.mark.rule("CASH-01")
def test_numbers_have_no_gaps_and_count_per_counter_and_year(desk):
	desk.open()
	first, second = desk.take(), desk.take()
	year, code = getdate().year, desk.counter.counter_code
	assert first.receipt_no == f"SJ-{code}-{year}-000001"
	assert number(second) == 2
	with pytest.raises(frappe.ValidationError):
		desk.take(amount=0)
	frappe.db.savepoint("failed")
	assert number(desk.take()) == 3
	frappe.db.rollback(save_point="failed")
	assert number(desk.take()) == 3
	other = make.counter()
	desk.open("second_clerk", counter=other)
	assert number(desk.take(person="second_clerk")) == 1


@pytest.mark.rule("CASH-01")
def test_a_draft_has_no_number_and_nothing_is_deleted(desk):
	desk.open()
	with desk.as_user("clerk"):
		draft = frappe.get_doc(
			{
				"doctype": RECEIPT,
				"purpose": "Other",
				"amount": 20,
				"mode_of_payment": mode("cash"),
				"payer": "林晓东",
			}
		).insert()
		assert (draft.receipt_no, draft.shift) == (None, None)
		draft.submit()
		assert number(draft) == 1
	with desk.as_user("clerk"):
		kept = frappe.copy_doc(draft).update({"docstatus": 0}).insert()
	with pytest.raises(frappe.ValidationError, match="CASH-01"):
		frappe.delete_doc(RECEIPT, kept.name, force=True)
	with pytest.raises(frappe.ValidationError):
		frappe.delete_doc(RECEIPT, draft.name, force=True)
	assert frappe.db.exists(RECEIPT, draft.name)


@pytest.mark.rule("CASH-01", "CASH-02")
def test_money_needs_an_open_till(desk):
	with pytest.raises(frappe.ValidationError, match="CASH-02"):
		desk.take()
	desk.open()
	with pytest.raises(frappe.ValidationError, match="CASH-02"):
		desk.take(person="second_clerk")
	with pytest.raises(frappe.PermissionError):
		desk.take(person="service_manager")


@pytest.mark.rule("CASH-01")
@pytest.mark.parametrize("amount", [0, -5, 0.001, float("1e20"), float("nan")])
def test_an_amount_is_more_than_nothing_in_whole_cents(desk, amount):
	desk.open()
	with pytest.raises(frappe.ValidationError):
		desk.take(amount=amount)


@pytest.mark.rule("CASH-01")
def test_a_mode_of_payment_that_the_desk_does_not_take_is_named(desk):
	desk.open()
	foreign = frappe.get_doc(
		{"doctype": "Mode of Payment", "mode_of_payment": "外币支票", "type": "Bank", "enabled": 1}
	).insert()
	with desk.as_user("clerk"), pytest.raises(frappe.ValidationError, match="ORG-06"):
		receipts.issue(purpose="Other", amount=20, mode_of_payment=foreign.name, payer="林晓东")


@pytest.mark.rule("CASH-01")
def test_the_same_request_makes_one_receipt(desk):
	desk.open()
	first, again = (desk.take(request_id="r-1") for _ in range(2))
	assert first.name == again.name
	assert number(desk.take(request_id="r-2")) == 2
	with pytest.raises(frappe.ValidationError, match="CASH-01"):
		desk.take(amount=21, request_id="r-1")


@pytest.mark.rule("CASH-01")
def test_a_deposit_is_paid_back_once(desk):
	desk.open()
	taken = desk.take("Key Deposit", 100)
	assert taken.tax_amount == 0
	with pytest.raises(frappe.ValidationError, match="CASH-01"):
		desk.take("Key Deposit Refund", 100, direction="Out")
	back = desk.take("Key Deposit Refund", 60, direction="Out", original_receipt=taken.name)
	assert back.account == taken.account
	with pytest.raises(frappe.ValidationError, match="CASH-01"):
		desk.take("Key Deposit Refund", 41, direction="Out", original_receipt=taken.name)
	desk.take("Key Deposit Refund", 40, direction="Out", original_receipt=taken.name)
	with desk.as_user("clerk"), pytest.raises(frappe.ValidationError, match="CASH-01"):
		receipts.cancel_receipt(taken.name, "写错")


@pytest.mark.rule("CASH-01")
def test_money_out_by_hand_is_approved_by_the_manager(desk):
	desk.open()
	with desk.as_user("clerk"):
		draft = frappe.get_doc(
			{
				"doctype": RECEIPT,
				"direction": "Out",
				"purpose": "Other",
				"amount": 30,
				"mode_of_payment": mode("cash"),
				"payer": "超市",
				"remarks": "接待用茶",
			}
		).insert()
		with pytest.raises(frappe.ValidationError, match="CASH-01"):
			draft.submit()
		with pytest.raises(frappe.PermissionError, match="CASH-01"):
			receipts.approve(draft.name)
	with desk.as_user("service_manager"):
		receipts.approve(draft.name)
	with desk.as_user("clerk"):
		doc = frappe.get_doc(RECEIPT, draft.name)
		doc.amount = 300
		doc.save()
		assert doc.approved_by is None
		with pytest.raises(frappe.ValidationError, match="CASH-01"):
			doc.submit()
	with desk.as_user("service_manager"):
		receipts.approve(draft.name)
	with desk.as_user("clerk"):
		frappe.get_doc(RECEIPT, draft.name).submit()
	assert frappe.db.get_value(RECEIPT, draft.name, "approved_by") == desk.cast.user("service_manager")


@pytest.mark.rule("CASH-01")
def test_an_invoice_is_never_paid_twice_at_the_desk(desk, cast):
	invoice = make_invoice(cast.company)
	desk.open()
	against = {"reference_doctype": "Sales Invoice", "reference_name": invoice.name}
	with pytest.raises(frappe.ValidationError, match="CASH-01"):
		desk.take("Other", 100, **against)
	with pytest.raises(frappe.ValidationError, match="CASH-01"):
		desk.take("Invoice Payment", 100.01, **against)
	paid = desk.take("Invoice Payment", 60, payer=None, **against)
	assert (paid.account, paid.tax_amount, paid.customer) == (invoice.debit_to, 0, invoice.customer)
	with pytest.raises(frappe.ValidationError, match="CASH-01"):
		desk.take("Invoice Payment", 40.01, **against)
	desk.take("Invoice Payment", 40, **against)
	back = desk.take("Invoice Payment", 60, direction="Out", original_receipt=paid.name, remarks="付错发票")
	assert back.reference_name == invoice.name
	desk.take("Invoice Payment", 60, **against)


# ---- cancelling ----------------------------------------------------------------------------------------------------


@pytest.mark.rule("CASH-01")
def test_a_cancelled_receipt_keeps_its_number(desk, cast):
	desk.open()
	receipt = desk.take()
	with desk.as_user("clerk"):
		with pytest.raises(frappe.ValidationError, match="CASH-01"):
			frappe.get_doc(RECEIPT, receipt.name).cancel()
		receipts.cancel_receipt(receipt.name, "金额写错")
	doc = frappe.get_doc(RECEIPT, receipt.name)
	assert (doc.docstatus, doc.receipt_no, doc.cancel_reason) == (2, receipt.receipt_no, "金额写错")
	assert (doc.cancelled_by, doc.amount) == (cast.user("clerk"), 20)
	assert number(desk.take()) == 2
	with desk.as_user("clerk"), pytest.raises(frappe.ValidationError, match="CASH-01"):
		frappe.copy_doc(doc).update({"amended_from": doc.name, "docstatus": 0}).insert()


@pytest.mark.rule("CASH-01", "CASH-03")
def test_after_the_closing_a_receipt_stays(desk):
	shift = desk.open()
	receipt = desk.take()
	desk.close(shift, 520)
	for person in ("clerk", "service_manager"):
		with desk.as_user(person), pytest.raises(frappe.ValidationError, match="CASH-03"):
			receipts.cancel_receipt(receipt.name, "写错")


@pytest.mark.rule("CASH-01")
def test_a_colleague_cancels_nothing_and_the_manager_does(desk):
	desk.open()
	receipt = desk.take()
	with desk.as_user("second_clerk"), pytest.raises(frappe.PermissionError, match="CASH-01"):
		receipts.cancel_receipt(receipt.name, "写错")
	with desk.as_user("service_manager"):
		receipts.cancel_receipt(receipt.name, "顾客退货")


# ---- for the registers ---------------------------------------------------------------------------------------------


@pytest.fixture
def entry(cast):
	"""Stands for a register's entry: any document will do."""
	return make.ticket()


@pytest.fixture
def owned(monkeypatch):
	"""The purpose Gym belongs to entries of Repair Ticket."""
	hooks = frappe.get_hooks
	monkeypatch.setattr(
		frappe,
		"get_hooks",
		lambda hook=None, *a, **k: (
			{"Repair Ticket": ["Gym"]} if hook == "till_purposes" else hooks(hook, *a, **k)
		),
	)


@pytest.mark.rule("CASH-01")
def test_a_registers_money_is_not_taken_by_hand(desk, entry, owned):
	desk.open()
	with pytest.raises(frappe.ValidationError, match="CASH-01"):
		desk.take("Gym", 50, by_hand=True)
	with pytest.raises(frappe.ValidationError, match="CASH-01"):
		desk.take("Gym", 50, by_hand=True, reference_doctype="Repair Ticket", reference_name=entry.name)
	with desk.as_user("clerk"):
		receipt = till.collect(entry, "Gym", 50, mode("cash"), "林晓东")
		assert (receipt.docstatus, receipt.reference_name, number(receipt)) == (1, entry.name, 1)
		assert till.paid(entry) == 50
		till.require_paid(entry, 50)
		with pytest.raises(frappe.ValidationError, match="CASH-01"):
			till.require_paid(entry, 51)


@pytest.mark.rule("CASH-01")
def test_entry_and_receipt_are_cancelled_together(desk, entry, owned):
	shift = desk.open()
	with desk.as_user("clerk"):
		receipt = till.collect(entry, "Gym", 50, mode("cash"), "林晓东", request_id="e-1")
		assert till.collect(entry, "Gym", 50, mode("cash"), "林晓东", request_id="e-1").name == receipt.name
		with pytest.raises(frappe.ValidationError, match="CASH-01"):
			receipts.cancel_receipt(receipt.name, "写错")
		assert till.cancel_for(entry, "不办了") == [receipt.receipt_no]
		assert till.paid(entry) == 0
		assert [row.docstatus for row in till.receipts_of(entry, valid_only=False)] == [2]
		till.collect(entry, "Gym", 50, mode("wechat"), "林晓东")
	desk.close(shift, 500)
	desk.open()
	with desk.as_user("clerk"):
		with pytest.raises(frappe.ValidationError, match="CASH-03"):
			till.cancel_for(entry, "不办了")
		first = till.receipts_of(entry)[0]
		till.pay_out(
			entry, "Gym", 50, mode("cash"), "林晓东", original_receipt=first.name, remarks="次日退卡"
		)
		assert till.paid(entry) == 0


@pytest.mark.rule("CASH-01")
def test_a_receipt_by_hand_does_not_pay_an_entry(desk, entry):
	desk.open()
	desk.take("Other", 50, reference_doctype="Repair Ticket", reference_name=entry.name)
	assert till.paid(entry) == 0


# ---- over REST -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("CASH-01", "CASH-02")
def test_the_same_over_rest(rest, committed, cast, as_user):
	desk = Till(cast, as_user)
	committed()
	clerk, second, manager = rest("clerk"), rest("second_clerk"), rest("service_manager")
	values = {"purpose": "Other", "amount": 20, "mode_of_payment": mode("cash"), "payer": "林晓东"}
	answer = clerk.insert(RECEIPT, values, docstatus=1)
	assert (answer.status_code, "CASH-02" in refusal(answer)) == (417, True)
	answer = clerk.insert(
		SHIFT,
		counter=desk.counter.name,
		opening_float=500,
		float_from_cashier=500,
		planned_end=str(add_to_date(now_datetime(), hours=8)),
		status="Closed",
		clerk=cast.user("second_clerk"),
		open_clerk_key=None,
		business_date="2020-01-01",
	)
	assert answer.status_code == 200, answer.text
	shift = answer.json()["data"]
	assert (shift["status"], shift["clerk"], shift["business_date"]) == (
		"Open",
		cast.user("clerk"),
		str(getdate()),
	)
	put = clerk.update(SHIFT, shift["name"], opening_float=9, status="Closed", planned_end="2030-01-01")
	assert (put.json()["data"]["opening_float"], put.json()["data"]["status"]) == (500, "Open")

	answer = clerk.insert(RECEIPT, values, docstatus=1, receipt_no="SJ-X", shift=None, clerk="Administrator")
	assert answer.status_code == 200, answer.text
	receipt = answer.json()["data"]
	assert (receipt["clerk"], number(frappe._dict(receipt))) == (cast.user("clerk"), 1)
	name = receipt["name"]
	assert clerk.update(RECEIPT, name, amount=2).status_code == 417
	assert clerk.set_value(RECEIPT, name, "amount", 2).status_code == 417
	answer = clerk.update(RECEIPT, name, docstatus=2, amount=1)
	assert (answer.status_code, "CASH-01" in refusal(answer)) == (417, True)
	assert clerk.delete(RECEIPT, name).status_code == 403
	method = "property_service.property_service.doctype.front_desk_receipt.front_desk_receipt."
	assert second.call(method + "cancel_receipt", receipt=name, reason="x").status_code == 403
	assert rest("technician").call(method + "issue", **values).status_code == 403
	assert second.call(method + "issue", **values).status_code == 417
	assert clerk.call(method + "approve", receipt=name).status_code == 403
	same = [clerk.call(method + "issue", **values, request_id="rest-1").json()["message"] for _ in range(3)]
	assert len({row["name"] for row in same}) == 1
	for bad in (
		{"amount": {"a": 1}},
		{"amount": "NaN"},
		{"amount": "1e308"},
		{"amount": None},
		{"purpose": "没有"},
		{"purpose": {"a": 1}},
		{"mode_of_payment": "没有"},
		{"payer": ""},
		{"payer": ["x"]},
		{"direction": "Sideways"},
		{"original_receipt": "没有"},
		{"reference_doctype": "Sales Invoice", "reference_name": "没有"},
		{"customer": 7},
	):
		answer = clerk.insert(RECEIPT, {**values, **bad}, docstatus=1)
		assert answer.status_code in (403, 404, 417), (bad, answer.status_code, answer.text[:300])
		answer = clerk.call(method + "issue", **{**values, **bad})
		assert answer.status_code in (403, 404, 417), (bad, answer.status_code, answer.text[:300])
	assert clerk.call(method + "cancel_receipt", receipt=name, reason="写错").status_code == 200
	assert manager.get(RECEIPT, name).json()["data"]["cancel_reason"] == "写错"
	assert rest("technician").get(RECEIPT, name).status_code == 403
