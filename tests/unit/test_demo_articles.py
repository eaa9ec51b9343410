"""Tools and low-value articles of the demo as plain values: whole stories, in the order of time."""

from datetime import datetime, timedelta

import pytest

from property_service.rules.stock_limit import month_before
from property_service.setup.demo import articles_plan, people, store_goods, stories

MOMENTS = [
	datetime(2026, 11, 24, 10, 0),
	datetime(2026, 3, 1, 0, 4),
	datetime(2027, 1, 1),
	datetime(2028, 2, 29, 9, 30),
]
CAST = stories.Cast(people.staff())


@pytest.fixture(params=MOMENTS, ids=str)
def until(request):
	return request.param


@pytest.fixture
def plan(until):
	return articles_plan.make_articles(CAST, until)


def test_nothing_lies_ahead_and_acts_stand_in_the_order_of_time(plan, until):
	moments = [act.at for act in plan.acts]
	assert moments == sorted(moments) and moments[-1] <= until


def test_the_last_month_is_played_to_its_end(plan, until):
	kinds = [act.kind for act in plan.acts if act.at.date() < month_before(until.date(), 0).replace(day=1)]
	for kind in (
		"switch on",
		"issue",
		"lend",
		"take back",
		"take over",
		"verify",
		"accept slips",
		"amortise",
	):
		assert kind in kinds
	actions = [act.facts["action"] for act in plan.acts if act.kind == "sign scrap"]
	assert actions == ["Pass to General Manager", "Approve", "Post Scrap"]
	assert [act.kind for act in plan.acts].count("approve scrap") == 1


def test_who_asks_never_signs(plan):
	for handle in {act.facts["request"] for act in plan.acts if "request" in act.facts}:
		steps = {act.kind: act.actor for act in plan.acts if act.facts.get("request") == handle}
		assert len(set(steps.values())) == len(steps)
	for act in plan.acts:
		assert act.actor == "Administrator" or act.actor in {person.user for person in CAST.staff}


def test_what_is_handed_out_lies_there(plan):
	goods = {good.code: good for good in store_goods.read()}
	asked = [act.facts["code"] for act in plan.acts if act.kind in ("ask for", "borrow")]
	for code in asked:
		assert goods[code].is_tool and plan.kept[code] >= asked.count(code)
	assert {good.code for good in store_goods.choose(0.06)} >= set(plan.kept)


def test_a_loan_is_out_when_the_month_goes_on():
	later = articles_plan.make_articles(CAST, MOMENTS[0] + timedelta(days=1))
	lent = {act.facts["loan"] for act in later.acts if act.kind == "lend"}
	back = {act.facts["loan"] for act in later.acts if act.kind == "take back"}
	assert lent - back == {"loan that is out"}
