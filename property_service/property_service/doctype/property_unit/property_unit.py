from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import cint
from frappe.utils.nestedset import NestedSet
from pypika import Case

from property_service import settings
from property_service.guards import refuse, restore_server_fields
from property_service.rules import occupancy
from property_service.sent_values import CheckedValues

LIVING_IN = "Living In"
# These always have units below; a room has when its beds are units of their own.
GROUP_TYPES = ("Project", "Phase", "Building", "Entrance")


class PropertyUnit(CheckedValues, NestedSet):
	"""A project, building, room, bed or public place (ORG-04)."""

	nsm_parent_field = "parent_property_unit"
	SERVER_FIELDS = ("occupancy", "occupants", "lft", "rgt", "old_parent")

	if TYPE_CHECKING:
		from frappe.types import DF

		area_sqm: DF.Float
		capacity: DF.Int
		company: DF.Link
		customer: DF.Link | None
		disabled: DF.Check
		gender_rule: DF.Literal["Any", "Female", "Male"]
		handed_over_on: DF.Date | None
		is_group: DF.Check
		lft: DF.Int
		occupancy: DF.Literal["Vacant", "Occupied"]
		occupants: DF.Int
		owner_category: DF.Autocomplete | None
		parent_code: DF.Data | None
		parent_property_unit: DF.Link | None
		rgt: DF.Int
		unit_code: DF.Data | None
		unit_name: DF.Data
		unit_type: DF.Literal[
			"Project",
			"Phase",
			"Building",
			"Entrance",
			"Room",
			"Bed",
			"Public Area",
			"Parking",
			"Guest Room",
		]

	def before_insert(self):
		self.take_parent_from_its_code()
		self.make_a_group_of_a_building()

	def autoname(self):
		self.complete_unit_code()
		self.name = self.unit_code

	def before_validate(self):
		restore_server_fields(self, type(self).SERVER_FIELDS)

	def validate(self):
		self.check_parent()
		self.check_company_of_units_below()
		self.check_owner_category()
		self.check_occupants_still_fit()

	def take_parent_from_its_code(self):
		"""Frappe's import refuses a file whose links are not there before its first line; codes are looked up line by line."""
		code, self.parent_code = self.parent_code, None
		if not code or self.parent_property_unit:
			return
		if not frappe.db.exists("Property Unit", code):
			refuse(
				_(
					"There is no unit {0} to stand below (ORG-04). In a file, units come after the unit above them."
				).format(frappe.bold(frappe.utils.escape_html(code)))
			)
		self.parent_property_unit = code

	def before_rename(self, old: str, new: str, merge: bool = False):
		if merge:
			refuse(
				_(
					"Units are not merged: their residents, limits and history would be mixed up (ORG-04). Move what belongs to {0} to {1}, then disable it."
				).format(frappe.bold(old), frappe.bold(new))
			)

	def on_update(self):
		moved = self.has_value_changed("parent_property_unit") and not self.flags.in_insert
		path_before = path_of([self.name]) if moved else []
		super().on_update()
		if self.has_value_changed("company") and not self.flags.in_insert:
			frappe.db.set_value("Resident", {"property_unit": self.name}, "company", self.company)
		if moved:
			path = path_of([self.name])
			recount({*path_before, *path})
			self.check_capacity_above(path)

	def make_a_group_of_a_building(self):
		if self.unit_type in GROUP_TYPES:
			self.is_group = 1

	def complete_unit_code(self):
		"""A unit without a code gets the code of the unit above it and its own name."""
		if not self.unit_code:
			parts = [self.parent_property_unit, self.unit_name]
			self.unit_code = "-".join(part.strip().replace("/", "-") for part in parts if part)

	def check_parent(self):
		if not self.parent_property_unit:
			return
		parent = frappe.db.get_value(
			"Property Unit", self.parent_property_unit, ["is_group", "company", "unit_name"], as_dict=True
		)
		if not parent:
			return  # Frappe reports the missing link itself
		if not parent.is_group:
			refuse(
				_('{0} has no units below it (ORG-04). Tick "Has Units Below" there first.').format(
					frappe.bold(parent.unit_name)
				)
			)
		if parent.company != self.company:
			self.refuse_company(parent)

	def check_company_of_units_below(self):
		if self.is_new() or not self.has_value_changed("company"):
			return
		below = frappe.db.get_value(
			"Property Unit",
			{"parent_property_unit": self.name, "company": ("!=", self.company)},
			["unit_name", "company"],
			order_by="lft asc",
		)
		if below:
			self.refuse_company(frappe._dict(unit_name=below[0], company=below[1]))

	def refuse_company(self, other: frappe._dict):
		refuse(
			_("{0} belongs to {1}, so {2} cannot belong to {3} (ORG-04). Choose the same company.").format(
				*map(frappe.bold, (other.unit_name, other.company, self.unit_name, self.company))
			)
		)

	def check_owner_category(self):
		categories = [row.category_name for row in settings.get().owner_categories]
		if (
			self.owner_category
			and self.owner_category not in categories
			and self.has_value_changed("owner_category")
		):
			refuse(
				_("{0} is no owner category (ORG-04). Choose one of {1}, or add it to the settings.").format(
					frappe.bold(self.owner_category), ", ".join(map(_, categories))
				)
			)

	def check_occupants_still_fit(self):
		"""A limit that those who already live here break is refused, not silently kept."""
		if self.is_new() or not (self.has_value_changed("capacity") or self.has_value_changed("gender_rule")):
			return
		here = lock_path([self.name])[self.name]
		if self.capacity and here.occupants > self.capacity:
			refuse(
				_(
					"{0} residents live in {1}, more than a capacity of {2} allows (ORG-04). Move them out first."
				).format(here.occupants, frappe.bold(self.unit_name), self.capacity)
			)
		if self.gender_rule not in (None, "", occupancy.ANY):
			self._check_genders()

	def check_capacity_above(self, path: list[str]):
		"""Moving a room with its residents must not overfill what is above its new place."""
		above = lock_path(path)
		overfull = next(
			(row for row in above.values() if row.capacity and row.occupants > row.capacity), None
		)
		if overfull:
			refuse(
				_("{0} residents would live in {1}, more than its capacity of {2} allows (ORG-04).").format(
					overfull.occupants, frappe.bold(overfull.unit_name), overfull.capacity
				)
			)

	def _check_genders(self):
		others = [
			gender for gender in genders_in(self.name) if not occupancy.gender_fits(self.gender_rule, gender)
		]
		if others:
			refuse(
				_(
					"Residents of another gender live in {0} (ORG-04). Move them out before you set the rule {1}."
				).format(frappe.bold(self.unit_name), frappe.bold(_(self.gender_rule)))
			)


