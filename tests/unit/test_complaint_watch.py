"""Confidentiality, escalation, repetition (SVC-14, SVC-16, SVC-17)."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import complaint_watch as rules

DUE = datetime(2026, 6, 1, 17, 30)
LEVELS = ["Department Head", "Service Manager", "General Manager"]


@pytest.mark.rule("SVC-16")
@pytest.mark.parametrize(
	("late", "told"),
	[
		(timedelta(seconds=-1), 0),
		(timedelta(0), 1),
		(timedelta(days=1, seconds=-1), 1),
		(timedelta(days=1), 2),
		(timedelta(days=3, seconds=-1), 2),
		(timedelta(days=3), 3),
		(timedelta(days=40), 3),
	],
)
def test_an_overdue_complaint_goes_up_level_by_level(late, told):
	assert rules.escalation_levels(DUE, DUE + late, 1, 3) == LEVELS[:told]


@pytest.mark.rule("SVC-16")
@given(st.lists(st.integers(-48, 240), min_size=1, max_size=12), st.integers(0, 5), st.integers(0, 9))
def test_whenever_the_job_runs_each_level_is_told_once_and_none_is_lost(hours, manager_days, general_days):
	told = []
	for hour in sorted(hours):
		for level in rules.escalation_levels(DUE, DUE + timedelta(hours=hour), manager_days, general_days):
			if level not in told:
				told.append(level)
	at_once = rules.escalation_levels(DUE, DUE + timedelta(hours=max(hours)), manager_days, general_days)
	assert sorted(told) == sorted(at_once)


@pytest.mark.rule("SVC-14")
@given(*[st.booleans()] * 5)
def test_the_department_complained_about_never_learns_a_confidential_name(
	confidential, front_desk, general_manager, in_department, verifier
):
	knows = rules.may_know_complainant(confidential, front_desk, general_manager, in_department, verifier)
	if general_manager or verifier:
		assert knows
	elif confidential and in_department:
		assert not knows
	else:
		assert knows is front_desk


@pytest.mark.rule("SVC-17")
@pytest.mark.parametrize(("days_before", "repeated"), [(0, True), (30, True), (31, False)])
def test_the_same_matter_within_thirty_days_is_repeated(days_before, repeated):
	earlier = [("KQ-1", DUE - timedelta(days=days_before))]
	assert rules.repeated_of(DUE, earlier, 30) == ("KQ-1" if repeated else None)


@pytest.mark.rule("SVC-17")
def test_the_latest_earlier_complaint_is_linked_and_no_later_one():
	earlier = [
		("KQ-1", DUE - timedelta(days=20)),
		("KQ-2", DUE - timedelta(days=2)),
		("KQ-3", DUE + timedelta(seconds=1)),
	]
	assert rules.repeated_of(DUE, earlier, 30) == "KQ-2"
	assert rules.repeated_of(DUE, [], 30) is None


@pytest.mark.rule("SVC-17")
@pytest.mark.parametrize(("count", "suggested"), [(0, False), (3, False), (4, True)])
def test_more_than_three_in_a_month_suggest_improvement(count, suggested):
	assert rules.improvement_is_due(count, 3) is suggested


@pytest.mark.rule("SVC-17")
@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_month_holds_its_days(day):
	first, next_first = rules.month_of(day)
	assert first <= day < next_first
	assert (first.day, next_first.day) == (1, 1)
	assert (next_first - timedelta(days=1)).month == first.month


@pytest.mark.rule("SVC-17")
@pytest.mark.parametrize(
	("is_manager", "status", "reason", "expected"),
	[
		(True, "Open", "已在专项整改中", None),
		(False, "Open", "没有必要", rules.DISMISSED_BY_MANAGERS),
		(True, "Taken Up", "没有必要", rules.DECIDED),
		(True, "Dismissed", "再次", rules.DECIDED),
		(True, "Open", " ", rules.NO_DISMISSAL_REASON),
		(True, "Open", None, rules.NO_DISMISSAL_REASON),
	],
)
def test_a_manager_dismisses_an_open_suggestion_with_a_reason(is_manager, status, reason, expected):
	refusal = rules.refuse_dismissal(is_manager, status, reason)
	assert (refusal.message if refusal else None) == expected
