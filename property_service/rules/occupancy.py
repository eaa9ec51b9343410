"""Who may live in a unit (ORG-04): capacity and gender rule of the unit and of those above it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

ANY = "Any"
VACANT, OCCUPIED = "Vacant", "Occupied"


class Obstacle(Enum):
	"""Why somebody cannot move in."""

	FULL = "full"
	GENDER = "gender"
	DISABLED = "disabled"


@dataclass(frozen=True)
class Unit:
	"""A unit as it is now; `capacity` 0 means no limit, `occupants` counts the units below as well."""

	name: str
	capacity: int = 0
	occupants: int = 0
	gender_rule: str = ANY
	disabled: bool = False


@dataclass(frozen=True)
class Hindrance:
	"""The unit that stands in the way, and why."""

	unit: Unit
	obstacle: Obstacle


def obstacle_to_moving_in(
	path: Sequence[Unit], gender: str | None, counted_in: frozenset[str] = frozenset()
) -> Hindrance | None:
	"""Return what keeps a person of `gender` out of the unit at the end of `path`, or None.

	`path` starts at the root. Somebody who already lives in the units `counted_in` takes no
	further bed there.
	"""
	for unit in path:
		if unit.disabled:
			return Hindrance(unit, Obstacle.DISABLED)
		if not gender_fits(unit.gender_rule, gender):
			return Hindrance(unit, Obstacle.GENDER)
		if unit.capacity and unit.name not in counted_in and unit.occupants >= unit.capacity:
			return Hindrance(unit, Obstacle.FULL)
	return None


def gender_fits(rule: str | None, gender: str | None) -> bool:
	"""Return whether `rule` (Any, Female, Male) lets `gender` in; an unknown gender fits only Any."""
	return (rule or ANY) == ANY or rule == gender


def occupancy(occupants: int) -> str:
	"""Return Vacant or Occupied."""
	return OCCUPIED if occupants > 0 else VACANT
