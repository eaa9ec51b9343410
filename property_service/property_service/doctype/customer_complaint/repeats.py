"""The same complainant with the same matter again (SVC-17): marked, and linked to the complaint before."""

import frappe
from frappe.model.document import Document
from frappe.query_builder import Criterion
from frappe.utils import cint, get_datetime

from property_service import settings
from property_service.rules import complaint_watch


def mark(doc: Document) -> None:
	"""Looks again when type or person change. The link of or to a confidential complaint would name its complainant,
	so it stands in Complainant only."""
	if not doc.complaint_type or not (
		doc.is_new() or doc.has_value_changed("complaint_type") or doc.flags.person_changed
	):
		return
	found = complaint_watch.repeated_of(
		get_datetime(doc.received_on), earlier_ones(doc), cint(settings.get().repeated_within_days)
	)
	doc.repeated = int(bool(found))
	doc.flags.repeated_of = found
	hidden = found and (
		cint(doc.confidential) or frappe.db.get_value("Customer Complaint", found, "confidential")
	)
	doc.repeated_of = None if hidden else found


def earlier_ones(doc: Document) -> list[tuple]:
	"""(name, received on) of the same person's earlier complaints of this type; a person is a resident or a number."""
	person = doc.flags.person
	complaint, complainant = frappe.qb.DocType("Customer Complaint"), frappe.qb.DocType("Complainant")
	same = [
		complainant[field] == value
		for field, value in (("resident", person["complainant"]), ("contact_phone", person["contact_phone"]))
		if value
	]
	if not same:
		return []
	return (
		frappe.qb.from_(complainant)
		.join(complaint)
		.on(complaint.name == complainant.customer_complaint)
		.select(complaint.name, complaint.received_on)
		.where(Criterion.any(same))
		.where(complaint.complaint_type == doc.complaint_type)
		.where(complaint.company == doc.company)
		.where(complaint.name != (doc.name or ""))
		.where(complaint.received_on <= doc.received_on)
		.orderby(complaint.received_on, order=frappe.qb.desc)
		.limit(5)
		.run()
	)