# ---- occupants -------------------------------------------------------------------------------------------------


def path_of(units: list[str]) -> list[str]:
	"""Return the units and all units above them."""
	here = frappe.qb.DocType("Property Unit").as_("here")
	above = frappe.qb.DocType("Property Unit").as_("above")
	rows = (
		frappe.qb.from_(here)
		.join(above)
		.on((above.lft <= here.lft) & (above.rgt >= here.rgt))
		.select(above.name)
		.distinct()
		.where(here.name.isin(units))
		.run()
	)
	return [row[0] for row in rows]


def lock_path(units: list[str]) -> dict[str, frappe._dict]:
	"""Lock the units and those above them until commit, and return their rows, the highest first.

	By name, so that InnoDB locks just these rows and always in the same order.
	"""
	unit = frappe.qb.DocType("Property Unit")
	rows = (
		frappe.qb.from_(unit)
		.select(
			unit.name,
			unit.unit_name,
			unit.capacity,
			unit.occupants,
			unit.gender_rule,
			unit.disabled,
			unit.lft,
			unit.rgt,
		)
		.where(unit.name.isin(path_of(units)))
		.orderby(unit.name)
		.for_update()
		.run(as_dict=True)
	)
	return {row.name: row for row in sorted(rows, key=lambda row: row.lft)}


def add_occupants(units: list[str], change: int) -> None:
	"""Count `change` residents more in each of the locked `units`, and derive their occupancy."""
	if not units:
		return
	unit = frappe.qb.DocType("Property Unit")
	count = unit.occupants + change
	(
		frappe.qb.update(unit)
		.set(unit.occupancy, Case().when(count > 0, occupancy.OCCUPIED).else_(occupancy.VACANT))
		.set(unit.occupants, count)
		.where(unit.name.isin(units))
		.run()
	)
	for name in units:
		frappe.clear_document_cache("Property Unit", name)


