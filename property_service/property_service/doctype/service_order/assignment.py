"""Who an order is given to, who acts on it, and who is told (SVC-09, ORG-01)."""

import frappe
from frappe.model.document import Document
from frappe.utils import format_datetime, getdate, nowdate

from property_service import notifications
from property_service.guards import of_own_companies
from property_service.refusals import stop
from property_service.rules import service_order as rules
from property_service.sent_values import calendar_conditions, page_of

DESK_ROLES = ("Front Desk Clerk", "Service Manager")
FIELD_ROLES = ("Department Head", "Technician")


def is_desk(user: str | None = None) -> bool:
	"""Whether the user works at the front desk, or administers the site."""
	return not {*DESK_ROLES, "System Manager"}.isdisjoint(frappe.get_roles(user))


def acting_role() -> str:
	"""The role that a recorded step names: the desk's before the department's."""
	roles = frappe.get_roles()
	return next((role for role in (*DESK_ROLES, *FIELD_ROLES) if role in roles), "System Manager")


def employee(name: str | None) -> frappe._dict | None:
	if not name:
		return None
	fields = ["name", "employee_name", "department", "status", "user_id"]
	return frappe.get_cached_value("Employee", name, fields, as_dict=True)


def heads_of(department: str | None) -> set[str]:
	"""Users who head the department today: its head, and whoever acts for the head until a date."""
	if not department:
		return set()
	unit = frappe.get_cached_doc("Department", department)
	heads = {unit.get("department_head")}
	if (
		unit.get("acting_head")
		and unit.get("acting_until")
		and getdate(unit.acting_until) >= getdate(nowdate())
	):
		heads.add(unit.acting_head)
	return heads - {None, ""}


def is_head(department: str | None) -> bool:
	return frappe.session.user in heads_of(department)


def check(order: Document) -> None:
	"""Refuses an assignee who is not of the department (SVC-09)."""
	person = employee(order.assigned_to)
	assignee = person and rules.Assignee(person.department, person.status == "Active", person.user_id)
	name = person.employee_name if person else None
	stop(rules.refuse_dispatch(order.department, name, assignee, heads_of(order.department)))


def address(property_unit: str | None, location: str | None) -> str:
	"""Where to go, in one line: the unit with its building, and the spot."""
	return " ".join(part for part in (unit_title(property_unit), location) if part)[:140]


def unit_title(property_unit: str | None) -> str | None:
	return frappe.get_cached_value("Property Unit", property_unit, "unit_name") if property_unit else None


def tell_assignee(order: Document) -> None:
	"""SVC-09: whoever has to go gets a desk notification and a mail when the order is sent or handed over."""
	sent = order.is_step and order.status == rules.DISPATCHED
	handed_over = order.status in (rules.DISPATCHED, rules.IN_PROGRESS) and order.has_value_changed(
		"assigned_to"
	)
	if not (sent or handed_over):
		return
	notifications.tell(
		[order.assigned_user],
		"Service order {0}: {1}",
		(order.name, order.matter),
		doctype=order.doctype,
		name=order.name,
		details=details(order),
	)


def details(order: Document) -> list[tuple[str, object]]:
	return [
		("Customer Name", order.customer_name),
		("Customer Address", order.customer_address),
		("Customer Phone", order.customer_phone),
		("Rooms", "、".join(unit_title(row.property_unit) or "" for row in order.rooms)),
		("Planned For", order.planned_for and format_datetime(order.planned_for, "yyyy-MM-dd HH:mm")),
		("Matter", order.matter),
	]


@frappe.whitelist(methods=["GET", "POST"])
@frappe.validate_and_sanitize_search_inputs
def search_staff(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict
) -> list[tuple]:
	"""Link search: active people of `filters["department"]` and those who head it, by name or number."""
	frappe.has_permission("Service Order", "write", throw=True)
	offset, limit = page_of(start, page_len)
	person = frappe.qb.DocType("Employee")
	query = (
		frappe.qb.from_(person)
		.select(person.name, person.employee_name, person.designation)
		.where(person.status == "Active")
		.where(person.name.like(f"%{txt}%") | person.employee_name.like(f"%{txt}%"))
		.orderby(person.employee_name)
		.limit(limit)
		.offset(offset)
	)
	if department := filters.get("department"):
		query = query.where(
			(person.department == department) | person.user_id.isin([*heads_of(department), ""])
		)
	if company := filters.get("company"):
		query = query.where(person.company == company)
	return of_own_companies(query, person.company).run()


@frappe.whitelist(methods=["GET", "POST"])
@frappe.read_only()
def planned_orders(start: str, end: str, filters: str | list | None = None) -> list[dict]:
	"""Calendar: orders planned between two dates that the user may see."""
	days, conditions = calendar_conditions(start, end, filters)
	conditions += [
		["Service Order", "planned_for", "between", days],
	]
	return frappe.get_list(
		"Service Order",
		filters=conditions,
		fields=["name", "matter", "planned_for", "status", "assigned_to_name"],
		order_by="planned_for",
		limit=1000,
	)
