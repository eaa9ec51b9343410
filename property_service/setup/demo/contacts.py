"""Calls and visits that become no document: questions, suggestions, praise, small services at the desk."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from property_service.setup.demo import clock, data, identity
from property_service.setup.demo.population import Person, Place, person_name
from property_service.setup.demo.stories import World

# Numbers of callers who do not live here, apart from the residents'.
STRANGERS_FROM = 7000


@dataclass(frozen=True)
class Contact:
	category: str
	channel: str
	received_on: datetime
	clerk: str
	content: str
	outcome: str
	resident: Person | None
	contact_name: str
	contact_phone: str
	unit: Place | None


def make_contacts(
	rng: random.Random, world: World, days: Iterable[date], until: datetime, share: float
) -> Iterator[Contact]:
	kinds = data.load("contacts")
	for day in days:
		for category, kind in kinds.items():
			for moment in clock.reports_of_day(rng, day, kind["a_day"] * share, clock.CALL_SHARE):
				if moment <= until:
					yield contact(rng, world, category, moment)
	yesterday = datetime.combine(until.date() - timedelta(days=1), time(10))
	for number, category in enumerate(kinds):
		yield contact(rng, world, category, yesterday + timedelta(minutes=13 * number))
	# The day has begun with a question, whatever time it is.
	today = datetime.combine(until.date(), time.min)
	yield contact(rng, world, "Consultation", max(today, until - timedelta(minutes=rng.randint(3, 15))))


def contact(rng: random.Random, world: World, category: str, moment: datetime) -> Contact:
	kind = data.load("contacts")[category]
	content, outcome = rng.choice(kind["matters"])
	resident = None if rng.random() < kind["strangers"] else rng.choice(world.tenants)
	stranger = rng.choice(("Male", "Female"))
	return Contact(
		category=category,
		channel=channel(rng, moment, kind["walk_in"]),
		received_on=moment,
		clerk=world.cast.clerk_at(moment),
		content=content,
		outcome=outcome,
		resident=resident,
		contact_name=resident.full_name if resident else person_name(rng, stranger),
		contact_phone=resident.mobile_no
		if resident
		else identity.mobile_number(STRANGERS_FROM + rng.randrange(2000)),
		unit=world.rooms[resident.room] if resident else None,
	)


def channel(rng: random.Random, moment: datetime, walk_in: float) -> str:
	at_desk = clock.DESK_OPENS <= moment.time() <= clock.DESK_CLOSES
	if at_desk and rng.random() < walk_in:
		return "Walk-in"
	return rng.choices(["Phone", "WeChat", "Email"], [80, 17, 3])[0]
