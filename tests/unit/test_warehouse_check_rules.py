"""Safety checks of warehouses and storage classes, by example and by property (procedure 4.5; WH-15)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import stock_zones
from property_service.rules import warehouse_check as rules
from property_service.rules.stores import STORAGE_CLASSES

pytestmark = pytest.mark.rule("WH-15")
DAY = date(2026, 3, 1)
answers = st.lists(
	st.builds(
		rules.Answer,
		st.integers(1, 20),
		st.sampled_from([rules.OK, rules.NOT_OK, None, "", "Maybe"]),
		st.sampled_from([None, " ", "门外开"]),
	)
)
classes = st.sampled_from(STORAGE_CLASSES)


@pytest.mark.parametrize("storage_class", STORAGE_CLASSES)
def test_every_class_has_its_points_beside_the_common_ones(storage_class):
	points = rules.points(storage_class)
	assert set(rules.EVERYWHERE) < set(points)
	assert len(points) == len(set(points))


@given(answers)
def test_every_point_is_answered_and_what_is_wrong_is_named(given_answers):
	complete = all(
		answer.result == rules.OK or (answer.result == rules.NOT_OK and (answer.remark or "").strip())
		for answer in given_answers
	)
	assert (rules.refuse_answers(given_answers) is None) == complete


@given(answers)
def test_one_point_fails_the_check(given_answers):
	bad = any(answer.result == rules.NOT_OK for answer in given_answers)
	assert rules.result(given_answers) == (rules.FAILED if bad else rules.PASSED)


@pytest.mark.parametrize(
	("last", "expected"),
	[
		(None, rules.NEVER),
		(rules.Check(True, DAY), rules.PASSED),
		(rules.Check(True, DAY - timedelta(1)), rules.OVERDUE),
		(rules.Check(False, DAY + timedelta(9)), rules.FAILED),
		(rules.Check(False, DAY - timedelta(9)), rules.FAILED),
	],
)
def test_how_a_check_stands(last, expected):
	assert rules.state(last, DAY) == expected


@given(st.integers(-5, 400))
def test_the_next_check_is_never_the_same_day(days):
	assert rules.next_on(DAY, days) - DAY == timedelta(max(days, 1))


def test_of_two_states_the_worse_is_shown():
	assert rules.worse(rules.PASSED, rules.OVERDUE) == rules.OVERDUE
	assert rules.worse(rules.FAILED, rules.NEVER) == rules.FAILED
	assert rules.worse(rules.NEVER, rules.PASSED) == rules.NEVER


@given(classes | st.none(), st.lists(classes))
def test_goods_lie_where_their_class_may(storage_class, permitted):
	allowed = (storage_class or "General") in permitted
	assert (stock_zones.refuse_place(1, "灯管", storage_class, "库", permitted) is None) == allowed
	lying = [("灯管", "库", "General", ["General"]), ("灯管", "库", storage_class, permitted)]
	assert (stock_zones.refuse_lying(lying) is None) == allowed


def test_only_flammable_goods_are_flammable():
	assert [name for name in STORAGE_CLASSES if stock_zones.is_flammable(name)] == ["Flammable"]
	assert not stock_zones.is_flammable(None)
