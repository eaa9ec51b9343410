"""Takes the demo away: what it made, nothing else, and nothing that somebody's own record still refers to."""

import frappe
from frappe.model.rename_doc import get_link_fields

from property_service import settings
from property_service.property_service.doctype.property_unit import property_unit
from property_service.setup.demo import articles_play, cash_desk_play, record, stores_play
from property_service.setup.demo.masters import SETTINGS_DEPARTMENTS, caches_emptied_once
from property_service.setup.demo.stores_masters import SWITCH

# Referring documents before those they refer to.
TRANSACTIONS = (
	*("Daily Issue Summary", "Shift Handover", "Procedure Occurrence", "Notice Delivery", "Resident Notice"),
	*("Satisfaction Response", "Satisfaction Survey", "Follow Up", "Follow Up Plan", "Quality Suggestion"),
	*("Complaint Escalation", "Complainant", "Customer Complaint", "Defect Notice", "Service Order"),
	*("Repair Ticket", "Reception Record", "DocShare"),
)
# What was played at the cash desk and in the stores goes or stays as a whole: numbers, till, stock and ledger hang together.
ALSO_ELSEWHERE = ("Reception Record", "Service Order", "Shift Handover", "Resident", "File")
PLAYED = tuple(
	doctype
	for doctype in dict.fromkeys((*articles_play.WRITTEN, *cash_desk_play.WRITTEN, *stores_play.WRITTEN))
	if doctype not in ALSO_ELSEWHERE
)
# What ERPNext and the app keep of a voucher and of an item beside it.
OF_VOUCHERS = ("GL Entry", "Payment Ledger Entry", "Stock Ledger Entry", "Repost Item Valuation")
OF_ITEMS = ("Bin", "Item Price", "Repost Item Valuation", "Stock Month")
VOUCHERS = ("Journal Entry", "Purchase Receipt", "Stock Entry", "Stock Reconciliation")
# Many and without side effects: removed with their child rows and what hangs on them, in a few statements each.
IN_BULK = (
	*TRANSACTIONS,
	*PLAYED,
	*dict.fromkeys((*OF_VOUCHERS, *OF_ITEMS)),
	*("Access Area", "Gym Plan", "Item"),
	*("Front Desk Counter", "Resident", "Property Unit", "Repair Category", "Complaint Type"),
)
# Few, and with records of their own that only their controllers know.
ONE_BY_ONE = (
	*("Sales Invoice", "Quality Action", "File", "Customer", "Employee", "Department", "User", "UOM"),
	*("Supplier", "Item Group", "Warehouse", "Cost Center", "Fiscal Year"),
)
# What the app's jobs write about a document by themselves goes and stays with it: DocType, and the field that names it.
WRITTEN_BY_JOBS = {
	"Customer Complaint": (
		("Complainant", "customer_complaint"),
		("Complaint Escalation", "customer_complaint"),
	),
	"Resident Notice": (("Notice Delivery", "notice"),),
	"Department": (("Quality Suggestion", "department"),),
}
# What a document that stays would contradict itself without: its DocType -> (DocType of the part, field that names it).
PARTS = {
	"Repair Ticket": (
		("Service Order", "repair_ticket"),
		("Follow Up", "reference_name"),
		("Defect Notice", "repair_ticket"),
	),
	"Customer Complaint": (
		("Follow Up", "reference_name"),
		("DocShare", "share_name"),
		*WRITTEN_BY_JOBS["Customer Complaint"],
	),
	"Resident Notice": WRITTEN_BY_JOBS["Resident Notice"],
	"Follow Up Plan": (("Follow Up", "follow_up_plan"),),
	"Satisfaction Survey": (("Satisfaction Response", "survey"),),
	"Front Desk Counter": (("Front Desk Shift", "counter"),),
}
SUMMARY = "Daily Issue Summary"
# Records that name their document by DocType and name, which Frappe does not count as a link field.
REFERRING_BY_NAME = ("Follow Up", "Shift Handover Line", "Daily Issue Summary Line")
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
	switched_on = made.pop(SWITCH, set())
	forget_settings(made)
	add_what_jobs_wrote(made)
	kept = referred_to(made)
	to_switch_off = set() if kept.get("Warehouse") else switched_on
	forget_stores(made.get("Warehouse", set()) - kept.get("Warehouse", set()), to_switch_off)
	with caches_emptied_once():
		for doctype in (*IN_BULK, *ONE_BY_ONE):
			names = sorted(made.get(doctype, set()) - kept.get(doctype, set()))
			remove = remove_in_bulk if doctype in IN_BULK else remove_one_by_one
			remove(doctype, names)
	if kept.get("Property Unit"):
		property_unit.recount(kept["Property Unit"])
	stays = {SWITCH: switched_on} if kept.get("Warehouse") else {}
	record.replace(stays | {doctype: names for doctype, names in kept.items() if names})
	return {doctype: len(names) for doctype, names in kept.items() if names}


