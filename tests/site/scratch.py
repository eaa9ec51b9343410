"""A document with approvals that exists only in the tests: the helper is shown on it before a register uses it."""

import frappe
from frappe.model.document import Document

from property_service import approvals
from property_service.approvals import Step

DOCTYPE, ROW = "Approval Scratch", "Approval Scratch Row"
DRAFT, HEAD, MANAGER, APPROVED = "Draft", "Scratch Waits for Head", "Scratch Waits for Manager", "Approved"
CHAIN = (Step(HEAD, MANAGER, "Department Head"), Step(MANAGER, APPROVED, "General Manager"))
ACTIONS = ("Scratch Send", "Scratch Sign", "Scratch Back")


class ApprovalScratch(Document):
	"""The calls that approvals.py asks of a controller."""

	def before_insert(self):
		approvals.clear_on_copy(self)

	def before_validate(self):
		approvals.protect(self)

	def validate(self):
		approvals.freeze(self, pending_states=(HEAD, MANAGER))
		approvals.sign(self, CHAIN)

	def before_submit(self):
		approvals.require(self, CHAIN)


def create() -> None:
	"""DDL: only in session set-up."""
	drop()
	for name in (HEAD, MANAGER):
		frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": name}).insert()
	for name in ACTIONS:
		frappe.get_doc({"doctype": "Workflow Action Master", "workflow_action_name": name}).insert()
	_doctype(ROW, [_field("item", "Data"), _field("qty", "Float")], istable=1).insert()
	fields = [
		_field("status", "Link", options="Workflow State"),
		_field("department", "Link", options="Department"),
		_field("amount", "Currency"),
		_field("needed_on", "Date"),
		_field("note", "Small Text"),
		_field("rows", "Table", options=ROW),
		_field("approval_steps", "Table", options="Approval Step", read_only=1, no_copy=1),
	]
	rights = dict.fromkeys(("read", "write", "create", "submit", "cancel"), 1)
	roles = [{"role": role, **rights} for role in ("Employee", "System Manager")]
	_doctype(DOCTYPE, fields, is_submittable=1, permissions=roles).insert()
	_workflow().insert()
	frappe.db.commit()


def drop() -> None:
	frappe.delete_doc("Workflow", DOCTYPE, force=True, ignore_missing=True)
	for doctype in (DOCTYPE, ROW):
		frappe.delete_doc("DocType", doctype, force=True, ignore_missing=True)
		frappe.db.sql_ddl(f"drop table if exists `tab{doctype}`")
	frappe.db.delete("Approval Step", {"parenttype": DOCTYPE})
	for name in (HEAD, MANAGER):
		frappe.delete_doc("Workflow State", name, force=True, ignore_missing=True)
	for name in ACTIONS:
		frappe.delete_doc("Workflow Action Master", name, force=True, ignore_missing=True)
	frappe.db.commit()


def _field(fieldname: str, fieldtype: str, **more) -> dict:
	return {"fieldname": fieldname, "fieldtype": fieldtype, "label": fieldname.title(), **more}


def _doctype(name: str, fields: list[dict], **more):
	return frappe.get_doc(
		{
			"doctype": "DocType",
			"name": name,
			"module": "Custom",
			"custom": 1,
			"fields": fields,
			"autoname": "hash",
			**more,
		}
	)


def _workflow():
	def transition(state, action, next_state, role):
		return {
			"state": state,
			"action": action,
			"next_state": next_state,
			"allowed": role,
			"allow_self_approval": 1,
		}

	return frappe.get_doc(
		{
			"doctype": "Workflow",
			"workflow_name": DOCTYPE,
			"document_type": DOCTYPE,
			"is_active": 1,
			"workflow_state_field": "status",
			"send_email_alert": 0,
			"states": [
				{"state": state, "doc_status": int(state == APPROVED), "allow_edit": "Employee"}
				for state in (DRAFT, HEAD, MANAGER, APPROVED)
			],
			"transitions": [
				transition(DRAFT, "Scratch Send", HEAD, "Employee"),
				transition(HEAD, "Scratch Sign", MANAGER, "Department Head"),
				transition(HEAD, "Scratch Sign", MANAGER, "General Manager"),
				transition(MANAGER, "Scratch Sign", APPROVED, "General Manager"),
				transition(HEAD, "Scratch Back", DRAFT, "Employee"),
				transition(MANAGER, "Scratch Back", DRAFT, "Employee"),
			],
		}
	)
