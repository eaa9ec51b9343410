"""What the front desk took in a period, by purpose, counter and mode of payment, from the accepted closings (CASH-04)."""

from datetime import date

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Sum
from frappe.utils import flt

from property_service.rules import till as rules

CLOSING, RECEIPT, SHIFT = "Front Desk Closing", "Front Desk Receipt", "Front Desk Shift"


def lines(company: str, from_date: date, to_date: date, counter: str | None = None) -> list[dict]:
	"""One row per purpose, counter and mode of payment, of closings whose day lies in the period; one query.

	Amounts in the company's currency: received, paid_out, net_amount (received less paid out, without tax), tax_amount.
	"""
	receipt, closing = frappe.qb.DocType(RECEIPT), frappe.qb.DocType(CLOSING)

	def signed(column):
		return Sum(Case().when(receipt.direction == rules.IN, column).else_(-column))

	query = (
		frappe.qb.from_(receipt)
		.join(closing)
		.on(closing.name == receipt.closing)
		.select(
			receipt.purpose,
			receipt.counter,
			receipt.mode_of_payment,
			Count("*").as_("receipts"),
			Sum(Case().when(receipt.direction == rules.IN, receipt.amount).else_(0)).as_("received"),
			Sum(Case().when(receipt.direction == rules.OUT, receipt.amount).else_(0)).as_("paid_out"),
			signed(receipt.net_amount).as_("net_amount"),
			signed(receipt.tax_amount).as_("tax_amount"),
		)
		.where(
			(closing.company == company)
			& (closing.docstatus == 1)
			& (receipt.docstatus == 1)
			& (closing.business_date >= from_date)
			& (closing.business_date <= to_date)
		)
		.groupby(receipt.purpose, receipt.counter, receipt.mode_of_payment)
		.orderby(receipt.purpose, receipt.counter, receipt.mode_of_payment)
	)
	if counter:
		query = query.where(closing.counter == counter)
	rows = query.run(as_dict=True)
	for row in rows:
		for fieldname in ("received", "paid_out", "net_amount", "tax_amount"):
			row[fieldname] = flt(row[fieldname], 2)
	return rows


def over_short(company: str, from_date: date, to_date: date) -> float:
	closing = frappe.qb.DocType(CLOSING)
	rows = (
		frappe.qb.from_(closing)
		.select(Sum(closing.difference_total + closing.opening_difference))
		.where(
			(closing.company == company)
			& (closing.docstatus == 1)
			& (closing.business_date >= from_date)
			& (closing.business_date <= to_date)
		)
		.run()
	)
	return flt(rows[0][0], 2)


def not_accepted(company: str, from_date: date, to_date: date) -> list[str]:
	"""Shifts of the period whose money the cashier has not accepted: it is in no ledger yet."""
	shift, closing = frappe.qb.DocType(SHIFT), frappe.qb.DocType(CLOSING)
	rows = (
		frappe.qb.from_(shift)
		.left_join(closing)
		.on((closing.shift == shift.name) & (closing.docstatus == 1))
		.select(shift.name, shift.counter, shift.business_date)
		.where(
			(shift.company == company)
			& closing.name.isnull()
			& (shift.business_date >= from_date)
			& (shift.business_date <= to_date)
		)
		.orderby(shift.business_date, shift.name)
		.run()
	)
	return [f"{day} {counter} {name}" for name, counter, day in rows]
