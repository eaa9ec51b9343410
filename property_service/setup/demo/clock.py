"""When things happen at a service centre: reports by weekday and hour, work in working hours."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

# Share of a usual day's reports by weekday (Monday first): weekends bring what people find when they are at home.
WEEKDAY_SHARE = (1.25, 1.05, 1.0, 0.95, 1.05, 0.85, 0.75)
# Share of the day's reports by hour: before work, at lunch, after work.
HOUR_SHARE = (
	*(0.2, 0.1, 0.1, 0.1, 0.1, 0.3),
	*(1.0, 4.0, 9.0, 9.5, 7.0, 5.5),
	*(6.0, 5.0, 5.5, 5.5, 5.5, 6.5),
	*(8.0, 8.5, 6.0, 3.5, 1.5, 0.6),
)
# Share of the day's other calls and visits by hour: people ask while the desk is open, a few call in the evening.
CALL_SHARE = (
	*(0, 0, 0, 0, 0, 0),
	*(0.3, 2.0, 8.0, 12.0, 11.0, 8.0),
	*(4.0, 5.0, 10.0, 11.0, 9.0, 7.0),
	*(4.0, 3.0, 2.0, 0.8, 0, 0),
)
DESK_OPENS, DESK_CLOSES = time(8, 30), time(17, 30)
WORK_STARTS, WORK_ENDS = time(8, 30), time(17, 30)


def reports_of_day(
	rng: random.Random, day: date, usual: float, hour_share: Sequence[float] = HOUR_SHARE
) -> list[datetime]:
	"""The moments of a day's reports, sorted; about `usual` on a usual day."""
	mean = usual * WEEKDAY_SHARE[day.weekday()]
	count = max(0, round(rng.gauss(mean, mean**0.5)))
	hours = rng.choices(range(24), hour_share, k=count)
	return sorted(datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60))) for hour in hours)


def later(rng: random.Random, moment: datetime, least: float, most: float) -> datetime:
	"""A moment `least` to `most` minutes after `moment`, nearer to the least."""
	return moment + timedelta(seconds=round(60 * rng.triangular(least, most, least + (most - least) / 3)))


def at_work(rng: random.Random, moment: datetime) -> datetime:
	"""`moment` if it lies in working hours, else the first minutes of the next working day's hours."""
	if moment.time() < WORK_STARTS:
		return _opening(rng, moment.date())
	if moment.time() > WORK_ENDS:
		return _opening(rng, moment.date() + timedelta(days=1))
	return moment


def _opening(rng: random.Random, day: date) -> datetime:
	return datetime.combine(day, WORK_STARTS) + timedelta(seconds=rng.randint(60, 45 * 60))
