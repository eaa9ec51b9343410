from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import money

pytestmark = pytest.mark.rule("SVC-11")

quantities = st.decimals(min_value=0, max_value=10_000, places=3)
rates = st.decimals(min_value=0, max_value=10_000, places=4)


@pytest.mark.parametrize(
	("value", "expected"),
	[
		("2.345", "2.35"),
		(2.345, "2.35"),
		("2.3449", "2.34"),
		(0.1, "0.10"),
		(None, "0.00"),
		("", "0.00"),
		(1e-9, "0.00"),
	],
)
def test_cents_are_rounded_half_up(value, expected):
	assert money.cents(value) == Decimal(expected)


def test_a_float_is_the_number_a_person_reads():
	assert money.product(1.1, 1.1) == Decimal("1.21")
	assert money.product(0.145, 100) == Decimal("14.50")
	assert money.product(1.005, 1) == Decimal("1.01")


@pytest.mark.parametrize("value", ["NaN", float("nan"), "1e308", float("inf"), -0.01, "abc", {"a": 1}, [1]])
def test_what_is_no_amount_is_refused(value):
	with pytest.raises(ValueError, match=r"is not a number|out of range"):
		money.exact(value)


@given(quantities, rates)
def test_a_product_is_within_half_a_cent(quantity, rate):
	assert abs(money.product(quantity, rate) - quantity * rate) <= Decimal("0.005")


@given(st.lists(st.decimals(min_value=0, max_value=1_000, places=4), max_size=20))
def test_a_column_adds_up_as_printed(amounts):
	assert money.total(amounts) == sum((money.cents(amount) for amount in amounts), Decimal(0))


@given(quantities, rates)
def test_floats_and_texts_agree(quantity, rate):
	assert money.product(float(quantity), float(rate)) == money.product(str(quantity), str(rate))
