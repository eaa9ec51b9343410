"""When a repair ticket may move on (rules SVC-04 to SVC-06; procedure 3.1 deferral, 3.2 dispatch, sign-off, follow-up).

The states are the repair register's: a ticket is reported, dispatched, worked on, completed, closed; it may be
deferred with the customer's consent, cancelled while nothing is finished, and reopened by a bad follow-up. Nothing
leads back into Reported.

A rule answers with a `Refusal` or None. The text of a refusal is its English source; the controller translates it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from property_service.rules import service_order as order_rules
from property_service.rules.refusal import Refusal

REPORTED = "Reported"
DISPATCHED = "Dispatched"
IN_PROGRESS = "In Progress"
DEFERRED = "Deferred"
COMPLETED = "Completed"
CLOSED = "Closed"
REOPENED = "Reopened"
CANCELLED = "Cancelled"

OPEN = (REPORTED, DISPATCHED, IN_PROGRESS, DEFERRED, REOPENED)
FULFILLED = (COMPLETED, CLOSED, CANCELLED)
ENDED = (CLOSED, CANCELLED)

NEXT = {
	REPORTED: (DISPATCHED, CANCELLED),
	DISPATCHED: (IN_PROGRESS, DEFERRED, CANCELLED),
	IN_PROGRESS: (COMPLETED, DEFERRED),
	DEFERRED: (DISPATCHED, IN_PROGRESS, CANCELLED),
	COMPLETED: (CLOSED, REOPENED),
	CLOSED: (REOPENED,),
	REOPENED: (DISPATCHED, CANCELLED),
	CANCELLED: (),
}

EMERGENCY = "Emergency"
DEVELOPER_WARRANTY = "Developer Warranty"
PORTAL = "Portal"
REACHED = "Reached"
NOT_REACHED = "Not Reached"

# A completed ticket needs a follow-up to be worked on again, a deferred one is resumed first.
TAKES_ORDERS = (REPORTED, DISPATCHED, IN_PROGRESS, REOPENED)

ORDER_AT_WORK = (order_rules.DISPATCHED, order_rules.IN_PROGRESS)
ORDER_DONE = (order_rules.FINISHED, order_rules.ARCHIVED)

NO_PLACE = "Say where it is: choose the property unit or write the location (procedure 3.2)."
NO_CALLER = "Write down who reports it: a resident, a name or a phone number (procedure 3.2)."
REPORTED_LATER = "A ticket cannot be reported in the future: {0} is later than now."
NOT_A_STEP = (
	"A ticket that is {0} cannot become {1} (procedure 3.2). Take the steps in their order: dispatch, start work, "
	"complete, close."
)
NOT_DISPATCHED = (
	"No service order of this ticket is with a technician. Use Dispatch to give the work to a department and a "
	"person (procedure 3.2)."
)
TAKES_NO_ORDER = (
	"A ticket that is {0} takes no new service order (procedure 3.2). Resume a deferred one first; for a new fault enter a "
	"new ticket."
)
NOT_STARTED = "Nobody has arrived yet. The work starts when the arrival is recorded on the service order (procedure 3.2, SVC-03)."
NO_PLAN = "Write the plan: how and when the repair will go on (procedure 3.1, SVC-04)."
NO_EXPECTED_DATE = (
	"Give the expected date of a deferred repair; it must lie in the future (procedure 3.1, SVC-04)."
)
EXPECTED_DATE_PAST = (
	"The expected date {0} has passed; a deferral needs one in the future (procedure 3.1, SVC-04)."
)
NO_CONSENT = "Ask the customer for consent first, then record who agreed, how and when: {0} is missing (procedure 3.1, SVC-04)."
CONSENT_IN_FUTURE = "The consent cannot lie in the future: {0} (procedure 3.1, SVC-04)."
NO_FINISHED_ORDER = "no service order is finished"
NO_FINISHED_SINCE_REOPENING = "no service order is finished since the ticket was reopened"
ORDER_NOT_FINISHED = "service order {0} is still {1}"
ORDER_NOT_SIGNED_OFF = "service order {0} is not signed off"
ORDER_WRONGLY_SIGNED_OFF = "service order {0} is signed off by {1}, which does not fit a {2}"
NOT_COMPLETE = (
	"The ticket is not complete: {0} (procedure 3.2, SVC-05). Finish or cancel the orders and have the work signed off; "
	"anything else needs a reason and the service manager's approval."
)
ORDER_NOT_FILED = (
	"Service order {0} is {1}; a ticket closes when every order is archived or cancelled (procedure 3.2, SVC-06). "
	"Archive the signed slip first."
)
NOT_FOLLOWED_UP = (
	"This ticket is to be followed up before it closes (procedure 3.2, SVC-06). Record the follow-up; {0} attempts "
	"on at least {1} days count as not reached."
)
NO_BAD_FOLLOW_UP = (
	"Only a follow-up scored {0} or less reopens a ticket (SVC-06). For a new fault enter a new ticket."
)
NO_CANCEL_REASON = "Give the reason for cancelling the ticket (SVC-05)."
CANCEL_FINISHED = "Service order {0} is finished, so the ticket is not cancelled any more; complete it instead (procedure 3.2, SVC-05)."
CANCEL_AT_WORK = (
	"Somebody is working on service order {0}. Have it finished or returned to the desk before cancelling the ticket "
	"(procedure 3.2)."
)
CONTENT_FROZEN = "{0} does not change any more: the ticket is {1} and its record is kept as it was (procedure 3.2, SVC-05)."


@dataclass(frozen=True)
class Order:
	"""A service order of the ticket. `finished_on` and `arrived_on`: site time, None until it happened."""

	name: str
	status: str
	signed_off: bool = False
	sign_off_method: str | None = None
	arrived_on: datetime | None = None
	finished_on: datetime | None = None

	@property
	def done(self) -> bool:
		return self.status in ORDER_DONE


@dataclass(frozen=True)
class Deferral:
	"""What a deferral needs; times are site time."""

	plan: str | None = None
	expected_on: datetime | None = None
	consented_by: str | None = None
	consent_method: str | None = None
	consented_on: datetime | None = None


@dataclass(frozen=True)
class FollowUpState:
	"""`outcome`: of the follow-up since the last completion, "" without one. `bad`: one since then asks to reopen."""

	required: bool = False
	outcome: str = ""
	bad: bool = False
	attempts: int = 3
	days: int = 2
	reopen_at: int = 2


@dataclass(frozen=True)
class Facts:
	"""Everything a step is judged by. `now`: site time of the server."""

	now: datetime
	repair_kind: str = order_rules.HOME_REPAIR
	orders: Sequence[Order] = ()
	reopened_on: datetime | None = None
	deferred_from: str | None = None
	deferral: Deferral = field(default_factory=Deferral)
	follow_up: FollowUpState = field(default_factory=FollowUpState)
	cancel_reason: str | None = None


def refuse_entry(
	property_unit: str | None,
	location: str | None,
	caller: Collection[str | None],
	reported_on: datetime,
	now: datetime,
) -> Refusal | None:
	"""Register G asks who reports, where it is, and when; the time may lie back but not ahead."""
	if not (property_unit or (location or "").strip()):
		return Refusal(NO_PLACE)
	if not any((value or "").strip() for value in caller):
		return Refusal(NO_CALLER)
	if reported_on > now:
		return Refusal(REPORTED_LATER, (reported_on,))
	return None


def refuse_step(state: str, new: str, facts: Facts) -> Refusal | None:
	"""Why the ticket may not go from `state` to `new`.

	Completion is judged by `completion_gaps`, because the service manager may approve what is missing.
	"""
	if new not in NEXT[state]:
		return Refusal(NOT_A_STEP, (state, new))
	judge = _JUDGES.get(new)
	return judge(state, facts) if judge else None


def _judge_dispatch(state: str, facts: Facts) -> Refusal | None:
	resumed = state == DEFERRED and facts.deferred_from != IN_PROGRESS
	if resumed or any(order.status in ORDER_AT_WORK for order in facts.orders):
		return None
	return Refusal(NOT_DISPATCHED)


def _judge_start(state: str, facts: Facts) -> Refusal | None:
	if state == DEFERRED and facts.deferred_from == IN_PROGRESS:
		return None
	return None if first_arrival(facts) else Refusal(NOT_STARTED)


def first_arrival(facts: Facts) -> datetime | None:
	"""The first arrival on site since the ticket was last reopened (SVC-03)."""
	arrivals = [
		order.arrived_on
		for order in facts.orders
		if order.arrived_on and (order.status == order_rules.IN_PROGRESS or order.done)
	]
	if facts.reopened_on:
		arrivals = [arrived for arrived in arrivals if arrived >= facts.reopened_on]
	return min(arrivals, default=None)


def _judge_deferral(state: str, facts: Facts) -> Refusal | None:
	"""SVC-04: plan, expected date in the future, and the customer's consent: who, how, when."""
	deferral = facts.deferral
	if not (deferral.plan or "").strip():
		return Refusal(NO_PLAN)
	if not deferral.expected_on:
		return Refusal(NO_EXPECTED_DATE)
	if deferral.expected_on <= facts.now:
		return Refusal(EXPECTED_DATE_PAST, (deferral.expected_on,))
	for label, value in (
		("Consented By", (deferral.consented_by or "").strip()),
		("Consent Method", deferral.consent_method),
		("Consented On", deferral.consented_on),
	):
		if not value:
			return Refusal(NO_CONSENT, (label,))
	if deferral.consented_on > facts.now:
		return Refusal(CONSENT_IN_FUTURE, (deferral.consented_on,))
	return None


