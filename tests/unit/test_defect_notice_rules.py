"""Notices to the developer: steps and rates (SVC-07)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import defect_notice as rules
from property_service.rules.defect_notice import Counts, Notice

pytestmark = pytest.mark.rule("SVC-07")

TODAY = date(2026, 8, 18)


@pytest.mark.parametrize(
	("counts", "completion"),
	[(Counts(sent=86, returned=28), 33), (Counts(sent=204, returned=88), 43), (Counts(), None)],
)
def test_completion_rate_of_the_source(counts, completion):
	assert counts.completion_rate == completion


def test_follow_up_rate_of_the_source():
	counts = Counts(sent=204, returned=88, followed_up=78)
	assert counts.follow_up_rate == 89
	assert counts.satisfaction_rate == 0


@pytest.mark.parametrize("due_on", [None, TODAY - timedelta(days=1)])
def test_a_notice_is_issued_with_a_day_that_can_still_be_kept(due_on):
	assert rules.refuse_step("Draft", "Issued", Notice(TODAY, due_on=due_on)) == rules.NO_DUE_DATE


def test_due_on_the_day_of_issue_is_possible():
	assert rules.refuse_step("Draft", "Issued", Notice(TODAY, due_on=TODAY)) is None


@pytest.mark.parametrize(
	("before", "after", "lacking", "message"),
	[
		("Issued", "Slip Returned", {"result": " "}, rules.NO_RESULT),
		("Issued", "Taken Over", {"own_order": None}, rules.NO_OWN_ORDER),
		("Taken Over", "Closed", {"own_order": "PG-1", "own_order_finished": False}, rules.OWN_WORK_OPEN),
		("Issued", "Cancelled", {"cancel_reason": None}, rules.NO_CANCEL_REASON),
	],
)
def test_each_step_needs_its_fact(before, after, lacking, message):
	assert rules.refuse_step(before, after, Notice(TODAY, **lacking)) == message
	there = {"result": "已修复", "own_order": "PG-1", "own_order_finished": True, "cancel_reason": "重复"}
	assert rules.refuse_step(before, after, Notice(TODAY, **there)) is None


@given(st.integers(-30, 30))
def test_work_is_taken_over_only_after_the_due_day(days):
	refusal = rules.refuse_taking_over("Issued", TODAY + timedelta(days=days), TODAY)
	assert (refusal is None) == (days < 0)


@pytest.mark.parametrize("status", ["Draft", "Slip Returned", "Taken Over", "Closed", "Cancelled"])
def test_only_an_issued_notice_is_taken_over(status):
	assert rules.refuse_taking_over(status, TODAY - timedelta(days=9), TODAY) == rules.NOT_ISSUED


def test_only_the_steps_of_the_procedure_lead_on():
	complete = Notice(TODAY, TODAY, TODAY, "已修复", "PG-1", True, "重复")
	for before in rules.NEXT:
		for after in set(rules.NEXT) - {before}:
			allowed = rules.refuse_step(before, after, complete) is None
			assert allowed is (after in rules.NEXT[before]), (before, after)
		assert rules.DRAFT not in rules.NEXT[before]


@pytest.mark.parametrize("status", set(rules.NEXT) - {rules.DRAFT})
def test_what_stands_on_the_slip_that_went_out_does_not_change(status):
	assert rules.refuse_edit(rules.DRAFT, rules.ON_THE_SLIP | rules.OF_THE_END) is None
	for name in rules.ON_THE_SLIP:
		assert rules.refuse_edit(status, {name}) == name
	ended = status in (rules.CLOSED, rules.CANCELLED)
	assert (rules.refuse_edit(status, {"result"}) == "result") is ended
