"""What happened to one repair, as a sequence of dated events; `history` turns it into the documents' rows.

A story is told to its end; the demo cuts it off at the present. So recent tickets are open for the same reason that real
ones are, and every state is reached on the way that leads there.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property

from property_service.setup.demo import clock, data
from property_service.setup.demo.people import StaffMember, user_id
from property_service.setup.demo.population import Person, Place

WORKERS_OF_TRADE = {"保洁": "环境部"}
REPAIR_DEPARTMENT = "工程部"


@dataclass(frozen=True)
class Event:
	"""`kind` is what happened, `order` which service order of the story it concerns (0 = the ticket itself)."""

	at: datetime
	kind: str
	actor: str
	order: int = 0
	facts: dict = field(default_factory=dict)


@dataclass
class Story:
	kind: str
	category: str
	priority: str
	channel: str
	description: str
	location: str
	unit: Place
	resident: Person | None
	contact_name: str
	contact_phone: str
	department: str
	clerk: str
	# The way to Completed, then the two ways on: which one is taken depends on the policy's draw for the ticket's number.
	events: list[Event] = field(default_factory=list)
	followed: list[Event] = field(default_factory=list)
	unfollowed: list[Event] = field(default_factory=list)
	# Cut off on purpose: it has no end yet.
	stays_open: bool = False

	@property
	def reported_on(self) -> datetime:
		return self.events[0].at

	def path(self, follow_up_required: bool, until: datetime) -> list[Event]:
		"""What has happened by `until`, in order."""
		ending = self.followed if follow_up_required else self.unfollowed
		return sorted((e for e in [*self.events, *ending] if e.at <= until), key=lambda e: e.at)


@dataclass(frozen=True)
class Cast:
	staff: list[StaffMember]

	@cached_property
	def clerks(self) -> list[StaffMember]:
		"""Those of the reception; who takes the money sits at a window of their own."""
		return [person for person in self.staff if person.job == "前台客服"]

	@cached_property
	def tellers(self) -> list[StaffMember]:
		return [person for person in self.staff if person.job == "收费员"]

	@cached_property
	def workers(self) -> list[StaffMember]:
		return [person for person in self.staff if person.trade]

	@cached_property
	def heads(self) -> dict[str, str]:
		"""{department: its head's user}"""
		return {row["name"]: user_id(row["head"]) for row in data.load("departments")}

	def holder_of(self, role_profile: str) -> str:
		return next(person.user for person in self.staff if person.role_profile == role_profile)

	def workers_of(self, trade: str) -> list[StaffMember]:
		return [worker for worker in self.workers if worker.trade == trade]

	def members_of(self, department: str) -> list[StaffMember]:
		return [person for person in self.staff if person.department == department]

	def clerk_at(self, moment: datetime) -> str:
		"""Early, late and night shift change weekly; whoever is on duty takes the matter."""
		shift = 0 if 7 <= moment.hour < 13 else 1 if 13 <= moment.hour < 20 else 2
		return self.clerks[(shift + moment.isocalendar().week) % len(self.clerks)].user


@dataclass(frozen=True)
class World:
	"""Who and what a story may be about."""

	cast: Cast
	rooms: dict[str, Place]
	public: list[Place]
	tenants: list[Person]


# Who inspects public repairs: role on the slip and name.
INSPECTORS = (("Dormitory Head", "卢景行"), ("Steward", "余承志"), ("Steward", "余承志"), ("Clerk", "沈慧敏"))

# How a story goes, and how often.
# "bad work", "overdue deferral", "paper slip", "charged" and "not handed over" are only ever asked for.
SHAPES = {
	"plain": 75,
	"deferred": 8,
	"second visit": 5,
	"wrong trade": 4,
	"handed over": 3,
	"cancelled": 3,
	"cancelled later": 2,
}
# What the developer owes takes its own way: the notice comes back, comes back late, or the company does the work.
WARRANTY = "Developer Warranty"
WARRANTY_SHAPES = {"slip returned": 55, "slip returned late": 15, "taken over": 30}
# Of the home repairs, those that cost the customer something.
CHARGED_SHARE = 0.02
# What customers say of the developer's work, and of ours when it was done again.
DEVELOPERS_SCORES = (5, 4, 4, 3, 3)
SECOND_SCORES = (5, 4, 4)
# Days that the developer has (the settings' default); the customer is promised that day.
DEVELOPERS_DAYS = 7


class Teller:
	"""Tells one story: every method adds the next events after `self.now`."""

	def __init__(self, rng: random.Random, world: World):
		self.rng = rng
		self.world = world
		self.texts = data.load("texts")
		self.orders = 0
		# When the slips of all orders so far are back.
		self.archived_on = datetime.min

	def tell(self, reported_on: datetime, shape: str | None = None, category: str | None = None) -> Story:
		rng = self.rng
		self.subject(reported_on, category, shape)
		shapes = WARRANTY_SHAPES if self.story.kind == WARRANTY else SHAPES
		shape = shape or rng.choices(list(shapes), list(shapes.values()))[0]
		self.shape = shape
		if shape == "cancelled":
			self.cancel_ticket()
			return self.story
		self.dispatch(self.department_worker())
		if shape == "cancelled later":
			self.cancel_order_and_ticket()
			return self.story
		if shape in WARRANTY_SHAPES:
			self.turn_to_developer()
			return self.story
		if shape == "wrong trade":
			self.return_to_desk()
		if shape in ("handed over", "not handed over"):
			self.hand_over(accepted=shape == "handed over")
		if shape == "deferred" and rng.random() < 0.4:
			self.defer()
		self.chase()
		self.arrive()
		if shape == "overdue deferral" or (shape == "deferred" and not self.has("defer")):
			self.defer()
		self.finish()
		if shape == "second visit":
			self.second_visit()
		self.complete(self.story.events)
		self.end()
		return self.story

	# ---- what it is about

	def subject(self, reported_on: datetime, category: str | None, shape: str | None) -> None:
		rng = self.rng
		categories = data.load("categories")
		if shape:
			owed = shape in WARRANTY_SHAPES
			categories = [known for known in categories if (known["kind"] == WARRANTY) == owed]
		self.category = (
			next(c for c in categories if c["name"] == category)
			if category
			else rng.choices(categories, [c["weight"] for c in categories])[0]
		)
		resident = rng.choice(self.world.tenants)
		public = self.category["kind"] == "Public Repair"
		unit = rng.choice(self.world.public) if public else self.world.rooms[resident.room]
		chance = rng.random()
		priority = (
			"Emergency"
			if chance < self.category["emergency"]
			else "Urgent"
			if chance < self.category["emergency"] + self.category["urgent"]
			else "Normal"
		)
		self.worker_department = WORKERS_OF_TRADE.get(self.category["trade"], REPAIR_DEPARTMENT)
		self.story = Story(
			kind=self.category["kind"],
			category=self.category["name"],
			priority=priority,
			channel=self.channel(reported_on, priority),
			description=rng.choice(self.category["reports"]),
			location=rng.choice(self.category["places"]),
			unit=unit,
			resident=resident,
			contact_name=resident.full_name,
			contact_phone=resident.mobile_no,
			department=self.worker_department,
			clerk=self.clerk_at(reported_on),
		)
		self.now = reported_on
		self.add("report", self.story.clerk)

	def channel(self, moment: datetime, priority: str) -> str:
		at_desk = clock.DESK_OPENS <= moment.time() <= clock.DESK_CLOSES
		if priority == "Emergency":
			return self.rng.choices(["Phone", "Walk-in"], [9, 1 if at_desk else 0])[0]
		shares = (
			{"Phone": 52, "WeChat": 22, "Portal": 12, "Walk-in": 12, "Email": 2}
			if at_desk
			else {"Phone": 30, "WeChat": 45, "Portal": 25}
		)
		return self.rng.choices(list(shares), list(shares.values()))[0]

	def clerk_at(self, moment: datetime) -> str:
		return self.world.cast.clerk_at(moment)

	def department_worker(self) -> StaffMember:
		return self.rng.choice(self.world.cast.workers_of(self.category["trade"]))

	# ---- events

	def add(self, kind: str, actor: str, order: int = 0, to: list[Event] | None = None, **facts) -> None:
		(self.story.events if to is None else to).append(Event(self.now, kind, actor, order, facts))

	def has(self, kind: str) -> bool:
		return any(event.kind == kind for event in self.story.events)

	def wait(self, least: float, most: float, working_hours: bool = True) -> None:
		self.now = clock.later(self.rng, self.now, least, most)
		if working_hours:
			self.now = clock.at_work(self.rng, self.now)

	def dispatch(
		self,
		worker: StaffMember,
		to: list[Event] | None = None,
		matter: str | None = None,
		kind: str = "dispatch",
	) -> None:
		emergency = self.story.priority == "Emergency"
		self.wait(1, 6, working_hours=False) if emergency else self.wait(3, 40)
		self.orders += 1
		self.worker = worker
		planned = self.now + timedelta(minutes=20 if emergency else self.rng.choice([60, 90, 120, 180]))
		if not emergency:
			planned = planned.replace(minute=0 if planned.minute < 30 else 30, second=0)
		self.add(
			kind,
			self.story.clerk,
			self.orders,
			to,
			worker=worker.user,
			department=worker.department,
			planned_for=max(planned, self.now + timedelta(minutes=5)),
			matter=matter or self.story.description,
		)

	def arrive(self, to: list[Event] | None = None) -> None:
		late = self.rng.random()
		if self.story.priority == "Emergency":
			self.wait(*((30, 55) if late < 0.07 else (5, 22)), working_hours=False)
		elif self.story.priority == "Urgent":
			self.wait(*((240, 420) if late < 0.05 else (15, 110)))
		else:
			# Now and then a matter is forgotten over days, and then done too late.
			self.wait(*((2600, 6000) if late < 0.035 else (300, 900) if late < 0.09 else (20, 190)))
		self.add("arrive", self.worker.user, self.orders, to)

	def finish(
		self, to: list[Event] | None = None, work: str | None = None, with_materials: bool = True
	) -> None:
		rng, category = self.rng, self.category
		least, most = category["minutes"]
		started = self.now
		self.wait(least, most, working_hours=False)
		if self.shape == "charged" or (self.story.kind == "Home Repair" and rng.random() < CHARGED_SHARE):
			# The desk prices what it told the customer; see SVC-12.
			priced = started + (self.now - started) / 2
			events = self.story.events if to is None else to
			facts = {"amount": rng.choice([20, 30, 50])}
			events.append(Event(priced, "price", self.clerk_at(priced), self.orders, facts))
		materials = [m for m in category["materials"] if with_materials and rng.random() < 0.55]
		self.add(
			"finish",
			self.worker.user,
			self.orders,
			to,
			work_done=work or rng.choice(category["work"]),
			materials=[(name, uom, rng.choice([1, 1, 1, 2]), rate) for name, uom, rate in materials],
			labour_hours=max(0.5, math.ceil((self.now - started).total_seconds() / 1800) / 2),
			**self.sign_off(),
		)
		self.return_slip(to)

	def sign_off(self) -> dict:
		"""Home repairs are signed by the customer, public ones by whoever inspected them (SVC-05)."""
		rng = self.rng
		if self.story.kind == "Public Repair":
			role, inspector = rng.choice(INSPECTORS)
			return {
				"sign_off_method": "Inspection",
				"sign_off_role": role,
				"sign_off_name": inspector,
				"satisfaction": "Satisfied",
				"drawn": role != "Clerk",
				"confirmed_by_desk": role == "Clerk",
			}
		shares = [0, 1, 0] if self.shape == "paper slip" else [62, 26, 12]
		method = rng.choices(["Drawn Signature", "Signed Slip", "Phone Confirmation"], shares)[0]
		return {
			"sign_off_method": method,
			"sign_off_role": "",
			"sign_off_name": self.story.contact_name,
			"satisfaction": rng.choices(["Satisfied", "Fairly Satisfied", "Dissatisfied"], [86, 11, 3])[0],
			"drawn": method == "Drawn Signature",
			"confirmed_by_desk": method == "Phone Confirmation",
		}

	def return_slip(self, to: list[Event] | None) -> None:
		"""A drawn signature archives the order at once; a paper slip comes back later, now and then days later."""
		events = self.story.events if to is None else to
		finish = events[-1]
		if finish.facts["drawn"]:
			self.archived_on = max(self.archived_on, finish.at)
			self.add("archive", self.worker.user, self.orders, to)
			return
		if finish.facts["confirmed_by_desk"]:
			self.wait(10, 150)
			self.add("confirm", self.clerk_at(self.now), self.orders, to)
		slow = self.rng.random() < 0.12
		returned_on = clock.at_work(
			self.rng, clock.later(self.rng, self.now, *((1500, 5000) if slow else (20, 240)))
		)
		self.archived_on = max(self.archived_on, returned_on)
		events.append(Event(returned_on, "archive", self.clerk_at(returned_on), self.orders))

	def chase(self) -> None:
		if self.story.priority == "Normal" and self.rng.random() < 0.07:
			self.wait(60, 400)
			self.add("chase", self.clerk_at(self.now), note=self.rng.choice(self.texts["chasers"]))

	def defer(self) -> None:
		rng = self.rng
		self.wait(10, 60)
		expected_on = datetime.combine(
			self.now.date() + timedelta(days=rng.choice([1, 2, 2, 3, 4, 5])),
			time(rng.choice([9, 10, 14, 15]), 0),
		)
		consented_on = self.now - timedelta(minutes=rng.randint(2, 9))
		self.add(
			"defer",
			self.clerk_at(self.now),
			plan=rng.choice(self.texts["deferral_plans"]),
			expected_on=expected_on,
			consented_by=self.story.contact_name,
			consent_method=rng.choices(["Phone", "In Person", "Message"], [6, 2, 2])[0],
			consented_on=consented_on,
		)
		late = rng.random() < 0.15
		self.now = clock.at_work(
			rng, expected_on + timedelta(minutes=rng.randint(600, 2600) if late else rng.randint(-150, 30))
		)
		self.add("resume", self.clerk_at(self.now))

	def hand_over(self, accepted: bool) -> None:
		"""The first handler goes off duty and asks the next clerk to answer for the matter (SVC-02)."""
		clerks = [clerk.user for clerk in self.world.cast.clerks if clerk.user != self.story.clerk]
		asked = self.rng.choice(clerks)
		self.wait(10, 90)
		reason = self.rng.choice(self.texts["transfer_reasons"])
		self.add("ask to take over", self.story.clerk, to_user=asked, reason=reason)
		self.wait(3, 40, working_hours=False)
		self.add("take over the matter" if accepted else "decline the matter", asked)

	def turn_to_developer(self) -> None:
		"""Our own people look at it; the developer gets a notice and the customer a date; see SVC-07."""
		rng, texts = self.rng, self.texts["warranty"]
		self.arrive()
		self.finish(work=rng.choice(texts["survey"]), with_materials=False)
		self.wait(5, 40)
		clerk = self.clerk_at(self.now)
		kind, party = rng.choice(("Work Contact", "Complaint Slip")), rng.choice(texts["parties"])
		if rng.random() < 0.1:
			self.add("draft notice", clerk, notice_kind=kind, outside_party=party)
			self.wait(2, 9, working_hours=False)
			self.add("cancel notice", clerk, reason=texts["cancel"])
			self.wait(2, 9, working_hours=False)
		self.add("draft notice", clerk, notice_kind=kind, outside_party=party)
		drafted_on = self.now
		self.wait(1, 12, working_hours=False)
		self.add("issue notice", clerk)
		due_on = datetime.combine(drafted_on.date() + timedelta(days=DEVELOPERS_DAYS), time(17))
		self.wait(1, 6, working_hours=False)
		self.add(
			"defer",
			clerk,
			plan=rng.choice(texts["plans"]),
			expected_on=due_on,
			consented_by=self.story.contact_name,
			consent_method="Phone",
			consented_on=self.now - timedelta(minutes=1),
		)
		if self.shape == "taken over":
			self.take_over_from_developer(due_on)
		else:
			late = self.shape == "slip returned late"
			days = rng.uniform(0.7, 3.5) if late else -rng.uniform(0.2, 4.5)
			self.now = clock.at_work(rng, due_on + timedelta(days=days))
			self.add("record return", self.clerk_at(self.now), result=rng.choice(texts["results"]))
			self.wait(3, 20, working_hours=False)
			self.add("resume", self.clerk_at(self.now))
		self.complete(self.story.events)
		self.end(asked_anyway=0.8)
		for way in (self.story.followed, self.story.unfollowed):
			closed = next(event for event in reversed(way) if event.kind == "close")
			way.append(Event(clock.later(rng, closed.at, 3, 90), "close notice", closed.actor))

	def take_over_from_developer(self, due_on: datetime) -> None:
		self.now = clock.at_work(self.rng, due_on + timedelta(days=self.rng.uniform(0.7, 2)))
		self.add("resume", self.clerk_at(self.now))
		self.dispatch(self.department_worker(), kind="repair ourselves")
		self.arrive()
		self.finish()

	def return_to_desk(self) -> None:
		self.wait(15, 90)
		self.add(
			"return", self.worker.user, self.orders, reason=self.rng.choice(self.texts["return_reasons"])
		)
		self.wait(3, 30)
		others = [
			w for w in self.world.cast.workers if w.department == self.worker.department and w != self.worker
		]
		self.worker = self.rng.choice(others)
		self.add(
			"dispatch again",
			self.clerk_at(self.now),
			self.orders,
			worker=self.worker.user,
			department=self.worker.department,
			planned_for=self.now + timedelta(hours=2),
		)

	def second_visit(self) -> None:
		self.wait(30, 300)
		self.dispatch(self.department_worker(), matter=f"第二次上门:{self.story.description}")
		self.arrive()
		self.finish()

	def cancel_ticket(self) -> None:
		self.wait(8, 90)
		self.add("cancel", self.clerk_at(self.now), reason=self.rng.choice(self.texts["cancel_reasons"]))

	def cancel_order_and_ticket(self) -> None:
		self.wait(10, 60)
		reason = self.rng.choice(self.texts["cancel_reasons"])
		clerk = self.clerk_at(self.now)
		self.add("cancel order", clerk, self.orders, reason=reason)
		self.now += timedelta(minutes=1)
		self.add("cancel", clerk, reason=reason)

	def complete(self, to: list[Event]) -> None:
		self.wait(5, 120)
		self.add("complete", self.clerk_at(self.now), to=to)

	# ---- the two ends

	def end(self, asked_anyway: float = 0) -> None:
		"""`asked_anyway`: in how many cases the clerk calls although nobody had to."""
		completed_on = self.now
		scores = DEVELOPERS_SCORES if self.shape in WARRANTY_SHAPES else None
		if self.rng.random() < asked_anyway:
			self.follow_up(self.story.unfollowed, scores)
		else:
			self.close_after(completed_on, self.story.unfollowed)
		self.now = completed_on
		self.follow_up(self.story.followed, scores)

	def close_after(self, moment: datetime, events: list[Event]) -> list[Event]:
		self.now = max(moment, self.archived_on)
		self.wait(5, 400)
		self.add("close", self.clerk_at(self.now), to=events)
		return events

	def follow_up(self, events: list[Event], scores: Sequence[int] | None = None) -> None:
		"""Calls until somebody answers, at most three times; a 1 or 2 brings the ticket back once.

		`scores`: what the customer may say where the ticket shall not come back.
		"""
		rng = self.rng
		hurry = self.story.priority == "Emergency"
		self.wait(*((90, 1300) if hurry else (400, 6500)))
		shares = [1, 0, 0, 0] if self.shape == "bad work" else [76, 14, 5, 5]
		outcome = rng.choices(["first", "second", "third", "never"], shares)[0]
		missed = {"first": 0, "second": 1, "third": 2, "never": 3}[outcome]
		for attempt in range(missed):
			if attempt:
				# The rule asks for calls on at least two days.
				self.wait(1300, 1800) if attempt == missed - 1 else self.wait(180, 400)
			self.attempt(events, reached=False)
		if outcome == "never":
			self.close_after(self.now, events)
			return
		if missed:
			self.wait(200, 1600)
		shares = [0, 0, 0, 2, 1] if self.shape == "bad work" else [58, 27, 8, 5, 2]
		score = rng.choice(scores) if scores else rng.choices([5, 4, 3, 2, 1], shares)[0]
		self.attempt(
			events, reached=True, score=score, suggestion=rng.choice(self.texts["suggestions"][str(score)])
		)
		if score <= 2:
			self.repair_again(events)
		else:
			self.close_after(self.now, events)

	def attempt(self, events: list[Event], reached: bool, **facts) -> None:
		rng = self.rng
		self.add(
			"attempt",
			self.clerk_at(self.now),
			to=events,
			reached=reached,
			method=rng.choices(["Phone", "SMS", "Visit"], [9, 0 if reached else 1, 1 if reached else 0])[0],
			note=rng.choice(self.texts["reached" if reached else "not_reached"]),
			**facts,
		)

	def repair_again(self, events: list[Event]) -> None:
		self.add("reopen", events[-1].actor, to=events)
		self.dispatch(self.department_worker(), to=events, matter=f"返修:{self.story.description}")
		self.arrive(to=events)
		self.finish(to=events, work=self.rng.choice(self.texts["reopened_work"]))
		self.complete(events)
		self.follow_up(events, SECOND_SCORES)


def moved(event: Event, by: timedelta) -> Event:
	"""The event and every moment in its facts, later by `by`."""
	facts = {key: value + by if isinstance(value, datetime) else value for key, value in event.facts.items()}
	return Event(event.at + by, event.kind, event.actor, event.order, facts)
