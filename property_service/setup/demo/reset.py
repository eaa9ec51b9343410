"""Takes the demo away: what it made, nothing else, and nothing that somebody's own record still refers to."""

import frappe
from frappe.model.rename_doc import get_link_fields

from property_service.property_service.doctype.property_unit import property_unit
from property_service.setup.demo import record
from property_service.setup.demo.masters import caches_emptied_once

# Referring documents before those they refer to.
TRANSACTIONS = ("Follow Up", "Service Order", "Repair Ticket", "Reception Record")
# Many and without side effects: removed with their child rows and what hangs on them, in a few statements each.
IN_BULK = (*TRANSACTIONS, "Resident", "Property Unit", "Repair Category")
# Few, and with records of their own that only their controllers know.
ONE_BY_ONE = ("File", "Customer", "Employee", "Department", "User", "UOM")
# What Frappe keeps beside a document, by the fields that name it.
TRAILS = (
	("Version", "ref_doctype", "docname"),
	("Comment", "reference_doctype", "reference_name"),
	("ToDo", "reference_type", "reference_name"),
	("Workflow Action", "reference_doctype", "reference_name"),
	("Notification Log", "document_type", "document_name"),
	("Communication", "reference_doctype", "reference_name"),
	("Sensitive Data Access", "reference_doctype", "reference_name"),
	("Document Follow", "ref_doctype", "ref_docname"),
	("DocShare", "share_doctype", "share_name"),
)
# Modules of these apps hold documents that people write; a link from Frappe's own logs holds nothing back.
APPS_WITH_DOCUMENTS = ("erpnext", "property_service")


def reset() -> dict[str, int]:
	"""Removes the demo; returns per DocType how many records stayed because others refer to them."""
	made = record.noted()
	kept = referred_to(made)
	with caches_emptied_once():
		for doctype in (*IN_BULK, *ONE_BY_ONE):
			names = sorted(made.get(doctype, set()) - kept.get(doctype, set()))
			remove = remove_in_bulk if doctype in IN_BULK else remove_one_by_one
			remove(doctype, names)
	if kept.get("Property Unit"):
		property_unit.recount(kept["Property Unit"])
	record.replace({doctype: names for doctype, names in kept.items() if names})
	return {doctype: len(names) for doctype, names in kept.items() if names}


# ---- what stays ----------------------------------------------------------------------------------------------------


def referred_to(made: dict[str, set[str]]) -> dict[str, set[str]]:
	"""Records of the demo that a record outside it, or one that itself stays, refers to."""
	links = [link for doctype in made for link in links_to(doctype)]
	kept: dict[str, set[str]] = {doctype: set() for doctype in made}
	while True:
		going = {doctype: made[doctype] - kept[doctype] for doctype in made}
		found = {doctype: set() for doctype in made}
		for target, doctype, fieldname in links:
			found[target] |= referred_by(doctype, fieldname, going[target], going)
		found = with_their_parts(found, kept, going)
		if not any(found.values()):
			return kept
		for doctype, names in found.items():
			kept[doctype] |= names


def links_to(target: str) -> list[tuple[str, str, str]]:
	"""(target, DocType, fieldname) of every stored link to `target` from documents that people write."""
	modules = frappe.get_all(
		"Module Def", filters={"app_name": ("in", APPS_WITH_DOCUMENTS)}, pluck="name", order_by="name"
	)
	real = set(
		frappe.get_all(
			"DocType",
			filters={"module": ("in", modules), "is_virtual": 0, "issingle": 0},
			pluck="name",
			order_by="name",
		)
	)
	links = [
		(target, link.parent, link.fieldname)
		for link in get_link_fields(target)
		if link.parent in real and frappe.get_meta(link.parent).has_field(link.fieldname)
	]
	if target in ("Repair Ticket", "Service Order", "Resident"):
		links.append((target, "Follow Up", "reference_name"))
	return links


def referred_by(doctype: str, fieldname: str, names: set[str], going: dict[str, set[str]]) -> set[str]:
	"""Which of `names` a row of `doctype` that stays has in `fieldname`."""
	if not names:
		return set()
	table = frappe.qb.DocType(doctype)
	is_child = frappe.get_meta(doctype).istable
	columns = (
		[table[fieldname], table.parenttype, table.parent] if is_child else [table[fieldname], table.name]
	)
	rows = frappe.qb.from_(table).select(*columns).where(table[fieldname].isin(sorted(names))).run()
	return {row[0] for row in rows if row[-1] not in going.get(row[1] if is_child else doctype, set())}


def with_their_parts(
	found: dict[str, set[str]], kept: dict[str, set[str]], going: dict[str, set[str]]
) -> dict[str, set[str]]:
	"""A ticket that stays keeps its orders and follow-ups: it would contradict its own state without them."""
	tickets = found.get("Repair Ticket", set()) | kept.get("Repair Ticket", set())
	for doctype, fieldname in (("Service Order", "repair_ticket"), ("Follow Up", "reference_name")):
		if tickets and going.get(doctype):
			parts = frappe.get_all(
				doctype, filters={fieldname: ("in", sorted(tickets))}, pluck="name", order_by="name"
			)
			found[doctype] |= set(parts) & going[doctype]
	return found


# ---- removing ------------------------------------------------------------------------------------------------------


def remove_in_bulk(doctype: str, names: list[str]) -> None:
	if not names:
		return
	for field in frappe.get_meta(doctype).get_table_fields():
		frappe.db.delete(field.options, {"parenttype": doctype, "parent": ("in", names)})
	remove_trails(doctype, names)
	frappe.db.delete("__Auth", {"doctype": doctype, "name": ("in", names)})
	frappe.db.delete(doctype, {"name": ("in", names)})


def remove_one_by_one(doctype: str, names: list[str]) -> None:
	if doctype == "User":
		# Frappe makes a contact for every user in the background.
		contacts = (
			frappe.get_all("Contact", filters={"user": ("in", names)}, pluck="name", order_by="name")
			if names
			else []
		)
		remove_one_by_one("Contact", contacts)
	for name in names:
		frappe.delete_doc(
			doctype, name, force=True, ignore_missing=True, ignore_permissions=True
		)  # set-up script
	remove_trails(doctype, names)


def remove_trails(doctype: str, names: list[str]) -> None:
	for trail, type_field, name_field in TRAILS:
		if names and frappe.db.table_exists(trail):
			frappe.db.delete(trail, {type_field: doctype, name_field: ("in", names)})
