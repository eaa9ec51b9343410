"""The stores of the demo as plain values: goods of a property company, eighteen months of movements, one month in full."""

import random
from collections import Counter
from datetime import datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from property_service.rules import purchase_plan, stores
from property_service.rules.stock_limit import month_before
from property_service.setup.demo import people, store_goods, store_history, stores_plan, stories

UNTIL = datetime(2026, 11, 24, 10, 0)
ODD_MOMENTS = [
	datetime(2026, 3, 1, 0, 4),
	datetime(2026, 12, 31, 23, 50),
	datetime(2027, 1, 1),
	datetime(2028, 2, 29, 9, 30),
]


@cache
def plan_at(until: datetime, share: float = 1.0) -> stores_plan.StoresPlan:
	"""Made once: no test changes it."""
	return stores_plan.make_stores(random.Random("stores"), stories.Cast(people.staff()), until, share)


@pytest.fixture(params=[UNTIL, *ODD_MOMENTS], ids=str)
def plan(request):
	return plan_at(request.param)


# ---- goods -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("WH-01")
def test_there_are_450_items_of_every_class():
	goods = store_goods.read()
	assert len(goods) == len({good.code for good in goods}) == len({good[1:3] for good in goods}) == 450
	assert {good.storage_class for good in goods} == set(stores.STORAGE_CLASSES)
	classes = Counter(good.stock_class for good in goods)
	assert set(classes) == {stores.DAILY_CONSUMABLE, stores.STANDING_PART, stores.NOT_STOCKED}
	assert min(classes.values()) >= 50
	for good in goods:
		assert good.name and good.specification and good.uom
		assert good.rate > 0 and good.multiple >= 1
		assert good.supplier and good.departments
		assert not (good.is_tool and good.monthly), "tools are lent, not used up"


@pytest.mark.rule("WH-15")
def test_each_class_has_one_store_and_flammables_one_of_their_own():
	rows = store_goods.texts()["stores"]
	for row in rows:
		kept_dry = row.get("kept_dry")
		assert stores.refuse_classes(row["classes"]) is None
		assert kept_dry is None or kept_dry in row["classes"]
	named = [name for row in rows for name in row["classes"]]
	assert sorted(named) == sorted(stores.STORAGE_CLASSES)


def test_a_small_share_has_something_of_everything():
	small = plan_at(UNTIL, 0.06)
	assert len(small.goods) < 60
	assert {good.storage_class for good in small.goods} == set(stores.STORAGE_CLASSES)
	assert {good.stock_class for good in small.goods} == {good.stock_class for good in plan_at(UNTIL).goods}
	assert {act.kind for act in small.acts} == {act.kind for act in plan_at(UNTIL).acts}
	assert len(small.history) < 60


# ---- the time before -------------------------------------------------------------------------------------------------


def rows_of(plan):
	return [line for voucher in plan.history for line in voucher.lines]


def test_the_same_seed_tells_the_same(plan):
	again = stores_plan.make_stores(random.Random("stores"), stories.Cast(people.staff()), UNTIL, 1.0)
	assert again == plan_at(UNTIL)
	assert 2000 < len(rows_of(plan)) < 3500


def test_seventeen_months_move_and_nothing_that_was_not_there_goes_out(plan):
	assert [voucher.at for voucher in plan.history] == sorted(voucher.at for voucher in plan.history)
	months = {kind: Counter() for kind in (store_history.RECEIPT, store_history.ISSUE)}
	balance = Counter()
	for voucher in plan.history:
		if voucher.kind in months:
			months[voucher.kind][voucher.at.date().replace(day=1)] += 1
		for line in voucher.lines:
			assert line.qty > 0
			balance[line.code] += line.qty * (-1 if voucher.kind == store_history.ISSUE else 1)
			assert balance[line.code] >= 0, line
	wanted = [month_before(plan.month, back) for back in range(17, 0, -1)]
	assert sorted(months[store_history.ISSUE]) == wanted
	assert len(months[store_history.RECEIPT]) >= 15


def test_what_is_used_comes_to_what_the_list_says():
	plan = plan_at(UNTIL)
	used = Counter()
	for voucher in plan.history:
		if voucher.kind == store_history.ISSUE:
			used.update({line.code: line.qty for line in voucher.lines})
	all_year = [good for good in plan.goods if len(good.season) == 12 and good.monthly]
	expected = sum(good.monthly for good in all_year) * store_history.MONTHS
	assert 0.8 < sum(used[good.code] for good in all_year) / expected < 1.2


# ---- the month -------------------------------------------------------------------------------------------------------


def test_acts_come_in_order_after_the_history_and_none_in_the_future(plan):
	moments = [act.at for act in plan.acts]
	assert moments == sorted(moments)
	until = next(moment for moment in (UNTIL, *ODD_MOMENTS) if plan is plan_at(moment))
	assert moments[-1] <= until
	assert plan.history[-1].at < moments[0]
	assert plan.month == month_before(until.date(), 1)


