"""Articles are handed on by two signatures, and repaired at the cost of whoever caused the damage (LV-08 to LV-10)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import article_repair as repair
from property_service.rules import article_transfer as rules
from property_service.rules.article_transfer import Side, Thing

ME = Side("HR-1", "工程部", "张建国")
YOU = Side("HR-2", "环境部", "赵敏")
OUR_DEPARTMENT = Side(None, "工程部", "工程部")
CHAIR = Thing(1, rules.ARTICLE, "DZ-1", "办公椅", True, ("HR-1", "HR-9"), "工程部", "In Use")
CLAMP = Thing(1, rules.TOOL, "GJDJ-1", "扳手", True, ("HR-1",), "工程部", "In Use")
COSTS = st.decimals(min_value="0.01", max_value=100_000, places=2)


def message(refusal):
	return refusal.message if refusal else None


def of(thing, **values):
	return Thing(**{**thing.__dict__, **values})


@pytest.mark.rule("LV-08")
@pytest.mark.parametrize(
	("kind", "giver", "receiver", "things", "expected"),
	[
		(rules.HANDOVER, ME, YOU, [CHAIR, CLAMP], None),
		(rules.HANDOVER, OUR_DEPARTMENT, YOU, [CHAIR], None),
		(rules.HANDOVER, ME, YOU, [], rules.NO_ROWS),
		(rules.HANDOVER, Side(None, None, "–"), YOU, [CHAIR], rules.NO_GIVER),
		(rules.HANDOVER, ME, Side(None, None, "–"), [CHAIR], rules.NO_RECEIVER),
		(rules.HANDOVER, ME, ME, [CHAIR], rules.SAME_SIDE),
		(rules.HANDOVER, ME, Side("HR-2", "环境部", "赵敏", False), [CHAIR], rules.RECEIVER_AWAY),
		(rules.HANDOVER, ME, YOU, [CHAIR, CHAIR], rules.TWICE),
		(rules.HANDOVER, YOU, ME, [CHAIR], rules.NOT_THERE),
		(rules.HANDOVER, ME, YOU, [of(CHAIR, is_open=False)], rules.NOT_THERE),
		(rules.HANDOVER, ME, YOU, [of(CLAMP, on_loan=True)], rules.LOAN),
		(rules.HANDOVER, ME, Side(None, "环境部", "环境部"), [CLAMP], rules.TOOL_NEEDS_PERSON),
		(rules.HANDOVER, ME, YOU, [of(CHAIR, status="Idle")], rules.IS_IDLE),
		(rules.HANDOVER, ME, YOU, [of(CHAIR, status="Under Repair")], None),
	],
)
def test_what_is_handed_over(kind, giver, receiver, things, expected):
	assert message(rules.refuse_content(kind, giver, receiver, things, None)) == expected


@pytest.mark.rule("LV-09")
@pytest.mark.parametrize(
	("kind", "thing", "note", "expected"),
	[
		(rules.IDLE, CHAIR, None, None),
		(rules.IDLE, CLAMP, None, rules.TOOL_GOES_BACK),
		(rules.IDLE, of(CHAIR, status="Idle"), None, rules.IS_IDLE),
		(rules.IDLE, of(CHAIR, status="Under Repair"), None, rules.UNDER_REPAIR_NOW),
		(rules.REUSE, of(CHAIR, status="Idle"), "换了轮子", None),
		(rules.REUSE, of(CHAIR, status="Idle"), " ", rules.NO_MAINTENANCE),
		(rules.REUSE, CHAIR, "换了轮子", rules.NOT_IDLE),
	],
)
def test_idle_and_back(kind, thing, note, expected):
	assert message(rules.refuse_content(kind, ME, YOU, [thing], note)) == expected


@pytest.mark.rule("LV-08")
@pytest.mark.parametrize(
	("step", "expected"),
	[
		((rules.GIVEN, rules.DONE), None),
		((rules.DRAFT, rules.DONE), rules.NO_STEP),
		((rules.DONE, rules.CANCELLED), rules.NO_STEP),
	],
)
def test_nothing_is_taken_over_that_was_not_given(step, expected):
	assert message(rules.refuse_step(*step)) == expected


@pytest.mark.rule("LV-10")
@pytest.mark.parametrize(
	("step", "expected"),
	[
		((repair.DECIDED, repair.DONE), None),
		((repair.REPORTED, repair.DONE), repair.NO_STEP),
		((repair.DONE, repair.CANCELLED), repair.NO_STEP),
	],
)
def test_no_repair_is_finished_before_its_cause_is_decided(step, expected):
	assert message(repair.refuse_step(*step)) == expected


@pytest.mark.rule("LV-10")
def test_what_an_invoice_made_expense_stays_there_for_natural_wear():
	assert repair.lines(repair.NATURAL, repair.Cost(Decimal(80), invoice="PI-1")) == []


@pytest.mark.rule("LV-10")
@pytest.mark.parametrize("cause", repair.CAUSES)
def test_a_repair_that_cost_nothing_posts_nothing(cause):
	assert repair.lines(cause, repair.Cost(Decimal(0), paid_from="现金")) == []


@pytest.mark.rule("LV-08")
def test_two_people_sign():
	assert message(rules.refuse_giving("b", {"a"}, "张建国")) == rules.NOT_GIVER
	assert rules.refuse_giving("a", {"a"}, "张建国") is None
	assert message(rules.refuse_taking("c", {"b"}, "a", "赵敏")) == rules.NOT_RECEIVER
	assert message(rules.refuse_taking("a", {"a", "b"}, "a", "赵敏")) == rules.SAME_PERSON
	assert rules.refuse_taking("b", {"a", "b"}, "a", "赵敏") is None


@pytest.mark.rule("LV-10")
@given(st.sampled_from(repair.CAUSES), COSTS, st.booleans())
def test_a_repair_balances_and_the_person_pays_for_his_doing(cause, amount, invoiced):
	cost = repair.Cost(amount, **({"invoice": "PI-1"} if invoiced else {"paid_from": "现金"}))
	lines = repair.lines(cause, cost)
	assert sum((line.amount for line in lines), Decimal(0)) == 0
	owed = sum((line.amount for line in lines if line.place == repair.RECEIVABLE), Decimal(0))
	assert owed == (amount if cause == repair.HUMAN else 0)


@pytest.mark.rule("LV-10")
@pytest.mark.parametrize(
	("arguments", "expected"),
	[
		((True, False, "Natural", "轮子磨损", None), None),
		((True, False, "Human", "摔坏", "HR-1"), None),
		((False, False, "Natural", "轮子磨损", None), repair.NOT_ADMIN_HR),
		((True, True, "Human", "摔坏", "HR-1"), repair.OWN_CASE),
		((True, False, "Other", "轮子磨损", None), repair.BAD_CAUSE),
		((True, False, "Natural", " ", None), repair.NO_FINDING),
		((True, False, "Human", "摔坏", None), repair.NO_PERSON),
	],
)
def test_who_decides_about_the_cause(arguments, expected):
	assert message(repair.refuse_cause(*arguments)) == expected


@pytest.mark.rule("LV-10")
@pytest.mark.parametrize(
	("booker", "cost", "expected"),
	[
		(True, repair.Cost(Decimal(0)), None),
		(True, repair.Cost(Decimal(5), "现金"), None),
		(True, repair.Cost(Decimal(5), invoice="PI-1"), None),
		(False, repair.Cost(Decimal(5), "现金"), repair.NOT_BOOKER),
		(True, repair.Cost(Decimal(-5), "现金"), repair.BAD_COST),
		(True, repair.Cost(Decimal(5), "现金", "PI-1"), repair.TWO_SOURCES),
		(True, repair.Cost(Decimal(5)), repair.NO_SOURCE),
		(True, repair.Cost(Decimal(5), "应付账款", needs_supplier=True), repair.NO_SUPPLIER),
		(True, repair.Cost(Decimal(0), "现金"), repair.NO_COST),
	],
)
def test_what_a_repair_cost(booker, cost, expected):
	assert message(repair.refuse_cost(booker, cost)) == expected
