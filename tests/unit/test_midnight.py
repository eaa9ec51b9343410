"""Tests of a site begin and end on one day."""

from datetime import datetime

import pytest

from tests.midnight import LONGEST_TEST, wait_for_the_new_day


@pytest.mark.parametrize(
	("now", "waited"),
	[
		(datetime(2026, 12, 31, 23, 59, 30), [31]),
		(datetime(2026, 2, 28, 23, 59, 59, 500_000), [1.5]),
		(datetime(2026, 1, 31, 0, 0, 0), []),
		(datetime(2026, 1, 31, 23, 57, 29), []),
	],
)
def test_only_the_last_minutes_of_a_day_are_waited_for(now, waited):
	waits = []
	wait_for_the_new_day(now, waits.append)
	assert waits == waited
	assert all(0 < seconds <= LONGEST_TEST + 1 for seconds in waits)