def completion_gaps(facts: Facts) -> list[Refusal]:
	"""SVC-05: what is missing before the work counts as completed; empty when nothing is."""
	gaps = [
		Refusal(ORDER_NOT_FINISHED, (order.name, order.status))
		for order in facts.orders
		if not order.done and order.status != order_rules.CANCELLED
	]
	done = [order for order in facts.orders if order.done]
	if not done:
		gaps.append(Refusal(NO_FINISHED_ORDER))
	elif facts.reopened_on and not any(_finished_since(order, facts.reopened_on) for order in done):
		gaps.append(Refusal(NO_FINISHED_SINCE_REOPENING))
	gaps += [gap for order in done if (gap := _sign_off_gap(order, facts.repair_kind))]
	return gaps


def _finished_since(order: Order, moment: datetime) -> bool:
	return bool(order.finished_on and order.finished_on >= moment)


def _sign_off_gap(order: Order, repair_kind: str) -> Refusal | None:
	if not order.signed_off:
		return Refusal(ORDER_NOT_SIGNED_OFF, (order.name,))
	if order_rules.refuse_method(order.sign_off_method, repair_kind):
		return Refusal(ORDER_WRONGLY_SIGNED_OFF, (order.name, order.sign_off_method, repair_kind))
	return None


def _judge_closing(state: str, facts: Facts) -> Refusal | None:
	"""SVC-06: every order filed, and followed up when the draw says so."""
	for order in facts.orders:
		if order.status not in order_rules.ENDED:
			return Refusal(ORDER_NOT_FILED, (order.name, order.status))
	if facts.follow_up.required and facts.follow_up.outcome not in (REACHED, NOT_REACHED):
		return Refusal(NOT_FOLLOWED_UP, (facts.follow_up.attempts, facts.follow_up.days))
	return None


