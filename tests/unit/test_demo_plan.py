"""The demo's generator: the same seed tells the same stories, and they look like those of a real service centre."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from stdnum.cn import ric

from property_service.setup.demo import clock, data, identity, people, plan

UNTIL = datetime(2026, 11, 24, 10, 0)


@pytest.fixture(scope="module")
def centre():
	return plan.make_plan(until=UNTIL)


def events_of(centre, follow_up_required=True):
	return [story.path(follow_up_required, centre.until) for story in centre.stories]


def test_the_same_seed_and_moment_tell_the_same_stories(centre):
	assert plan.make_plan(until=UNTIL) == centre


def test_another_seed_tells_others(centre):
	assert plan.make_plan(seed=1, until=UNTIL).stories != centre.stories


def test_the_centre_has_the_size_of_a_real_one(centre):
	units = Counter(place.unit_type for place in centre.places)
	buildings = [p for p in centre.places if p.unit_type == "Building" and p.parent.startswith("HY-")]
	assert (units["Phase"], len(buildings), units["Room"]) == (2, 6, 300)
	assert units["Guest Room"] and units["Public Area"] and units["Parking"]
	assert len(centre.residents) == 400
	assert len(data.load("companies")) == 8
	assert len(centre.staff) == 25
	assert {member.role_profile for member in centre.staff} >= {
		"Front Desk Clerk",
		"Service Manager",
		"Technician",
		"Department Head",
		"General Manager",
	}


def test_parents_come_before_their_children(centre):
	seen = set()
	for place in centre.places:
		assert place.parent is None or place.parent in seen
		seen.add(place.code)
	assert len(seen) == len(centre.places)


def test_nobody_lives_in_an_overfull_room_or_one_for_the_other_sex(centre):
	rooms = {place.code: place for place in centre.places}
	living = [person for person in centre.residents if person.status == "Living In"]
	for code, occupants in Counter(person.room for person in living).items():
		assert occupants <= rooms[code].capacity
	assert all(rooms[person.room].gender_rule in ("Any", person.gender) for person in living)
	assert all(person.room is None for person in centre.residents if person.status != "Living In")


def test_identity_numbers_are_well_formed_distinct_and_nobodys(centre):
	numbers = [person.id_number for person in centre.residents]
	assert len(set(numbers)) == len(numbers)
	for number in numbers:
		assert ric.is_valid(number)
		# Nobody alive was born then.
		assert number[6:10] == str(identity.BIRTH_YEAR) < "1850"


def test_every_state_of_a_ticket_and_an_order_has_examples(centre):
	last = Counter(path[-1].kind for path in events_of(centre))
	for kind in ("report", "dispatch", "arrive", "defer", "complete", "close", "reopen", "cancel", "return"):
		assert last[kind], kind
	overdue = [
		path[-1]
		for path in events_of(centre)
		if path[-1].kind == "defer" and path[-1].facts["expected_on"] < UNTIL
	]
	assert overdue


@pytest.mark.parametrize(
	"moment", [datetime(2026, 3, 1, 3, 0), datetime(2026, 12, 31, 23, 50), datetime(2027, 1, 1)]
)
def test_nothing_lies_in_the_future_whenever_the_demo_is_made(moment):
	centre = plan.make_plan(until=moment)
	assert all(event.at <= moment for path in events_of(centre) for event in path)
	assert all(story.reported_on > moment - timedelta(days=plan.DAYS + 20) for story in centre.stories)
	assert {"report", "dispatch", "arrive", "defer", "return", "reopen"} <= {
		p[-1].kind for p in events_of(centre)
	}


@pytest.mark.parametrize("follow_up_required", [True, False])
def test_events_follow_each_other_as_the_procedure_wants(centre, follow_up_required):
	before = {
		"dispatch": {"report", "finish", "reopen", "archive", "confirm"},
		"close": {"complete", "attempt", "archive", "confirm"},
		"reopen": {"attempt"},
	}
	for path in events_of(centre, follow_up_required):
		assert [event.at for event in path] == sorted(event.at for event in path)
		for previous, event in pairwise(path):
			assert previous.kind in before.get(event.kind, {previous.kind}), (previous.kind, event.kind)
		if path[-1].kind == "close":
			dispatched = {event.order for event in path if event.kind == "dispatch"}
			archived = {event.order for event in path if event.kind == "archive"}
			assert dispatched == archived


def test_a_deferral_has_a_plan_a_later_date_and_the_customers_consent(centre):
	deferrals = [event for path in events_of(centre) for event in path if event.kind == "defer"]
	assert len(deferrals) > 20
	for event in deferrals:
		assert event.facts["plan"]
		assert event.facts["consented_by"]
		assert event.facts["consented_on"] <= event.at < event.facts["expected_on"]


def test_three_calls_without_an_answer_lie_on_at_least_two_days(centre):
	missed = 0
	for path in events_of(centre):
		calls = [event for event in path if event.kind == "attempt"]
		if len(calls) == 3 and not any(call.facts["reached"] for call in calls):
			missed += 1
			assert len({call.at.date() for call in calls}) >= 2
	assert missed


def test_no_place_has_two_open_tickets_of_one_category(centre):
	spans = {}
	for story, path in zip(centre.stories, events_of(centre), strict=True):
		ended = path[-1].at if path[-1].kind in ("close", "cancel") else UNTIL
		spans.setdefault((story.unit.code, story.category), []).append((path[0].at, ended))
	for places in spans.values():
		places.sort()
		assert all(earlier[1] <= later[0] for earlier, later in pairwise(places))


def test_reports_come_when_people_are_up_and_most_of_all_on_mondays(centre):
	history = [story for story in centre.stories if story.reported_on < UNTIL - timedelta(days=7)]
	hours = Counter(story.reported_on.hour for story in history)
	assert sum(hours[hour] for hour in range(6)) < 0.05 * len(history)
	assert sum(hours[hour] for hour in range(8, 21)) > 0.8 * len(history)
	days = Counter(story.reported_on.weekday() for story in history)
	assert days[0] > days[6]
	assert max(clock.WEEKDAY_SHARE) == clock.WEEKDAY_SHARE[0]


def test_emergencies_are_few_and_urgent_matters_fewer_than_normal_ones(centre):
	priorities = Counter(story.priority for story in centre.stories)
	assert 0.03 < priorities["Emergency"] / len(centre.stories) < 0.2
	assert priorities["Emergency"] < priorities["Urgent"] < priorities["Normal"]


def test_a_smaller_centre_keeps_every_kind_of_thing():
	small = plan.make_plan(until=UNTIL, share=0.1)
	full = plan.make_plan(until=UNTIL)
	assert {place.unit_type for place in small.places} == {place.unit_type for place in full.places}
	assert len(small.stories) < len(full.stories) / 3


@pytest.mark.parametrize("share", [0, -1, 1.5])
def test_a_share_outside_its_range_is_refused(share):
	with pytest.raises(ValueError, match="share"):
		plan.make_plan(until=UNTIL, share=share)


def test_the_logins_shown_after_make_run_are_staff_of_different_jobs():
	staff = {member.user: member for member in people.staff()}
	assert all(staff[person.user].full_name == person.full_name for person in people.PEOPLE)
	assert len({person.role_profile for person in people.PEOPLE}) >= 5


def test_a_missing_list_says_what_to_do():
	with pytest.raises(FileNotFoundError, match="checkout"):
		data.load("no such list")
