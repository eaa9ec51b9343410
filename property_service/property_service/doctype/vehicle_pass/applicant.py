"""Who applies for a pass: name, telephone and company come with the person (register B)."""

import frappe
from frappe.model.document import Document

from property_service.rules import identity


def fill_applicant(doc: Document) -> None:
	"""What was typed stays; what the register of persons knows is filled in."""
	for fieldname, value in _known(doc).items():
		if not doc.get(fieldname):
			doc.set(fieldname, value)
	if doc.employer and (doc.is_new() or doc.has_value_changed("employer") or not doc.employer_name):
		doc.employer_name = frappe.get_cached_value("Customer", doc.employer, "customer_name")
	if doc.phone:
		try:
			doc.phone = identity.phone(doc.phone)
		except ValueError:
			doc.phone = doc.phone.strip()  # a number that cannot be read stays as the applicant gave it


def _known(doc: Document) -> dict:
	if doc.resident:
		fields = ["resident_name as applicant_name", "mobile_no as phone", "employer", "property_unit"]
		return frappe.db.get_value("Resident", doc.resident, fields, as_dict=True) or {}
	if doc.employee:
		fields = ["employee_name as applicant_name", "cell_number as phone", "company as employer_name"]
		return frappe.db.get_value("Employee", doc.employee, fields, as_dict=True) or {}
	return {}
