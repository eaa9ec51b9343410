"""Who may take the next step (Workflow Action), written before Frappe does it (SVC-03, SVC-10).

At every change of state Frappe reads the workflow's transitions and states anew and checks each link of what it writes:
14 statements of a new ticket's 37. Where nobody of the list may act it also deletes and updates rows that are not there,
which locks the gap for everybody else's inserts. Frappe first looks whether the state's action exists; our documents have
written it by then, from the cached workflow, in one statement for the action and one for its roles.

What is written is what Frappe would write. Not so for its hooks: inserting the action here runs none.
"""

import frappe
from frappe.desk.notifications import clear_doctype_notifications
from frappe.model.document import Document
from frappe.model.workflow import get_workflow_name, is_transition_condition_satisfied
from frappe.utils import now_datetime

DOCTYPE, ROLE = "Workflow Action", "Workflow Action Permitted Role"
OPEN, COMPLETED = "Open", "Completed"
WRITTEN = ("creation", "modified", "owner", "modified_by")


def write(doc: Document, method: str | None = None) -> None:
	"""Doc event `on_update` of documents with a workflow: complete the action that the user took, open the next one.

	Leaves it all to Frappe where the workflow sends mails with its actions, or where the state is an end.
	"""
	name = get_workflow_name(doc.doctype)
	workflow = name and frappe.get_cached_doc("Workflow", name)
	if not workflow or workflow.send_email_alert:
		return
	state = doc.get(workflow.workflow_state_field)
	roles = roles_of_next_steps(workflow, state, doc)
	if not roles:
		return
	if not doc.flags.in_insert:
		known = actions_of(doc)
		if any(action.workflow_state == state for action in known):
			return
		complete(known, workflow, state)
	clear_doctype_notifications(DOCTYPE)
	open_action(doc, state, roles)


def roles_of_next_steps(workflow: Document, state: str | None, doc: Document) -> list[str]:
	"""Of transitions that lead on from `state` under the document's conditions; optional states call nobody."""
	optional = {row.state for row in workflow.states if row.is_optional_state}
	steps = (step for step in workflow.transitions if step.state == state and step.next_state not in optional)
	return sorted({step.allowed for step in steps if is_transition_condition_satisfied(step, doc)})


def actions_of(doc: Document) -> list[frappe._dict]:
	"""Every action that the document ever had, one row for each role it was open to."""
	action, role = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType(ROLE)
	return (
		frappe.qb.from_(action)
		.left_join(role)
		.on((role.parent == action.name) & (role.parenttype == DOCTYPE))
		.select(action.name, action.workflow_state, action.status, role.role)
		.where((action.reference_name == doc.name) & (action.reference_doctype == doc.doctype))
		.orderby(role.role)
		.run(as_dict=True)
	)


def complete(known: list[frappe._dict], workflow: Document, state: str | None) -> None:
	"""The open action that a role of the user allowed: by its name, so that no gap is locked."""
	allowed = {step.allowed for step in workflow.transitions if step.next_state == state}
	mine = allowed.intersection(frappe.get_roles())
	taken = next((row for row in known if row.status == OPEN and row.role in mine), None)
	if taken:
		values = {
			"status": COMPLETED,
			"completed_by": frappe.session.user,
			"completed_by_role": taken.role,
		}
		frappe.db.set_value(DOCTYPE, taken.name, values, update_modified=False)


def open_action(doc: Document, state: str, roles: list[str]) -> None:
	"""The values are the workflow's own and the document's name: there are no links to check."""
	name, now, user = frappe.generate_hash(length=10), now_datetime(), frappe.session.user
	written = (now, now, user, user)
	frappe.db.bulk_insert(
		DOCTYPE,
		("name", *WRITTEN, "reference_doctype", "reference_name", "workflow_state", "status"),
		[(name, *written, doc.doctype, doc.name, state, OPEN)],
	)
	frappe.db.bulk_insert(
		ROLE,
		("name", *WRITTEN, "parent", "parenttype", "parentfield", "idx", "role"),
		[
			(frappe.generate_hash(length=10), *written, name, DOCTYPE, "permitted_roles", number, role)
			for number, role in enumerate(roles, start=1)
		],
	)
