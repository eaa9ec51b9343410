"""Residents, and rows that the app keeps for itself, say whose they are: a user permission for a company reaches them (ORG-03)."""

import frappe
from pypika.terms import Criterion, Field

from property_service import sensitive_data, settings

# DocType, its link, and where that leads to: who has a company.
TAKEN_FROM = (
	("Resident", "property_unit", "Property Unit"),
	("Resident", "employee", "Employee"),
	("Notice Delivery", "notice", "Resident Notice"),
	("Stock Count Entry", "stock_count", "Stock Count"),
	("Tool Loan Balance", "warehouse", "Warehouse"),
)


def execute() -> None:
	"""Writes the company where there is none yet. Whose room tells nothing belongs to the company where only one uses the app;
	otherwise the next save says whose.
	"""
	access = frappe.qb.DocType("Sensitive Data Access")
	for company in frappe.get_all("Company", pluck="name", order_by="name"):
		for doctype, fieldname, other in TAKEN_FROM:
			take(company, doctype, other, frappe.qb.DocType(doctype)[fieldname])
		for other in sensitive_data.declared_fields():
			of_this_kind = access.reference_doctype == other
			take(company, "Sensitive Data Access", other, access.reference_name, of_this_kind)
	using = {row.company for row in settings.get().companies}
	if len(using) == 1:
		resident = frappe.qb.DocType("Resident")
		frappe.qb.update(resident).set(resident.company, using.pop()).where(resident.company.isnull()).run()


def take(company: str, doctype: str, other: str, link: Field, condition: Criterion | None = None) -> None:
	row, source = frappe.qb.DocType(doctype), frappe.qb.DocType(other)
	theirs = frappe.qb.from_(source).select(source.name).where(source.company == company)
	query = frappe.qb.update(row).set(row.company, company).where(row.company.isnull() & link.isin(theirs))
	(query.where(condition) if condition else query).run()
