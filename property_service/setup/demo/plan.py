"""The whole demo as plain values: the same seed and moment give the same centre."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from property_service.setup.demo import (
	articles_plan,
	cash_desk,
	clock,
	complaints,
	contacts,
	outreach,
	people,
	population,
	shifts,
	stores_plan,
	stories,
	timetable,
)

SEED = 20190515
DAYS = 92
REPORTS_A_DAY = 8.5
RESIDENTS = 400

# Besides what the present happens to cut off, every list of the desk shall have something in it at any hour: shape of the
# story, its category, the last event that has happened, and how many hours ago (least, most) that was.
STAGED = (
	("plain", "水管漏水", "report", (0.1, 0.4), 2),
	("plain", None, "report", (0.2, 3), 2),
	("plain", "窗户关不严", "report", (90, 120), 2),
	("plain", None, "dispatch", (0.2, 3), 3),
	("plain", "家具损坏", "dispatch", (100, 130), 2),
	("plain", None, "arrive", (0.2, 2), 3),
	("plain", "空调不制冷", "arrive", (80, 110), 2),
	("deferred", "热水器故障", "defer", (2, 40), 4),
	("overdue deferral", "家具损坏", "defer", (170, 200), 2),
	("slip returned", "墙面开裂渗水", "draft notice", (0.3, 6), 1),
	("slip returned", "门窗渗水", "defer", (3, 40), 3),
	("slip returned late", "墙面开裂渗水", "defer", (200, 260), 3),
	("slip returned", "地砖空鼓", "record return", (0.2, 3), 1),
	("slip returned", "地砖空鼓", "close notice", (2, 60), 1),
	("taken over", "门窗渗水", "repair ourselves", (0.5, 4), 1),
	("handed over", None, "ask to take over", (0.2, 5), 2),
	("plain", "公共照明", "finish", (0.3, 3), 2),
	("paper slip", "灯不亮", "finish", (0.3, 4), 2),
	("paper slip", "下水道堵塞", "finish", (80, 120), 4),
	("wrong trade", "网络电视故障", "return", (0.5, 4), 2),
	("plain", None, "complete", (1, 20), 3),
	("bad work", "马桶漏水", "reopen", (1, 6), 2),
	("cancelled", "插座没电", "cancel", (3, 30), 2),
	("cancelled later", "插座没电", "cancel", (3, 30), 2),
)


# When a place has had a ticket of a category open.
Busy = dict[tuple[str, str], list[tuple[datetime, datetime]]]


@dataclass(frozen=True)
class Errand:
	"""A service order without a ticket: cleaning, guest rooms, water."""

	service_type: str
	matter: str
	asked_on: datetime
	clerk: str
	worker: people.StaffMember
	unit: population.Place | None
	resident: population.Person | None
	rooms: tuple[population.Place, ...]
	finished_on: datetime
	dispatched_on: datetime
	arrived_on: datetime


@dataclass
class Plan:
	until: datetime
	staff: list[people.StaffMember]
	places: list[population.Place]
	residents: list[population.Person]
	stories: list[stories.Story]
	errands: list[Errand]
	contacts: list[contacts.Contact]
	complaints: list[complaints.Complaint]
	handovers: list[shifts.Handover]
	notices: list[outreach.Notice]
	survey: outreach.Survey
	calls: list[outreach.Calls]
	tasks: list[timetable.Task]
	occurrences: list[timetable.Occurrence]
	cash_desk: cash_desk.CashDesk
	stores: stores_plan.StoresPlan
	articles: articles_plan.ArticlesPlan


def make_plan(seed: int = SEED, until: datetime | None = None, share: float = 1.0) -> Plan:
	"""The centre as it stands at `until`. `share` between 0 and 1 makes a smaller one, for tests.

	Raises ValueError when `share` leaves nobody to report anything.
	"""
	if not 0 < share <= 1:
		raise ValueError(f"share must lie above 0 and at most at 1, not {share}")
	until = (until or datetime.now()).replace(microsecond=0)
	rng = random.Random(seed)
	staff = people.staff()
	places = population.make_places(share)
	residents = population.make_residents(rng, places, max(8, round(RESIDENTS * share)), until.date())
	world = world_of(staff, places, residents)
	busy: Busy = {}
	told = [*_staged(rng, world, until, busy), *_history(rng, world, until, share, busy)]
	told.sort(key=lambda story: story.reported_on)
	errands = list(_errands(rng, world, places, until, share))

	def dice(what: str) -> random.Random:
		"""Each part throws its own: one more notice changes no complaint."""
		return random.Random(f"{seed} {what}")

	days = list(days_before(until))
	tasks = timetable.make_tasks(until.date(), DAYS)
	reminders_on = timetable.reminder_days(dice("reminders"), tasks, until.date())
	notices = outreach.make_notices(dice("notices"), until, reminders_on)
	published = [notice.publish_on for notice in notices if notice.is_reminder]
	return Plan(
		until=until,
		staff=staff,
		places=places,
		residents=residents,
		stories=told,
		errands=errands,
		contacts=list(contacts.make_contacts(dice("contacts"), world, days, until, share)),
		complaints=complaints.make_complaints(dice("complaints"), world, days, until, share),
		handovers=shifts.make_handovers(dice("handovers"), world.cast, until),
		notices=notices,
		survey=outreach.make_survey(dice("survey"), world, until),
		calls=outreach.make_calls(world.cast, until),
		tasks=tasks,
		occurrences=list(timetable.make_occurrences(dice("calendar"), tasks, world.cast, until, published)),
		cash_desk=cash_desk.make_cash_desk(dice("cash desk"), world, residents, until, share),
		stores=stores_plan.make_stores(dice("stores"), world.cast, until, share),
		articles=articles_plan.make_articles(world.cast, until),
	)


def world_of(
	staff: list[people.StaffMember], places: list[population.Place], residents: list[population.Person]
) -> stories.World:
	return stories.World(
		cast=stories.Cast(staff),
		rooms={place.code: place for place in places if place.unit_type == "Room"},
		public=[place for place in places if place.unit_type == "Public Area"],
		tenants=[person for person in residents if person.status == "Living In"],
	)


def days_before(until: datetime) -> Iterator[date]:
	for offset in range(DAYS, -1, -1):
		yield until.date() - timedelta(days=offset)


def _history(
	rng: random.Random, world: stories.World, until: datetime, share: float, busy: Busy
) -> Iterator[stories.Story]:
	for day in days_before(until):
		for moment in clock.reports_of_day(rng, day, REPORTS_A_DAY * share):
			if moment > until - timedelta(minutes=5):
				continue
			yield _undisturbed(busy, lambda: stories.Teller(rng, world).tell(moment))  # noqa: B023


def _staged(rng: random.Random, world: stories.World, until: datetime, busy: Busy) -> Iterator[stories.Story]:
	for shape, category, last, hours_ago, count in STAGED:
		for _ in range(count):
			yield _undisturbed(
				busy,
				lambda: _stopped_at(rng, world, until, shape, category, last, hours_ago),  # noqa: B023
			)


def _undisturbed(busy: Busy, tell) -> stories.Story:
	"""A story about a place and category that has none open: a second ticket would need the clerk's confirmation."""
	while True:
		story = tell()
		events = [*story.events, *story.followed, *story.unfollowed]
		first = story.reported_on
		last = datetime.max if story.stays_open else max(event.at for event in events)
		spans = busy.setdefault((story.unit.code, story.category), [])
		if not any(first <= until and last >= since for since, until in spans):
			spans.append((first, last))
			return story


