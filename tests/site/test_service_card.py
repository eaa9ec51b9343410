"""The one-card at the desk: each movement, each refusal, and that the ledger ties after each (DESK-01, DESK-02, CASH-05)."""

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from property_service import reception, settings
from property_service.property_service.doctype.card_day_posting import posting
from property_service.property_service.doctype.card_transaction import actions, doors
from property_service.property_service.doctype.service_card import counter
from property_service.rules import service_card as rules
from tests.site import make
from tests.site.card_line import CARD, TRANSACTION, Cards, area, customer, findings, number, parts, read
from tests.site.till_line import ledger, mode


@pytest.fixture
def cards(cast, as_user):
	cards = Cards(cast, as_user)
	yield cards
	frappe.set_user("Administrator")
	assert findings() == []


@pytest.fixture
def desk(cards):
	"""With an open till."""
	cards.shift = cards.open_till()
	return cards


def last(card_no, **filters):
	return frappe.get_doc(
		TRANSACTION,
		frappe.get_all(
			TRANSACTION,
			{"service_card": card_no, "docstatus": 1, **filters},
			pluck="name",
			order_by="sequence desc",
			limit=1,
		)[0],
	)


def movements(card_no):
	return frappe.get_all(
		TRANSACTION,
		{"service_card": card_no, "docstatus": 1},
		["transaction_type", "sequence", "cash_amount", "subsidy_amount", "balance_after"],
		order_by="sequence",
		as_list=True,
	)


# ---- opening -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-01")
def test_a_card_is_opened_for_a_resident_and_begins_empty(cards, cast):
	employer = customer()
	resident = make.resident(employer=employer.name)
	with cards.as_user("clerk"):
		card = frappe.get_doc({"doctype": CARD, "card_no": " ａ88-1 ", "resident": resident.name}).insert()
	assert (card.name, card.card_no, card.status) == ("A88-1", "A88-1", "Active")
	assert (card.holder_name, card.customer) == (resident.resident_name, employer.name)
	assert (card.opened_by, card.company) == (cast.user("clerk"), cast.company)
	assert movements(card.name) == ((rules.OPEN, 1, 0, 0, 0),)
	opening = last(card.name)
	assert (opening.transacted_by, opening.resident, opening.customer) == (
		cast.user("clerk"),
		resident.name,
		employer.name,
	)


@pytest.mark.rule("DESK-01")
@pytest.mark.parametrize("card_no", ["", "12", "卡片一号", "88'; DROP", "<b>88</b>"])
def test_what_is_no_card_number_is_refused(cards, card_no):
	with cards.as_user("clerk"), pytest.raises(frappe.ValidationError):
		frappe.get_doc({"doctype": CARD, "card_no": card_no, "resident": make.resident().name}).insert()


@pytest.mark.rule("DESK-01")
def test_a_number_is_registered_once_and_a_resident_has_one_card(cards):
	card = cards.card()
	holder = frappe.db.get_value(CARD, card, "resident")
	with cards.as_user("clerk"):
		with pytest.raises(frappe.ValidationError, match="DESK-01"):
			frappe.get_doc(
				{"doctype": CARD, "card_no": card.lower(), "resident": make.resident().name}
			).insert()
		with pytest.raises(frappe.ValidationError, match="DESK-01"):
			frappe.get_doc({"doctype": CARD, "card_no": number(), "resident": holder}).insert()


@pytest.mark.rule("DESK-01")
def test_opening_and_topping_up_is_one_step(desk):
	resident = make.resident()
	card_no = number()
	with desk.as_user("clerk"):
		answer = actions.open_card(
			card_no, resident.name, amount=50, mode_of_payment=mode("cash"), request_id=card_no
		)
		again = actions.open_card(
			card_no, resident.name, amount=50, mode_of_payment=mode("cash"), request_id=card_no
		)
	assert answer["balance"] == 50
	assert answer["receipt_no"]
	assert (again["transaction"], again["repeated"]) == (answer["transaction"], True)
	assert parts(card_no) == (50, 0)


