"""Release passes (DESK-11): who approves, whose consent, and what the gate lets out."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import goods_release as rules
from property_service.rules.goods_release import Consent

pytestmark = pytest.mark.rule("DESK-11")

TODAY = date(2026, 11, 25)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
ONE = [Decimal(1)]


def message(refusal):
	return refusal.message if refusal else None


@pytest.mark.parametrize(
	("entry", "expected"),
	[
		(("Owner", "何家欢", "13900001111", None, ONE), None),
		(("Owner", " ", "13900001111", None, ONE), rules.NO_CARRIER),
		(("Owner", "何家欢", None, None, ONE), rules.NO_CARRIER),
		(("Owner", "何家欢", "13900001111", None, []), rules.NO_GOODS),
		(("Owner", "何家欢", "13900001111", None, [Decimal(1), Decimal(0)]), rules.NO_GOODS),
		(("Own Employee", "张建国", None, "HR-1", ONE), None),
		(("Own Employee", "张建国", "13900001111", None, ONE), rules.NO_EMPLOYEE),
	],
)
def test_the_pass_names_who_carries_what(entry, expected):
	assert message(rules.refuse_entry(*entry)) == expected


@pytest.mark.parametrize(
	("kind", "consent", "expected"),
	[
		("Tenant", Consent("孙业主", "By Phone"), None),
		("Tenant", Consent("孙业主", None), rules.NO_CONSENT),
		("Tenant", Consent(" ", "By Phone"), rules.NO_CONSENT),
		("Owner", Consent(), None),
		("Contractor", Consent(), None),
	],
)
def test_what_a_tenant_carries_out_the_owner_agreed_to(kind, consent, expected):
	assert message(rules.refuse_consent(kind, "何家欢", consent)) == expected


@pytest.mark.parametrize(
	("value", "roles", "expected"),
	[
		("2000", {"Front Desk Clerk"}, "Front Desk Clerk"),
		("2000.01", {"Front Desk Clerk"}, "Service Manager"),
		("0", {"Service Manager"}, "Service Manager"),
		("0", {"Service Manager", "Front Desk Clerk"}, "Front Desk Clerk"),
		("9000", {"Service Manager", "Front Desk Clerk"}, "Service Manager"),
		("0", {"Technician"}, "Front Desk Clerk"),
	],
)
def test_above_the_limit_only_the_manager_approves(value, roles, expected):
	assert rules.approving_role(Decimal(value), Decimal(2000), roles) == expected


@given(
	st.decimals(0, 10**6, places=2),
	st.decimals(0, 10**6, places=2),
	st.sets(st.sampled_from([rules.CLERK, rules.MANAGER])),
)
def test_nobody_approves_above_the_limit_as_a_clerk(value, limit, roles):
	assert value <= limit or rules.approving_role(value, limit, roles) == rules.MANAGER


@pytest.mark.parametrize(("days", "last"), [(0, 25), (1, 25), (2, 26), (3, 27)])
def test_a_pass_is_valid_for_the_days_of_the_settings(days, last):
	assert rules.last_day(TODAY, days) == date(2026, 11, last)


@given(st.sampled_from([rules.AWAITING, rules.APPROVED, *rules.ENDED]), DAYS, st.integers(1, 5), DAYS)
def test_goods_leave_once_on_an_approved_pass_on_its_day(status, first, days, today):
	last = rules.last_day(first, days)
	allowed = rules.refuse_release(status, first, last, today, None) is None
	assert allowed == (status == rules.APPROVED and first <= today <= last)


@pytest.mark.parametrize(
	("status", "first", "expected"),
	[
		(rules.RELEASED, TODAY, rules.USED),
		(rules.AWAITING, TODAY, rules.NOT_APPROVED),
		(rules.APPROVED, TODAY + timedelta(days=1), rules.TOO_EARLY),
		(rules.APPROVED, TODAY - timedelta(days=1), rules.TOO_LATE),
	],
)
def test_the_guard_reads_why_nothing_leaves(status, first, expected):
	assert message(rules.refuse_release(status, first, first, TODAY, ("08:00", "周伟"))) == expected


def test_approval_is_for_a_day_that_is_not_over():
	assert rules.refuse_approval(TODAY, TODAY) is None
	assert message(rules.refuse_approval(TODAY - timedelta(days=1), TODAY)) == rules.TOO_LATE


def test_only_an_approved_pass_leads_through_the_gate():
	assert [before for before, after in rules.STEPS if after == rules.RELEASED] == [rules.APPROVED]
	assert {before for before, _after in rules.STEPS}.isdisjoint(rules.ENDED)
