"""Places, who lives there, and the numbers nobody may read (ORG-03, ORG-04)."""

from collections.abc import Iterator

import frappe
from frappe.query_builder import Case

from property_service import sensitive_data
from property_service.invariants import invariant
from property_service.property_service.doctype.property_unit import property_unit
from property_service.rules import occupancy

UNIT = "Property Unit"
CLEAR_NUMBER = "[0-9]{17}[0-9Xx]"


@invariant("ORG-04", UNIT)
def units_count_their_occupants(company: str) -> Iterator[tuple[str, str]]:
	for name, stored, living in property_unit.occupancy_differences(company):
		yield name, f"counts {stored} occupants, {living} live there"


@invariant("ORG-04", UNIT)
def no_unit_is_overfull(company: str) -> Iterator[tuple[str, str]]:
	unit = frappe.qb.DocType(UNIT)
	wrong = Case().when(unit.occupants > 0, occupancy.OCCUPIED).else_(occupancy.VACANT) != unit.occupancy
	rows = (
		frappe.qb.from_(unit)
		.select(unit.name, unit.occupants, unit.capacity, unit.occupancy)
		.where(unit.company == company)
		.where(((unit.capacity > 0) & (unit.occupants > unit.capacity)) | wrong)
		.orderby(unit.name)
		.run()
	)
	for name, occupants, capacity, state in rows:
		yield name, f"{state} with {occupants} occupants of {capacity}"


@invariant("ORG-03", "DocType")
def no_number_stands_in_clear(company: str) -> Iterator[tuple[str, str]]:
	"""In the columns of protected fields, and in the versions of their documents. Registers have no company of their own."""
	for doctype, fieldnames in sensitive_data.declared_fields().items():
		table = frappe.qb.DocType(doctype)
		for fieldname in fieldnames:
			clear = table[fieldname].isnotnull() & (table[fieldname] != "") & table[fieldname].not_like("%*%")
			for (name,) in frappe.qb.from_(table).select(table.name).where(clear).orderby(table.name).run():
				yield doctype, f"{fieldname} of {name} is not masked"
		version = frappe.qb.DocType("Version")
		rows = (
			frappe.qb.from_(version)
			.select(version.name, version.docname)
			.where((version.ref_doctype == doctype) & version.data.regexp(CLEAR_NUMBER))
			.orderby(version.name)
			.run()
		)
		for version_name, name in rows:
			yield doctype, f"version {version_name} of {name} holds a number"


@invariant("ORG-03", "DocType")
def kept_numbers_can_be_read(company: str) -> Iterator[tuple[str, str]]:
	"""A site restored without its encryption key shows masks as before, and nobody would miss the numbers for months."""
	for doctype, name in sensitive_data.unreadable():
		yield doctype, f"the encryption key of this site does not fit the number of {name}"