@pytest.mark.rule("DESK-01", "DESK-02")
def test_nobody_writes_the_balance_of_a_card(cards):
	card, gate = cards.card(), area()
	with cards.as_user("clerk"):
		doc = frappe.get_doc(CARD, card)
		doc.update(
			{"balance": 100, "cash_balance": 100, "status": "Closed", "last_sequence": 9, "remarks": "新卡"}
		)
		doc.append("access", {"access_area": gate.name, "valid_from": nowdate()})
		doc.save()
	assert read(card) == {"status": "Active", "balance": 0, "cash_balance": 0, "subsidy_balance": 0}
	stored = frappe.get_doc(CARD, card)
	assert (stored.remarks, stored.access, stored.last_sequence) == ("新卡", [], 1)


@pytest.mark.rule("DESK-02")
def test_saving_a_form_that_was_opened_before_a_payment_keeps_the_payment(desk):
	card = desk.card(cash=100)
	with desk.as_user("clerk"):
		form = frappe.get_doc(CARD, card)
	desk.pay(card, 30)
	with desk.as_user("clerk"):
		form.remarks = "备注"
		form.save()
	assert parts(card) == (70, 0)


@pytest.mark.rule("DESK-01")
def test_a_card_keeps_its_number_and_its_holder(cards):
	card, other = cards.card(), make.resident()
	with cards.as_user("clerk"):
		doc = frappe.get_doc(CARD, card)
		doc.card_no = number()
		doc.save()
		assert frappe.db.get_value(CARD, card, "card_no") == card
		doc.resident = other.name
		with pytest.raises(frappe.ValidationError, match="DESK-01"):
			doc.save()
		with pytest.raises(frappe.ValidationError):
			frappe.rename_doc(CARD, card, number())
	with pytest.raises(frappe.ValidationError, match="DESK-01"):
		frappe.delete_doc(CARD, card)


# ---- money -------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-01", "CASH-01")
def test_a_top_up_has_its_receipt_in_the_same_transaction(desk, cast):
	card = desk.card()
	answer = desk.move(card, "Cash Top-up", "50.50", how="wechat")
	movement = last(card)
	receipt = frappe.get_doc("Front Desk Receipt", movement.receipt)
	assert (receipt.docstatus, receipt.purpose, receipt.direction, receipt.amount) == (
		1,
		"Card Top-up",
		"In",
		50.5,
	)
	assert (receipt.reference_doctype, receipt.reference_name) == (TRANSACTION, movement.name)
	assert receipt.account == settings.company_row(cast.company).card_liability_account
	assert answer["receipt_no"] == receipt.receipt_no
	assert (movement.balance_before, movement.balance_after, movement.cash_amount) == (0, 50.5, 50.5)
	assert parts(card) == (50.5, 0)


@pytest.mark.rule("DESK-01", "CASH-01")
def test_a_top_up_needs_an_open_till_a_mode_and_an_amount(cards):
	card = cards.card()
	with pytest.raises(frappe.ValidationError, match="CASH-02"):
		cards.move(card, "Cash Top-up", 50, how="cash")
	cards.open_till()
	for amount, how in (
		(50, None),
		(0, "cash"),
		(-5, "cash"),
		("0.005", "cash"),
		("nan", "cash"),
		(None, "cash"),
	):
		with pytest.raises(frappe.ValidationError):
			cards.move(card, "Cash Top-up", amount, how=how)
	assert parts(card) == (0, 0)
	assert not frappe.db.exists("Front Desk Receipt", {"counter": cards.till.counter.name})


@pytest.mark.rule("CASH-01")
def test_money_for_cards_is_not_taken_by_hand(desk):
	for purpose, direction in (("Card Top-up", "In"), ("Card Refund", "Out")):
		with pytest.raises(frappe.ValidationError, match="CASH-01"):
			desk.till.take(purpose, 10, direction=direction, by_hand=True)


@pytest.mark.rule("DESK-02")
def test_consumption_takes_the_subsidy_first_and_both_doors_write_the_same(desk):
	employer = customer()
	card = desk.card(cash=30, subsidy=20, employer=employer)
	desk.pay(card, 25, terminal="一食堂 1 号机")
	by_machine = last(card)
	assert parts(card) == (25, 0)
	other = desk.card(cash=30, subsidy=20, employer=employer)
	by_document = desk.document(other, "Consumption", amount=25, terminal="一食堂 1 号机", request_id="r-1")
	by_document.reload()
	changing = {
		*(
			"name",
			"owner",
			"modified_by",
			"creation",
			"modified",
			"transacted_by",
			"transacted_on",
			"service_card",
		),
		*("request_id", "movement_key", "resident", "doctype"),
	}
	for field in (f for f in by_machine.as_dict() if f not in changing):
		assert by_machine.get(field) == by_document.get(field), field
	assert parts(other) == (25, 0)


