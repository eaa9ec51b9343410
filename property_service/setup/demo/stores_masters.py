"""What the stores of the demo need before their first day: places, goods, suppliers, years, and the procedure switched on."""

from typing import TYPE_CHECKING

import frappe
from frappe.utils import getdate
from frappe.utils.nestedset import get_root_of

from property_service import settings
from property_service.rules import stores as rules
from property_service.rules.inspection_points import FIRST
from property_service.rules.stock_limit import month_before
from property_service.setup import stores as set_up
from property_service.setup.demo import data, store_history, stores_plan
from property_service.setup.demo.store_goods import Good, texts
from property_service.setup.words import words
from property_service.stock import stores as places

if TYPE_CHECKING:
	from property_service.setup.demo.masters import Masters

# Noted when the demo has switched the procedure on, so that a reset switches it off again.
SWITCH = "Property Service Company"


class StoresMasters:
	"""`stores`, `suppliers`, `groups`: names by title; `warehouses`: (store's title, zone) -> names, the one for damp last."""

	def __init__(self, masters: "Masters", plan: stores_plan.StoresPlan):
		self.masters, self.company, self.plan = masters, masters.company, plan
		self.texts = texts()
		self.stores: dict[str, str] = {}
		self.suppliers: dict[str, str] = {}
		self.groups: dict[str, str] = {}

	def make(self) -> None:
		self.make_years()
		self.make_cost_centers()
		self.make_stores()
		self.switch_on()
		self.make_suppliers()
		self.make_groups()
		self.make_goods()
		self.masters.progress("stores", 1)

	def find(self, doctype: str, known_by: dict, **values) -> str:
		return self.masters.find_or_insert({"doctype": doctype, **known_by, **values}, **known_by)

	# ---- books ---------------------------------------------------------------------------------------------------------

	def make_years(self) -> None:
		"""ERPNext posts only into fiscal years that are there; these are calendar years, as China's law has it."""
		first = month_before(self.plan.month, store_history.MONTHS).year
		for year in range(first, getdate().year + 1):
			first_day, last_day = f"{year}-01-01", f"{year}-12-31"
			there = frappe.db.exists(
				"Fiscal Year", {"year_start_date": ("<=", first_day), "year_end_date": (">=", last_day)}
			)
			if not there:
				self.find(
					"Fiscal Year", {"year": str(year)}, year_start_date=first_day, year_end_date=last_day
				)

	def make_cost_centers(self) -> None:
		"""What is issued is charged to the department (WH-17); only for departments that the demo made, as with their heads."""
		root = frappe.db.get_value(
			"Cost Center", {"company": self.company, "is_group": 1, "parent_cost_center": ("is", "not set")}
		)
		for title in self.texts["requesters"]:
			department = self.masters.departments[title]
			if department in self.masters.made.get("Department", []):
				center = self.find(
					"Cost Center",
					{"cost_center_name": title, "company": self.company},
					parent_cost_center=root,
				)
				frappe.db.set_value("Department", department, "cost_center", center)

	# ---- places --------------------------------------------------------------------------------------------------------

	def make_stores(self) -> None:
		"""Before the procedure is switched on, which would else make stores of its own."""
		document = frappe.get_doc(settings.DOCTYPE)
		set_up.map_zones(document)
		document.save(ignore_permissions=True)  # set-up script
		for row in self.texts["stores"]:
			self.make_store(row)

	def make_store(self, row: dict) -> None:
		root = frappe.db.get_value(
			"Warehouse",
			{"company": self.company, "is_group": 1, "parent_warehouse": ("is", "not set")},
			order_by="lft asc",
		)
		store = self.warehouse(row["name"], parent_warehouse=root, is_group=1)
		self.stores[row["name"]] = store
		dry = row.get("kept_dry")
		for zone in rules.ZONES:
			classes = [name for name in row["classes"] if zone != rules.QUALIFIED or name != dry]
			self.zone(store, f"{row['name']} {self.texts['zones'][zone]}", zone, classes)
		if dry:
			self.zone(store, f"{row['name']} {self.texts['dry_zone']}", rules.QUALIFIED, [dry])

	def zone(self, store: str, title: str, zone: str, classes: list[str]) -> None:
		self.warehouse(
			title,
			parent_warehouse=store,
			warehouse_type=places.warehouse_type(zone),
			is_rejected_warehouse=int(zone == rules.NONCONFORMING),
			permitted_storage_classes=[{"storage_class": name} for name in classes],
		)

	def warehouse(self, title: str, **values) -> str:
		return self.find("Warehouse", {"warehouse_name": title, "company": self.company}, **values)

	def switch_on(self) -> None:
		"""What the company has said itself stays."""
		document = frappe.get_doc(settings.DOCTYPE)
		row = next(row for row in document.companies if row.company == self.company)
		if not row.stores:
			row.stores = 1
			self.masters.made.setdefault(SWITCH, []).append(self.company)
		row.default_store = row.default_store or self.stores[self.texts["stores"][0]["name"]]
		for store in self.texts["stores"]:
			name = self.stores[store["name"]]
			if not any(budget.store == name for budget in document.get("stores")):
				document.append("stores", {"store": name, "monthly_budget": store["budget"]})
		document.save(ignore_permissions=True)  # set-up script

	# ---- goods ---------------------------------------------------------------------------------------------------------

	def make_suppliers(self) -> None:
		group = frappe.get_all(
			"Supplier Group", filters={"is_group": 0}, pluck="name", order_by="lft", limit=1
		)[0]
		for row in self.texts["groups"]:
			title = row["supplier"]
			self.suppliers[title] = self.find("Supplier", {"supplier_name": title}, supplier_group=group)

	def make_groups(self) -> None:
		"""Each proposes the points by which its goods are looked at (WH-10)."""
		root = self.find(
			"Item Group",
			{"item_group_name": self.texts["root_group"]},
			parent_item_group=get_root_of("Item Group"),
			is_group=1,
		)
		for row in self.texts["groups"]:
			template = words(row.get("template") or FIRST)
			self.groups[row["name"]] = self.find(
				"Item Group",
				{"item_group_name": row["name"]},
				parent_item_group=root,
				inspection_template=template
				if frappe.db.exists("Quality Inspection Template", template)
				else None,
			)

	def make_goods(self) -> None:
		for uom in sorted({good.uom for good in self.plan.goods}):
			self.find("UOM", {"uom_name": uom})
		there = set(
			frappe.get_all(
				"Item",
				filters={"name": ("in", [good.code for good in self.plan.goods])},
				pluck="name",
				order_by="name",
			)
		)
		for good in self.plan.goods:
			if good.code not in there:
				self.masters.find_or_insert(self.item_values(good), name=good.code)
			self.masters.progress("goods", 1)

	def item_values(self, good: Good) -> dict:
		return {
			"doctype": "Item",
			"item_code": good.code,
			"item_name": good.name,
			"description": f"{good.name} {good.specification}",
			"specification": good.specification,
			"item_group": self.groups[good.group],
			"stock_uom": good.uom,
			"is_stock_item": 1,
			"valuation_method": "Moving Average",
			"stock_class": good.stock_class,
			"storage_class": good.storage_class,
			"order_multiple": good.multiple,
			"is_tool": int(good.is_tool),
			"low_value_class": good.low_value_class,
			**self.amortisation(good),
			"certificate_exempt": int(bool(good.certificate_exempt_reason)),
			"certificate_exempt_reason": good.certificate_exempt_reason or None,
			"item_defaults": [{"company": self.company, "default_supplier": self.suppliers[good.supplier]}],
		}

	def amortisation(self, good: Good) -> dict:
		"""Where it is not the default: by half at the issue, or by instalments (LV-04)."""
		method, instalments = data.load("articles")["methods"].get(good.code, (None, 0))
		return {"amortisation_method": method, "instalments": instalments}
