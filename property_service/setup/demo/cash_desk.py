"""A month at the cash desk as plain values: who does what when, every day from the opened till to the cashier (CASH, DESK)."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from property_service.setup.demo import data, identity, people, population
from property_service.setup.demo.stories import World

DAYS = 31
LEAST_DAYS = 6
CARDS = 70
# The window is open; within these hours money is taken.
OPENS, CLOSES = time(8, 31), time(17, 32)
FIRST, LAST = time(8, 45), time(17, 15)
ADMINISTRATOR = "Administrator"
TERMINAL = people.user_id("pos.canteen")
MODES = ("cash", "wechat", "wechat", "wechat", "alipay", "alipay")


class Act(NamedTuple):
	"""One person does one thing. `facts`: what the desk is told; things of the desk have handles like "loan 3"."""

	at: datetime
	actor: str
	kind: str
	facts: dict


@dataclass
class CashDesk:
	"""`acts` in the order of time. `areas`, `plans`, `water`, … stand in the list `cash-desk`."""

	acts: list[Act]
	keys: dict[str, str] = field(default_factory=dict)
	"""{tag: code of the room}"""

	def of_kind(self, kind: str) -> list[Act]:
		return [act for act in self.acts if act.kind == kind]


def make_cash_desk(
	rng: random.Random, world: World, residents: list[population.Person], until: datetime, share: float
) -> CashDesk:
	return Teller(rng, world, residents, until, share).tell()


class Teller:
	def __init__(
		self,
		rng: random.Random,
		world: World,
		residents: list[population.Person],
		until: datetime,
		share: float,
	):
		self.rng, self.world, self.until, self.share = rng, world, until, share
		self.texts = data.load("cash-desk")
		self.acts: list[Act] = []
		self.days = [
			until.date() - timedelta(days=back)
			for back in range(max(LEAST_DAYS, round(DAYS * share)), -1, -1)
		]
		first = self.days[0]
		self.tenants = [person for person in world.tenants if person.moved_in_on < first]
		lived_in = {person.room for person in residents}
		self.empty_rooms = [code for code in sorted(world.rooms) if code not in lived_in][:5]
		self.keys = self.tags(first)

	def tell(self) -> CashDesk:
		for day in self.days:
			self.frame(day)
		self.register_keys()
		for part in (
			self.cards,
			self.gym,
			self.water,
			self.loans,
			self.passes,
			self.goods,
			self.stays,
			self.rest,
		):
			part()
		happened = sorted((act for act in self.acts if act.at <= self.until), key=lambda act: act.at)
		return CashDesk(without_overdrawing(happened), self.keys)

	# ---- who and when ------------------------------------------------------------------------------------------------

	def act(self, at: datetime, actor: str, kind: str, **facts) -> datetime:
		self.acts.append(Act(at, actor, kind, facts))
		return at

	def teller_of(self, day: date) -> str:
		"""The two change weekly."""
		tellers = self.world.cast.tellers
		return tellers[day.isocalendar().week % len(tellers)].user

	def other_teller(self, day: date) -> str:
		return next(member.user for member in self.world.cast.tellers if member.user != self.teller_of(day))

	def moment(self, day: date, earliest: time = FIRST, latest: time = LAST) -> datetime:
		first, last = datetime.combine(day, earliest), datetime.combine(day, latest)
		return first + timedelta(seconds=self.rng.randrange(int((last - first).total_seconds())))

	def at_window(
		self, day: date, kind: str, earliest: time = FIRST, latest: time = LAST, **facts
	) -> datetime:
		return self.act(self.moment(day, earliest, latest), self.teller_of(day), kind, **facts)

	def some_days(self, usual: float, first: int = 0) -> Iterator[date]:
		"""Days with as many entries as `usual` a day of the whole centre makes, one at least."""
		wanted = usual * self.share
		counts = [int(wanted) + (self.rng.random() < wanted % 1) for _day in self.days[first:]]
		counts[0] = counts[0] or int(not any(counts[:-1]))
		for day, count in zip(self.days[first:], counts, strict=True):
			yield from [day] * count

	def mode(self) -> str:
		return self.rng.choice(MODES)

	# ---- the frame of each day ---------------------------------------------------------------------------------------

	def frame(self, day: date) -> None:
		"""Opened, counted and handed in, accepted by the cashier the next morning; the cards of the day before posted."""
		clerk, cashier = self.teller_of(day), self.world.cast.holder_of("Cashier")
		index = self.days.index(day)
		if index:
			self.act(datetime.combine(day, time(0, 7, 20)), ADMINISTRATOR, "post card day")
			if self.teller_of(self.days[index - 1]) != clerk:
				self.act(datetime.combine(day, time(8, 26)), clerk, "take over")
		self.act(datetime.combine(day, OPENS), clerk, "open till")
		wrong = self.wrong_count(index)
		signed = self.act(self.moment(day, CLOSES, time(17, 50)), clerk, "close till", **wrong)
		tomorrow = day + timedelta(days=1)
		if self.teller_of(tomorrow) != clerk:
			self.act(signed + timedelta(minutes=4), clerk, "hand over", to=self.teller_of(tomorrow))
		if index == 2:
			back = self.act(
				datetime.combine(day, time(18, 2)), cashier, "send back", reason=self.texts["sent_back"]
			)
			self.act(back + timedelta(minutes=9), clerk, "count again", **wrong)
		self.act(self.moment(tomorrow, time(9), time(9, 30)), cashier, "accept")

	def wrong_count(self, index: int) -> dict:
		"""Now and then the drawer holds less or more than it should, with the reason."""
		shortages = self.texts["shortages"]
		if index % 9 != 3:
			return {"short": Decimal(0), "reason": None}
		chosen = shortages[index // 9 % len(shortages)]
		return {"short": Decimal(str(chosen["by"])), "reason": chosen["reason"]}

	# ---- keys --------------------------------------------------------------------------------------------------------

	def tags(self, first: date) -> dict[str, str]:
		"""Keys of rooms: the empty ones, which somebody is going to move into, and others that are lent for work."""
		lived_in = [person.room for person in self.tenants if person.room]
		rooms = [*self.empty_rooms, *sorted(set(lived_in))[: max(6, round(40 * self.share))]]
		return {f"YS-{number:03d}": room for number, room in enumerate(rooms, start=1)}

	def register_keys(self) -> None:
		at = datetime.combine(self.days[0], time(8, 32))
		for number, (tag, room) in enumerate(self.keys.items()):
			self.act(
				at + timedelta(seconds=4 * number),
				self.teller_of(self.days[0]),
				"register key",
				tag=tag,
				room=room,
			)

	def loans(self) -> None:
		lendable = [tag for tag, room in self.keys.items() if room not in self.empty_rooms]
		*for_work, missed, late, lost = lendable
		out_until: dict[str, datetime] = {}
		rng = self.rng
		for number, day in enumerate(self.some_days(1.6, first=1)):
			lent = self.moment(day, FIRST, time(16))
			free = [tag for tag in for_work if out_until.get(tag, lent) <= lent]
			if not free:
				continue
			loan, tag = f"loan {number}", rng.choice(free)
			back = out_until[tag] = lent + timedelta(minutes=rng.randrange(20, 70))
			facts = {"loan": loan, "tag": tag, "purpose": rng.choice(self.texts["key_purposes"])}
			if rng.random() < 0.2:
				contractor = self.texts["contractor"]
				facts.update(contractor=contractor, mode="cash")
			else:
				facts["employee"] = rng.choice(self.world.cast.workers).user
			self.act(lent, self.teller_of(day), "lend key", **facts)
			self.act(back, self.teller_of(day), "take key back", loan=loan)
		self.keep_out(missed, self.days[-1])
		self.keep_out(late, self.days[-4])
		self.keep_out(lost, self.days[-5])
		self.at_window(
			self.days[-3], "lose key", loan=f"loan of {lost}", reason=self.texts["lost_key"], mode="cash"
		)

	def keep_out(self, tag: str, since: date) -> None:
		at = datetime.combine(since, time(8, 41, 30))
		worker = self.world.cast.workers[0].user
		self.act(
			at,
			self.teller_of(since),
			"lend key",
			loan=f"loan of {tag}",
			tag=tag,
			purpose="空调检修",
			employee=worker,
		)

	# ---- one-card accounts -------------------------------------------------------------------------------------------

	def cards(self) -> None:
		rng = self.rng
		holders = self.tenants[: max(6, round(CARDS * self.share))]
		self.card_of = {
			person.mobile_no: f"8860{number:04d}" for number, person in enumerate(holders, start=1)
		}
		areas = self.texts["areas"]
		for person in holders:
			card = self.card_of[person.mobile_no]
			day = self.days[rng.choice((0, 0, 1))]
			opened = self.at_window(
				day,
				"register card",
				time(9),
				card=card,
				person=person,
				amount=rng.choice((50, 100, 200)),
				mode=self.mode(),
			)
			if rng.random() < 0.4:
				self.act(
					opened + timedelta(seconds=50),
					self.teller_of(day),
					"grant access",
					card=card,
					area=rng.choice(areas),
				)
		self.subsidise(holders)
		cards = list(self.card_of.values())
		for day in self.some_days(3, first=2):
			self.at_window(
				day,
				"top up",
				card=rng.choice(cards),
				amount=rng.choice((50, 50, 100, 100, 150, 200)),
				mode=self.mode(),
			)
		self.meals(cards)
		self.lose_cards(cards)

	def subsidise(self, holders: list[population.Person]) -> None:
		"""The two companies with most cards pay their people's meals of the month."""
		by_employer: dict[str, list[str]] = {}
		for person in holders:
			by_employer.setdefault(person.employer, []).append(self.card_of[person.mobile_no])
		largest = sorted(by_employer, key=lambda name: (-len(by_employer[name]), name))[:2]
		for number, employer in enumerate(largest):
			at = datetime.combine(self.days[2], time(10, 20 + 15 * number))
			cards = by_employer[employer]
			self.act(
				at,
				self.teller_of(self.days[2]),
				"subsidise",
				employer=employer,
				cards=cards,
				amount=self.texts["subsidy"],
			)

	def meals(self, cards: list[str]) -> None:
		rng = self.rng
		for day in self.days[2:]:
			for card in cards:
				for meal in (time(11, 30), time(17, 30)):
					if rng.random() < 0.45:
						later = (datetime.combine(day, meal) + timedelta(minutes=75)).time()
						self.act(
							self.moment(day, meal, later),
							TERMINAL,
							"pay",
							card=card,
							amount=Decimal(rng.randrange(16, 60)) / 2,
							terminal=rng.choice(self.texts["terminals"]),
						)

	def lose_cards(self, cards: list[str]) -> None:
		"""One card lost and replaced, one lost and not replaced yet, one closed with what was on it paid out."""
		day = self.days[3]
		lost = self.at_window(day, "lose card", time(13), time(14), card=cards[1])
		self.act(
			lost + timedelta(minutes=6),
			self.teller_of(day),
			"replace card",
			card=cards[1],
			new=f"8861{cards[1][4:]}",
		)
		self.at_window(
			self.days[4],
			"close card",
			time(13),
			time(14),
			card=cards[2],
			reason=self.texts["leaving"],
			mode="cash",
		)
		self.at_window(self.days[-2], "lose card", time(14), time(15), card=cards[3])

	# ---- gym, water ---------------------------------------------------------------------------------------------------

	def gym(self) -> None:
		rng = self.rng
		members = self.tenants[-max(3, round(22 * self.share)) :]
		plans = [plan["name"] for plan in self.texts["gym_plans"]]
		for number, person in enumerate(members):
			card, plan = f"gym {number}", rng.choice(plans)
			start = rng.randrange(0, max(1, len(self.days) * 2 // 3))
			self.at_window(
				self.days[start],
				"sell gym card",
				time(9),
				time(11),
				gym=card,
				person=person,
				plan=plan,
				mode=self.mode(),
			)
			frozen = number == 1
			visits = [day for day in self.days[start:] if rng.random() < 0.2][:8]
			# frozen on the last morning: no visit afterwards
			for day in visits if not frozen else [day for day in visits[:2] if day != self.days[-1]]:
				self.at_window(day, "check in", time(12), time(17), gym=card)
			if frozen:
				self.at_window(self.days[-1], "freeze", time(8, 50), time(8, 58), gym=card, reason="出差两周")

	def water(self) -> None:
		"""Received once; ordered, brought the same day by a service order, stock and empties counted when it is back at the desk."""
		rng = self.rng
		received_on = datetime.combine(self.days[0], time(7, 40))
		self.act(received_on, ADMINISTRATOR, "receive water", bottles=self.texts["water"]["bottles"])
		homes = [person for person in self.tenants if person.room]
		carriers = self.world.cast.workers_of("配送")
		first = set()
		for number, day in enumerate(self.some_days(1, first=1)):
			person = rng.choice(homes)
			new = person.room not in first
			first.add(person.room)
			water = f"water {number}"
			asked = self.moment(day, FIRST, time(14))
			qty = rng.randint(1, 3)
			clerk, carrier = self.teller_of(day), rng.choice(carriers).user
			self.act(
				asked,
				clerk,
				"order water",
				water=water,
				person=person,
				qty=qty,
				mode=self.mode(),
				deposits=qty if new else 0,
				empties=0 if new else 1,
			)
			self.act(asked + timedelta(minutes=5), clerk, "send water", water=water, carrier=carrier)
			there = self.act(
				asked + timedelta(minutes=rng.randrange(20, 50)),
				carrier,
				"bring water",
				water=water,
				person=person,
			)
			self.act(there + timedelta(minutes=rng.randrange(15, 60)), clerk, "record delivery", water=water)

	# ---- passes -------------------------------------------------------------------------------------------------------

	def passes(self) -> None:
		rng = self.rng
		drivers = self.tenants[:: max(1, len(self.tenants) // max(2, round(20 * self.share)))]
		for number, person in enumerate(drivers):
			plate = f"浙A{chr(65 + number % 8)}{2300 + 37 * number:04d}"[:7]
			handle = f"pass {number}"
			lost = number == 1
			# lost on the last morning, so it was there before
			day = rng.choice(self.days[:-1] if lost else self.days)
			asked = self.at_window(
				day,
				"ask for pass",
				pass_=handle,
				person=person,
				plate=plate,
				vehicle=rng.choice(self.texts["vehicles"]),
				colour=rng.choice(self.texts["colours"]),
			)
			if number % 7 == 6:
				continue
			self.act(
				asked + timedelta(minutes=3),
				self.teller_of(day),
				"issue pass",
				pass_=handle,
				mode=self.mode(),
			)
			if lost:
				self.at_window(self.days[-1], "lose pass", time(8, 55), time(9, 5), pass_=handle)

	def goods(self) -> None:
		"""Asked for at the window, approved by the other teller, let out by the guard at the gate."""
		rng = self.rng
		guard = self.world.cast.members_of("礼宾部")[-1].user
		homes = [person for person in self.tenants if person.room]
		for number, day in enumerate(self.some_days(0.5)):
			handle, person = f"goods {number}", rng.choice(homes)
			asked = self.at_window(
				day,
				"ask to take goods",
				FIRST,
				time(15),
				goods=handle,
				person=person,
				load=rng.choice(self.texts["goods"]),
			)
			approved = self.act(
				asked + timedelta(minutes=6), self.other_teller(day), "approve goods", goods=handle
			)
			if number % 6 != 5:
				self.act(
					approved + timedelta(minutes=rng.randrange(10, 80)), guard, "let goods out", goods=handle
				)

	# ---- moving in and out --------------------------------------------------------------------------------------------

	def stays(self) -> None:
		"""Each empty room gets somebody; how far each has come by now differs, and the first has left again."""
		rng, days = self.rng, self.days
		employers = [company["name"] for company in data.load("companies")]
		key_of = {room: tag for tag, room in self.keys.items()}
		for number, room in enumerate(self.empty_rooms):
			rule = self.world.rooms[room].gender_rule
			gender = rule if rule != "Any" else "Male"
			stay = f"stay {number}"
			day = days[min(len(days) - 2, 1 + 3 * number)]
			clerk = self.teller_of(day)
			facts = {
				"stay": stay,
				"name": population.person_name(rng, gender),
				"gender": gender,
				"mobile": identity.mobile_number(7001 + number),
				"employer": employers[number % len(employers)],
			}
			asked = self.at_window(day, "ask for room", time(9), time(11), **facts)
			if number == 4:
				continue
			confirmed = self.act(asked + timedelta(minutes=20), clerk, "confirm employer", stay=stay)
			if number == 3:
				continue
			self.act(confirmed + timedelta(minutes=4), clerk, "assign room", stay=stay, room=room)
			if number == 2:
				continue
			self.act(
				confirmed + timedelta(minutes=30),
				clerk,
				"move in",
				stay=stay,
				tag=key_of[room],
				card=f"8870{number:04d}",
			)
			if number == 0:
				self.at_window(days[-2], "move out", time(14), time(15), stay=stay, mode="cash")

	# ---- everything else ---------------------------------------------------------------------------------------------

	def rest(self) -> None:
		rng = self.rng
		for day in self.some_days(0.8):
			other = rng.choice(self.texts["others"])
			self.at_window(day, "take money", purpose="Other", mode=self.mode(), **other)
		payer = self.tenants[0]
		self.at_window(
			self.days[1],
			"take money",
			purpose="Renovation Deposit",
			mode="wechat",
			amount=1000,
			person=payer,
			handle="deposit",
		)
		self.at_window(
			self.days[-2],
			"pay back",
			purpose="Deposit Refund",
			mode="wechat",
			amount=1000,
			person=payer,
			of="deposit",
		)
		wrong = self.at_window(
			self.days[3],
			"take money",
			FIRST,
			time(16),
			purpose="Other",
			mode="cash",
			amount=50,
			remarks="金额录错",
			handle="wrong",
		)
		self.act(wrong + timedelta(minutes=2), self.teller_of(self.days[3]), "cancel receipt", of="wrong")


def without_overdrawing(acts: list[Act]) -> list[Act]:
	"""Leaves out what no card would pay: more than it holds, or anything once it is lost or closed."""
	balance: dict[str, Decimal] = {}
	kept = []
	for act in acts:
		card = act.facts.get("card")
		if act.kind in ("pay", "top up", "grant access") and card not in balance:
			continue
		if act.kind == "pay":
			if balance[card] < act.facts["amount"]:
				continue
			balance[card] -= act.facts["amount"]
		elif act.kind == "register card":
			balance[card] = Decimal(act.facts["amount"])
		elif act.kind == "top up":
			balance[card] += act.facts["amount"]
		elif act.kind == "subsidise":
			for other in act.facts["cards"]:
				balance[other] = balance.get(other, Decimal(0)) + act.facts["amount"]
		elif act.kind in ("lose card", "close card"):
			del balance[card]
		kept.append(act)
	return kept
