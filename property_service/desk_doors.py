"""Methods of Frappe that write or tell past a document's own checks (hooks: override_whitelisted_methods).

*Assign To* writes a user straight into a field `assigned_to`, or empties it, for anybody who may read the document; in
ours that field names who does the work or asks the customer, by rules of its own (SVC-09, SVC-18). And the title behind
a link is told to whoever is signed in, residents on the portal included (ORG-02). Saving, submitting and the steps of a
workflow are carried out again when they lost a deadlock, like the app's own commands (Q-04). What Frappe does to many
documents at once, and commits by itself, is not asked for by a link (Q-05).
"""

import frappe
from frappe import _
from frappe.desk import search
from frappe.desk.doctype.bulk_update import bulk_update
from frappe.desk.form import assign_to as assignments
from frappe.desk.form import save
from frappe.model import workflow
from frappe.model.document import Document

from property_service import commands
from property_service.guards import refuse
from property_service.register_entry import names_of
from property_service.sent_values import check_values, parsed

MODULE = "Property Service"
ACTIONS = ("Save", "Submit", "Update", "Cancel")
OF_A_TASK = ("description", "priority", "date", "assigned_by", "assignment_rule")


@frappe.whitelist(methods=["POST"])
def add(**_arguments) -> list | None:
	check_task()
	require_name(frappe.form_dict.get("name"))
	return assignments.add()


@frappe.whitelist(methods=["POST"])
def add_multiple(**_arguments) -> None:
	check_task()
	frappe.form_dict.name = frappe.as_json(names_of(frappe.form_dict.get("name")))
	assignments.add_multiple()


@frappe.whitelist(methods=["POST"])
def remove(doctype: str, name: str, assign_to: str) -> list | None:
	refuse_own_field(doctype)
	return assignments.remove(doctype, name, assign_to)


@frappe.whitelist(methods=["POST"])
def remove_multiple(doctype: str, names: str) -> None:
	refuse_own_field(doctype)
	assignments.remove_multiple(doctype, frappe.as_json(names_of(names)))


@frappe.whitelist(methods=["POST"])
def close(doctype: str, name: str, assign_to: str) -> list | None:
	refuse_own_field(doctype)
	return assignments.close(doctype, name, assign_to)


@frappe.whitelist(methods=["GET", "POST"])
def get_link_title(doctype: str, docname: str) -> str | None:
	"""The title of a document of ours for those who may read it, its number for everybody else."""
	require_doctype(doctype)
	if is_ours(doctype) and not frappe.has_permission(doctype, "read", doc=docname):
		return docname
	return search.get_link_title(doctype, docname)


@frappe.whitelist(methods=["POST", "PUT"])
@commands.carried_out_again
def savedocs(doc: str, action: str) -> None:
	"""What the desk's form sends: save, submit, update. Frappe's own method in one transaction of its own."""
	require_document(doc)
	if action not in ACTIONS:
		refuse(_("A document is saved, submitted, updated or cancelled."))
	save.savedocs(doc, action)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def apply_workflow(doc: str | dict, action: str) -> Document:
	"""A step of a document's workflow. Not over GET, which Frappe allows: a link would take the step."""
	require_document(doc)
	return workflow.apply_workflow(doc, action)


@frappe.whitelist(methods=["POST"])
def bulk_workflow_approval(docnames: str | list, doctype: str, action: str) -> None:
	"""A step of several documents at once, from the list. Not over GET: Frappe commits after each of them."""
	require_doctype(doctype)
	workflow.bulk_workflow_approval(frappe.as_json(names_in_list(docnames)), doctype, action)


@frappe.whitelist(methods=["POST"])
def submit_cancel_or_update_docs(
	doctype: str,
	docnames: str | list,
	action: str = "submit",
	data: str | dict | None = None,
	task_id: str | None = None,
) -> list | None:
	"""The list's Submit, Cancel and Edit of several documents. Not over GET: Frappe commits after each of them."""
	require_doctype(doctype)
	if action == "update" and not isinstance(parsed(data), dict):
		refuse(_("Send one document as a record with its values."))
	return bulk_update.submit_cancel_or_update_docs(doctype, names_in_list(docnames), action, data, task_id)


# ---- what was sent -------------------------------------------------------------------------------------------------


def check_task() -> None:
	"""What Frappe makes tasks of for people: it takes them for granted where they are missing or of another kind."""
	sent = frappe.form_dict
	refuse_own_field(sent.get("doctype"))
	names_of(sent.get("assign_to"))
	check_values(frappe.new_doc("ToDo", **{key: sent.get(key) for key in OF_A_TASK if key in sent}))


def require_document(doc: str | dict) -> None:
	"""Raises frappe.ValidationError for what is no document of a kind there is."""
	values = parsed(doc)
	if not isinstance(values, dict):
		refuse(_("Send one document as a record with its values."))
	require_doctype(values.get("doctype"))
	if values.get("name") is not None:
		require_name(values["name"])


def names_in_list(sent: str | list) -> list[str | int]:
	"""The entries chosen in a list of the desk; kinds that the database numbers have numbers for names."""
	names = parsed(sent)
	if not isinstance(names, list) or not names:
		refuse(_("Choose entries from the list."))
	for name in names:
		require_name(name)
	return names


def require_name(name: object) -> None:
	if not isinstance(name, str | int):
		refuse(_("Name the document by its number."))


def require_doctype(doctype: object) -> None:
	"""By the very letters: the database finds a name also by letters that it takes for the same."""
	if not isinstance(doctype, str) or frappe.db.exists("DocType", doctype) != doctype:
		refuse(_("There is no such kind of document."), exc=frappe.DoesNotExistError)


def refuse_own_field(doctype: object) -> None:
	require_doctype(doctype)
	if is_ours(doctype) and frappe.get_meta(doctype).has_field("assigned_to"):
		refuse(
			_("Who is responsible for {0} stands in its field {1}; change it there (SVC-09, SVC-18).").format(
				frappe.bold(_(doctype)), frappe.bold(_("Assigned To"))
			),
			exc=frappe.PermissionError,
		)


def is_ours(doctype: object) -> bool:
	return isinstance(doctype, str) and frappe.db.get_value("DocType", doctype, "module") == MODULE
