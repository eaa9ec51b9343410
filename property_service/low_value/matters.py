"""Articles in the lists of what is open before somebody leaves or moves, or a department gets another head (WH-24, LV-08)."""

from collections.abc import Sequence

import frappe

from property_service.low_value.articles import ARTICLE
from property_service.rules import amortisation as rules
from property_service.rules import tools as tool_rules
from property_service.rules.handover import Matter


def of_employees(employees: Sequence[str], lock: bool = False) -> list[Matter]:
	"""Hook `employee_open_matters`: what these people use or keep; one query."""
	table = frappe.qb.DocType(ARTICLE)
	people = list(employees)
	found = _open(table, table.user_employee.isin(people) | table.keeper.isin(people), lock)
	return [_matter(row, row.user_employee if row.user_employee in people else row.keeper) for row in found]


def of_departments(departments: Sequence[str], lock: bool = False) -> list[Matter]:
	"""Hook `department_open_matters`: what lies in the hands of these departments; one query."""
	table = frappe.qb.DocType(ARTICLE)
	found = _open(table, table.department.isin(list(departments)), lock)
	return [_matter(row, row.user_employee or row.keeper) for row in found]


def _open(table, condition, lock: bool) -> list[frappe._dict]:
	"""A tool that somebody has in custody stands on the list as that."""
	custody = frappe.qb.DocType("Tool Custody")
	in_custody = (
		frappe.qb.from_(custody)
		.select(custody.stock_entry_row)
		.where((custody.status == tool_rules.IN_USE) & custody.stock_entry_row.isnotnull())
	)
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.item_name, table.in_use_since)
		.select(table.user_employee, table.user_name, table.keeper, table.keeper_name)
		.where(condition & table.status.isin(rules.LIVE))
		.where(table.issue_row.isnull() | table.issue_row.notin(in_custody))
		.orderby(table.name)
	)
	return (query.for_update() if lock else query).run(as_dict=True)


def _matter(row: frappe._dict, employee: str | None) -> Matter:
	person = row.user_name if employee == row.user_employee else row.keeper_name
	return Matter(ARTICLE, row.name, row.item_name or row.name, employee, person, row.in_use_since)
