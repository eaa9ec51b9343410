"""What a complaint may become and who may take each step (SVC-14, SVC-15).

Source: customer-service procedure 3.2 (受理客户投诉, 跟踪投诉). The steps belong to different people: the front desk
takes and verifies, the service manager assigns, the department analyses and acts.

A rule answers with a `Refusal` or None. The text of a refusal is its English source; the controller translates it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from property_service.rules.refusal import Refusal

RECEIVED = "Received"
CLASSIFIED = "Classified"
ASSIGNED = "Assigned"
ANALYSED = "Analysed"
ACTED = "Acted"
VERIFIED = "Verified"
SETTLED = "Settled at Desk"
UNFOUNDED = "Unfounded"
REOPENED = "Reopened"
CLOSED = "Closed"

# Nothing leads back to Received: a state that is never re-entered keeps concurrent inserts free of deadlocks.
ACTIONS = {
	(RECEIVED, CLASSIFIED): "Classify",
	(RECEIVED, SETTLED): "Settle at Desk",
	(SETTLED, CLASSIFIED): "Classify",
	(SETTLED, CLOSED): "Close",
	(CLASSIFIED, ASSIGNED): "Assign",
	(CLASSIFIED, UNFOUNDED): "Declare Unfounded",
	(ASSIGNED, UNFOUNDED): "Declare Unfounded",
	(ANALYSED, UNFOUNDED): "Declare Unfounded",
	(ASSIGNED, ANALYSED): "Analyse",
	(ANALYSED, ACTED): "Act",
	(ACTED, VERIFIED): "Verify",
	(VERIFIED, CLOSED): "Close",
	(UNFOUNDED, CLOSED): "Close",
	(ACTED, REOPENED): "Reopen",
	(CLOSED, REOPENED): "Reopen",
	(REOPENED, ASSIGNED): "Assign",
}

# The remedy is outstanding: the department has the complaint and has not acted yet.
AWAITING_REMEDY = (ASSIGNED, ANALYSED)
# Before these the manager has confirmed nothing; what the clerk proposed binds nobody.
UNASSIGNED = (RECEIVED, CLASSIFIED, SETTLED)

SATISFIED = "Satisfied"
FAIRLY_SATISFIED = "Fairly Satisfied"
DISSATISFIED = "Dissatisfied"

REACHED = "Reached"
NOT_REACHED = "Not Reached"
SATISFIED_FROM = 4

DAMAGES = "Damages"

NO_SUCH_STEP = (
	"A complaint that is {0} cannot become {1} (procedure 3.2, SVC-14). Take the steps in their order: "
	"classify, assign, analyse, act, verify, close."
)
CLASSIFICATION_MISSING = (
	"Choose the type, the class and the severity of the complaint first (procedure 3.2, SVC-14)."
)
TYPE_MISSING = "Choose the type of the complaint before settling it (procedure 3.2, SVC-14)."
SETTLEMENT_MISSING = "Write down what was settled with the complainant at the desk (procedure 3.2, SVC-14)."
NOT_FOR_THE_DESK = (
	"The desk does not settle this complaint alone: damages are claimed, its type is reserved, or it is about the desk "
	"itself (procedure 3.2, SVC-14). Classify it, so that a manager assigns it."
)
NOT_FRONT_DESK = "This step is for the front desk: a clerk or the service manager (procedure 3.2, SVC-14)."
NOT_SERVICE_MANAGER = (
	"Only the service manager confirms the responsible department and the date, and judges a complaint "
	"(procedure 3.2, SVC-14)."
)
NOT_GENERAL_MANAGER = (
	"This complaint is about customer service itself, so only the general manager or a delegate takes "
	"this step (SVC-14)."
)
OWN_DEPARTMENT = (
	"You belong to the department complained about, which neither assigns, verifies nor closes the "
	"complaint (SVC-14). Leave this step to the front desk or to a person outside."
)
DEPARTMENT_MISSING = "Choose the responsible department (procedure 3.2, SVC-14)."
DUE_ON_MISSING = "Set the date by which the remedy is due (procedure 3.2, SVC-14)."
DUE_ON_PAST = "The remedy cannot be due in the past: {0} (procedure 3.2, SVC-14). Set a date ahead."
VERIFIER_MISSING = (
	"Name a verifier outside customer service: it does not verify a complaint about itself (SVC-14)."
)
VERIFIER_INSIDE = (
	"{0} belongs to the department complained about and cannot verify (SVC-14). Name somebody outside it."
)
NOT_DEPARTMENT_HEAD = (
	"Only the head of {0}, or the acting head, analyses this complaint (procedure 3.2, SVC-14, ORG-01)."
)
NOT_RESPONSIBLE_DEPARTMENT = "Only the people of {0} act on this complaint (procedure 3.2, SVC-14)."
CAUSE_MISSING = "Write the analysis of the cause (procedure 3.2, SVC-15)."
ACTION_MISSING = "Write the corrective action, who carries it out and on which date (procedure 3.2, SVC-15)."
NOT_VERIFIER = (
	"Only the verifier named by the general manager verifies a complaint about customer service (SVC-14)."
)
FOLLOW_UP_MISSING = (
	"Ask the complainant first: verification needs a follow-up recorded after the corrective action "
	"(procedure 3.2, SVC-15)."
)
EVALUATION_MISSING = (
	"The complaint closes when the complainant is satisfied, or by the manager's written decision "
	"(procedure 3.2, SVC-15)."
)
REASON_MISSING = "Write why the complaint is unfounded; the complainant will be told (SVC-15)."
COMPLAINANT_NOT_TOLD = (
	"Tell the complainant first why the complaint is unfounded, and record the contact (SVC-15)."
)
REOPEN_REASON_MISSING = "Write why the complaint is reopened (procedure 3.2, SVC-15)."
FIELD_NOT_YOURS = (
	"{0} of a complaint that is {1} is not yours to change (procedure 3.2, SVC-14). It is written by: {2}."
)
NO_COMPLAINANT = "Write down who complains: a resident, a name or a phone number (procedure 3.2)."
RECEIVED_LATER = "A complaint cannot be received in the future: {0} is later than now."

# These say: right step, wrong person.
ANOTHER_PERSONS = frozenset(
	(NOT_FRONT_DESK, NOT_SERVICE_MANAGER, NOT_GENERAL_MANAGER, OWN_DEPARTMENT, NOT_DEPARTMENT_HEAD)
	+ (NOT_RESPONSIBLE_DEPARTMENT, NOT_VERIFIER)
)


@dataclass(frozen=True)
class Facts:
	"""What the document and its surroundings say at the moment of the step; times are site time.

	`about_front_desk`: customer service was proposed as, was, or becomes the responsible department; what becomes of it
	is `front_desk_responsible`.
	"""

	now: datetime
	complaint_type: str = ""
	complaint_class: str = ""
	severity: str = ""
	claim: str = ""
	desk_may_settle: bool = True
	desk_settlement: str = ""
	about_front_desk: bool = False
	front_desk_responsible: bool = False
	responsible_department: str = ""
	due_on: datetime | None = None
	verifier: str = ""
	verifier_in_department: bool = False
	cause_analysis: str = ""
	corrective_action: str = ""
	action_owner: str = ""
	action_date: date | None = None
	follow_up: str = ""
	evaluation: str = ""
	closing_decision: str = ""
	unfounded_reason: str = ""
	told_since_unfounded: bool = False
	reopen_reason: str = ""
	bad_follow_up: bool = False


@dataclass(frozen=True)
class Actor:
	"""The person who takes the step. Manager and head mean: may sign as such now, deputies and acting heads included."""

	front_desk: bool = False
	service_manager: bool = False
	general_manager: bool = False
	department_head: bool = False
	in_department: bool = False
	verifier: bool = False


Check = Callable[[Facts, Actor], Refusal | None]


def refusal(from_state: str, to_state: str, facts: Facts, actor: Actor) -> Refusal | None:
	"""None when `actor` may take the step from `from_state` to `to_state` now, else the first reason against it."""
	checks = _CHECKS.get((from_state, to_state))
	if checks is None:
		return Refusal(NO_SUCH_STEP, (from_state, to_state))
	return next((reason for check in checks if (reason := check(facts, actor))), None)


# ---- who ----------------------------------------------------------------------------------------------------------


def _front_desk(facts: Facts, actor: Actor) -> Refusal | None:
	return None if actor.front_desk or actor.service_manager else Refusal(NOT_FRONT_DESK)


def _manager(facts: Facts, actor: Actor) -> Refusal | None:
	"""The service manager; of a complaint about customer service the general manager, for nobody judges oneself."""
	if facts.about_front_desk:
		return None if actor.general_manager else Refusal(NOT_GENERAL_MANAGER)
	if not actor.service_manager:
		return Refusal(NOT_SERVICE_MANAGER)
	return Refusal(OWN_DEPARTMENT) if actor.in_department else None


def _outside_front_desk(facts: Facts, actor: Actor) -> Refusal | None:
	"""Verifies and closes: the front desk; of a complaint about the front desk the named verifier."""
	if actor.in_department:
		return Refusal(OWN_DEPARTMENT)
	if facts.about_front_desk:
		return None if actor.verifier else Refusal(NOT_VERIFIER)
	return _front_desk(facts, actor)


def _closer(facts: Facts, actor: Actor) -> Refusal | None:
	if _manager(facts, actor) is None:
		return None
	return _outside_front_desk(facts, actor)


def _department_head(facts: Facts, actor: Actor) -> Refusal | None:
	return None if actor.department_head else Refusal(NOT_DEPARTMENT_HEAD, (facts.responsible_department,))


def _department(facts: Facts, actor: Actor) -> Refusal | None:
	return (
		None
		if actor.in_department or actor.department_head
		else Refusal(NOT_RESPONSIBLE_DEPARTMENT, (facts.responsible_department,))
	)


def _whoever_follows_it(facts: Facts, actor: Actor) -> Refusal | None:
	if actor.general_manager or actor.verifier:
		return None
	return _front_desk(facts, actor)


# ---- what ---------------------------------------------------------------------------------------------------------


def _classified(facts: Facts, actor: Actor) -> Refusal | None:
	complete = facts.complaint_type and facts.complaint_class and facts.severity
	return None if complete else Refusal(CLASSIFICATION_MISSING)


def _settled(facts: Facts, actor: Actor) -> Refusal | None:
	if not facts.complaint_type:
		return Refusal(TYPE_MISSING)
	if facts.claim == DAMAGES or not facts.desk_may_settle or facts.about_front_desk:
		return Refusal(NOT_FOR_THE_DESK)
	return None if facts.desk_settlement else Refusal(SETTLEMENT_MISSING)


def _assigned(facts: Facts, actor: Actor) -> Refusal | None:
	if not facts.responsible_department:
		return Refusal(DEPARTMENT_MISSING)
	if not facts.due_on:
		return Refusal(DUE_ON_MISSING)
	if facts.due_on <= facts.now:
		return Refusal(DUE_ON_PAST, (facts.due_on,))
	if not facts.front_desk_responsible:
		return None
	if not facts.verifier:
		return Refusal(VERIFIER_MISSING)
	return Refusal(VERIFIER_INSIDE, (facts.verifier,)) if facts.verifier_in_department else None


def _unfounded(facts: Facts, actor: Actor) -> Refusal | None:
	return None if facts.unfounded_reason else Refusal(REASON_MISSING)


def _analysed(facts: Facts, actor: Actor) -> Refusal | None:
	return None if facts.cause_analysis else Refusal(CAUSE_MISSING)


def _acted(facts: Facts, actor: Actor) -> Refusal | None:
	complete = facts.corrective_action and facts.action_owner and facts.action_date
	return None if complete else Refusal(ACTION_MISSING)


def _followed_up(facts: Facts, actor: Actor) -> Refusal | None:
	"""Three attempts in vain are a follow-up too, but then only the manager's decision closes."""
	return None if facts.follow_up in (REACHED, NOT_REACHED) else Refusal(FOLLOW_UP_MISSING)


