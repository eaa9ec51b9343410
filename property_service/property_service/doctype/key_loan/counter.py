"""The key counter, and what the reception counter and the day's summary show of keys (hooks)."""

from datetime import datetime

import frappe
from frappe.utils import now_datetime

from property_service import commands, reception, settings
from property_service.guards import of_own_companies
from property_service.property_service.doctype.property_key import property_key
from property_service.rules import keys as rules
from property_service.sent_values import calendar_conditions

FOUND_AT_MOST = 10
SHOWN_OUT = 30
OPEN_SHOWN = 20
LOAN_FIELDS = (
	*("name", "property_key", "opens", "loan_kind", "borrower_name", "borrower_phone", "borrower_unit"),
	*("purpose", "borrowed_on", "due_on"),
)


# ---- the key counter -----------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["GET", "POST"])
def scan(tag: str) -> dict:
	"""Return the key with this tag and, while it is out, its loan: {"key", "loan", "overdue"}.

	Raises ValidationError for an unknown tag, PermissionError for those who do not lend keys.
	"""
	frappe.has_permission("Key Loan", "create", throw=True)
	row = property_key.find(tag)
	loan = None
	if row.status == rules.LENT:
		loan = frappe.db.get_value("Key Loan", row.current_loan, LOAN_FIELDS, as_dict=True)
	return {
		"key": row,
		"loan": loan,
		"overdue": bool(loan) and rules.is_overdue(rules.LENT, loan.due_on, now_datetime()),
		"deposit": settings.get().key_deposit,
	}


@frappe.whitelist(methods=["GET", "POST"])
def find_borrower(text: str) -> list[dict]:
	"""Return up to 10 employees and residents by name, number, telephone, or whatever the reception counter finds.

	Each has kind, id, name, phone and unit.
	"""
	frappe.has_permission("Key Loan", "create", throw=True)
	text = text.strip()[:140]
	if not text:
		return []
	residents = [
		{
			"kind": rules.RESIDENT,
			"id": row["name"],
			"name": row.get("resident_name"),
			"phone": row.get("mobile_no"),
			"unit": row.get("unit_name") or row.get("employer"),
		}
		for row in reception.search(text)
		if row.get("status") != "Moved Out"
	]
	return (employees(text) + residents)[:FOUND_AT_MOST]


def employees(text: str) -> list[dict]:
	"""Who works in the user's companies; a number that a badge holds comes before names that contain the text."""
	person, department = frappe.qb.DocType("Employee"), frappe.qb.DocType("Department")
	numbers = (person.name == text) | (person.employee_number == text) | (person.attendance_device_id == text)
	query = (
		frappe.qb.from_(person)
		.left_join(department)
		.on(department.name == person.department)
		.select(person.name.as_("id"), person.employee_name.as_("name"), person.cell_number.as_("phone"))
		.select(department.department_name.as_("unit"))
		.where(person.status == "Active")
		.orderby(person.employee_name)
		.limit(FOUND_AT_MOST)
	)
	query = of_own_companies(query, person.company)
	exact = query.where(numbers | (person.cell_number == text)).run(as_dict=True)
	found = exact or query.where(person.employee_name.like(f"%{text}%")).run(as_dict=True)
	return [{"kind": rules.EMPLOYEE, **row} for row in found]


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def lend(
	property_key: str,
	loan_kind: str = rules.TEMPORARY,
	borrower_kind: str = rules.EMPLOYEE,
	resident: str | None = None,
	employee: str | None = None,
	borrower_name: str | None = None,
	borrower_phone: str | None = None,
	purpose: str | None = None,
	deposit: float | str | None = None,
	mode_of_payment: str | None = None,
) -> dict:
	"""Lend the key with the tag `property_key`. Returns {"loan", "key", "borrower_name", "due_on"}.

	Raises ValidationError while it is out, or for a borrower who may not have it.
	"""
	loan = frappe.get_doc({"doctype": "Key Loan", **{k: v for k, v in locals().items() if v}}).insert()
	return {
		"loan": loan.name,
		"key": loan.property_key,
		"borrower_name": loan.borrower_name,
		"due_on": loan.due_on,
	}


@frappe.whitelist(methods=["GET", "POST"])
def keys_out() -> list[dict]:
	"""The keys that are out for the time being, the most overdue first."""
	return frappe.get_list(
		"Key Loan",
		filters={"status": rules.LENT, "due_on": ("is", "set")},
		fields=list(LOAN_FIELDS),
		order_by="due_on",
		limit=SHOWN_OUT,
	)


