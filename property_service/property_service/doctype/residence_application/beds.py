"""Which beds are free from when to when, and who gets one (DESK-09).

Lock order: the unit with those above it, then the application. Whoever assigns a bed holds the unit's row, so two
clerks cannot both find the last one free.
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, now_datetime, nowdate

from property_service import commands
from property_service.guards import refuse
from property_service.property_service.doctype.property_unit import property_unit as units_of
from property_service.property_service.doctype.residence_application.residence_application import DOCTYPE
from property_service.refusals import stop
from property_service.register_entry import locked, refuse_unknown
from property_service.rules import occupancy
from property_service.rules import residence as rules
from property_service.sent_values import check_values

ROOMS_SHOWN = 200
UNIT_FIELDS = ["name", "unit_name", "unit_type", "is_group", "company"]


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def assign_room(
	name: str, property_unit: str, from_date: str | None = None, to_date: str | None = None
) -> str:
	"""Employer Confirmed (or Room Assigned, for another bed or other days) → Room Assigned. Returns the unit's name.

	Raises frappe.ValidationError when the unit is no place to sleep, is full on a day of the stay, or takes the other
	gender only.
	"""
	frappe.has_permission(DOCTYPE, "write", throw=True)
	unit = frappe.db.get_value("Property Unit", property_unit, UNIT_FIELDS, as_dict=True)
	if not unit:
		refuse_unknown("There is no property unit {0}.", property_unit)
	path = units_of.lock_path([unit.name])
	doc = locked(DOCTYPE, name)
	action = doc.require_step(rules.ROOM_ASSIGNED)
	take_days(doc, from_date, to_date)
	stop(rules.refuse_place(unit.unit_name, unit.unit_type, bool(unit.is_group), unit.company == doc.company))
	first = getdate(doc.from_date)
	stop(rules.refuse_bed(places(path, doc), doc.gender, first, doc.last_day))
	doc.update(
		{
			"property_unit": unit.name,
			"assigned_by": frappe.session.user,
			"assigned_on": now_datetime(),
		}
	)
	doc.take_step(rules.ROOM_ASSIGNED, action, unit.unit_name)
	return unit.name


def take_days(doc: Document, from_date: str | None, to_date: str | None) -> None:
	"""Other days come with another assignment; an empty `to_date` leaves the last day as it was."""
	for fieldname, value in (("from_date", from_date), ("to_date", to_date)):
		if value:
			doc.set(fieldname, value)
	check_values(doc)
	stop(rules.refuse_days(getdate(doc.from_date), doc.last_day))


# ---- what is taken ---------------------------------------------------------------------------------------------------


def places(path: dict[str, frappe._dict], application: Document) -> list[rules.Place]:
	"""The locked units from the highest down, with the beds taken in each; the application's own does not count."""
	rows = list(path.values())
	top = next((row for row in rows if row.capacity), None)
	taken = stays_in(top, application.name) if top else []
	today = getdate(nowdate())
	return [
		rules.Place(
			title=row.unit_name,
			capacity=row.capacity or 0,
			gender_rule=row.gender_rule or occupancy.ANY,
			disabled=bool(row.disabled),
			taken=beds_taken(row, within(taken, row), application, today),
		)
		for row in rows
	]


def stays_in(top: frappe._dict, but: str) -> list[frappe._dict]:
	"""Applications that keep a bed in the unit or below it, read with a lock: past the transaction's snapshot."""
	unit = frappe.qb.DocType("Property Unit")
	below = {
		name: (lft, rgt)
		for name, lft, rgt in frappe.qb.from_(unit)
		.select(unit.name, unit.lft, unit.rgt)
		.where((unit.lft >= top.lft) & (unit.rgt <= top.rgt))
		.run()
	}
	application = frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(application)
		.select(application.property_unit, application.status, application.from_date)
		.select(application.to_date, application.moved_in_on, application.resident)
		.where(application.property_unit.isin(sorted(below)) & application.status.isin(rules.TAKES_A_BED))
		.where(application.name != but)
		.orderby(application.name)
		.for_update()
		.run(as_dict=True)
	)
	for row in rows:
		row.lft, row.rgt = below[row.property_unit]
	return rows


def within(rows: Iterable[frappe._dict], unit: frappe._dict) -> list[frappe._dict]:
	return [row for row in rows if row.lft >= unit.lft and row.rgt <= unit.rgt]


