"""Vehicle pass register (车辆出入证登记表, register B): every pass applied for in a period, as the paper form lists it."""

import frappe
from frappe import _

from property_service import register_report as register
from property_service.property_service.doctype.vehicle_pass import papers
from property_service.rules import vehicle_pass as rules

FIELDS = (
	*(
		"name as pass_number",
		"plate",
		"vehicle",
		"colour",
		"vehicle_owner",
		"applicant_name",
		"applicant_kind",
	),
	*("employer_name", "phone", "valid_from", "valid_until", "status", "handed_in_on"),
	*(fieldname for fieldname in papers.FIELDS),
)


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	filters = frappe._dict(filters or {})
	return columns(), rows(filters)


def columns() -> list[dict]:
	column = register.column
	return [
		column(_("Pass No."), "pass_number", 8, "Link", 130, options="Vehicle Pass", **register.consent()),
		column(_("Plate"), "plate", 6, width=100),
		column(_("Make and Model"), "vehicle", 8, width=110),
		column(_("Colour"), "colour", 4, width=70),
		column(_("Vehicle Owner"), "owner_name", 6, width=90),
		column(_("Company or Department"), "employer_name", 10, width=150, text=1),
		column(_("Telephone"), "phone", 7.5, width=120),
		column(_("Identity Card"), "id_card", 5, width=80),
		column(_("Driving Licence"), "driving_licence", 5, width=80),
		column(_("Vehicle Licence"), "vehicle_licence", 5, width=80),
		column(_("Employer Letter"), "employer_letter", 5, width=80),
		column(_("Valid From", context="Vehicle Pass"), "valid_from", 6, "Date", 100),
		column(_("Valid Until"), "valid_until", 6, "Date", 100),
		column(_("Status"), "status", 5, width=80),
		column(_("Recipient's Signature"), "signature", 7.5, width=90),
		column(_("Card Handed In On"), "handed_in", 6, "Date", 100),
	]


def rows(filters: frappe._dict) -> list[frappe._dict]:
	found = register.rows_of("Vehicle Pass", conditions(filters), FIELDS, "registered_on asc, name asc")
	for row in found:
		row.owner_name = row.vehicle_owner or row.applicant_name
		row.status = _(row.status, context="Vehicle Pass")
		row.handed_in = row.handed_in_on and row.handed_in_on.date()
		for paper in rules.PAPERS:
			row[paper] = checked(row.pop(f"{paper}_seen"), row.pop(f"{paper}_file"))
	return register.numbered(found)


def checked(seen: int, file: str | None) -> str:
	"""已核验: the original was seen, or a copy is attached; never what stands on it."""
	if seen:
		return _("Original Seen")
	return _("Copy Attached") if file else ""


def conditions(filters: frappe._dict) -> list:
	first, after = register.period(filters)
	found = [["registered_on", ">=", first], ["registered_on", "<", after]]
	for name in ("company", "status", "applicant_kind", "employer"):
		if filters.get(name):
			found.append([name, "=", filters[name]])
	return found
