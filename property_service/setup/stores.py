"""What a company that switches the stores procedure on starts with (ORG-06, WH-14).

Zones as warehouse types, two stores with their zones (flammable goods are kept in a store of their own, 4.5.5), the type
of returns, and the accounts that the procedure posts to. Whatever the company has mapped stays; what it renames, changes
or deletes is not made again. ERPNext is not touched before the first company switches the procedure on.
"""

import frappe
from frappe.model.document import Document

from property_service import request_memory, settings
from property_service.buying import recount
from property_service.rules import stores as rules
from property_service.setup import inspection_templates
from property_service.setup.memory import made, remember, remove_unless_used
from property_service.setup.words import words

MANAGEMENT_EXPENSES = ("管理费用", "Administrative Expenses")
OTHER_RECEIVABLES = ("其他应收款", "Other Receivables")
NON_OPERATING = ("营业外支出", "Non-Operating Expenses")
PENDING = ("待处理财产损溢", "Pending Property Gains and Losses")
PENDING_NUMBER = "1901"
WORKFLOW, WORKFLOW_OF = "Material Request Approval", "Material Request"

GENERAL_STORE, FLAMMABLES_STORE = "General Store", "Flammables Store"


# ---- settings ----------------------------------------------------------------------------------------------------


def fill(doc: Document, method: str | None = None) -> None:
	"""Doc event `validate` of the settings: completes the rows of companies that use the stores procedure."""
	rows = [row for row in doc.companies if row.stores]
	if not rows:
		return
	map_zones(doc)
	doc.return_entry_type = doc.return_entry_type or make_return_type()
	doc.default_inspection_template = doc.default_inspection_template or inspection_templates.install()
	for row in rows:
		fill_accounts(row)
		row.default_store = row.default_store or first_store(row.company) or make_stores(doc, row.company)


def follow(doc: Document, method: str | None = None) -> None:
	"""Doc event `on_update` of the settings: a company that switched the procedure on gets its monthly figures, and what is
	left of its approved plans is counted anew before anybody orders on them.
	"""
	request_memory.forget()
	use_workflow(any(row.stores for row in doc.companies))
	before = doc.get_doc_before_save()
	already = {row.company for row in before.companies if row.stores} if before else set()
	for row in doc.companies:
		if row.stores and row.company not in already:
			recount.recount(row.company)
			frappe.enqueue(
				"property_service.stock.stock_months.rebuild",
				company=row.company,
				queue="long",
				enqueue_after_commit=True,
			)


# ---- the workflow of requests ------------------------------------------------------------------------------------


def follow_switches() -> None:
	"""At install and after every migrate, which may have brought a newer workflow."""
	use_workflow(any(row.stores for row in settings.get().companies))


def use_workflow(wanted: bool) -> None:
	"""Frappe knows one active workflow per DocType. Ours takes its place while a company uses the procedure, with a direct
	way for all other requests; one of the site's own comes back after that.
	"""
	is_active = frappe.db.get_value("Workflow", WORKFLOW, "is_active")
	if is_active is None or bool(is_active) == wanted:
		return
	key = "stores/workflow_before"
	if wanted:
		other = frappe.db.exists("Workflow", {"document_type": WORKFLOW_OF, "is_active": 1})
		if other and key not in made():
			remember(key, other)
		activate(WORKFLOW, True)
	else:
		activate(WORKFLOW, False)
		activate(made().get(key), True)


def activate(workflow: str | None, on: bool) -> None:
	if workflow and frappe.db.exists("Workflow", workflow):
		doc = frappe.get_doc("Workflow", workflow)
		doc.is_active = int(on)
		doc.save(ignore_permissions=True)  # set-up: whoever may change these settings gets what they need


# ---- zones and types ---------------------------------------------------------------------------------------------


