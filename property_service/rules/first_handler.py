"""First-asked responsibility (首问负责制): who took a matter answers for it until it closes (SVC-02).

Source: work report of the customer service department, 1 (各项工作不推诿,负责到底).

A rule answers with a `Refusal` or None. The text of a refusal is its English source; the controller translates it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from property_service.rules import complaint, repair_ticket
from property_service.rules.refusal import Refusal, is_blank

REQUESTED = "Requested"
ACCEPTED, DECLINED, WITHDRAWN = "Accepted", "Declined", "Withdrawn"

# What has a first handler -> the states in which nobody answers for it any more.
ENDED = {
	"Repair Ticket": repair_ticket.ENDED,
	"Customer Complaint": (complaint.CLOSED,),
}

NO_HANDLER = "Only repair tickets and complaints have a first handler (SVC-02)."
HAS_ENDED = "{0} is {1} and not handed over any more (SVC-02)."
NOT_YOURS = "Only the first handler {0} or a service manager hands this over (SVC-02)."
NO_REASON = "Give the reason for handing it over (first-asked responsibility, SVC-02)."
HAS_IT_ALREADY = "{0} answers for it already (SVC-02)."
NOT_AT_THE_DESK = "{0} does not work at the front desk; hand it to a clerk or a service manager (SVC-02)."
NOT_ASKED = "Nobody has asked you to take this over (SVC-02). Ask its first handler to hand it to you."

# These say: right step, wrong person.
ANOTHER_PERSONS = frozenset((NOT_YOURS, NOT_ASKED))


@dataclass(frozen=True)
class Person:
	"""Who may answer for a matter. `enabled`: can still sign in; `at_the_desk`: a clerk or a service manager."""

	user: str
	enabled: bool = True
	at_the_desk: bool = True

	@property
	def may_answer(self) -> bool:
		return self.enabled and self.at_the_desk


@dataclass(frozen=True)
class Request:
	"""Somebody (`by`) asks `to` to take a matter over from `handler`. `by_manager`: signs as service manager today."""

	handler: str | None
	by: str
	by_manager: bool
	to: Person
	reason: str | None


def first_handler(candidates: Iterable[Person | None]) -> str | None:
	"""The first of the candidates who may answer for a new matter; None where none of them does.

	In this order: who took the contact that it came by, who enters it.
	"""
	return next((person.user for person in candidates if person and person.may_answer), None)


def refuse_kind(doctype: str) -> Refusal | None:
	return None if doctype in ENDED else Refusal(NO_HANDLER)


def refuse_ended(doctype: str, name: str, status: str) -> Refusal | None:
	"""What has ended has nobody who answers for it. Raises KeyError for what has no first handler."""
	return Refusal(HAS_ENDED, (name, status)) if status in ENDED[doctype] else None


def refuse_request(request: Request) -> Refusal | None:
	"""Its handler, or a service manager for one who is away, hands a matter to somebody else of the desk, and says why."""
	if request.by != request.handler and not request.by_manager:
		return Refusal(NOT_YOURS, (request.handler or "–",))
	if is_blank(request.reason):
		return Refusal(NO_REASON)
	if request.to.user == request.handler:
		return Refusal(HAS_IT_ALREADY, (request.to.user,))
	if not request.to.may_answer:
		return Refusal(NOT_AT_THE_DESK, (request.to.user,))
	return None


def refuse_answer(asked: str | None, user: str) -> Refusal | None:
	"""Until the person who was asked accepts, nothing changes; nobody else accepts or declines. `asked`: of the open request."""
	return None if asked and asked == user else Refusal(NOT_ASKED)
