"""Guest room cleaning: one action at the desk notifies the environment department's leader; each room is tracked.

Rule SVC-13. The environment department is named per company in `Property Service Settings`.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from property_service import guards, settings
from property_service.property_service.doctype.service_order.assignment import heads_of, is_desk
from property_service.rules import service_order as rules
from property_service.sent_values import parsed

SERVICE_TYPE = "Guest Room Cleaning"
PENDING, CLEANED, INSPECTED = "Pending", "Cleaned", "Inspected"
MOST_ROOMS = 200


@frappe.whitelist(methods=["POST"])
def order_cleaning(rooms: list[str] | str, planned_for: str | None = None, matter: str | None = None) -> dict:
	"""Makes and dispatches one order for `rooms` (names of Guest Room units of one company) to the department's leader.

	Raises ValidationError when a unit is no guest room, is disabled or is being cleaned already, or when the company
	has no environment department or that department no leader.
	"""
	frappe.has_permission("Service Order", "create", throw=True)
	units = load_rooms(names_of(rooms))
	company = company_of(units)
	refuse_open(units)
	department = settings.required(company, "environment_department")
	order = frappe.get_doc(
		{
			"doctype": "Service Order",
			"company": company,
			"service_type": SERVICE_TYPE,
			"matter": matter or _("Clean {0} guest rooms: {1}").format(len(units), titles(units)),
			"department": department,
			"assigned_to": leader_of(department),
			"planned_for": planned_for or None,
			"rooms": [{"property_unit": unit.name} for unit in units],
		}
	).insert()
	order.dispatch()
	return {"name": order.name, "status": order.status, "assigned_to": order.assigned_to_name}


@frappe.whitelist(methods=["POST"])
def mark_rooms(order: str, rows: list[str] | str, room_status: str) -> dict:
	"""Records rooms of an order (names of rows) as Cleaned by whoever works on it, or as Inspected by the desk."""
	from property_service.property_service.doctype.service_order.service_order import open_order

	doc = open_order(order)
	chosen = set(names_of(rows))
	refuse_marking(doc, chosen, room_status)
	for row in doc.rooms:
		if row.name in chosen:
			mark(row, room_status)
	doc.flags.server_write = True
	doc.save()
	return {row.name: row.room_status for row in doc.rooms}


def mark(row: Document, room_status: str) -> None:
	"""Cleaned once, inspected once: a repeated click changes neither time nor person."""
	if room_status == CLEANED and row.room_status == PENDING:
		row.room_status, row.cleaned_on, row.cleaned_by = CLEANED, now_datetime(), frappe.session.user
	elif room_status == INSPECTED and row.room_status == CLEANED:
		row.room_status, row.inspected_on, row.inspected_by = INSPECTED, now_datetime(), frappe.session.user


def refuse_marking(doc: Document, chosen: set[str], room_status: str) -> None:
	if room_status not in (CLEANED, INSPECTED):
		guards.refuse(_("A room is marked Cleaned or Inspected (SVC-13)."))
	if not chosen or chosen - {row.name for row in doc.rooms}:
		guards.refuse(_("Choose rooms of order {0} (SVC-13).").format(doc.name))
	if room_status == CLEANED and doc.status != rules.IN_PROGRESS:
		guards.refuse(
			_("Rooms are cleaned while the order is in progress; record the arrival first (SVC-13).")
		)
	if room_status == INSPECTED:
		refuse_inspection(doc, chosen)


def refuse_inspection(doc: Document, chosen: set[str]) -> None:
	if not is_desk():
		guards.refuse(_("Rooms are inspected by the front desk, not by who cleaned them (SVC-13)."))
	if doc.status not in (rules.IN_PROGRESS, rules.FINISHED):
		guards.refuse(_("Rooms are inspected before the order is archived (SVC-13)."))
	if any(row.room_status == PENDING for row in doc.rooms if row.name in chosen):
		guards.refuse(_("A room is inspected after it was cleaned (SVC-13)."))


def names_of(value: list[str] | str) -> list[str]:
	"""A list as sent by the desk (JSON) or by a program, each name once, in the order given."""
	names = parsed(value)
	if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
		guards.refuse(_("Choose at least one guest room (SVC-13)."))
	if len(names) > MOST_ROOMS:
		guards.refuse(_("Choose at most {0} rooms at a time (SVC-13).").format(MOST_ROOMS))
	return list(dict.fromkeys(names))


def load_rooms(names: list[str]) -> list[frappe._dict]:
	"""Guest rooms that the user may read, locked in one order, so that two desks cannot send the same room twice."""
	table = frappe.qb.DocType("Property Unit")
	found = {
		row.name: row
		for row in frappe.qb.from_(table)
		.select(table.name, table.unit_name, table.unit_type, table.company, table.disabled)
		.where(table.name.isin(names))
		.orderby(table.name)
		.for_update()
		.run(as_dict=True)
	}
	readable = set(
		frappe.get_list("Property Unit", {"name": ("in", names)}, pluck="name", order_by="name", limit=0)
	)
	for name in names:
		unit = found.get(name) if name in readable else None
		if not unit or unit.unit_type != "Guest Room" or unit.disabled:
			guards.refuse(
				_("{0} is no guest room in use; choose units of the type Guest Room (SVC-13).").format(
					frappe.utils.escape_html(unit.unit_name if unit else name)
				)
			)
	return [found[name] for name in names]


def company_of(units: list[frappe._dict]) -> str:
	companies = {unit.company for unit in units}
	if len(companies) > 1:
		guards.refuse(_("The rooms belong to several companies; make one order for each (SVC-13)."))
	return companies.pop()


def refuse_open(units: list[frappe._dict]) -> None:
	"""A room whose cleaning is under way is not sent a second time."""
	order, room = frappe.qb.DocType("Service Order"), frappe.qb.DocType("Service Order Room")
	open_rooms = (
		frappe.qb.from_(room)
		.join(order)
		.on(order.name == room.parent)
		.select(room.property_unit, order.name)
		.where(room.property_unit.isin([unit.name for unit in units]))
		.where(room.room_status == PENDING)
		.where(order.status.isin([rules.DRAFT, rules.DISPATCHED, rules.IN_PROGRESS, rules.RETURNED]))
		.limit(1)
		.for_update()
		.run()
	)
	if open_rooms:
		unit, name = open_rooms[0]
		title = next(row.unit_name for row in units if row.name == unit)
		guards.refuse(
			_("{0} is to be cleaned by order {1} already (SVC-13). Wait for it, or cancel it first.").format(
				title, name
			)
		)


def leader_of(department: str) -> str:
	"""Employee who leads the department today; the acting head before the head."""
	heads = heads_of(department)
	acting = frappe.get_cached_value("Department", department, "acting_head")
	users = sorted(heads, key=lambda user: user != acting)
	for user in users:
		employee = frappe.db.get_value("Employee", {"user_id": user, "status": "Active"}, "name")
		if employee:
			return employee
	guards.refuse(
		_(
			"Department {0} has no leader who could receive the order. Enter its department head (SVC-13, ORG-01)."
		).format(department)
	)


def titles(units: list[frappe._dict]) -> str:
	return "、".join(unit.unit_name for unit in units)
