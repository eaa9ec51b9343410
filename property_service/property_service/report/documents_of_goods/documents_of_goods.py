"""Documents of Goods (物资资料): manuals, guides and warranty cards of receipts, and who has them (procedure 4.3.1 f; WH-11)."""

import frappe
from frappe import _
from frappe.utils import cint

from property_service.guards import restrict_to_company
from property_service.rules import document_handover as rules

MOST_ROWS = 2000


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	frappe.has_permission("Purchase Receipt", "report", throw=True)
	filters = frappe._dict(filters or {})
	restrict_to_company(filters)
	return columns(), rows(filters)


def columns() -> list[dict]:
	def column(label: str, fieldname: str, fieldtype: str = "Data", width: int = 110, **more) -> dict:
		return {"label": label, "fieldname": fieldname, "fieldtype": fieldtype, "width": width, **more}

	return [
		column(_("Item"), "item_code", "Link", 120, options="Item"),
		column(_("Item Name", context="Documents of Goods"), "item_name", width=130),
		column(_("Type of Document"), "kind", width=100),
		column(_("Title"), "document_title", width=150),
		column(_("Copies"), "copies", "Int", 60),
		column(_("Purchase Receipt"), "purchase_receipt", "Link", 150, options="Purchase Receipt"),
		column(_("Arrived On"), "posting_date", "Date", 95),
		column(_("Document Handover"), "handover", "Link", 150, options="Document Handover"),
		column(_("Status"), "state", width=90),
		column(_("Received By"), "received_by", width=90),
		column(_("Received On"), "received_on", "Datetime", 130),
	]


def rows(filters: frappe._dict) -> list[dict]:
	"""Newest first. One statement."""
	paper, receipt = frappe.qb.DocType("Receipt Document"), frappe.qb.DocType("Purchase Receipt")
	held, handover = frappe.qb.DocType("Document Handover Item"), frappe.qb.DocType("Document Handover")
	item, person = frappe.qb.DocType("Item"), frappe.qb.DocType("User")
	query = (
		frappe.qb.from_(paper)
		.join(receipt)
		.on(receipt.name == paper.parent)
		.left_join(held)
		.on(held.paper_key == paper.name)
		.left_join(handover)
		.on(handover.name == held.parent)
		.left_join(item)
		.on(item.name == paper.item_code)
		.left_join(person)
		.on(person.name == handover.received_by)
		.select(
			*(paper.item_code, item.item_name, paper.document_type, paper.document_title, paper.copies),
			*(receipt.name.as_("purchase_receipt"), receipt.posting_date),
			*(handover.name.as_("handover"), handover.status, handover.received_on),
			person.full_name.as_("received_by"),
		)
		.where(receipt.docstatus == 1)
		.orderby(receipt.posting_date, receipt.name, order=frappe.qb.desc)
		.orderby(paper.idx)
		.limit(MOST_ROWS)
	)
	for fieldname, field in (("company", receipt.company), ("item_code", paper.item_code)):
		if value := filters.get(fieldname):
			query = query.where(field == str(value))
	if cint(filters.get("not_received")):
		query = query.where(handover.status.isnull() | (handover.status != rules.RECEIVED))
	found = query.run(as_dict=True)
	for row in found:
		row.kind = _(row.document_type, context="Receipt Document")
		row.state = _(row.status or rules.WITH_STOREKEEPER, context="Document Handover")
	return found