def map_zones(doc: Document) -> None:
	mapped = {row.zone for row in doc.stock_zones}
	for zone in rules.ZONES:
		if zone not in mapped:
			name = make(f"zone/{zone}", "Warehouse Type", words(rules.TITLES[zone]), {})
			doc.append("stock_zones", {"zone": zone, "warehouse_type": name})


def make_return_type() -> str:
	return make(
		"entry_type/return", "Stock Entry Type", words("Return to Store"), {"purpose": "Material Receipt"}
	)


def make(key: str, doctype: str, name: str, values: dict) -> str:
	"""A record named by hand; one of that name may be there already, and is then the company's own."""
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, "name": name, **values}).insert(
			ignore_permissions=True
		)  # set-up: whoever may change these settings gets what they need
		remember(f"stores/{key}", name)
	return name


# ---- warehouses --------------------------------------------------------------------------------------------------


def first_store(company: str) -> str | None:
	"""A store the company made itself: the parent of a warehouse of the type that marks Qualified."""
	types = frappe.get_all(
		"Stock Zone Type", filters={"zone": rules.QUALIFIED}, pluck="warehouse_type", order_by="idx"
	)
	return frappe.db.get_value(
		"Warehouse",
		{"company": company, "warehouse_type": ("in", types or [""]), "is_group": 0},
		"parent_warehouse",
		order_by="lft asc",
	)


def make_stores(doc: Document, company: str) -> str | None:
	"""The general store of a company and the one for flammable goods; returns the first. Once per company."""
	key = f"stores/{company}/warehouse"
	root = frappe.db.get_value(
		"Warehouse", {"company": company, "is_group": 1, "parent_warehouse": ("is", "not set")}
	)
	if not root or any(name.startswith(key) for name in made()):
		return None
	types = {row.zone: row.warehouse_type for row in doc.stock_zones}
	general = [name for name in rules.STORAGE_CLASSES if name != rules.FLAMMABLE]
	first = make_store(key, company, root, words(GENERAL_STORE), types, general)
	make_store(key, company, root, words(FLAMMABLES_STORE), types, [rules.FLAMMABLE])
	return first


def make_store(
	key: str, company: str, root: str, title: str, types: dict[str, str], classes: list[str]
) -> str:
	store = make_warehouse(f"{key}/{title}", company, title, parent_warehouse=root, is_group=1)
	for zone in rules.ZONES:
		make_warehouse(
			f"{key}/{title}/{zone}",
			company,
			f"{title} {words(rules.TITLES[zone])}",
			parent_warehouse=store,
			warehouse_type=types[zone],
			is_rejected_warehouse=int(zone == rules.NONCONFORMING),
			permitted_storage_classes=[{"storage_class": name} for name in classes],
		)
	return store


def make_warehouse(key: str, company: str, title: str, **values) -> str:
	there = frappe.db.exists("Warehouse", {"warehouse_name": title, "company": company})
	if there:
		return there
	warehouse = frappe.get_doc(
		{"doctype": "Warehouse", "warehouse_name": title, "company": company, **values}
	)
	warehouse.insert(ignore_permissions=True)  # set-up, as above
	remember(key, warehouse.name)
	return warehouse.name


# ---- accounts ----------------------------------------------------------------------------------------------------


def fill_accounts(row: Document) -> None:
	"""Maps what the chart has and makes what it lacks; a chart is never renamed or moved."""
	company = frappe.get_cached_doc("Company", row.company)
	expenses = account_named(row.company, MANAGEMENT_EXPENSES) or company.stock_adjustment_account
	for fieldname in (
		"surplus_account",
		"shortage_account",
		"scrap_expense_account",
		"stores_expense_account",
	):
		row.set(fieldname, row.get(fieldname) or expenses)
	row.pending_gains_losses_account = row.pending_gains_losses_account or ensure_account(
		row.company, PENDING, group_above(company.default_inventory_account, 2), number=PENDING_NUMBER
	)
	row.other_receivable_account = row.other_receivable_account or ensure_account(
		row.company,
		OTHER_RECEIVABLES,
		group_above(company.default_receivable_account, 1),
		account_type="Receivable",
	)
	row.abnormal_loss_account = row.abnormal_loss_account or ensure_account(
		row.company, NON_OPERATING, group_above(expenses, 1)
	)


