"""The stores as plain values: eighteen months of movements, the last complete month closed in full (WH-01 to WH-29).

`history` is the time before the procedure; `acts` are what people do since, as at the cash desk. What a plan asks for and
an order brings is the app's own computation: an act names it ("the order of that supplier"), and the player finds it.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from property_service.rules import slip_handover as slip_rules
from property_service.rules import stores as rules
from property_service.rules.stock_limit import month_before
from property_service.setup.demo import people, store_goods, store_history
from property_service.setup.demo.cash_desk import Act
from property_service.setup.demo.store_goods import Good
from property_service.setup.demo.stories import Cast

# Rows of an issue request of a week.
ROWS = 8
URGENT_QTY = 2
# What may be wrong with a delivery.
REJECTED, NO_CERTIFICATE = "rejected", "without certificate"


@dataclass
class StoresPlan:
	"""`month`: first day of the month that is closed, `after` of the one that goes on; `keeper`: the storekeeper's user."""

	month: date
	goods: list[Good]
	history: list[store_history.Voucher]
	acts: list[Act]
	after: date
	keeper: str
	differences: dict[str, int] = field(default_factory=dict)
	"""{item: what the count finds more, or less}"""

	def of_kind(self, kind: str) -> list[Act]:
		return [act for act in self.acts if act.kind == kind]


def make_stores(rng: random.Random, cast: Cast, until: datetime, share: float) -> StoresPlan:
	return StoresTeller(rng, cast, until, share).tell()


