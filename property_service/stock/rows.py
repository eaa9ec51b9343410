"""Rows of ERPNext's stores documents are read and changed through their document, as the app's own are (ORG-02, WH-07)."""

import frappe
from erpnext.stock.doctype.material_request_item.material_request_item import MaterialRequestItem
from erpnext.stock.doctype.purchase_receipt_item.purchase_receipt_item import PurchaseReceiptItem
from erpnext.stock.doctype.stock_entry_detail.stock_entry_detail import StockEntryDetail
from frappe.model.document import Document

from property_service.child_rows import ChildRow
from property_service.guards import only_through_parent, procedure_is_on


class PropertyMaterialRequestItem(ChildRow, MaterialRequestItem):
	"""A single row asks its request's permission."""


class PropertyPurchaseReceiptItem(ChildRow, PurchaseReceiptItem):
	"""A single row asks its receipt's permission."""


class PropertyStockEntryDetail(ChildRow, StockEntryDetail):
	"""A single row asks its entry's permission."""


def refuse_alone(doc: Document, method: str | None = None) -> None:
	"""Doc event of these rows: REST writes a single row past every check of its document; under the procedure it may not."""
	parent = _parent(doc)
	if parent and procedure_is_on("stores", parent.company) and not updates_items(doc, parent):
		only_through_parent(doc)


def _parent(doc: Document) -> frappe._dict | None:
	if not (doc.parenttype and doc.parent):
		return None
	return frappe.db.get_value(doc.parenttype, doc.parent, ["company", "docstatus"], as_dict=True)


def updates_items(doc: Document, parent: frappe._dict) -> bool:
	"""ERPNext's own Update Items writes rows of an order one by one, or cancels and deletes them, then saves the order,
	which checks them. Neither a flag nor the order in memory ever comes from a client, and a row alone is cancelled nowhere
	else.
	"""
	if doc.doctype != "Purchase Order Item":
		return False
	taken_out = doc.docstatus.is_cancelled() and parent.docstatus == 1
	return bool(doc.flags.ignore_validate_update_after_submit or doc.parent_doc or taken_out)
