"""Key loan register (钥匙借用登记表, register E): every key lent in a period, as the paper form lists it."""

import frappe
from frappe import _
from frappe.utils import cint, now_datetime

from property_service import register_report as register
from property_service.property_service.doctype.key_loan import chasing
from property_service.rules import keys as rules

FIELDS = (
	*("name as loan", "property_key", "opens", "borrower_name", "borrower_unit", "borrower_phone", "purpose"),
	*("loan_kind", "borrowed_on", "due_on", "returned_on", "issued_by", "received_by", "status"),
	"compensation",
)


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	filters = frappe._dict(filters or {})
	return columns(), rows(filters)


def columns() -> list[dict]:
	column = register.column
	return [
		column(_("Key Tag"), "property_key", 7, "Link", 110, options="Property Key"),
		column(_("Room"), "opens", 9, width=150, text=1),
		column(_("Borrower"), "borrower_name", 5.5, width=90),
		column(_("Company or Department"), "borrower_unit", 8, width=120, text=1),
		column(_("Telephone"), "borrower_phone", 7.5, width=120),
		column(_("Purpose", context="Key Loan"), "purpose", 9, width=150, text=1),
		column(_("Loan Kind"), "loan_kind", width=80),
		column(_("Borrowed On"), "borrowed_on", 7.5, "Datetime", 140),
		column(_("Due On", context="Key Loan"), "due_on", 7.5, "Datetime", 140),
		column(_("Returned On", context="Key Loan"), "returned_on", 7.5, "Datetime", 140),
		column(_("Issued By"), "issued_by", 5, width=90),
		column(_("Received By", context="Key Loan"), "received_by", 5, width=90),
		column(_("Chases"), "chases", 9, width=180, text=1),
		column(_("Compensation", context="Key Loan"), "compensation", 5, "Currency", 90),
		column(_("Status"), "status", width=80),
		column(_("Key Loan"), "loan", fieldtype="Link", width=130, options="Key Loan"),
		column(_("Signature", context="Key Loan"), "signature", 5.5, width=80),
	]


def rows(filters: frappe._dict) -> list[frappe._dict]:
	found = register.rows_of("Key Loan", conditions(filters), FIELDS, "borrowed_on asc, name asc")
	chases = chasing.chases_of([row.loan for row in found])
	people = register.full_names(user for row in found for user in (row.issued_by, row.received_by))
	now = now_datetime()
	for row in found:
		overdue = rules.is_overdue(row.status, row.due_on, now)
		row.chases = chased(chases[row.loan])
		row.status = _("Overdue") if overdue else _(row.status)
		row.loan_kind = _(row.loan_kind, context="Key Loan")
		row.issued_by, row.received_by = people.get(row.issued_by), people.get(row.received_by)
	return register.numbered(found)


def conditions(filters: frappe._dict) -> list:
	if cint(filters.only_out):
		found = [["status", "=", rules.LENT]]
	else:
		first, after = register.period(filters)
		found = [["borrowed_on", ">=", first], ["borrowed_on", "<", after]]
	for name in ("company", "loan_kind", "property_key", "status"):
		if filters.get(name):
			found.append([name, "=", filters[name]])
	return found


def chased(rows: list[frappe._dict]) -> str:
	"""Told on three days and asked once: "3×, 11-25 …"."""
	told = [row for row in rows if row.chase_kind == rules.ISSUER_TOLD]
	asked = [
		f"{register.day(row.chase_date)[5:]} {row.note or ''}".strip()
		for row in rows
		if row.chase_kind == rules.BORROWER_ASKED
	]
	counted = (
		[_("{0} × told, last {1}").format(len(told), register.day(told[-1].chase_date)[5:])] if told else []
	)
	return "; ".join(counted + asked)
