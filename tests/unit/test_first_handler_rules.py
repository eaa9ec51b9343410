"""First-asked responsibility (SVC-02): who may hand a matter over, to whom, and who answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import first_handler as rules
from property_service.rules.first_handler import Person, Request

pytestmark = pytest.mark.rule("SVC-02")

CLERK, COLLEAGUE, MANAGER = "clerk@x", "colleague@x", "manager@x"
USERS = st.sampled_from((CLERK, COLLEAGUE, MANAGER))
PEOPLE = st.builds(Person, USERS, st.booleans(), st.booleans())


def message(refusal):
	return refusal.message if refusal else None


def request(**given):
	values = {"handler": CLERK, "by": CLERK, "by_manager": False, "to": Person(COLLEAGUE), "reason": "轮休"}
	return Request(**values | given)


# ---- who answers for a new matter ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("took", "enters", "expected"),
	[
		(Person(COLLEAGUE), Person(CLERK), COLLEAGUE),
		(None, Person(CLERK), CLERK),
		(Person(COLLEAGUE, enabled=False), Person(CLERK), CLERK),
		(Person(COLLEAGUE, at_the_desk=False), Person(CLERK), CLERK),
		(None, Person("resident@x", at_the_desk=False), None),
	],
)
def test_who_took_the_contact_answers_before_who_enters_the_matter(took, enters, expected):
	assert rules.first_handler((took, enters)) == expected


@given(st.lists(st.none() | PEOPLE, max_size=4))
def test_nobody_answers_who_has_left_or_works_elsewhere(candidates):
	user = rules.first_handler(candidates)
	able = [person.user for person in candidates if person and person.enabled and person.at_the_desk]
	assert user == (able[0] if able else None)


# ---- what is handed over -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("doctype", "refused"), [("Repair Ticket", False), ("Customer Complaint", False), ("User", True)]
)
def test_only_tickets_and_complaints_have_a_first_handler(doctype, refused):
	assert message(rules.refuse_kind(doctype)) == (rules.NO_HANDLER if refused else None)


@pytest.mark.parametrize(
	("doctype", "status", "refused"),
	[
		("Repair Ticket", "Reported", False),
		("Repair Ticket", "Completed", False),
		("Repair Ticket", "Closed", True),
		("Repair Ticket", "Cancelled", True),
		("Customer Complaint", "Unfounded", False),
		("Customer Complaint", "Closed", True),
	],
)
def test_what_has_ended_is_not_handed_over(doctype, status, refused):
	refusal = rules.refuse_ended(doctype, "X-1", status)
	assert message(refusal) == (rules.HAS_ENDED if refused else None)
	assert not refused or refusal.values == ("X-1", status)


# ---- asking, answering ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("given", "expected"),
	[
		({}, None),
		({"by": MANAGER, "by_manager": True}, None),
		({"handler": None, "by": MANAGER, "by_manager": True}, None),
		({"by": COLLEAGUE}, rules.NOT_YOURS),
		({"handler": None}, rules.NOT_YOURS),
		({"reason": "  "}, rules.NO_REASON),
		({"reason": None}, rules.NO_REASON),
		({"to": Person(CLERK)}, rules.HAS_IT_ALREADY),
		({"to": Person("technician@x", at_the_desk=False)}, rules.NOT_AT_THE_DESK),
		({"to": Person(COLLEAGUE, enabled=False)}, rules.NOT_AT_THE_DESK),
	],
)
def test_who_hands_a_matter_over_to_whom(given, expected):
	assert message(rules.refuse_request(request(**given))) == expected


def test_the_refusal_names_who_answers_and_who_cannot():
	assert rules.refuse_request(request(by=COLLEAGUE)).values == (CLERK,)
	assert rules.refuse_request(request(handler=None)).values == ("–",)
	assert rules.refuse_request(request(to=Person("t@x", at_the_desk=False))).values == ("t@x",)


@given(
	handler=st.none() | USERS,
	by=USERS,
	by_manager=st.booleans(),
	to=PEOPLE,
	reason=st.sampled_from(("轮休", "", "\t", None)),
)
def test_whatever_is_asked_the_next_handler_is_another_person_of_the_desk(
	handler, by, by_manager, to, reason
):
	if rules.refuse_request(Request(handler, by, by_manager, to, reason)) is None:
		assert to.may_answer and to.user != handler
		assert by_manager or by == handler
		assert reason.strip()


@pytest.mark.parametrize(
	("asked", "user", "refused"), [(CLERK, CLERK, False), (CLERK, COLLEAGUE, True), (None, CLERK, True)]
)
def test_only_the_person_asked_answers(asked, user, refused):
	assert message(rules.refuse_answer(asked, user)) == (rules.NOT_ASKED if refused else None)


def test_the_wrong_person_is_told_apart_from_the_wrong_step():
	assert {rules.NOT_YOURS, rules.NOT_ASKED} == rules.ANOTHER_PERSONS
