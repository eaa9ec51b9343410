"""Whom a follow-up plan may call back: the documents of its period and filters, in one query (SVC-18)."""

from collections import defaultdict

import frappe
from frappe.model.document import Document
from frappe.utils import add_days
from pypika.terms import ExistsCriterion

from property_service.rules import complaint as complaint_rules
from property_service.rules import follow_up as rules

# DocType: (states in which the work is done, when it was done, names of contact name and phone, filters of the plan)
SOURCES = {
	"Repair Ticket": (
		("Completed", "Closed"),
		"completed_on",
		("contact_name", "contact_phone"),
		("department", "repair_kind", "priority"),
	),
	"Customer Complaint": (
		(complaint_rules.ACTED, complaint_rules.VERIFIED, complaint_rules.CLOSED),
		"acted_on",
		("contact_name", "contact_phone"),
		("department", "complaint_type", "priority"),
	),
	"Service Order": (
		("Finished", "Archived"),
		"finished_on",
		("customer_name", "customer_phone"),
		("department", "priority"),
	),
	"Resident": (("Living In",), None, ("resident_name", "mobile_no"), ("tier",)),
}


def of(plan: Document) -> dict[str, dict]:
	"""{name: what a follow-up copies from it}, in the order of names. Who is being asked or has answered is left out."""
	states, done_on, contact, filters = SOURCES[plan.reference_doctype]
	source = frappe.qb.DocType(plan.reference_doctype)
	name_field, phone_field = contact
	query = (
		frappe.qb.from_(source)
		.select(source.name, source.property_unit)
		.select(source[name_field].as_("contact_name"), source[phone_field].as_("contact_phone"))
		.where(source.status.isin(states))
		.orderby(source.name)
	)
	if plan.reference_doctype == "Resident":
		# people belong to the company in whose units they live
		query = query.where(source.property_unit.isin(units_of(plan.company)))
	if done_on:
		query = query.select(source.department).where(source.company == plan.company)
		query = query.where(source[done_on] >= plan.from_date)
		query = query.where(source[done_on] < add_days(plan.to_date, 1))
		query = query.where(ExistsCriterion(asked_before(plan, source)).negate())
	for fieldname in filters:
		if value := plan.get(fieldname):
			query = query.where(source[fieldname] == value)
	if plan.property_unit:
		query = query.where(source.property_unit.isin(units_below(plan.property_unit)))
	return {row.name: row for row in query.run(as_dict=True)}


def asked_before(plan: Document, source):
	"""By another follow-up than this plan's own, which a run that goes on after a crash finds there."""
	follow_up = frappe.qb.DocType("Follow Up")
	return (
		frappe.qb.from_(follow_up)
		.select(follow_up.name)
		.where(follow_up.reference_doctype == plan.reference_doctype)
		.where(follow_up.reference_name == source.name)
		.where(follow_up.follow_up_plan.isnull() | (follow_up.follow_up_plan != plan.name))
		.where(follow_up.status.isin((rules.OPEN, rules.REACHED)))
	)


def units_of(company: str):
	unit = frappe.qb.DocType("Property Unit")
	return frappe.qb.from_(unit).select(unit.name).where(unit.company == company)


def units_below(unit: str):
	here = frappe.get_cached_value("Property Unit", unit, ["lft", "rgt"], as_dict=True)
	below = frappe.qb.DocType("Property Unit").as_("below")
	return frappe.qb.from_(below).select(below.name).where((below.lft >= here.lft) & (below.rgt <= here.rgt))


def workers_of(doctype: str, names: list[str]) -> dict[str, set[str]]:
	"""{name: users who did the work of that document}, who do not follow it up (SVC-18)."""
	find = {
		"Repair Ticket": workers_of_orders,
		"Service Order": workers_of_orders,
		"Customer Complaint": workers_of_complaints,
	}.get(doctype)
	return find(doctype, names) if find and names else {}


def workers_of_orders(doctype: str, names: list[str]) -> dict[str, set[str]]:
	key = "repair_ticket" if doctype == "Repair Ticket" else "name"
	rows = frappe.get_all(
		"Service Order",
		filters={key: ("in", names), "finished_on": ("is", "set")},
		fields=[f"{key} as of_document", "assigned_user", "finished_by"],
		order_by="name",
	)
	return grouped((row.of_document, user) for row in rows for user in (row.assigned_user, row.finished_by))


def workers_of_complaints(doctype: str, names: list[str]) -> dict[str, set[str]]:
	"""Everybody of the department complained about and its parts, who analysed or acted, and the action's owner."""
	complaint, employee = frappe.qb.DocType(doctype), frappe.qb.DocType("Employee")
	department = frappe.qb.DocType("Department")
	part = frappe.qb.DocType("Department").as_("part")
	staff = (
		frappe.qb.from_(complaint)
		.join(department)
		.on(department.name == complaint.department)
		.join(part)
		.on((part.lft >= department.lft) & (part.rgt <= department.rgt))
		.join(employee)
		.on(employee.department == part.name)
		.select(complaint.name, employee.user_id)
		.where(complaint.name.isin(names))
		.run()
	)
	owners = (
		frappe.qb.from_(complaint)
		.join(employee)
		.on(employee.name == complaint.action_owner)
		.select(complaint.name, employee.user_id)
		.where(complaint.name.isin(names))
		.run()
	)
	steps = frappe.get_all(
		"Approval Step",
		filters={
			"parenttype": doctype,
			"parent": ("in", names),
			"to_state": ("in", (complaint_rules.ANALYSED, complaint_rules.ACTED)),
		},
		fields=["parent", "actor"],
		order_by="parent, idx",
		as_list=True,
	)
	return grouped([*staff, *owners, *steps])


def grouped(pairs) -> dict[str, set[str]]:
	found = defaultdict(set)
	for name, user in pairs:
		if user:
			found[name].add(user)
	return found
