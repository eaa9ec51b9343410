"""The order of the stores' month end (WH-30)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import month_end as rules

pytestmark = pytest.mark.rule("WH-30")
TODAY = date(2026, 5, 26)

done = st.fixed_dictionaries({step: st.booleans() for step in rules.STEPS})
due = st.dictionaries(st.sampled_from(rules.STEPS), st.none() | st.dates(date(2026, 5, 1), date(2026, 6, 30)))


@given(done, due)
def test_a_step_is_done_blocked_or_to_do(done, due):
	for step in rules.steps(done, due, TODAY):
		missing = [before for before in rules.BEFORE[step.name] if not done[before]]
		if done[step.name]:
			assert (step.state, step.blocked_by, step.overdue) == (rules.DONE, None, False)
		elif missing:
			assert (step.state, step.blocked_by) == (rules.BLOCKED, missing[0])
		else:
			assert (step.state, step.blocked_by) == (rules.TO_DO, None)
		if step.overdue:
			assert due[step.name] < TODAY


@given(done)
def test_something_can_be_done_until_all_is(done):
	states = [step.state for step in rules.steps(done, {}, TODAY)]
	assert rules.TO_DO in states or set(states) == {rules.DONE}


def test_it_is_overdue_the_day_after():
	def overdue(days):
		due = {rules.COUNT: TODAY - timedelta(days=days)}
		return rules.steps({}, due, TODAY)[0].overdue

	assert [overdue(days) for days in (-1, 0, 1)] == [False, False, True]


@pytest.mark.parametrize(
	("is_storekeeper", "counted", "expected"),
	[(True, True, None), (True, False, rules.NOT_COUNTED), (False, True, rules.NOT_STOREKEEPER)],
)
def test_the_statement_follows_the_count(is_storekeeper, counted, expected):
	refusal = rules.refuse_statement(is_storekeeper, counted, "仓库", "2026-05")
	assert (refusal and refusal.message) == expected


@pytest.mark.parametrize(
	("done", "has_books", "missing"),
	[
		({rules.COUNT: True, rules.STATEMENT: True}, True, None),
		({rules.COUNT: True}, True, rules.STATEMENT),
		({}, True, rules.COUNT),
		({rules.STATEMENT: True}, True, rules.COUNT),
		({}, False, None),
	],
)
def test_the_plan_follows_both(done, has_books, missing):
	refusal = rules.refuse_plan(done, has_books, "仓库", "2026-05")
	assert (refusal.values[2] if refusal else None) == missing


def test_no_step_waits_for_itself():
	order = list(rules.BEFORE)
	for step, before in rules.BEFORE.items():
		assert all(order.index(earlier) < order.index(step) for earlier in before)