def _satisfied_or_decided(facts: Facts, actor: Actor) -> Refusal | None:
	if facts.evaluation in (SATISFIED, FAIRLY_SATISFIED):
		return None
	if not facts.closing_decision:
		return Refusal(EVALUATION_MISSING)
	return _manager(facts, actor)


def _told(facts: Facts, actor: Actor) -> Refusal | None:
	return None if facts.told_since_unfounded else Refusal(COMPLAINANT_NOT_TOLD)


def _reopened(facts: Facts, actor: Actor) -> Refusal | None:
	return None if facts.reopen_reason or facts.bad_follow_up else Refusal(REOPEN_REASON_MISSING)


_CHECKS: dict[tuple[str, str], Sequence[Check]] = {
	(RECEIVED, CLASSIFIED): (_front_desk, _classified),
	(SETTLED, CLASSIFIED): (_front_desk, _classified),
	(RECEIVED, SETTLED): (_front_desk, _settled),
	(SETTLED, CLOSED): (_closer, _satisfied_or_decided),
	(CLASSIFIED, ASSIGNED): (_manager, _assigned),
	(REOPENED, ASSIGNED): (_manager, _assigned),
	(CLASSIFIED, UNFOUNDED): (_manager, _unfounded),
	(ASSIGNED, UNFOUNDED): (_manager, _unfounded),
	(ANALYSED, UNFOUNDED): (_manager, _unfounded),
	(ASSIGNED, ANALYSED): (_department_head, _analysed),
	(ANALYSED, ACTED): (_department, _acted),
	(ACTED, VERIFIED): (_outside_front_desk, _followed_up),
	(VERIFIED, CLOSED): (_closer, _satisfied_or_decided),
	(UNFOUNDED, CLOSED): (_closer, _told),
	(ACTED, REOPENED): (_whoever_follows_it, _reopened),
	(CLOSED, REOPENED): (_whoever_follows_it, _reopened),
}