# ---- what goes besides ---------------------------------------------------------------------------------------------


def forget_settings(made: dict[str, set[str]]) -> None:
	"""The settings name no department of the demo and ask for none of its tasks any more."""
	departments, tasks = made.get("Department", set()), made.pop("Procedure Task", set())
	document = frappe.get_doc(settings.DOCTYPE)
	for row in document.companies:
		for fieldname in SETTINGS_DEPARTMENTS:
			if row.get(fieldname) in departments:
				row.set(fieldname, None)
	codes = {task.task_code for task in document.procedure_tasks if task.name in tasks}
	items = made.get("Item", set())
	document.set("water_items", [water for water in document.water_items if water.item not in items])
	document.set("procedure_tasks", [task for task in document.procedure_tasks if task.name not in tasks])
	if made:
		document.save(ignore_permissions=True)  # set-up script
	add(made, "Procedure Occurrence", {"task_code": ("in", sorted(codes) or [""])})


def forget_stores(warehouses: set[str], to_switch_off: set[str]) -> None:
	"""The settings name no store that goes; procedures that the demo had switched on go with the last one."""
	if not warehouses:
		return
	document = frappe.get_doc(settings.DOCTYPE)
	document.set("stores", [budget for budget in document.get("stores") if budget.store not in warehouses])
	for row in document.companies:
		if row.default_store in warehouses:
			row.default_store = None
		row.stores = int(row.stores and row.company not in to_switch_off)
		row.low_value = int(row.low_value and articles_play.switch_of(row.company) not in to_switch_off)
	document.save(ignore_permissions=True)  # set-up script


def add_what_jobs_wrote(made: dict[str, set[str]]) -> None:
	for target, records in WRITTEN_BY_JOBS.items():
		for doctype, fieldname in records:
			add(made, doctype, {fieldname: ("in", sorted(made.get(target, set())) or [""])})
	add_what_erpnext_keeps(made)
	made.setdefault(SUMMARY, set()).update(summaries_of_nothing_else(made))


def add_what_erpnext_keeps(made: dict[str, set[str]]) -> None:
	vouchers = sorted(set().union(*(made.get(doctype, set()) for doctype in VOUCHERS))) or [""]
	for doctype in OF_VOUCHERS:
		add(made, doctype, {"voucher_type": ("in", VOUCHERS), "voucher_no": ("in", vouchers)})
	for doctype in OF_ITEMS:
		add(made, doctype, {"item_code": ("in", sorted(made.get("Item", set())) or [""])})


def add(made: dict[str, set[str]], doctype: str, filters: dict) -> None:
	found = frappe.get_all(doctype, filters=filters, pluck="name", order_by="name")
	made.setdefault(doctype, set()).update(found)


def summaries_of_nothing_else(made: dict[str, set[str]]) -> set[str]:
	"""Summaries that the hourly job drafted of the demo's matters alone: a person's own matter keeps its day."""
	lines = frappe.get_all(
		"Daily Issue Summary Line",
		fields=["parent", "reference_doctype", "reference_name"],
		order_by="parent",
	)
	foreign = {
		line.parent for line in lines if line.reference_name not in made.get(line.reference_doctype, set())
	}
	return {line.parent for line in lines} - foreign


# ---- what stays ----------------------------------------------------------------------------------------------------


