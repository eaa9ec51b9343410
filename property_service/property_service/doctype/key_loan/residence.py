"""Keys of somebody who moves in and out (DESK-10): handed out for the time of residence, asked back before it ends."""

from collections import defaultdict
from decimal import Decimal

import frappe
from frappe.model.document import Document

from property_service.property_service.doctype.key_loan import key_loan
from property_service.property_service.doctype.property_key import property_key
from property_service.property_service.doctype.property_unit import property_unit
from property_service.property_service.doctype.service_order.assignment import unit_title
from property_service.refusals import stop
from property_service.rules import keys as rules
from property_service.rules import money
from property_service.rules.refusal import Refusal
from property_service.rules.residence import OpenMatter

LOAN = "Key Loan"
TAKE_COMPENSATION, REFUND_DEPOSIT = "Take Compensation", "Refund Deposit"


def hand_out(application: Document, given: frappe._dict) -> None:
	"""Hook `residence_moving_in`: one loan per key that was scanned, until moving out."""
	opens = set(property_unit.path_of([application.property_unit]))
	tags = [property_key.normal_tag(tag) for tag in given.key_tags]
	for tag in tags:
		if opens.isdisjoint(units_of(tag)):
			stop(Refusal(rules.OTHER_ROOM, (tag, unit_title(application.property_unit))))
		frappe.get_doc(
			{
				"doctype": LOAN,
				"property_key": tag,
				"loan_kind": rules.RESIDENCE,
				"borrower_kind": rules.RESIDENT,
				"resident": application.resident,
				"purpose": application.name,
			}
		).insert()
	application.keys_given = "、".join(tags) or None


def units_of(tag: str) -> list[str]:
	return frappe.get_all(
		"Property Key Unit",
		filters={"parent": tag, "parenttype": "Property Key"},
		pluck="property_unit",
		order_by="idx",
	)


def open_matters(residents: list[str]) -> dict[str, list[OpenMatter]]:
	"""Hook `residence_open_matters`: keys that residents have out, what a lost one still costs, deposits to pay back."""
	loan = frappe.qb.DocType(LOAN)
	unpaid = (loan.compensation > 0) & loan.compensation_receipt.isnull()
	rows = (
		frappe.qb.from_(loan)
		.select(loan.name, loan.resident, loan.property_key, loan.opens, loan.status)
		.select(loan.compensation, loan.compensation_receipt, loan.deposit_held)
		.where(loan.resident.isin(residents or [""]))
		.where((loan.status == rules.LENT) | unpaid | (loan.deposit_held > 0))
		.orderby(loan.borrowed_on)
		.orderby(loan.name)
		.run(as_dict=True)
	)
	found = defaultdict(list)
	for row in rows:
		amount, ways = owed(row)
		matter = f"{row.property_key} {row.opens or ''}".strip()
		found[row.resident].append(OpenMatter(LOAN, row.name, matter, amount, ways))
	return found


def owed(row: frappe._dict) -> tuple[Decimal, tuple[str, ...]]:
	"""What a loan still asks for, the next thing first: the key, the money for it, the deposit."""
	if row.status == rules.LENT:
		return Decimal("0.00"), (rules.BROUGHT_BACK, rules.LOST)
	if row.compensation and not row.compensation_receipt:
		return money.cents(row.compensation), (TAKE_COMPENSATION,)
	return money.cents(row.deposit_held), (REFUND_DEPOSIT,)


def settle(matter: OpenMatter, way: str, given: frappe._dict) -> None:
	"""Hook `residence_settle`: the key is back, or lost with a reason; its money by the mode of payment chosen."""
	if way == rules.LOST:
		key_loan.report_lost(matter.name, given.reason or "", mode_of_payment=given.mode_of_payment)
	elif way == TAKE_COMPENSATION:
		key_loan.pay_compensation(matter.name, given.mode_of_payment)
	elif way == REFUND_DEPOSIT:
		key_loan.refund_deposit(matter.name, given.mode_of_payment)
	else:
		key_loan.take_back(matter.name, condition=given.condition or rules.GOOD)
