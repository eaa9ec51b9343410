"""Who hands over the documents of goods and who receives them (procedure 4.3.1 f; WH-11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import document_handover as rules

pytestmark = pytest.mark.rule("WH-11")
KEEPER = rules.Person("keeper@example.com", True, False)
FINANCE = rules.Person("finance@example.com", False, True)
people = st.builds(rules.Person, st.sampled_from(["a", "b"]), st.booleans(), st.booleans())
states = st.sampled_from([rules.DRAFT, rules.HANDED_OVER, rules.RECEIVED, rules.CANCELLED])


def message(refusal):
	return refusal.message if refusal else None


@pytest.mark.parametrize(
	("refusal", "expected"),
	[
		(rules.refuse_hand_over("Draft", KEEPER, 2), None),
		(rules.refuse_hand_over("Draft", KEEPER, 0), rules.EMPTY),
		(rules.refuse_hand_over("Draft", FINANCE, 2), rules.NOT_STOREKEEPER),
		(rules.refuse_hand_over("Received", KEEPER, 2), rules.WRONG_STATE),
		(rules.refuse_receiving("Handed Over", FINANCE, KEEPER.user), None),
		(rules.refuse_receiving("Handed Over", FINANCE, FINANCE.user), rules.SAME_PERSON),
		(rules.refuse_receiving("Handed Over", KEEPER, KEEPER.user), rules.NOT_FINANCE),
		(rules.refuse_receiving("Draft", FINANCE, None), rules.WRONG_STATE),
		(rules.refuse_cancelling("Handed Over", KEEPER, "漏了一份"), None),
		(rules.refuse_cancelling("Handed Over", KEEPER, " "), rules.NO_REASON),
		(rules.refuse_cancelling("Received", KEEPER, "漏了一份"), rules.WRONG_STATE),
		(rules.refuse_cancelling("Draft", FINANCE, "漏了一份"), rules.NOT_STOREKEEPER),
	],
)
def test_steps(refusal, expected):
	assert message(refusal) == expected


@given(states, people, st.sampled_from(["a", "b"]))
def test_two_people_of_two_offices_sign(status, person, handed_over_by):
	if rules.refuse_receiving(status, person, handed_over_by) is None:
		assert status == rules.HANDED_OVER
		assert person.is_finance
		assert person.user != handed_over_by


@given(states, people)
def test_what_was_received_is_final(status, person):
	if status in (rules.RECEIVED, rules.CANCELLED):
		assert rules.refuse_hand_over(status, person, 1)
		assert rules.refuse_receiving(status, person, "somebody")
		assert rules.refuse_cancelling(status, person, "因为")


@pytest.mark.parametrize(
	("item", "copies", "expected"),
	[
		("泵", 1, None),
		("泵", 0, rules.NO_COPIES),
		("灯", 1, rules.NOT_ON_RECEIPT),
		(None, 1, rules.NOT_ON_RECEIPT),
	],
)
def test_a_receipt_lists_what_came_with_its_goods(item, copies, expected):
	assert message(rules.refuse_paper(1, item, copies, {"泵"})) == expected
