"""Sales Invoice: the bill of a service order belongs to it, and going away opens the order for billing again (SVC-12)."""

import frappe
from frappe.model.document import Document

from property_service.rules import service_order as rules


def validate(doc: Document, method: str | None = None) -> None:
	"""Which order an invoice bills is written by the server when it makes the invoice, and never again."""
	if not doc.flags.server_write:
		stored = doc.get_doc_before_save()
		doc.service_order = stored.service_order if stored else None


def on_cancel(doc: Document, method: str | None = None) -> None:
	open_for_billing(doc)


def on_trash(doc: Document, method: str | None = None) -> None:
	if doc.docstatus == 0:
		open_for_billing(doc)


def open_for_billing(doc: Document) -> None:
	if doc.get("service_order"):
		frappe.db.set_value("Service Order", doc.service_order, "billing_status", rules.TO_BILL)