@pytest.mark.rule("DESK-02")
def test_the_setting_lets_the_cash_go_first(desk):
	card = desk.card(cash=30, subsidy=20, employer=customer())
	frappe.db.set_single_value("Property Service Settings", "card_subsidy_first", 0)
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
	desk.pay(card, 25)
	assert parts(card) == (5, 20)


@pytest.mark.rule("DESK-02")
@pytest.mark.parametrize("door", ["machine", "document"])
def test_no_part_of_a_balance_gets_negative(desk, door):
	card = desk.card(cash=10)
	before = movements(card)
	too_much = {
		"machine": lambda: desk.pay(card, 10.01),
		"document": lambda: desk.document(card, "Consumption", amount=10.01),
	}
	with pytest.raises(frappe.ValidationError, match="DESK-02"):
		too_much[door]()
	for kind, values in (("Refund", {"how": "cash"}), ("Cash Deduction", {"reason": "输错"})):
		with pytest.raises(frappe.ValidationError, match="DESK-02"):
			desk.move(card, kind, 10.01, **values)
	assert movements(card) == before


@pytest.mark.rule("DESK-02")
def test_a_request_that_is_sent_again_is_answered_as_the_first_time(desk):
	card = desk.card(cash=10)
	first = desk.pay(card, 7, "meal-1")
	again = desk.pay(card, 7, "meal-1")
	assert (first["transaction"], first["balance"], first["repeated"]) == (again["transaction"], 3, False)
	assert again["repeated"]
	assert again["balance"] == 3
	with pytest.raises(frappe.ValidationError, match="DESK-02"):
		desk.pay(card, 7, "meal-2")  # a request of its own finds too little
	with pytest.raises(frappe.ValidationError, match="DESK-02"):
		desk.pay(card, 3, "meal-1")  # the same id for something else
	assert parts(card) == (3, 0)


@pytest.mark.rule("DESK-02")
def test_a_top_up_that_is_sent_again_makes_one_receipt(desk):
	card = desk.card()
	first = desk.move(card, "Cash Top-up", 20, how="cash", request_id="top-1")
	again = desk.move(card, "Cash Top-up", 20, how="cash", request_id="top-1")
	assert (again["transaction"], again["receipt"], again["repeated"]) == (
		first["transaction"],
		first["receipt"],
		True,
	)
	with pytest.raises(frappe.UniqueValidationError):
		desk.document(card, "Cash Top-up", amount=20, mode_of_payment=mode("cash"), request_id="top-1")
	assert parts(card) == (20, 0)


@pytest.mark.rule("DESK-02")
def test_only_cash_is_paid_back_and_by_receipt(desk):
	card = desk.card(cash=30, subsidy=20, employer=customer())
	answer = desk.move(card, "Refund", 30, how="cash")
	receipt = frappe.get_doc("Front Desk Receipt", answer["receipt"])
	assert (receipt.direction, receipt.purpose, receipt.amount) == ("Out", "Card Refund", 30)
	with pytest.raises(frappe.ValidationError, match="DESK-02"):
		desk.move(card, "Refund", 0.01, how="cash")
	assert parts(card) == (0, 20)


@pytest.mark.rule("DESK-01")
def test_a_deduction_needs_a_reason_and_goes_to_the_account_of_corrections(desk, cast):
	card = desk.card(cash=100)
	with pytest.raises(frappe.ValidationError, match="DESK-01"):
		desk.move(card, "Cash Deduction", 90)
	desk.move(card, "Cash Deduction", 90, reason="多输一个零")
	(name,) = posting.post_company(cast.company, getdate())
	row = settings.company_row(cast.company)
	booked = ledger(frappe.db.get_value("Card Day Posting", name, "journal_entry"))
	assert booked == {row.card_liability_account: 90, row.card_correction_account: -90}


@pytest.mark.rule("DESK-01", "DESK-03")
@pytest.mark.parametrize("kind", ["Open", "Subsidy Top-up"])
def test_what_other_actions_write_is_not_made_by_hand(cards, kind):
	card = cards.card(employer=customer())
	with pytest.raises(frappe.ValidationError, match="DESK-0"):
		cards.move(card, kind, 50)
	with pytest.raises(frappe.ValidationError, match="DESK-0"):
		cards.document(card, kind, amount=50)


