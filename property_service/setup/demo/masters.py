"""Departments, staff, tenant companies, places, residents and categories of the demo, through their own controllers.

Everything is looked up first, so that a record that stayed at a reset, or that the site already had, is used as it is.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import frappe
from frappe.utils.nestedset import get_root_of
from frappe.utils.password import update_password

from property_service import settings
from property_service.setup.demo import data, people, plan, population, record
from property_service.setup.demo.cash_desk_masters import CashDeskMasters
from property_service.setup.demo.stores_masters import StoresMasters

# The company's settings name these departments.
SETTINGS_DEPARTMENTS = {
	"service_department": "客服部",
	"environment_department": "环境部",
	"gate_department": "礼宾部",
}
Progress = Callable[[str, int], None]
BORN_ON = "1988-08-08"


class Masters:
	"""Makes what is missing and knows the names: `departments["工程部"]`, `employees[user]`, `units[code]`, …"""

	def __init__(self, company: str, centre: plan.Plan, progress: Progress):
		self.company = company
		self.centre = centre
		self.progress = progress
		self.departments: dict[str, str] = {}
		self.employees: dict[str, str] = {}
		self.customers: dict[str, str] = {}
		self.units: dict[str, str] = {}
		self.residents: dict[str, str] = {}
		self.counter = ""
		self.cash_desk = CashDeskMasters(self)
		self.stores = StoresMasters(self, centre.stores)
		self.made: dict[str, list[str]] = {}

	def make(self) -> None:
		self.make_departments()
		self.make_staff()
		self.name_heads()
		self.name_departments_in_settings()
		self.make_customers()
		self.make_units()
		self.make_residents()
		self.make_categories()
		self.make_complaint_types()
		self.make_counter()
		self.make_uoms()
		self.cash_desk.make()
		self.stores.make()
		for doctype, names in self.made.items():
			record.note(doctype, names)

	def find_or_insert(self, values: dict, **known_by) -> str:
		"""Name of the record that `known_by` finds, else of a new one made of `values` and noted as the demo's."""
		there = frappe.db.get_value(values["doctype"], known_by)
		if there:
			return there
		# A set-up script run by the site's administrator, as Administrator.
		name = frappe.get_doc(values).insert(ignore_permissions=True).name
		self.made.setdefault(values["doctype"], []).append(name)
		return name

	# ---- people

	def make_departments(self) -> None:
		for row in data.load("departments"):
			self.departments[row["name"]] = self.find_or_insert(
				{
					"doctype": "Department",
					"department_name": row["name"],
					"company": self.company,
					"parent_department": get_root_of("Department"),
					"is_management_office": row.get("management_office", 0),
				},
				department_name=row["name"],
				company=self.company,
			)

	def make_staff(self) -> None:
		"""Employees first and their logins afterwards: ERPNext saves the user again for each employee with a login, and takes
		the role Employee from a user whom no employee names.
		"""
		with caches_emptied_once():
			for member in self.centre.staff:
				self.employees[member.user] = self.find_or_insert(
					self.employee_values(member), user_id=member.user
				)
		for member in self.centre.staff:
			frappe.db.set_value("Employee", self.employees[member.user], "user_id", member.user)
			self.make_user(member)
			self.progress("people", 1)

	def employee_values(self, member: people.StaffMember) -> dict:
		return {
			"doctype": "Employee",
			"first_name": member.full_name,
			"gender": member.gender,
			"date_of_birth": BORN_ON,
			"date_of_joining": "2018-03-01",
			"company": self.company,
			"department": self.departments[member.department],
			# The app's own rules say who sees what; a user permission would hide the colleagues' orders.
			"create_user_permission": 0,
		}

	@property
	def heads(self) -> dict[str, str]:
		"""Department -> who leads it in the demo."""
		return {row["name"]: people.user_id(row["head"]) for row in data.load("departments")}

	def make_user(self, member: people.StaffMember) -> None:
		if frappe.db.exists("User", member.user):
			return
		self.find_or_insert(
			{
				"doctype": "User",
				"email": member.user,
				"first_name": member.full_name,
				"gender": member.gender,
				"birth_date": BORN_ON,
				"language": "zh",
				"send_welcome_email": 0,
				"user_type": "System User",
				"role_profile_name": member.role_profile,
			},
			name=member.user,
		)
		set_password(member.user)

	def name_heads(self) -> None:
		"""Only for departments that the demo made: a company's own keep their heads."""
		own = set(self.made.get("Department", []))
		for row in data.load("departments"):
			name = self.departments[row["name"]]
			if name in own:
				frappe.db.set_value("Department", name, "department_head", people.user_id(row["head"]))

	def name_departments_in_settings(self) -> None:
		"""Which departments the desk and the cleaners are, where the company has not said so."""
		row = settings.company_row(self.company)
		for fieldname, department in SETTINGS_DEPARTMENTS.items():
			if not row.get(fieldname):
				frappe.db.set_value(row.doctype, row.name, fieldname, self.departments[department])
		frappe.clear_document_cache(settings.DOCTYPE, settings.DOCTYPE)

	# ---- places and who lives there

	def make_customers(self) -> None:
		for row in data.load("companies"):
			self.customers[row["name"]] = self.find_or_insert(
				{
					"doctype": "Customer",
					"customer_name": row["name"],
					"customer_type": "Company",
					"customer_group": leaf_of("Customer Group"),
					"territory": leaf_of("Territory"),
				},
				customer_name=row["name"],
			)

	def make_units(self) -> None:
		for place in self.centre.places:
			self.units[place.code] = self.find_or_insert(self.unit_values(place), name=place.code)
			self.progress("places", 1)

	def unit_values(self, place: population.Place) -> dict:
		return {
			"doctype": "Property Unit",
			"unit_code": place.code,
			"unit_name": place.name,
			"unit_type": place.unit_type,
			"parent_property_unit": self.units.get(place.parent),
			"company": self.company,
			"is_group": int(place.is_group),
			"area_sqm": place.area_sqm,
			"capacity": place.capacity,
			"gender_rule": place.gender_rule,
			"handed_over_on": place.handed_over_on,
		}

	def make_residents(self) -> None:
		"""Some have a login to the portal, where notices are read."""
		at_home = [person for person in self.centre.residents if person.status == "Living In"]
		logins = dict(zip((person.mobile_no for person in at_home), people.RESIDENT_LOGINS, strict=False))
		for person in at_home[: len(people.RESIDENT_LOGINS)]:
			self.make_resident_login(logins[person.mobile_no], person)
		for person in self.centre.residents:
			employer = self.customers[person.employer]
			self.residents[person.mobile_no] = self.find_or_insert(
				{
					"doctype": "Resident",
					"resident_name": person.full_name,
					"gender": person.gender,
					"mobile_no": person.mobile_no,
					"id_number": person.id_number,
					"employer": employer,
					"household": employer,
					"status": person.status,
					"tier": person.tier,
					"property_unit": self.units.get(person.room),
					"moved_in_on": person.moved_in_on,
					"moved_out_on": person.moved_out_on,
					"user": logins.get(person.mobile_no),
				},
				mobile_no=person.mobile_no,
			)
			self.progress("residents", 1)

	def make_resident_login(self, user: str, person: population.Person) -> None:
		if frappe.db.exists("User", user):
			return
		self.find_or_insert(
			{
				"doctype": "User",
				"email": user,
				"first_name": person.full_name,
				"language": "zh",
				"send_welcome_email": 0,
				"user_type": "Website User",
				"roles": [{"role": "Resident"}],
			},
			name=user,
		)
		set_password(user)

	def make_categories(self) -> None:
		for row in data.load("categories"):
			department = "环境部" if row["trade"] == "保洁" else "工程部"
			self.find_or_insert(
				{
					"doctype": "Repair Category",
					"category_name": row["name"],
					"repair_kind": row["kind"],
					"department": self.departments[department],
				},
				name=row["name"],
			)

	def make_complaint_types(self) -> None:
		for row in data.load("complaints")["types"]:
			self.find_or_insert(
				{
					"doctype": "Complaint Type",
					"type_name": row["type"],
					"desk_may_settle": row["desk_may_settle"],
				},
				name=row["type"],
			)

	def make_counter(self) -> None:
		name = data.load("shifts")["counter"]
		self.counter = self.find_or_insert(
			{
				"doctype": "Front Desk Counter",
				"counter_name": name,
				"company": self.company,
				"department": self.departments["客服部"],
			},
			name=name,
		)

	def make_uoms(self) -> None:
		for uom in sorted({material[1] for row in data.load("categories") for material in row["materials"]}):
			self.find_or_insert({"doctype": "UOM", "uom_name": uom}, name=uom)


def set_password(user: str) -> None:
	update_password(user, os.environ.get("ADMIN_PASSWORD") or "admin")


@contextmanager
def caches_emptied_once() -> Iterator[None]:
	"""ERPNext empties every cache of the site for each employee it saves or deletes, and the definitions of all DocTypes
	are then read anew: half a minute for 25 people. Here they are emptied at the end.
	"""
	emptied = frappe.clear_cache
	frappe.clear_cache = lambda *args, **kwargs: emptied(*args, **kwargs) if args or kwargs else None
	try:
		yield
	finally:
		frappe.clear_cache = emptied
		frappe.clear_cache()


def leaf_of(doctype: str) -> str:
	"""Some group that takes customers; a site's names are in its own language, so never by name."""
	return frappe.get_all(doctype, filters={"is_group": 0}, pluck="name", order_by="lft", limit=1)[0]
