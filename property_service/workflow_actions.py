"""Who may take the next step (Workflow Action), written before Frappe does it (SVC-03, SVC-10).

At every change of state Frappe reads the workflow's transitions and states anew and checks each link of what it writes:
14 statements of a new ticket's 37. Where nobody of the list may act it also deletes and updates rows that are not there,
which locks the gap for everybody else's inserts. Frappe first looks whether the state's action exists; our documents have
written it by then, from the cached workflow, in one statement for the action and one for its roles.

What is written is what Frappe would write. Not so for its hooks: inserting the action here runs none.
"""

import frappe
from frappe.core.doctype.server_script.server_script_utils import run_server_script_for_doc_event
from frappe.desk.notifications import clear_doctype_notifications
from frappe.integrations.doctype.webhook import run_webhooks
from frappe.model.document import Document
from frappe.model.workflow import get_workflow_name, is_transition_condition_satisfied, validate_workflow
from frappe.utils import cint, now_datetime

DOCTYPE, ROLE = "Workflow Action", "Workflow Action Permitted Role"
OPEN, COMPLETED = "Open", "Completed"
WRITTEN = ("creation", "modified", "owner", "modified_by")
FRAPPES_HOOK = "frappe.workflow.doctype.workflow_action.workflow_action.process_workflow_actions"


class WritesItsActions(Document):
	"""Mixin of documents whose actions are written here alone; comes before the other base classes.

	Frappe's hook would read the workflow anew at every save, for documents that wait for nobody as well.
	"""

	def run_method(self, method: str, *args, **kwargs):
		"""What Frappe does at an event, without that hook where `write` has done its work."""
		if method != "on_update" or not cached_workflow(self.doctype):
			return super().run_method(method, *args, **kwargs)
		if callable(own := getattr(self, method, None)):
			own(*args, **kwargs)
		events = frappe.get_doc_hooks()
		for of in (self.doctype, "*"):
			for handler in events.get(of, {}).get(method, []):
				if handler != FRAPPES_HOOK:
					frappe.get_attr(handler)(self, method, *args, **kwargs)
		self.run_notifications(method)
		run_webhooks(self, method)
		run_server_script_for_doc_event(self, method)

	def validate_workflow(self) -> None:
		"""As Frappe does it; the state of a document that is submitted past its steps comes from the cached workflow."""
		workflow = cached_workflow(self.doctype)
		if not workflow:
			super().validate_workflow()
			return
		validate_workflow(self)
		if self._action != "save":
			field = workflow.workflow_state_field
			fitting = [row.state for row in workflow.states if cint(row.doc_status) == self.docstatus]
			if fitting and self.get(field) not in fitting:
				self.set(field, fitting[0])


def cached_workflow(doctype: str) -> Document | None:
	"""The workflow in force, from the cache; None without one, and for one that sends mails with its actions."""
	name = get_workflow_name(doctype)
	workflow = name and frappe.get_cached_doc("Workflow", name)
	return workflow if workflow and not workflow.send_email_alert else None


def write(doc: Document, method: str | None = None) -> None:
	"""Doc event `on_update` of documents with a workflow: complete the action that the user took, open the next one.

	Leaves it all to Frappe where the workflow sends mails with its actions, and a state that is an end to Frappe's hook
	where the document has it.
	"""
	workflow = cached_workflow(doc.doctype)
	if not workflow:
		return
	state = doc.get(workflow.workflow_state_field)
	roles = roles_of_next_steps(workflow, state, doc)
	if not roles and not (isinstance(doc, WritesItsActions) and roles_of_last_steps(workflow, state)):
		return
	if not doc.flags.in_insert:
		known = actions_of(doc)
		if any(action.workflow_state == state for action in known):
			return
		complete(known, workflow, state)
	clear_doctype_notifications(DOCTYPE)
	if roles:
		open_action(doc, state, roles)


def roles_of_next_steps(workflow: Document, state: str | None, doc: Document) -> list[str]:
	"""Of transitions that lead on from `state` under the document's conditions; optional states call nobody."""
	optional = optional_states(workflow)
	steps = (step for step in workflow.transitions if step.state == state and step.next_state not in optional)
	return sorted({step.allowed for step in steps if is_transition_condition_satisfied(step, doc)})


def roles_of_last_steps(workflow: Document, state: str | None) -> set[str]:
	"""Of transitions that lead to `state`; to an optional one nobody was called."""
	if state in optional_states(workflow):
		return set()
	return {step.allowed for step in workflow.transitions if step.next_state == state}


def optional_states(workflow: Document) -> set[str]:
	return {row.state for row in workflow.states if row.is_optional_state}


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
	mine = roles_of_last_steps(workflow, state).intersection(frappe.get_roles())
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
