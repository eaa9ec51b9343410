"""Who gets which bed from when to when, and when somebody may move out (入住, register F; DESK-09, DESK-10).

Source: customer-service procedure, "办理后勤基地员工入住": a resident company's new employee is registered at the front
desk, which opens the access card and hands out the room's key as the rooms allow.

Days are whole days: the bed is taken from the first to the last one inclusive.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from property_service.rules import occupancy
from property_service.rules.refusal import Refusal, is_blank

APPLIED = "Applied"
EMPLOYER_CONFIRMED = "Employer Confirmed"
ROOM_ASSIGNED = "Room Assigned"
MOVED_IN = "Moved In"
MOVED_OUT = "Moved Out"
REJECTED = "Rejected"
WITHDRAWN = "Withdrawn"

STEPS = {
	(APPLIED, EMPLOYER_CONFIRMED): "Confirm Employer",
	(EMPLOYER_CONFIRMED, ROOM_ASSIGNED): "Assign Room",
	(ROOM_ASSIGNED, ROOM_ASSIGNED): "Assign Another Room",
	(ROOM_ASSIGNED, MOVED_IN): "Move In",
	(MOVED_IN, MOVED_OUT): "Move Out",
	(APPLIED, REJECTED): "Reject",
	(EMPLOYER_CONFIRMED, REJECTED): "Reject",
	(APPLIED, WITHDRAWN): "Withdraw",
	(EMPLOYER_CONFIRMED, WITHDRAWN): "Withdraw",
	(ROOM_ASSIGNED, WITHDRAWN): "Withdraw",
}
ENDED = (MOVED_OUT, REJECTED, WITHDRAWN)
UNFINISHED = (APPLIED, EMPLOYER_CONFIRMED, ROOM_ASSIGNED, MOVED_IN)
# A bed is kept for them.
TAKES_A_BED = (ROOM_ASSIGNED, MOVED_IN)
REGISTER = "F"

ROOM = "Room"
BED = "Bed"
GUEST_ROOM = "Guest Room"
SLEEPING_PLACES = (ROOM, BED, GUEST_ROOM)

# 房型: how many beds the room wanted may have (least, most); None is any number.
ROOM_TYPES: dict[str, tuple[int, int | None]] = {
	"Any": (0, None),
	"Single": (1, 1),
	"Double": (2, 2),
	"Shared": (3, None),
}

ENDS_BEFORE_IT_BEGINS = "The stay ends before it begins: {0} to {1} (DESK-09). Correct one of the two days."
ALREADY_APPLIED = "{0} has an application already: {1} (DESK-09). Go on with that one, or withdraw it first."
NO_LETTER = "Attach the employer's letter before recording that the employer confirms the stay (DESK-09)."
NO_CONFIRMING_PERSON = "Write down who confirmed the stay for the employer (DESK-09)."
LETTER_STAYS = "The employer's letter stays as it was confirmed (DESK-09)."
NOT_A_SLEEPING_PLACE = "{0} is no room or bed (DESK-09). Choose one."
CHOOSE_A_BED = "The beds of {0} are units of their own (DESK-09). Choose one of them."
FOREIGN_COMPANY = "{0} belongs to another company than the application (DESK-09)."
DISABLED = "{0} is disabled (DESK-09). Choose another room."
WRONG_GENDER = "{0} takes only residents of the gender {1} (DESK-09). Choose another room."
NO_BED_FREE = "{0} has no bed free from {1} to {2}: {3} of {4} are taken on the fullest day (DESK-09). Choose another room or other days."
TOO_EARLY = "The bed is kept from {0} on (DESK-10). Assign the room anew with an earlier first day."
TOO_LATE = "The stay ended on {0} (DESK-10). Assign the room anew with a later last day."
NO_SIGNATURE = "The room sheet is not signed (DESK-10). Let the resident sign on the screen, or tick that the paper is signed."
NO_KEY = "{0} has keys, and none is handed out (DESK-10). Scan the key that the resident gets."
STILL_OPEN = "{0} does not move out yet (DESK-10). Open are: {1}. Settle each line, or have the service manager override it."
NOT_ON_THE_LIST = "{0} is not open any more (DESK-10). Load the list anew."
OVERRIDDEN_ALREADY = "{0} is overridden already (DESK-10)."
MANAGER_OVERRIDES = "Only the service manager overrides what is still open (DESK-10)."
NO_OVERRIDE_REASON = (
	"Give the reason for letting the resident go with this open (DESK-10); the debt stays listed."
)
NOT_THIS_WAY = "{0} is not settled by {1} (DESK-10)."


# ---- beds ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stay:
	"""A bed taken from `first` to `last` inclusive; no `last` means until further notice."""

	first: date
	last: date | None = None


def most_at_once(stays: Iterable[Stay], first: date, last: date | None) -> int:
	"""How many of `stays` overlap on the fullest day from `first` to `last` (None: without end)."""
	within = [
		stay
		for stay in stays
		if (stay.last is None or stay.last >= first) and (last is None or stay.first <= last)
	]
	# The number only rises on a first day, so one of these days is the fullest.
	days = {first, *(max(stay.first, first) for stay in within)}
	return max(
		sum(stay.first <= day and (stay.last is None or stay.last >= day) for stay in within) for day in days
	)


def stays_of_occupants(occupants: int, planned: Sequence[Stay], today: date) -> list[Stay]:
	"""The beds taken by those who live in a unit: `planned` for those whose application says until when.

	Whoever should have left and is still here stays until further notice; of whom nothing is known does, too.
	"""
	known = [Stay(min(stay.first, today), _last_from(stay.last, today)) for stay in planned]
	return known + [Stay(today)] * max(0, occupants - len(known))


def _last_from(last: date | None, today: date) -> date | None:
	return last if last and last >= today else None


@dataclass(frozen=True)
class Place:
	"""A unit on the way from the project to the bed, with the beds taken in it and below; `capacity` 0 is no limit."""

	title: str
	capacity: int = 0
	gender_rule: str = occupancy.ANY
	disabled: bool = False
	taken: Sequence[Stay] = ()


def refuse_place(title: str, unit_type: str, has_beds: bool, same_company: bool) -> Refusal | None:
	"""People are put up in rooms and beds of the company."""
	if not same_company:
		return Refusal(FOREIGN_COMPANY, (title,))
	if unit_type not in SLEEPING_PLACES:
		return Refusal(NOT_A_SLEEPING_PLACE, (title,))
	return Refusal(CHOOSE_A_BED, (title,)) if has_beds else None


def refuse_bed(path: Sequence[Place], gender: str | None, first: date, last: date | None) -> Refusal | None:
	"""What keeps somebody of `gender` out of the last place of `path` in these days; the first place is the highest."""
	for place in path:
		if place.disabled:
			return Refusal(DISABLED, (place.title,))
		if not occupancy.gender_fits(place.gender_rule, gender):
			return Refusal(WRONG_GENDER, (place.title, place.gender_rule))
		if place.capacity:
			taken = most_at_once(place.taken, first, last)
			if taken >= place.capacity:
				return Refusal(NO_BED_FREE, (place.title, first, last or "…", taken, place.capacity))
	return None


def fits_room_type(capacity: int, room_type: str | None) -> bool:
	"""Whether a room of `capacity` beds is of the type wanted; 0 beds is a room without a limit."""
	least, most = ROOM_TYPES.get(room_type or "Any", ROOM_TYPES["Any"])
	if room_type in (None, "", "Any"):
		return True
	return capacity >= least and (most is None or capacity <= most)


# ---- steps ---------------------------------------------------------------------------------------------------------


def refuse_days(first: date, last: date | None) -> Refusal | None:
	return Refusal(ENDS_BEFORE_IT_BEGINS, (first, last)) if last and last < first else None


def refuse_confirmation(letter: str | None, confirmed_by: str | None) -> Refusal | None:
	"""DESK-09: the letter is attached, and the clerk records who confirmed."""
	if is_blank(letter):
		return Refusal(NO_LETTER)
	return Refusal(NO_CONFIRMING_PERSON) if is_blank(confirmed_by) else None


def refuse_moving_in(
	first: date, last: date | None, today: date, signed: bool, keys_there: bool, keys: int, title: str
) -> Refusal | None:
	"""DESK-10: within the days that the bed is kept, with the sheet signed and the key handed out.

	`keys_there`: a key that opens the room is registered; `keys`: how many are handed out.
	"""
	if today < first:
		return Refusal(TOO_EARLY, (first,))
	if last and today > last:
		return Refusal(TOO_LATE, (last,))
	if not signed:
		return Refusal(NO_SIGNATURE)
	return Refusal(NO_KEY, (title,)) if keys_there and not keys else None


# ---- moving out ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenMatter:
	"""One line of the moving-out list: a document that is still open in the resident's name.

	`amount`: money owed or to be paid back, 0 where it is a thing; `ways`: how the desk may settle it from the list.
	"""

	doctype: str
	name: str
	matter: str
	amount: Decimal = Decimal("0.00")
	ways: tuple[str, ...] = ()

	@property
	def key(self) -> tuple[str, str]:
		return self.doctype, self.name


def still_open(matters: Iterable[OpenMatter], overridden: Collection[tuple[str, str]]) -> list[OpenMatter]:
	"""What keeps the resident from moving out: every open matter that the manager did not override."""
	return [matter for matter in matters if matter.key not in overridden]


def refuse_override(
	matter: OpenMatter | None, overridden: bool, is_manager: bool, reason: str | None, name: str
) -> Refusal | None:
	"""DESK-10: an open line is overridden by the manager, with a reason, once."""
	if not is_manager:
		return Refusal(MANAGER_OVERRIDES)
	if matter is None:
		return Refusal(NOT_ON_THE_LIST, (name,))
	if overridden:
		return Refusal(OVERRIDDEN_ALREADY, (name,))
	return Refusal(NO_OVERRIDE_REASON) if is_blank(reason) else None


def refuse_settling(matter: OpenMatter | None, way: str, name: str) -> Refusal | None:
	if matter is None:
		return Refusal(NOT_ON_THE_LIST, (name,))
	return None if way in matter.ways else Refusal(NOT_THIS_WAY, (name, way))
