"""Stock limits (库存限额): how much of an item a store keeps (procedure 4.1; WH-02, WH-03).

4.1.1 a) the limit of daily consumables is in general 1.2 times the average monthly consumption; 4.1.2 a) that of standing
parts 1.5 times; b) special cases are dealt with separately, here by an override with a reason and an end.

All quantities are in the item's stock unit and belong to one store: what its zones moved together, what lies in Qualified.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from property_service.rules.refusal import Refusal
from property_service.rules.stores import DAILY_CONSUMABLE, STANDING_PART

THOUSANDTH = Decimal("0.001")

NEGATIVE_LIMIT = "A stock limit is not below zero (procedure 4.1, WH-02)."
NO_REASON = "Say why the usual limit does not fit this item (procedure 4.1.1 b, WH-02)."
ENDS_BEFORE = "The limit ends before it begins: correct the dates (WH-02)."
OVERLAPS = "{0} sets a limit for this item and store on some of these days already (WH-02). Let that one end first, or change it."


def month_before(month: date, months: int) -> date:
	"""The first day of the month that lies `months` before `month`; negative counts forward."""
	index = month.year * 12 + month.month - 1 - months
	return date(index // 12, index % 12 + 1, 1)


def window(day: date, first_movement: date | None, months: int) -> list[date]:
	"""The complete months whose average counts on `day`: first days of months, the oldest first (WH-02).

	The last `months` calendar months that are over on `day`, fewer for a younger item: those from the month of its first
	movement in this store on. That month counts as a whole one, because it is over. Empty for an item that first moved
	this month or never.
	"""
	this_month = day.replace(day=1)
	first = month_before(this_month, max(months, 0))
	if not first_movement:
		return []
	first = max(first, first_movement.replace(day=1))
	found = []
	while first < this_month:
		found.append(first)
		first = month_before(first, -1)
	return found


def average(consumption: Mapping[date, Decimal], months: list[date]) -> Decimal:
	"""Average monthly consumption over `months`, in stock units, not rounded (4.1.1 a, 4.1.2 a).

	A month in which more came back than went out counts negative; months without movement count as 0. The average
	itself is never below 0: an item that only came back is not consumed.
	"""
	if not months:
		return Decimal(0)
	total = sum((consumption.get(month, Decimal(0)) for month in months), Decimal(0))
	return max(Decimal(0), total / len(months))


@dataclass(frozen=True)
class Factors:
	"""Months' consumption that are kept, by stock class (4.1)."""

	daily_consumable: Decimal
	standing_part: Decimal

	def of(self, stock_class: str | None) -> Decimal:
		"""0 for what is not stocked (零星) and for items without a class: they have no limit."""
		return {DAILY_CONSUMABLE: self.daily_consumable, STANDING_PART: self.standing_part}.get(
			stock_class or "", Decimal(0)
		)


def limit(
	monthly: Decimal, stock_class: str | None, factors: Factors, override: Decimal | None = None
) -> Decimal:
	"""The stock limit in stock units, to a thousandth (WH-02): average × factor of the class, or the override in force."""
	if override is not None:
		return rounded(override)
	return rounded(monthly * factors.of(stock_class))


def exact(quantity: float | int | str | Decimal | None) -> Decimal:
	"""A stored quantity as the decimal number a person reads in it; empty is 0."""
	return Decimal(str(quantity or 0))


def rounded(quantity: Decimal) -> Decimal:
	return quantity.quantize(THOUSANDTH, rounding=ROUND_HALF_UP)


def months_of_cover(balance: Decimal, monthly: Decimal) -> Decimal | None:
	"""How many months the balance lasts at the average consumption, to a tenth; None for an item that is not consumed."""
	if monthly <= 0:
		return None
	return max(Decimal(0), balance / monthly).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def is_below(balance: Decimal, limit_qty: Decimal) -> bool:
	"""WH-03, 4.2.2: less lies in Qualified than the limit says."""
	return balance < limit_qty


def is_covered(balance: Decimal, limit_qty: Decimal, on_order: Decimal, on_plans: Decimal) -> bool:
	"""WH-05: what is ordered or stands on open plans fills the gap."""
	return balance + on_order + on_plans >= limit_qty


@dataclass(frozen=True)
class Override:
	"""A limit set by hand for some days; both days count."""

	name: str
	first: date
	last: date


def refuse_override(
	quantity: Decimal, reason: str | None, first: date, last: date, others: list[Override]
) -> Refusal | None:
	"""WH-02: a special case has a reason and an end, and there is one at a time per item and store."""
	if quantity < 0:
		return Refusal(NEGATIVE_LIMIT)
	if not (reason or "").strip():
		return Refusal(NO_REASON)
	if last < first:
		return Refusal(ENDS_BEFORE)
	overlapping = next((o for o in others if o.first <= last and o.last >= first), None)
	return Refusal(OVERLAPS, (overlapping.name,)) if overlapping else None