@pytest.mark.rule("WH-08")
def test_plans_are_compiled_sent_and_approved_in_time(plan):
	last_day = {"make plan": 25, "send plan": 28, "pass plan": 30, "approve plan": 30}
	steps = [act for act in plan.acts if act.kind in last_day and act.facts["plan"].startswith("plan 2")]
	assert steps
	for act in steps:
		assert act.at.day <= last_day[act.kind]
	handles = {act.facts["plan"] for act in plan.of_kind("make plan")}
	for handle in handles:
		kinds = [act.kind for act in steps if act.facts["plan"] == handle]
		assert kinds[0] == "make plan" and kinds[-1] == "approve plan"


@pytest.mark.rule("WH-27", "WH-28")
def test_the_count_of_each_store_is_closed_by_others_than_those_who_counted(plan):
	stores_named = {row["name"] for row in store_goods.texts()["stores"]}
	begun = {(act.at.date(), act.facts["store"]) for act in plan.of_kind("begin count")}
	months = (month_before(plan.month, 1), plan.month)
	assert begun == {(month.replace(day=25), store) for month in months for store in stores_named}
	counters = {act.actor for act in plan.acts if act.kind in ("begin count", "count goods", "finish count")}
	signers = {act.actor for act in plan.acts if act.kind in ("check count", "approve count", "decide")}
	assert not counters & signers
	assert {by > 0 for by in plan.differences.values()} == {True, False}
	counted = [act.facts["differences"] for act in plan.of_kind("count goods")]
	assert {code for found in counted for code in found} == set(plan.differences)


@pytest.mark.rule("WH-16", "WH-30")
def test_slips_are_handed_over_on_their_days_and_the_statement_comes_between_count_and_plan(plan):
	handed = [act for act in plan.of_kind("hand slips over") if act.at.date().replace(day=1) == plan.month]
	last = (month_before(plan.month, -1) - timedelta(days=1)).day
	assert Counter(act.at.day for act in handed) == Counter((6, 16, 26, 10, 20, last))
	for act in plan.of_kind("accept slips"):
		assert act.actor not in {act.actor for act in handed}
	order = [
		act.kind
		for act in plan.acts
		if act.at.date() == plan.month.replace(day=25)
		and act.kind in ("finish count", "draw statement", "make plan")
	]
	assert order == ["finish count"] * 3 + ["draw statement"] * 3 + ["make plan"] * 3


@pytest.mark.rule("WH-17")
def test_a_request_is_signed_by_another_and_asks_for_what_lies_there(plan):
	asked = {act.facts["request"]: act for act in plan.of_kind("ask")}
	signed = {act.facts["request"]: act for act in plan.of_kind("sign request")}
	for handle, act in signed.items():
		assert act.actor != asked[handle].actor and act.at > asked[handle].at
	balance = Counter()
	for voucher in plan.history:
		for line in voucher.lines:
			balance[line.code] += line.qty * (-1 if voucher.kind == store_history.ISSUE else 1)
	classes = {good.code: good.store for good in plan.goods}
	for act in asked.values():
		assert {classes[code] for code in act.facts["lines"]} == {act.facts["store"]}
		balance.subtract(act.facts["lines"])
	short = -min(plan.differences.values())
	assert all(balance[code] >= (short if code in plan.differences else 0) for code in balance)


@pytest.mark.rule("WH-05")
def test_an_urgent_plan_is_for_what_is_not_stocked(plan):
	goods = {good.code: good for good in plan.goods}
	heads = stories.Cast(people.staff()).heads
	for act in plan.of_kind("ask urgently"):
		good = goods[act.facts["code"]]
		line = purchase_plan.Line(1, good.code, good.stock_class, 0, 0)
		assert purchase_plan.is_unstocked(line)
		assert act.actor == heads[act.facts["department"]]


@pytest.mark.rule("WH-15")
def test_every_class_is_checked_before_the_first_receipt_and_again_in_time(plan):
	for storage_class in stores.STORAGE_CLASSES:
		days = [
			act.at.date()
			for act in plan.of_kind("check warehouse")
			if act.facts["storage_class"] == storage_class
		]
		received = [act.at.date() for act in plan.of_kind("receive")]
		for day in received:
			assert any(timedelta() <= day - checked <= timedelta(30) for checked in days)


@settings(max_examples=25, deadline=None)
@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)), st.sampled_from((0.06, 0.3)))
def test_whatever_the_moment_the_last_month_is_closed(until, share):
	plan = stores_plan.make_stores(random.Random(1), stories.Cast(people.staff()), until, share)
	kinds = {act.kind for act in plan.acts if act.at.date().replace(day=1) == plan.month}
	assert kinds >= {
		*("order", "receive", "record certificate", "return rejected", "hand over directly", "ask", "issue"),
		*("bring back", "take documents over", "decide", "make plan", "approve plan"),
	}
	assert {act.facts["count"] for act in plan.of_kind("decide")} == {
		act.facts["count"] for act in plan.of_kind("begin count")
	}
