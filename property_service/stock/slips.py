"""Stock slips on their way to the stores accountant (WH-16): which there are, what the ledgers hold of them, and what nobody
is done with.

A slip is a purchase receipt or return to the supplier (进仓单, 直拨单), an issue (领料单) or a return to the store. A direct issue
is one slip, its receipt; what it posted is looked at together with it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.query_builder.functions import Coalesce, Sum
from frappe.utils import getdate, nowdate
from pypika.terms import Case, ExistsCriterion

from property_service import approvals, notifications, settings
from property_service.guards import procedure_is_on
from property_service.rules import slip_handover as rules
from property_service.rules import stock_movement
from property_service.rules.stock_limit import exact
from property_service.stock.movement_statement import keeps_stock_accounts

RECEIPT, ENTRY, ROW = "Purchase Receipt", "Stock Entry", "Slip Handover Item"
ENTRY_KINDS = (stock_movement.ISSUE, stock_movement.RETURN)
NAMED = 10


class Slip(NamedTuple):
	"""What a row of a handover says; `value` in the company's currency, positive for what its kind is about."""

	slip_type: str
	slip: str
	purpose: str
	posting_date: date
	partner: str | None
	docstatus: int
	direct_entry: str | None = None


# ---- which slips there are ---------------------------------------------------------------------------------------


def left(company: str, kind: str, until: date) -> list[Slip]:
	"""Submitted slips of a kind up to a day that no handover holds, oldest first. One statement."""
	doctype = RECEIPT if kind == rules.RECEIPTS else ENTRY
	query = receipts(company) if doctype == RECEIPT else entries(company, kind)
	table, row = frappe.qb.DocType(doctype), frappe.qb.DocType(ROW)
	query = (
		query.left_join(row)
		.on(row.slip_key == table.name)
		.where((table.docstatus == rules.SUBMITTED) & (table.posting_date <= until) & row.name.isnull())
		.orderby(table.posting_date, table.name)
	)
	return as_slips(doctype, query)


def receipts(company: str):
	"""Receipts that the procedure saw, and what went back to the supplier from them."""
	receipt, first = frappe.qb.DocType(RECEIPT), frappe.qb.DocType(RECEIPT).as_("first_receipt")
	purpose = (
		Case()
		.when(receipt.is_return == 1, rules.SUPPLIER_RETURN)
		.when(receipt.direct_issue == 1, rules.DIRECT_ISSUE)
		.else_(rules.RECEIPT)
	)
	return (
		frappe.qb.from_(receipt)
		.left_join(first)
		.on(first.name == receipt.return_against)
		.select(
			receipt.name.as_("slip"),
			purpose.as_("purpose"),
			*(receipt.posting_date, receipt.docstatus),
			receipt.supplier_name.as_("partner"),
			receipt.direct_issue_entry.as_("direct_entry"),
		)
		.where(receipt.company == company)
		.where(Coalesce(receipt.arrived_on, first.arrived_on).isnotnull())
	)


def entries(company: str, kind: str | None = None):
	"""Issues and returns; those with low-value consumables are a kind of their own where that procedure is on."""
	entry = frappe.qb.DocType(ENTRY)
	purpose = Case().when(entry.stores_kind == stock_movement.RETURN, rules.RETURN).else_(rules.ISSUE)
	query = (
		frappe.qb.from_(entry)
		.select(
			entry.name.as_("slip"),
			purpose.as_("purpose"),
			*(entry.posting_date, entry.docstatus),
			entry.department.as_("partner"),
		)
		.where((entry.company == company) & entry.stores_kind.isin(ENTRY_KINDS))
	)
	if kind is None:
		return query
	low_value = has_low_value(entry)
	if not procedure_is_on("low_value", company):
		return query if kind == rules.ISSUES else query.where(entry.name.isnull())
	return query.where(low_value if kind == rules.LOW_VALUE else low_value.negate())


def has_low_value(entry) -> ExistsCriterion:
	row, item = frappe.qb.DocType("Stock Entry Detail"), frappe.qb.DocType("Item")
	return ExistsCriterion(
		frappe.qb.from_(row)
		.join(item)
		.on(item.name == row.item_code)
		.select(row.name)
		.where((row.parent == entry.name) & (Coalesce(item.low_value_class, "") != ""))
	)


def as_slips(doctype: str, query) -> list[Slip]:
	return [Slip(slip_type=doctype, **row) for row in query.run(as_dict=True)]


def states(slips: Iterable[tuple[str, str]]) -> dict[str, int]:
	"""slip -> its docstatus now. One statement per type of slip."""
	of_type: defaultdict[str, list[str]] = defaultdict(list)
	for slip_type, slip in slips:
		of_type[slip_type].append(slip)
	return {
		row.name: row.docstatus
		for slip_type, names in of_type.items()
		for row in frappe.get_all(
			slip_type, filters={"name": ("in", names)}, fields=["name", "docstatus"], order_by="name"
		)
	}


# ---- what the ledgers hold ---------------------------------------------------------------------------------------


def ledgers(company: str, slips: Iterable[Slip]) -> dict[str, rules.Ledgers]:
	"""What both ledgers hold of each slip now, what a direct issue posted included. Two statements."""
	slips = list(slips)
	belongs_to = {slip.slip: slip.slip for slip in slips}
	belongs_to.update({slip.direct_entry: slip.slip for slip in slips if slip.direct_entry})
	stock = added_up(stock_values(belongs_to), belongs_to)
	general = (
		added_up(general_values(company, belongs_to), belongs_to) if keeps_stock_accounts(company) else None
	)
	return {
		slip.slip: rules.Ledgers(
			slip.docstatus, stock[slip.slip], None if general is None else general[slip.slip]
		)
		for slip in slips
	}


