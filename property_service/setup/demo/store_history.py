"""The time before the stores procedure: what lay there, what was bought and used, month by month, as plain values.

A row stands only where something moved, as in the books of a real store: what is used much moves every other month, the
rest now and then, and together they come to what the list says is used in a month.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from property_service.rules import stores as rules
from property_service.rules.stock_limit import month_before
from property_service.setup.demo import data
from property_service.setup.demo.store_goods import Good, texts

MONTHS, LEAST_MONTHS = 17, 4
OPENING, RECEIPT, ISSUE = "opening", "receipt", "issue"
# Share of the months in which an item moves.
MUCH_USED, OFTEN, NOW_AND_THEN = 10, 0.4, 0.13
# Bought when less than so many times the usual issue is there, up to so many.
BUY_BELOW, BUY_UP_TO = Decimal("0.4"), Decimal("1.6")
ISSUED_ON = (10, 19)
# The procedure begins on this day of the last month before the one that is played; nothing is bought in that month before.
PROCEDURE_BEGINS = 21


class Line(NamedTuple):
	code: str
	qty: int
	rate: Decimal


class Voucher(NamedTuple):
	"""`partner`: the supplier of a receipt, the department of an issue."""

	at: datetime
	kind: str
	partner: str
	lines: tuple[Line, ...]


class History:
	"""`vouchers` in the order of time, none later than `until`; `balance`: what is left in the end, by item."""

	def __init__(self, rng: random.Random, goods: list[Good], month: date, until: datetime, share: float):
		"""`month`: first day of the month that is played after this. A small share has fewer months, and one day in each."""
		self.rng, self.goods = rng, goods
		self.days = ISSUED_ON if share > 0.5 else ISSUED_ON[1:]
		months = max(LEAST_MONTHS, round(MONTHS * share))
		self.months = [month_before(month, back) for back in range(months, 0, -1)]
		self.balance = {good.code: 0 for good in goods}
		self.vouchers = [voucher for voucher in self.tell() if voucher.at <= until]

	def tell(self) -> Iterator[Voucher]:
		yield self.opening(self.months[0])
		for month in self.months:
			last = PROCEDURE_BEGINS if month == self.months[-1] else 32
			used = self.use(month)
			if month < self.months[-1]:
				yield from self.receipts(month)
			for day in self.days:
				if day < last:
					yield from self.issues(month.replace(day=day), used.pop(day))

	def opening(self, month: date) -> Voucher:
		"""Standing stock: a month or two of what is used, a few pieces of the rest, nothing of what is not stocked."""
		lines, kept = [], data.load("articles")["kept"]
		for good in self.goods:
			if good.stock_class == rules.NOT_STOCKED and not good.is_tool:
				continue
			qty = (
				round(good.monthly * self.rng.uniform(1.4, 2.4))
				if good.monthly
				else self.rng.choice((0, 0, 2, 4))
			)
			if good.multiple > 1:
				qty = -(-qty // good.multiple) * good.multiple
			qty = kept.get(good.code, qty)
			if qty:
				lines.append(Line(good.code, qty, self.price(good, month)))
				self.balance[good.code] = qty
		return Voucher(datetime.combine(month, time(8, 31)), OPENING, "", tuple(lines))

	def price(self, good: Good, month: date) -> Decimal:
		"""Prices rise by a few per cent over the time, and differ a little from one delivery to the next."""
		months = (month.year - self.months[0].year) * 12 + month.month - self.months[0].month
		factor = Decimal(round((0.96 + 0.003 * months) * self.rng.uniform(0.98, 1.02), 4))
		return max(Decimal("0.01"), (good.rate * factor).quantize(Decimal("0.01")))

	# ---- a month ---------------------------------------------------------------------------------------------------------

	def use(self, month: date) -> dict[int, list[tuple[Good, int]]]:
		"""Day -> what is asked for on it."""
		wanted: dict[int, list[tuple[Good, int]]] = {day: [] for day in self.days}
		for good in self.goods:
			share = OFTEN if good.monthly >= MUCH_USED else NOW_AND_THEN
			moves = self.rng.random() < share and month.month in good.season
			if good.monthly and moves:
				qty = max(1, round(good.monthly * self.rng.uniform(0.8, 1.2) / share))
				wanted[self.rng.choice(self.days)].append((good, qty))
		return wanted

	def receipts(self, month: date) -> Iterator[Voucher]:
		"""A delivery per supplier; some suppliers come every other month."""
		by_supplier: dict[str, list[Line]] = {}
		rarely = texts()["deliveries"]["every_other_month"]
		for good in self.goods:
			if good.supplier in rarely and month.month % 2:
				continue
			share = Decimal(str(OFTEN if good.monthly >= MUCH_USED else NOW_AND_THEN))
			usual = good.monthly / share  # what is asked for when it is asked for
			if good.monthly and self.balance[good.code] < usual * BUY_BELOW:
				missing = int(usual * BUY_UP_TO) - self.balance[good.code]
				qty = -(-missing // good.multiple) * good.multiple
				by_supplier.setdefault(good.supplier, []).append(
					Line(good.code, qty, self.price(good, month))
				)
		for number, (supplier, lines) in enumerate(sorted(by_supplier.items())):
			for line in lines:
				self.balance[line.code] += line.qty
			at = datetime.combine(month.replace(day=2 + number), time(9, 12)) + timedelta(minutes=13 * number)
			yield Voucher(at, RECEIPT, supplier, tuple(lines))

	def issues(self, day: date, wanted: list[tuple[Good, int]]) -> Iterator[Voucher]:
		"""One slip per department; what does not lie there is not handed out, and a last piece stays for the count."""
		by_department: dict[str, list[Line]] = {}
		for good, qty in wanted:
			qty = min(qty, self.balance[good.code] - 1)
			if qty > 0:
				self.balance[good.code] -= qty
				department = self.rng.choice(good.departments)
				by_department.setdefault(department, []).append(Line(good.code, qty, Decimal(0)))
		for number, (department, lines) in enumerate(sorted(by_department.items())):
			at = datetime.combine(day, time(10, 5)) + timedelta(minutes=17 * number)
			yield Voucher(at, ISSUE, department, tuple(lines))
