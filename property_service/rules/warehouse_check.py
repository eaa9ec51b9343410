"""The safety of the places where goods lie, point by point (procedure 4.5.1, 4.5.5; WH-15)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from property_service.rules.refusal import Refusal
from property_service.rules.stores import FLAMMABLE, FOOD, FRAGILE, GENERAL, MOISTURE_SENSITIVE

OK, NOT_OK = "In Order", "Not in Order"
PASSED, FAILED = "Passed", "Failed"
# How the check of a warehouse stands today, beside Failed and Passed.
NEVER, OVERDUE = "Never Checked", "Overdue"

# 4.5.1: every warehouse.
EVERYWHERE = (
	"Ventilation is there and works",
	"The light is sufficient",
	"There is room enough to walk and to handle goods",
	"Zones are marked on shelves or by lines and signs",
)
# 4.5.5 a) to e): by class.
BY_CLASS = {
	FLAMMABLE: (
		"Stored apart, in a warehouse of its own",
		"No open fire around, far from sources of heat",
		"Standing on the floor",
		"Fire extinguisher in place and in date",
		"Packages are whole",
		"Walls sound, doors and windows close tightly",
		"The door opens inwards",
	),
	MOISTURE_SENSITIVE: (
		"Shelves are treated against water",
		"Goods lie on dry floor or on shelves",
		"Equipment against damp is there and works",
	),
	GENERAL: (
		"Irregular things are in boxes or bags",
		"Regular things stand orderly on shelves or floor",
		"Bulky light things stand against or hang on the wall",
	),
	FRAGILE: (
		"Small and bottled things stand on the lowest shelf or the floor",
		"Large things lean against the wall, nothing hangs above",
		"Rubber mats lie below",
	),
	FOOD: (
		"Shelves are treated against water",
		"Ventilation and protection against damp work",
	),
}

NO_ANSWER = "Row {0}: say whether this point is in order (procedure 4.5.5, WH-15)."
NO_REMARK = "Row {0}: say what is not in order (procedure 4.5.5, WH-15)."
NOT_KEPT_THERE = (
	"{0} goods may not lie in {1} (WH-15). Permit the class there first, or check another warehouse."
)


@dataclass(frozen=True)
class Answer:
	idx: int
	result: str | None
	remark: str | None = None


@dataclass(frozen=True)
class Check:
	"""The last check of a warehouse for a class."""

	passed: bool
	next_on: date


def points(storage_class: str) -> tuple[str, ...]:
	return (*EVERYWHERE, *BY_CLASS[storage_class])


def refuse_answers(answers: Iterable[Answer]) -> Refusal | None:
	"""Every point is answered, and what is not in order is named."""
	for answer in answers:
		if answer.result not in (OK, NOT_OK):
			return Refusal(NO_ANSWER, (answer.idx,))
		if answer.result == NOT_OK and not (answer.remark or "").strip():
			return Refusal(NO_REMARK, (answer.idx,))
	return None


def result(answers: Iterable[Answer]) -> str:
	"""One point that is not in order fails the check."""
	return FAILED if any(answer.result == NOT_OK for answer in answers) else PASSED


def next_on(checked_on: date, days: int) -> date:
	return checked_on + timedelta(days=max(days, 1))


# From good to bad.
STATES = (PASSED, OVERDUE, NEVER, FAILED)


def worse(one: str, other: str) -> str:
	return max(one, other, key=STATES.index)


def state(last: Check | None, today: date) -> str:
	"""How the check stands on `today`; the day it falls due still counts as in time."""
	if last is None:
		return NEVER
	if not last.passed:
		return FAILED
	return OVERDUE if today > last.next_on else PASSED
