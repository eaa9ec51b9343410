"""What employees owe, by age: payments settle the oldest debt first (LV-10, LV-11). Amounts in the company's currency."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Posting:
	"""An entry on somebody's account: debt positive, payment negative."""

	day: date
	amount: Decimal


def open_debts(postings: Iterable[Posting]) -> list[Posting]:
	"""What of each debt is still open, the oldest first; what was paid in advance is one negative posting at the end.

	Payments settle the oldest debts, whenever they were made.
	"""
	ordered = sorted(postings, key=lambda posting: posting.day)
	paid = -sum((p.amount for p in ordered if p.amount < 0), NOTHING)
	found = []
	for posting in ordered:
		if posting.amount <= 0:
			continue
		settled = min(posting.amount, paid)
		paid -= settled
		if posting.amount > settled:
			found.append(Posting(posting.day, posting.amount - settled))
	if paid and ordered:
		found.append(Posting(ordered[-1].day, -paid))
	return found


def aged(postings: Iterable[Posting], today: date, bounds: Sequence[int]) -> list[Decimal]:
	"""The open amount per age: up to the first bound of days, up to the second, …, older. Sums to the balance."""
	ages = [NOTHING] * (len(bounds) + 1)
	for debt in open_debts(postings):
		days = max((today - debt.day).days, 0)
		ages[next((n for n, bound in enumerate(bounds) if days <= bound), len(bounds))] += debt.amount
	return ages
