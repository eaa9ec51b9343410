"""Guest rooms (SVC-13): what one order sends out, and how each of its rooms gets on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import guest_rooms as rules
from property_service.rules import service_order
from property_service.rules.guest_rooms import Marking, Room

pytestmark = pytest.mark.rule("SVC-13")

HEAD, ACTING, OTHER = "head@x", "acting@x", "other@x"
STATES = (rules.PENDING, rules.CLEANED, rules.INSPECTED)


def message(refusal):
	return refusal.message if refusal else None


# ---- sending rooms out ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("count", "expected"), [(0, rules.NO_ROOMS), (1, None), (200, None), (201, rules.TOO_MANY_ROOMS)]
)
def test_how_many_rooms_are_sent_at_a_time(count, expected):
	assert message(rules.refuse_choice(count)) == expected


@pytest.mark.parametrize(
	("rooms", "expected"),
	[
		([Room("101", "Guest Room", "A")], None),
		([Room("101", "Guest Room", "A"), Room("102", "Guest Room", "A")], None),
		([Room("101", "Guest Room", "A"), Room("102", "Guest Room", "B")], rules.SEVERAL_COMPANIES),
		([Room("101", "Room", "A")], rules.NO_GUEST_ROOM),
		([Room("101", "Guest Room", "A", disabled=True)], rules.NO_GUEST_ROOM),
		([Room("101", "Guest Room", "A"), Room("nowhere")], rules.NO_GUEST_ROOM),
	],
)
def test_one_order_sends_guest_rooms_in_use_of_one_company(rooms, expected):
	assert message(rules.refuse_rooms(rooms)) == expected


def test_the_room_that_is_none_is_named():
	rooms = [Room("101", "Guest Room", "A"), Room("102", "Bed", "A"), Room("103")]
	assert rules.refuse_rooms(rooms).values == ("102",)


def test_a_room_under_way_is_not_sent_again():
	assert rules.refuse_sent({}) is None
	refusal = rules.refuse_sent({"101": "PG-1"})
	assert (refusal.message, refusal.values) == (rules.SENT_ALREADY, ("101", "PG-1"))


def test_a_room_waits_in_every_order_that_has_not_ended():
	states = {state for step in service_order.ACTIONS for state in step}
	assert set(rules.UNDER_WAY) == states - {*service_order.ENDED, service_order.FINISHED}


@pytest.mark.rule("ORG-01")
@pytest.mark.parametrize(
	("heads", "acting", "employees", "expected"),
	[
		({HEAD}, None, {HEAD: "E-1"}, "E-1"),
		({HEAD, ACTING}, ACTING, {HEAD: "E-1", ACTING: "E-2"}, "E-2"),
		({HEAD, ACTING}, ACTING, {HEAD: "E-1"}, "E-1"),
		({HEAD}, ACTING, {HEAD: "E-1", ACTING: "E-2"}, "E-1"),  # the acting head's time is over
		({HEAD}, None, {OTHER: "E-3"}, None),
		(set(), None, {}, None),
	],
)
def test_the_acting_head_leads_before_the_head(heads, acting, employees, expected):
	assert rules.leader(heads, acting, employees) == expected


# ---- keeping track of each -----------------------------------------------------------------------------------------


def marking(**given):
	values = {
		"order": "PG-1",
		"status": service_order.IN_PROGRESS,
		"rooms": {"a": rules.PENDING, "b": rules.CLEANED},
		"chosen": {"a"},
		"mark": rules.CLEANED,
		"by_desk": False,
	}
	return Marking(**values | given)


@pytest.mark.parametrize(
	("given", "expected"),
	[
		({}, None),
		({"chosen": {"a", "b"}}, None),
		({"mark": rules.PENDING}, rules.NO_SUCH_MARK),
		({"mark": "Tidy"}, rules.NO_SUCH_MARK),
		({"chosen": set()}, rules.OTHER_ROOMS),
		({"chosen": {"a", "of another order"}}, rules.OTHER_ROOMS),
		({"status": service_order.DISPATCHED}, rules.NOT_IN_PROGRESS),
		({"status": service_order.FINISHED}, rules.NOT_IN_PROGRESS),
	],
)
def test_rooms_are_cleaned_while_the_order_is_in_progress(given, expected):
	assert message(rules.refuse_marking(marking(**given))) == expected


@pytest.mark.parametrize(
	("given", "expected"),
	[
		({}, None),
		({"status": service_order.FINISHED}, None),
		({"by_desk": False}, rules.INSPECTED_BY_DESK),
		({"status": service_order.ARCHIVED}, rules.INSPECTED_TOO_LATE),
		({"status": service_order.DISPATCHED}, rules.INSPECTED_TOO_LATE),
		({"chosen": {"a", "b"}}, rules.NOT_CLEANED),
	],
)
def test_the_desk_inspects_what_was_cleaned_before_the_order_is_filed(given, expected):
	values = {"mark": rules.INSPECTED, "by_desk": True, "chosen": {"b"}} | given
	assert message(rules.refuse_marking(marking(**values))) == expected


@pytest.mark.parametrize(
	("room_status", "mark", "moves"),
	[
		(rules.PENDING, rules.CLEANED, True),
		(rules.CLEANED, rules.INSPECTED, True),
		(rules.CLEANED, rules.CLEANED, False),
		(rules.INSPECTED, rules.INSPECTED, False),
		(rules.INSPECTED, rules.CLEANED, False),
		(rules.PENDING, rules.INSPECTED, False),
	],
)
def test_a_repeated_click_changes_nothing(room_status, mark, moves):
	assert rules.moves_on(room_status, mark) is moves


@given(st.lists(st.sampled_from((rules.CLEANED, rules.INSPECTED)), max_size=12))
def test_whatever_is_clicked_a_room_is_cleaned_once_and_inspected_once_afterwards(clicks):
	state, moves = rules.PENDING, []
	for mark in clicks:
		if rules.moves_on(state, mark):
			state = mark
			moves.append(mark)
	assert moves == [rules.CLEANED, rules.INSPECTED][: len(moves)]
	assert state == STATES[len(moves)]