def values(slips: Iterable[Slip]) -> dict[str, Decimal]:
	"""What each slip moved: in for receipts and returns, out for issues, both positive. One statement."""
	slips = list(slips)
	own = {slip.slip: slip.slip for slip in slips}
	moved = added_up(stock_values(own), own)
	return {
		slip.slip: -moved[slip.slip] if slip.purpose == rules.ISSUE else moved[slip.slip] for slip in slips
	}


def added_up(rows: Iterable[tuple[str, float]], belongs_to: dict[str, str]) -> defaultdict[str, Decimal]:
	sums: defaultdict[str, Decimal] = defaultdict(Decimal)
	for voucher, value in rows:
		sums[belongs_to[voucher]] += exact(value)
	return sums


def stock_values(vouchers: Collection[str]) -> list[tuple[str, float]]:
	ledger = frappe.qb.DocType("Stock Ledger Entry")
	return (
		frappe.qb.from_(ledger)
		.select(ledger.voucher_no, Sum(ledger.stock_value_difference))
		.where(ledger.voucher_type.isin((RECEIPT, ENTRY)) & ledger.voucher_no.isin(list(vouchers) or [""]))
		.where(ledger.is_cancelled == 0)
		.groupby(ledger.voucher_no)
		.run()
	)


def general_values(company: str, vouchers: Collection[str]) -> list[tuple[str, float]]:
	entry, account = frappe.qb.DocType("GL Entry"), frappe.qb.DocType("Account")
	return (
		frappe.qb.from_(entry)
		.join(account)
		.on(account.name == entry.account)
		.select(entry.voucher_no, Sum(entry.debit - entry.credit))
		.where(entry.voucher_type.isin((RECEIPT, ENTRY)) & entry.voucher_no.isin(list(vouchers) or [""]))
		.where((account.account_type == "Stock") & (entry.company == company) & (entry.is_cancelled == 0))
		.groupby(entry.voucher_no)
		.run()
	)


# ---- what nobody is done with ------------------------------------------------------------------------------------


def concerns(company: str, first: date, last: date) -> list[dict]:
	"""Slips of these days that are not submitted, not handed over, not checked, or changed after it; oldest first.

	A fixed number of statements, however many slips there are.
	"""
	found = [
		*between(receipts(company), RECEIPT, first, last),
		*between(entries(company), ENTRY, first, last),
	]
	now = values(found)
	holding, sent_back = handovers([slip.slip for slip in found])
	listed = []
	for slip in sorted(found, key=lambda slip: (slip.posting_date, slip.slip)):
		row = holding.get(slip.slip)
		concern = rules.concern(
			slip.docstatus,
			row.result if row else None,
			row.status if row else None,
			slip.slip in sent_back,
			exact(row.value) if row else Decimal(0),
			now[slip.slip],
		)
		if concern:
			listed.append(
				{
					**slip._asdict(),
					"concern": concern,
					"value": float(now[slip.slip]),
					"handover": row.parent if row else None,
					"remark": sent_back.get(slip.slip),
				}
			)
	return listed


def between(query, doctype: str, first: date, last: date) -> list[Slip]:
	table = frappe.qb.DocType(doctype)
	return as_slips(doctype, query.where((table.posting_date >= first) & (table.posting_date <= last)))


def handovers(slips: Collection[str]) -> tuple[dict[str, frappe._dict], dict[str, str]]:
	"""slip -> the row that holds it; slip -> what was wrong with it the last time it was sent back."""
	row, handover = frappe.qb.DocType(ROW), frappe.qb.DocType("Slip Handover")
	rows = (
		frappe.qb.from_(row)
		.join(handover)
		.on(handover.name == row.parent)
		.select(row.slip, row.slip_key, row.result, row.value, row.remark, row.parent, handover.status)
		.where(row.slip.isin(list(slips) or [""]))
		.orderby(row.creation)
		.run(as_dict=True)
	)
	return (
		{row.slip: row for row in rows if row.slip_key},
		{row.slip: row.remark for row in rows if row.result == rules.RETURNED},
	)


# ---- in the evening ----------------------------------------------------------------------------------------------


def list_unsubmitted() -> dict[str, list[str]]:
	"""Each evening: storekeeper and stores accountant get the list of slips that are not submitted yet (WH-20).

	Returns company -> its drafts.
	"""
	today = getdate(nowdate())
	found = {row.company: drafts(row.company, today) for row in settings.get().companies if row.stores}
	for slips in found.values():
		if not slips:
			continue
		notifications.tell(
			approvals.office_holders("Storekeeper") | approvals.office_holders("Stores Accountant"),
			"{0} stock slips are not submitted yet; goods reach the ledger the day they move",
			(len(slips),),
			doctype=slips[0].slip_type,
			name=slips[0].slip,
			details=[("Stock Slips", ", ".join(slip.slip for slip in slips[:NAMED]))],
			mail=False,
		)
	return {company: [slip.slip for slip in slips] for company, slips in found.items() if slips}


def drafts(company: str, until: date) -> list[Slip]:
	"""Drafts of receipts, issues and returns up to a day, oldest first. Two statements."""
	found = []
	for query, doctype in ((receipts(company), RECEIPT), (entries(company), ENTRY)):
		table = frappe.qb.DocType(doctype)
		found += as_slips(doctype, query.where((table.docstatus == 0) & (table.posting_date <= until)))
	return sorted(found, key=lambda slip: (slip.posting_date, slip.slip))
