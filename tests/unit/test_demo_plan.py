"""The demo's generator: the same seed tells the same stories, and they look like those of a real service centre."""

import random
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from property_service.rules import complaint as complaint_rules
from property_service.rules import procedure_calendar as calendar_rules
from property_service.rules import shift_handover as handover_rules
from property_service.rules.rates import percent
from property_service.rules.reception import CONSULTATION, OTHER_SERVICE, PRAISE, SUGGESTION
from property_service.setup.demo import cash_desk, clock, complaints, data, identity, people, plan, shifts

UNTIL = datetime(2026, 11, 24, 10, 0)
ODD_MOMENTS = [
	datetime(2026, 3, 1, 3, 0),
	datetime(2026, 12, 31, 23, 50),
	datetime(2027, 1, 1),
	datetime(2026, 10, 5, 7, 2),
]


@cache
def centre_at(moment):
	"""Made once: no test changes it."""
	return plan.make_plan(until=moment)


@pytest.fixture(scope="module")
def centre():
	return centre_at(UNTIL)


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
	assert len(centre.staff) == 27
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


@pytest.mark.parametrize("moment", ODD_MOMENTS)
def test_nothing_lies_in_the_future_whenever_the_demo_is_made(moment):
	centre = centre_at(moment)
	assert all(contact.received_on <= moment for contact in centre.contacts)
	assert all(event.at <= moment for story in centre.complaints for event in story.path(moment))
	assert all(handover.begun_on <= moment for handover in centre.handovers)
	assert all(notice.written_on <= moment for notice in centre.notices)
	assert all(form.visited_on < moment.date() for form in centre.survey.forms)
	assert all(calls.drawn_on < moment for calls in centre.calls)
	assert not any(known.done_on and known.done_on > moment.date() for known in centre.occurrences)
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
		"repair ourselves": {"resume"},
	}
	# These follow sometime, whatever happens in between.
	earlier = {
		"take over the matter": "ask to take over",
		"decline the matter": "ask to take over",
		"issue notice": "draft notice",
		"cancel notice": "draft notice",
		"record return": "issue notice",
		"close notice": "close",
	}
	for path in events_of(centre, follow_up_required):
		assert [event.at for event in path] == sorted(event.at for event in path)
		for previous, event in pairwise(path):
			assert previous.kind in before.get(event.kind, {previous.kind}), (previous.kind, event.kind)
		for position, event in enumerate(path):
			if needed := earlier.get(event.kind):
				assert needed in {known.kind for known in path[:position]}, event.kind
		if path[-1].kind in ("close", "close notice"):
			dispatched = {event.order for event in path if event.kind in ("dispatch", "repair ourselves")}
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
		ended = path[-1].at if path[-1].kind in ("close", "cancel", "close notice") else UNTIL
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
	full = centre_at(UNTIL)
	assert {place.unit_type for place in small.places} == {place.unit_type for place in full.places}
	assert {contact.category for contact in small.contacts} == {c.category for c in full.contacts}
	assert len(small.stories) < len(full.stories) / 3


@pytest.mark.parametrize("share", [0, -1, 1.5])
def test_a_share_outside_its_range_is_refused(share):
	with pytest.raises(ValueError, match="share"):
		plan.make_plan(until=UNTIL, share=share)


def test_the_logins_shown_after_make_run_are_staff_of_different_jobs():
	staff = {member.user: member for member in people.staff()}
	*employees, resident = people.PEOPLE
	assert all(staff[person.user].full_name == person.full_name for person in employees)
	assert resident.user in people.RESIDENT_LOGINS
	assert len({person.role_profile for person in people.PEOPLE}) >= 5


def test_a_missing_list_says_what_to_do():
	with pytest.raises(FileNotFoundError, match="checkout"):
		data.load("no such list")


# ---- the rest of the desk's work -------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-01")
def test_contacts_come_while_a_desk_works_and_mostly_ask_something(centre):
	kinds = Counter(contact.category for contact in centre.contacts)
	assert kinds[CONSULTATION] > 3 * kinds[SUGGESTION] > 3 * min(kinds[PRAISE], kinds[OTHER_SERVICE]) > 30
	assert kinds[CONSULTATION] < len(centre.stories) / 2
	for contact in centre.contacts:
		if contact.channel == "Walk-in":
			assert clock.DESK_OPENS <= contact.received_on.time() <= clock.DESK_CLOSES
	hours = Counter(contact.received_on.hour for contact in centre.contacts)
	assert sum(hours[hour] for hour in range(8, 18)) > 0.75 * len(centre.contacts)


