"""Steps, types, keys, dates and funds of a purchase plan as plain rules (procedure 4.2; WH-04 to WH-06, WH-08)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import purchase_plan as rules
from property_service.rules.refusal import Refusal

STATES = (
	*(rules.DRAFT, rules.PENDING_FINANCE, rules.PENDING_GM, rules.PENDING_HEAD, rules.APPROVED),
	*(rules.RETURNED, rules.REJECTED, rules.SUBMITTED, rules.CANCELLED),
)
money = st.decimals(min_value=0, max_value=1_000_000, places=2)


@pytest.mark.rule("WH-06")
class TestSteps:
	@pytest.mark.parametrize("route", rules.ACTIONS)
	def test_only_the_steps_of_the_route(self, route):
		for before in STATES:
			for after in STATES:
				answer = rules.action_of(route, before, after)
				assert isinstance(answer, str) == ((before, after) in rules.ACTIONS[route])

	def test_nothing_leads_past_finance_or_the_general_manager(self):
		"""Whatever way a plan takes to Approved, its last two steps are theirs."""
		steps = rules.ACTIONS[rules.PURCHASE_PLAN]
		assert {before for before, after in steps if after == rules.APPROVED} == {rules.PENDING_GM}
		assert {before for before, after in steps if after == rules.PENDING_GM} == {rules.PENDING_FINANCE}
		roles = {(step.from_state, step.to_state): step.role for step in rules.CHAINS[rules.PURCHASE_PLAN]}
		assert roles == {
			(rules.PENDING_FINANCE, rules.PENDING_GM): "Finance Manager",
			(rules.PENDING_GM, rules.APPROVED): "General Manager",
		}

	@pytest.mark.parametrize("route", rules.ACTIONS)
	def test_no_step_back_into_draft_and_none_from_the_end(self, route):
		assert all(after != rules.DRAFT for _before, after in rules.ACTIONS[route])
		for state in rules.ENDED:
			assert rules.action_of(route, state, rules.PENDING_FINANCE).message == rules.ENDED_IS_FROZEN

	@pytest.mark.parametrize(
		("after", "reason", "ok"),
		[
			("Returned", "", False),
			("Rejected", " ", False),
			("Returned", "偏多", True),
			("Approved", None, True),
		],
	)
	def test_going_back_has_a_reason(self, after, reason, ok):
		assert (rules.refuse_reason(after, reason) is None) is ok


@pytest.mark.rule("WH-06")
class TestChange:
	@pytest.mark.parametrize(
		("state", "rows", "old", "new", "reason", "message"),
		[
			("Pending Finance", 2, 10, 6, "偏多", None),
			("Pending Finance", 2, 10, 0, "偏多", None),
			("Pending Finance", 1, 10, 0, "偏多", rules.LAST_ROW),
			("Pending Finance", 2, 10, 6, "", rules.NO_CHANGE_REASON),
			("Pending Finance", 2, 10, 10, "偏多", rules.SAME_QUANTITY),
			("Pending Finance", 2, 10, -1, "偏多", rules.BAD_QUANTITY),
			("Pending Finance", 2, 10, None, "偏多", rules.BAD_QUANTITY),
			("Pending Finance", 2, None, 6, "偏多", rules.NO_ROW),
			("Pending GM", 2, 10, 6, "偏多", rules.NOT_PENDING),
			("Draft", 2, 10, 6, "偏多", rules.NOT_PENDING),
			("Approved", 2, 10, 6, "偏多", rules.NOT_PENDING),
		],
	)
	def test_when_and_why(self, state, rows, old, new, reason, message):
		numbers = (None if n is None else Decimal(n) for n in (old, new))
		refusal = rules.refuse_change(state, rows, *numbers, reason)
		assert (refusal.message if refusal else None) == message


@pytest.mark.rule("WH-05")
class TestTypes:
	@pytest.mark.parametrize(
		("plan_type", "storekeeper", "head", "message"),
		[
			("Monthly", True, False, None),
			("Below Limit", True, True, None),
			("Urgent", False, True, None),
			("Urgent", True, False, rules.HEADS_PLAN),
			("Monthly", False, True, rules.STOREKEEPERS_PLAN),
			("Weekly", True, True, rules.NO_TYPE),
			(None, True, True, rules.NO_TYPE),
		],
	)
	def test_who_plans_what(self, plan_type, storekeeper, head, message):
		refusal = rules.refuse_planner(plan_type, storekeeper, head)
		assert (refusal.message if refusal else None) == message

	def line(self, stock_class="Daily Consumable", balance=0, limit=0, is_stock_item=True):
		return rules.Line(1, "灯管", stock_class, Decimal(balance), Decimal(limit), is_stock_item)

	@pytest.mark.parametrize(
		("plan_type", "line", "reason", "message"),
		[
			("Urgent", {"balance": 0}, "急需", None),
			("Urgent", {"balance": 1}, "急需", rules.LIES_IN_STORE),
			("Urgent", {"balance": 9, "stock_class": "Not Stocked"}, "急需", None),
			("Urgent", {"balance": 9, "stock_class": "", "is_stock_item": False}, "急需", None),
			("Urgent", {"balance": 0}, " ", rules.NO_URGENT_REASON),
			("Below Limit", {"balance": 3, "limit": 4}, "", None),
			("Below Limit", {"balance": 4, "limit": 4}, "", rules.NOT_BELOW),
			("Monthly", {"balance": 400, "limit": 4}, "", None),
		],
	)
	def test_what_it_may_buy(self, plan_type, line, reason, message):
		refusal = rules.refuse_lines(plan_type, [self.line(**line)], reason)
		assert (refusal.message if refusal else None) == message


@pytest.mark.rule("WH-04")
class TestKeys:
	def test_one_per_store_and_month_or_day(self):
		day = date(2026, 8, 1)
		assert rules.plan_key("Monthly", "仓库", day) == rules.plan_key("Monthly", "仓库", day.replace(day=9))
		assert rules.plan_key("Monthly", "仓库", day) != rules.plan_key("Monthly", "易燃品仓库", day)
		assert rules.plan_key("Below Limit", "仓库", day) != rules.plan_key(
			"Below Limit", "仓库", day.replace(day=2)
		)
		assert rules.plan_key("Below Limit", "仓库", day) != rules.plan_key("Monthly", "仓库", day)
		assert rules.plan_key("Urgent", "仓库", day) is None

	@given(st.dates(min_value=date(2001, 1, 1), max_value=date(2098, 12, 31)))
	def test_a_plan_is_for_the_next_month(self, day):
		month = rules.planned_month(day)
		assert month.day == 1
		assert (month.year * 12 + month.month) - (day.year * 12 + day.month) == 1


@pytest.mark.rule("WH-08")
@given(st.dates(), st.integers(min_value=-40, max_value=40))
def test_late_from_the_day_after_it_is_due(due, days):
	from datetime import timedelta

	try:
		done = due + timedelta(days=days)
	except OverflowError:
		return
	assert rules.days_late(due, done) == max(days, 0)


@pytest.mark.rule("WH-06")
class TestFunds:
	@given(money, money, money, money, money)
	def test_what_is_used_and_left_adds_up(self, budget, ledger, unordered, ordered, plan):
		funds = rules.Funds(budget, ledger, unordered, ordered)
		assert funds.used + funds.left(plan) + plan == budget

	def test_without_a_budget_nothing_is_left(self):
		assert rules.Funds(None, Decimal(5), Decimal(0), Decimal(0)).left(Decimal(10)) == -15


def test_refusals_are_refusals():
	assert isinstance(rules.action_of(rules.PURCHASE_PLAN, "Draft", "Approved"), Refusal)
