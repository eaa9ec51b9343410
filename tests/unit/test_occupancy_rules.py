"""Capacity and gender rule of a unit and of those above it (ORG-04)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules.occupancy import Obstacle, Unit, gender_fits, obstacle_to_moving_in, occupancy

pytestmark = pytest.mark.rule("ORG-04")

BUILDING, ROOM = Unit("building"), Unit("room", capacity=2, occupants=1)
UNITS = st.builds(
	Unit,
	name=st.sampled_from(["a", "b", "c", "d"]),
	capacity=st.integers(0, 5),
	occupants=st.integers(0, 6),
	gender_rule=st.sampled_from(["Any", "Female", "Male"]),
	disabled=st.booleans(),
)


def test_a_free_bed_is_given():
	assert obstacle_to_moving_in([BUILDING, ROOM], "Female") is None


def test_a_full_room_is_refused():
	full = Unit("room", capacity=2, occupants=2)
	refusal = obstacle_to_moving_in([BUILDING, full], "Female")
	assert (refusal.unit, refusal.obstacle) == (full, Obstacle.FULL)


def test_no_capacity_means_no_limit():
	assert obstacle_to_moving_in([Unit("hall", capacity=0, occupants=500)], None) is None


def test_a_full_building_keeps_people_out_of_a_free_room():
	full = Unit("building", capacity=1, occupants=1)
	assert obstacle_to_moving_in([full, ROOM], "Male").unit is full


def test_whoever_is_counted_already_takes_no_further_bed():
	full = Unit("building", capacity=1, occupants=1)
	assert obstacle_to_moving_in([full, ROOM], "Male", frozenset({"building"})) is None


def test_disabled_units_take_nobody():
	assert obstacle_to_moving_in([Unit("room", disabled=True)], "Male").obstacle is Obstacle.DISABLED


@pytest.mark.parametrize(
	("rule", "gender", "fits"),
	[
		("Any", "Male", True),
		("Any", None, True),
		(None, "Male", True),
		("Female", "Female", True),
		("Female", "Male", False),
		("Male", None, False),
		("Female", "Other", False),
	],
)
def test_gender_rule(rule, gender, fits):
	assert gender_fits(rule, gender) is fits
	refusal = obstacle_to_moving_in([Unit("room", gender_rule=rule)], gender)
	assert (refusal is None) is fits


@given(st.lists(UNITS, max_size=5), st.sampled_from(["Female", "Male", None]))
def test_no_unit_is_ever_overfilled_or_entered_by_the_wrong_gender(path, gender):
	if obstacle_to_moving_in(path, gender) is None:
		assert all(not unit.capacity or unit.occupants + 1 <= unit.capacity for unit in path)
		assert all(gender_fits(unit.gender_rule, gender) and not unit.disabled for unit in path)


@pytest.mark.parametrize(("occupants", "state"), [(0, "Vacant"), (1, "Occupied"), (7, "Occupied")])
def test_occupancy_is_derived(occupants, state):
	assert occupancy(occupants) == state
