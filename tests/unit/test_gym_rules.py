"""Gym cards (DESK-07): one at a time, visits counted down, frozen days given back."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import gym as rules
from property_service.rules.gym import Card, Period

pytestmark = pytest.mark.rule("DESK-07")

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 18, 30)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


def message(refusal):
	return refusal.message if refusal else None


def day(n):
	return TODAY + timedelta(days=n)


def card(**values):
	return Card(**{"member": "林晓东", "status": "Valid", "start": day(-5), "end": day(24), **values})


# ---- plans and periods ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("plan", "allowed"),
	[
		(("Days", 30, 0), True),
		(("Days", 0, 0), False),
		(("Visits", 90, 10), True),
		(("Visits", 90, 0), False),
		(("Visits", 0, 10), False),
	],
)
def test_a_plan_gives_something(plan, allowed):
	assert (rules.refuse_plan(*plan) is None) is allowed


@pytest.mark.parametrize(("days", "frozen", "last"), [(1, 0, 0), (30, 0, 29), (30, 7, 36)])
def test_a_card_lasts_its_days_and_those_it_was_frozen(days, frozen, last):
	assert rules.last_day(TODAY, days, frozen) == day(last)


@pytest.mark.parametrize(
	("taken_over", "expected"),
	[
		((day(-60), day(30), "Visits", 20, 20), None),
		((day(-60), day(30), "Visits", 20, 21), rules.BAD_TAKE_OVER),
		((day(-60), day(30), "Visits", 20, -1), rules.BAD_TAKE_OVER),
		((day(-60), day(-61), "Days", 0, 0), rules.BAD_TAKE_OVER),
		((day(-60), day(30), "Days", 0, 5), None),
	],
)
def test_the_old_register_is_taken_over_as_far_as_it_makes_sense(taken_over, expected):
	assert message(rules.refuse_taken_over(*taken_over)) == expected


def test_a_card_begins_today_or_later():
	assert rules.refuse_start(TODAY, TODAY) is None
	assert message(rules.refuse_start(day(-1), TODAY)) == rules.PAST_START


# ---- one at a time -------------------------------------------------------------------------------------------------

CURRENT = Period("JS-1", day(-5), day(10))


@pytest.mark.parametrize(
	("new", "following", "expected"),
	[
		(Period("JS-2", day(11), day(20)), None, None),
		(Period("JS-2", day(10), day(20)), None, rules.OVERLAP),
		(Period("JS-2", day(-20), day(-10)), None, rules.OVERLAP),
		(Period("JS-2", day(0), day(5)), None, rules.OVERLAP),
		(Period("JS-3", day(40), day(50)), Period("JS-2", day(11), day(20)), rules.TWO_ALREADY),
	],
)
def test_no_two_cards_at_once_and_one_bought_ahead(new, following, expected):
	assert message(rules.refuse_overlap("林晓东", new, CURRENT, following)) == expected


@given(DAYS, st.integers(1, 90), DAYS, st.integers(1, 90))
def test_two_cards_that_are_both_allowed_share_no_day(start, days, other_start, other_days):
	current = Period("JS-1", start, rules.last_day(start, days))
	new = Period("JS-2", other_start, rules.last_day(other_start, other_days))
	if rules.refuse_overlap("x", new, current, None) is None:
		assert not new.overlaps(current)
		assert new.start > current.end
	assert rules.refuse_overlap("x", new, None, None) is None


@given(DAYS, st.integers(0, 60), DAYS, st.integers(0, 60))
def test_overlap_is_a_shared_day(start, length, other_start, other_length):
	one = Period("a", start, start + timedelta(days=length))
	two = Period("b", other_start, other_start + timedelta(days=other_length))
	shared = {one.start + timedelta(days=n) for n in range(length + 1)} & {
		two.start + timedelta(days=n) for n in range(other_length + 1)
	}
	assert one.overlaps(two) == two.overlaps(one) == bool(shared)


# ---- the door ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("seen", "expected"),
	[
		(card(), None),
		(card(end=TODAY), None),
		(card(start=TODAY), None),
		(card(end=day(-1)), rules.IS_EXPIRED),
		(card(status="Expired"), rules.IS_EXPIRED),
		(card(start=day(1)), rules.NOT_BEGUN),
		(card(status="Frozen", frozen_on=day(-2)), rules.IS_FROZEN),
		(card(status="Cancelled"), rules.IS_CANCELLED),
		(card(status="Used Up", kind="Visits"), rules.IS_USED_UP),
		(card(kind="Visits", visits_left=0), rules.IS_USED_UP),
		(card(kind="Visits", visits_left=1), None),
		(card(last_visit=NOW - timedelta(seconds=59)), rules.CHECKED_IN_ALREADY),
		(card(last_visit=NOW - timedelta(seconds=60)), None),
		(
			card(status="Used Up", kind="Visits", last_visit=NOW - timedelta(seconds=5)),
			rules.CHECKED_IN_ALREADY,
		),
	],
)
def test_who_is_let_in(seen, expected):
	assert message(rules.refuse_visit(seen, NOW, 1)) == expected


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 80))
def test_as_many_visits_as_the_plan_has_are_let_in(total, before, tries):
	"""Scanned however often: exactly what is left of the plan is let in, and then the card is used up."""
	used = 0
	for _ in range(tries):
		left = rules.visits_left("Visits", total, before, used)
		status = rules.USED_UP if used and rules.is_used_up("Visits", left) else rules.VALID
		if rules.refuse_visit(card(kind="Visits", visits_left=left, status=status), NOW, 0) is None:
			used += 1
	assert used == min(tries, max(total - before, 0))


def test_plans_by_days_are_not_counted():
	assert rules.visits_left("Days", 10, 0, 3) == 0
	assert not rules.is_used_up("Days", 0)


# ---- freezing ------------------------------------------------------------------------------------------------------


@given(DAYS, st.integers(1, 120), st.integers(0, 119), st.integers(0, 200))
def test_after_freezing_as_many_days_are_left_as_before(start, days, used, frozen):
	"""Frozen after `used` days for `frozen` days: the days left are the same, and so is the sum of all."""
	end = rules.last_day(start, days)
	frozen_on = start + timedelta(days=min(used, days - 1))
	resumed_on = frozen_on + timedelta(days=frozen)
	back = rules.days_frozen(frozen_on, resumed_on)
	new_end = rules.last_day(end, 1, back)
	assert (new_end - resumed_on) == (end - frozen_on)
	assert new_end == rules.last_day(start, days, back)


@pytest.mark.parametrize(
	("seen", "following", "expected"),
	[
		(card(), None, None),
		(card(), "JS-2", rules.FROZEN_WITH_NEXT),
		(card(start=day(1)), None, rules.BEFORE_START),
	],
)
def test_what_may_be_frozen(seen, following, expected):
	assert message(rules.refuse_freezing(seen, following, TODAY)) == expected


def test_only_a_used_up_card_comes_back_and_only_to_valid():
	leaving = {(before, after) for before, after in rules.STEPS if before in rules.ENDED}
	assert leaving == {(rules.USED_UP, rules.VALID)}
