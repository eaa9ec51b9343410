"""Steps of a complaint: which exist, who takes them, and what they need (SVC-14, SVC-15)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import complaint as rules

NOW = datetime(2026, 6, 1, 10, 0)

# Everything that any step needs is there.
COMPLETE = rules.Facts(
	now=NOW,
	complaint_type="服务态度",
	complaint_class="Valid Complaint",
	severity="Minor",
	desk_settlement="已当面道歉",
	responsible_department="工程部",
	due_on=NOW + timedelta(days=3),
	verifier="verifier@example.com",
	cause_analysis="未按时到场",
	corrective_action="调整排班",
	action_owner="HR-EMP-00001",
	action_date=date(2026, 6, 2),
	follow_up="Reached",
	evaluation="Satisfied",
	closing_decision="按规定处理完毕",
	unfounded_reason="经查不属实",
	told_since_unfounded=True,
	reopen_reason="业主仍不满意",
)
ABOUT_DESK = replace(COMPLETE, about_front_desk=True, front_desk_responsible=True)

CLERK = rules.Actor(front_desk=True)
MANAGER = rules.Actor(service_manager=True)
GENERAL_MANAGER = rules.Actor(general_manager=True)
HEAD = rules.Actor(department_head=True, in_department=True)
WORKER = rules.Actor(in_department=True)
VERIFIER = rules.Actor(verifier=True)
NOBODY = rules.Actor()

TAKERS = {
	("Received", "Classified"): [CLERK, MANAGER],
	("Received", "Settled at Desk"): [CLERK, MANAGER],
	("Settled at Desk", "Classified"): [CLERK, MANAGER],
	("Settled at Desk", "Closed"): [CLERK, MANAGER],
	("Classified", "Assigned"): [MANAGER],
	("Reopened", "Assigned"): [MANAGER],
	("Classified", "Unfounded"): [MANAGER],
	("Assigned", "Unfounded"): [MANAGER],
	("Analysed", "Unfounded"): [MANAGER],
	("Assigned", "Analysed"): [HEAD],
	("Analysed", "Acted"): [HEAD, WORKER],
	("Acted", "Verified"): [CLERK, MANAGER],
	("Verified", "Closed"): [CLERK, MANAGER],
	("Unfounded", "Closed"): [CLERK, MANAGER],
	("Acted", "Reopened"): [CLERK, MANAGER, GENERAL_MANAGER, VERIFIER],
	("Closed", "Reopened"): [CLERK, MANAGER, GENERAL_MANAGER, VERIFIER],
}
EVERYBODY = [CLERK, MANAGER, GENERAL_MANAGER, HEAD, WORKER, VERIFIER, NOBODY]


@pytest.mark.rule("SVC-14")
@pytest.mark.parametrize("step", TAKERS, ids=" → ".join)
def test_each_step_belongs_to_its_people(step):
	allowed = [who for who in EVERYBODY if rules.refusal(*step, COMPLETE, who) is None]
	assert allowed == TAKERS[step]


@pytest.mark.rule("SVC-14")
def test_every_action_has_its_rule_and_every_rule_its_action():
	assert set(TAKERS) == set(rules.ACTIONS)


@pytest.mark.rule("SVC-14")
@pytest.mark.parametrize(
	("step", "takers"),
	[
		(("Classified", "Assigned"), [GENERAL_MANAGER]),
		(("Assigned", "Unfounded"), [GENERAL_MANAGER]),
		(("Acted", "Verified"), [VERIFIER]),
		(("Verified", "Closed"), [GENERAL_MANAGER, VERIFIER]),
		(("Unfounded", "Closed"), [GENERAL_MANAGER, VERIFIER]),
	],
)
def test_a_complaint_about_customer_service_is_judged_outside_it(step, takers):
	desk = [replace(CLERK, in_department=True), replace(MANAGER, in_department=True)]
	allowed = [who for who in [*EVERYBODY, *desk] if rules.refusal(*step, ABOUT_DESK, who) is None]
	assert allowed == takers


actors = st.builds(
	rules.Actor,
	front_desk=st.booleans(),
	service_manager=st.booleans(),
	department_head=st.booleans(),
	in_department=st.just(True),
	verifier=st.booleans(),
)


@pytest.mark.rule("SVC-14")
@given(actors, st.booleans())
def test_nobody_of_the_department_complained_about_assigns_verifies_or_closes(actor, about_desk):
	facts = ABOUT_DESK if about_desk else COMPLETE
	for step in [
		("Classified", "Assigned"),
		("Acted", "Verified"),
		("Verified", "Closed"),
		("Unfounded", "Closed"),
	]:
		assert rules.refusal(*step, facts, actor) is not None


@pytest.mark.rule("SVC-14", "SVC-15")
@given(
	st.sampled_from(sorted({s for step in rules.ACTIONS for s in step})),
	st.sampled_from(sorted({s for step in rules.ACTIONS for s in step})),
)
def test_no_other_step_exists_and_none_leads_back_to_received(before, after):
	if (before, after) in rules.ACTIONS:
		assert after != rules.RECEIVED
		return
	for who in EVERYBODY:
		assert rules.refusal(before, after, COMPLETE, who).message == rules.NO_SUCH_STEP


MISSING = [
	(("Received", "Classified"), {"complaint_type": ""}, CLERK, rules.CLASSIFICATION_MISSING),
	(("Received", "Classified"), {"complaint_class": ""}, CLERK, rules.CLASSIFICATION_MISSING),
	(("Received", "Classified"), {"severity": ""}, CLERK, rules.CLASSIFICATION_MISSING),
	(("Received", "Settled at Desk"), {"complaint_type": ""}, CLERK, rules.TYPE_MISSING),
	(("Received", "Settled at Desk"), {"desk_settlement": ""}, CLERK, rules.SETTLEMENT_MISSING),
	(("Received", "Settled at Desk"), {"claim": "Damages"}, CLERK, rules.NOT_FOR_THE_DESK),
	(("Received", "Settled at Desk"), {"desk_may_settle": False}, CLERK, rules.NOT_FOR_THE_DESK),
	(("Received", "Settled at Desk"), {"about_front_desk": True}, CLERK, rules.NOT_FOR_THE_DESK),
	(("Classified", "Assigned"), {"responsible_department": ""}, MANAGER, rules.DEPARTMENT_MISSING),
	(("Classified", "Assigned"), {"due_on": None}, MANAGER, rules.DUE_ON_MISSING),
	(("Classified", "Assigned"), {"due_on": NOW}, MANAGER, rules.DUE_ON_PAST),
	(("Assigned", "Analysed"), {"cause_analysis": ""}, HEAD, rules.CAUSE_MISSING),
	(("Analysed", "Acted"), {"corrective_action": ""}, HEAD, rules.ACTION_MISSING),
	(("Analysed", "Acted"), {"action_owner": ""}, HEAD, rules.ACTION_MISSING),
	(("Analysed", "Acted"), {"action_date": None}, HEAD, rules.ACTION_MISSING),
	(("Acted", "Verified"), {"follow_up": ""}, CLERK, rules.FOLLOW_UP_MISSING),
	(("Assigned", "Unfounded"), {"unfounded_reason": ""}, MANAGER, rules.REASON_MISSING),
	(("Unfounded", "Closed"), {"told_since_unfounded": False}, CLERK, rules.COMPLAINANT_NOT_TOLD),
	(("Closed", "Reopened"), {"reopen_reason": ""}, CLERK, rules.REOPEN_REASON_MISSING),
]


@pytest.mark.rule("SVC-15")
@pytest.mark.parametrize(("step", "gap", "who", "message"), MISSING)
def test_each_step_needs_its_facts(step, gap, who, message):
	assert rules.refusal(*step, replace(COMPLETE, **gap), who).message == message


@pytest.mark.rule("SVC-14")
def test_a_complaint_about_customer_service_needs_a_verifier_outside_it():
	step = ("Classified", "Assigned")
	unnamed = rules.refusal(*step, replace(ABOUT_DESK, verifier=""), GENERAL_MANAGER)
	inside = rules.refusal(*step, replace(ABOUT_DESK, verifier_in_department=True), GENERAL_MANAGER)
	assert (unnamed.message, inside.message) == (rules.VERIFIER_MISSING, rules.VERIFIER_INSIDE)
	# The general manager finds that it was another department after all: the front desk verifies.
	other = replace(ABOUT_DESK, front_desk_responsible=False, verifier="")
	assert rules.refusal(*step, other, GENERAL_MANAGER) is None


@pytest.mark.rule("SVC-15")
@pytest.mark.parametrize("evaluation", ["", "Dissatisfied"])
@pytest.mark.parametrize("state", ["Verified", "Settled at Desk"])
def test_only_the_manager_closes_without_a_satisfied_complainant(state, evaluation):
	unhappy = replace(COMPLETE, evaluation=evaluation)
	undecided = replace(unhappy, closing_decision="")
	assert rules.refusal(state, "Closed", undecided, MANAGER).message == rules.EVALUATION_MISSING
	assert rules.refusal(state, "Closed", unhappy, MANAGER) is None
	assert rules.refusal(state, "Closed", unhappy, CLERK).message == rules.NOT_SERVICE_MANAGER


@pytest.mark.rule("SVC-15")
def test_satisfied_and_fairly_satisfied_close_without_a_decision():
	for evaluation in ("Satisfied", "Fairly Satisfied"):
		facts = replace(COMPLETE, evaluation=evaluation, closing_decision="")
		assert rules.refusal("Verified", "Closed", facts, CLERK) is None


@pytest.mark.rule("SVC-15")
def test_three_attempts_in_vain_let_it_be_verified_but_not_closed_by_the_desk():
	vain = replace(COMPLETE, follow_up="Not Reached", evaluation="", closing_decision="")
	assert rules.refusal("Acted", "Verified", vain, CLERK) is None
	assert rules.refusal("Verified", "Closed", vain, CLERK).message == rules.EVALUATION_MISSING


@pytest.mark.rule("SVC-14")
@pytest.mark.parametrize(
	("field", "state", "who", "allowed"),
	[
		("description", "Received", CLERK, True),
		("description", "Assigned", CLERK, False),
		("contact_phone", "Acted", CLERK, True),
		("confidential", "Closed", CLERK, False),
		("confidential", "Assigned", HEAD, False),
		("confidential", "Acted", replace(CLERK, in_department=True), False),
		("responsible_department", "Classified", CLERK, False),
		("responsible_department", "Classified", MANAGER, True),
		("responsible_department", "Assigned", MANAGER, False),
		("due_on", "Assigned", HEAD, False),
		("proposed_department", "Classified", CLERK, False),
		("cause_analysis", "Assigned", HEAD, True),
		("cause_analysis", "Assigned", CLERK, False),
		("cause_analysis", "Acted", HEAD, False),
		("corrective_action", "Analysed", WORKER, True),
		("customer_evaluation", "Verified", CLERK, False),
		("customer_evaluation", "Settled at Desk", CLERK, True),
		("closing_decision", "Verified", CLERK, False),
		("reopen_reason", "Closed", VERIFIER, True),
		("acted_on", "Acted", MANAGER, False),
	],
)
def test_each_part_is_written_by_its_people_while_it_is_their_turn(field, state, who, allowed):
	assert (rules.refuse_edit(state, [field], who) is None) is allowed


@pytest.mark.rule("SVC-15")
@given(st.integers(0, 5), st.integers(0, 4))
def test_a_score_that_reopens_is_never_a_satisfied_evaluation(score, reopen_at):
	evaluation = rules.evaluation_of(score, reopen_at)
	assert (evaluation == "Dissatisfied") == (0 < score <= reopen_at)
	assert (evaluation == "") == (score == 0)


@pytest.mark.rule("SVC-15")
def test_entry_names_somebody_and_lies_not_ahead():
	assert rules.refuse_entry(["", " ", None], NOW, NOW).message == rules.NO_COMPLAINANT
	assert rules.refuse_entry(["王女士"], NOW + timedelta(minutes=1), NOW).message == rules.RECEIVED_LATER
	assert rules.refuse_entry(["王女士"], NOW, NOW) is None


@pytest.mark.rule("SVC-14")
def test_another_persons_step_and_a_missing_fact_are_told_apart():
	messages = {
		rules.refusal(*step, replace(COMPLETE, **gap), who).message for step, gap, who, _message in MISSING
	}
	assert not messages & rules.ANOTHER_PERSONS
	for step, who in product(rules.ACTIONS, EVERYBODY):
		refused = rules.refusal(*step, COMPLETE, who)
		assert refused is None or refused.message in rules.ANOTHER_PERSONS
