"""Counting against the books: differences, recounts, what must be counted before counting ends (WH-27)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import stock_count as rules

pytestmark = pytest.mark.rule("WH-27")

QTY = st.decimals(0, 100_000, places=3)
RATE = st.decimals(0, 10_000, places=4)


def line(title="灯管", is_counted=True, has_moved=False):
	return rules.LineState(title, is_counted, has_moved)


# ---- quantities ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("value", "number"),
	[("12", Decimal(12)), (0, Decimal(0)), (" 2.5 ", Decimal("2.5")), (0.1, Decimal("0.1"))],
)
def test_what_is_a_quantity(value, number):
	assert rules.quantity(value) == number
	assert rules.refuse_quantity(1, value) is None


@pytest.mark.parametrize("value", ["", None, "many", -1, "nan", "inf", 1e12, {"a": 1}, [], "yes"])
def test_what_is_none(value):
	assert rules.refuse_quantity(3, value).message == rules.BAD_QUANTITY


def test_a_thousandth_is_the_least():
	assert rules.refuse_quantity(1, "0.001") is None
	assert rules.refuse_quantity(1, "0.0005").message == rules.FINER_THAN_UNIT


# ---- differences -----------------------------------------------------------------------------------------------------


def test_a_shortage_is_negative_and_valued_at_the_frozen_rate():
	assert rules.difference(Decimal(10), Decimal(8), Decimal("2.345")) == rules.Difference(
		Decimal(-2), Decimal("-4.69")
	)


@given(QTY, QTY, RATE)
def test_surplus_and_shortage_mirror_each_other(book, counted, rate):
	there = rules.difference(book, counted, rate)
	back = rules.difference(counted, book, rate)
	assert (there.qty, there.value) == (-back.qty, -back.value)
	assert abs(there.value - there.qty * rate) <= Decimal("0.005")


@given(QTY, RATE)
def test_what_is_as_the_book_says_is_no_difference(book, rate):
	assert rules.difference(book, book, rate) == rules.Difference(Decimal(0), Decimal(0))


@given(st.lists(st.tuples(st.sampled_from("abc"), QTY), max_size=12), st.randoms())
def test_counters_add_up_in_any_order(counts, random):
	found = rules.add_up(counts)
	shuffled = list(counts)
	random.shuffle(shuffled)
	assert rules.add_up(shuffled) == found
	assert sum(found.values()) == sum(qty for _line, qty in counts)
	assert set(found) == {name for name, _qty in counts}


# ---- moved meanwhile -------------------------------------------------------------------------------------------------


@given(QTY, QTY, st.booleans())
def test_a_line_moved_when_the_balance_or_a_posting_says_so(book, now, has_postings):
	assert rules.has_moved(book, now, has_postings) is (has_postings or book != now)


def test_a_binary_remainder_is_no_movement():
	assert not rules.has_moved(Decimal("0.3"), Decimal("0.30000000000000004"), False)


# ---- the end of counting ---------------------------------------------------------------------------------------------


def test_counting_ends_when_all_is_counted_and_nothing_moved():
	assert rules.refuse_finish([line(), line()]) is None


def test_lines_left_out_are_named():
	refusal = rules.refuse_finish([line("甲", False), line("乙"), *(line(str(n), False) for n in range(4))])
	assert refusal.message == rules.NOT_COUNTED
	assert refusal.values == (5, "甲, 0, 1 …")


def test_lines_that_moved_are_counted_again():
	assert rules.refuse_finish([line("甲", has_moved=True), line("乙")]).values == (1, "甲")


def test_a_count_of_nothing_does_not_end():
	assert rules.refuse_finish([]).message == rules.NO_LINES


@given(st.lists(st.builds(line, st.just("x"), st.booleans(), st.booleans()), max_size=6))
def test_counting_never_ends_with_an_open_line(lines):
	ready = bool(lines) and all(one.is_counted and not one.has_moved for one in lines)
	assert (rules.refuse_finish(lines) is None) is ready


# ---- steps -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", rules.STATES)
def test_no_step_leads_back_to_the_first_state(before):
	assert rules.refuse_step(before, rules.COUNTING).message == rules.NOT_A_STEP


@pytest.mark.parametrize("status", rules.STATES)
def test_only_an_open_count_is_counted_into(status):
	assert (rules.refuse_counting(status) is None) is (status in rules.OPEN_STATES)


def test_the_accountant_leads_the_quarterly_count():
	assert rules.refuse_start(rules.QUARTERLY_LOW_VALUE, ["Storekeeper"]).message == rules.ACCOUNTANT_LEADS
	assert rules.refuse_start(rules.QUARTERLY_LOW_VALUE, ["Stores Accountant"]) is None
	assert rules.refuse_start(rules.MONTHLY, ["Storekeeper"]) is None


def test_a_reason_is_a_reason():
	assert rules.refuse_without_reason("  ").message == rules.NO_REASON
	assert rules.refuse_without_reason("盘错库") is None
