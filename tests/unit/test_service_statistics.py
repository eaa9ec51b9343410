"""The figures of the monthly statistics and how they add up (SVC-23)."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules.service_statistics import (
	COUNT,
	MEAN_HOURS,
	PER_DAY,
	RATE,
	Cell,
	days_so_far,
	months,
	total,
	value,
)

pytestmark = pytest.mark.rule("SVC-23")

# 每月对住户来电来访进行月统计: the source says 2,385 in all.
CONTACTS_OF_THE_SOURCE = (155, 43, 69, 752, 740, 26, 23)

rates = st.integers(0, 10_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


def test_the_total_is_the_sum_of_its_parts_whatever_the_source_printed():
	assert value(COUNT, total(Cell(part) for part in CONTACTS_OF_THE_SOURCE)) == 1808


def test_a_years_calls_and_visits_by_the_day():
	"""26,000 calls a year are the source's 70 a day and more."""
	assert value(PER_DAY, Cell(26_000, 365)) == 71.2
	assert value(PER_DAY, Cell(10_300, 365)) == 28.2


def test_nothing_counts_as_zero_and_is_no_rate():
	assert value(COUNT, Cell()) == 0
	assert [value(kind, Cell()) for kind in (RATE, MEAN_HOURS, PER_DAY)] == [None, None, None]


def test_a_mean_is_in_hours_with_one_decimal_rounded_half_up():
	assert value(MEAN_HOURS, Cell(3 * 3600, 2)) == 1.5
	assert value(MEAN_HOURS, Cell(180, 1)) == 0.1
	assert value(MEAN_HOURS, Cell(179, 1)) == 0.0


@given(st.lists(rates, min_size=1))
def test_a_total_rate_lies_between_the_rates_it_is_made_of(parts):
	cells = [Cell(*part) for part in parts]
	known = [value(RATE, cell) for cell in cells if cell.whole]
	if known:
		assert min(known) <= value(RATE, total(cells)) <= max(known)
	else:
		assert value(RATE, total(cells)) is None


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**4))))
def test_the_order_of_adding_does_not_matter(parts):
	cells = [Cell(*part) for part in parts]
	assert total(cells) == total(reversed(cells))


def test_a_part_larger_than_its_whole_is_a_mistake():
	with pytest.raises(ValueError, match="2 of 1"):
		value(RATE, Cell(2, 1))


def test_empty_months_are_there():
	assert [month.key for month in months(date(2026, 11, 25), date(2027, 2, 3))] == [
		"2026-11",
		"2026-12",
		"2027-01",
		"2027-02",
	]
	assert months(date(2028, 2, 10), date(2028, 2, 10))[0].last == date(2028, 2, 29)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 800))
def test_months_follow_each_other_without_gap(first, length):
	found = months(first, date.fromordinal(first.toordinal() + length))
	assert found[0].first <= first
	assert all(
		after.first.toordinal() == before.last.toordinal() + 1 for before, after in itertools.pairwise(found)
	)


def test_an_unfinished_month_is_divided_by_the_days_it_had():
	first, last = date(2026, 11, 1), date(2026, 11, 30)
	assert days_so_far(first, last, date(2026, 11, 25)) == 25
	assert days_so_far(first, last, date(2026, 12, 25)) == 30
	assert days_so_far(first, last, date(2026, 10, 31)) == 0
