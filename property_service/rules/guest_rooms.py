"""Guest rooms that are cleaned: what one order sends out, and how each of its rooms gets on (SVC-13).

Source: customer-service procedure 2, duties of the front desk (下发后勤基地接待房打扫的通知并告知环境部刘组长安排相关人员
打扫). Rooms are cleaned while the order is in progress, and inspected by the desk before it is filed.

A rule answers with a `Refusal` or None. The text of a refusal is its English source; the controller translates it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from property_service.rules import service_order
from property_service.rules.refusal import Refusal

GUEST_ROOM = "Guest Room"
PENDING, CLEANED, INSPECTED = "Pending", "Cleaned", "Inspected"
# What a room goes through; each step once.
STEPS = {PENDING: CLEANED, CLEANED: INSPECTED}
# A room that waits in an order of these is going to be cleaned.
UNDER_WAY = (
	service_order.DRAFT,
	service_order.DISPATCHED,
	service_order.IN_PROGRESS,
	service_order.RETURNED,
)
MOST_ROOMS = 200

NO_ROOMS = "Choose at least one guest room (SVC-13)."
TOO_MANY_ROOMS = "Choose at most {0} rooms at a time (SVC-13)."
NO_GUEST_ROOM = "{0} is no guest room in use; choose units of the type Guest Room (SVC-13)."
SEVERAL_COMPANIES = "The rooms belong to several companies; make one order for each (SVC-13)."
SENT_ALREADY = "{0} is to be cleaned by order {1} already (SVC-13). Wait for it, or cancel it first."
NO_LEADER = (
	"Department {0} has no leader who could receive the order. Enter its department head (SVC-13, ORG-01)."
)
NO_SUCH_MARK = "A room is marked Cleaned or Inspected (SVC-13)."
OTHER_ROOMS = "Choose rooms of order {0} (SVC-13)."
NOT_IN_PROGRESS = "Rooms are cleaned while the order is in progress; record the arrival first (SVC-13)."
INSPECTED_BY_DESK = "Rooms are inspected by the front desk, not by who cleaned them (SVC-13)."
INSPECTED_TOO_LATE = "Rooms are inspected before the order is archived (SVC-13)."
NOT_CLEANED = "A room is inspected after it was cleaned (SVC-13)."


@dataclass(frozen=True)
class Room:
	"""A unit as it is on its locked row. `title`: its name, or what was sent for a unit that is not there."""

	title: str
	unit_type: str | None = None
	company: str | None = None
	disabled: bool = False


@dataclass(frozen=True)
class Marking:
	"""Rows of an order that somebody marks. `rooms`: row -> how far its room is; `chosen`: names of the rows to be marked."""

	order: str
	status: str
	rooms: Mapping[str, str]
	chosen: Collection[str]
	mark: str
	by_desk: bool


# ---- sending rooms out ---------------------------------------------------------------------------------------------


def refuse_choice(count: int) -> Refusal | None:
	if not count:
		return Refusal(NO_ROOMS)
	return Refusal(TOO_MANY_ROOMS, (MOST_ROOMS,)) if count > MOST_ROOMS else None


def refuse_rooms(rooms: Sequence[Room]) -> Refusal | None:
	"""One order sends guest rooms in use, all of one company."""
	for room in rooms:
		if room.unit_type != GUEST_ROOM or room.disabled:
			return Refusal(NO_GUEST_ROOM, (room.title,))
	return Refusal(SEVERAL_COMPANIES) if len({room.company for room in rooms}) > 1 else None


def refuse_sent(under_way: Mapping[str, str]) -> Refusal | None:
	"""A room whose cleaning is under way is not sent a second time. `under_way`: title of the room -> its order."""
	return next((Refusal(SENT_ALREADY, sent) for sent in under_way.items()), None)


def leader(heads: Collection[str], acting_head: str | None, employees: Mapping[str, str]) -> str | None:
	"""The employee who receives the department's orders today: the acting head before the head.

	`heads`: users who head the department today; `employees`: user -> active employee, for those who have one.
	"""
	users = sorted(heads, key=lambda user: (user != acting_head, user))
	return next((employees[user] for user in users if user in employees), None)


# ---- keeping track of each -----------------------------------------------------------------------------------------


def refuse_marking(marking: Marking) -> Refusal | None:
	"""Whoever works on the order marks what is cleaned, the front desk what it has inspected."""
	if marking.mark not in STEPS.values():
		return Refusal(NO_SUCH_MARK)
	if not marking.chosen or set(marking.chosen) - set(marking.rooms):
		return Refusal(OTHER_ROOMS, (marking.order,))
	if marking.mark == INSPECTED:
		return _refuse_inspection(marking)
	return None if marking.status == service_order.IN_PROGRESS else Refusal(NOT_IN_PROGRESS)


def _refuse_inspection(marking: Marking) -> Refusal | None:
	if not marking.by_desk:
		return Refusal(INSPECTED_BY_DESK)
	if marking.status not in (service_order.IN_PROGRESS, service_order.FINISHED):
		return Refusal(INSPECTED_TOO_LATE)
	if any(marking.rooms[row] == PENDING for row in marking.chosen):
		return Refusal(NOT_CLEANED)
	return None


def moves_on(room_status: str, mark: str) -> bool:
	"""Cleaned once, inspected once: a repeated click changes neither time nor person."""
	return STEPS.get(room_status) == mark
