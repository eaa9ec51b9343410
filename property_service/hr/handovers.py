"""What is open in somebody's name, or in a department's hands, and how an exception is used up (WH-24, LV-08).

Tools and articles say what is open through the hooks `employee_open_matters` and `department_open_matters`: functions of a
list of names (and `lock`: as committed now) -> list of `rules.handover.Matter`, one query each.
"""

from collections.abc import Sequence

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

from property_service.guards import procedure_is_on
from property_service.refusals import stop
from property_service.rules import handover as rules
from property_service.rules.handover import Matter
from property_service.rules.residence import OpenMatter

OVERRIDE = "Handover Override"


def is_on(company: str) -> bool:
	return procedure_is_on("stores", company) or procedure_is_on("low_value", company)


def of_employees(employees: Sequence[str], lock: bool = False) -> list[Matter]:
	return _asked("employee_open_matters", employees, lock)


def of_departments(departments: Sequence[str], lock: bool = False) -> list[Matter]:
	return _asked("department_open_matters", departments, lock)


def _asked(hook: str, names: Sequence[str], lock: bool) -> list[Matter]:
	found: list[Matter] = []
	for path in frappe.get_hooks(hook) if names else ():
		found.extend(frappe.get_attr(path)(list(names), lock=lock))
	return found


def check(event: str, title: str, matters: Sequence[Matter], **subject: str) -> None:
	"""Nothing is open, or the finance manager's exception for this event is used up by it. Raises frappe.ValidationError.

	`subject`: the employee or the department, as fields of the override.
	"""
	if matters and not use_override(event, subject):
		stop(rules.refuse_going(event, title, matters))


def use_override(event: str, subject: dict[str, str]) -> bool:
	"""An exception serves once."""
	name = frappe.db.get_value(
		OVERRIDE, {**subject, "event": event, "status": rules.OPEN}, order_by="creation asc"
	)
	if not name:
		return False
	doc: Document = frappe.get_doc(OVERRIDE, name, for_update=True)
	if doc.status != rules.OPEN:
		return False
	doc.update({"status": rules.USED, "used_by": frappe.session.user, "used_on": now_datetime()})
	doc.flags.server_write = True
	doc.save(ignore_permissions=True)  # whoever saves the employee uses what the finance manager approved
	return True


def of_residents(residents: list[str]) -> dict[str, list[OpenMatter]]:
	"""Hook `residence_open_matters`: tools and articles of employees who move out; they come back by their own documents
	(DESK-10).
	"""
	rows = frappe.get_all(
		"Resident",
		filters={"name": ("in", residents or [""]), "employee": ("is", "set")},
		fields=["name", "employee"],
		order_by="name",
	)
	matters = of_employees(sorted({row.employee for row in rows}))
	found: dict[str, list[OpenMatter]] = {}
	for row in rows:
		for matter in matters:
			if matter.employee == row.employee:
				found.setdefault(row.name, []).append(OpenMatter(matter.doctype, matter.name, matter.title))
	return found