# ---- who writes what ----------------------------------------------------------------------------------------------

DESK, MANAGER, DEPARTMENT = "the front desk", "the manager", "the responsible department"
NOBODY = "nobody by hand"

_OPEN = frozenset({RECEIVED, CLASSIFIED, ASSIGNED, ANALYSED, ACTED, VERIFIED, SETTLED, UNFOUNDED, REOPENED})
_INTAKE = frozenset(UNASSIGNED)

# field: (who writes it, while the complaint is in these states). A field that is not here never changes by hand.
WRITERS: dict[str, tuple[str, Collection[str]]] = {
	**dict.fromkeys(
		("channel", "subject", "description", "complaint_type", "complaint_class", "severity", "priority"),
		(DESK, _INTAKE),
	),
	**dict.fromkeys(("claim", "claim_details", "desk_settlement"), (DESK, _INTAKE)),
	# Once classified, a proposal that names customer service stays: it brings the complaint to the general manager.
	"proposed_department": (DESK, (RECEIVED, SETTLED)),
	# The complainant may move, be misheard, or ask for confidentiality later.
	**dict.fromkeys(
		("contact_name", "contact_phone", "contact_address", "complainant", "property_unit", "location"),
		(DESK, _OPEN),
	),
	"confidential": (DESK, _OPEN),
	**dict.fromkeys(("responsible_department", "due_on", "verifier"), (MANAGER, (CLASSIFIED, REOPENED))),
	"cause_analysis": (DEPARTMENT, AWAITING_REMEDY),
	**dict.fromkeys(
		("corrective_action", "action_owner", "action_date", "action_record"), (DEPARTMENT, AWAITING_REMEDY)
	),
	# In the full course the follow-up's score is the evaluation.
	"customer_evaluation": (DESK, (SETTLED,)),
	"closing_decision": (MANAGER, (VERIFIED, SETTLED)),
	"unfounded_reason": (MANAGER, (CLASSIFIED, ASSIGNED, ANALYSED)),
	"reopen_reason": (DESK, (ACTED, CLOSED)),
}


