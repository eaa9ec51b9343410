"""No test of a site runs across midnight.

A test that says "today" twice, before and after a step, means one day. Rather than have every test think of it, the few
that would begin in the day's last minutes begin in the next day's first.
"""

import time
from datetime import datetime, timedelta

# No test takes longer, on a busy machine either (seconds).
LONGEST_TEST = 150


def wait_for_the_new_day(now: datetime, wait=time.sleep) -> None:
	"""Return at once on any other time of the day; `now` is site time."""
	left = until_midnight(now)
	if left < LONGEST_TEST:
		wait(left + 1)


def until_midnight(now: datetime) -> float:
	"""Seconds."""
	next_day = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
	return (next_day - now).total_seconds()
