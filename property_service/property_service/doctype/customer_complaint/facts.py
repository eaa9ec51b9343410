"""What the rules of a complaint are judged by: the document, its surroundings, and the person at the keyboard."""

import frappe
from frappe.model.document import Document
from frappe.utils import cstr, get_datetime, getdate, now_datetime

from property_service import approvals, settings
from property_service.access import belongs_to
from property_service.property_service.doctype.repair_ticket.facts import moment
from property_service.rules import complaint as rules

CLERK, MANAGER, GENERAL_MANAGER, HEAD = (
	"Front Desk Clerk",
	"Service Manager",
	"General Manager",
	"Department Head",
)


def gather(doc: Document) -> rules.Facts:
	before = doc.get_doc_before_save()
	front_desk = is_front_desk(doc.company, doc.responsible_department)
	return rules.Facts(
		now=now_datetime(),
		complaint_type=doc.complaint_type or "",
		complaint_class=doc.complaint_class or "",
		severity=doc.severity or "",
		claim=doc.claim or "",
		desk_may_settle=desk_may_settle(doc.complaint_type),
		desk_settlement=text(doc.desk_settlement),
		about_front_desk=bool(doc.about_front_desk or (before and before.about_front_desk) or front_desk),
		front_desk_responsible=front_desk,
		responsible_department=doc.responsible_department or "",
		due_on=moment(doc.due_on),
		verifier=doc.verifier or "",
		verifier_in_department=bool(doc.verifier) and belongs_to(doc.verifier, doc.responsible_department),
		cause_analysis=text(doc.cause_analysis),
		corrective_action=text(doc.corrective_action),
		action_owner=doc.action_owner or "",
		action_date=getdate(doc.action_date) if doc.action_date else None,
		follow_up=doc.follow_up_outcome or "",
		evaluation=doc.customer_evaluation or "",
		closing_decision=text(doc.closing_decision),
		unfounded_reason=text(doc.unfounded_reason),
		told_since_unfounded=told_since_unfounded(doc),
		reopen_reason=text(doc.reopen_reason),
		bad_follow_up=bool(doc.flags.bad_follow_up),
	)


def actor(doc: Document, assigning: bool = True) -> rules.Actor:
	"""The session user, seen from this complaint. Roles are looked at first: most people need no query.

	`assigning`: the department that this save would confirm counts as complained about, too.
	"""
	user = frappe.session.user
	roles = set(frappe.get_roles(user))
	before = doc.get_doc_before_save()
	department = before and before.department
	complained_about = {department, doc.responsible_department if assigning else None} - {None, ""}
	return rules.Actor(
		front_desk=CLERK in roles,
		service_manager=MANAGER in roles and user in approvals.office_holders(MANAGER),
		general_manager=GENERAL_MANAGER in roles and user in approvals.office_holders(GENERAL_MANAGER),
		department_head=bool(department) and user in approvals.office_holders(HEAD, department),
		in_department=any(belongs_to(user, complained) for complained in complained_about),
		verifier=bool(doc.verifier) and doc.verifier == user,
	)


def is_front_desk(company: str, department: str | None) -> bool:
	"""Whether `department` is customer service (the company's setting), a part of it, or what customer service is a part
	of: of such a complaint the front desk is no judge.
	"""
	row = settings.company_row(company)
	front_desk = row and row.service_department
	if not (front_desk and department):
		return False
	return department == front_desk or is_part(department, front_desk) or is_part(front_desk, department)


def is_part(inner: str, outer: str) -> bool:
	here = frappe.get_cached_value("Department", inner, ["lft", "rgt"], as_dict=True)
	above = frappe.get_cached_value("Department", outer, ["lft", "rgt"], as_dict=True)
	return bool(here and above and above.lft < here.lft and here.rgt < above.rgt)


def desk_may_settle(complaint_type: str | None) -> bool:
	if not complaint_type:
		return True
	return bool(frappe.get_cached_value("Complaint Type", complaint_type, "desk_may_settle"))


def told_since_unfounded(doc: Document) -> bool:
	declared = [step.acted_on for step in doc.approval_steps if step.to_state == rules.UNFOUNDED]
	if not declared:
		return False
	since = get_datetime(declared[-1])
	return any(get_datetime(row.contacted_on) >= since for row in doc.contacts)


def text(value: str | None) -> str:
	return (value or "").strip()


def role_of(step: tuple[str, str], known: rules.Facts, who: rules.Actor) -> str | None:
	"""As what the session user takes the step: the office that the step asks for, as far as they hold it."""
	offices = {
		MANAGER: who.service_manager,
		GENERAL_MANAGER: who.general_manager,
		HEAD: who.department_head,
		CLERK: who.front_desk,
	}
	if step[1] in (rules.ASSIGNED, rules.UNFOUNDED):
		order = (GENERAL_MANAGER, MANAGER) if known.about_front_desk else (MANAGER, GENERAL_MANAGER)
	elif step[1] in (rules.ANALYSED, rules.ACTED):
		order = (HEAD,)
	else:
		order = (CLERK, MANAGER, GENERAL_MANAGER)
	held = next((office for office in order if offices[office]), None)
	return held or own_role()


def own_role() -> str:
	"""A verifier or a member of the department signs with the job they hold; everybody is at least an employee."""
	from property_service.setup.roles import ROLES

	roles = frappe.get_roles()
	return next((role for role in ROLES if role in roles), "Employee")


def changed_fields(doc: Document) -> set[str]:
	"""Names of the fields that a person writes and that differ from the stored complaint."""
	before = doc.get_doc_before_save()
	return {name for name in rules.WRITERS if _plain(doc, name) != _plain(before, name)}


def _plain(doc: Document, fieldname: str) -> str:
	value = doc.get(fieldname)
	fieldtype = doc.meta.get_field(fieldname).fieldtype
	if fieldtype == "Check":
		return str(int(value or 0))
	if fieldtype == "Datetime":
		return cstr(moment(value))
	return cstr(value)