def genders_in(name: str) -> set[str | None]:
	"""Return the genders of those who live in the unit or below it."""
	unit, below, resident = _tables()
	rows = (
		frappe.qb.from_(resident)
		.join(below)
		.on(below.name == resident.property_unit)
		.join(unit)
		.on((unit.lft <= below.lft) & (unit.rgt >= below.rgt))
		.select(resident.gender)
		.distinct()
		.where((unit.name == name) & (resident.status == LIVING_IN))
		.run()
	)
	return {row[0] for row in rows}


def recount(units: set[str] | None = None) -> None:
	"""Count the occupants of `units` (default: all) anew; needed when units move in the tree."""
	names = (
		sorted(units) if units is not None else frappe.get_all("Property Unit", pluck="name", order_by="name")
	)
	counts = _counted(names)
	for name in names:
		count = counts.get(name, 0)
		frappe.db.set_value(
			"Property Unit",
			name,
			{"occupants": count, "occupancy": occupancy.occupancy(count)},
			update_modified=False,
		)


def occupancy_differences(company: str | None = None) -> list[tuple[str, int, int]]:
	"""Return (unit, stored occupants, residents living there) wherever the two differ (Q-03)."""
	filters = {"company": company} if company else {}
	stored = frappe.get_all(
		"Property Unit", filters=filters, fields=["name", "occupants"], order_by="name", as_list=True
	)
	counts = _counted([name for name, _count in stored])
	return [(name, count, counts.get(name, 0)) for name, count in stored if count != counts.get(name, 0)]


def _counted(names: list[str]) -> dict[str, int]:
	if not names:
		return {}
	unit, below, resident = _tables()
	return dict(
		frappe.qb.from_(resident)
		.join(below)
		.on(below.name == resident.property_unit)
		.join(unit)
		.on((unit.lft <= below.lft) & (unit.rgt >= below.rgt))
		.select(unit.name, Count(resident.name))
		.where((resident.status == LIVING_IN) & unit.name.isin(names))
		.groupby(unit.name)
		.run()
	)


def _tables():
	return (
		frappe.qb.DocType("Property Unit").as_("unit"),
		frappe.qb.DocType("Property Unit").as_("below"),
		frappe.qb.DocType("Resident").as_("resident"),
	)


# ---- desk ------------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["GET", "POST"])
def owner_categories(txt: str | None = None, **_params) -> list[dict]:
	"""Return the owner categories of the settings as options of the form's field."""
	frappe.has_permission("Property Unit", "read", throw=True)
	return [
		{"value": row.category_name, "label": _(row.category_name), "description": row.description or ""}
		for row in settings.get().owner_categories
	]


@frappe.whitelist(methods=["GET", "POST"])
def get_children(doctype: str, parent: str | None = None, is_root: bool = False, **_filters) -> list[dict]:
	"""Return the units directly below `parent` for the tree view, with what the tree shows beside them."""
	at_the_top = bool(frappe.utils.sbool(is_root)) or not parent
	return frappe.get_list(
		"Property Unit",
		filters={"parent_property_unit": ("is", "not set") if at_the_top else parent},
		fields=[
			"name as value",
			"unit_name as title",
			"is_group as expandable",
			"occupancy",
			"occupants",
			"capacity",
		],
		order_by="unit_code",
		limit_page_length=0,
	)


@frappe.whitelist(methods=["POST"])
def add_node(
	unit_name: str,
	unit_type: str,
	company: str,
	parent: str | None = None,
	unit_code: str | None = None,
	capacity: int | None = None,
	is_group: bool = False,
	is_root: bool = False,
	**_tree,
) -> str:
	"""Insert a unit from the tree view, with the user's own permissions; return its name."""
	unit = frappe.new_doc(
		"Property Unit",
		unit_name=unit_name,
		unit_type=unit_type,
		company=company,
		unit_code=unit_code,
		capacity=capacity or 0,
		is_group=cint(is_group),
		parent_property_unit=None if is_root else parent,
	)
	return unit.insert().name
