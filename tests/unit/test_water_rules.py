"""Drinking water (DESK-06): what is ordered, delivered and given back, and what is billed by the month."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import water as rules
from property_service.rules.refusal import Refusal
from property_service.rules.water import Bottles

pytestmark = pytest.mark.rule("DESK-06")

COUNTS = st.integers(0, 50)


def message(refusal):
	return refusal.message if isinstance(refusal, Refusal) else None


@pytest.mark.parametrize(
	("order", "expected"),
	[
		(("老鹰地公司", "何家欢", "13900001111", Bottles(2, 1)), None),
		((None, "何家欢", "13900001111", Bottles(2, 1)), rules.NO_HOLDER),
		(("老鹰地公司", " ", "13900001111", Bottles(2, 1)), rules.NO_CONTACT),
		(("老鹰地公司", "何家欢", None, Bottles(2, 1)), rules.NO_CONTACT),
		(("老鹰地公司", "何家欢", "13900001111", Bottles(0, 3)), None),
		(("老鹰地公司", "何家欢", "13900001111", Bottles(0, 0)), rules.NOTHING),
		(("老鹰地公司", "何家欢", "13900001111", Bottles(1001, 0)), rules.TOO_MANY),
		(("老鹰地公司", "何家欢", "13900001111", Bottles(1, 1001)), rules.TOO_MANY),
		(("老鹰地公司", "何家欢", "13900001111", Bottles(5, -1)), rules.TOO_MANY),
		(("老鹰地公司", "何家欢", "13900001111", Bottles(2, 1, returnable=False)), rules.NOT_RETURNABLE),
	],
)
def test_an_order_says_what_for_whom(order, expected):
	assert message(rules.refuse_order(*order)) == expected


@pytest.mark.parametrize(
	("method", "monthly", "expected"),
	[
		("At the Desk", False, None),
		("Monthly Account", True, None),
		("Monthly Account", False, rules.NO_MONTHLY_ACCOUNT),
	],
)
def test_only_a_monthly_account_is_not_paid_at_the_desk(method, monthly, expected):
	assert message(rules.refuse_payment(method, "x", monthly)) == expected


@pytest.mark.parametrize(
	("delivery", "expected"),
	[
		((3, 3, "PG-1", "Finished", True, True), None),
		((3, 3, None, None, True, True), None),
		((3, 3, "PG-1", "Dispatched", False, True), rules.NOT_DELIVERED_YET),
		((3, 4, "PG-1", "Finished", True, False), rules.MORE_THAN_ORDERED),
		((3, -1, "PG-1", "Finished", True, False), rules.MORE_THAN_ORDERED),
		((3, 2, "PG-1", "Finished", True, False), None),
		((3, 2, "PG-1", "Finished", True, True), rules.PAID_IN_FULL),
	],
)
def test_what_was_delivered_is_recorded_when_the_slip_says_so(delivery, expected):
	assert message(rules.refuse_delivery(*delivery)) == expected


@given(st.integers(0, 30), st.lists(st.tuples(COUNTS, COUNTS), max_size=12))
def test_empties_are_what_went_out_less_what_came_back_and_never_negative(start, deliveries):
	out, went, came = start, 0, 0
	for quantity, back in deliveries:
		after = rules.empties_after("x", out, Bottles(quantity, back))
		if isinstance(after, Refusal):
			assert back > out + quantity
			continue
		out, went, came = after, went + quantity, came + back
		assert out == start + went - came >= 0


@given(COUNTS, COUNTS, COUNTS)
def test_taking_a_delivery_back_undoes_it(before, quantity, back):
	bottles = Bottles(quantity, back)
	after = rules.empties_after("x", before, bottles)
	if not isinstance(after, Refusal):
		assert rules.empties_without("x", after, bottles) == before


def test_a_delivery_whose_empties_came_back_stays():
	assert message(rules.empties_without("x", 1, Bottles(3, 0))) == rules.EMPTIES_GONE
	assert rules.empties_without("x", 1, Bottles(3, 0, returnable=False)) == 1
	assert rules.empties_after("x", 4, Bottles(3, 0, returnable=False)) == 4
	assert message(rules.empties_after("x", 4, Bottles(3, 1, returnable=False))) == rules.NOT_RETURNABLE


@pytest.mark.parametrize(
	("today", "month"),
	[
		(date(2026, 11, 1), date(2026, 10, 1)),
		(date(2026, 11, 30), date(2026, 10, 1)),
		(date(2026, 1, 1), date(2025, 12, 1)),
		(date(2026, 12, 31), date(2026, 11, 1)),
		(date(2024, 3, 1), date(2024, 2, 1)),
	],
)
def test_last_month_is_billed(today, month):
	assert rules.bill_month(today) == month


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_billed_month_is_over_and_the_one_before(today):
	month = rules.bill_month(today)
	assert month.day == 1
	assert (month + timedelta(days=31)).replace(day=1) == today.replace(day=1)


@given(
	st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from([Decimal("8.00"), Decimal("12.50")]), COUNTS))
)
def test_a_bill_adds_up_to_its_deliveries(orders):
	lines = rules.bill_lines(orders)
	assert sum(rate * qty for (_item, rate), qty in lines.items()) == sum(
		rate * qty for _item, rate, qty in orders
	)
	assert all(lines.values())
