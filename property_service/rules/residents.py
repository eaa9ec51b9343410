"""From when until when somebody lives here (ORG-05): personal data is kept for a limited time after moving out.

A rule answers with a `Refusal` or None. The text of a refusal is its English source; the controller translates it.
"""

from dataclasses import dataclass
from datetime import date

from property_service.rules.refusal import Refusal

LIVING_IN = "Living In"
MOVED_OUT = "Moved Out"

NO_UNIT = "Whoever lives in needs a property unit (ORG-05). Choose the room or bed."
OUT_BEFORE_IN = "A resident cannot move out before moving in (ORG-05). Correct one of the two dates."
NOT_OUT_YET = "Somebody who has moved out did so by today (ORG-05): personal data is kept from that day on, for a limited time."


@dataclass(frozen=True)
class Stay:
	"""Where a resident lives, and from when until when; what is not known is empty."""

	status: str
	unit: str | None = None
	moved_in_on: date | None = None
	moved_out_on: date | None = None


def company(
	of_unit: str | None, of_employee: str | None, known: str | None, of_clerk: str | None
) -> str | None:
	"""Whose resident somebody is, so that only those who work for that company see a telephone number (ORG-03, ORG-05).

	The company of the room; without a room that of our own employee, that which is already known, and of somebody new
	that of the clerk who registers them. None where nothing of it is known.
	"""
	return of_unit or of_employee or known or of_clerk or None


def dates_of_stay(stay: Stay, today: date) -> tuple[date | None, date | None]:
	"""(moved in, moved out) as they are kept: today where a resident moves and no day was entered.

	Whoever came back has not moved out, and is no longer counted towards the end of the time data is kept.
	"""
	moved_in = stay.moved_in_on or (today if stay.status == LIVING_IN else None)
	moved_out = (stay.moved_out_on or today) if stay.status == MOVED_OUT else None
	return moved_in, moved_out


def refuse_stay(stay: Stay, today: date) -> Refusal | None:
	if stay.status == LIVING_IN and not stay.unit:
		return Refusal(NO_UNIT)
	if stay.moved_in_on and stay.moved_out_on and stay.moved_out_on < stay.moved_in_on:
		return Refusal(OUT_BEFORE_IN)
	return Refusal(NOT_OUT_YET) if stay.moved_out_on and stay.moved_out_on > today else None
