"""Who leaves, moves or takes over hands over first; lost tools are decided about (WH-24, LV-08)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import handover as rules
from property_service.rules import tool_loss
from property_service.rules.handover import Matter

pytestmark = pytest.mark.rule("WH-24")

CENTS = st.decimals(min_value=0, max_value=100_000, places=2)


def message(refusal):
	return refusal.message if refusal else None


@pytest.mark.parametrize(
	("was", "becomes", "event"),
	[
		(("Active", "工程部", "和园"), ("Left", "工程部", "和园"), rules.LEAVING),
		(("Active", "工程部", "和园"), ("Left", "环境部", "和园"), rules.LEAVING),
		(("Active", "工程部", "和园"), ("Active", "环境部", "和园"), rules.MOVING),
		(("Active", "工程部", "和园"), ("Active", "工程部", "别家"), rules.MOVING),
		(("Active", "工程部", "和园"), ("Suspended", "工程部", "和园"), None),
		(("Left", "工程部", "和园"), ("Left", "环境部", "和园"), None),
		(("Left", "工程部", "和园"), ("Active", "工程部", "和园"), None),
	],
)
def test_what_happens_to_an_employee(was, becomes, event):
	assert rules.event_of(was, becomes) == event


@given(st.sampled_from(rules.EVENTS), st.integers(0, 40))
def test_whatever_is_open_keeps_and_is_named(event, number):
	matters = [Matter("Tool Custody", f"GJDJ-{n}", f"扳手{n}") for n in range(number)]
	refusal = rules.refuse_going(event, "张建国", matters)
	assert (refusal is None) == (number == 0)
	if refusal:
		assert refusal.values[1] == number
		named = sum(matter.line in refusal.values[2] for matter in matters)
		assert named >= min(number, rules.NAMED)


@pytest.mark.parametrize(
	("arguments", "expected"),
	[
		((True, False, "张建国", "失踪", 2), None),
		((False, False, "张建国", "失踪", 2), rules.NOT_FINANCE_MANAGER),
		((True, False, None, "失踪", 2), rules.NO_SUBJECT),
		((True, True, "张建国", "失踪", 2), rules.OWN_EXCEPTION),
		((True, False, "张建国", " ", 2), rules.NO_REASON),
		((True, False, "张建国", "失踪", 0), rules.NOTHING_OPEN),
	],
)
def test_an_exception(arguments, expected):
	assert message(rules.refuse_override(*arguments)) == expected


@given(CENTS, CENTS)
def test_a_loss_is_booked_to_the_cent(value, compensation):
	lines = tool_loss.lines(value, compensation)
	assert sum((line.amount for line in lines), Decimal(0)) == 0
	assert sum(line.amount for line in lines if line.account == tool_loss.RECEIVABLE) == compensation
	assert all(line.amount for line in lines)


@pytest.mark.parametrize(
	("arguments", "expected"),
	[
		((True, False, "掉进电梯井", Decimal(0)), None),
		((False, False, "掉进电梯井", Decimal(0)), tool_loss.NOT_FINANCE_MANAGER),
		((True, True, "掉进电梯井", Decimal(0)), tool_loss.OWN_LOSS),
		((True, False, " ", Decimal(0)), tool_loss.NO_REASON),
		((True, False, "掉进电梯井", Decimal(-1)), tool_loss.BAD_AMOUNT),
	],
)
def test_who_decides_about_a_loss(arguments, expected):
	assert message(tool_loss.refuse_decision(*arguments)) == expected
