"""Residence register (入住登记, register F): every application of a period, with room, key and moving out."""

import frappe
from frappe import _

from property_service import register_report as register

DOCTYPE = "Residence Application"
FIELDS = (
	*("name as application", "applicant_name", "gender", "employer", "employer_department", "id_number"),
	*("mobile_no", "emergency_contact", "emergency_phone", "hired_on", "room_type", "property_unit"),
	*("from_date", "to_date", "card_no", "keys_given", "moved_in_on", "moved_out_on", "status"),
)


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	filters = frappe._dict(filters or {})
	return columns(), rows(filters)


def columns() -> list[dict]:
	column = register.column
	return [
		column(_("Name", context=DOCTYPE), "applicant_name", 6, width=90, **register.consent()),
		column(_("Gender"), "gender", 3, width=60),
		column(_("Employer", context=DOCTYPE), "employer_name", 10, width=150, text=1),
		column(_("Department at the Employer"), "employer_department", 6, width=100),
		column(_("Identity Number"), "id_number", 11, width=150),
		column(_("Mobile Number", context="Residence Application"), "mobile_no", 8, width=110),
		column(_("Emergency Contact"), "emergency", 10, width=150, text=1),
		column(_("Hired On"), "hired", 6, width=90),
		column(_("Room Type Wanted"), "room_type", 5, width=80),
		column(_("Room or Bed"), "room", 9, width=130, text=1),
		column(_("Stay"), "stay", 10, width=180),
		column(_("Access Card"), "card_no", 6, width=100),
		column(_("Keys Handed Out"), "keys_given", 6, width=100),
		column(_("Status"), "status", width=90),
		column(_("Moved In On", context=DOCTYPE), "moved_in", width=90),
		column(_("Moved Out On", context=DOCTYPE), "moved_out", 6, width=90),
		column(_("Residence Application"), "application", fieldtype="Link", width=130, options=DOCTYPE),
	]


def rows(filters: frappe._dict) -> list[frappe._dict]:
	found = register.rows_of(DOCTYPE, conditions(filters), FIELDS, "registered_on asc, name asc")
	employers = register.titles("Customer", (row.employer for row in found), "customer_name")
	rooms = register.titles("Property Unit", (row.property_unit for row in found), "unit_name")
	for row in found:
		row.employer_name = employers.get(row.employer)
		row.gender = _(row.gender or "")
		row.emergency = " ".join(filter(None, (row.emergency_contact, row.emergency_phone)))
		row.hired = register.day(row.hired_on)
		row.room_type = _(row.room_type or "", context=DOCTYPE)
		row.room = rooms.get(row.property_unit)
		row.stay = f"{register.day(row.from_date)} — {register.day(row.to_date)}"
		row.status = _(row.status, context=DOCTYPE)
		row.moved_in, row.moved_out = register.day(row.moved_in_on), register.day(row.moved_out_on)
	return register.numbered(found)


def conditions(filters: frappe._dict) -> list:
	first, after = register.period(filters)
	found = [["registered_on", ">=", first], ["registered_on", "<", after]]
	for name in ("company", "status", "employer"):
		if filters.get(name):
			found.append([name, "=", filters[name]])
	return found
