"""The monthly statistics of the service desk: what each figure is made of, and how figures add up (SVC-23).

A figure is kept as what it is made of (part, whole) until it is shown, so that totals are computed from the parts: the
rate of a quarter is not the mean of three monthly rates. The source types its totals (2,385 contacts against parts that
add up to 1,808); here nobody can.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from property_service.rules.rates import percent

COUNT = "count"
RATE = "rate"
MEAN_HOURS = "mean"
PER_DAY = "daily"
SECONDS_PER_HOUR = 3600


@dataclass(frozen=True)
class Cell:
	"""What one figure is made of.

	COUNT: `part` documents. RATE: `part` of `whole`. MEAN_HOURS: `part` seconds over `whole` documents.
	PER_DAY: `part` documents over `whole` days.
	"""

	part: int = 0
	whole: int = 0

	def __add__(self, other: "Cell") -> "Cell":
		return Cell(self.part + other.part, self.whole + other.whole)


def total(cells: Iterable[Cell]) -> Cell:
	return sum(cells, Cell())


def value(kind: str, cell: Cell) -> int | float | None:
	"""The figure as it is read: a count, whole percent, hours or documents a day with one decimal, halves up.

	A count of nothing is 0; a rate, mean or daily average over nothing is None, because 0 would be a statement.
	Raises ValueError for a rate whose part is larger than its whole.
	"""
	if kind == COUNT:
		return cell.part
	if kind == RATE:
		return percent(cell.part, cell.whole)
	if cell.whole == 0:
		return None
	divisor = cell.whole * (SECONDS_PER_HOUR if kind == MEAN_HOURS else 1)
	return (20 * cell.part + divisor) // (2 * divisor) / 10


@dataclass(frozen=True)
class Month:
	"""A calendar month; `last` is its last day."""

	first: date
	last: date

	@property
	def key(self) -> str:
		return f"{self.first:%Y-%m}"


def months(first: date, last: date) -> list[Month]:
	"""The calendar months from that of `first` to that of `last`, in order, whether anything happened in them or not."""
	found, day = [], first.replace(day=1)
	while day <= last:
		end = day.replace(day=monthrange(day.year, day.month)[1])
		found.append(Month(day, end))
		day = end + timedelta(days=1)
	return found


def days_so_far(first: date, last: date, today: date) -> int:
	"""Calendar days from `first` to `last` inclusive that have begun by `today`; the daily averages divide by them."""
	return max(0, (min(last, today) - first).days + 1)
