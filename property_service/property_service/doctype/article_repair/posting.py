"""What a repair costs, and where it is booked (procedure 4.7.1; LV-10)."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, escape_html, getdate, nowdate

from property_service import settings
from property_service.guards import refuse
from property_service.ledger import journal
from property_service.low_value import scope
from property_service.refusals import stop
from property_service.rules import article_repair as rules
from property_service.rules import money
from property_service.rules.refusal import Refusal

INVOICE = "Purchase Invoice"
INVOICE_FIELDS = ["name", "company", "docstatus", "supplier", "base_net_total", "is_return"]


def cost_of(
	doc: Document,
	cost: float | str | None,
	paid_from: str | None,
	supplier: str | None,
	purchase_invoice: str | None,
) -> rules.Cost:
	"""The cost as the books know it. Raises frappe.ValidationError for an account or invoice of another company."""
	try:
		amount = money.cents(cost or 0)
	except ValueError:
		stop(Refusal(rules.BAD_COST, (cstr(cost)[:20],)))
	if purchase_invoice:
		invoice = invoice_of(doc, purchase_invoice)
		return rules.Cost(
			money.cents(invoice.base_net_total), paid_from or None, invoice.name, supplier=invoice.supplier
		)
	account = account_of(doc, paid_from) if paid_from else frappe._dict()
	return rules.Cost(
		amount,
		account.name,
		needs_supplier=account.account_type == "Payable",
		supplier=known_supplier(supplier) if account.account_type == "Payable" else None,
	)


def account_of(doc: Document, name: str) -> frappe._dict:
	fields = ["name", "company", "is_group", "account_type"]
	account = frappe.db.get_value("Account", name, fields, as_dict=True)
	if not account or account.company != doc.company or account.is_group:
		refuse(_("{0} is no account of this company (LV-10).").format(frappe.bold(escape_html(name[:60]))))
	return account


def known_supplier(name: str | None) -> str | None:
	return frappe.db.exists("Supplier", name) if name else None


def invoice_of(doc: Document, name: str) -> frappe._dict:
	"""A submitted invoice of this company that no other repair has used."""
	invoice = frappe.db.get_value(INVOICE, name, INVOICE_FIELDS, as_dict=True, for_update=True)
	if not invoice or invoice.company != doc.company or invoice.docstatus != 1 or invoice.is_return:
		refuse(
			_("{0} is no submitted purchase invoice of this company (LV-10).").format(
				frappe.bold(escape_html(name[:60]))
			)
		)
	if other := frappe.db.get_value(doc.doctype, {"invoice_key": name}):
		refuse(
			_("{0} is the invoice of repair {1} already (LV-10).").format(
				frappe.bold(name), frappe.bold(other)
			)
		)
	return invoice


def post(doc: Document, cost: rules.Cost) -> str | None:
	"""Natural wear: the expense of the department whose article it is. Human damage: the person's debt (party entry)."""
	lines = rules.lines(doc.cause, cost)
	if not lines:
		return None
	rows = [row for line in lines for row in rows_of(doc, cost, line)]
	remark = f"{_(doc.doctype)} {doc.name}: {doc.item_name}"
	return journal.post(f"{doc.doctype}/{doc.name}", doc, getdate(nowdate()), rows, remark)


def rows_of(doc: Document, cost: rules.Cost, line: rules.Line) -> list[journal.Row]:
	if line.place == rules.INVOICED:
		return out_of_invoice(cost, line.amount)
	if line.place == rules.RECEIVABLE:
		account = settings.required(doc.company, "other_receivable_account")
		return [
			journal.Row(
				account, line.amount, center_of(doc), "Employee", doc.responsible, remark=doc.item_name
			)
		]
	if line.place == rules.EXPENSE:
		article = frappe.db.get_value("Low Value Article", doc.article, "expense_account")
		account = article or scope.expense_account(doc.company)
		return [journal.Row(account, line.amount, center_of(doc), remark=doc.item_name)]
	party = ("Supplier", cost.supplier) if cost.needs_supplier else (None, None)
	return [journal.Row(cost.paid_from, line.amount, center_of(doc), *party, remark=doc.item_name)]


def out_of_invoice(cost: rules.Cost, amount: Decimal) -> list[journal.Row]:
	"""The expense that the invoice booked, account by account; taxes stay with the invoice."""
	rows = frappe.get_all(
		"Purchase Invoice Item",
		filters={"parent": cost.invoice},
		fields=["expense_account", "cost_center", "base_net_amount"],
		order_by="idx",
	)
	found = [
		journal.Row(row.expense_account, -money.cents(row.base_net_amount), row.cost_center)
		for row in rows
		if row.base_net_amount
	]
	rest = amount - sum((row.amount for row in found), Decimal("0.00"))
	if rest:  # rows that were rounded one by one
		found.append(journal.Row(rows[0].expense_account, rest, rows[0].cost_center))
	return found


def center_of(doc: Document) -> str | None:
	"""The cost centre of the department that has the article now."""
	center = doc.department and frappe.get_cached_value("Department", doc.department, "cost_center")
	article = frappe.db.get_value("Low Value Article", doc.article, "cost_center")
	return center or article or frappe.get_cached_value("Company", doc.company, "cost_center")
