"""Who may sign, and whether a chain of steps is complete (ORG-01)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules.approval import (
	DepartmentHeads,
	Deputy,
	Recorded,
	Step,
	changed_fields,
	check_chain,
	department_signatories,
	role_signatories,
)

pytestmark = pytest.mark.rule("ORG-01")

TODAY = date(2026, 3, 10)
YESTERDAY, TOMORROW = TODAY - timedelta(1), TODAY + timedelta(1)
CHAIN = (
	Step("Pending Head", "Pending Manager", "Department Head"),
	Step("Pending Manager", "Approved", "General Manager"),
)
USERS = st.sampled_from(["anna", "ben", "cara", "dan", "eva"])


def signed(step: Step, actor: str) -> Recorded:
	return Recorded(step.from_state, step.to_state, step.role, actor)


class TestDepartmentHead:
	def test_head_signs(self):
		assert department_signatories([DepartmentHeads("head")], {"gm"}, {"clerk"}, TODAY) == {"head"}

	@pytest.mark.parametrize(
		("until", "allowed"),
		[(TOMORROW, {"head", "acting"}), (TODAY, {"head", "acting"}), (YESTERDAY, {"head"})],
	)
	def test_acting_head_signs_until_the_last_day(self, until, allowed):
		department = DepartmentHeads("head", "acting", until)
		assert department_signatories([department], {"gm"}, {"clerk"}, TODAY) == allowed

	def test_acting_head_without_a_date_does_not_sign(self):
		department = DepartmentHeads("head", "acting", None)
		assert department_signatories([department], {"gm"}, {"clerk"}, TODAY) == {"head"}

	def test_own_request_of_a_head_goes_to_the_parent_department(self):
		path = [DepartmentHeads("head", "acting", TOMORROW), DepartmentHeads("above"), DepartmentHeads()]
		assert department_signatories(path, {"gm"}, {"head"}, TODAY) == {"above"}

	def test_own_request_of_a_head_of_both_goes_to_the_general_manager(self):
		path = [DepartmentHeads("head"), DepartmentHeads("head")]
		assert department_signatories(path, {"gm"}, {"head"}, TODAY) == {"gm"}

	def test_department_without_a_head_is_passed_over(self):
		assert department_signatories(
			[DepartmentHeads(), DepartmentHeads("above")], {"gm"}, set(), TODAY
		) == {"above"}

	def test_acting_head_does_not_sign_the_own_request(self):
		department = DepartmentHeads("head", "acting", TOMORROW)
		assert department_signatories([department], {"gm"}, {"acting"}, TODAY) == {"head"}

	@given(
		st.lists(
			st.builds(DepartmentHeads, st.none() | USERS, st.none() | USERS, st.none() | st.dates()),
			max_size=4,
		),
		st.sets(USERS),
		st.sets(USERS),
	)
	def test_no_requester_ever_signs(self, path, managers, requesters):
		assert not department_signatories(path, managers, requesters, TODAY) & requesters


class TestRole:
	def test_holders_sign_and_deputies_only_within_their_dates(self):
		holders = {"manager", "deputy"}
		assert role_signatories(holders, [Deputy("deputy", TODAY, TODAY)], set(), TODAY) == holders
		assert role_signatories(holders, [Deputy("deputy", TOMORROW, TOMORROW)], set(), TODAY) == {"manager"}
		assert role_signatories(holders, [Deputy("deputy", YESTERDAY, YESTERDAY)], set(), TODAY) == {
			"manager"
		}

	def test_deputy_without_the_role_does_not_sign(self):
		assert role_signatories({"manager"}, [Deputy("other", TODAY, TODAY)], set(), TODAY) == {"manager"}

	def test_second_period_of_a_deputy_counts(self):
		periods = [Deputy("deputy", YESTERDAY, YESTERDAY), Deputy("deputy", TODAY, TOMORROW)]
		assert "deputy" in role_signatories({"deputy"}, periods, set(), TODAY)

	@given(
		st.sets(USERS),
		st.lists(st.builds(Deputy, USERS, st.dates(), st.dates()), max_size=4),
		st.sets(USERS),
	)
	def test_only_holders_that_did_not_raise_it(self, holders, deputies, requesters):
		allowed = role_signatories(holders, deputies, requesters, TODAY)
		assert allowed <= holders
		assert not allowed & requesters


class TestChain:
	def test_complete(self):
		steps = [signed(CHAIN[0], "head"), signed(CHAIN[1], "gm")]
		assert check_chain(CHAIN, steps, {"clerk"}).complete

	def test_nothing_recorded(self):
		assert check_chain(CHAIN, [], {"clerk"}).missing == CHAIN

	def test_a_jump_over_a_step_is_missing(self):
		jump = Recorded("Pending Head", "Approved", "Department Head", "head")
		assert not check_chain(CHAIN, [jump], {"clerk"}).complete

	def test_a_step_taken_in_another_role_does_not_count(self):
		wrong = Recorded("Pending Head", "Pending Manager", "Technician", "someone")
		assert check_chain(CHAIN, [wrong, signed(CHAIN[1], "gm")], {"clerk"}).missing == (CHAIN[0],)

	def test_steps_in_the_wrong_order_do_not_count(self):
		assert not check_chain(CHAIN, [signed(CHAIN[1], "gm"), signed(CHAIN[0], "head")], {"clerk"}).complete

	def test_requester_signed(self):
		check = check_chain(CHAIN, [signed(CHAIN[0], "clerk"), signed(CHAIN[1], "gm")], {"clerk"})
		assert [step.actor for step in check.signed_by_requester] == ["clerk"]
		assert not check.complete

	def test_steps_before_a_rejection_do_not_count(self):
		back = Recorded("Pending Manager", "Draft", "General Manager", "gm")
		steps = [signed(CHAIN[0], "head"), back, signed(CHAIN[0], "head")]
		assert check_chain(CHAIN, steps, set()).missing == (CHAIN[1],)
		assert check_chain(CHAIN, [*steps, signed(CHAIN[1], "gm")], set()).complete
		assert not check_chain(
			CHAIN, [signed(CHAIN[0], "head"), back, signed(CHAIN[1], "gm")], set()
		).complete

	@given(st.lists(st.builds(Recorded, st.text(), st.text(), st.text(), USERS), max_size=6), st.sets(USERS))
	def test_complete_means_each_step_by_somebody_else(self, noise, requesters):
		steps = [*noise, signed(CHAIN[0], "head"), signed(CHAIN[1], "gm")]
		assert check_chain(CHAIN, steps, requesters).complete == (not requesters & {"head", "gm"})


@pytest.mark.parametrize(
	("before", "after", "changed"),
	[
		({"qty": 1.0}, {"qty": 2.0}, ["qty"]),
		({"note": None}, {"note": ""}, []),
		({"qty": 0}, {"qty": None}, []),
	],
)
def test_changed_fields(before, after, changed):
	assert changed_fields(before, after) == changed
