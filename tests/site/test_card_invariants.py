"""Each invariant of the cards, broken on purpose, says so (Q-03)."""

import frappe
import pytest
from frappe.utils import getdate, nowdate

from property_service import invariants
from property_service.property_service.doctype.card_day_posting import posting
from property_service.property_service.doctype.card_transaction import actions
from property_service.rules import service_card as rules
from tests.site.card_line import CARD, TRANSACTION, Cards, customer, findings, number

pytestmark = pytest.mark.breaks_invariants


@pytest.fixture
def cards(cast, as_user):
	cards = Cards(cast, as_user)
	cards.open_till()
	return cards


def write(doctype, name, **values):
	frappe.db.set_value(doctype, name, values, update_modified=False)


def movement(card, kind):
	return frappe.db.get_value(TRANSACTION, {"service_card": card, "transaction_type": kind}, "name")


def change_balance(cards):
	write(CARD, cards.card(cash=10), cash_balance=11, balance=11)


def change_beginning(cards):
	write(TRANSACTION, movement(cards.card(cash=10), rules.CASH_TOP_UP), cash_before=1, balance_before=1)


def lose_on_the_way(cards):
	card = cards.card(cash=10)
	new = cards.move(card, rules.REPLACE, new_card_no=number())["other_card"]
	write(TRANSACTION, movement(new, rules.REPLACE), cash_amount=9)


def keep_on_closed(cards):
	card = cards.card()
	cards.move(card, rules.CLOSE, reason="离职")
	write(CARD, card, cash_balance=5, balance=5)


def take_back_less(cards):
	card = cards.card(cash=10)
	first = movement(card, rules.CASH_TOP_UP)
	with cards.as_user("clerk"):
		back = actions.take_back(first, "输错")["transaction"]
	write(TRANSACTION, back, cash_amount=-9)


def post_another_sum(cards):
	cards.pay(cards.card(cash=10), 4)
	(day,) = posting.post_company(cards.cast.company, getdate(nowdate()))
	write(posting.DAY, day, consumption=3)


def count_another_row(cards):
	employer = customer()
	batch = cards.subsidise(employer, {cards.card(employer=employer): 20})
	write("Card Subsidy Batch", batch.name, credited_count=2)


BREAKAGES = {
	"balances_are_the_sum_of_the_movements": change_balance,
	"each_movement_begins_where_the_last_one_ended": change_beginning,
	"replacements_move_everything": lose_on_the_way,
	"closed_cards_hold_nothing_and_open_nothing": keep_on_closed,
	"what_was_taken_back_is_the_exact_opposite": take_back_less,
	"days_post_the_movements_they_name": post_another_sum,
	"batches_credited_each_row_once": count_another_row,
}


@pytest.mark.rule("Q-03", "DESK-02", "DESK-03")
@pytest.mark.parametrize("name", BREAKAGES)
def test_an_invariant_reports_what_is_broken_on_purpose(cards, name):
	BREAKAGES[name](cards)
	frappe.set_user("Administrator")
	assert name in {finding.invariant for finding in findings()}


@pytest.mark.rule("Q-03")
def test_every_invariant_of_the_cards_is_broken_once():
	assert set(BREAKAGES) == {
		entry.check.__name__
		for entry in invariants.invariants()
		if entry.check.__module__ == "property_service.invariants.cards"
	}
