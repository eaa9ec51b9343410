"""The places of the demo and who lives there, as plain values."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from property_service.setup.demo import data, identity


@dataclass(frozen=True)
class Place:
	"""A property unit. `parent` is the code of the unit above it, None for the project."""

	code: str
	name: str
	unit_type: str
	parent: str | None = None
	is_group: bool = False
	area_sqm: float = 0
	capacity: int = 0
	gender_rule: str = "Any"
	handed_over_on: date | None = None
	address: str = ""


@dataclass(frozen=True)
class Person:
	"""A resident; `room` is the code of the unit lived in, None for who has registered or moved out."""

	full_name: str
	gender: str
	mobile_no: str
	id_number: str
	employer: str
	status: str
	tier: str
	room: str | None = None
	moved_in_on: date | None = None
	moved_out_on: date | None = None


@dataclass
class Population:
	places: list[Place] = field(default_factory=list)
	residents: list[Person] = field(default_factory=list)

	def of_type(self, *unit_types: str) -> list[Place]:
		return [place for place in self.places if place.unit_type in unit_types]


def make_places(share: float = 1.0) -> list[Place]:
	"""Project, phases, buildings, entrances, rooms, guest rooms, public areas and parking, parents before children.

	`share` below 1 keeps that part of the rooms of every entrance, for tests.
	"""
	plan = data.load("places")
	project = plan["project"]
	places = [Place(project["code"], project["name"], "Project", is_group=True, address=project["name"])]
	for phase in plan["phases"]:
		places += _phase(plan, phase, project["code"], share)
	for area in plan["project_areas"]:
		places.append(Place(area["code"], area["name"], "Public Area", project["code"], address=area["name"]))
	places += _guest_house(plan["guest_house"], project["code"])
	return places


def _phase(plan: dict, phase: dict, project: str, share: float) -> list[Place]:
	handed_over = date.fromisoformat(phase["handed_over"])
	places = [
		Place(
			phase["code"],
			phase["name"],
			"Phase",
			project,
			True,
			handed_over_on=handed_over,
			address=phase["name"],
		)
	]
	for number in phase["buildings"]:
		places += _building(plan, phase, number, handed_over, share)
	for area in plan["phase_areas"]:
		code, name = f"{phase['code']}-{area['code']}", f"{phase['name']}{area['name']}"
		places.append(Place(code, name, "Public Area", phase["code"], address=name))
	for space in range(1, plan["parking_per_phase"] + 1):
		name = f"{phase['name']}车位{space:02d}"
		places.append(Place(f"{phase['code']}-P{space:02d}", name, "Parking", phase["code"], address=name))
	return places


def _building(plan: dict, phase: dict, number: int, handed_over: date, share: float) -> list[Place]:
	building, building_name = f"{phase['code']}-{number}", f"{number}号楼"
	places = [
		Place(
			building,
			building_name,
			"Building",
			phase["code"],
			True,
			handed_over_on=handed_over,
			address=building_name,
		)
	]
	for position, area in enumerate(plan["building_areas"], start=1):
		name = f"{building_name}{area}"
		places.append(Place(f"{building}-A{position}", name, "Public Area", building, address=name))
	for entrance in range(1, plan["entrances"] + 1):
		code, name = f"{building}-{entrance}", f"{building_name}{entrance}单元"
		places.append(Place(code, name, "Entrance", building, True, handed_over_on=handed_over, address=name))
		rooms = [(floor, room) for floor in range(1, plan["floors"] + 1) for room in plan["rooms"]]
		for floor, room in rooms[: max(1, round(len(rooms) * share))]:
			number_on_door = f"{floor}{room['position']:02d}"
			places.append(
				Place(
					f"{code}-{number_on_door}",
					f"{name}{number_on_door}",
					"Room",
					code,
					area_sqm=room["area"],
					capacity=room["capacity"],
					# Shared rooms are let to one sex; whoever lives alone may be either.
					gender_rule=(
						"Any" if room["capacity"] == 1 else "Female" if (floor + number) % 3 == 0 else "Male"
					),
					handed_over_on=handed_over,
					address=f"{name}{number_on_door}室",
				)
			)
	return places


def _guest_house(guest_house: dict, project: str) -> list[Place]:
	house = Place(
		guest_house["code"], guest_house["name"], "Building", project, True, address=guest_house["name"]
	)
	return [house] + [
		Place(
			f"{guest_house['code']}-{room}",
			f"{guest_house['name']}{room}",
			"Guest Room",
			guest_house["code"],
			area_sqm=22.0,
			capacity=2,
			address=f"{guest_house['name']}{room}房",
		)
		for room in guest_house["rooms"]
	]


def make_residents(rng: random.Random, places: list[Place], count: int, today: date) -> list[Person]:
	"""`count` residents: most live in a room within its capacity and gender rule, some have registered or left."""
	companies = data.load("companies")
	shares = [company["share"] for company in companies]
	beds = _beds(rng, places)
	residents = []
	for number in range(1, count + 1):
		status = rng.choices(["Living In", "Moved Out", "Registered"], [88, 8, 4])[0]
		room = beds.pop() if status == "Living In" and beds else None
		if room is None and status == "Living In":
			status = "Registered"
		gender = (
			room.gender_rule if room and room.gender_rule != "Any" else rng.choice(["Male", "Male", "Female"])
		)
		moved_in = today - timedelta(days=rng.randint(20, 1500)) if status != "Registered" else None
		residents.append(
			Person(
				full_name=person_name(rng, gender),
				gender=gender,
				mobile_no=identity.mobile_number(number),
				id_number=identity.identity_number(rng, gender, number),
				employer=rng.choices(companies, shares)[0]["name"],
				status=status,
				tier=rng.choices(["VIP", "Main", "Ordinary", "Small"], [2, 10, 78, 10])[0],
				room=room.code if room else None,
				moved_in_on=moved_in,
				moved_out_on=moved_in + timedelta(days=rng.randint(5, 19)) if status == "Moved Out" else None,
			)
		)
	return residents


def _beds(rng: random.Random, places: list[Place]) -> list[Place]:
	"""One entry per free bed in the order they are given out: first beds first, so that few rooms stand empty."""
	rooms = [place for place in places if place.unit_type == "Room"]
	rng.shuffle(rooms)
	inhabited = rooms[: round(len(rooms) * 0.86)]
	first = list(inhabited)
	further = [room for room in inhabited for _ in range(room.capacity - 1)]
	rng.shuffle(further)
	return further + first


def person_name(rng: random.Random, gender: str) -> str:
	names = data.load("names")
	# Surnames stand in the order of their frequency.
	surnames = names["surnames"]
	position = min(int(rng.expovariate(1 / 18)), len(surnames) - 1)
	return surnames[position] + rng.choice(names["male" if gender == "Male" else "female"])
