"""What employees owe, by age (LV-10)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import receivables as rules
from property_service.rules.receivables import Posting

pytestmark = pytest.mark.rule("LV-10")

TODAY = date(2026, 11, 30)
POSTINGS = st.lists(
	st.builds(
		Posting,
		st.dates(date(2026, 1, 1), TODAY),
		st.decimals(min_value=-1000, max_value=1000, places=2).filter(bool),
	),
	max_size=12,
)


@given(POSTINGS, st.lists(st.integers(1, 400), min_size=1, max_size=5, unique=True).map(sorted))
def test_the_ages_add_up_to_the_balance(postings, bounds):
	ages = rules.aged(postings, TODAY, bounds)
	assert len(ages) == len(bounds) + 1
	assert sum(ages) == sum(posting.amount for posting in postings)


@given(POSTINGS)
def test_the_oldest_debt_is_paid_first(postings):
	open_debts = [debt for debt in rules.open_debts(postings) if debt.amount > 0]
	assert open_debts == sorted(open_debts, key=lambda debt: debt.day)
	if open_debts:
		younger = sum(p.amount for p in postings if p.amount > 0 and p.day > open_debts[0].day)
		assert sum(debt.amount for debt in open_debts[1:] if debt.day > open_debts[0].day) == younger


def test_an_example():
	old, young = TODAY - timedelta(days=100), TODAY - timedelta(days=10)
	postings = [Posting(young, Decimal(50)), Posting(old, Decimal(80)), Posting(TODAY, Decimal(-30))]
	assert rules.aged(postings, TODAY, (30, 60, 90, 120)) == [50, 0, 0, 50, 0]
