"""The day's issues summed up (SVC-22): which days, until when, and when a summary stays."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import daily_summary as rules

pytestmark = pytest.mark.rule("SVC-22")

CLOSES_AT = time(17, 30)
DAY = date(2026, 11, 25)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def message(refusal):
	return refusal.message if refusal else None


@pytest.mark.parametrize(
	("now", "expected"),
	[
		(datetime(2026, 11, 25, 17, 29), DAY - timedelta(days=1)),
		(datetime(2026, 11, 25, 17, 30), DAY),
		(datetime(2026, 11, 25, 23, 59), DAY),
		(datetime(2026, 11, 26, 0, 0), DAY),
	],
)
def test_a_day_is_summed_up_once_the_desk_has_closed(now, expected):
	assert rules.last_day(now, CLOSES_AT) == expected


@pytest.mark.parametrize(
	("latest", "expected"),
	[
		(None, [DAY]),
		(date(2026, 11, 25), []),
		(date(2026, 11, 26), []),
		(date(2026, 11, 22), [date(2026, 11, 23), date(2026, 11, 24), DAY]),
	],
)
def test_missed_days_are_made_up_for(latest, expected):
	assert rules.days_to_draft(latest, DAY) == expected


def test_a_desk_that_was_closed_longer_begins_again():
	days = rules.days_to_draft(date(2026, 1, 1), DAY)
	assert (days[0], days[-1]) == (DAY - timedelta(days=31), DAY)


@given(st.lists(DAYS, min_size=1, max_size=12))
def test_whenever_the_job_runs_each_day_is_drafted_once_and_none_is_lost(runs):
	latest, drafted = None, []
	for last in sorted(runs):
		days = rules.days_to_draft(latest, last)
		drafted += days
		latest = max([latest, *days] if latest else days)
	assert drafted == sorted(set(drafted))
	longest = timedelta(days=rules.LONGEST_CATCH_UP_DAYS)
	for day, following in pairwise(drafted):
		# a gap is only left where the job stood still for longer than is made up for
		assert following - day == timedelta(days=1) or following in {run - longest for run in runs}


@pytest.mark.parametrize(
	("status", "collected_on", "expected"),
	[
		("Draft", datetime(2026, 11, 25, 17, 30), True),
		("Draft", datetime(2026, 11, 25, 23, 59, 59), True),
		("Draft", datetime(2026, 11, 26, 0, 0), False),
		("Closed", datetime(2026, 11, 25, 17, 30), False),
	],
)
def test_a_draft_collects_until_the_day_is_over(status, collected_on, expected):
	assert rules.collects(status, DAY, collected_on) is expected


def test_yesterdays_draft_collects_once_more():
	assert rules.days_to_top_up(DAY) == (date(2026, 11, 24), DAY)


@pytest.mark.parametrize(("status", "refused"), [("Draft", False), ("Closed", True)])
def test_what_was_closed_stays(status, refused):
	change = rules.refuse_change(status, DAY, "manager@x")
	closing = rules.refuse_closing(status, "manager@x")
	assert message(change) == (rules.STAYS if refused else None)
	assert message(closing) == (rules.CLOSED_ALREADY if refused else None)
	if refused:
		assert (change.values, closing.values) == ((DAY, "manager@x"), ("manager@x",))