def ensure_account(
	company: str, names: tuple[str, str], parent: str | None, account_type: str = "", number: str = ""
) -> str | None:
	"""The account of one of these names, made below `parent` where there is none; None without a chart of accounts."""
	there = account_named(company, names)
	key = f"stores/{company}/account/{names[1]}"
	if there or not parent or key in made():
		return there
	numbered = number and frappe.db.get_value("Account", parent, "account_number")
	free = not frappe.db.exists("Account", {"company": company, "account_number": number})
	account = frappe.get_doc(
		{
			"doctype": "Account",
			"company": company,
			"account_name": words(names[1]),
			"account_number": number if numbered and free else "",
			"parent_account": parent,
			"account_type": account_type,
		}
	)
	account.insert(ignore_permissions=True)  # set-up, as above
	remember(key, account.name)
	return account.name


def account_named(company: str, names: tuple[str, ...]) -> str | None:
	wanted = {*names, *(words(name) for name in names)}
	return frappe.db.get_value(
		"Account",
		{"company": company, "account_name": ("in", sorted(wanted)), "is_group": 0, "disabled": 0},
		order_by="lft asc",
	)


def group_above(account: str | None, levels: int) -> str | None:
	"""The group `levels` above an account, or the highest there is."""
	for _level in range(levels):
		above = account and frappe.db.get_value("Account", account, "parent_account")
		account = above or account
	return account if account and frappe.db.get_value("Account", account, "is_group") else None


def forget_company(company: str) -> None:
	"""A deleted company takes its warehouses along; the settings must not name them any more."""
	own = frappe.get_all("Warehouse", filters={"company": company}, pluck="name", order_by="name")
	frappe.db.delete("Store Budget", {"store": ("in", own or [""])})


# ---- uninstall ---------------------------------------------------------------------------------------------------

DOCTYPES = {
	"zone": "Warehouse Type",
	"entry_type": "Stock Entry Type",
	"template": "Quality Inspection Template",
	"parameter": "Quality Inspection Parameter",
}


def remove() -> None:
	"""What was made here goes, the last first, unless somebody's document uses it by now."""
	use_workflow(False)
	forget_own_pointers()
	for key, name in reversed(made().items()):
		if key.startswith("stores/") and key != "stores/workflow_before":
			remove_unless_used(doctype_of(key), name)
	close_gaps("Warehouse")


def close_gaps(doctype: str) -> None:
	"""ERPNext leaves the places of deleted warehouses in the tree empty; the others move up, in their order."""
	rows = frappe.get_all(doctype, fields=["name", "lft", "rgt"], order_by="lft")
	places = sorted(place for row in rows for place in (row.lft, row.rgt))
	numbers = {place: number for number, place in enumerate(places, start=1)}
	for row in rows:
		moved = {"lft": numbers[row.lft], "rgt": numbers[row.rgt]}
		if (row.lft, row.rgt) != tuple(moved.values()):
			frappe.db.set_value(doctype, row.name, moved, update_modified=False)


def doctype_of(key: str) -> str:
	first, *rest = key.split("/")[1:]
	return DOCTYPES.get(first) or {"warehouse": "Warehouse", "account": "Account"}[rest[0]]


def forget_own_pointers() -> None:
	"""The app's settings, and its fields on ERPNext's records, would count as users of what it made."""
	frappe.db.set_single_value(settings.DOCTYPE, "return_entry_type", None)
	frappe.db.set_single_value(settings.DOCTYPE, "default_inspection_template", None)
	group = frappe.qb.DocType("Item Group")
	frappe.qb.update(group).set(group.inspection_template, None).run()
