"""What else on a site names one of our DocTypes or their records: after uninstall that would mean nothing.

Some of it does harm: a user permission on a DocType that is gone keeps its user out, a field that links to it keeps a form of
ERPNext from opening, a notification about it stops the day's other ones. And a reinstalled app counts from one again, so that
what was said about an old record, or attached to it, would stand beside a new one of the same number.
"""

import frappe

from property_service.setup import roles
from property_service.setup.custom_fields import CUSTOM_FIELDS

MODULE = "Property Service"

# Records about a record: DocType, the field that names the DocType.
POINTERS = (
	("ToDo", "reference_type"),
	("Notification Log", "document_type"),
	("DocShare", "share_doctype"),
	("Comment", "reference_doctype"),
	("Version", "ref_doctype"),
	("View Log", "reference_doctype"),
	("Document Follow", "ref_doctype"),
	("Tag Link", "document_type"),
	("Dynamic Link", "link_doctype"),
	("Communication Link", "link_doctype"),
)
# Mails are somebody's letters; they only lose what they were filed under.
LETTERS = (
	("Communication", "reference_doctype", "reference_name"),
	("Email Queue", *("reference_doctype", "reference_name")),
)

# What a company has made for one of our DocTypes.
MADE_FOR_THEM = (
	("Custom Field", "dt"),
	("Property Setter", "doc_type"),
	("Custom DocPerm", "parent"),
	("User Permission", "allow"),
	("User Permission", "applicable_for"),
	("Client Script", "dt"),
	("Server Script", "reference_doctype"),
	("Notification", "document_type"),
	("Assignment Rule", "document_type"),
	("Auto Repeat", "reference_doctype"),
	("Milestone Tracker", "document_type"),
	("Document Naming Rule", "document_type"),
	("Webhook", "webhook_doctype"),
	("Workflow", "document_type"),
	("Kanban Board", "reference_doctype"),
	("Calendar View", "reference_doctype"),
	("List Filter", "reference_doctype"),
	("List View Settings", "name"),
	("Print Format", "doc_type"),
	("Report", "ref_doctype"),
	("Number Card", "document_type"),
	("Dashboard Chart", "document_type"),
	("Web Form", "doc_type"),
	("Data Import", "reference_doctype"),
)


# Of these set-up makes records, which go at uninstall unless ERPNext's documents use them.
MADE_KINDS = (
	*(
		"Account",
		"Mode of Payment",
		"Warehouse",
		"Warehouse Type",
		"Stock Entry Type",
		"Item",
		"Holiday List",
	),
	*("Quality Inspection Template", "Quality Inspection Parameter"),
)


def remove() -> None:
	own = own_doctypes()
	empty_tables(own)
	clear_links(own)
	remove_dimensions(own)
	remove_fields_to(own)
	for doctype, fieldname in MADE_FOR_THEM:
		remove_made_for(own, doctype, fieldname)
	remove_pointers(own)
	remove_attachments(own)


def own_doctypes() -> list[str]:
	return frappe.get_all("DocType", filters={"module": MODULE}, pluck="name", order_by="name")


def empty_tables(own: list[str]) -> None:
	"""The app's own records would count as users of what it made; they are gone in a moment anyway."""
	using = frappe.get_all(
		"DocField",
		filters={"parent": ("in", own), "fieldtype": "Link", "options": ("in", MADE_KINDS)},
		pluck="parent",
		order_by="parent",
		distinct=True,
	)
	for doctype in using:
		if not frappe.get_meta(doctype).issingle:
			frappe.db.delete(doctype)


def clear_links(own: list[str]) -> None:
	"""The columns of our fields stay with their data, as always in Frappe; only the way to a record of ours is lost."""
	for doctype, fields in CUSTOM_FIELDS.items():
		for field in fields:
			column = field["fieldname"]
			if (
				field["fieldtype"] == "Link"
				and field["options"] in own
				and frappe.db.has_column(doctype, column)
			):
				frappe.db.set_value(doctype, {column: ("is", "set")}, column, None, update_modified=False)


def remove_dimensions(own: list[str]) -> None:
	"""A company may analyse its ledger by units: ERPNext's documents lose the field, their ledger keeps its column."""
	from erpnext.accounts.doctype.accounting_dimension.accounting_dimension import delete_accounting_dimension

	for name in names_of("Accounting Dimension", "document_type", own):
		# at once: what ERPNext would do by a job comes after the DocType has gone
		delete_accounting_dimension(frappe.get_doc("Accounting Dimension", name))
		delete("Accounting Dimension", name)


def remove_fields_to(own: list[str]) -> None:
	"""Fields by which a company's forms reach our records. Frappe itself takes only tables away."""
	for field in frappe.get_all(
		"Custom Field",
		filters={"options": ("in", own), "fieldtype": ("in", ("Link", "Table", "Table MultiSelect"))},
		fields=["name", "dt", "fieldname"],
		order_by="name",
	):
		frappe.db.delete("Property Setter", {"doc_type": field.dt, "field_name": field.fieldname})
		delete("Custom Field", field.name)
		frappe.clear_cache(doctype=field.dt)


def remove_made_for(own: list[str], doctype: str, fieldname: str) -> None:
	for name in names_of(doctype, fieldname, own):
		delete(doctype, name)


def names_of(doctype: str, fieldname: str, own: list[str]) -> list[str]:
	"""Without what belongs to our module: Frappe takes that away itself. None where this version has no such DocType."""
	if not frappe.db.exists("DocType", doctype):
		return []
	filters = {fieldname: ("in", own)}
	if frappe.get_meta(doctype).has_field("module"):
		filters["module"] = ("!=", MODULE)
	return frappe.get_all(doctype, filters=filters, pluck="name", order_by="name")


def delete(doctype: str, name: str) -> None:
	"""As Frappe takes away what belongs to a module: what its own events refuse is no reason to keep it."""
	frappe.delete_doc(
		doctype, name, force=True, ignore_on_trash=True, ignore_permissions=True
	)  # uninstall: bench runs it, nobody is signed in


def remove_pointers(own: list[str]) -> None:
	remove_steps({"reference_doctype": ("in", own)})
	# of ERPNext's documents as well: nobody can be asked any more for what one of our roles was to sign
	asked = {"role": ("in", roles.ROLES)}
	names = frappe.get_all("Workflow Action Permitted Role", filters=asked, pluck="parent", order_by="parent")
	remove_steps({"name": ("in", names)})
	for doctype, fieldname in POINTERS:
		frappe.db.delete(doctype, {fieldname: ("in", own)})
	for doctype, fieldname, name in LETTERS:
		nothing = {fieldname: None, name: None}
		frappe.db.set_value(doctype, {fieldname: ("in", own)}, nothing, update_modified=False)


def remove_steps(filters: dict) -> None:
	steps = frappe.get_all("Workflow Action", filters=filters, pluck="name", order_by="name")
	frappe.db.delete("Workflow Action Permitted Role", {"parent": ("in", steps)})
	frappe.db.delete("Workflow Action", {"name": ("in", steps)})


def remove_attachments(own: list[str]) -> None:
	"""Copies of papers go with the records they prove, as when a record is deleted; from the disk once this is for good."""
	ours = {"attached_to_doctype": ("in", own)}
	files = [
		frappe.get_doc("File", name)
		for name in frappe.get_all("File", filters=ours, pluck="name", order_by="name")
	]
	frappe.db.delete("File", ours)

	def delete_from_disk() -> None:
		for file in files:
			file._delete_file_on_disk()  # leaves alone what another file shares

	if files:
		frappe.db.after_commit.add(delete_from_disk)
