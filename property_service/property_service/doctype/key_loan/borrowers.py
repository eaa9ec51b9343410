"""Who borrows a key: a resident, an employee, or somebody who is known by name and telephone (register E)."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from property_service.guards import refuse
from property_service.property_service.doctype.resident.resident import MOVED_OUT
from property_service.refusals import stop
from property_service.rules import identity
from property_service.rules import keys as rules


def fill(loan: Document) -> None:
	"""Name, telephone and company come with the person; what was typed for them does not count."""
	if loan.resident:
		loan.borrower_kind, loan.employee = rules.RESIDENT, None
	elif loan.employee:
		loan.borrower_kind = rules.EMPLOYEE
	person = _person(loan)
	if person:
		loan.borrower_name = person.name
		loan.borrower_phone = loan.borrower_phone or person.phone
		loan.borrower_unit = loan.borrower_unit or person.unit
	_normalise_phone(loan)


def check(loan: Document) -> None:
	person = _person(loan) or frappe._dict()
	borrower = rules.Borrower(
		kind=loan.borrower_kind,
		person=loan.resident or loan.employee,
		name=loan.borrower_name,
		phone=loan.borrower_phone,
		lives_here=person.get("status") != MOVED_OUT,
		works_here=person.get("status") == "Active",
	)
	stop(rules.refuse_borrower(loan.loan_kind, borrower, loan.purpose))


def _person(loan: Document) -> frappe._dict | None:
	if loan.resident:
		fields = ["resident_name as name", "mobile_no as phone", "employer as unit", "status"]
		return frappe.db.get_value("Resident", loan.resident, fields, as_dict=True)
	if loan.employee:
		fields = ["employee_name as name", "cell_number as phone", "department as unit", "status"]
		person = frappe.db.get_value("Employee", loan.employee, fields, as_dict=True)
		if person and person.unit:
			person.unit = frappe.get_cached_value("Department", person.unit, "department_name")
		return person
	return None


def _normalise_phone(loan: Document) -> None:
	"""Only what was typed here is checked: an employee's number is the personnel file's."""
	if not loan.borrower_phone or not loan.has_value_changed("borrower_phone"):
		return
	try:
		loan.borrower_phone = identity.phone(loan.borrower_phone)
	except ValueError:
		if loan.employee or loan.taken_over:
			return
		refuse(_(rules.NO_PHONE).format(frappe.bold(escape_html(loan.borrower_phone[:40]))))
