"""Guest room cleaning: one action at the desk notifies the environment department's leader; each room is tracked.

Rule SVC-13. The environment department is named per company in `Property Service Settings`.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from property_service import settings
from property_service.property_service.doctype.service_order.assignment import heads_of, is_desk
from property_service.refusals import stop
from property_service.rules import guest_rooms as rules
from property_service.rules.refusal import Refusal
from property_service.sent_values import parsed

SERVICE_TYPE = "Guest Room Cleaning"


@frappe.whitelist(methods=["POST"])
def order_cleaning(rooms: list[str] | str, planned_for: str | None = None, matter: str | None = None) -> dict:
	"""Makes and dispatches one order for `rooms` (names of Guest Room units of one company) to the department's leader.

	Raises ValidationError when a unit is no guest room, is disabled or is being cleaned already, or when the company
	has no environment department or that department no leader.
	"""
	frappe.has_permission("Service Order", "create", throw=True)
	units = load_rooms(names_of(rooms))
	company = units[0].company
	stop(rules.refuse_sent(under_way(units)))
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
	progress = {row.name: row.room_status for row in doc.rooms}
	stop(rules.refuse_marking(rules.Marking(doc.name, doc.status, progress, chosen, room_status, is_desk())))
	for row in doc.rooms:
		if row.name in chosen and rules.moves_on(row.room_status, room_status):
			mark(row, room_status)
	doc.flags.server_write = True
	doc.save()
	return {row.name: row.room_status for row in doc.rooms}


def mark(row: Document, room_status: str) -> None:
	row.room_status = room_status
	if room_status == rules.CLEANED:
		row.cleaned_on, row.cleaned_by = now_datetime(), frappe.session.user
	else:
		row.inspected_on, row.inspected_by = now_datetime(), frappe.session.user


def names_of(value: list[str] | str) -> list[str]:
	"""A list as sent by the desk (JSON) or by a program, each name once, in the order given."""
	names = parsed(value)
	is_list = isinstance(names, list) and all(isinstance(name, str) for name in names)
	stop(rules.refuse_choice(len(names) if is_list else 0))
	return list(dict.fromkeys(names))


def load_rooms(names: list[str]) -> list[frappe._dict]:
	"""Guest rooms of one company that the user may read, locked in one order, so that two desks cannot send the same
	room twice.
	"""
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
	stop(rules.refuse_rooms([room_of(name, found.get(name) if name in readable else None) for name in names]))
	return [found[name] for name in names]


def room_of(name: str, unit: frappe._dict | None) -> rules.Room:
	if not unit:
		return rules.Room(name)
	return rules.Room(unit.unit_name, unit.unit_type, unit.company, bool(unit.disabled))


def under_way(units: list[frappe._dict]) -> dict[str, str]:
	"""Title -> order of one of the units whose cleaning is under way, read with a lock."""
	order, room = frappe.qb.DocType("Service Order"), frappe.qb.DocType("Service Order Room")
	sent = (
		frappe.qb.from_(room)
		.join(order)
		.on(order.name == room.parent)
		.select(room.property_unit, order.name)
		.where(room.property_unit.isin([unit.name for unit in units]))
		.where(room.room_status == rules.PENDING)
		.where(order.status.isin(rules.UNDER_WAY))
		.limit(1)
		.for_update()
		.run()
	)
	title_of = {unit.name: unit.unit_name for unit in units}
	return {title_of[unit]: name for unit, name in sent}


def leader_of(department: str) -> str:
	"""Employee who leads the department today; the acting head before the head."""
	heads = heads_of(department)
	employees = dict(
		frappe.get_all(
			"Employee",
			filters={"user_id": ("in", sorted(heads) or [""]), "status": "Active"},
			fields=["user_id", "name"],
			order_by="name",
			as_list=True,
		)
	)
	acting = frappe.get_cached_value("Department", department, "acting_head")
	leader = rules.leader(heads, acting, employees)
	if not leader:
		stop(Refusal(rules.NO_LEADER, (department,)))
	return leader


def titles(units: list[frappe._dict]) -> str:
	return "、".join(unit.unit_name for unit in units)