@pytest.mark.rule("SVC-24")
@pytest.mark.parametrize("moment", ODD_MOMENTS)
def test_today_has_begun_whatever_time_it_is(moment):
	centre = centre_at(moment)
	assert any(contact.received_on.date() == moment.date() for contact in centre.contacts)
	assert any(story.reported_on.date() == moment.date() for story in centre.stories)
	last = {complaint.path(moment)[-1].kind for complaint in centre.complaints}
	assert last >= {"receive", "classify", "assign", "analyse", "act", "verify", "close"}
	assert last >= {"settle", "unfounded", "reopen"}


def test_complaints_are_of_every_type_and_some_are_confidential_or_about_the_desk(centre):
	told = centre.complaints
	assert 40 <= len(told) <= 55
	assert {complaint.complaint_type for complaint in told} == {
		kind["type"] for kind in data.load("complaints")["types"]
	}
	assert sum(complaint.confidential for complaint in told) >= 3
	assert sum(complaint.about_desk for complaint in told) >= 3
	same = Counter((complaint.resident.mobile_no, complaint.complaint_type) for complaint in told)
	assert max(same.values()) == 2


@pytest.mark.rule("SVC-14", "SVC-15")
@pytest.mark.parametrize("shape", [*complaints.SHAPES, "about desk"])
def test_a_complaint_takes_the_steps_of_the_procedure(centre, shape):
	world = plan.world_of(centre.staff, centre.places, centre.residents)
	states = {
		"settle": complaint_rules.SETTLED,
		"classify": complaint_rules.CLASSIFIED,
		"assign": complaint_rules.ASSIGNED,
		"analyse": complaint_rules.ANALYSED,
		"act": complaint_rules.ACTED,
		"reopen": complaint_rules.REOPENED,
		"verify": complaint_rules.VERIFIED,
		"unfounded": complaint_rules.UNFOUNDED,
		"close": complaint_rules.CLOSED,
	}
	staff = {member.user: member for member in centre.staff}
	for seed in range(20):
		complaint = complaints.ComplaintTeller(random.Random(seed), world).tell(UNTIL, shape)
		events = complaint.path(datetime.max)
		assert [event.at for event in events] == sorted(event.at for event in complaint.events)
		course = [complaint_rules.RECEIVED, *(states[e.kind] for e in events if e.kind in states)]
		assert course[-1] == complaint_rules.CLOSED
		assert all(step in complaint_rules.ACTIONS for step in pairwise(course))
		for event in events:
			if event.kind == "assign":
				assert event.facts["due_on"] > event.at
			if event.kind in ("verify", "attempt"):
				assert staff[event.actor].department != complaint.department
			if event.kind == "analyse":
				assert event.actor == world.cast.heads[complaint.department]
			if event.kind == "act":
				assert staff[event.actor].department == complaint.department


@pytest.mark.rule("SVC-16")
@pytest.mark.parametrize("moment", [UNTIL, *ODD_MOMENTS])
def test_overdue_complaints_have_reached_every_level(moment):
	overdue = []
	for complaint in centre_at(moment).complaints:
		path = complaint.path(moment)
		if path[-1].kind in ("assign", "analyse"):
			assigned = next(event for event in reversed(path) if event.kind == "assign")
			overdue.append(moment - assigned.facts["due_on"])
	late = [by for by in overdue if by > timedelta()]
	assert min(late) < timedelta(days=1) < sorted(late)[1] < timedelta(days=3) < max(late)
	assert len(overdue) > len(late)


