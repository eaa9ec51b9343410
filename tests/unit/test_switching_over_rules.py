"""What comes along from the old books: the door and its day, and what an article may bring (ORG-06, LV-01, LV-02, LV-05)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import amortisation
from property_service.rules import switching_over as rules

AS_OF = date(2026, 3, 31)
ACCOUNTS = amortisation.Accounts("in use", "amortisation")
INSTALMENTS = amortisation.Plan(amortisation.INSTALMENTS, 12)


def piece(**values) -> rules.Piece:
	return rules.Piece(
		**{
			"idx": 1,
			"item": "chair",
			"has_class": True,
			"quantity": 1,
			"plan": INSTALMENTS,
			"in_use_since": date(2026, 1, 10),
			"cost": Decimal("120.00"),
			"amortised": Decimal("30.00"),
			**values,
		}
	)


@pytest.mark.rule("ORG-06")
@pytest.mark.parametrize(
	("until", "open_"), [(None, False), (date(2026, 3, 30), False), (AS_OF, True), (date(2026, 4, 1), True)]
)
def test_the_door_is_open_until_the_day_in_the_settings(until, open_):
	assert (rules.refuse_closed("C", until, AS_OF, "Settings") is None) is open_


def test_what_follows_its_plan_comes_in():
	assert rules.refuse_piece(piece(), AS_OF, None) is None


@pytest.mark.rule("LV-02", "LV-05")
@pytest.mark.parametrize(
	("values", "message"),
	[
		({"has_class": False}, rules.NO_CLASS),
		({"quantity": 0}, rules.NO_PIECES),
		({"cost": Decimal("0.00"), "amortised": Decimal("0.00")}, rules.NO_COST),
		({"in_use_since": date(2026, 4, 1)}, rules.LATER_USE),
		({"plan": amortisation.Plan(amortisation.INSTALMENTS, 1)}, amortisation.FEW_INSTALMENTS),
		({"plan": amortisation.Plan("Straight Line")}, rules.NO_METHOD),
		({"amortised": Decimal("120.01")}, rules.OVER_AMORTISED),
		({"amortised": Decimal("-0.01")}, rules.OVER_AMORTISED),
		({"amortised": Decimal("45.00")}, rules.OFF_PLAN),
		({"amortised": Decimal("29.80")}, rules.OFF_PLAN),
		({"plan": amortisation.Plan(amortisation.FIFTY_FIFTY), "amortised": Decimal("0.00")}, rules.OFF_PLAN),
	],
)
def test_what_does_not_come_in(values, message):
	assert rules.refuse_piece(piece(**values), AS_OF, None).message == message


@pytest.mark.rule("LV-02")
def test_a_document_takes_so_many_pieces_and_no_more():
	assert rules.refuse_number(rules.MOST_PIECES) is None
	assert rules.refuse_number(rules.MOST_PIECES + 1).message == rules.TOO_MANY


@pytest.mark.rule("LV-05")
def test_a_reason_lets_other_amounts_in_but_none_beyond_the_cost():
	assert rules.refuse_piece(piece(amortised=Decimal("45.00")), AS_OF, "旧账按季摊销") is None
	assert rules.refuse_piece(piece(amortised=Decimal("121.00")), AS_OF, "旧账按季摊销")


@pytest.mark.rule("LV-05")
def test_in_the_middle_of_a_month_its_part_may_be_in_the_old_books_or_not():
	middle = date(2026, 3, 15)
	assert rules.planned(piece(), middle) == Decimal("20.00")
	for amortised in ("20.00", "30.00"):
		assert rules.refuse_piece(piece(amortised=Decimal(amortised)), middle, None) is None


@pytest.mark.rule("LV-05")
@given(
	cost=st.decimals("0.01", "99999", places=2),
	share=st.integers(0, 100),
	method=st.sampled_from(amortisation.METHODS),
)
def test_the_entry_balances_and_holds_the_net_value(cost, share, method):
	amortised = cost if method == amortisation.ONE_OFF else (cost * share / 100).quantize(Decimal("0.01"))
	ending = amortisation.Ending(cost, amortised, "expense", "centre", method != amortisation.ONE_OFF)
	lines = rules.opening_lines([ending, ending], ACCOUNTS, "opening")
	held = sum(line.amount for line in lines if line.account in ("in use", "amortisation"))
	assert held == (2 * ending.net if ending.carried else 0)
	assert sum(line.amount for line in lines) == 0


@pytest.mark.rule("LV-06")
@given(cost=st.decimals("1", "9999", places=2), months=st.integers(2, 60), passed=st.integers(0, 70))
def test_the_first_run_takes_one_part_of_what_follows_its_plan(cost, months, passed):
	"""Taken over at the end of a month by the plan, the next month's run amortises that month and nothing besides."""
	chosen = amortisation.Plan(amortisation.INSTALMENTS, months)
	since = date(2020, 1, 15)
	as_of = date(2020 + passed // 12, passed % 12 + 1, 28)
	month = as_of.replace(day=1)
	taken = piece(plan=chosen, cost=cost, in_use_since=since)
	amortised = rules.expensed(taken, as_of)
	following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
	due = amortisation.due(chosen, cost, Decimal("0.00"), amortised, since, following)
	parts = amortisation.parts(cost, months)
	assert due == (parts[passed + 1] if passed + 1 < months else 0)
