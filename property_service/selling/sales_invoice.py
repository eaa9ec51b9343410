"""Sales Invoice: the bill of a service order belongs to it, and going away opens the order for billing again (SVC-12)."""

import frappe
from frappe.model.document import Document

from property_service.property_service.doctype.service_order import billing
from property_service.refusals import stop
from property_service.rules import service_order as rules


def validate(doc: Document, method: str | None = None) -> None:
	"""Which order an invoice bills is written by the server when it makes the invoice, and never again."""
	if doc.flags.server_write:
		return
	stored = doc.get_doc_before_save()
	doc.service_order = stored.service_order if stored else order_of_amended(doc)


def order_of_amended(doc: Document) -> str | None:
	"""An amended invoice bills what the cancelled one did, unless the desk has made another bill meanwhile.

	Raises frappe.ValidationError for an order that is billed already.
	"""
	order = doc.amended_from and frappe.db.get_value(doc.doctype, doc.amended_from, "service_order")
	if not order:
		return None
	status = frappe.db.get_value("Service Order", order, "billing_status", for_update=True)
	if status == rules.BILLED:
		stop(rules.Refusal(rules.BILLED_ALREADY, (billing.invoice_of(order),)))
	return order


def after_insert(doc: Document, method: str | None = None) -> None:
	"""An amended invoice takes its order out of those to be billed; one made by the server has done so."""
	if doc.get("service_order") and not doc.flags.server_write:
		frappe.db.set_value("Service Order", doc.service_order, "billing_status", rules.BILLED)


def on_cancel(doc: Document, method: str | None = None) -> None:
	open_for_billing(doc)


def on_trash(doc: Document, method: str | None = None) -> None:
	if doc.docstatus == 0:
		open_for_billing(doc)


def open_for_billing(doc: Document) -> None:
	if doc.get("service_order"):
		frappe.db.set_value("Service Order", doc.service_order, "billing_status", rules.TO_BILL)
