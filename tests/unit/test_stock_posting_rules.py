"""Which day a stock posting may have (WH-20)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import stock_posting as rules

TODAY = date(2026, 6, 15)


@pytest.mark.rule("WH-20")
@given(st.integers(min_value=-400, max_value=400), st.booleans())
def test_only_the_accountant_posts_a_day_that_is_over(days, is_accountant):
	day = TODAY + timedelta(days=days)
	refusals = (
		rules.refuse_posting(day, TODAY, is_accountant),
		rules.refuse_cancelling("MAT-STE-1", day, TODAY, is_accountant),
	)
	assert [bool(refusal) for refusal in refusals] == [days < 0 and not is_accountant] * 2


@pytest.mark.rule("WH-20")
def test_the_message_names_the_day():
	assert rules.refuse_posting(date(2026, 6, 14), TODAY, False).values == ("2026-06-14",)
