"""From when until when somebody lives here (ORG-05)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import residents as rules
from property_service.rules.residents import LIVING_IN, MOVED_OUT, Stay

pytestmark = pytest.mark.rule("ORG-05")

TODAY = date(2026, 11, 25)
BEFORE, AFTER = TODAY - timedelta(days=9), TODAY + timedelta(days=1)
DAYS = st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
	("stay", "dates"),
	[
		(Stay(LIVING_IN), (TODAY, None)),
		(Stay(LIVING_IN, moved_in_on=BEFORE), (BEFORE, None)),
		(Stay(LIVING_IN, moved_in_on=BEFORE, moved_out_on=TODAY), (BEFORE, None)),
		(Stay(MOVED_OUT, moved_in_on=BEFORE), (BEFORE, TODAY)),
		(Stay(MOVED_OUT, moved_out_on=BEFORE), (None, BEFORE)),
		(Stay("Registered", moved_out_on=BEFORE), (None, None)),
		(Stay("Registered", moved_in_on=AFTER), (AFTER, None)),
	],
)
def test_the_day_of_moving_is_today_where_none_was_entered(stay, dates):
	assert rules.dates_of_stay(stay, TODAY) == dates


@pytest.mark.parametrize(
	("stay", "expected"),
	[
		(Stay(LIVING_IN, "1-101", TODAY), None),
		(Stay(LIVING_IN, None, TODAY), rules.NO_UNIT),
		(Stay("Registered"), None),
		(Stay(MOVED_OUT, None, BEFORE, TODAY), None),
		(Stay(MOVED_OUT, None, TODAY, TODAY), None),
		(Stay(MOVED_OUT, None, TODAY, BEFORE), rules.OUT_BEFORE_IN),
		(Stay(MOVED_OUT, None, BEFORE, AFTER), rules.NOT_OUT_YET),
		(Stay(MOVED_OUT, None, None, AFTER), rules.NOT_OUT_YET),
	],
)
def test_a_stay_has_a_place_and_ends_after_it_began_by_today(stay, expected):
	refusal = rules.refuse_stay(stay, TODAY)
	assert (refusal.message if refusal else None) == expected


@given(st.sampled_from(("Registered", LIVING_IN, MOVED_OUT)), DAYS, DAYS)
def test_only_who_has_moved_out_is_counted_towards_the_end_of_the_time_data_is_kept(status, came, went):
	came, went = rules.dates_of_stay(Stay(status, "1-101", came, went), TODAY)
	assert (went is not None) == (status == MOVED_OUT)
	if rules.refuse_stay(Stay(status, "1-101", came, went), TODAY) is None:
		assert went is None or (went <= TODAY and (came is None or came <= went))
