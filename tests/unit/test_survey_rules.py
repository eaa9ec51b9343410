"""Surveys among households (SVC-19): what one asks, and what a household answers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import survey as rules
from property_service.rules.survey import Answer

pytestmark = pytest.mark.rule("SVC-19")

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
ASPECTS = ["接待", "报修电话", "回访"]


def message(refusal):
	return refusal.message if refusal else None


@pytest.mark.parametrize(
	("first", "last", "aspects", "expected"),
	[
		(FIRST, LAST, ASPECTS, None),
		(FIRST, FIRST, ASPECTS, None),
		(FIRST, None, [], None),
		(LAST, FIRST, ASPECTS, rules.ENDS_BEFORE),
		(FIRST, LAST, [*ASPECTS, "接待"], rules.ASKED_TWICE),
	],
)
def test_a_survey_runs_forwards_and_asks_each_aspect_once(first, last, aspects, expected):
	assert message(rules.refuse_survey(first, last, aspects)) == expected


@pytest.mark.parametrize(
	("after", "answered", "named"),
	[
		(ASPECTS, ASPECTS, None),
		([*ASPECTS, "保洁"], ASPECTS, None),
		(["接待", "报修电话", "上门回访"], ["接待"], None),
		(["接待", "报修电话", "上门回访"], ["回访"], "回访"),
		([], ["回访", "接待"], "回访, 接待"),
	],
)
def test_an_answered_aspect_keeps_its_name(after, answered, named):
	refusal = rules.refuse_renaming(ASPECTS, after, answered)
	assert message(refusal) == (rules.ANSWERED_ALREADY if named else None)
	assert not named or refusal.values == (named,)


@pytest.mark.parametrize("has_responses", [True, False])
def test_a_survey_with_responses_is_kept(has_responses):
	assert message(rules.refuse_deletion(has_responses)) == (rules.HAS_RESPONSES if has_responses else None)


@pytest.mark.parametrize(("status", "refused"), [("Collecting", False), ("Closed", True), ("Draft", True)])
def test_a_closed_survey_takes_no_responses(status, refused):
	assert message(rules.refuse_response("冬季入户调查", status)) == (rules.IS_CLOSED if refused else None)


@pytest.mark.parametrize(
	("given_", "suggestion", "expected"),
	[
		([Answer("接待", "Satisfied")], None, None),
		([Answer("接待"), Answer("回访")], "多派人", None),
		([Answer("接待"), Answer("回访")], " ", rules.NOTHING_ANSWERED),
		([], None, rules.NOTHING_ANSWERED),
		([Answer("保洁", "Satisfied")], None, rules.NOT_ASKED),
		([Answer("接待", "Satisfied"), Answer("接待", "Not Satisfied")], None, rules.NOT_ASKED),
	],
)
def test_a_household_answers_what_is_asked_once_and_something(given_, suggestion, expected):
	assert message(rules.refuse_answers(ASPECTS, given_, suggestion)) == expected


@given(
	st.lists(st.builds(Answer, st.sampled_from([*ASPECTS, "保洁"]), st.sampled_from(["Satisfied", "", None])))
)
def test_what_is_counted_is_one_answer_per_aspect_of_the_survey(given_):
	if rules.refuse_answers(ASPECTS, given_, "多派人") is None:
		aspects = [answer.aspect for answer in given_]
		assert len(aspects) == len(set(aspects)) and set(aspects) <= set(ASPECTS)