class StoresTeller:
	def __init__(self, rng: random.Random, cast: Cast, until: datetime, share: float):
		self.rng, self.cast, self.until, self.share = rng, cast, until, share
		self.texts = store_goods.texts()
		self.goods = store_goods.choose(share)
		self.by_code = {good.code: good for good in self.goods}
		self.month = month_before(until.date(), 1)
		self.before, self.after = month_before(self.month, 1), month_before(self.month, -1)
		past = store_history.History(rng, self.goods, self.month, until, share)
		self.history, self.left = past.vouchers, past.balance
		self.acts: list[Act] = []
		self.differences: dict[str, int] = {}
		self.keeper, self.buyer = cast.holder_of("Storekeeper"), cast.holder_of("Buyer")
		self.accountant, self.finance = cast.holder_of("Stores Accountant"), cast.holder_of("Finance Manager")
		self.manager = cast.holder_of("General Manager")

	def tell(self) -> StoresPlan:
		stores = [row["name"] for row in self.texts["stores"]]
		suppliers = list(dict.fromkeys(row["supplier"] for row in self.texts["groups"]))
		for store in stores:
			self.plan_for(self.month, store)
			self.plan_for(self.after, store)
		for month in (self.month, self.after):
			self.buy(month, stores, suppliers)
			self.ask(month)
			self.hand_slips_over(month)
		self.check_warehouses()
		self.accept_with_questions()
		self.buy_urgently()
		self.bring_back()
		self.hand_documents_over()
		self.differences = self.differ(stores[0])
		self.count(self.before, stores, {})
		self.count(self.month, stores, self.differences)
		self.leave_open()
		happened = sorted((act for act in self.acts if act.at <= self.until), key=lambda act: act.at)
		return StoresPlan(
			self.month, self.goods, self.history, happened, self.after, self.keeper, self.differences
		)

	def act(self, day: date, at: str, actor: str, kind: str, **facts) -> datetime:
		moment = datetime.combine(day, time.fromisoformat(at))
		self.acts.append(Act(moment, actor, kind, facts))
		return moment

	# ---- plan and purchase -----------------------------------------------------------------------------------------------

	def plan_for(self, month: date, store: str) -> None:
		"""Compiled by the 25th, to finance by the 28th, to the general manager by the 30th of the month before (4.2)."""
		before, handle = month_before(month, 1), f"plan {month:%Y-%m} {store}"
		minute = 7 * [row["name"] for row in self.texts["stores"]].index(store)
		self.act(
			before.replace(day=25),
			f"15:{minute:02d}",
			self.keeper,
			"make plan",
			plan=handle,
			store=store,
			month=month,
		)
		self.act(before.replace(day=26), f"09:{minute:02d}", self.keeper, "send plan", plan=handle)
		if store == self.texts["stores"][0]["name"]:
			self.act(
				before.replace(day=27),
				"09:20",
				self.finance,
				"reduce plan",
				plan=handle,
				reason=self.texts["finance_reduces"],
			)
		if store == self.texts["stores"][-1]["name"] and month == self.month:
			back = {"plan": handle, "reason": self.texts["sent_back"]}
			self.act(before.replace(day=26), "14:30", self.finance, "send plan back", **back)
			self.act(before.replace(day=26), "15:10", self.keeper, "send plan", plan=handle)
		self.act(before.replace(day=27), f"10:{minute:02d}", self.finance, "pass plan", plan=handle)
		self.act(before.replace(day=28), f"14:{minute:02d}", self.manager, "approve plan", plan=handle)

	def buy(self, month: date, stores: list[str], suppliers: list[str]) -> None:
		"""An order per store and supplier on the 1st, delivered in the days after it."""
		for number, supplier in enumerate(suppliers):
			for store in stores:
				order = {"plan": f"plan {month:%Y-%m} {store}", "order": f"{month:%Y-%m} {store} {supplier}"}
				minute = 3 * number + stores.index(store)
				self.act(month, f"10:{minute:02d}", self.buyer, "order", supplier=supplier, **order)
				self.act(
					month.replace(day=3 + number),
					f"09:{10 + 9 * stores.index(store):02d}",
					self.keeper,
					"receive",
					order=order["order"],
					papers=store == stores[0],
					brought=bool(number % 2),
					questions={},
				)

	def accept_with_questions(self) -> None:
		"""A delivery to the general store is partly rejected, another lacks a certificate; in the month that goes on one still
		does. Which deliveries can be, the goods decide.
		"""
		for month, questions in ((self.month, (REJECTED, NO_CERTIFICATE)), (self.after, (NO_CERTIFICATE,))):
			for act in self.acts:
				if act.kind == "receive" and act.at.date().replace(day=1) == month and act.facts["papers"]:
					act.facts["questions"] = {kind: f"{kind} {month:%Y-%m}" for kind in questions}
		rejected, missing = (f"{kind} {self.month:%Y-%m}" for kind in (REJECTED, NO_CERTIFICATE))
		day = self.month.replace(day=11)
		self.act(day, "10:20", self.keeper, "record certificate", order=missing)
		self.act(day, "15:30", self.keeper, "return rejected", order=rejected)
		again = {"order": rejected, "papers": False, "brought": True, "questions": {}}
		self.act(self.month.replace(day=12), "09:40", self.keeper, "receive", **again)

	def buy_urgently(self) -> None:
		"""What is not stocked: asked for by the head, approved and ordered the same day, handed over as it arrives."""
		department = "工程部"
		head = self.cast.heads[department]
		good = next(good for good in self.goods if store_goods.is_urgent(good))
		day, handle = self.month.replace(day=13), "urgent plan"
		order = f"urgent {good.supplier}"
		self.act(
			day,
			"08:50",
			head,
			"ask urgently",
			plan=handle,
			code=good.code,
			qty=URGENT_QTY,
			department=department,
		)
		self.act(day, "09:30", self.finance, "pass plan", plan=handle)
		self.act(day, "10:10", self.manager, "approve plan", plan=handle)
		self.act(day, "10:40", self.buyer, "order", supplier=good.supplier, plan=handle, order=order)
		user = people.user_id(self.texts["requesters"][department][0])
		to = {"department": department, "user": user, "order": order}
		self.act(day, "15:20", self.keeper, "receive directly", **to)
		self.act(day, "15:40", head, "sign direct issue", order=order)
		self.act(day, "15:50", self.keeper, "hand over directly", order=order)

	# ---- issues ----------------------------------------------------------------------------------------------------------

	def ask(self, month: date) -> None:
		"""Every week the departments ask for what they use, from one store each time."""
		for week, day in enumerate((2, 9, 16, 23)):
			for number, department in enumerate(self.texts["requesters"]):
				if number > 1 and week % 2:
					continue
				stores = [row["name"] for row in self.texts["stores"]]
				store = (
					stores[1]
					if week % 2 and number == 0
					else stores[2]
					if department == "礼宾部"
					else stores[0]
				)
				lines = self.pick(department, store)
				if not lines:
					continue
				handle = f"request {month:%Y-%m} {week} {department}"
				users = self.texts["requesters"][department]
				user = people.user_id(users[week % len(users)])
				self.request(month.replace(day=day), number, user, handle, department, store, lines)
				self.act(
					month.replace(day=day),
					f"10:{20 + 8 * number:02d}",
					self.keeper,
					"issue",
					request=handle,
				)

	def request(
		self,
		day: date,
		number: int,
		user: str,
		handle: str,
		department: str,
		store: str,
		lines: dict[str, int],
		signed: bool = True,
	) -> None:
		facts = {"request": handle, "store": store, "lines": lines}
		purpose = self.texts["purposes"][department]
		self.act(day, f"08:{35 + 3 * number:02d}", user, "ask", purpose=purpose, **facts)
		if signed:
			self.act(
				day, f"09:{15 + 3 * number:02d}", self.cast.heads[department], "sign request", request=handle
			)

	def pick(self, department: str, store: str) -> dict[str, int]:
		"""What the department uses and lies there: a part of a usual month, never more than a third of what is left."""
		fitting = [
			good
			for good in self.goods
			if department in good.departments
			and good.store == store
			and good.monthly
			and not good.is_tool
			and self.left[good.code] >= 3
		]
		rows = max(2, round(ROWS * self.share**0.5))
		lines = {}
		for good in self.rng.sample(fitting, min(rows, len(fitting))):
			qty = max(1, min(good.monthly // 3, self.left[good.code] // 3))
			self.left[good.code] -= qty
			lines[good.code] = qty
		return lines

	def bring_back(self) -> None:
		"""A piece of what engineering took in the third week was not needed."""
		asked = next(
			act for act in self.acts if act.kind == "ask" and act.at.date() == self.month.replace(day=16)
		)
		remark = self.texts["return_remark"]
		self.act(
			self.month.replace(day=18),
			"16:10",
			self.keeper,
			"bring back",
			request=asked.facts["request"],
			remark=remark,
		)

	# ---- places and papers -----------------------------------------------------------------------------------------------

	def check_warehouses(self) -> None:
		"""Before the procedure's first receipts, and in time again every month."""
		begins = self.before.replace(day=store_history.PROCEDURE_BEGINS)
		for day in (begins, self.month.replace(day=17), self.after.replace(day=14)):
			for minute, storage_class in enumerate(rules.STORAGE_CLASSES):
				store = next(row for row in self.texts["stores"] if storage_class in row["classes"])
				self.act(
					day,
					f"14:{2 + 6 * minute:02d}",
					self.keeper,
					"check warehouse",
					store=store["name"],
					storage_class=storage_class,
				)

	def hand_slips_over(self, month: date) -> None:
		"""Receipts on the 6th, 16th and 26th, issues on the 10th, 20th and the last day (4.4.1 f, 4.6.1 d); checked the same
		day. One slip comes back and is handed over again.
		"""
		last = (month_before(month, -1) - timedelta(days=1)).day
		for kind, dates in ((slip_rules.RECEIPTS, (6, 16, 26)), (slip_rules.ISSUES, (10, 20, last))):
			for day in dates:
				handle = {"handover": f"{kind} {month:%Y-%m}-{day}"}
				hour = (
					20 if day == last else 16
				)  # the month's last one waits for what the desk brings out that day
				self.act(
					month.replace(day=day), f"{hour}:40", self.keeper, "hand slips over", slips=kind, **handle
				)
				if (kind, day, month) == (slip_rules.ISSUES, 10, self.month):
					remark = self.texts["slip_sent_back"]
					self.act(
						month.replace(day=day),
						"16:52",
						self.accountant,
						"send slip back",
						remark=remark,
						**handle,
					)
				self.act(month.replace(day=day), f"{hour}:58", self.accountant, "accept slips", **handle)

	def hand_documents_over(self) -> None:
		self.act(
			self.month.replace(day=16), "11:20", self.keeper, "hand documents over", handover="documents"
		)
		self.act(
			self.month.replace(day=16), "15:05", self.accountant, "take documents over", handover="documents"
		)

	# ---- the count -------------------------------------------------------------------------------------------------------

	def count(self, month: date, stores: list[str], differences: dict[str, int]) -> None:
		"""On the 25th; checked by the accountant, approved by finance, and every difference decided (4.8)."""
		for number, store in enumerate(stores):
			handle = {"count": f"count {month:%Y-%m} {store}"}
			own = {code: by for code, by in differences.items() if self.by_code[code].store == store}
			for day, hour, minute, actor, kind, facts in (
				(25, 8, 32, self.keeper, "begin count", {"store": store}),
				(25, 11, 30, self.keeper, "count goods", {"differences": own}),
				(25, 13, 30, self.keeper, "finish count", {}),
				(25, 14, 20, self.keeper, "draw statement", {"store": store}),
				(26, 14, 10, self.accountant, "check count", {}),
				(28, 9, 10, self.finance, "approve count", {}),
				(28, 16, 10, self.finance, "decide", {}),
			):
				at = f"{hour:02d}:{minute + 5 * number:02d}"
				self.act(month.replace(day=day), at, actor, kind, **handle, **facts)

	def differ(self, store: str) -> dict[str, int]:
		"""Something more of one item, something less of two others, of those of which enough lies there."""
		lying = [good for good in self.goods if good.store == store and self.left[good.code] >= 4]
		chosen = self.rng.sample(lying, min(3, len(lying)))
		return {good.code: by for good, by in zip(chosen, (-2, 1, -1), strict=False)}

	# ---- what waits ------------------------------------------------------------------------------------------------------

	def leave_open(self) -> None:
		"""In the month that goes on somebody always waits for a signature."""
		department, store = "环境部", self.texts["stores"][0]["name"]
		lines = self.pick(department, store)
		user = people.user_id(self.texts["requesters"][department][0])
		asked = max(self.until - timedelta(hours=2), datetime.combine(self.after, time()))
		purpose = self.texts["purposes"][department]
		facts = {"request": "request that waits", "store": store, "lines": lines, "purpose": purpose}
		self.acts.append(Act(asked, user, "ask", facts))
		good = [good for good in self.goods if store_goods.is_urgent(good)][-1]
		self.acts.append(
			Act(
				asked + timedelta(minutes=12),
				self.cast.heads["工程部"],
				"ask urgently",
				{"plan": "plan that waits", "code": good.code, "qty": URGENT_QTY, "department": "工程部"},
			)
		)