@pytest.mark.rule("SVC-07")
def test_what_the_developer_owes_goes_out_and_comes_back_or_is_done_by_ourselves(centre):
	told = [story for story in centre.stories if story.kind == "Developer Warranty"]
	kinds = Counter()
	for story in told:
		path = story.path(True, datetime.max)
		kinds.update(event.facts["notice_kind"] for event in path if event.kind == "draft notice")
		issued = next((event for event in path if event.kind == "issue notice"), None)
		ours = next((event for event in path if event.kind == "repair ourselves"), None)
		if ours and not story.stays_open:
			assert (ours.at.date() - issued.at.date()).days > 7
	assert len(told) > 15
	assert min(kinds["Work Contact"], kinds["Complaint Slip"]) >= 3


@pytest.mark.rule("SVC-02")
def test_matters_are_handed_over_between_clerks(centre):
	clerks = {member.user for member in centre.staff if member.role_profile == "Front Desk Clerk"}
	asked = Counter()
	for path in events_of(centre):
		for event in path:
			if event.kind == "ask to take over":
				assert event.facts["to_user"] in clerks - {event.actor}
			asked[event.kind] += 1
	assert asked["ask to take over"] > asked["take over the matter"] > 5


@pytest.mark.rule("SVC-21")
@pytest.mark.parametrize("moment", [UNTIL, *ODD_MOMENTS])
def test_the_counter_is_handed_from_one_clerk_to_the_next_and_one_handover_is_open(moment):
	handovers = centre_at(moment).handovers
	assert len(handovers) > 2.5 * shifts.DAYS
	for handover in handovers:
		assert handover.outgoing != handover.incoming
		out_by = handover.manager if handover.absence else handover.outgoing
		if handover.incoming_on:
			signer = handover_rules.Signer(handover.incoming, is_clerk=True)
			assert not handover_rules.refuse_incoming_signature(
				handover_rules.AWAITING, signer, handover.outgoing, out_by, handover.incoming, None
			)
			assert handover.begun_on < handover.outgoing_on < handover.incoming_on
	assert [handover.incoming_on for handover in handovers].count(None) == 1
	assert not handovers[-1].incoming_on
	assert all(earlier.incoming == later.outgoing for earlier, later in pairwise(handovers))
	assert all(earlier.incoming_on <= later.begun_on for earlier, later in pairwise(handovers))


@pytest.mark.rule("SVC-19")
def test_the_survey_has_the_sources_forms_and_rates(centre):
	forms = centre.survey.forms
	assert len(forms) == len({form.resident.room for form in forms}) == 38
	rates = {}
	for aspect in ("接待工作", "电话报修", "回访工作"):
		answers = [form.answers[aspect] for form in forms if aspect in form.answers]
		rates[aspect] = (sum(answers), len(answers), percent(sum(answers), len(answers)))
	assert rates == {"接待工作": (27, 30, 90), "电话报修": (27, 36, 75), "回访工作": (28, 35, 80)}
	assert all(form.answers or form.suggestion for form in forms)


@pytest.mark.rule("CAL-01", "CAL-02")
@pytest.mark.parametrize("moment", [UNTIL, *ODD_MOMENTS])
def test_the_calendar_has_every_due_date_some_late_and_one_overdue(moment):
	centre = centre_at(moment)
	for task in centre.tasks:
		assert calendar_rules.rule_problem(task.rule) is None
		known = [found.due_on for found in centre.occurrences if found.task_code == task.code]
		assert known == [
			due.due_on
			for due in calendar_rules.opened_until(
				task.rule, task.remind, task.starts_on - timedelta(days=1), moment.date()
			)
		]
	done = [known for known in centre.occurrences if known.done_on]
	assert len(done) > 20
	assert 0 < sum(known.done_on > known.due_on for known in done) < len(done) / 2
	assert any(known.due_on < moment.date() and not known.done_on for known in centre.occurrences)


@pytest.mark.rule("SVC-20")
def test_notices_use_every_channel_and_stand_in_every_state(centre):
	assert {channel for notice in centre.notices for channel in notice.channels} == {
		"print",
		"email",
		"sms",
		"portal",
	}
	assert any(notice.publish_on is None for notice in centre.notices)
	assert any(notice.publish_on and notice.publish_on > UNTIL for notice in centre.notices)
	assert any(notice.withdrawn_on for notice in centre.notices)
	assert any(not notice.printed for notice in centre.notices)


