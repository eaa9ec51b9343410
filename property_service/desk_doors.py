"""Methods of Frappe that write or tell past a document's own checks (hooks: override_whitelisted_methods).

*Assign To* writes a user straight into a field `assigned_to`, or empties it, for anybody who may read the document; in
ours that field names who does the work or asks the customer, by rules of its own (SVC-09, SVC-18). And the title behind
a link is told to whoever is signed in, residents on the portal included (ORG-02). Saving, submitting and the steps of a
workflow are carried out again when they lost a deadlock, like the app's own commands (Q-04).
"""

import frappe
from frappe import _
from frappe.desk import search
from frappe.desk.form import assign_to as assignments
from frappe.desk.form import save
from frappe.model import workflow
from frappe.model.document import Document

from property_service import commands
from property_service.guards import refuse

MODULE = "Property Service"


@frappe.whitelist(methods=["POST"])
def add(**_arguments) -> list | None:
	refuse_own_field(frappe.form_dict.get("doctype"))
	return assignments.add()


@frappe.whitelist(methods=["POST"])
def add_multiple(**_arguments) -> None:
	refuse_own_field(frappe.form_dict.get("doctype"))
	assignments.add_multiple()


@frappe.whitelist(methods=["POST"])
def remove(doctype: str, name: str, assign_to: str) -> list | None:
	refuse_own_field(doctype)
	return assignments.remove(doctype, name, assign_to)


@frappe.whitelist(methods=["POST"])
def remove_multiple(doctype: str, names: str) -> None:
	refuse_own_field(doctype)
	assignments.remove_multiple(doctype, names)


@frappe.whitelist(methods=["POST"])
def close(doctype: str, name: str, assign_to: str) -> list | None:
	refuse_own_field(doctype)
	return assignments.close(doctype, name, assign_to)


@frappe.whitelist(methods=["GET", "POST"])
def get_link_title(doctype: str, docname: str) -> str | None:
	"""The title of a document of ours for those who may read it, its number for everybody else."""
	if is_ours(doctype) and not frappe.has_permission(doctype, "read", doc=docname):
		return docname
	return search.get_link_title(doctype, docname)


@frappe.whitelist(methods=["POST", "PUT"])
@commands.carried_out_again
def savedocs(doc: str, action: str) -> None:
	"""What the desk's form sends: save, submit, update. Frappe's own method in one transaction of its own."""
	save.savedocs(doc, action)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def apply_workflow(doc: str | dict, action: str) -> Document:
	"""A step of a document's workflow. Not over GET, which Frappe allows: a link would take the step."""
	return workflow.apply_workflow(doc, action)


def refuse_own_field(doctype: object) -> None:
	if is_ours(doctype) and frappe.get_meta(doctype).has_field("assigned_to"):
		refuse(
			_("Who is responsible for {0} stands in its field {1}; change it there (SVC-09, SVC-18).").format(
				frappe.bold(_(doctype)), frappe.bold(_("Assigned To"))
			),
			exc=frappe.PermissionError,
		)


def is_ours(doctype: object) -> bool:
	return isinstance(doctype, str) and frappe.db.get_value("DocType", doctype, "module") == MODULE
