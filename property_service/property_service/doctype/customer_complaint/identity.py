"""Who complains, kept apart from the complaint (客户保密, procedure 3.1; SVC-14).

A confidential complaint holds no name, number or room in its own row: lists, reports, search, exports, versions and
SQL find nothing there to leak. The person stands in `Complainant`, which department roles cannot read; of an open
complaint both hold the same. Whoever may know the person gets it put back into the form and the print.
"""

import frappe
from frappe.model.document import Document
from frappe.utils import cint, cstr

from property_service.access import belongs_to, departments_around
from property_service.rules import complaint_watch

# field of Customer Complaint -> field of Complainant
FIELDS = {
	"complainant": "resident",
	"contact_name": "contact_name",
	"contact_phone": "contact_phone",
	"contact_address": "contact_address",
	"property_unit": "property_unit",
}
# What copied the person while the complaint was open, and the fields to empty there beside the place.
COPIES = {
	"Follow Up": {"contact_name": None, "contact_phone": None},
	"Daily Issue Summary Line": {},
	"Shift Handover Line": {},
}
# A unit of these types says who lives there; the department is shown what they lie in.
HOMES = ("Room", "Bed", "Guest Room", "Parking", "Entrance")


# ---- before validation ---------------------------------------------------------------------------------------------


def capture(doc: Document) -> None:
	"""Take what was sent as the person. Of a confidential complaint an empty field means: as it was."""
	known = of(doc.name) if not doc.is_new() else {}
	before = doc.get_doc_before_save()
	given = {field: doc.get(field) or None for field in FIELDS}
	if before and before.confidential:
		for field, value in given.items():
			if not value or value == before.get(field):
				given[field] = known.get(field)
	doc.flags.person = fill_from_resident(given)
	doc.flags.person_changed = {f for f, value in given.items() if cstr(value) != cstr(known.get(f))}
	if before and before.confidential and not may_know(before):
		# A right guess is refused like a wrong one, or it could be told from it.
		doc.flags.person_changed = {f for f in FIELDS if doc.get(f) and doc.get(f) != before.get(f)}


def fill_from_resident(person: dict) -> dict:
	"""A resident brings name, phone and home along; what was typed stays."""
	if person["complainant"] and not (person["contact_name"] and person["contact_phone"]):
		fields = ("resident_name", "mobile_no", "property_unit")
		known = frappe.db.get_value("Resident", person["complainant"], fields, as_dict=True) or frappe._dict()
		person["contact_name"] = person["contact_name"] or known.resident_name
		person["contact_phone"] = person["contact_phone"] or known.mobile_no
		person["property_unit"] = person["property_unit"] or known.property_unit
	return person


def show_or_hide(doc: Document) -> None:
	"""Write into the complaint's own row what the department may see."""
	doc.update(doc.flags.person)
	if cint(doc.confidential):
		doc.update(dict.fromkeys(FIELDS))
		doc.property_unit = place_around(doc.flags.person["property_unit"])
		hide_submitter(doc)


def place_around(unit: str | None) -> str | None:
	"""The building, phase or project that `unit` lies in, or `unit` itself when nobody lives in it."""
	if not unit:
		return None
	here = frappe.get_cached_value("Property Unit", unit, ["unit_type", "lft", "rgt"], as_dict=True)
	if not here or here.unit_type not in HOMES:
		return unit
	return frappe.db.get_value(
		"Property Unit",
		{"lft": ("<", here.lft), "rgt": (">", here.rgt), "unit_type": ("not in", HOMES)},
		order_by="lft desc",
	)


def hide_in_contact(doc: Document) -> None:
	"""The contact by which a confidential complaint came in names nobody either: the whole desk reads contacts."""
	if cint(doc.confidential) and doc.reception_record and doc.has_value_changed("confidential"):
		nobody = dict.fromkeys(("resident", "contact_name", "contact_phone"))
		frappe.db.set_value(
			"Reception Record",
			doc.reception_record,
			{
				**nobody,
				"property_unit": doc.property_unit,
				"received_by": doc.first_handler,
				"owner": doc.owner,
				"modified_by": doc.modified_by,
			},
			update_modified=False,
		)
		frappe.db.delete("Version", {"ref_doctype": "Reception Record", "docname": doc.reception_record})


