from typing import TYPE_CHECKING, NoReturn

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from property_service import sensitive_data
from property_service.guards import refuse, require_company, restore_server_fields
from property_service.property_service.doctype.property_unit import property_unit
from property_service.property_service.doctype.residence_application import beds
from property_service.refusals import stop
from property_service.rules import identity, occupancy
from property_service.rules import residents as rules
from property_service.rules.reception import initials
from property_service.sent_values import CheckedValues

LIVING_IN = rules.LIVING_IN
MOVED_OUT = rules.MOVED_OUT
FOUND_AT_MOST = 10
LONGEST_SEARCH = 140


class Resident(CheckedValues, Document):
	"""An owner, tenant or dormitory resident (ORG-05)."""

	if TYPE_CHECKING:
		from frappe.types import DF

		company: DF.Link | None
		employee: DF.Link | None
		employer: DF.Link | None
		gender: DF.Link | None
		household: DF.Link | None
		id_number: DF.Data | None
		mobile_no: DF.Data
		moved_in_on: DF.Date | None
		moved_out_on: DF.Date | None
		naming_series: DF.Literal["ZH-.#####"]
		property_unit: DF.Link | None
		remarks: DF.SmallText | None
		resident_name: DF.Data
		status: DF.Literal["Registered", "Living In", "Moved Out"]
		tier: DF.Literal["VIP", "Main", "Ordinary", "Small"]
		user: DF.Link | None

	SERVER_FIELDS = ("company",)

	def before_validate(self):
		restore_server_fields(self, type(self).SERVER_FIELDS)
		self.set_company()
		self.take_gender_from_id_number()
		sensitive_data.take_in(self, {"id_number": identity.id_card})
		self.normalise_mobile()
		self.search_initials = initials(self.resident_name)
		self.set_dates_of_stay()

	def validate(self):
		require_company(self.company)
		self.check_stay()
		self.move()

	def on_update(self):
		sensitive_data.keep(self)

	def on_trash(self):
		self.leave()

	def set_company(self):
		self.company = rules.company(
			of_unit=_company_of("Property Unit", self.property_unit),
			of_employee=_company_of("Employee", self.employee),
			known=self.company,
			of_clerk=frappe.defaults.get_user_default("Company") if self.is_new() else None,
		)

	def take_gender_from_id_number(self):
		"""The number tells; what the clerk chose stays."""
		if not self.gender and self.id_number:
			try:
				self.gender = identity.gender_of(identity.id_card(self.id_number))
			except ValueError:
				pass  # a mask tells nothing; a wrong number is refused in the next step

	def normalise_mobile(self):
		if not self.mobile_no:
			return  # Frappe refuses an empty mandatory field itself
		try:
			self.mobile_no = identity.mobile(self.mobile_no)
		except ValueError:
			refuse(
				_(
					"{0} is no mobile number (ORG-03). Enter eleven digits, or +, country code and number."
				).format(frappe.bold(frappe.utils.escape_html(self.mobile_no)))
			)

	def set_dates_of_stay(self):
		self.moved_in_on, self.moved_out_on = rules.dates_of_stay(self.stay(), getdate(nowdate()))

	def check_stay(self):
		stop(rules.refuse_stay(self.stay(), getdate(nowdate())))

	def stay(self) -> rules.Stay:
		days = (getdate(day) if day else None for day in (self.moved_in_on, self.moved_out_on))
		return rules.Stay(self.status, self.property_unit, *days)

	# ---- occupancy (ORG-04) ----

	def move(self):
		"""Check the unit's limits and count the resident there; the units stay locked until commit."""
		before = None if self.is_new() else self.get_doc_before_save()
		old, new = _home_of(before), _home_of(self)
		if old == new and not (new and self.gender != before.gender):
			return
		units = property_unit.lock_path([unit for unit in {old, new} if unit])
		old_path, new_path = _path_to(old, units), _path_to(new, units)
		self._check_limits(new_path, frozenset(row.name for row in old_path))
		left = [row.name for row in old_path if row not in new_path]
		entered = [row.name for row in new_path if row not in old_path]
		property_unit.add_occupants(left, -1)
		property_unit.add_occupants(entered, +1)

	def leave(self):
		"""A deleted resident no longer takes a bed."""
		home = _home_of(self)
		if home:
			property_unit.add_occupants(list(property_unit.lock_path([home])), -1)

	def _check_limits(self, path: list[frappe._dict], counted_in: frozenset[str]):
		kept = beds.kept_today(path, self.name, self.flags.residence_application)
		units = [
			occupancy.Unit(
				row.name,
				row.capacity or 0,
				(row.occupants or 0) + kept.get(row.name, 0),
				row.gender_rule or occupancy.ANY,
				bool(row.disabled),
			)
			for row in path
		]
		refusal = occupancy.obstacle_to_moving_in(units, self.gender, counted_in)
		if refusal:
			row = next(row for row in path if row.name == refusal.unit.name)
			if refusal.obstacle is occupancy.Obstacle.FULL and kept.get(row.name):
				beds.refuse_full(row, kept[row.name])
			_refuse_moving_in(row, refusal.obstacle)


