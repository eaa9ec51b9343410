"""What lies in the stores of the demo: 450 items of a property company (fixtures/demo/store-goods.csv), and where."""

from decimal import Decimal
from math import ceil
from typing import NamedTuple

from property_service.rules import stores as rules
from property_service.setup.demo import data

LEAST_PER_GROUP = 3


class Good(NamedTuple):
	"""`rate` is the usual price, `monthly` what is used of it in a usual month, 0 for what is rarely asked for."""

	code: str
	name: str
	specification: str
	uom: str
	group: str
	stock_class: str
	storage_class: str
	rate: Decimal
	monthly: int
	multiple: int
	certificate_exempt_reason: str
	is_tool: bool
	low_value_class: str

	@property
	def store(self) -> str:
		"""The store whose classes name the item's."""
		return next(row["name"] for row in texts()["stores"] if self.storage_class in row["classes"])

	@property
	def supplier(self) -> str:
		return group_of(self)["supplier"]

	@property
	def departments(self) -> list[str]:
		"""Who asks for it."""
		return group_of(self)["departments"]

	@property
	def season(self) -> list[int]:
		"""The months in which it is used."""
		return texts()["seasons"].get(self.name) or list(range(1, 13))


def texts() -> dict:
	return data.load("stores")


def group_of(good: Good) -> dict:
	return next(row for row in texts()["groups"] if row["name"] == good.group)


def read() -> list[Good]:
	return [
		Good(
			**{
				**row,
				"rate": Decimal(row["rate"]),
				"monthly": int(row["monthly"]),
				"multiple": int(row["multiple"]),
				"is_tool": row["is_tool"] == "1",
			}
		)
		for row in data.table("store-goods")
	]


def choose(share: float) -> list[Good]:
	"""All of them; with a smaller `share` the most used of every group and storage class, and one that is not stocked."""
	everything = read()
	if share >= 1:
		return everything
	chosen: set[str] = set()
	for row in texts()["groups"]:
		own = [good for good in everything if good.group == row["name"]]
		count = max(LEAST_PER_GROUP, ceil(len(own) * share))
		chosen.update(good.code for good in sorted(own, key=lambda good: -good.monthly)[:count])
	for storage_class in rules.STORAGE_CLASSES:
		own = [good for good in everything if good.storage_class == storage_class]
		chosen.update(good.code for good in sorted(own, key=lambda good: -good.monthly)[:2])
	chosen.add(next(good.code for good in everything if is_urgent(good)))
	chosen.update(data.load("articles")["kept"])
	return [good for good in everything if good.code in chosen]


def is_urgent(good: Good) -> bool:
	"""What a department buys when it needs it: not stocked, no tool, for the general store."""
	return (
		good.stock_class == rules.NOT_STOCKED
		and not good.is_tool
		and good.storage_class == rules.GENERAL
		and "工程部" in good.departments
	)