def refuse_edit(state: str, changed: Collection[str], actor: Actor) -> tuple[Refusal, str] | None:
	"""(refusal, fieldname) of the first changed field that `actor` may not write while the complaint is in `state`."""
	for name in sorted(changed):
		writer, states = WRITERS.get(name, (None, ()))
		if writer is None or state not in states or not _writes(writer, actor):
			return Refusal(FIELD_NOT_YOURS, (name, state, writer or NOBODY)), name
	return None


def _writes(writer: str, actor: Actor) -> bool:
	if writer == DEPARTMENT:
		return actor.in_department or actor.department_head
	if actor.general_manager or (writer == DESK and actor.verifier):
		return True
	desk = actor.service_manager or (writer == DESK and actor.front_desk)
	return desk and not actor.in_department


def refuse_entry(caller: Collection[str | None], received_on: datetime, now: datetime) -> Refusal | None:
	"""Somebody complains, and not from the future; what is noted later is dated back."""
	if not any((value or "").strip() for value in caller):
		return Refusal(NO_COMPLAINANT)
	return Refusal(RECEIVED_LATER, (received_on,)) if received_on > now else None


def evaluation_of(score: int, reopen_at: int) -> str:
	"""What a follow-up's score (1 to 5, 0 = not asked) says: up to `reopen_at` dissatisfied, from 4 satisfied."""
	if not score:
		return ""
	if score <= reopen_at:
		return DISSATISFIED
	return SATISFIED if score >= SATISFIED_FROM else FAIRLY_SATISFIED