def beds_taken(
	unit: frappe._dict, rows: list[frappe._dict], application: Document, today
) -> list[rules.Stay]:
	"""Beds of those who live here, until the day they planned to leave, and beds kept for those who will come."""
	living = [stay(row, row.moved_in_on) for row in rows if row.status == rules.MOVED_IN]
	coming = [stay(row, row.from_date) for row in rows if row.status == rules.ROOM_ASSIGNED]
	occupants = (unit.occupants or 0) - lives_in(application.resident, unit)
	return rules.stays_of_occupants(occupants, living, today) + coming


def stay(row: frappe._dict, first) -> rules.Stay:
	return rules.Stay(getdate(first), getdate(row.to_date) if row.to_date else None)


def lives_in(resident: str | None, unit: frappe._dict) -> int:
	"""1 when the applicant has a bed in the unit already, for that one becomes free."""
	home = resident and frappe.db.get_value("Resident", resident, ["status", "property_unit"], as_dict=True)
	if not home or home.status != units_of.LIVING_IN or not home.property_unit:
		return 0
	lft, rgt = frappe.db.get_value("Property Unit", home.property_unit, ["lft", "rgt"])
	return int(lft >= unit.lft and rgt <= unit.rgt)


# ---- beds kept for somebody who is not here yet -----------------------------------------------------------------------


def kept_today(path: list[frappe._dict], resident: str | None, application: str | None) -> dict[str, int]:
	"""{unit: beds kept in it and below today for others than `resident` and `application`}; the units are locked.

	Moving somebody in by hand must not take a bed that another one was promised.
	"""
	limited = [row for row in path if row.capacity]
	if not limited:
		return {}
	today = getdate(nowdate())
	kept = [
		row
		for row in stays_in(limited[0], application or "")
		if row.status == rules.ROOM_ASSIGNED
		and getdate(row.from_date) <= today
		and not (row.to_date and getdate(row.to_date) < today)
		and not (resident and row.resident == resident)
	]
	return {unit.name: len(within(kept, unit)) for unit in limited}


# ---- choosing --------------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["GET", "POST"])
def free_rooms(name: str, from_date: str | None = None, to_date: str | None = None) -> list[dict]:
	"""Rooms and beds that the applicant may have in these days, with how many beds are free (None: no limit).

	Two statements whatever the number of rooms. Rooms that people share already come first, so that few stand half empty.
	"""
	doc = frappe.get_doc(DOCTYPE, name)
	doc.check_permission("read")
	take_days(doc, from_date, to_date)
	first, last, today = getdate(doc.from_date), doc.last_day, getdate(nowdate())
	kept = stays_by_unit(doc.name)
	found = []
	for unit in candidates(doc):
		taken = beds_taken(unit, kept.get(unit.name, []), doc, today)
		free = unit.capacity - rules.most_at_once(taken, first, last) if unit.capacity else None
		if free is None or free > 0:
			found.append(
				{
					"name": unit.name,
					"title": unit.unit_name,
					"unit_type": unit.unit_type,
					"capacity": unit.capacity or None,
					"free": free,
					"wanted": rules.fits_room_type(unit.capacity or 0, doc.room_type),
				}
			)
	found.sort(key=lambda row: (not row["wanted"], row["free"] == row["capacity"]))
	return found[:ROOMS_SHOWN]


def candidates(doc: Document) -> list[frappe._dict]:
	rows = frappe.get_list(
		"Property Unit",
		filters={
			"company": doc.company,
			"unit_type": ("in", rules.SLEEPING_PLACES),
			"is_group": 0,
			"disabled": 0,
		},
		fields=["name", "unit_name", "unit_type", "capacity", "occupants", "gender_rule", "lft", "rgt"],
		order_by="lft asc",
		limit_page_length=0,
	)
	return [row for row in rows if occupancy.gender_fits(row.gender_rule, doc.gender)]


def stays_by_unit(but: str) -> dict[str, list[frappe._dict]]:
	found: dict[str, list[frappe._dict]] = {}
	rows = frappe.get_all(
		DOCTYPE,
		filters={"status": ("in", rules.TAKES_A_BED), "name": ("!=", but)},
		fields=["property_unit", "status", "from_date", "to_date", "moved_in_on"],
		order_by="property_unit",
	)
	for row in rows:
		found.setdefault(row.property_unit, []).append(row)
	return found


def refuse_full(unit: frappe._dict, kept: int) -> None:
	"""Called while a resident moves in by hand, when only beds that are kept for others are left."""
	refuse(
		_(
			"{0} is full: {1} places are taken and {2} kept for applicants (DESK-09). Choose another unit, or give that applicant another bed."
		).format(frappe.bold(unit.unit_name), unit.occupants, kept)
	)
