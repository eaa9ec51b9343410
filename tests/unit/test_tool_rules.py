"""Tools in somebody's hands: what a request has to say, who may have what, and when it is asked back (WH-21 to WH-23)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import tools as rules
from property_service.rules.tools import Row

TODAY = date(2026, 11, 30)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
CLAMP = Row(1, "扳手", is_tool=True)
MINE = Row(1, "扳手", True, "GJDJ-1", "张建国", rules.TO_KEEP, is_open=True)
BORROWED = Row(1, "扳手", True, "GJDJ-2", "张建国", rules.ON_LOAN, is_open=True)


def message(refusal):
	return refusal.message if refusal else None


def content(kind, rows, purpose="修水泵", due_on=TODAY):
	return message(rules.refuse_content(kind, "张建国", rows, purpose, due_on, TODAY))


@pytest.mark.rule("WH-21")
@pytest.mark.parametrize(
	("kind", "rows", "extra", "expected"),
	[
		(rules.LOAN, [CLAMP], {}, None),
		(rules.LOAN, [], {}, rules.NO_ROWS),
		(rules.LOAN, [CLAMP], {"purpose": " "}, rules.NO_PURPOSE),
		(rules.LOAN, [CLAMP], {"due_on": None}, rules.NO_DUE_DATE),
		(rules.LOAN, [CLAMP], {"due_on": date(2026, 11, 29)}, rules.NO_DUE_DATE),
		(rules.LOAN, [Row(1, "灯管", is_tool=False)], {}, rules.NOT_A_TOOL),
		(rules.LOAN, [CLAMP, CLAMP], {}, rules.TWICE),
		(rules.RETURN, [MINE], {"purpose": None, "due_on": None}, None),
		(rules.RETURN, [MINE, MINE], {}, rules.TWICE),
		(rules.RETURN, [CLAMP], {}, rules.NOT_HIS),
		(
			rules.RETURN,
			[Row(1, "扳手", True, "GJDJ-1", None, rules.TO_KEEP, is_open=True)],
			{},
			rules.NOT_HIS,
		),
		(rules.RETURN, [Row(1, "扳手", True, "GJDJ-1", "张建国", rules.TO_KEEP)], {}, rules.NOT_HIS),
		(rules.EXCHANGE, [MINE], {"purpose": None, "due_on": None}, None),
		(rules.EXCHANGE, [BORROWED], {}, rules.LOAN_NOT_EXCHANGED),
	],
)
def test_what_a_request_says(kind, rows, extra, expected):
	assert content(kind, rows, **extra) == expected


@pytest.mark.rule("WH-21")
@given(
	st.sampled_from(rules.REQUEST_KINDS),
	st.sampled_from(rules.REQUEST_STATES),
	st.sampled_from(rules.REQUEST_STATES),
)
def test_what_has_ended_stays_and_the_first_state_is_never_entered_again(kind, state, to_state):
	allowed = rules.refuse_step(kind, state, to_state) is None
	assert not (allowed and (state in rules.ENDED or to_state == rules.DRAFT))


@pytest.mark.rule("WH-21")
def test_tools_leave_after_the_heads_signature_only():
	for kind in (rules.LOAN, rules.EXCHANGE):
		before = {step[0] for step in rules.STEPS[kind] if step[1] == rules.HANDED_OUT}
		assert before == {rules.CHAIN[-1].to_state}


@pytest.mark.rule("WH-21")
@pytest.mark.parametrize("status", [rules.REJECTED, rules.CANCELLED])
def test_an_end_without_tools_has_its_reason(status):
	assert message(rules.refuse_reason(status, " ")) == rules.NO_REASON
	assert rules.refuse_reason(status, "不用了") is None


@pytest.mark.rule("WH-21")
@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 50))
def test_what_is_lent_never_leaves_a_second_time(balance, lent, quantity):
	refused = rules.refuse_leaving("扳手", "仓库", Decimal(balance), lent, Decimal(quantity))
	assert (refused is None) == (balance - lent >= quantity)


@pytest.mark.rule("WH-21")
def test_a_holder_works_here_and_in_the_department_that_signed():
	holder = rules.Holder("HR-1", "张建国", True, "工程部")
	assert rules.refuse_holder(holder, "工程部") is None
	assert message(rules.refuse_holder(holder, "环境部")) == rules.HOLDER_MOVED
	assert message(rules.refuse_holder(rules.Holder("HR-1", "张建国", False, "工程部"))) == rules.HOLDER_AWAY


@pytest.mark.rule("WH-22")
@pytest.mark.parametrize(("quantity", "allowed"), [("1", True), ("2", False), ("0.5", False)])
def test_one_person_gets_one_piece(quantity, allowed):
	assert (rules.refuse_pieces(1, "扳手", Decimal(quantity)) is None) == allowed


@pytest.mark.rule("WH-22")
def test_the_same_tool_is_not_handed_out_twice():
	assert rules.refuse_double("张建国", "扳手", None) is None
	held = rules.Open("扳手", TODAY, "GJDJ-1")
	assert message(rules.refuse_double("张建国", "扳手", held)) == rules.HAS_IT_ALREADY


@pytest.mark.rule("WH-22")
@given(st.sampled_from(rules.CUSTODY_STATES), st.sampled_from((*rules.CUSTODY_STATES, "Draft")))
def test_a_custody_ends_once(status, how):
	allowed = rules.refuse_end("扳手", "张建国", status, how) is None
	assert allowed == (status == rules.IN_USE and how in rules.ENDS)


@pytest.mark.rule("WH-23")
@pytest.mark.parametrize(
	("rows", "expected"),
	[
		([MINE], rules.NOTHING_BACK),
		([Row(1, "扳手", True, is_back=True)], rules.NO_CONDITION),
		([Row(1, "扳手", True, custody_kind=rules.TO_KEEP, is_back=True, condition="Good")], None),
		([Row(1, "扳手", True, custody_kind=rules.ON_LOAN, is_back=True, condition="Good")], rules.NOT_CLEAN),
		(
			[
				Row(
					1,
					"扳手",
					True,
					custody_kind=rules.ON_LOAN,
					is_back=True,
					condition="Damaged",
					is_clean=True,
				)
			],
			None,
		),
		(
			[
				Row(1, "扳手", True, custody_kind=rules.ON_LOAN),
				Row(2, "梯", True, is_back=True, condition="Good"),
			],
			None,
		),
	],
)
def test_what_comes_back(rows, expected):
	assert message(rules.refuse_taking_back(rows)) == expected


@pytest.mark.rule("WH-23")
@given(DAYS, st.integers(-10, 60), st.sets(st.integers(0, 60)), st.integers(1, 31))
def test_asked_back_once_a_day_from_the_due_date_on(due_on, passed, told, at_most):
	today = due_on + timedelta(days=passed)
	chased = {due_on + timedelta(days=n) for n in told}
	days = rules.days_to_chase(due_on, today, chased, at_most)
	assert len(days) == len(set(days)) <= at_most
	assert all(due_on <= day <= today and day not in chased for day in days)
	if passed >= 0 and today not in chased:
		assert days[-1] == today


@pytest.mark.rule("WH-23")
def test_overdue_after_the_day():
	assert not rules.is_overdue(rules.IN_USE, TODAY, TODAY)
	assert rules.is_overdue(rules.IN_USE, TODAY - timedelta(days=1), TODAY)
	assert not rules.is_overdue(rules.RETURNED, TODAY - timedelta(days=1), TODAY)
	assert not rules.is_overdue(rules.IN_USE, None, TODAY)