@pytest.mark.rule("DESK-02")
def test_a_subsidy_goes_back_to_its_company(desk, cast):
	employer = customer()
	card, other = desk.card(subsidy=50, employer=employer), customer()

	def change_company():
		with desk.as_user("clerk"):
			doc = frappe.get_doc(CARD, card)
			doc.customer = other.name
			doc.save()

	with pytest.raises(frappe.ValidationError, match="DESK-03"):
		change_company()
	desk.move(card, "Subsidy Return", 50)
	row = settings.company_row(cast.company)
	booked = ledger(last(card).journal_entry)
	assert booked == {row.card_liability_account: 50, row.subsidy_receivable_account: -50}
	party = frappe.get_all(
		"GL Entry",
		{"voucher_no": last(card).journal_entry, "account": row.subsidy_receivable_account},
		pluck="party",
		order_by="name",
	)
	assert party == [employer.name]
	change_company()


# ---- loss, replacement, closing ----------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-02")
def test_a_lost_card_takes_no_money_until_it_is_found(desk):
	card = desk.card(cash=50)
	assert desk.move(card, "Report Loss")["status"] == "Lost"
	assert frappe.db.get_value(CARD, card, "lost_on")
	with pytest.raises(frappe.ValidationError, match="DESK-02"):
		desk.pay(card, 5)
	for kind, values in (
		("Cash Top-up", {"amount": 5, "how": "cash"}),
		("Refund", {"amount": 5, "how": "cash"}),
		("Cash Deduction", {"amount": 5, "reason": "x"}),
	):
		with pytest.raises(frappe.ValidationError, match="DESK-02"):
			desk.move(card, kind, **values)
	assert desk.move(card, "Cancel Loss")["status"] == "Active"
	assert frappe.db.get_value(CARD, card, "lost_on") is None
	desk.pay(card, 5)
	assert parts(card) == (45, 0)


@pytest.mark.rule("DESK-02")
def test_a_payment_that_was_made_before_the_loss_is_still_answered(desk):
	card = desk.card(cash=50)
	first = desk.pay(card, 5, "meal-9")
	desk.move(card, "Report Loss")
	assert desk.pay(card, 5, "meal-9")["transaction"] == first["transaction"]
	assert parts(card) == (45, 0)


@pytest.mark.rule("DESK-02")
def test_a_replacement_moves_balance_and_doors_to_the_new_number(desk):
	employer, gate = customer(), area()
	card = desk.card(cash=30, subsidy=20, employer=employer)
	desk.move(card, "Grant Access", access_area=gate.name, valid_until=add_days(nowdate(), 30))
	desk.move(card, "Report Loss")
	new = number()
	answer = desk.move(card, "Replace", new_card_no=new.lower(), reason="丢失")
	assert (answer["status"], answer["other_card"]) == ("Closed", new)
	assert (parts(card), parts(new)) == ((0, 0), (30, 20))
	old, fresh = frappe.get_doc(CARD, card), frappe.get_doc(CARD, new)
	assert (old.status, old.replaced_by, fresh.replaces) == ("Closed", new, card)
	assert (fresh.status, fresh.resident, fresh.customer) == ("Active", old.resident, employer.name)
	assert old.access[0].revoked_on
	assert (fresh.access[0].access_area, fresh.access[0].revoked_on) == (gate.name, None)
	assert doors.refusal(card, gate.name) is not None
	assert doors.refusal(new, gate.name) is None
	assert movements(new) == (("Replace", 1, 30, 20, 50),)
	with pytest.raises(frappe.ValidationError, match="DESK-02"):
		desk.pay(card, 1)
	desk.pay(new, 50)


@pytest.mark.rule("DESK-02")
def test_a_replacement_needs_a_new_number_that_is_free(desk):
	card, other = desk.card(cash=30), desk.card()
	for new in (None, card, other, "12"):
		with pytest.raises(frappe.ValidationError, match="DESK-0"):
			desk.move(card, "Replace", new_card_no=new)
	assert parts(card) == (30, 0)


