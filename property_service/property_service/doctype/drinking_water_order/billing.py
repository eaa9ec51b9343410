"""What companies pay by the month: one draft invoice per company and month (DESK-06)."""

from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import add_months, cint, formatdate, getdate, nowdate
from pypika.terms import ExistsCriterion

from property_service.property_service.doctype.drinking_water_order.drinking_water_order import DOCTYPE
from property_service.register_entry import one_by_one
from property_service.rules import money
from property_service.rules import water as rules


def bill_due() -> list[str]:
	"""Daily: bills what was delivered until the end of last month and is on no bill; returns the accounts billed.

	The first day of a month does it; a day that was missed is made up for by the next. What is recorded later goes on
	the next month's bill: a month has one bill, which the database's unique key makes sure of.
	"""
	month = rules.bill_month(getdate(nowdate()))
	return one_by_one(accounts_due(month), lambda account: bill(account, month), "Water bills")


def accounts_due(month: date) -> list[str]:
	"""Accounts with deliveries until the end of `month` that are not billed, and no bill for it yet."""
	order, bill_ = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("Water Bill")
	billed = (
		frappe.qb.from_(bill_)
		.select(bill_.name)
		.where((bill_.company == order.company) & (bill_.customer == order.customer))
		.where(bill_.bill_month == month)
	)
	rows = (
		frappe.qb.from_(order)
		.select(order.water_account)
		.distinct()
		.where((order.payment_method == rules.MONTHLY) & (order.status == rules.DELIVERED))
		.where(order.water_bill.isnull() & (order.delivered_on < add_months(month, 1)))
		.where(ExistsCriterion(billed).negate())
		.orderby(order.water_account)
		.run()
	)
	return [account for (account,) in rows]


def bill(account: str, month: date) -> bool:
	"""Makes the draft invoice of one account, in one transaction with the marks on its orders."""
	holder = frappe.db.get_value(
		"Water Account", account, ["company", "customer"], as_dict=True, for_update=True
	)
	orders = lock_unbilled(account, month)
	lines = rules.bill_lines((row.item, money.cents(row.rate), cint(row.delivered_qty)) for row in orders)
	if not lines:
		return False
	doc = frappe.new_doc("Water Bill")
	doc.update(
		{
			**holder,
			"bill_month": month,
			"orders": len(orders),
			"amount": float(
				sum((money.product(qty, rate) for (_item, rate), qty in lines.items()), Decimal(0))
			),
		}
	)
	doc.flags.server_write = True
	doc.insert(ignore_permissions=True)  # the scheduler's own record
	doc.sales_invoice = draft_invoice(holder, month, lines, [row.name for row in orders])
	doc.flags.server_write = True
	doc.save(ignore_permissions=True)  # the scheduler's own record
	frappe.db.set_value(DOCTYPE, {"name": ("in", [row.name for row in orders])}, "water_bill", doc.name)
	return True


def lock_unbilled(account: str, month: date) -> list[frappe._dict]:
	"""Deliveries of the account until the end of `month` that are on no bill. The account's lock keeps others out."""
	order = frappe.qb.DocType(DOCTYPE)
	return (
		frappe.qb.from_(order)
		.select(order.name, order.item, order.rate, order.delivered_qty)
		.where((order.water_account == account) & (order.payment_method == rules.MONTHLY))
		.where((order.status == rules.DELIVERED) & order.water_bill.isnull())
		.where(order.delivered_on < add_months(month, 1))
		.orderby(order.delivered_on, order.name)
		.for_update()
		.run(as_dict=True)
	)


def draft_invoice(
	holder: frappe._dict, month: date, lines: dict[tuple[str, Decimal], int], orders: list[str]
) -> str:
	"""A draft: accounting adds the tax and submits it."""
	invoice = frappe.get_doc(
		{
			"doctype": "Sales Invoice",
			"company": holder.company,
			"customer": holder.customer,
			"posting_date": nowdate(),
			"update_stock": 0,
			"remarks": _("Drinking water of {0}: {1}").format(
				formatdate(month, "yyyy-MM"), "、".join(orders)
			)[:2000],
			"items": [
				{"item_code": item, "qty": quantity, "rate": float(rate)}
				for (item, rate), quantity in lines.items()
			],
		}
	)
	invoice.flags.ignore_permissions = True  # what was delivered on account is invoiced, whoever runs the job
	invoice.set_missing_values()
	for row, ((_item, rate), _quantity) in zip(invoice.items, lines.items(), strict=True):
		row.update({"rate": float(rate), "price_list_rate": float(rate), "discount_percentage": 0})
	return invoice.insert().name
