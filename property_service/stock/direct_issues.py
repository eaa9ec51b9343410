"""Receipts that a department takes over directly (直拨): received and issued in one submit, or not at all (WH-18).

The goods pass through the store's Direct Issue Zone, which is empty before and after, so that the department pays what
this receipt cost and not the oldest layer of the store.
"""

from datetime import datetime, timedelta

import frappe
from frappe.model.document import Document
from frappe.utils import cint, flt, get_datetime, get_time, getdate, now_datetime

from property_service import approvals, commands, guards
from property_service.ledger import stock as ledger
from property_service.refusals import stop
from property_service.rules import direct_issue as rules
from property_service.rules import stores as store_rules
from property_service.rules.refusal import Refusal
from property_service.stock import requesters, stores

RECEIPT, ENTRY = "Purchase Receipt", "Stock Entry"
HEAD = "Department Head"
SERVER_FIELDS = ("direct_signed_by", "direct_signed_on", "direct_issue_entry")


def is_direct(doc: Document) -> bool:
	return bool(cint(doc.get("direct_issue"))) and not cint(doc.is_return)


def begin(doc: Document) -> None:
	"""First thing before validation: what the server writes is put back, and each row to the zone its papers decide on."""
	guards.restore_server_fields(doc, SERVER_FIELDS)
	if cint(doc.is_return):
		doc.direct_issue = 0
	for row in doc.items:
		if stores.zone_of(row.warehouse) == store_rules.DIRECT_ISSUE and not cint(doc.is_return):
			row.warehouse = stores.zone_warehouse(stores.store_of(row.warehouse), store_rules.QUALIFIED)


def prepare(doc: Document) -> None:
	"""What may be taken over goes through the Direct Issue Zone; a signature stands for what was signed, and no more."""
	stored = doc.get_doc_before_save()
	if not is_direct(doc):
		doc.update({"direct_signed_by": None, "direct_signed_on": None})
		if stored and stored.direct_issue:
			doc.department = requesters.department_that_asked(doc) or requesters.department_of(doc.owner)
		return
	doc.department = doc.issue_department  # which sees the receipt, and whose head signs
	for row in doc.items:
		if flt(row.qty) and stores.zone_of(row.warehouse) == store_rules.QUALIFIED:
			row.warehouse = stores.zone_warehouse(stores.store_of(row.warehouse), store_rules.DIRECT_ISSUE)
	if stored and doc.docstatus == 0 and signed_content(stored) != signed_content(doc):
		doc.update({"direct_signed_by": None, "direct_signed_on": None})


def signed_content(doc: Document) -> tuple:
	rows = [(row.item_code, flt(row.qty, 3), flt(row.rate, 6)) for row in doc.items]
	return doc.issue_department, doc.issue_user, rows


def check(doc: Document) -> None:
	"""At submission. Raises frappe.ValidationError."""
	if not is_direct(doc):
		return
	accepted = [row for row in doc.items if flt(row.qty)]
	incomplete = [
		(row.idx, row.item_code)
		for row in accepted
		if stores.zone_of(row.warehouse) not in (None, store_rules.DIRECT_ISSUE)
	]
	stop(
		rules.refuse_direct_issue(
			doc.issue_department, doc.issue_user, bool(doc.direct_signed_on), incomplete, bool(accepted)
		)
	)


def issue(doc: Document) -> None:
	"""On submission: the department's issue, a second after the receipt, in the same transaction."""
	if not is_direct(doc):
		return
	rows = [
		row for row in doc.items if flt(row.qty) and stores.zone_of(row.warehouse) == store_rules.DIRECT_ISSUE
	]
	charged = charges([row.material_request_item for row in rows])
	cost_center = frappe.get_cached_value("Department", doc.issue_department, "cost_center")
	lines = []
	for row in rows:
		charge = charged.get(row.material_request_item) or frappe._dict()
		lines.append(
			{
				"item_code": row.item_code,
				"qty": flt(row.stock_qty),
				"uom": row.stock_uom,
				"stock_uom": row.stock_uom,
				"conversion_factor": 1,
				"s_warehouse": row.warehouse,
				"batch_no": row.batch_no,
				"cost_center": cost_center or charge.cost_center,
				"expense_account": charge.expense_account,
				"tool_holder": doc.issue_user,
			}
		)
	entry = ledger.issue_directly(doc, lines, a_second_after(doc))
	doc.db_set("direct_issue_entry", entry)
	refuse_leftovers({(row.item_code, row.warehouse) for row in rows})


def charges(request_rows: list[str | None]) -> dict[str, frappe._dict]:
	"""Account and cost centre that the plan's rows carry (WH-06)."""
	rows = frappe.get_all(
		"Material Request Item",
		filters={"name": ("in", [name for name in request_rows if name] or [""])},
		fields=["name", "cost_center", "expense_account"],
		order_by="name",
	)
	return {row.name: row for row in rows}


def a_second_after(doc: Document) -> datetime:
	return get_datetime(datetime.combine(getdate(doc.posting_date), get_time(doc.posting_time))) + timedelta(
		seconds=1
	)


def refuse_leftovers(places: set[tuple[str, str]]) -> None:
	"""The zone is empty again. One locking read of the bins that the receipt and its issue have just locked."""
	table = frappe.qb.DocType("Bin")
	bins = (
		frappe.qb.from_(table)
		.select(table.item_code, table.warehouse, table.actual_qty)
		.where(table.item_code.isin([item for item, _warehouse in places]))
		.where(table.warehouse.isin([warehouse for _item, warehouse in places]))
		.orderby(table.item_code)
		.orderby(table.warehouse)
		.for_update()
		.run()
	)
	for item_code, warehouse, left in bins:
		if (item_code, warehouse) in places and flt(left, 3):
			stop(Refusal(rules.NOT_EMPTY, (f"{flt(left):g}", item_code, warehouse)))


def take_back(doc: Document) -> None:
	"""Before the receipt is cancelled: its issue is, first."""
	if doc.get("direct_issue_entry"):
		ledger.cancel_with(doc, doc.direct_issue_entry)


def keep_with_receipt(entry: Document) -> None:
	"""The issue is not cancelled alone. Raises frappe.ValidationError."""
	receipt = entry.get("direct_receipt")
	if receipt and not entry.flags.with_source:
		stop(Refusal(rules.WITH_RECEIPT, (entry.name, receipt)))


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def sign_direct_issue(receipt: str) -> dict:
	"""The head of the department that takes the goods over signs for them on the draft (WH-18).

	Returns {"direct_signed_by", "direct_signed_on"}. Raises frappe.PermissionError for anybody else and for whoever made
	the receipt, frappe.ValidationError when nothing waits for a signature.
	"""
	doc = frappe.get_doc(RECEIPT, receipt, for_update=True)
	doc.check_permission("read")
	if doc.docstatus or not is_direct(doc) or doc.direct_signed_on:
		stop(Refusal(rules.SIGNED_ALREADY, (doc.name,)))
	if not doc.issue_department or not doc.issue_user:
		stop(Refusal(rules.NO_DEPARTMENT))
	approvals.require_signatory(doc, HEAD)
	signed = {"direct_signed_by": frappe.session.user, "direct_signed_on": now_datetime()}
	doc.db_set(signed)
	return signed