@pytest.mark.rule("DESK-02")
def test_closing_pays_the_cash_back_returns_the_subsidy_and_ends_the_doors(desk, cast):
	employer, gate = customer(), area()
	card = desk.card(cash=30, subsidy=20, employer=employer)
	desk.move(card, "Grant Access", access_area=gate.name)
	with pytest.raises(frappe.ValidationError, match="DESK-01"):
		desk.move(card, "Close", how="cash")
	with pytest.raises(frappe.ValidationError, match="CASH-01"):
		desk.move(card, "Close", reason="退宿")
	assert parts(card) == (30, 20)
	answer = desk.move(card, "Close", how="cash", reason="退宿")
	movement = last(card)
	receipt = frappe.get_doc("Front Desk Receipt", answer["receipt"])
	assert (receipt.direction, receipt.purpose, receipt.amount) == ("Out", "Card Refund", 30)
	row = settings.company_row(cast.company)
	assert ledger(movement.journal_entry) == {
		row.card_liability_account: 20,
		row.subsidy_receivable_account: -20,
	}
	assert (movement.amount, movement.cash_amount, movement.subsidy_amount) == (50, -30, -20)
	assert parts(card) == (0, 0)
	doc = frappe.get_doc(CARD, card)
	assert (doc.status, doc.close_reason, bool(doc.closed_on)) == ("Closed", "退宿", True)
	assert doc.access[0].revoked_by == cast.user("clerk")
	assert doors.refusal(card, gate.name)


@pytest.mark.rule("DESK-02")
def test_a_lost_card_is_closed_without_an_open_till_when_it_holds_no_cash(cards):
	card = cards.card()
	cards.move(card, "Report Loss")
	assert cards.move(card, "Close", reason="退宿")["status"] == "Closed"
	resident = frappe.db.get_value(CARD, card, "resident")
	cards.card(resident=resident)  # the resident may have another one now


@pytest.mark.rule("DESK-02")
def test_a_closed_card_takes_nothing(desk):
	card = desk.card()
	desk.move(card, "Close", reason="退宿")
	before = movements(card)
	for kind in rules.TYPES:
		with pytest.raises(frappe.ValidationError):
			desk.move(card, kind, 5, how="cash", reason="x", new_card_no=number(), access_area=area().name)
	with pytest.raises(frappe.ValidationError, match="DESK-02"):
		desk.pay(card, 1)
	assert movements(card) == before


@pytest.mark.rule("DESK-02")
def test_what_fails_half_way_leaves_nothing(desk, monkeypatch):
	"""The return of the subsidy is refused after the receipt was made: the closing has not happened at all."""
	card = desk.card(cash=30, subsidy=20, employer=customer())
	receipts = frappe.db.count("Front Desk Receipt", {"docstatus": 1})
	row = settings.company_row(desk.cast.company)
	frappe.db.set_value("Property Service Company", row.name, "subsidy_receivable_account", None)
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
	with pytest.raises(frappe.ValidationError, match="ORG-06"):
		desk.move(card, "Close", how="cash", reason="退宿")
	assert (parts(card), read(card).status) == ((30, 20), "Active")
	assert frappe.db.count("Front Desk Receipt", {"docstatus": 1}) == receipts


# ---- taking back -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-02", "CASH-01")
def test_a_top_up_is_taken_back_with_its_receipt_while_the_till_is_open(desk):
	card = desk.card(cash=50)
	wrong = last(card)
	with desk.as_user("clerk"):
		with pytest.raises(frappe.ValidationError, match="DESK-01"):
			actions.take_back(wrong.name, " ")
		actions.take_back(wrong.name, "输错卡号")
		with pytest.raises(frappe.ValidationError, match="DESK-02"):
			actions.take_back(wrong.name, "再来一次")
		with pytest.raises(frappe.ValidationError, match="DESK-02"):
			actions.take_back(last(card).name, "更正更正")
	assert parts(card) == (0, 0)
	assert frappe.db.get_value("Front Desk Receipt", wrong.receipt, "docstatus") == 2
	back = last(card)
	assert (back.transaction_type, back.cash_amount, back.reverses) == ("Cash Top-up", -50, wrong.name)
	assert frappe.db.get_value(TRANSACTION, wrong.name, "reversed_by") == back.name


