"""Whatever a document is: the steps recorded on it say who took them, where to and when (ORG-01)."""

from collections.abc import Iterator

import frappe

from property_service.approvals import TABLE
from property_service.invariants import invariant
from property_service.invariants.orders import ORDER, TICKET, incomplete_steps

STEP = "Approval Step"
# They ask for the role as well.
ELSEWHERE = (ORDER, TICKET)


@invariant("ORG-01", STEP)
def steps_are_complete(company: str) -> Iterator[tuple[str, str]]:
	for doctype in documents_with_steps():
		for name, problem in incomplete_steps(company, doctype, as_what=False):
			yield f"{doctype} {name}", problem


def documents_with_steps() -> list[str]:
	"""DocTypes with the table of steps, ours and ERPNext's."""
	own = frappe.get_all("DocField", {"options": STEP, "fieldname": TABLE}, pluck="parent", order_by="parent")
	added = frappe.get_all("Custom Field", {"options": STEP, "fieldname": TABLE}, pluck="dt", order_by="dt")
	return [
		doctype
		for doctype in (*own, *added)
		if doctype not in ELSEWHERE and frappe.get_meta(doctype).has_field("company")
	]
