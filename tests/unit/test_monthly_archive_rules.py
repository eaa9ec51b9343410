"""The month's documents are checked when they are complete, and then locked (LV-15)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import monthly_archive as rules

pytestmark = pytest.mark.rule("LV-15")

LAST, AFTER = date(2026, 11, 30), date(2026, 12, 1)
LINES = st.sets(
	st.builds(
		rules.Line,
		st.sampled_from(["Stock Entry", "Scrap Request"]),
		st.sampled_from("abcdef"),
		st.just(LAST),
		st.integers(0, 2),
	)
)


def test_a_list_is_checked_after_it_was_handed_in_and_never_changes_again():
	assert rules.refuse_step(rules.OPEN, rules.CHECKED).message == rules.NOT_A_STEP
	assert rules.refuse_step(rules.HANDED_IN, rules.CHECKED) is None
	assert not [after for before, after in rules.STEPS if before == rules.CHECKED]
	assert rules.OPEN not in {after for _before, after in rules.STEPS}


def test_a_returned_list_says_why():
	assert rules.refuse_reason(" ").message == rules.NO_REASON
	assert rules.refuse_reason("缺合格证") is None


def test_a_month_is_locked_when_it_is_over_and_everything_is_posted():
	assert rules.refuse_checking(LAST, LAST, [], [], []).message == rules.NOT_OVER
	assert rules.refuse_checking(LAST, AFTER, [], [], ["MAT-1"]).message == rules.UNFINISHED
	assert rules.refuse_checking(LAST, AFTER, [], [], []) is None


@given(listed=LINES, now=LINES)
def test_what_is_locked_is_what_was_handed_in(listed, now):
	refusal = rules.refuse_checking(LAST, AFTER, listed, now, [])
	assert (refusal is None) == (listed == now)
	if refusal:
		assert refusal.message == rules.LIST_CHANGED