def _judge_reopening(state: str, facts: Facts) -> Refusal | None:
	return None if facts.follow_up.bad else Refusal(NO_BAD_FOLLOW_UP, (facts.follow_up.reopen_at,))


def _judge_cancellation(state: str, facts: Facts) -> Refusal | None:
	if not (facts.cancel_reason or "").strip():
		return Refusal(NO_CANCEL_REASON)
	for order in facts.orders:
		if order.done:
			return Refusal(CANCEL_FINISHED, (order.name,))
		if order.status == order_rules.IN_PROGRESS:
			return Refusal(CANCEL_AT_WORK, (order.name,))
	return None


_JUDGES = {
	DISPATCHED: _judge_dispatch,
	IN_PROGRESS: _judge_start,
	DEFERRED: _judge_deferral,
	CLOSED: _judge_closing,
	REOPENED: _judge_reopening,
	CANCELLED: _judge_cancellation,
}


ARRIVED = "arrived"


def state_by_orders(
	state: str, orders: Sequence[Order], event: str, reopened_on: datetime | None = None
) -> str:
	"""The state that a step of an order brings the ticket to; `state` itself when it changes nothing.

	`event`: what happened to the order. Only an arrival ends a deferral: an order may wait unfinished for as long as
	the ticket is deferred, but whoever stands at the customer's door is at work.
	"""
	arrived = first_arrival(Facts(now=datetime.max, orders=orders, reopened_on=reopened_on))
	if state == DISPATCHED and arrived:
		return IN_PROGRESS
	if state == DEFERRED and arrived and event == ARRIVED:
		return IN_PROGRESS
	if state in (REPORTED, REOPENED) and any(order.status in ORDER_AT_WORK for order in orders):
		return DISPATCHED
	return state


def result(done_on: datetime | None, due_on: datetime | None) -> str:
	"""Fulfilled or Failed against the agreement; "" when there is nothing to compare (SVC-03)."""
	if not (done_on and due_on):
		return ""
	return "Fulfilled" if done_on <= due_on else "Failed"


# The clerk corrects an entry while it is open; a completed one only gets what its last steps need.
FROZEN_WHEN_FULFILLED = frozenset(
	("property_unit", "location", "repair_kind", "repair_category", "description", "priority", "reported_on")
	+ ("department", "channel", "reported_by", "contact_name", "contact_phone", "company")
	+ ("completion_exception_reason", "cancel_reason", "photos")
	+ ("expected_on", "deferral_plan", "consented_by", "consent_method", "consented_on")
)
# A ticket's company, and when it was reported, decide its agreement and its number: they never change.
FROZEN_ALWAYS = frozenset(("company", "reported_on"))
# While deferred, the consented plan is what the customer agreed to; a new one is a new deferral.
FROZEN_WHEN_DEFERRED = frozenset(
	("expected_on", "deferral_plan", "consented_by", "consent_method", "consented_on")
)


def refuse_edit(state: str, new: str, changed: Collection[str]) -> tuple[Refusal, str] | None:
	"""(refusal, fieldname) of the first change of content that the ticket's state does not allow."""
	frozen = set(FROZEN_ALWAYS)
	if state in FULFILLED and new != REOPENED:
		frozen |= FROZEN_WHEN_FULFILLED
	if state == DEFERRED:
		frozen |= FROZEN_WHEN_DEFERRED
	for name in sorted(frozen & set(changed)):
		return Refusal(CONTENT_FROZEN), name
	return None
