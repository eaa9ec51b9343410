"""A request outside the stores procedure is submitted by whoever may, as without the app: it waits in nobody's list (WH-06)."""

import frappe

from property_service.rules import purchase_plan as rules
from property_service.setup.stores import WORKFLOW, WORKFLOW_OF
from property_service.workflow_actions import DOCTYPE, OPEN, ROLE


def execute() -> None:
	"""The state of what is submitted at once becomes an optional one, unless the company made it a step of an approval; what
	waited for such a submission is taken back.
	"""
	if not frappe.db.exists("Workflow", WORKFLOW) or adapted():
		return
	frappe.db.set_value(
		"Workflow Document State", {"parent": WORKFLOW, "state": rules.SUBMITTED}, "is_optional_state", 1
	)
	frappe.clear_document_cache("Workflow", WORKFLOW)
	if waiting := actions_outside():
		frappe.db.delete(ROLE, {"parent": ("in", waiting), "parenttype": DOCTYPE})
		frappe.db.delete(DOCTYPE, {"name": ("in", waiting)})


def adapted() -> bool:
	"""Whether another step than the first one leads to a submitted request."""
	steps = frappe.get_doc("Workflow", WORKFLOW).transitions
	return any(step.next_state == rules.SUBMITTED and step.state != rules.DRAFT for step in steps)


def actions_outside() -> list[str]:
	action, request = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType(WORKFLOW_OF)
	return (
		frappe.qb.from_(action)
		.join(request)
		.on(request.name == action.reference_name)
		.select(action.name)
		.where((action.reference_doctype == WORKFLOW_OF) & (action.status == OPEN))
		.where(action.workflow_state == rules.DRAFT)
		.where(request.approval_route.isnull() | (request.approval_route == ""))
		.run(pluck=True)
	)