def hide_in_copies(doc: Document) -> None:
	"""Follow-ups copied name, number and room; the day's summary and handovers the room. All are shown to others."""
	if not (cint(doc.confidential) and doc.has_value_changed("confidential")):
		return
	of_complaint = {"reference_doctype": doc.doctype, "reference_name": doc.name}
	for copy, nobody in COPIES.items():
		values = {**nobody, "property_unit": doc.property_unit}
		frappe.db.set_value(copy, of_complaint, values, update_modified=False)


def hide_submitter(doc: Document) -> None:
	"""A resident who enters the complaint is its owner in Frappe's books; the department reads those too."""
	for field in ("owner", "modified_by"):
		if is_resident_login(doc.get(field)):
			doc.flags.submitted_by = doc.get(field)
			doc.set(field, doc.first_handler or "Administrator")


def is_resident_login(user: str | None) -> bool:
	return bool(user) and frappe.get_cached_value("User", user, "user_type") == "Website User"


# ---- after the save ------------------------------------------------------------------------------------------------


def store(doc: Document) -> None:
	"""Keep the person in Complainant, and out of the version that Frappe is about to write."""
	record = frappe.db.exists("Complainant", doc.name)
	record = (
		frappe.get_doc("Complainant", record)
		if record
		else frappe.new_doc("Complainant", customer_complaint=doc.name, company=doc.company)
	)
	before = {field: record.get(field) for field in (*FIELDS.values(), "submitted_by", "repeated_of")}
	record.update({FIELDS[field]: value for field, value in doc.flags.person.items()})
	record.repeated_of = doc.flags.repeated_of or record.repeated_of
	record.submitted_by = doc.flags.submitted_by or record.submitted_by or resident_behind(doc)
	if record.is_new() or any(cstr(record.get(f)) != cstr(value) for f, value in before.items()):
		# nobody writes the record by hand: the complaint's own permission has been checked
		record.save(ignore_permissions=True)
	leave_out_of_version(doc)


def resident_behind(doc: Document) -> str | None:
	return doc.owner if is_resident_login(doc.owner) else None


def leave_out_of_version(doc: Document) -> None:
	"""Versions are shown to everyone who may read the complaint, and stay when it becomes confidential later."""
	before = doc.get_doc_before_save()
	if before:
		for field in (*FIELDS, "repeated_of"):
			before.set(field, doc.get(field))


# ---- reading -------------------------------------------------------------------------------------------------------


def of(complaint: str) -> frappe._dict:
	"""The person by the complaint's fieldnames; empty for an unknown complaint. Says nothing about who may know."""
	fields = [f"{theirs} as {ours}" if theirs != ours else ours for ours, theirs in FIELDS.items()]
	return frappe.db.get_value("Complainant", complaint, fields, as_dict=True) or frappe._dict()


def may_know(doc: Document, user: str | None = None) -> bool:
	"""Whether `user` (default: the session user) may know who complains."""
	user = user or frappe.session.user
	roles = set(frappe.get_roles(user))
	return complaint_watch.may_know_complainant(
		confidential=bool(doc.confidential),
		front_desk=not roles.isdisjoint({"Front Desk Clerk", "Service Manager"}),
		general_manager="General Manager" in roles,
		in_department=belongs_to(user, doc.department),
		verifier=doc.verifier == user,
	)


def for_reader(doc: Document) -> dict | None:
	"""The hidden person of a confidential complaint for a session user who may know it, else None."""
	if not (cint(doc.confidential) and may_know(doc)):
		return None
	person = of(doc.name)
	person.complainant_title = person.complainant and frappe.get_cached_value(
		"Resident", person.complainant, "resident_name"
	)
	return person


def query_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Lists of Complainant: not the confidential ones against the user's own department."""
	user = user or frappe.session.user
	departments = departments_around(user)
	if user == "Administrator" or "General Manager" in frappe.get_roles(user) or not departments:
		return ""
	escaped = ", ".join(frappe.db.escape(name) for name in sorted(departments))
	return (
		"not exists (select 1 from `tabCustomer Complaint` about where about.name = `tabComplainant`.name "
		f"and about.confidential = 1 and about.department in ({escaped}) "
		f"and ifnull(about.verifier, '') != {frappe.db.escape(user)})"
	)


def has_permission(doc: Document, ptype: str | None = None, user: str | None = None, **_kwargs) -> bool:
	"""Agrees with `query_condition`."""
	user = user or frappe.session.user
	if user == "Administrator" or not doc.customer_complaint:
		return True
	fields = ["confidential", "department", "verifier"]
	about = frappe.db.get_value("Customer Complaint", doc.customer_complaint, fields, as_dict=True)
	return not about or may_know(about, user)