def _company_of(doctype: str, name: str | None) -> str | None:
	return frappe.db.get_value(doctype, name, "company") if name else None


def _home_of(resident: Document | None) -> str | None:
	return resident.property_unit if resident and resident.status == LIVING_IN else None


def _path_to(unit: str | None, units: dict[str, frappe._dict]) -> list[frappe._dict]:
	here = units.get(unit)
	if not here:
		return []
	return [row for row in units.values() if row.lft <= here.lft and row.rgt >= here.rgt]


def _refuse_moving_in(unit: frappe._dict, obstacle: occupancy.Obstacle) -> NoReturn:
	name = frappe.bold(unit.unit_name)
	if obstacle is occupancy.Obstacle.FULL:
		refuse(
			_(
				"{0} is full: {1} of {2} places are taken (ORG-04). Choose another unit, or move somebody out."
			).format(name, unit.occupants, unit.capacity)
		)
	if obstacle is occupancy.Obstacle.GENDER:
		refuse(
			_("{0} takes only residents of the gender {1} (ORG-04). Choose another unit.").format(
				name, frappe.bold(_(unit.gender_rule))
			)
		)
	refuse(_("{0} is disabled (ORG-04). Choose another unit.").format(name))


@frappe.whitelist(methods=["GET", "POST"])
def find(text: str) -> list[dict]:
	"""Return up to 10 residents by telephone number, name, its initials or unit, those who live here first (SVC-01).

	Raises frappe.PermissionError without read permission on Resident.
	"""
	frappe.has_permission("Resident", "read", throw=True)
	text = text.strip()[:LONGEST_SEARCH]
	if not text:
		return []
	starts = f"{_escape_like(_digits_or_text(text))}%"
	contains = f"%{_escape_like(text)}%"
	rows = frappe.get_list(
		"Resident",
		or_filters={
			"mobile_no": ("like", starts),
			"resident_name": ("like", contains),
			"search_initials": ("like", f"{_escape_like(text.lower())}%"),
			"property_unit": ("in", _units_like(contains)),
		},
		fields=["name", "resident_name", "mobile_no", "property_unit", "employer", "status", "tier"],
		order_by="status, resident_name",
		limit_page_length=FOUND_AT_MOST,
	)
	return _with_unit_names(rows)


def _digits_or_text(text: str) -> str:
	try:
		return identity.phone(text)
	except ValueError:
		return text


def _escape_like(text: str) -> str:
	return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def _units_like(pattern: str) -> list[str]:
	names = frappe.get_all(
		"Property Unit",
		or_filters={"name": ("like", pattern), "unit_name": ("like", pattern)},
		pluck="name",
		order_by="lft",
		limit=100,
	)
	return names or [""]


def _with_unit_names(rows: list[dict]) -> list[dict]:
	units = {row.property_unit for row in rows if row.property_unit}
	names = dict(
		frappe.get_all(
			"Property Unit",
			filters={"name": ("in", list(units))},
			fields=["name", "unit_name"],
			order_by="name",
			as_list=True,
		)
	)
	for row in rows:
		row.unit_name = names.get(row.property_unit)
	return rows
