"""The repair ticket's rules as pure functions."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import repair_ticket as rules
from property_service.rules import service_order as order_rules

NOW = datetime(2026, 11, 23, 10, 0)
ORDER_STATES = (
	*("Draft", "Dispatched", "In Progress", "Finished", "Archived", "Returned to Desk", "Cancelled"),
)
STATES = tuple(rules.NEXT)

DEFERRAL = rules.Deferral("等配件", NOW + timedelta(days=1), "何家欢", "Phone", NOW)


def order(status="Archived", **values):
	done = status in rules.ORDER_DONE
	arrived = done or status == "In Progress"
	return rules.Order(
		**{
			"name": "PG-1",
			"status": status,
			"signed_off": done,
			"sign_off_method": "Drawn Signature" if done else None,
			"arrived_on": NOW if arrived else None,
			"finished_on": NOW if done else None,
			**values,
		}
	)


def facts(**values):
	return rules.Facts(**{"now": NOW, "deferral": DEFERRAL, "cancel_reason": "不修了", **values})


orders = st.lists(st.sampled_from(ORDER_STATES).map(order), max_size=4)


@pytest.mark.rule("SVC-05")
@given(st.sampled_from(STATES), st.sampled_from(STATES), orders)
def test_only_the_steps_of_the_procedure_are_allowed(state, new, orders):
	if new not in rules.NEXT[state]:
		assert rules.refuse_step(state, new, facts(orders=orders)).message == rules.NOT_A_STEP


def test_no_step_leads_into_the_initial_state():
	assert all(rules.REPORTED not in following for following in rules.NEXT.values())


@pytest.mark.rule("SVC-01")
@pytest.mark.parametrize(
	("unit", "location", "caller", "reported_on", "message"),
	[
		("A-101", None, ["何家欢", None], NOW, None),
		(None, "大堂", [None, "13800138000"], NOW, None),
		(None, " ", ["何家欢"], NOW, rules.NO_PLACE),
		("A-101", None, [None, " "], NOW, rules.NO_CALLER),
		("A-101", None, ["何家欢"], NOW + timedelta(seconds=1), rules.REPORTED_LATER),
	],
)
def test_an_entry_says_where_who_and_when(unit, location, caller, reported_on, message):
	refusal = rules.refuse_entry(unit, location, caller, reported_on, NOW)
	assert (refusal and refusal.message) == message


@pytest.mark.rule("SVC-03")
def test_work_starts_when_somebody_has_arrived():
	there, away = order("In Progress"), order("Dispatched")
	assert rules.refuse_step("Dispatched", "In Progress", facts(orders=[away, there])) is None
	assert rules.refuse_step("Dispatched", "In Progress", facts(orders=[away])).message == rules.NOT_STARTED


@pytest.mark.rule("SVC-05")
@given(orders)
def test_completion_without_gaps_means_every_order_ended_and_one_is_signed_off(orders):
	if not rules.completion_gaps(facts(orders=orders)):
		assert all(o.status in ("Finished", "Archived", "Cancelled") for o in orders)
		assert any(o.done and o.signed_off for o in orders)


@pytest.mark.rule("SVC-05")
@pytest.mark.parametrize(
	("kind", "method", "fits"),
	[
		("Home Repair", "Drawn Signature", True),
		("Home Repair", "Signed Slip", True),
		("Home Repair", "Phone Confirmation", True),
		("Home Repair", "Inspection", False),
		("Public Repair", "Inspection", True),
		("Public Repair", "Drawn Signature", False),
		("Public Repair", "Phone Confirmation", False),
	],
)
def test_who_signs_off_depends_on_the_kind(kind, method, fits):
	gaps = rules.completion_gaps(facts(repair_kind=kind, orders=[order(sign_off_method=method)]))
	assert [gap.message for gap in gaps] == ([] if fits else [rules.ORDER_WRONGLY_SIGNED_OFF])


@pytest.mark.rule("SVC-05")
def test_after_reopening_an_older_order_does_not_count():
	reopened = NOW + timedelta(hours=1)
	old, new = order(), order(name="PG-2", finished_on=reopened, arrived_on=reopened)
	assert (
		rules.completion_gaps(facts(orders=[old], reopened_on=reopened))[0].message
		== rules.NO_FINISHED_SINCE_REOPENING
	)
	assert rules.completion_gaps(facts(orders=[old, new], reopened_on=reopened)) == []


@pytest.mark.rule("SVC-04")
@given(
	st.sampled_from(["plan", "expected_on", "consented_by", "consent_method", "consented_on"]),
	st.sampled_from(["Dispatched", "In Progress"]),
)
def test_a_deferral_needs_all_of_its_facts(missing, state):
	assert rules.refuse_step(state, "Deferred", facts()) is None
	assert rules.refuse_step(state, "Deferred", facts(deferral=replace(DEFERRAL, **{missing: None})))


@pytest.mark.rule("SVC-04")
@given(st.timedeltas(min_value=timedelta(days=-999), max_value=timedelta(days=999)))
def test_the_expected_date_lies_in_the_future(distance):
	refusal = rules.refuse_step(
		"Dispatched", "Deferred", facts(deferral=replace(DEFERRAL, expected_on=NOW + distance))
	)
	assert bool(refusal) == (distance <= timedelta(0))


@pytest.mark.rule("SVC-04")
def test_work_that_was_deferred_goes_on_where_it_was():
	known = facts(orders=[order("Dispatched")], deferred_from="In Progress")
	assert rules.refuse_step("Deferred", "In Progress", known) is None


@pytest.mark.rule("SVC-05")
def test_an_order_that_nobody_accepted_is_a_gap():
	gaps = rules.completion_gaps(facts(orders=[order("Finished", signed_off=False)]))
	assert [gap.message for gap in gaps] == [rules.ORDER_NOT_SIGNED_OFF]


@pytest.mark.rule("SVC-04")
def test_the_customer_agreed_before_it_is_deferred():
	later = replace(DEFERRAL, consented_on=NOW + timedelta(seconds=1))
	assert (
		rules.refuse_step("Dispatched", "Deferred", facts(deferral=later)).message == rules.CONSENT_IN_FUTURE
	)


@pytest.mark.rule("SVC-06")
def test_only_a_bad_follow_up_reopens():
	assert rules.refuse_step("Completed", "Reopened", facts()).message == rules.NO_BAD_FOLLOW_UP
	bad = rules.FollowUpState(required=True, outcome=rules.REACHED, bad=True)
	assert rules.refuse_step("Completed", "Reopened", facts(follow_up=bad)) is None


@pytest.mark.rule("SVC-06")
@given(orders, st.booleans(), st.sampled_from(["", "Reached", "Not Reached"]))
def test_closing_needs_filed_orders_and_the_follow_up(orders, required, outcome):
	known = facts(orders=orders, follow_up=rules.FollowUpState(required, outcome))
	allowed = rules.refuse_step("Completed", "Closed", known) is None
	filed = all(o.status in ("Archived", "Cancelled") for o in orders)
	assert allowed == (filed and (not required or outcome != ""))


@pytest.mark.rule("SVC-05")
@pytest.mark.parametrize("state", ["Reported", "Dispatched", "Deferred", "Reopened"])
def test_cancelling_needs_a_reason_and_nothing_finished(state):
	assert rules.refuse_step(state, "Cancelled", facts()) is None
	assert rules.refuse_step(state, "Cancelled", facts(cancel_reason=" ")).message == rules.NO_CANCEL_REASON
	assert (
		rules.refuse_step(state, "Cancelled", facts(orders=[order("Finished")])).message
		== rules.CANCEL_FINISHED
	)
	assert (
		rules.refuse_step(state, "Cancelled", facts(orders=[order("In Progress")])).message
		== rules.CANCEL_AT_WORK
	)


@pytest.mark.rule("SVC-03")
@pytest.mark.parametrize(
	("state", "status", "event", "becomes"),
	[
		("Reported", "Dispatched", "dispatched", "Dispatched"),
		("Reopened", "Dispatched", "dispatched", "Dispatched"),
		("Dispatched", "In Progress", "arrived", "In Progress"),
		("Deferred", "In Progress", "arrived", "In Progress"),
		("Deferred", "In Progress", "finished", "Deferred"),
		("Reported", "Draft", "dispatched", "Reported"),
	],
)
def test_the_ticket_follows_its_orders(state, status, event, becomes):
	assert rules.state_by_orders(state, [order(status)], event) == becomes


@given(st.sampled_from(STATES), orders, st.sampled_from(["dispatched", "arrived", "finished", "returned"]))
def test_orders_only_move_a_ticket_by_allowed_steps(state, orders, event):
	new = rules.state_by_orders(state, orders, event)
	if new != state:
		assert rules.refuse_step(state, new, facts(orders=orders)) is None


@pytest.mark.rule("SVC-03")
def test_only_an_arrival_ends_a_deferral():
	waiting = [order("In Progress")]
	assert rules.state_by_orders("Deferred", waiting, "dispatched") == "Deferred"
	assert rules.state_by_orders("Deferred", waiting, "arrived") == "In Progress"


@pytest.mark.rule("SVC-03")
def test_first_arrival_is_the_earliest_since_reopening():
	early, late = order(arrived_on=NOW), order(name="PG-2", arrived_on=NOW + timedelta(hours=2))
	assert rules.first_arrival(facts(orders=[late, early])) == NOW
	assert (
		rules.first_arrival(facts(orders=[late, early], reopened_on=NOW + timedelta(hours=1)))
		== late.arrived_on
	)
	assert rules.first_arrival(facts(orders=[order("Returned to Desk", arrived_on=NOW)])) is None


@pytest.mark.rule("SVC-03")
@given(st.none() | st.datetimes(), st.none() | st.datetimes())
def test_result_compares_only_what_is_there(done, due):
	expected = "" if done is None or due is None else ("Fulfilled" if done <= due else "Failed")
	assert rules.result(done, due) == expected


@given(st.sampled_from(STATES), st.sets(st.sampled_from(sorted(rules.FROZEN_WHEN_FULFILLED))))
def test_the_record_of_an_ended_ticket_is_frozen(state, changed):
	refused = rules.refuse_edit(state, state, changed)
	if state in rules.FULFILLED:
		assert bool(refused) == bool(changed)
	if state == "Reported":
		assert bool(refused) == bool(changed & rules.FROZEN_ALWAYS)


def test_every_refusal_names_its_values():
	"""A message with more holes than values would break only when it is shown."""
	import re

	for order_state in ORDER_STATES:
		for state in STATES:
			for new in STATES:
				known = facts(orders=[order(order_state)], deferral=rules.Deferral(), cancel_reason=None)
				refusals = [rules.refuse_step(state, new, known), *rules.completion_gaps(known)]
				for refusal in filter(None, refusals):
					holes = re.findall(r"\{(\d)\}", refusal.message)
					assert len(set(holes)) == len(refusal.values), refusal


def test_states_of_orders_are_those_of_their_rules():
	assert set(ORDER_STATES) == {s for pair in order_rules.ACTIONS for s in pair}
