"""What the customer pays for an order: a draft Sales Invoice, made by the server from the desk's charges (SVC-12).

Technicians take no cash and write no price: the invoice is paid at the till or to the bank. A draft posts nothing; the
accountant looks through it and submits it.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, nowdate

from property_service import notifications, settings
from property_service.refusals import stop
from property_service.rules import money
from property_service.rules import service_order as rules

INVOICE = "Sales Invoice"
# A percentage of the net can stand inside the price that the customer signed; a fixed sum cannot.
INSIDE_THE_PRICE = ("On Net Total", "On Previous Row Amount", "On Previous Row Total")


def check_charges(order: Document) -> None:
	"""Sums the charges; refuses what may not be charged."""
	total = money.total(row.amount for row in order.charges)
	stop(rules.refuse_charges(total, order.charge_waiver, order.repair_kind))
	order.charge_total = float(total)
	if order.billing_status != rules.BILLED:
		order.billing_status = rules.TO_BILL if total else ""


def bill_what_is_archived(order: Document) -> None:
	"""The slip is filed and priced: the bill goes out with it. Where nobody is known to pay, the desk is told."""
	if order.billing_status != rules.TO_BILL:
		return
	if payer(order):
		make_invoice(order)
		return
	notifications.tell(
		{order.dispatched_by},
		"Service order {0} is to be billed, but nobody is known to pay",
		(order.name,),
		doctype=order.doctype,
		name=order.name,
		details=[("Customer", order.customer_name), ("Matter", order.matter)],
	)


def make_invoice(order: Document) -> str:
	"""Makes the draft of a locked order and marks the order as billed. Returns the invoice's name.

	Raises frappe.ValidationError for an order that is not finished, not charged, billed already, or has nobody to pay,
	and for a missing item in the settings.
	"""
	customer = payer(order)
	# The order's own row says whether it is billed: it is locked, the invoices are not.
	invoice = order.billing_status == rules.BILLED and (invoice_of(order.name) or _(INVOICE))
	stop(rules.refuse_bill(order.status, money.cents(order.charge_total), invoice, customer))
	invoice = draft(order, customer)
	invoice.flags.server_write = True
	invoice.insert(ignore_permissions=True)  # the right to bill was checked on the order
	order.db_set({"bill_to": customer, "billing_status": rules.BILLED})
	return invoice.name


def draft(order: Document, customer: str) -> Document:
	# new_doc, because ERPNext adds the default taxes to what it knows to be new
	invoice = frappe.new_doc(INVOICE)
	# the right to bill was checked on the order; a technician whose screen is signed reads no customers
	invoice.flags.ignore_permissions = True
	invoice.update(
		{
			"company": order.company,
			"customer": customer,
			"posting_date": nowdate(),
			"due_date": nowdate(),
			"service_order": order.name,
			"ignore_pricing_rule": 1,
			"cost_center": settings.company_row(order.company).cost_center,
			"remarks": f"{order.name} {order.matter}",
			"items": [line(order, row) for row in order.charges],
		}
	)
	invoice.set_missing_values()
	invoice.set_taxes()
	for row, charge in zip(invoice.items, order.charges, strict=True):
		row.rate = row.price_list_rate = flt(charge.amount)
	for tax in invoice.taxes:
		if tax.charge_type in INSIDE_THE_PRICE:
			tax.included_in_print_rate = 1  # the customer signed the price that is paid
	return invoice


def line(order: Document, charge: Document) -> dict:
	item = charge.item or settings.required(
		order.company, "material_item" if charge.charge_type == "Material" else "labour_item"
	)
	return {
		"item_code": item,
		"qty": 1,
		"rate": flt(charge.amount),
		"description": " ".join(filter(None, [charge.description or _(charge.charge_type), order.name])),
	}


def payer(order: Document) -> str | None:
	"""Who was chosen, else who pays for the resident's unit, else whose unit it is."""
	if order.bill_to:
		return order.bill_to
	resident = order.repair_ticket and frappe.db.get_value(
		"Repair Ticket", order.repair_ticket, "reported_by"
	)
	household = resident and frappe.db.get_value("Resident", resident, "household")
	return household or (
		order.property_unit and frappe.db.get_value("Property Unit", order.property_unit, "customer")
	)


def invoice_of(order: str) -> str | None:
	"""The invoice that is not cancelled."""
	return frappe.db.get_value(
		INVOICE, {"service_order": order, "docstatus": ("<", 2)}, order_by="creation desc"
	)


def is_billed(order: Document) -> bool:
	stored = order.get_doc_before_save()
	return bool(stored) and stored.billing_status == rules.BILLED
