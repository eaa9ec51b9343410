"""Who is called back, by whom, how often, and what follows (SVC-06, SVC-18; procedure 3.2 回访)."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from property_service.rules.refusal import Refusal

OPEN = "Open"
REACHED = "Reached"
NOT_REACHED = "Not Reached"
CANCELLED = "Cancelled"

# What is followed up; nothing else lends a follow-up its name, number and place.
REFERENCES = ("Repair Ticket", "Customer Complaint", "Service Order", "Resident")

NOT_ASKED = 0
BEST_SCORE = 5

NO_REFERENCE = (
	"A follow-up belongs to a repair ticket, a complaint, a service order or a resident, not to {0} (SVC-18)."
)
SCORE_OUT_OF_RANGE = "A score is a whole number from 1 to {0}, or 0 when the customer was not asked (SVC-18)."
SCORE_WITHOUT_CONTACT = (
	"A score comes from the customer: record the attempt that reached them first (SVC-18)."
)
OWN_WORK = (
	"{0} did the work of this matter and does not follow it up; somebody else asks the customer (SVC-18)."
)
RECORDED = (
	"{0} of a follow-up that is {1} does not change any more: it is part of the statistics (SVC-18). Make a new follow-up "
	"if the customer says something else."
)
NOT_COMPLETED = "A ticket is followed up after it is completed; {0} is {1} (procedure 3.2, SVC-18)."

DRAFT, DRAWING = "Draft", "Drawing"

DRAWN_STAYS = "{0} is drawn, so it does not change any more (SVC-18). Make another plan for other customers."
DRAWN_IS_KEPT = "A plan that was drawn is kept: its follow-ups are part of the statistics (SVC-18)."
DRAWN_ALREADY = "{0} was drawn on {1}; a plan is drawn once (SVC-18)."
NO_PERIOD = "Give the period in which the work was done (SVC-18)."
ENDS_BEFORE = "The period ends before it begins: {0} to {1}."
BAD_SHARE = "The share to call back lies above 0 and is at most 100 percent (SVC-18)."
OWNER_TWICE = "Each person appears once in the list of owners (SVC-18)."
NOT_AT_THE_DESK = "{0} does not work at the front desk and cannot follow up (SVC-18)."


@dataclass(frozen=True)
class Attempt:
	"""One try to reach the customer; `made_on`: site time."""

	made_on: datetime
	reached: bool


@dataclass(frozen=True)
class Policy:
	"""How many of a kind are called back, in percent, and within how many days; empty kind and priority mean all."""

	reference_doctype: str
	repair_kind: str | None
	priority: str | None
	share_percent: str | int | float
	due_within_days: int


def policy_for(
	policies: Iterable[Policy], reference_doctype: str, repair_kind: str | None, priority: str | None
) -> Policy | None:
	"""The first policy that fits decides, as the settings say beside the table; None when nobody is called back."""
	return next(
		(
			policy
			for policy in policies
			if policy.reference_doctype == reference_doctype
			and policy.repair_kind in (None, "", repair_kind)
			and policy.priority in (None, "", priority)
		),
		None,
	)


def is_drawn(name: str, share_percent: str | int | float) -> bool:
	"""Whether document `name` belongs to the share that is called back.

	The draw is a number in [0, 1) taken from the name's SHA-256, compared as a fraction: the same name gives the same
	answer on every machine and at every time, names are spread evenly, and a larger share contains a smaller one.
	Raises ValueError when the share is not between 0 and 100.
	"""
	share = Fraction(str(share_percent))
	if not 0 <= share <= 100:
		raise ValueError(f"{share_percent} is not a percentage")
	digest = hashlib.sha256(name.encode()).digest()
	return Fraction(int.from_bytes(digest, "big"), 2 ** (8 * len(digest))) < share / 100


def refuse_reference(doctype: str | None) -> Refusal | None:
	return None if doctype in REFERENCES else Refusal(NO_REFERENCE, (doctype or "–",))


def outcome(attempts: Sequence[Attempt], needed: int, days: int) -> str:
	"""Reached by one contact; Not Reached after `needed` tries on at least `days` calendar days; else Open (SVC-06)."""
	if any(attempt.reached for attempt in attempts):
		return REACHED
	tried_on: set[date] = {attempt.made_on.date() for attempt in attempts}
	return NOT_REACHED if len(attempts) >= needed and len(tried_on) >= days else OPEN


def is_bad(score: int, reopen_at: int) -> bool:
	"""Scores from 1 to `reopen_at` ask for the work to be done again (SVC-06)."""
	return NOT_ASKED < score <= reopen_at


def refuse_score(score: int, attempts: Sequence[Attempt]) -> Refusal | None:
	if not NOT_ASKED <= score <= BEST_SCORE:
		return Refusal(SCORE_OUT_OF_RANGE, (BEST_SCORE,))
	if score and not any(attempt.reached for attempt in attempts):
		return Refusal(SCORE_WITHOUT_CONTACT)
	return None


def refuse_person(user: str | None, workers: Collection[str]) -> Refusal | None:
	"""SVC-18: whoever did the work does not ask how it was."""
	return Refusal(OWN_WORK, (user,)) if user and user in workers else None


# ---- follow-up plans (回访计划) -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
	"""A round of follow-ups as it is entered.

	`work`: first and last day of the work that is asked about, nothing for a round among residents; `calls`: of the
	follow-ups; `share`: in percent; `owners`: users who ask; `at_desk`: those of them who work at the front desk.
	"""

	of_residents: bool
	work: tuple[date | None, date | None]
	calls: tuple[date, date]
	share: float
	owners: Sequence[str]
	at_desk: Collection[str]


def refuse_plan(plan: Plan) -> Refusal | None:
	"""SVC-18: days in their order, a share of the customers, and people of the desk, each once."""
	if not plan.of_residents and not all(plan.work):
		return Refusal(NO_PERIOD)
	for first, last in (plan.calls,) if plan.of_residents else (plan.calls, plan.work):
		if last < first:
			return Refusal(ENDS_BEFORE, (first, last))
	if not 0 < plan.share <= 100:
		return Refusal(BAD_SHARE)
	if len(plan.owners) != len(set(plan.owners)):
		return Refusal(OWNER_TWICE)
	strangers = [owner for owner in plan.owners if owner not in plan.at_desk]
	return Refusal(NOT_AT_THE_DESK, (strangers[0],)) if strangers else None


def refuse_plan_change(name: str, status: str) -> Refusal | None:
	"""Whom a drawn plan calls back does not change. `status`: before the change."""
	return None if status == DRAFT else Refusal(DRAWN_STAYS, (name,))


def refuse_plan_deletion(status: str) -> Refusal | None:
	return None if status == DRAFT else Refusal(DRAWN_IS_KEPT)


def refuse_drawing(name: str, status: str, drawn_on: datetime | None) -> Refusal | None:
	"""What was drawn stays drawn; a drawing that was interrupted may be ordered again."""
	return None if status in (DRAFT, DRAWING) else Refusal(DRAWN_ALREADY, (name, drawn_on))


def draw_sample(names: Collection[str], share_percent: str | int | float, seed: str) -> list[str]:
	"""`share_percent` of `names`, rounded up to a whole one, in an order that `seed` alone decides (SVC-18).

	The same names, share and seed give the same sample everywhere and at every time; another seed (the plan's name)
	gives another one. Raises ValueError when the share is not above 0 and at most 100.
	"""
	share = Fraction(str(share_percent))
	if not 0 < share <= 100:
		raise ValueError(f"{share_percent} is not a share above 0 and at most 100 percent")
	wanted = -(-len(set(names)) * share // 100)
	return sorted(set(names), key=lambda name: hashlib.sha256(f"{seed}\n{name}".encode()).digest())[:wanted]


def spread(count: int, first: date, last: date) -> list[date]:
	"""`count` due dates, evenly over the days from `first` to `last` inclusive, in order (回访日程安排)."""
	days = (last - first).days + 1
	return [first + timedelta(days=index * days // count) for index in range(count)]


def share_out(
	names: Sequence[str], owners: Sequence[str], workers: Mapping[str, Collection[str]]
) -> dict[str, str | None]:
	"""{name: owner}: in turn, nobody with more than their share as long as they may; nobody follows up their own work.

	None where every owner did the work.
	"""
	load = dict.fromkeys(owners, 0)
	result: dict[str, str | None] = {}
	for name in names:
		free = [owner for owner in load if owner not in workers.get(name, ())]
		result[name] = min(free, key=load.get, default=None)
		if free:
			load[result[name]] += 1
	return result
