"""Issuing goods on an approved request (领料), and on an emergency that is signed afterwards (WH-17).

Lock order: rows of the request in the order of their names, then what ERPNext locks.
"""

from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, getdate, now_datetime, nowdate

from property_service import approvals, notifications
from property_service.property_service.doctype.service_order.slips import holidays
from property_service.refusals import stop
from property_service.rules import issue as rules
from property_service.rules import purchase_plan, stock_movement
from property_service.rules import repair_ticket as ticket_rules
from property_service.rules.refusal import Refusal
from property_service.rules.service_order import slip_due_on
from property_service.rules.stock_limit import exact
from property_service.stock import stores

ENTRY, ROW = "Stock Entry", "Stock Entry Detail"
HEAD, GENERAL_MANAGER = "Department Head", "General Manager"
EMERGENCY_FIELDS = ("head_due_on", "head_signed_by", "head_signed_on")


def charge_department(doc: Document) -> None:
	"""The expense goes to the cost centre of the department that asked, where it has one (WH-17)."""
	if doc.stores_kind != stock_movement.ISSUE or not doc.department:
		return
	cost_center = frappe.get_cached_value("Department", doc.department, "cost_center")
	for row in doc.items if cost_center else ():
		row.cost_center = cost_center


def check(doc: Document) -> None:
	"""At submission: every row that leaves a store stands on an approved request, or the entry on an emergency.

	What the app itself issues (direct issue, scrap, count, water) says so with `doc.flags.stores_kind` or
	`doc.flags.issued_for`. Raises frappe.ValidationError.
	"""
	if doc.stores_kind != stock_movement.ISSUE or doc.flags.issued_for:
		return
	rows = [row for row in doc.items if stores.place_of(row.s_warehouse)]
	if not rows:
		return
	if doc.emergency_ticket:
		check_emergency(doc)
		return
	approved = locked_rows({row.material_request_item for row in rows}, doc.company)
	taken: dict[str, Decimal] = {}
	for row in rows:
		key, quantity = row.material_request_item, exact(row.transfer_qty)
		before = taken.get(key, Decimal(0))
		stop(rules.refuse_issue(row.idx, row.item_code, approved.get(key), before, quantity))
		taken[key] = before + quantity


def locked_rows(names: set[str | None], company: str) -> dict[str, rules.Approved]:
	"""Rows of approved issue requests with what has been issued on them so far, locked; three statements."""
	wanted = sorted(names - {None, ""})
	if not wanted:
		return {}
	row, request = frappe.qb.DocType("Material Request Item"), frappe.qb.DocType("Material Request")
	frappe.qb.from_(row).select(row.name).where(row.name.isin(wanted)).orderby(row.name).for_update().run()
	approved = (
		frappe.qb.from_(row)
		.join(request)
		.on(request.name == row.parent)
		.select(row.name, request.name, row.item_code, row.stock_qty)
		.where(row.name.isin(wanted) & (request.docstatus == 1) & (request.company == company))
		.where((request.approval_route == purchase_plan.ISSUE_REQUEST) & (request.status != "Stopped"))
		.run()
	)
	issued = issued_on(wanted)
	return {
		name: rules.Approved(parent, item, exact(quantity), issued.get(name, Decimal(0)))
		for name, parent, item, quantity in approved
	}


def issued_on(request_rows: list[str]) -> dict[str, Decimal]:
	"""What submitted entries issued on rows of requests, in stock units; a locking read sees what was committed since."""
	line, entry = frappe.qb.DocType(ROW), frappe.qb.DocType(ENTRY)
	rows = (
		frappe.qb.from_(line)
		.join(entry)
		.on(entry.name == line.parent)
		.select(line.material_request_item, line.transfer_qty)
		.where(line.material_request_item.isin(request_rows) & (entry.docstatus == 1))
		.where(entry.stores_kind == stock_movement.ISSUE)
		.for_update()
		.run()
	)
	found: dict[str, Decimal] = {}
	for name, quantity in rows:
		found[name] = found.get(name, Decimal(0)) + exact(quantity)
	return found


# ---- emergencies -------------------------------------------------------------------------------------------------


def prepare_emergency(doc: Document) -> None:
	"""What the server says of the head's signature, and whose department it is; of drafts and submitted entries alike."""
	restore_signature(doc)
	if doc.stores_kind != stock_movement.ISSUE:
		doc.emergency_ticket = None
	if doc.emergency_ticket:
		doc.department = frappe.db.get_value("Repair Ticket", doc.emergency_ticket, "department")
		doc.flags.department_given = True


def restore_signature(doc: Document) -> None:
	stored = doc.get_doc_before_save()
	for fieldname in EMERGENCY_FIELDS:
		doc.set(fieldname, stored.get(fieldname) if stored else None)


def check_emergency(doc: Document) -> None:
	ticket = frappe.db.get_value(
		"Repair Ticket",
		doc.emergency_ticket,
		["company", "priority", "status"],
		as_dict=True,
		for_update=True,
	)
	is_open = ticket and ticket.company == doc.company and ticket.status in ticket_rules.OPEN
	if not is_open or ticket.priority != "Emergency":
		stop(Refusal(rules.NOT_AN_EMERGENCY, (doc.emergency_ticket,)))
	if not doc.department:
		stop(Refusal(rules.NO_DEPARTMENT))
	doc.head_due_on = next_working_day(doc.company)


def next_working_day(company: str):
	today = getdate(nowdate())
	return slip_due_on(today, 1, holidays(today, getdate(add_days(today, 60)))[company])


@frappe.whitelist(methods=["POST"])
def sign_emergency(entry: str) -> dict:
	"""The head of the department signs an issue that an emergency did not let wait (WH-17).

	Returns {"head_signed_by", "head_signed_on"}. Raises frappe.PermissionError for whoever is not the head or took the
	goods, frappe.ValidationError when nothing waits for a signature.
	"""
	doc = frappe.get_doc(ENTRY, entry, for_update=True)
	doc.check_permission("read")
	if doc.docstatus != 1 or not doc.emergency_ticket or doc.head_signed_on:
		stop(Refusal(rules.SIGNED_ALREADY, (doc.name,)))
	approvals.require_signatory(doc, HEAD)
	signed = {"head_signed_by": frappe.session.user, "head_signed_on": now_datetime()}
	doc.db_set(signed)
	return signed


def chase_unsigned() -> list[str]:
	"""Daily: the head is asked for every signature that is missing, the general manager too once it is overdue."""
	today = getdate(nowdate())
	waiting = frappe.get_all(
		ENTRY,
		filters={"docstatus": 1, "emergency_ticket": ("is", "set"), "head_signed_on": ("is", "not set")},
		fields=["name", "department", "head_due_on", "emergency_ticket", "owner"],
		order_by="head_due_on, name",
	)
	for entry in waiting:
		people = set(approvals.office_holders(HEAD, entry.department))
		if entry.head_due_on and getdate(entry.head_due_on) < today:
			people |= approvals.office_holders(GENERAL_MANAGER)
		notifications.tell(
			people - {entry.owner},
			"Goods left the store for the emergency {0}: sign the issue {1}",
			(entry.emergency_ticket, entry.name),
			doctype=ENTRY,
			name=entry.name,
			mail=False,
		)
	return [entry.name for entry in waiting]
