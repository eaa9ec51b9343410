"""Limits, averages and suggestions by example and by property (procedure 4.1, 4.2; WH-02, WH-03, WH-04)."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import purchase_plan as plan
from property_service.rules import stock_limit as rules

FACTORS = rules.Factors(Decimal("1.2"), Decimal("1.5"))
DAY = date(2026, 7, 25)

quantities = st.decimals(min_value=0, max_value=10_000, places=3)
multiples = st.decimals(min_value=0, max_value=144, places=3)
days = st.dates(min_value=date(2001, 1, 1), max_value=date(2099, 12, 31))
months = st.integers(min_value=0, max_value=24)


def months_of(*names: str) -> list[date]:
	return [date.fromisoformat(f"{name}-01") for name in names]


@pytest.mark.rule("WH-02")
class TestAverage:
	def test_six_complete_months_before_the_day(self):
		window = rules.window(DAY, date(2020, 1, 1), 6)
		assert window == months_of("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")

	def test_fewer_for_a_younger_item(self):
		assert rules.window(DAY, date(2026, 5, 20), 6) == months_of("2026-05", "2026-06")

	def test_none_for_an_item_of_this_month_or_that_never_moved(self):
		assert rules.window(DAY, date(2026, 7, 1), 6) == []
		assert rules.window(DAY, None, 6) == []

	@given(days, days, months)
	def test_window_is_complete_months_in_a_row(self, day, first, number):
		window = rules.window(day, first, number)
		assert len(window) <= number
		assert all(month.day == 1 and first.replace(day=1) <= month < day.replace(day=1) for month in window)
		assert all(rules.month_before(b, 1) == a for a, b in pairwise(window))
		if window:
			assert window[-1] == rules.month_before(day.replace(day=1), 1)

	def test_months_without_movement_count(self):
		window = rules.window(DAY, date(2026, 1, 1), 6)
		assert rules.average({window[0]: Decimal(12)}, window) == 2

	def test_returns_reduce_and_a_negative_month_counts(self):
		window = months_of("2026-05", "2026-06")
		assert rules.average({window[0]: Decimal(10), window[1]: Decimal(-4)}, window) == 3

	def test_never_below_zero(self):
		window = months_of("2026-06")
		assert rules.average({window[0]: Decimal(-4)}, window) == 0
		assert rules.average({}, []) == 0

	def test_this_month_and_older_ones_do_not_count(self):
		window = rules.window(DAY, date(2026, 5, 1), 6)
		assert rules.average(
			{date(2026, 7, 1): Decimal(100), date(2026, 4, 1): Decimal(100)}, window
		) == Decimal(0)


@pytest.mark.rule("WH-02")
class TestLimit:
	@pytest.mark.parametrize(
		("stock_class", "expected"),
		[("Daily Consumable", "12"), ("Standing Part", "15"), ("Not Stocked", "0"), ("", "0"), (None, "0")],
	)
	def test_factor_of_the_class(self, stock_class, expected):
		assert rules.limit(Decimal(10), stock_class, FACTORS) == Decimal(expected)

	def test_to_a_thousandth(self):
		assert rules.limit(Decimal(10) / 3, "Daily Consumable", FACTORS) == Decimal("4.000")

	@pytest.mark.parametrize("override", [Decimal(0), Decimal("7.5")])
	def test_an_override_holds_also_when_it_is_zero(self, override):
		assert rules.limit(Decimal(10), "Standing Part", FACTORS, override) == override


@pytest.mark.rule("WH-03")
def test_cover_and_flags():
	assert rules.months_of_cover(Decimal(15), Decimal(10)) == Decimal("1.5")
	assert rules.months_of_cover(Decimal(-1), Decimal(10)) == 0
	assert rules.months_of_cover(Decimal(15), Decimal(0)) is None
	assert rules.is_below(Decimal("11.999"), Decimal(12))
	assert not rules.is_below(Decimal(12), Decimal(12))
	assert rules.is_covered(Decimal(2), Decimal(12), Decimal(4), Decimal(6))
	assert not rules.is_covered(Decimal(2), Decimal(12), Decimal(4), Decimal("5.999"))


@pytest.mark.rule("WH-02")
@pytest.mark.parametrize(
	("quantity", "reason", "first", "last", "message"),
	[
		(-1, "季节性", "2026-01-01", "2026-02-01", rules.NEGATIVE_LIMIT),
		(5, "  ", "2026-01-01", "2026-02-01", rules.NO_REASON),
		(5, "季节性", "2026-02-02", "2026-02-01", rules.ENDS_BEFORE),
		(5, "季节性", "2026-06-30", "2026-07-30", rules.OVERLAPS),
		(5, "季节性", "2026-07-01", "2026-07-30", None),
	],
)
def test_an_override_has_a_reason_an_end_and_its_days_for_itself(quantity, reason, first, last, message):
	others = [rules.Override("XE-1", date(2026, 6, 1), date(2026, 6, 30))]
	refusal = rules.refuse_override(
		Decimal(quantity), reason, date.fromisoformat(first), date.fromisoformat(last), others
	)
	assert (refusal.message if refusal else None) == message


@pytest.mark.rule("WH-04")
class TestSuggestion:
	@pytest.mark.parametrize(
		("limit", "balance", "on_order", "on_plans", "multiple", "expected"),
		[
			(12, 2, 0, 0, 0, 10),
			(12, 2, 3, 4, 0, 3),
			(12, 2, 0, 0, 6, 12),
			(12, 12, 0, 0, 6, 0),
			(12, 20, 0, 0, 6, 0),
			(12, -3, 0, 0, 1, 15),
			(0, 0, 0, 0, 10, 0),
			("7.2", 0, 0, 0, 1, 8),
			("7.0004", 0, 0, 0, 1, 7),
		],
	)
	def test_examples(self, limit, balance, on_order, on_plans, multiple, expected):
		numbers = (Decimal(str(n)) for n in (limit, balance, on_order, on_plans, multiple))
		assert plan.suggested(*numbers) == expected

	@given(quantities, quantities, quantities, quantities, multiples)
	def test_never_below_zero_never_more_than_a_multiple_too_much(
		self, limit, balance, ordered, planned, multiple
	):
		quantity = plan.suggested(limit, balance, ordered, planned, multiple)
		assert quantity >= 0
		if quantity:
			there = balance + ordered + planned + quantity
			assert limit <= there
			assert there < limit + multiple or (multiple == 0 and there == limit)
		if multiple:
			assert quantity % multiple == 0

	@given(quantities, quantities, quantities, quantities, multiples)
	def test_what_is_planned_is_not_suggested_again(self, limit, balance, ordered, planned, multiple):
		quantity = plan.suggested(limit, balance, ordered, planned, multiple)
		assert plan.suggested(limit, balance, ordered, planned + quantity, multiple) == 0
		assert plan.suggested(limit, balance, ordered + quantity, planned, multiple) == 0
		assert plan.suggested(limit, balance + quantity, ordered, planned, multiple) == 0


def unit(conversion=1, multiple=0, minimum=0, whole=True) -> plan.Unit:
	return plan.Unit(Decimal(str(conversion)), Decimal(str(multiple)), Decimal(str(minimum)), whole)


@pytest.mark.rule("WH-04")
class TestUnits:
	@pytest.mark.parametrize(
		("bought", "multiple"),
		[
			(unit(), 1),
			(unit(whole=False), 0),
			(unit(conversion=12), 12),
			(unit(conversion=12, multiple=2), 24),
			(unit(conversion=12, minimum=30), 36),
			(unit(minimum=5, whole=False), 5),
			(unit(conversion="0.5"), Decimal("0.5")),
		],
	)
	def test_multiple_in_stock_units(self, bought, multiple):
		assert bought.multiple == multiple

	def test_a_suggestion_of_whole_boxes(self):
		box = unit(conversion=12)
		quantity = plan.suggested(Decimal(30), Decimal(0), Decimal(0), Decimal(0), box.multiple)
		assert (quantity, box.in_purchase_units(quantity)) == (36, 3)

	@given(quantities, st.decimals(min_value="0.01", max_value=1000, places=2))
	def test_what_is_bought_is_never_less_than_what_is_missing(self, quantity, conversion):
		bought = unit(conversion=conversion, whole=False)
		units = bought.in_purchase_units(quantity)
		assert units * conversion >= quantity
		assert (units - Decimal("0.001")) * conversion < quantity or units == 0
