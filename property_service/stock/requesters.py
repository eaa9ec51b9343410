"""Whose department a document of the stores belongs to: the requester's, written by the server (ORG-02)."""

import frappe
from frappe.model.document import Document


def department_of(user: str) -> str | None:
	"""The department of the employee who is `user`; None for somebody who is no employee of ours."""
	return frappe.db.get_value("Employee", {"user_id": user, "status": "Active"}, "department")


def write_department(doc: Document, requester: str | None = None) -> None:
	"""Put `department` back to what the database holds; a new document gets the department of its requester.

	That is the department that asked for the rows, where they stand on requests of one department. Code of the app that
	acts for another department sets the field and `doc.flags.department_given`.
	"""
	if doc.flags.department_given or doc.flags.server_write:
		return
	stored = doc.get_doc_before_save()
	if stored:
		doc.department = stored.department
	else:
		doc.department = department_that_asked(doc) or department_of(requester or frappe.session.user)


def department_that_asked(doc: Document) -> str | None:
	requests = {row.get("material_request") for row in doc.get("items")} - {None, ""}
	if not requests:
		return None
	found = frappe.get_all(
		"Material Request",
		filters={"name": ("in", sorted(requests))},
		pluck="department",
		distinct=True,
		order_by="department",
	)
	return found[0] if len(found) == 1 else None
