"""Tools and low-value articles of the demo as plain values: the month that is closed, and what is out since (WH-21 to WH-26,
LV-02 to LV-11).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from property_service.rules import slip_handover as slip_rules
from property_service.rules.stock_limit import month_before
from property_service.setup.demo import data, people
from property_service.setup.demo.cash_desk import Act
from property_service.setup.demo.stories import Cast

LOAN_DAYS = 2


@dataclass
class ArticlesPlan:
	"""`acts` in the order of time; `kept`: {item: pieces that lie in the store from the beginning}."""

	acts: list[Act]
	kept: dict[str, int]


def texts() -> dict:
	return data.load("articles")


def make_articles(cast: Cast, until: datetime) -> ArticlesPlan:
	return ArticlesTeller(cast, until).tell()


class ArticlesTeller:
	def __init__(self, cast: Cast, until: datetime):
		self.cast, self.until, self.texts = cast, until, texts()
		self.month = month_before(until.date(), 1)
		self.after = month_before(self.month, -1)
		self.departments = {person.user: person.department for person in cast.staff}
		self.keeper, self.accountant = cast.holder_of("Storekeeper"), cast.holder_of("Stores Accountant")
		self.acts: list[Act] = []

	def tell(self) -> ArticlesPlan:
		self.act(self.month, "07:50", "Administrator", "switch on")
		for number, row in enumerate(self.texts["issued"]):
			self.issue(row, number)
		lent = self.texts["lent"]
		self.lend(self.month.replace(day=5), "loan", lent["user"], comes_back=True)
		self.lend(self.after.replace(day=1), "loan that is out", lent["again"], comes_back=False)
		self.hand_on()
		self.scrap()
		self.close()
		happened = sorted((act for act in self.acts if act.at <= self.until), key=lambda act: act.at)
		return ArticlesPlan(happened, self.texts["kept"])

	def act(self, day: date, at: str, actor: str, kind: str, **facts) -> None:
		self.acts.append(Act(datetime.combine(day, time.fromisoformat(at)), actor, kind, facts))

	def head_of(self, user: str) -> str:
		return self.cast.heads[self.departments[user]]

	def issue(self, row: dict, number: int) -> None:
		day, user, handle = (
			self.month.replace(day=row["day"]),
			people.user_id(row["user"]),
			f"issue {row['code']}",
		)
		facts = {"request": handle, "code": row["code"], "purpose": row["purpose"]}
		self.act(day, f"08:{5 + 4 * number:02d}", user, "ask for", **facts)
		self.act(day, f"09:{40 + 4 * number:02d}", self.head_of(user), "sign request", request=handle)
		self.act(day, f"11:{5 + 4 * number:02d}", self.keeper, "issue", request=handle)

	def lend(self, day: date, handle: str, login: str, comes_back: bool) -> None:
		lent, user = self.texts["lent"], people.user_id(login)
		due = day + timedelta(days=LOAN_DAYS)
		facts = {"code": lent["code"], "purpose": lent["purpose"], "due": due}
		self.act(day, "08:12", user, "borrow", loan=handle, **facts)
		self.act(day, "08:31", self.head_of(user), "sign loan", loan=handle)
		self.act(day, "09:02", self.keeper, "lend", loan=handle)
		if comes_back:
			self.act(due, "16:24", self.keeper, "take back", loan=handle, user=user)
			self.act(due, "16:51", self.head_of(user), "confirm return", loan=handle)

	def hand_on(self) -> None:
		row = self.texts["handed_on"]
		giver = next(one["user"] for one in self.texts["issued"] if one["code"] == row["code"])
		to, day = people.user_id(row["to"]), self.month.replace(day=12)
		facts = {"code": row["code"], "to": to, "reason": row["reason"]}
		self.act(day, "14:05", people.user_id(giver), "hand on", **facts)
		self.act(day, "14:32", to, "take over", code=row["code"])

	def scrap(self) -> None:
		"""Worn out; seen by administration and finance, approved by the general manager (4.7.2)."""
		row = self.texts["scrapped"]
		user = people.user_id(next(one["user"] for one in self.texts["issued"] if one["code"] == row["code"]))
		facts = {"scrap": "scrap"}
		first, second, third = (self.month.replace(day=day) for day in (18, 19, 20))
		self.act(first, "09:12", user, "write scrap", code=row["code"], detail=row["detail"], **facts)
		self.act(first, "10:02", self.head_of(user), "approve scrap", **facts)
		hr = self.cast.holder_of("Admin HR")
		self.act(first, "15:20", hr, "investigate", finding=row["investigated"], **facts)
		finance, manager = self.cast.holder_of("Finance Manager"), self.cast.holder_of("General Manager")
		self.act(second, "09:30", finance, "verify", finding=row["finding"], **facts)
		self.act(second, "10:15", finance, "sign scrap", action="Pass to General Manager", **facts)
		self.act(third, "09:05", manager, "sign scrap", action="Approve", **facts)
		self.act(third, "14:40", self.accountant, "sign scrap", action="Post Scrap", **facts)

	def close(self) -> None:
		"""The issue slips reach the accountant by the 28th, the month's amortisation ends it (4.5.4, 4.6.1)."""
		day, handle = self.month.replace(day=28), "low-value slips"
		facts = {"handover": handle, "slips": slip_rules.LOW_VALUE}
		self.act(day, "15:10", self.keeper, "hand slips over", **facts)
		self.act(day, "16:05", self.accountant, "accept slips", handover=handle)
		last = self.after - timedelta(days=1)
		self.act(last, "17:12", self.accountant, "amortise", month=self.month)
