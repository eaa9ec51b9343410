"""Employee Receivables (员工应收款): what employees owe the company, by age (LV-10, LV-11, WH-24).

ERPNext's Accounts Receivable never shows employees. Read from the general ledger: every entry with an employee as its party on
a balance-sheet account, whatever document posted it.
"""

from collections import defaultdict
from datetime import date

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate, nowdate

from property_service import register_report as register
from property_service.guards import restrict_to_company
from property_service.rules import receivables as rules
from property_service.rules.stock_limit import exact

BOUNDS = (30, 60, 90, 120)


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	filters = frappe._dict(filters or {})
	restrict_to_company(filters)
	return columns(), rows(filters)


def columns() -> list[dict]:
	column = register.column
	ranges = [
		column(label, f"age_{position}", 6, "Currency", 110)
		for position, label in enumerate(labels_of(BOUNDS))
	]
	return [
		column(_("Employee"), "employee", 7, "Link", 120, options="Employee"),
		column(_("Employee Name"), "employee_name", 6, width=100),
		column(_("Department"), "department_name", 8, width=130, text=1),
		column(_("Employment", context="Employee Receivables"), "employment", 5, width=80),
		column(_("Account"), "account", 10, "Link", 180, options="Account"),
		column(_("Owed in All"), "debit", 7, "Currency", 110),
		column(_("Paid Back"), "credit", 7, "Currency", 110),
		column(_("Still Open"), "balance", 7, "Currency", 110),
		*ranges,
		column(_("Oldest Debt"), "oldest", 6, "Date", 100),
	]


def labels_of(bounds: tuple[int, ...]) -> list[str]:
	starts = (0, *(bound + 1 for bound in bounds))
	labels = [_("{0}–{1} Days").format(first, last) for first, last in zip(starts, bounds, strict=False)]
	return [*labels, _("Over {0} Days").format(bounds[-1])]


def rows(filters: frappe._dict) -> list[frappe._dict]:
	"""One row per employee and account. Two statements, whatever the number of employees."""
	frappe.has_permission("GL Entry", "read", throw=True)
	as_of = getdate(filters.as_of or nowdate())
	postings: dict[tuple[str, str], list[rules.Posting]] = defaultdict(list)
	for employee, account, day, amount in ledger(filters, as_of):
		postings[employee, account].append(rules.Posting(getdate(day), exact(flt(amount, 2))))
	people = facts_of({employee for employee, _account in postings})
	found = [
		row_of(employee, account, entries, people.get(employee) or frappe._dict(), as_of)
		for (employee, account), entries in sorted(postings.items())
	]
	shown = [row for row in found if row.balance or cint(filters.with_settled)]
	if filters.department:
		shown = [row for row in shown if row.department == filters.department]
	return shown


def ledger(filters: frappe._dict, as_of: date) -> list[tuple]:
	entry, account = frappe.qb.DocType("GL Entry"), frappe.qb.DocType("Account")
	query = (
		frappe.qb.from_(entry)
		.join(account)
		.on(account.name == entry.account)
		.select(entry.party, entry.account, entry.posting_date, entry.debit - entry.credit)
		.where((entry.party_type == "Employee") & (entry.is_cancelled == 0) & (entry.posting_date <= as_of))
		.where((account.root_type == "Asset") | (account.account_type == "Receivable"))
		.orderby(entry.posting_date)
		.orderby(entry.name)
	)
	for fieldname, column in (
		("company", entry.company),
		("employee", entry.party),
		("account", entry.account),
	):
		if filters.get(fieldname):
			query = query.where(column == filters[fieldname])
	return query.run()


def facts_of(employees: set[str]) -> dict[str, frappe._dict]:
	rows = frappe.get_all(
		"Employee",
		filters={"name": ("in", sorted(employees) or [""])},
		fields=["name", "employee_name", "department", "status"],
		order_by="name",
	)
	return {row.name: row for row in rows}


def row_of(
	employee: str, account: str, postings: list[rules.Posting], person: frappe._dict, as_of: date
) -> frappe._dict:
	open_now = [debt for debt in rules.open_debts(postings) if debt.amount > 0]
	ages = rules.aged(postings, as_of, BOUNDS)
	department = person.department
	return frappe._dict(
		employee=employee,
		employee_name=person.employee_name,
		department=department,
		department_name=department and frappe.get_cached_value("Department", department, "department_name"),
		employment=_(person.status, context="Employee") if person.status else None,
		account=account,
		debit=float(sum(p.amount for p in postings if p.amount > 0)),
		credit=float(-sum(p.amount for p in postings if p.amount < 0)),
		balance=float(sum(p.amount for p in postings)),
		oldest=open_now[0].day if open_now else None,
		**{f"age_{position}": float(amount) for position, amount in enumerate(ages)},
	)
