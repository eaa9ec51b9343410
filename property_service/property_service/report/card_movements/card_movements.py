"""Card movements by resident company and month (DESK-04): opening, what came on, what was taken, closing; in cents.

Every row ties: opening + top-ups + subsidies − consumption − paid back ± the rest = closing, and the closing of today is
the balance that the cards hold.
"""

from collections.abc import Iterable
from datetime import date

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, DateFormat, Sum
from frappe.utils import cint, flt

from property_service import register_report as register
from property_service.guards import restrict_to_company
from property_service.property_service.doctype.card_transaction.movements import TRANSACTION
from property_service.rules import service_card as rules
from property_service.rules.money import signed_cents

# What the columns add up; every type stands in one of them, so that the row ties.
GROUPS = {
	"taken_over": (rules.OPEN,),
	"topped_up": (rules.CASH_TOP_UP,),
	"subsidised": (rules.SUBSIDY_TOP_UP,),
	"consumed": (rules.CONSUMPTION,),
	"deducted": (rules.CASH_DEDUCTION,),
	"paid_back": (rules.REFUND, rules.CLOSE),
	"returned": (rules.SUBSIDY_RETURN,),
	"moved": (rules.REPLACE,),
}


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	"""Raises frappe.ValidationError for a period that is missing, reversed or too long."""
	filters = frappe._dict(filters or {})
	frappe.has_permission(TRANSACTION, "report", throw=True)
	restrict_to_company(filters)
	first, after = register.period(filters)
	if filters.service_card or cint(filters.by_card):
		return columns("service_card"), list(rows(filters, first, after, "service_card"))
	return columns("month"), list(rows(filters, first, after, "month"))


def columns(by: str) -> list[dict]:
	def money(label: str, fieldname: str) -> dict:
		return register.column(label, fieldname, 8, "Currency", 115)

	what = {
		"month": register.column(_("Month"), "month", 7, width=90),
		"service_card": register.column(
			_("Service Card"), "service_card", 9, "Link", 120, options="Service Card"
		),
	}[by]
	return [
		register.column(_("Resident Company"), "customer", 14, "Link", 180, options="Customer"),
		what,
		register.column(_("Movements", context="Service Card"), "movements", 6, "Int", 80),
		money(_("Opening Balance", context="Card Movements"), "opening"),
		money(_("Taken Over"), "taken_over"),
		money(_("Topped Up"), "topped_up"),
		money(_("Subsidised"), "subsidised"),
		money(_("Consumed", context="Card Movements"), "consumed"),
		money(_("Deducted"), "deducted"),
		money(_("Paid Back"), "paid_back"),
		money(_("Returned to the Company"), "returned"),
		money(_("Moved by Replacement"), "moved"),
		money(_("Closing Balance", context="Card Movements"), "closing"),
	]


def rows(filters: frappe._dict, first: date, after: date, by: str) -> Iterable[dict]:
	"""One row for each company and month, or company and card, that moved or held something."""
	begun = opening(filters, first, by)
	moved = movements(filters, first, after, by)
	for customer in sorted({key[0] for key in (*begun, *moved)}, key=lambda name: name or ""):
		yield from rows_of(customer, begun, moved, by)


def rows_of(customer: str | None, begun: dict, moved: dict, by: str) -> Iterable[dict]:
	"""Months follow each other: one closes with what the next opens with; cards stand side by side."""
	parts = sorted({key[1] for key in (*begun, *moved) if key[0] == customer and key[1]})
	balance = begun.get((customer, None), rules.ZERO)
	if by == "month" and not parts and balance:
		yield row(customer, by, None, balance, {})
	for part in parts:
		balance = balance if by == "month" else begun.get((customer, part), rules.ZERO)
		found = row(customer, by, part, balance, moved.get((customer, part), {}))
		balance = signed_cents(found["closing"])
		if found["movements"] or found["opening"]:
			yield found


def row(customer: str | None, by: str, part: str | None, balance, sums: dict) -> dict:
	amounts = {name: signed_cents(sums.get(name) or 0) for name in GROUPS}
	return {
		"customer": customer,
		by: part,
		"movements": cint(sums.get("movements")),
		"opening": flt(balance),
		**{name: flt(amount) for name, amount in amounts.items()},
		"closing": flt(balance + sum(amounts.values(), rules.ZERO)),
	}


def opening(filters: frappe._dict, first: date, by: str) -> dict:
	"""{(company, card or None): what the cards held before the period}, one query."""
	table = frappe.qb.DocType(TRANSACTION)
	query = (
		asked(table, filters)
		.select(table.customer, Sum(table.cash_amount + table.subsidy_amount))
		.where(table.posting_date < first)
		.groupby(table.customer)
	)
	if by == "month":
		return {(customer, None): signed_cents(amount) for customer, amount in query.run()}
	return {
		(customer, card): signed_cents(amount)
		for customer, amount, card in query.select(table.service_card).groupby(table.service_card).run()
	}


def movements(filters: frappe._dict, first: date, after: date, by: str) -> dict:
	"""{(company, month or card): sums of the groups}, one query."""
	table = frappe.qb.DocType(TRANSACTION)
	change = table.cash_amount + table.subsidy_amount
	part = DateFormat(table.posting_date, "%Y-%m") if by == "month" else table.service_card
	found = (
		asked(table, filters)
		.select(table.customer, part.as_("part"), Count("*").as_("movements"))
		.select(
			*(
				Coalesce(Sum(Case().when(table.transaction_type.isin(kinds), change).else_(0)), 0).as_(name)
				for name, kinds in GROUPS.items()
			)
		)
		.where((table.posting_date >= first) & (table.posting_date < after))
		.groupby(table.customer)
		.groupby(part)
		.run(as_dict=True)
	)
	return {(sums.customer, sums.part): sums for sums in found}


def asked(table, filters: frappe._dict):
	query = frappe.qb.from_(table).where(table.docstatus == 1)
	for name in ("company", "customer", "service_card"):
		if filters.get(name):
			query = query.where(table[name] == filters[name])
	return query
