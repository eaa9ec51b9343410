"""What the cash desk of the demo needs before its first day: its counter, doors, gym cards, water, and who reads cards."""

from typing import TYPE_CHECKING

import frappe

from property_service import settings
from property_service.setup.demo import data
from property_service.setup.demo.cash_desk import TERMINAL

if TYPE_CHECKING:
	from property_service.setup.demo.masters import Masters


class CashDeskMasters:
	"""`areas`, `gym_plans`: names by title; `counter`, `water`: names."""

	def __init__(self, masters: "Masters"):
		self.masters, self.company = masters, masters.company
		self.texts = data.load("cash-desk")
		self.areas: dict[str, str] = {}
		self.gym_plans: dict[str, str] = {}
		self.counter = self.water = ""

	def make(self) -> None:
		self.make_counter()
		self.make_areas()
		self.make_gym_plans()
		self.make_water()
		self.make_terminal()
		self.complete_settings()

	def make_counter(self) -> None:
		self.counter = self.masters.find_or_insert(
			{
				"doctype": "Front Desk Counter",
				"counter_name": self.texts["counter"],
				"counter_code": self.texts["counter_code"],
				"company": self.company,
				"department": self.masters.departments["客服部"],
			},
			name=self.texts["counter"],
		)

	def make_areas(self) -> None:
		for title in self.texts["areas"]:
			self.areas[title] = self.masters.find_or_insert(
				{"doctype": "Access Area", "area_name": title, "company": self.company},
				area_name=title,
				company=self.company,
			)

	def make_gym_plans(self) -> None:
		for plan in self.texts["gym_plans"]:
			self.gym_plans[plan["name"]] = self.masters.find_or_insert(
				{
					"doctype": "Gym Plan",
					"plan_name": plan["name"],
					"company": self.company,
					"plan_kind": plan["kind"],
					"days": plan["days"],
					"visits": plan["visits"],
					"price": plan["price"],
				},
				plan_name=plan["name"],
				company=self.company,
			)

	def make_water(self) -> None:
		self.water = self.masters.find_or_insert(
			{
				"doctype": "Item",
				"item_code": self.texts["water"]["item"],
				"item_group": frappe.get_all(
					"Item Group", filters={"is_group": 0}, pluck="name", order_by="lft", limit=1
				)[0],
				"stock_uom": self.uom(),
				"is_stock_item": 1,
				"valuation_rate": self.texts["water"]["cost"],
			},
			name=self.texts["water"]["item"],
		)

	def uom(self) -> str:
		return self.masters.find_or_insert({"doctype": "UOM", "uom_name": "桶"}, name="桶")

	def make_terminal(self) -> None:
		self.masters.find_or_insert(
			{
				"doctype": "User",
				"email": TERMINAL,
				"first_name": "食堂消费机",
				"language": "zh",
				"send_welcome_email": 0,
				"user_type": "System User",
				"roles": [{"role": "Card Terminal"}],
			},
			name=TERMINAL,
		)

	def complete_settings(self) -> None:
		"""The registers are switched on; what the company has said itself stays."""
		document = frappe.get_doc(settings.DOCTYPE)
		row = next(row for row in document.companies if row.company == self.company)
		row.registers = 1
		row.water_warehouse = row.water_warehouse or self.store()
		if not any(
			water.item == self.water and water.company == self.company for water in document.water_items
		):
			water = self.texts["water"]
			document.append(
				"water_items",
				{
					"company": self.company,
					"item": self.water,
					"rate": water["rate"],
					"returnable": 1,
					"deposit": water["deposit"],
				},
			)
		document.save(ignore_permissions=True)  # set-up script

	def store(self) -> str:
		return frappe.get_all(
			"Warehouse",
			filters={"company": self.company, "is_group": 0, "warehouse_type": ("is", "not set")},
			pluck="name",
			order_by="lft",
			limit=1,
		)[0]
