"""Tools in the lists of what is open before somebody leaves or moves, or a department gets another head (WH-24, LV-08)."""

from collections.abc import Sequence

import frappe
from frappe.utils import getdate

from property_service.rules import tools as rules
from property_service.rules.handover import Matter
from property_service.tools import custody


def of_employees(employees: Sequence[str], lock: bool = False) -> list[Matter]:
	"""Hook `employee_open_matters`: what is in use in these names; one query."""
	return _open("holder", employees, lock)


def of_departments(departments: Sequence[str], lock: bool = False) -> list[Matter]:
	"""Hook `department_open_matters`."""
	return _open("department", departments, lock)


def _open(column: str, names: Sequence[str], lock: bool) -> list[Matter]:
	table = frappe.qb.DocType(custody.DOCTYPE)
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.item_name, table.tool_no, table.holder, table.holder_name, table.issued_on)
		.where(table[column].isin(list(names)) & (table.status == rules.IN_USE))
		.orderby(table.issued_on)
		.orderby(table.name)
	)
	return [
		Matter(
			custody.DOCTYPE,
			name,
			" ".join(filter(None, (item_name, tool_no))),
			holder,
			holder_name,
			getdate(issued_on),
		)
		for name, item_name, tool_no, holder, holder_name, issued_on in (
			query.for_update() if lock else query
		).run()
	]