@pytest.mark.rule("DESK-02", "CASH-03")
def test_a_top_up_of_a_closed_till_stays(desk):
	card = desk.card(cash=50)
	desk.till.accept(desk.till.close(desk.shift, 550))
	desk.open_till()
	with desk.as_user("clerk"), pytest.raises(frappe.ValidationError, match="CASH-03"):
		actions.take_back(last(card).name, "输错卡号")
	assert parts(card) == (50, 0)


@pytest.mark.rule("DESK-02")
def test_a_top_up_that_is_spent_already_is_not_taken_back(desk):
	card = desk.card(cash=50)
	wrong = last(card)
	desk.pay(card, 1)
	with desk.as_user("clerk"), pytest.raises(frappe.ValidationError, match="DESK-02"):
		actions.take_back(wrong.name, "输错卡号")
	assert frappe.db.get_value("Front Desk Receipt", wrong.receipt, "docstatus") == 1


@pytest.mark.rule("DESK-02")
def test_the_manager_gives_a_payment_back_and_the_day_posts_nothing_of_it(desk, cast):
	card = desk.card(cash=30, subsidy=20, employer=customer())
	paid = desk.pay(card, 25)
	with desk.as_user("clerk"), pytest.raises(frappe.ValidationError, match="DESK-02"):
		actions.take_back(paid["transaction"], "扣重")
	with desk.as_user("service_manager"):
		actions.take_back(paid["transaction"], "扣重")
	assert parts(card) == (30, 20)
	desk.pay(card, 10.6)
	(name,) = posting.post_company(cast.company, getdate())
	day = frappe.get_doc("Card Day Posting", name)
	assert (day.movements, day.consumption) == (3, 10.6)


@pytest.mark.rule("DESK-02")
def test_movements_are_neither_cancelled_nor_changed_nor_deleted(desk):
	card = desk.card(cash=50)
	movement = last(card)
	for change in (
		lambda doc: doc.cancel(),
		lambda doc: doc.delete(),
		lambda doc: frappe.delete_doc(TRANSACTION, doc.name, force=True),
		lambda doc: frappe.get_doc(
			{**doc.as_dict(), "name": None, "docstatus": 1, "amended_from": doc.name, "__islocal": 1}
		).insert(),
	):
		with pytest.raises(frappe.ValidationError):
			change(frappe.get_doc(TRANSACTION, movement.name))
	doc = frappe.get_doc(TRANSACTION, movement.name)
	doc.owner = "Administrator"
	with pytest.raises(frappe.ValidationError):
		doc.save()
	assert parts(card) == (50, 0)


@pytest.mark.rule("DESK-02")
def test_a_draft_moves_nothing_until_it_is_submitted_and_is_judged_then(desk):
	card = desk.card(cash=10)
	with desk.as_user("clerk"):
		first, second = (
			frappe.get_doc(
				{"doctype": TRANSACTION, "service_card": card, "transaction_type": "Consumption", "amount": 7}
			).insert()
			for _ in range(2)
		)
		assert parts(card) == (10, 0)
		first.submit()
		with pytest.raises(frappe.ValidationError, match="DESK-02"):
			second.submit()
	assert parts(card) == (3, 0)
	assert (first.balance_before, first.balance_after) == (10, 3)


# ---- doors -------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-01")
def test_a_door_opens_for_the_days_granted_and_no_longer(cards):
	gate, house = area(), area()
	card = cards.card()
	tomorrow = add_days(nowdate(), 1)
	cards.move(
		card, "Grant Access", access_area=gate.name, valid_from=tomorrow, valid_until=add_days(nowdate(), 9)
	)
	assert doors.refusal(card, gate.name)
	assert doors.refusal(card, gate.name, getdate(tomorrow)) is None
	assert doors.refusal(card, gate.name, getdate(add_days(nowdate(), 10)))
	assert doors.refusal(card, house.name, getdate(tomorrow))
	cards.move(card, "Revoke Access", access_area=gate.name)
	assert doors.refusal(card, gate.name, getdate(tomorrow))
	with pytest.raises(frappe.ValidationError, match="DESK-01"):
		cards.move(card, "Revoke Access", access_area=gate.name)


