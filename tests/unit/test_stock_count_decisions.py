"""The accountant's sample, and what becomes of differences: the pending account is zero in the end (WH-28)."""

import random
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import stock_count as rules

pytestmark = pytest.mark.rule("WH-28")

CENTS = st.integers(1, 10_000_00).map(lambda cents: Decimal(cents) / 100)
ZERO = Decimal(0)


def decision(kind, amount, tax=ZERO):
	party = {rules.TO_PERSON: ("Employee", "E1"), rules.TO_INSURER: ("Customer", "C1")}.get(
		kind, (None, None)
	)
	return rules.Decision(kind, amount, tax, *party, has_salvage=kind == rules.TO_SALVAGE)


# ---- steps -----------------------------------------------------------------------------------------------------------


def test_the_steps_in_their_order():
	way = [rules.COUNTING, rules.COUNTED, rules.CHECKED, rules.APPROVED]
	for before, after in pairwise(way):
		assert rules.refuse_step(before, after) is None
	assert rules.refuse_step(rules.COUNTED, rules.APPROVED).message == rules.NOT_A_STEP
	assert rules.refuse_step(rules.COUNTING, rules.CHECKED).message == rules.NOT_A_STEP


@pytest.mark.parametrize("before", rules.ENDED_STATES)
@pytest.mark.parametrize("after", rules.STATES)
def test_what_is_posted_or_given_up_goes_nowhere(before, after):
	assert rules.refuse_step(before, after).message == rules.NOT_A_STEP


def test_who_checks():
	assert rules.checker(rules.MONTHLY) == "Stores Accountant"
	assert rules.checker(rules.QUARTERLY_LOW_VALUE) == "Storekeeper"
	assert rules.refuse_own("a", {"a", "b"}).message == rules.OWN_COUNT
	assert rules.refuse_own("c", {"a", "b"}) is None


def test_who_sends_back_what_is_checked():
	assert rules.refuse_sending_back(rules.CHECKED, None).message == rules.NOT_SENT_BACK
	assert rules.refuse_sending_back(rules.CHECKED, "Finance Manager") is None
	assert rules.refuse_sending_back(rules.COUNTED, None) is None


# ---- the sample ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lines", "size"), [(0, 0), (1, 1), (9, 1), (10, 1), (11, 2), (100, 10), (101, 11)])
def test_ten_percent_of_the_lines(lines, size):
	assert rules.sample_size(lines, 10) == size


@given(st.integers(0, 5000), st.integers(0, 100))
def test_the_sample_is_at_least_its_share(lines, percent):
	size = rules.sample_size(lines, percent)
	assert size * 100 >= lines * percent
	assert size <= lines
	assert size or not lines


@given(st.integers(1, 300), st.integers(1, 100), st.integers())
def test_the_system_draws_lines_of_the_count(lines, percent, seed):
	names = [str(number) for number in range(lines)]
	drawn = rules.draw(names, percent, random.Random(seed).sample)
	assert drawn <= set(names)
	assert len(drawn) == rules.sample_size(lines, percent)


def test_the_sample_is_counted_and_agrees():
	same = rules.SampleLine("甲", Decimal(3), Decimal(3))
	assert rules.refuse_check([same]) is None
	assert rules.refuse_check([same, rules.SampleLine("乙", Decimal(3), None)]).message == rules.NOT_CHECKED
	differs = rules.refuse_check([same, rules.SampleLine("乙", Decimal(3), Decimal(4))])
	assert (differs.message, differs.values) == (rules.SAMPLE_DIFFERS, (1, "乙"))


# ---- decisions -------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from(rules.OF_SHORTAGE), CENTS), min_size=1, max_size=6))
def test_decisions_that_add_up_leave_nothing_pending(parts):
	decisions = [decision(kind, amount) for kind, amount in parts]
	total = sum(amount for _kind, amount in parts)
	assert rules.refuse_decisions(-total, decisions) is None
	assert rules.refuse_decisions(-total - rules.CENT, decisions).message == rules.NOT_ADDED_UP
	rows = rules.transfers(decisions)
	assert sum(row.amount for row in rows) == 0
	salvage = sum(amount for kind, amount in parts if kind == rules.TO_SALVAGE)
	pending = sum(row.amount for row in rows if row.account == rules.PENDING_ACCOUNT)
	assert total + pending - salvage == 0


@given(CENTS)
def test_a_surplus_leaves_nothing_pending(amount):
	decisions = [decision(rules.TO_SURPLUS, amount)]
	assert rules.refuse_decisions(amount, decisions) is None
	rows = rules.transfers(decisions)
	assert {row.account: row.amount for row in rows} == {
		"surplus_account": -amount,
		rules.PENDING_ACCOUNT: amount,
	}


@given(CENTS, CENTS)
def test_input_tax_is_borne_by_whoever_bears_the_loss(amount, tax):
	rows = {row.account: row.amount for row in rules.transfers([decision(rules.TO_PERSON, amount, tax)])}
	assert rows == {
		"other_receivable_account": amount + tax,
		rules.PENDING_ACCOUNT: -amount,
		rules.TAX_ACCOUNT: -tax,
	}


def test_salvage_alone_needs_no_journal_entry():
	assert rules.transfers([decision(rules.TO_SALVAGE, Decimal(5))]) == []


@pytest.mark.parametrize(
	("posted", "wrong", "message"),
	[
		(-5, decision(rules.TO_SURPLUS, Decimal(5)), rules.WRONG_DECISION),
		(5, decision(rules.TO_MANAGEMENT, Decimal(5)), rules.WRONG_DECISION),
		(-5, decision("Forget It", Decimal(5)), rules.WRONG_DECISION),
		(-5, decision(rules.TO_MANAGEMENT, ZERO), rules.BAD_AMOUNT),
		(-5, rules.Decision(rules.TO_PERSON, Decimal(5)), rules.NEEDS_PARTY),
		(-5, rules.Decision(rules.TO_PERSON, Decimal(5), ZERO, "Customer", "C1"), rules.NEEDS_PARTY),
		(-5, rules.Decision(rules.TO_INSURER, Decimal(5), ZERO, "Supplier", " "), rules.NEEDS_PARTY),
		(-5, rules.Decision(rules.TO_SALVAGE, Decimal(5)), rules.NEEDS_SALVAGE),
		(-5, decision(rules.TO_SALVAGE, Decimal(5), Decimal(1)), rules.NO_TAX_HERE),
		(5, decision(rules.TO_SURPLUS, Decimal(5), Decimal(1)), rules.NO_TAX_HERE),
		(-5, decision(rules.TO_MANAGEMENT, Decimal(4)), rules.NOT_ADDED_UP),
	],
)
def test_what_is_no_decision(posted, wrong, message):
	assert rules.refuse_decisions(Decimal(posted), [wrong]).message == message


def test_nothing_decided_does_not_add_up():
	assert rules.refuse_decisions(Decimal(-5), []).message == rules.NOT_ADDED_UP


@pytest.mark.parametrize(
	("value", "found"),
	[("5.10", Decimal("5.10")), (None, ZERO), ("", ZERO), ("5.101", None), (-1, None), ("x", None)],
)
def test_amounts_are_in_cents(value, found):
	assert rules.amount(value) == found
