"""Gym cards: shown identity card, no two at once for one person, visits counted down, frozen time given back (DESK-07).

Source: customer-service procedure, "后勤基地健身卡的办理": whoever lives here applies with the identity card (register D).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from property_service.rules.refusal import Refusal

VALID = "Valid"
FROZEN = "Frozen"
EXPIRED = "Expired"
USED_UP = "Used Up"
CANCELLED = "Cancelled"
ENDED = (EXPIRED, USED_UP, CANCELLED)

STEPS = {
	(VALID, FROZEN): "Freeze",
	(FROZEN, VALID): "Resume",
	(VALID, EXPIRED): "Expire",
	(VALID, USED_UP): "Use Up",
	(USED_UP, VALID): "Undo Visit",
	(VALID, CANCELLED): "Cancel",
	(FROZEN, CANCELLED): "Cancel",
}
REGISTER = "D"

BY_DAYS = "Days"
BY_VISITS = "Visits"

BAD_PLAN = "A plan gives at least one day, and a plan by visits at least one visit (DESK-07)."
PLAN_IS_CLOSED = "The plan {0} is not sold any more (DESK-07). Choose another plan."
FOREIGN_PLAN = "The plan {0} is another company's (DESK-07). Choose a plan of {1}."
NO_ID_CARD = "The identity card was not shown (DESK-07, register D). Look at the original and tick it."
PAST_START = "A card begins today or later (DESK-07), not on {0}."
BAD_TAKE_OVER = (
	"The old register holds more visits used than the plan has, or an end before the start (DESK-07)."
)
OVERLAP = "{0} has a card already: {1}, from {2} to {3} (DESK-07: no two at once). Let the new one begin after it, or cancel it."
TWO_ALREADY = "{0} has a card and one bought ahead already: {1} and {2} (DESK-07)."
CARD_OF_ANOTHER = "Card {0} belongs to {1} (DESK-07). Use another card."
FROZEN_WITH_NEXT = "{0} has the next card already, {1}, and freezing would push this one into it (DESK-07). Cancel that one first."
BEFORE_START = "The card begins on {0} (DESK-07); it is frozen when it has begun."

UNKNOWN_CARD = "No gym card has the number {0} (DESK-07). Scan it again, or look the member up."
IS_EXPIRED = "The card of {0} expired on {1} (DESK-07). Offer a new one."
IS_USED_UP = "The card of {0} has no visit left (DESK-07). Offer a new one."
IS_FROZEN = "The card of {0} is frozen since {1} (DESK-07). Resume it first."
IS_CANCELLED = "The card of {0} was cancelled (DESK-07). Offer a new one."
NOT_BEGUN = "The card of {0} begins on {1} (DESK-07)."
CHECKED_IN_ALREADY = "{0} has checked in already, at {1} (DESK-07): one visit was counted."
UNKNOWN_VISIT = "There is no visit {0} (DESK-07)."
UNDONE_BY_MANAGER = "Only the service manager takes a visit back (DESK-07)."
UNDONE_ALREADY = "This visit was taken back already (DESK-07)."
PERSON_HAS_MOVED_ON = "{0} has another card by now, so the visit is not given back (DESK-07)."


@dataclass(frozen=True)
class Period:
	"""The days of a card of a person; both count."""

	name: str
	start: date
	end: date

	def overlaps(self, other: "Period") -> bool:
		return self.start <= other.end and other.start <= self.end


@dataclass(frozen=True)
class Card:
	"""A card as it is on its locked row. `visits_left` counts only for plans by visits."""

	member: str
	status: str
	start: date
	end: date
	kind: str = BY_DAYS
	visits_left: int = 0
	frozen_on: date | None = None
	last_visit: datetime | None = None


def refuse_plan(kind: str, days: int, visits: int) -> Refusal | None:
	return None if days >= 1 and (kind != BY_VISITS or visits >= 1) else Refusal(BAD_PLAN)


def last_day(start: date, days: int, frozen_days: int = 0) -> date:
	"""The last day of a card of `days` days; days in which it was frozen are given back."""
	return start + timedelta(days=days - 1 + frozen_days)


def refuse_start(start: date, today: date) -> Refusal | None:
	return Refusal(PAST_START, (start,)) if start < today else None


def refuse_taken_over(start: date, end: date, kind: str, total: int, used_before: int) -> Refusal | None:
	"""A card of the old register ends after it began, and has not used more visits than it had."""
	wrong = end < start or used_before < 0 or (kind == BY_VISITS and used_before > total)
	return Refusal(BAD_TAKE_OVER) if wrong else None


def refuse_overlap(
	person: str, new: Period, current: Period | None, following: Period | None
) -> Refusal | None:
	"""One card at a time; one may be bought ahead, which begins when the current one has ended."""
	if current and following:
		return Refusal(TWO_ALREADY, (person, current.name, following.name))
	if current and (new.overlaps(current) or new.start <= current.end):
		return Refusal(OVERLAP, (person, current.name, current.start, current.end))
	return None


def visits_left(kind: str, total: int, before: int, used: int) -> int:
	"""0 for plans by days, which are not counted."""
	return max(total - before - used, 0) if kind == BY_VISITS else 0


def refuse_visit(card: Card, now: datetime, minutes_between: int) -> Refusal | None:
	"""What the gym's door reads (DESK-07). `minutes_between`: a second scan within them is the same visit."""
	today = now.date()
	if card.status == FROZEN:
		return Refusal(IS_FROZEN, (card.member, card.frozen_on or today))
	if card.status == CANCELLED:
		return Refusal(IS_CANCELLED, (card.member,))
	if card.status == EXPIRED or today > card.end:
		return Refusal(IS_EXPIRED, (card.member, card.end))
	if card.last_visit and now - card.last_visit < timedelta(minutes=minutes_between):
		return Refusal(CHECKED_IN_ALREADY, (card.member, card.last_visit))
	if card.status == USED_UP or (card.kind == BY_VISITS and card.visits_left <= 0):
		return Refusal(IS_USED_UP, (card.member,))
	return Refusal(NOT_BEGUN, (card.member, card.start)) if today < card.start else None


def is_used_up(kind: str, left: int) -> bool:
	return kind == BY_VISITS and left <= 0


def days_frozen(frozen_on: date, today: date) -> int:
	"""Days that are given back: from the day of freezing to the day before the card is used again."""
	return max((today - frozen_on).days, 0)


def refuse_freezing(card: Card, following: str | None, today: date) -> Refusal | None:
	if today < card.start:
		return Refusal(BEFORE_START, (card.start,))
	return Refusal(FROZEN_WITH_NEXT, (card.member, following)) if following else None