@pytest.mark.rule("DESK-01")
@pytest.mark.parametrize(
	"values",
	[
		{},
		{"access_area": "没有这道门"},
		{"valid_from": "2026-01-02", "valid_until": "2026-01-01"},
		{"valid_until": "2020-01-01", "valid_from": "2020-01-01"},
		{"valid_from": "someday"},
	],
)
def test_access_that_cannot_be_is_refused(cards, values):
	card = cards.card()
	if values and "access_area" not in values:
		values = {**values, "access_area": area().name}
	with pytest.raises(frappe.ValidationError):
		cards.move(card, "Grant Access", **values)


@pytest.mark.rule("DESK-01")
def test_a_disabled_area_and_one_of_another_company_are_not_granted(cards):
	card = cards.card()
	for gate in (area(disabled=1), area(company=other_company())):
		with pytest.raises(frappe.ValidationError, match="DESK-01"):
			cards.move(card, "Grant Access", access_area=gate.name)


def other_company() -> str:
	name = f"别家 {frappe.generate_hash(length=5)}"
	frappe.flags.ignore_chart_of_accounts = True
	doc = frappe.get_doc(
		{
			"doctype": "Company",
			"company_name": name,
			"abbr": frappe.generate_hash(length=4),
			"default_currency": "CNY",
			"country": "China",
		}
	)
	doc.db_insert()
	return name


@pytest.mark.rule("DESK-02")
def test_a_lost_card_opens_no_door(cards):
	gate = area()
	card = cards.card()
	cards.move(card, "Grant Access", access_area=gate.name)
	assert doors.refusal(card, gate.name) is None
	cards.move(card, "Report Loss")
	assert doors.refusal(card, gate.name)
	cards.move(card, "Cancel Loss")
	assert doors.refusal(card, gate.name) is None


# ---- who may -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-01")
@pytest.mark.parametrize(
	"person", ["technician", "department_head", "cashier", "accountant", "employee", "resident"]
)
def test_others_neither_register_nor_move_cards(cards, person):
	card = cards.card()
	with cards.as_user(person):
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc({"doctype": CARD, "card_no": number(), "resident": make_resident()}).insert()
		with pytest.raises(frappe.PermissionError):
			actions.make(card, "Report Loss")
	with pytest.raises(frappe.PermissionError):
		cards.pay(card, 1, person=person)
	with cards.as_user(person), pytest.raises(frappe.PermissionError):
		doors.opens(card, area_name())


def make_resident() -> str:
	user = frappe.session.user
	frappe.set_user("Administrator")
	name = make.resident().name
	frappe.set_user(user)
	return name


def area_name() -> str:
	user = frappe.session.user
	frappe.set_user("Administrator")
	name = area().name
	frappe.set_user(user)
	return name


@pytest.mark.rule("DESK-02")
def test_a_terminal_takes_payments_and_asks_for_doors_and_nothing_else(desk):
	card, gate = desk.card(cash=10), area()
	desk.pay(card, 3)
	with desk.as_user("terminal"):
		assert doors.opens(card, gate.name)["opens"] is False
		for refused in (
			lambda: actions.make(card, "Cash Top-up", 5, mode("cash")),
			lambda: actions.make(card, "Report Loss"),
			lambda: frappe.get_doc(
				{
					"doctype": TRANSACTION,
					"service_card": card,
					"transaction_type": "Report Loss",
					"docstatus": 1,
				}
			).insert(),
			lambda: frappe.get_doc(CARD, card).check_permission("read"),
		):
			with pytest.raises(frappe.PermissionError):
				refused()


@pytest.mark.rule("ORG-06")
def test_a_company_that_keeps_no_registers_has_no_cards(cards):
	card = cards.card()
	from tests.site.till_line import switch_registers_on

	switch_registers_on(cards.cast.company, 0)
	with pytest.raises(frappe.ValidationError, match="ORG-06"):
		cards.pay(card, 1)
	with pytest.raises(frappe.ValidationError, match="ORG-06"):
		cards.move(card, "Report Loss")
	with pytest.raises(frappe.ValidationError, match="ORG-06"):
		cards.card()


@pytest.mark.rule("DESK-01", "SVC-01")
def test_the_reception_counter_finds_the_holder_by_the_card(cards):
	resident = make.resident()
	card = cards.card(resident=resident.name)
	with cards.as_user("clerk"):
		assert [row["name"] for row in reception.search(f" {card.lower()} ")] == [resident.name]
		assert counter.find_by_card("?") == [] == counter.find_by_card(number())