@frappe.whitelist(methods=["GET", "POST"])
@frappe.read_only()
def due_in(start: str, end: str, filters: str | list | None = None) -> list[dict]:
	"""Calendar: keys that are due between two dates."""
	days, conditions = calendar_conditions(start, end, filters)
	conditions += [
		["Key Loan", "due_on", "between", days],
		["Key Loan", "status", "=", rules.LENT],
	]
	rows = frappe.get_list(
		"Key Loan",
		filters=conditions,
		fields=["name", "property_key", "borrower_name", "due_on", "status"],
		order_by="due_on",
		limit=1000,
	)
	now = now_datetime()
	return [
		{
			**row,
			"title": f"{row.property_key} {row.borrower_name}",
			"overdue": rules.is_overdue(row.status, row.due_on, now),
		}
		for row in rows
	]


# ---- hooks ---------------------------------------------------------------------------------------------------------


def find_holder(text: str) -> list[dict]:
	"""The resident who has the key with this tag (hook `counter_search`)."""
	try:
		tag = rules.tag(text)
	except ValueError:
		return []
	holder = frappe.db.get_value("Key Loan", {"open_key": tag}, "resident")
	return reception.residents_by_name([holder]) if holder else []


def open_loans(resident: str | None, phone: str | None) -> list[dict]:
	"""Keys that a caller has out (hook `counter_open_matters`)."""
	known = {k: v for k, v in {"resident": resident, "borrower_phone": phone}.items() if v}
	if not known or not frappe.has_permission("Key Loan"):
		return []
	rows = frappe.get_list(
		"Key Loan",
		filters={"status": rules.LENT},
		or_filters=known,
		fields=["name", "status", "property_key", "opens", "borrowed_on as since"],
		order_by="borrowed_on",
		limit=OPEN_SHOWN,
	)
	return [
		{
			"doctype": "Key Loan",
			"name": row.name,
			"status": row.status,
			"matter": f"{row.property_key} {row.opens or ''}",
			"since": row.since,
		}
		for row in rows
	]


def day_summary(company: str, start: datetime, end: datetime) -> list[dict]:
	"""Keys lent on the day (hook `daily_summary_lines`)."""
	rows = frappe.get_all(
		"Key Loan",
		filters=[["company", "=", company], ["borrowed_on", ">=", start], ["borrowed_on", "<", end]],
		fields=["name", "property_key", "borrower_name", "purpose", "property_unit", "status", "issued_by"],
		order_by="borrowed_on asc, name asc",
	)
	return [
		{
			"category": "Key Loan",
			"reference_doctype": "Key Loan",
			"reference_name": row.name,
			"property_unit": row.property_unit,
			"matter": " ".join(filter(None, (row.property_key, row.borrower_name, row.purpose))),
			"state": row.status,
			"handled_by": row.issued_by,
		}
		for row in rows
	]


# ---- moving out ----------------------------------------------------------------------------------------------------


def open_keys_of(resident: str | None = None, employee: str | None = None) -> list[dict]:
	"""Keys that a resident or an employee has out, the oldest first: what moving out and leaving wait for (DESK-10).

	Each row has loan, property_key, opens, loan_kind, borrowed_on and due_on. Read without the reader's permissions:
	who asks is the caller's matter.
	"""
	who = {"resident": resident} if resident else {"employee": employee}
	if not (resident or employee):
		return []
	return frappe.get_all(
		"Key Loan",
		filters={**who, "status": rules.LENT},
		fields=["name as loan", "property_key", "opens", "loan_kind", "borrowed_on", "due_on"],
		order_by="borrowed_on, name",
	)


def open_charges_of(resident: str | None = None, employee: str | None = None) -> list[dict]:
	"""Compensations for lost keys that are not paid: loan, property_key and compensation (company currency)."""
	who = {"resident": resident} if resident else {"employee": employee}
	if not (resident or employee):
		return []
	return frappe.get_all(
		"Key Loan",
		filters={
			**who,
			"status": rules.LOST,
			"compensation": (">", 0),
			"compensation_receipt": ("is", "not set"),
		},
		fields=["name as loan", "property_key", "compensation"],
		order_by="lost_on, name",
	)
