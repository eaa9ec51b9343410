"""Beds by the day, and what keeps somebody from moving out (DESK-09, DESK-10)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import residence as rules
from property_service.rules.residence import OpenMatter, Place, Stay

TODAY = date(2026, 11, 25)


def day(offset: int) -> date:
	return TODAY + timedelta(days=offset)


def message(refusal):
	return refusal and refusal.message


offsets = st.integers(-40, 40)
stays = st.builds(
	lambda first, length: Stay(day(first), None if length is None else day(first + length)),
	offsets,
	st.one_of(st.none(), st.integers(0, 30)),
)


# ---- beds ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-09")
class TestBeds:
	def test_the_last_day_is_taken_and_the_next_one_free(self):
		week = Stay(day(0), day(6))
		assert rules.most_at_once([week], day(6), day(6)) == 1
		assert rules.most_at_once([week], day(7), day(9)) == 0

	def test_stays_that_follow_each_other_take_one_bed(self):
		one_after_the_other = [Stay(day(0), day(3)), Stay(day(4), day(9))]
		assert rules.most_at_once(one_after_the_other, day(0), day(9)) == 1

	@given(st.lists(stays, max_size=8), offsets, st.integers(0, 30))
	def test_the_fullest_day_is_found_by_counting_every_day(self, taken, first, length):
		days = [day(first + n) for n in range(length + 1)]
		counted = max(
			sum(stay.first <= one and (stay.last is None or stay.last >= one) for stay in taken)
			for one in days
		)
		assert rules.most_at_once(taken, days[0], days[-1]) == counted

	@given(st.lists(stays, max_size=8), stays, offsets, st.integers(0, 30))
	def test_another_stay_never_frees_a_bed(self, taken, more, first, length):
		span = day(first), day(first + length)
		assert rules.most_at_once([*taken, more], *span) >= rules.most_at_once(taken, *span)

	def test_whoever_lives_here_stays_until_the_day_planned(self):
		leaves = Stay(day(-100), day(5))
		beds = rules.stays_of_occupants(3, [leaves], TODAY)
		assert rules.most_at_once(beds, day(0), day(5)) == 3
		assert rules.most_at_once(beds, day(6), None) == 2

	def test_whoever_should_have_left_is_still_in_the_bed(self):
		beds = rules.stays_of_occupants(1, [Stay(day(-100), day(-1))], TODAY)
		assert rules.most_at_once(beds, day(30), None) == 1

	def test_a_free_bed_is_given(self):
		room = Place("301 室", capacity=2, taken=[Stay(day(-5))])
		assert rules.refuse_bed([Place("3 幢"), room], "Female", day(0), day(30)) is None

	def test_the_last_bed_is_given_once(self):
		room = Place("301 室", capacity=1, taken=[Stay(day(10), day(20))])
		assert message(rules.refuse_bed([room], "Male", day(5), day(10))) == rules.NO_BED_FREE
		assert rules.refuse_bed([room], "Male", day(5), day(9)) is None
		assert rules.refuse_bed([room], "Male", day(21), None) is None

	@pytest.mark.parametrize(
		("place", "expected"),
		[
			(Place("301 室", gender_rule="Female"), rules.WRONG_GENDER),
			(Place("301 室", disabled=True), rules.DISABLED),
		],
	)
	def test_gender_rule_and_disabled_units_hold_anywhere_on_the_way(self, place, expected):
		for path in ([place, Place("床")], [Place("3 幢"), place]):
			assert message(rules.refuse_bed(path, "Male", day(0), None)) == expected

	@pytest.mark.parametrize(
		("unit_type", "has_beds", "same_company", "expected"),
		[
			("Room", False, True, None),
			("Bed", False, True, None),
			("Guest Room", False, True, None),
			("Room", True, True, rules.CHOOSE_A_BED),
			("Building", False, True, rules.NOT_A_SLEEPING_PLACE),
			("Parking", False, True, rules.NOT_A_SLEEPING_PLACE),
			("Room", False, False, rules.FOREIGN_COMPANY),
		],
	)
	def test_people_sleep_in_rooms_and_beds(self, unit_type, has_beds, same_company, expected):
		assert message(rules.refuse_place("301 室", unit_type, has_beds, same_company)) == expected

	@pytest.mark.parametrize(
		("capacity", "room_type", "fits"),
		[
			(1, "Single", 1),
			(2, "Single", 0),
			(2, "Double", 1),
			(4, "Shared", 1),
			(2, "Shared", 0),
			(4, "Any", 1),
		],
	)
	def test_the_room_type_wanted(self, capacity, room_type, fits):
		assert rules.fits_room_type(capacity, room_type) == bool(fits)

	def test_days_in_their_order(self):
		assert rules.refuse_days(day(0), day(0)) is None
		assert rules.refuse_days(day(0), None) is None
		assert message(rules.refuse_days(day(0), day(-1))) == rules.ENDS_BEFORE_IT_BEGINS

	@pytest.mark.parametrize(
		("letter", "by", "expected"),
		[
			("/private/files/letter.pdf", "何主任", None),
			("", "何主任", rules.NO_LETTER),
			("/private/files/letter.pdf", " ", rules.NO_CONFIRMING_PERSON),
		],
	)
	def test_the_employer_confirms_by_letter_and_name(self, letter, by, expected):
		assert message(rules.refuse_confirmation(letter, by)) == expected


@pytest.mark.rule("DESK-09")
def test_nothing_leads_back_and_ended_applications_stay_ended():
	assert not [step for step in rules.STEPS if step[1] == rules.APPLIED]
	assert not [step for step in rules.STEPS if step[0] in rules.ENDED]


# ---- moving in and out ---------------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-10")
@pytest.mark.parametrize(
	("first", "last", "signed", "keys_there", "keys", "expected"),
	[
		(0, 30, True, True, 1, None),
		(0, None, True, False, 0, None),
		(1, 30, True, True, 1, rules.TOO_EARLY),
		(-9, -1, True, True, 1, rules.TOO_LATE),
		(-9, 0, True, True, 1, None),
		(0, 30, False, True, 1, rules.NO_SIGNATURE),
		(0, 30, True, True, 0, rules.NO_KEY),
	],
)
def test_moving_in(first, last, signed, keys_there, keys, expected):
	last_day = None if last is None else day(last)
	refusal = rules.refuse_moving_in(day(first), last_day, TODAY, signed, keys_there, keys, "301 室")
	assert message(refusal) == expected


KEY = OpenMatter("Key Loan", "YS-1", "K-301", ways=("Brought Back", "Lost"))
BILL = OpenMatter("Sales Invoice", "SI-1", "维修费", Decimal("55.50"))


@pytest.mark.rule("DESK-10")
class TestMovingOut:
	def test_every_line_counts_until_it_is_overridden(self):
		assert rules.still_open([KEY, BILL], []) == [KEY, BILL]
		assert rules.still_open([KEY, BILL], [BILL.key]) == [KEY]
		assert rules.still_open([], [BILL.key]) == []

	@pytest.mark.parametrize(
		("matter", "overridden", "is_manager", "reason", "expected"),
		[
			(BILL, False, True, "下月工资代扣", None),
			(BILL, False, False, "下月工资代扣", rules.MANAGER_OVERRIDES),
			(BILL, False, True, " ", rules.NO_OVERRIDE_REASON),
			(BILL, True, True, "再来一次", rules.OVERRIDDEN_ALREADY),
			(None, False, True, "已付", rules.NOT_ON_THE_LIST),
		],
	)
	def test_the_manager_overrides_with_a_reason(self, matter, overridden, is_manager, reason, expected):
		assert message(rules.refuse_override(matter, overridden, is_manager, reason, "SI-1")) == expected

	@pytest.mark.parametrize(
		("matter", "way", "expected"),
		[
			(KEY, "Brought Back", None),
			(KEY, "Refund", rules.NOT_THIS_WAY),
			(BILL, "Brought Back", rules.NOT_THIS_WAY),
			(None, "Brought Back", rules.NOT_ON_THE_LIST),
		],
	)
	def test_a_line_is_settled_in_its_own_ways(self, matter, way, expected):
		assert message(rules.refuse_settling(matter, way, "YS-1")) == expected