def _stopped_at(rng, world, until, shape, category, last, hours_ago) -> stories.Story:
	"""A story told from a usual hour whose last event so far is `last`, `hours_ago` before `until`."""
	usual = until.replace(
		hour=rng.choice((9, 10, 14, 15, 20)), minute=rng.randrange(60), second=rng.randrange(60)
	)
	story = stories.Teller(rng, world).tell(usual, shape, category)
	way = [*story.events, *story.followed]
	stop = next(index for index, event in enumerate(way) if event.kind == last)
	happened = way[: stop + 1]
	moment = until - timedelta(hours=rng.uniform(*hours_ago))
	if last == "report" and hours_ago[1] < 1:
		# The day has begun, whatever time it is.
		moment = max(moment, datetime.combine(until.date(), time.min))
	story.events = [stories.moved(event, moment - way[stop].at) for event in happened]
	story.followed = story.unfollowed = []
	story.stays_open = True
	return story


def _errands(rng, world: stories.World, places, until: datetime, share: float) -> Iterator[Errand]:
	guest_rooms = [place for place in places if place.unit_type == "Guest Room"]
	teller = stories.Teller(rng, world)
	for day in days_before(until):
		kinds = ["Guest Room Cleaning"] * (day.weekday() in (0, 2, 4)) + ["Water Delivery"] * rng.choice(
			[0, 0, 1, 2]
		)
		kinds += ["Cleaning"] * (day.weekday() == 3)
		for kind in kinds:
			if rng.random() > share:
				continue
			yield _errand(rng, world, teller, guest_rooms, kind, day)


def _errand(rng, world, teller, guest_rooms, kind: str, day: date) -> Errand:
	asked_on = datetime(
		day.year, day.month, day.day, rng.choice([8, 9, 10, 13, 14, 15]), rng.randrange(31, 60)
	)
	dispatched_on = clock.later(rng, asked_on, 2, 20)
	arrived_on = clock.later(rng, dispatched_on, 15, 60)
	texts = teller.texts[
		{"Guest Room Cleaning": "guest_cleaning", "Water Delivery": "water"}.get(kind, "cleaning")
	]
	resident = rng.choice(world.tenants) if kind == "Water Delivery" else None
	rooms = tuple(sorted(rng.sample(guest_rooms, rng.randint(2, 6)), key=lambda room: room.code))
	return Errand(
		service_type=kind,
		matter=rng.choice(texts),
		asked_on=asked_on,
		clerk=teller.clerk_at(asked_on),
		worker=rng.choice(world.cast.workers_of("配送" if kind == "Water Delivery" else "保洁")),
		unit=world.rooms[resident.room]
		if resident
		else None
		if rooms and kind == "Guest Room Cleaning"
		else rng.choice(world.public),
		resident=resident,
		rooms=rooms if kind == "Guest Room Cleaning" else (),
		dispatched_on=dispatched_on,
		arrived_on=arrived_on,
		finished_on=clock.later(rng, arrived_on, 15, 120),
	)
