"""The two sides of a transfer, and who signs for each of them (LV-08, LV-09).

A person signs in his own name. For a department, and for somebody who has no login (any more), its head does. Idle articles
are Admin HR's to take and to give out again (procedure 4.4.5).
"""

import frappe
from frappe.model.document import Document

from property_service import approvals, notifications
from property_service.rules import article_transfer as rules
from property_service.stock import requesters
from property_service.tools import custody


def fill(doc: Document) -> None:
	"""Departments follow from the people named; idle articles go to Admin HR's, and come from there."""
	if doc.kind == rules.IDLE:
		doc.update({"to_employee": None, "to_department": admin_department()})
	if doc.kind == rules.REUSE:
		doc.update({"from_employee": None, "from_department": admin_department()})
	for side in ("from", "to"):
		person = custody.person(doc.get(f"{side}_employee"))
		if person:
			doc.set(f"{side}_department", person.department)
		department = doc.get(f"{side}_department")
		doc.set(
			f"{side}_name",
			person.name
			if person
			else department and frappe.get_cached_value("Department", department, "department_name"),
		)


def admin_department() -> str | None:
	for user in sorted(approvals.office_holders(rules.ADMIN_HR)):
		if department := requesters.department_of(user):
			return department
	return None


def giver(doc: Document) -> rules.Side:
	return rules.Side(doc.from_employee, doc.from_department, doc.from_name or "–")


def receiver(doc: Document) -> rules.Side:
	person = custody.person(doc.to_employee)
	return rules.Side(
		doc.to_employee,
		doc.to_department,
		doc.to_name or "–",
		works_here=not doc.to_employee or bool(person and person.is_active),
	)


def givers(doc: Document) -> set[str]:
	if doc.kind == rules.REUSE:
		return approvals.office_holders(rules.ADMIN_HR)
	return signers(doc.from_employee, doc.from_department)


def receivers(doc: Document) -> set[str]:
	if doc.kind == rules.IDLE:
		return approvals.office_holders(rules.ADMIN_HR)
	return signers(doc.to_employee, doc.to_department)


def signers(employee: str | None, department: str | None) -> set[str]:
	person = custody.person(employee)
	if person and person.user and notifications.enabled_users({person.user}):
		return {person.user}
	return approvals.office_holders(rules.HEAD, department)


def ask_receivers(doc: Document) -> None:
	notifications.tell(
		receivers(doc),
		"{0} hands over {1} tools or articles: sign for taking them over",
		(doc.from_name, len(doc.items)),
		doctype=doc.doctype,
		name=doc.name,
		mail=False,
	)