def referred_to(made: dict[str, set[str]]) -> dict[str, set[str]]:
	"""Records of the demo that a record outside it, or one that itself stays, refers to."""
	links = [link for doctype in made for link in links_to(doctype)]
	kept: dict[str, set[str]] = {doctype: set() for doctype in made}
	kept["Sales Invoice"] = posted_invoices(made)
	while True:
		going = {doctype: made[doctype] - kept[doctype] for doctype in made}
		found = {doctype: set() for doctype in made}
		for target, doctype, fieldname in links:
			found[target] |= referred_by(doctype, fieldname, going[target], going)
		found = with_their_parts(found, kept, going)
		if not any(found.values()):
			return kept
		for doctype, names in found.items():
			kept.setdefault(doctype, set()).update(names)


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
	return links + [(target, doctype, "reference_name") for doctype in REFERRING_BY_NAME if doctype in real]


def posted_invoices(made: dict[str, set[str]]) -> set[str]:
	"""A bill that an accountant has submitted is in the books."""
	names = sorted(made.get("Sales Invoice", set())) or [""]
	return set(
		frappe.get_all(
			"Sales Invoice",
			filters={"name": ("in", names), "docstatus": ("!=", 0)},
			pluck="name",
			order_by="name",
		)
	)


def referred_by(doctype: str, fieldname: str, names: set[str], going: dict[str, set[str]]) -> set[str]:
	"""Which of `names` a row of `doctype` that stays has in `fieldname`; numbers of different DocTypes never agree.

	The settings hold nothing back: they forget what goes.
	"""
	if not names:
		return set()
	table = frappe.qb.DocType(doctype)
	is_child = frappe.get_meta(doctype).istable
	columns = (
		[table[fieldname], table.parenttype, table.parent] if is_child else [table[fieldname], table.name]
	)
	rows = frappe.qb.from_(table).select(*columns).where(table[fieldname].isin(sorted(names))).run()
	return {
		row[0]
		for row in rows
		if row[-1] not in going.get(row[1] if is_child else doctype, set()) and row[-1] != settings.DOCTYPE
	}


def with_their_parts(
	found: dict[str, set[str]], kept: dict[str, set[str]], going: dict[str, set[str]]
) -> dict[str, set[str]]:
	"""A ticket that stays keeps its orders and follow-ups: it would contradict its own state without them."""
	for target, parts in PARTS.items():
		whole = found.get(target, set()) | kept.get(target, set())
		for doctype, fieldname in parts:
			if whole and going.get(doctype):
				names = frappe.get_all(
					doctype, filters={fieldname: ("in", sorted(whole))}, pluck="name", order_by="name"
				)
				found[doctype] |= set(names) & going[doctype]
	whole = (*PLAYED, *OF_VOUCHERS, *OF_ITEMS, "Item")
	if any(found.get(doctype) or kept.get(doctype) for doctype in whole):
		for doctype in whole:
			found.setdefault(doctype, set()).update(going.get(doctype, set()))
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
	for name in leaves_first(doctype, names):
		frappe.delete_doc(
			doctype, name, force=True, ignore_missing=True, ignore_permissions=True
		)  # set-up script
	remove_trails(doctype, names)


def leaves_first(doctype: str, names: list[str]) -> list[str]:
	"""A node of a tree goes after those below it."""
	if not names or not frappe.get_meta(doctype).has_field("lft"):
		return names
	return frappe.get_all(doctype, filters={"name": ("in", names)}, pluck="name", order_by="lft desc")


def remove_trails(doctype: str, names: list[str]) -> None:
	for trail, type_field, name_field in TRAILS:
		if names and frappe.db.table_exists(trail):
			of_them = {type_field: doctype, name_field: ("in", names)}
			remove_rows_of(trail, of_them)
			frappe.db.delete(trail, of_them)


def remove_rows_of(trail: str, filters: dict) -> None:
	"""Child rows, like who may take a Workflow Action."""
	tables = frappe.get_meta(trail).get_table_fields()
	parents = frappe.get_all(trail, filters=filters, pluck="name", order_by="name") if tables else []
	for field in tables if parents else ():
		frappe.db.delete(field.options, {"parenttype": trail, "parent": ("in", parents)})
