"""What the desk does by itself, as plain values: notices to residents, the household survey, plans of follow-up calls."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from property_service.setup.demo import clock, data
from property_service.setup.demo.population import Person
from property_service.setup.demo.stories import Cast, World

CHANNELS = ("print", "email", "sms", "portal")


@dataclass(frozen=True)
class Notice:
	"""`publish_on` None for a draft; `printed` says whether the copies were handed out."""

	subject: str
	kind: str
	content: str
	written_on: datetime
	publish_on: datetime | None
	valid_until: date | None
	channels: tuple[str, ...]
	units: tuple[str, ...] = ()
	tiers: tuple[str, ...] = ()
	sms_text: str | None = None
	printed: bool = True
	# Asked for by the calendar, not by an occasion.
	is_reminder: bool = False
	withdrawn_on: datetime | None = None


@dataclass(frozen=True)
class Form:
	"""What one household answered: {aspect: satisfied or not}."""

	resident: Person
	visited_on: date
	visited_by: str
	answers: dict[str, bool]
	suggestion: str | None


@dataclass(frozen=True)
class Survey:
	title: str
	from_date: date
	to_date: date
	forms: list[Form]


@dataclass(frozen=True)
class Calls:
	"""A plan of follow-up calls. Of its calls those due before `done_before` are made by now."""

	title: str
	reference: str
	share: float
	method: str
	drawn_on: datetime
	from_date: date | None
	to_date: date | None
	tier: str
	follow_from: date
	follow_until: date
	done_before: date
	owners: tuple[str, ...]
	outline: tuple[str, ...]


# ---- notices (SVC-20) ------------------------------------------------------------------------------------------------


def make_notices(rng: random.Random, until: datetime, reminders_on: Iterable[date]) -> list[Notice]:
	"""A kind reminder on each of `reminders_on`, what happened besides, one that is to come and one that is a draft."""
	texts = data.load("notices")
	notices = list(_reminders(rng, texts["reminders"], until, reminders_on))
	notices += [_special(rng, row, until) for row in texts["specials"]]
	coming, draft = texts["scheduled"], texts["draft"]
	notices.append(
		Notice(
			subject=coming["subject"],
			kind=coming["kind"],
			content=coming["content"],
			written_on=until - timedelta(hours=3),
			publish_on=datetime.combine(until.date() + timedelta(days=coming["days_ahead"]), time(9)),
			valid_until=until.date() + timedelta(days=coming["days_ahead"] + 3),
			channels=("print", "portal"),
		)
	)
	notices.append(
		Notice(
			subject=draft["subject"],
			kind=draft["kind"],
			content=draft["content"],
			written_on=until - timedelta(hours=1),
			publish_on=None,
			valid_until=None,
			channels=("print", "portal"),
		)
	)
	return sorted(notices, key=lambda notice: notice.written_on)


def _reminders(rng: random.Random, texts: list, until: datetime, days: Iterable[date]) -> Iterator[Notice]:
	for number, day in enumerate(days):
		subject, content = texts[number % len(texts)]
		publish_on = datetime.combine(day, time(rng.choice([9, 10, 14, 15]), rng.randrange(60)))
		if publish_on > until:
			continue
		yield Notice(
			subject=subject,
			kind="Kind Reminder",
			content=content,
			written_on=publish_on - timedelta(minutes=rng.randint(5, 40)),
			publish_on=publish_on,
			valid_until=day + timedelta(days=30),
			channels=("print", "portal"),
			is_reminder=True,
		)


def _special(rng: random.Random, row: dict, until: datetime) -> Notice:
	publish_on = clock.at_work(rng, until - timedelta(days=row["days_ago"]))
	withdrawn = row.get("withdrawn")
	return Notice(
		subject=row["subject"],
		kind=row["kind"],
		content=row["content"],
		written_on=publish_on - timedelta(minutes=rng.randint(5, 40)),
		publish_on=publish_on,
		valid_until=publish_on.date() + timedelta(days=row["valid_days"]),
		channels=("portal", *(channel for channel in CHANNELS if row.get(channel))),
		units=tuple(row.get("units", ())),
		tiers=tuple(row.get("tiers", ())),
		sms_text=row.get("sms_text"),
		printed=bool(row.get("printed", 1)),
		withdrawn_on=publish_on + timedelta(hours=20) if withdrawn else None,
	)


# ---- survey (SVC-19) -------------------------------------------------------------------------------------------------


def make_survey(rng: random.Random, world: World, until: datetime) -> Survey:
	"""The source's 38 forms with its 90, 75 and 80 % (summary 4); fewer forms where fewer rooms are inhabited."""
	texts = data.load("survey")
	by_room = {person.room: person for person in world.tenants}
	homes = rng.sample(sorted(by_room), min(texts["forms"], len(by_room)))
	from_date = until.date() - timedelta(days=25)
	answers = _answers(rng, texts, len(homes))
	forms = []
	for number, room in enumerate(sorted(homes)):
		moment = datetime.combine(from_date + timedelta(days=1 + number * 14 // len(homes)), time(15))
		given = answers[number]
		silent = not given
		suggestion = rng.choice(texts["suggestions"]) if silent or rng.random() < 0.3 else None
		forms.append(Form(by_room[room], moment.date(), world.cast.clerk_at(moment), given, suggestion))
	return Survey(texts["title"], from_date, from_date + timedelta(days=16), forms)


def _answers(rng: random.Random, texts: dict, count: int) -> list[dict[str, bool]]:
	"""Per form what was answered: as many answers and as many satisfied ones per aspect as the source counts."""
	answers: list[dict[str, bool]] = [{} for _ in range(count)]
	for row in texts["aspects"]:
		answered = rng.sample(range(count), round(count * row["answered"] / texts["forms"]))
		satisfied = round(len(answered) * row["satisfied"] / row["answered"])
		for position, number in enumerate(answered):
			answers[number][row["aspect"]] = position < satisfied
	return answers


# ---- follow-up plans (SVC-18) ----------------------------------------------------------------------------------------


def make_calls(cast: Cast, until: datetime) -> list[Calls]:
	"""One plan that is completed and one that is half done."""
	texts, today = data.load("calls"), until.date()
	owners = tuple(clerk.user for clerk in cast.clerks[:3])
	completed, half_done = texts["completed"], texts["half_done"]

	def days_ago(days: int) -> date:
		return today - timedelta(days=days)

	return [
		Calls(
			title=completed["title"],
			reference=completed["reference"],
			share=completed["share"],
			method=completed["method"],
			drawn_on=datetime.combine(days_ago(26), time(9, 40)),
			from_date=days_ago(57),
			to_date=days_ago(27),
			tier="",
			follow_from=days_ago(25),
			follow_until=days_ago(14),
			done_before=today,
			owners=owners,
			outline=tuple(texts["outline"]),
		),
		Calls(
			title=half_done["title"],
			reference=half_done["reference"],
			share=half_done["share"],
			method=half_done["method"],
			drawn_on=datetime.combine(days_ago(7), time(10, 15)),
			from_date=None,
			to_date=None,
			tier=half_done["tier"],
			follow_from=days_ago(6),
			follow_until=days_ago(-5),
			done_before=today,
			owners=owners,
			outline=tuple(texts["resident_outline"]),
		),
	]
