"""Who hands a counter over to whom, and who may open its next shift (SVC-21)."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import shift_handover as rules

pytestmark = pytest.mark.rule("SVC-21")

ANN, BOB, CARL, BOSS = "ann", "bob", "carl", "boss"
MORNING = datetime(2026, 3, 10, 8, 0)


def clerk(user):
	return rules.Signer(user, is_clerk=True)


def manager(user=BOSS):
	return rules.Signer(user, is_manager=True)


def message(refusal):
	return refusal and refusal.message


def test_nobody_hands_over_before_the_first_shift():
	assert rules.refuse_opening(rules.custodian(None, None), ANN, "1") is None


def test_the_same_clerk_opens_again_without_a_handover():
	assert rules.refuse_opening(rules.custodian(rules.Charge(ANN, MORNING), None), ANN, "1") is None


def test_another_clerk_needs_the_handover():
	refusal = rules.refuse_opening(rules.custodian(rules.Charge(ANN, MORNING), None), BOB, "1")
	assert (refusal.message, refusal.values) == (rules.HANDOVER_MISSING, (ANN, "1"))


def test_a_handover_before_the_last_shift_counts_no_more():
	old = rules.Charge(BOB, MORNING - timedelta(days=1))
	assert rules.custodian(rules.Charge(ANN, MORNING), old) == ANN


@given(st.lists(st.tuples(st.sampled_from([ANN, BOB, CARL]), st.integers(0, 1000)), min_size=1, max_size=8))
def test_whoever_took_over_last_is_in_charge(chain):
	"""However often a counter changes hands between two shifts, only the last one may open it."""
	charges = [rules.Charge(user, MORNING + timedelta(minutes=minute)) for user, minute in chain]
	last = max(charges, key=lambda charge: charge.since)
	in_charge = rules.custodian(rules.Charge(ANN, MORNING - timedelta(1)), last)
	for user in (ANN, BOB, CARL):
		assert (rules.refuse_opening(in_charge, user, "1") is None) == (user == last.clerk)


@pytest.mark.parametrize(
	("in_charge", "signer", "expected"),
	[
		(None, clerk(ANN), ANN),
		(None, manager(), rules.NOT_A_CLERK),
		(ANN, clerk(ANN), ANN),
		(ANN, clerk(BOB), rules.NOT_CUSTODIAN),
		(ANN, manager(), ANN),
	],
)
def test_the_custodian_hands_over(in_charge, signer, expected):
	answer = rules.outgoing_clerk(in_charge, signer)
	assert (answer if isinstance(answer, str) else answer.message) == expected


@pytest.mark.parametrize(
	("status", "signer", "reason", "difference", "note", "expected"),
	[
		(rules.OPEN, clerk(ANN), None, "0", None, None),
		(rules.OPEN, clerk(BOB), "x", "0", None, rules.NOT_OUTGOING),
		(rules.OPEN, manager(), " ", "0", None, rules.NO_ABSENCE_REASON),
		(rules.OPEN, manager(), "病假", "0", None, None),
		(rules.OPEN, clerk(ANN), None, "-5", " ", rules.NO_DIFFERENCE_NOTE),
		(rules.OPEN, clerk(ANN), None, "-5", "少 5 元", None),
		(rules.AWAITING, clerk(ANN), None, "0", None, rules.NOT_OPEN),
		(rules.COMPLETED, clerk(ANN), None, "0", None, rules.NOT_OPEN),
		(rules.CANCELLED, clerk(ANN), None, "0", None, rules.NOT_OPEN),
	],
)
def test_the_outgoing_side_is_signed(status, signer, reason, difference, note, expected):
	refusal = rules.refuse_outgoing_signature(status, signer, ANN, reason, Decimal(difference), note)
	assert message(refusal) == expected


@pytest.mark.parametrize(
	("signer", "signed_by", "incoming", "reason", "expected"),
	[
		(clerk(BOB), ANN, BOB, None, None),
		(clerk(BOB), ANN, None, None, None),
		(clerk(CARL), ANN, BOB, "x", rules.NOT_INCOMING),
		(clerk(ANN), ANN, None, None, rules.SAME_PERSON),
		(clerk(ANN), BOSS, None, None, rules.SAME_PERSON),
		(rules.Signer("dora"), ANN, None, None, rules.NOT_A_CLERK),
		(manager(), ANN, BOB, "病假", None),
		(manager(), ANN, BOB, "", rules.NO_ABSENCE_REASON),
		(manager(), ANN, None, "病假", rules.NO_INCOMING),
		(manager(), BOSS, BOB, "病假", rules.SIGNED_TWICE),
		(clerk(BOB), BOSS, BOB, None, None),
	],
)
def test_the_incoming_side_is_signed_by_another_person(signer, signed_by, incoming, reason, expected):
	refusal = rules.refuse_incoming_signature(rules.AWAITING, signer, ANN, signed_by, incoming, reason)
	assert message(refusal) == expected


@pytest.mark.parametrize("status", [rules.OPEN, rules.COMPLETED, rules.CANCELLED])
def test_the_incoming_side_signs_after_the_outgoing_one(status):
	assert message(rules.refuse_incoming_signature(status, clerk(BOB), ANN, ANN, BOB, None)) == rules.NOT_OPEN


signers = st.builds(
	rules.Signer, st.sampled_from([ANN, BOB, CARL, BOSS]), is_clerk=st.booleans(), is_manager=st.booleans()
)
reasons = st.sampled_from([None, "", "病假"])


@given(signers, signers, reasons, reasons, st.sampled_from([None, BOB, CARL]))
def test_no_handover_is_ever_signed_by_one_person(first, second, why_out, why_in, incoming):
	out = rules.refuse_outgoing_signature(rules.OPEN, first, ANN, why_out, Decimal(0), None)
	taken = rules.refuse_incoming_signature(rules.AWAITING, second, ANN, first.user, incoming, why_in)
	if out is None and taken is None:
		assert first.user != second.user
		assert first.user == ANN or (first.is_manager and why_out)
		assert second.user == (incoming or second.user) or (second.is_manager and why_in)


@pytest.mark.parametrize(
	("status", "signer", "changed", "expected"),
	[
		(rules.OPEN, clerk(ANN), "Cash Counted", None),
		(rules.OPEN, manager(), "Cash Counted", None),
		(rules.OPEN, clerk(BOB), "Cash Counted", rules.NOT_YOURS),
		(rules.AWAITING, clerk(ANN), "Cash Counted", rules.FROZEN),
		(rules.COMPLETED, manager(), "Cash Counted", rules.FROZEN),
		(rules.COMPLETED, clerk(BOB), None, None),
	],
)
def test_what_was_signed_stays(status, signer, changed, expected):
	assert message(rules.refuse_edit(status, signer, ANN, changed)) == expected


@pytest.mark.parametrize(
	("incoming", "is_clerk", "expected"),
	[(None, False, None), (BOB, True, None), (BOB, False, rules.NOT_A_CLERK), (ANN, True, rules.SAME_PERSON)],
)
def test_the_named_incoming_clerk_is_another_clerk(incoming, is_clerk, expected):
	assert message(rules.refuse_incoming(ANN, incoming, is_clerk)) == expected


@pytest.mark.parametrize(
	("status", "signer", "reason", "expected"),
	[
		(rules.OPEN, clerk(ANN), "弄错柜台", None),
		(rules.AWAITING, manager(), "改日交接", None),
		(rules.OPEN, clerk(ANN), " ", rules.NO_CANCEL_REASON),
		(rules.OPEN, clerk(BOB), "x", rules.NOT_OUTGOING),
		(rules.COMPLETED, clerk(ANN), "x", rules.ENDED),
		(rules.CANCELLED, clerk(ANN), "x", rules.ENDED),
	],
)
def test_only_an_unfinished_handover_is_cancelled(status, signer, reason, expected):
	assert message(rules.refuse_cancelling(status, signer, ANN, reason)) == expected