def test_one_part_of_the_demo_does_not_disturb_another(monkeypatch):
	usual = centre_at(UNTIL)
	monkeypatch.setattr(complaints, "COMPLAINTS_IN_HISTORY", 30)
	more = plan.make_plan(until=UNTIL)
	assert len(more.complaints) > len(usual.complaints)
	assert (more.stories, more.contacts, more.survey) == (usual.stories, usual.contacts, usual.survey)


# ---- the cash desk -------------------------------------------------------------------------------------------------


def by_day(acts, kind):
	return Counter(act.at.date() for act in acts if act.kind == kind)


@pytest.mark.parametrize("moment", [UNTIL, *ODD_MOMENTS])
def test_every_day_of_the_month_is_opened_closed_and_accepted(moment):
	acts = centre_at(moment).cash_desk.acts
	days = [moment.date() - timedelta(days=back) for back in range(cash_desk.DAYS, -1, -1)]
	over = days[:-1]
	assert [by_day(acts, "open till")[day] for day in over] == [1] * cash_desk.DAYS
	assert [by_day(acts, "close till")[day] for day in over] == [1] * cash_desk.DAYS
	accepted = sum(by_day(acts, "accept").values())
	# yesterday's waits for the cashier until half past nine
	assert accepted == len(over) if moment.hour > 9 else accepted == len(over) - 1


def test_acts_stand_in_the_order_of_time_and_none_lies_ahead(centre):
	moments = [act.at for act in centre.cash_desk.acts]
	assert moments == sorted(moments)
	assert moments[-1] <= UNTIL


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)), st.sampled_from((0.06, 0.3)))
@settings(max_examples=150, deadline=None)
def test_whatever_the_moment_nothing_happens_to_what_is_not_there_yet_or_any_more(until, share):
	begun_by = {
		"loan": "lend key",
		"water": "order water",
		"gym": "sell gym card",
		"pass_": "ask for pass",
		"goods": "ask to take goods",
		"stay": "ask for room",
	}
	there, over = set(), set()
	for act in plan.make_plan(until=until, share=share).cash_desk.acts:
		for kind, first in begun_by.items():
			if handle := act.facts.get(kind):
				assert act.kind == first or (kind, handle) in there, act
				assert (kind, handle) not in over, act
				there.add((kind, handle))
				if act.kind in ("freeze", "lose pass", "take key back", "let goods out", "move out"):
					over.add((kind, handle))


def test_money_is_taken_by_the_teller_of_the_day_while_the_till_is_open(centre):
	acts = centre.cash_desk.acts
	takes_money = {
		"register card",
		"top up",
		"sell gym card",
		"order water",
		"take money",
		"pay back",
		"lose key",
	}
	teller = None
	for act in acts:
		if act.kind == "open till":
			teller = act.actor
		elif act.kind == "close till":
			assert act.actor == teller
			teller = None
		elif act.kind in takes_money:
			assert act.actor == teller, act
	assert {act.actor for act in acts if act.kind == "accept"} == {people.user_id("caiwu.cashier")}


def test_a_till_that_changes_hands_is_handed_over(centre):
	acts = centre.cash_desk.acts
	openings = [act for act in acts if act.kind == "open till"]
	for before, after in pairwise(openings):
		between = {act.kind for act in acts if before.at < act.at < after.at}
		assert ({"hand over", "take over"} <= between) == (before.actor != after.actor)


def test_no_card_pays_more_than_it_holds(centre):
	balance = Counter()
	for act in centre.cash_desk.acts:
		facts = act.facts
		if act.kind in ("register card", "top up"):
			balance[facts["card"]] += facts["amount"]
		elif act.kind == "subsidise":
			balance.update(dict.fromkeys(facts["cards"], facts["amount"]))
		elif act.kind == "pay":
			balance[facts["card"]] -= facts["amount"]
			assert balance[facts["card"]] >= 0


def test_a_key_is_lent_once_at_a_time(centre):
	out = {}
	for act in centre.cash_desk.acts:
		if act.kind == "lend key":
			assert act.facts["tag"] not in out.values()
			out[act.facts["loan"]] = act.facts["tag"]
		elif act.kind in ("take key back", "lose key"):
			lost = act.facts["loan"]
			assert lost in out
			if act.kind == "take key back":
				del out[lost]
	assert len(out) == 3  # one lost, one late, one since this morning
