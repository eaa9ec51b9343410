"""Stories of complaints: what happened, when, and who did it. Plain values; `complaint_fold` turns them into rows.

Like the repairs, a complaint is told to its end and cut off at the present.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from property_service.setup.demo import clock, data
from property_service.setup.demo.population import Person, Place
from property_service.setup.demo.stories import Event, World, moved

FRONT_DESK = "客服部"
COMPLAINTS_IN_HISTORY = 20

# How a complaint goes, and how often. "about desk" is only ever asked for.
SHAPES = {
	"plain": 42,
	"late": 18,
	"settled": 18,
	"not settled after all": 4,
	"unfounded": 8,
	"reopened": 6,
	"decided": 4,
}
CONFIDENTIAL_SHARE = 0.12
SEVERITIES = ("Minor", "Serious", "Major")
# Working days until the remedy is due.
DAYS_OF_SEVERITY = {"Minor": (3, 4, 5), "Serious": (2, 3), "Major": (1, 2)}
CLASSES = {"Valid Complaint": 74, "Assistance": 12, "Group Complaint": 8, "Suggestion": 6}
DUE_AT = time(17)

# The department that is complained about most of all, in a month that is over: type, how many, months ago. One more than
# the policy tolerates suggests a quality action.
CLUSTERS = (("Repair Delay", 5, 1), ("Cleanliness", 4, 2))
# Earlier complaints that the same person repeats.
REPEATED = 3

# What the desk's lists shall hold at any hour: shape, last event so far, hours ago (least, most), how many. "due" means
# that the remedy was due that long ago and has not come.
STAGED = (
	("plain", "receive", (0.1, 1.5), 1),
	("plain", "receive", (27, 44), 1),
	("plain", "classify", (0.3, 5), 2),
	("about desk", "classify", (1, 6), 1),
	("plain", "assign", (1, 6), 1),
	("plain", "analyse", (1, 5), 1),
	("plain", "act", (2, 20), 1),
	("about desk", "act", (3, 20), 1),
	("plain", "verify", (0.5, 4), 1),
	("decided", "verify", (1, 10), 1),
	("settled", "settle", (0.5, 8), 1),
	("unfounded", "unfounded", (1, 6), 1),
	("reopened", "reopen", (1, 8), 1),
	("late", "due", (1.2, 18), 1),
	("late", "due", (28, 46), 1),
	("late", "due", (78, 100), 1),
)
# Of the staged ones, those whose complainant wants to stay unknown to the department.
STAGED_CONFIDENTIAL = (4, 14)


@dataclass
class Complaint:
	complaint_type: str
	severity: str
	complaint_class: str
	priority: str
	channel: str
	description: str
	claim: str
	claim_details: str | None
	unit: Place
	resident: Person
	confidential: bool
	# Whom the clerk proposes, and who it turns out to be.
	proposed_department: str
	department: str
	clerk: str
	verifier: str | None = None
	events: list[Event] = field(default_factory=list)

	@property
	def received_on(self) -> datetime:
		return self.events[0].at

	@property
	def about_desk(self) -> bool:
		return self.department == FRONT_DESK

	def path(self, until: datetime) -> list[Event]:
		"""What has happened by `until`, in order."""
		return sorted((event for event in self.events if event.at <= until), key=lambda event: event.at)


class ComplaintTeller:
	"""Tells one complaint: every method adds the next events after `self.now`."""

	def __init__(self, rng: random.Random, world: World):
		self.rng = rng
		self.world = world
		self.texts = data.load("complaints")
		# How often each matter was told: people do not complain in the same words all the time.
		self.told: Counter[str] = Counter()
		self.types: set[str] = set()

	def tell(
		self,
		received_on: datetime,
		shape: str | None = None,
		complaint_type: str | None = None,
		resident: Person | None = None,
		confidential: bool | None = None,
	) -> Complaint:
		rng = self.rng
		self.shape = shape or rng.choices(list(SHAPES), list(SHAPES.values()))[0]
		self.subject(received_on, complaint_type, resident, confidential)
		self.add("receive", self.story.clerk)
		if self.shape in ("settled", "not settled after all"):
			self.settle()
			if self.shape == "settled":
				return self.story
		self.classify()
		if self.shape == "unfounded":
			self.declare_unfounded()
			return self.story
		self.remedy(late=self.shape == "late")
		if self.shape == "reopened":
			self.ask((1, 2))
			self.remedy(late=False)
		self.ask(() if self.shape == "decided" else (5, 5, 5, 4, 4, 3))
		self.verify_and_close()
		return self.story

	# ---- what it is about

	def subject(
		self,
		received_on: datetime,
		complaint_type: str | None,
		resident: Person | None,
		confidential: bool | None,
	) -> None:
		rng, kind = self.rng, self.kind_of(complaint_type)
		resident = resident or rng.choice(self.world.tenants)
		about_desk = self.shape == "about desk"
		matter = self.matter_of(self.texts["about_desk"] if about_desk else kind["matters"])
		severity = rng.choices(SEVERITIES, kind["severity"])[0]
		settled = self.shape in ("settled", "not settled after all")
		home = kind["place"] == "home" or about_desk
		if confidential is None:
			confidential = rng.random() < CONFIDENTIAL_SHARE
		department = FRONT_DESK if about_desk else kind["department"]
		self.kind, self.matter = kind, matter
		self.types.add(kind["type"])
		self.now = received_on
		self.story = Complaint(
			complaint_type=kind["type"],
			severity="Minor" if settled else severity,
			complaint_class=rng.choices(list(CLASSES), list(CLASSES.values()))[0],
			priority="Normal" if settled or severity == "Minor" else "Urgent",
			channel=self.channel(received_on),
			description=matter["text"],
			claim=matter["claim"],
			claim_details=matter.get("details"),
			unit=self.world.rooms[resident.room] if home else rng.choice(self.world.public),
			resident=resident,
			confidential=confidential,
			proposed_department=department,
			department=department,
			clerk=self.world.cast.clerk_at(received_on),
		)
		if about_desk:
			# Whoever leads another department asks the complainant.
			heads = self.world.cast.heads
			self.story.verifier = rng.choice([heads["管理处"], heads["礼宾部"]])

	def matter_of(self, matters: list[dict]) -> dict:
		"""One of those told least often."""
		least = min(self.told[matter["text"]] for matter in matters)
		matter = self.rng.choice([known for known in matters if self.told[known["text"]] == least])
		self.told[matter["text"]] += 1
		return matter

	def kind_of(self, complaint_type: str | None) -> dict:
		"""What the desk settles alone is neither reserved nor about damages."""
		kinds = self.texts["types"]
		if self.shape == "about desk":
			complaint_type = "Service Attitude"
		if complaint_type:
			kinds = [kind for kind in kinds if kind["type"] == complaint_type]
		if self.shape in ("settled", "not settled after all"):
			kinds = [
				{**kind, "matters": [matter for matter in kind["matters"] if matter["claim"] != "Damages"]}
				for kind in kinds
				if kind["desk_may_settle"] and kind["settlements"]
			]
		return self.rng.choices(kinds, [kind["weight"] for kind in kinds])[0]

	def channel(self, moment: datetime) -> str:
		at_desk = clock.DESK_OPENS <= moment.time() <= clock.DESK_CLOSES
		shares = (
			{"Phone": 55, "Walk-in": 25, "WeChat": 14, "Email": 3, "Letter": 3}
			if at_desk
			else {"Phone": 70, "WeChat": 30}
		)
		return self.rng.choices(list(shares), list(shares.values()))[0]

	# ---- events

	def add(self, kind: str, actor: str, **facts) -> None:
		self.story.events.append(Event(self.now, kind, actor, facts=facts))

	def wait(self, least: float, most: float, working_hours: bool = True) -> None:
		self.now = clock.later(self.rng, self.now, least, most)
		if working_hours:
			self.now = clock.at_work(self.rng, self.now)

	def clerk(self) -> str:
		return self.world.cast.clerk_at(self.now)

	def decider(self) -> str:
		"""Of a complaint about customer service the general manager (SVC-14)."""
		return self.world.cast.holder_of("General Manager" if self.story.about_desk else "Service Manager")

	def head(self) -> str:
		return self.world.cast.heads[self.story.department]

	def asker(self) -> str:
		return self.story.verifier or self.clerk()

	def settle(self) -> None:
		self.wait(4, 45, working_hours=False)
		self.add("settle", self.clerk(), settlement=self.rng.choice(self.kind["settlements"]))
		if self.shape == "settled":
			self.wait(60, 1500)
			evaluation = self.rng.choices(["Satisfied", "Fairly Satisfied"], [75, 25])[0]
			self.add("close", self.clerk(), evaluation=evaluation)
		else:
			self.wait(900, 1700)

	def classify(self) -> None:
		self.wait(2, 30, working_hours=False)
		self.add("classify", self.clerk())
		# What the complainant hears first answers the complaint; now and then later than within one desk day.
		late = self.rng.random() < 0.12
		self.wait(*((800, 2400) if late else (8, 240)))
		self.contact(self.rng.choice(self.texts["contacts"]))

	def contact(self, note: str) -> None:
		walk_in = self.story.channel == "Walk-in"
		method = self.rng.choices(["Phone", "SMS", "In Person"], [70, 10, 60 if walk_in else 0])[0]
		self.add("contact", self.clerk(), method=method, note=note)

	def declare_unfounded(self) -> None:
		reason, told = self.rng.choice(self.texts["unfounded"])
		self.wait(120, 2000)
		self.add("unfounded", self.decider(), reason=reason)
		self.wait(20, 300)
		self.contact(told)
		self.wait(5, 90)
		self.add("close", self.clerk())

	def remedy(self, late: bool) -> None:
		"""The manager names department and day, its head finds the cause, the department acts: before that day or after."""
		rng = self.rng
		again = any(event.kind == "assign" for event in self.story.events)
		self.wait(20, 300)
		days = rng.choice(DAYS_OF_SEVERITY[self.story.severity])
		due_on = datetime.combine(self.now.date() + timedelta(days=days), DUE_AT)
		self.add("assign", self.decider(), due_on=due_on)
		self.wait(40, 400)
		cause, action, record = self.cause_and_action(again)
		self.add("analyse", self.head(), cause=cause)
		if late:
			self.now = clock.at_work(rng, due_on + timedelta(hours=rng.choice([3, 16, 20, 30, 66, 90])))
		else:
			self.now = clock.at_work(rng, self.now + (due_on - self.now) * rng.uniform(0.2, 0.8))
		owner = rng.choice(self.world.cast.members_of(self.story.department)).user
		actor = owner if rng.random() < 0.4 and not self.story.about_desk else self.head()
		self.add("act", actor, action=action, record=record, owner=owner, date=self.now.date())

	def cause_and_action(self, again: bool) -> tuple[str, str, str]:
		if again:
			return (self.texts["reopened_cause"], *self.texts["reopened_action"])
		if self.story.about_desk:
			return self.matter["cause"], self.matter["action"], self.matter["record"]
		return (self.rng.choice(self.kind["causes"]), *self.rng.choice(self.kind["actions"]))

	def ask(self, scores: tuple[int, ...]) -> None:
		"""Calls the complainant; with no score to give, nobody answers three times on two days. 1 or 2 reopens it."""
		rng = self.rng
		self.wait(60, 1300)
		missed = 3 if not scores else rng.choices([0, 1], [85, 15])[0]
		for attempt in range(missed):
			if attempt:
				self.wait(1300, 1800) if attempt == missed - 1 else self.wait(180, 400)
			note = rng.choice(self.texts["not_reached"])
			self.add("attempt", self.asker(), reached=False, method="Phone", note=note)
		if not scores:
			return
		if missed:
			self.wait(200, 1500)
		score = rng.choice(scores)
		suggestion = rng.choice(self.texts["suggestions"][str(score)])
		answers = rng.choice(self.texts["answers"])
		self.add(
			"attempt",
			self.asker(),
			reached=True,
			method=rng.choices(["Phone", "Visit"], [8, 2])[0],
			note=None,
			score=score,
			suggestion=suggestion,
			answers=answers,
		)
		if score <= 2:
			self.add("reopen", self.story.events[-1].actor, reason=suggestion or answers)

	def verify_and_close(self) -> None:
		self.wait(2, 30, working_hours=False)
		self.add("verify", self.asker())
		self.wait(5, 300)
		if self.shape == "decided":
			self.add("close", self.decider(), decision=self.texts["decision"])
		else:
			self.add("close", self.asker())


# ---- three months of them --------------------------------------------------------------------------------------------


def make_complaints(
	rng: random.Random, world: World, days: list[date], until: datetime, share: float
) -> list[Complaint]:
	teller = ComplaintTeller(rng, world)
	told = [*staged(teller, until), *clusters(teller, until), *history(teller, days, until, share)]
	told.sort(key=lambda complaint: complaint.received_on)
	return told


def history(teller: ComplaintTeller, days: list[date], until: datetime, share: float) -> list[Complaint]:
	rng, told = teller.rng, []
	asked = ["about desk", "about desk", "settled", "unfounded", "reopened", "decided", "late"]
	for number in range(max(len(asked), round(COMPLAINTS_IN_HISTORY * share))):
		# Recent ones are staged; what happened before the last days is over by now, or nearly so.
		moment = reception(rng, rng.choice(days[: -min(4, len(days) - 1)]))
		unheard = [kind["type"] for kind in teller.texts["types"] if kind["type"] not in teller.types]
		if number < len(asked):
			told.append(teller.tell(moment, asked[number]))
		elif unheard:
			told.append(teller.tell(moment, "plain", unheard[0]))
		else:
			told.append(teller.tell(moment))
	for earlier in rng.sample(told, min(REPEATED, len(told))):
		moment = earlier.received_on + timedelta(days=rng.randint(9, 22), minutes=rng.randint(-90, 90))
		if moment < until - timedelta(days=1):
			told.append(teller.tell(moment, "plain", earlier.complaint_type, earlier.resident, False))
	return told


def clusters(teller: ComplaintTeller, until: datetime) -> Iterator[Complaint]:
	rng, tenants = teller.rng, teller.world.tenants
	for complaint_type, count, months_ago in CLUSTERS:
		first = until.date().replace(day=1)
		for _ in range(months_ago):
			first = (first - timedelta(days=1)).replace(day=1)
		# Early enough in the month that all of it is over, and not one person's private war.
		for resident in rng.sample(tenants, min(count, len(tenants))):
			moment = reception(rng, first + timedelta(days=rng.randint(2, 19)))
			yield teller.tell(moment, rng.choice(["plain", "plain", "late"]), complaint_type, resident, False)


def reception(rng: random.Random, day: date) -> datetime:
	hour = rng.choices(range(24), clock.CALL_SHARE)[0]
	return datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)))


def staged(teller: ComplaintTeller, until: datetime) -> Iterator[Complaint]:
	for number, (shape, last, hours_ago, count) in enumerate(STAGED):
		for _ in range(count):
			yield stopped_at(teller, until, shape, last, hours_ago, number in STAGED_CONFIDENTIAL)


def stopped_at(
	teller: ComplaintTeller,
	until: datetime,
	shape: str,
	last: str,
	hours_ago: tuple[float, float],
	confidential: bool,
) -> Complaint:
	"""A complaint that came in at a usual hour and whose last event so far is `last`, `hours_ago` before `until`."""
	rng = teller.rng
	usual = until.replace(hour=rng.choice((9, 10, 11, 14, 15)), minute=rng.randrange(60), second=0)
	told = teller.tell(usual, shape, confidential=confidential)
	if last == "due":
		kinds = [event.kind for event in told.events]
		assigned = told.events[kinds.index("assign")]
		due_on = rng.choice(list(working_hours(until, *hours_ago)))
		happened, by = told.events[: kinds.index("act")], due_on - assigned.facts["due_on"]
	else:
		stop = next(index for index, event in enumerate(told.events) if event.kind == last)
		moment = (until - timedelta(hours=rng.uniform(*hours_ago))).replace(microsecond=0)
		if last != "receive":
			moment = at_work_before(rng, moment)
		happened, by = told.events[: stop + 1], moment - told.events[stop].at
	return replace(
		told,
		events=[moved_whole(event, by) for event in happened],
		# One and the same person waits for them, whom the logins shown after `make run` name.
		verifier=told.verifier and teller.world.cast.heads["管理处"],
	)


def working_hours(until: datetime, least: float, most: float) -> Iterator[datetime]:
	"""Full hours by day, `least` to `most` hours ago: what a manager sets does not fall due at night."""
	full = datetime.combine(until.date(), time(until.hour))
	for back in range(round(most) + 2):
		moment = full - timedelta(hours=back)
		if 9 <= moment.hour <= DUE_AT.hour and least <= (until - moment) / timedelta(hours=1) <= most:
			yield moment


def at_work_before(rng: random.Random, moment: datetime) -> datetime:
	"""`moment` if it lies in working hours, else one in the working hours before it."""
	if clock.WORK_STARTS <= moment.time() <= clock.WORK_ENDS:
		return moment
	day = moment.date() - timedelta(days=moment.time() < clock.WORK_STARTS)
	return datetime.combine(day, time(rng.randint(9, 16), rng.randrange(60), rng.randrange(60)))


def moved_whole(event: Event, by: timedelta) -> Event:
	"""The event and what its facts say of days, later by `by`; what is due later on a day is due at its end."""
	later = moved(event, by)
	facts = dict(later.facts)
	if "due_on" in facts and facts["due_on"].minute:
		facts["due_on"] = datetime.combine(facts["due_on"].date(), DUE_AT)
	if "date" in facts:
		facts["date"] = later.at.date()
	return replace(later, facts=facts)
