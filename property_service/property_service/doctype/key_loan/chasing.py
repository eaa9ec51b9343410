"""Keys that are not back in time: the issuer is told every day until they are (钥匙发放人按时催回, DESK-08)."""

from collections import defaultdict

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_datetime, get_datetime, getdate, now_datetime

from property_service import approvals, notifications
from property_service.guards import refuse
from property_service.property_service.doctype.key_loan import key_loan
from property_service.refusals import MINUTES
from property_service.register_entry import MANAGER, locked, one_by_one
from property_service.rules import keys as rules

LONGEST_CATCH_UP_DAYS = 31
"""Days made up for after the scheduler stood still."""


def chase_overdue() -> list[str]:
	"""Hourly: tells the issuer of each key that is overdue, once a day, also for days that were missed.

	Returns the loans. Each day is a row with a unique key, written under the loan's lock: a second run finds it.
	"""
	now = now_datetime()
	return one_by_one(overdue(now), lambda name: chase(name, now), "Keys that are not back")


def overdue(now) -> list[str]:
	"""Loans whose key is due and out, and whose issuer was not told today."""
	loan, chase = frappe.qb.DocType("Key Loan"), frappe.qb.DocType("Key Loan Chase")
	told_today = (
		frappe.qb.from_(chase)
		.select(chase.parent)
		.where((chase.chase_kind == rules.ISSUER_TOLD) & (chase.chase_date == getdate(now)))
	)
	return (
		frappe.qb.from_(loan)
		.select(loan.name)
		.where((loan.status == rules.LENT) & (loan.due_on < now))
		.where(loan.name.notin(told_today))
		.orderby(loan.name)
		.run(pluck=True)
	)


def chase(name: str, now) -> bool:
	"""Whether anything was to be told: the key may have come back since it was looked for."""
	loan = frappe.get_doc("Key Loan", name, for_update=True)
	if loan.status != rules.LENT or not loan.due_on:
		return False
	chased = {getdate(row.chase_date) for row in loan.chases if row.chase_kind == rules.ISSUER_TOLD}
	days = rules.days_to_chase(get_datetime(loan.due_on), now, chased, LONGEST_CATCH_UP_DAYS)
	reader = reader_of(loan)
	for day in days:
		row = {"chase_date": day, "chase_kind": rules.ISSUER_TOLD, "chased_on": now, "told": reader}
		loan.append("chases", {**row, "reminder_key": f"{loan.name}/{day}"})
	if days:
		loan.flags.server_write = True
		loan.save(ignore_permissions=True)  # the scheduler's own record
		tell(loan, reader)
	return bool(days)


def reader_of(loan: Document) -> str | None:
	"""The issuer; whoever leads the desk once the issuer is gone."""
	if notifications.enabled_users({loan.issued_by}):
		return loan.issued_by
	managers = sorted(approvals.office_holders(MANAGER))
	return managers[0] if managers else None


def tell(loan: Document, reader: str | None) -> None:
	notifications.tell(
		[reader],
		"Key {0} is not back: {1} has it, due {2}",
		(loan.property_key, loan.borrower_name, format_datetime(loan.due_on, MINUTES)),
		doctype="Key Loan",
		name=loan.name,
		details=[
			("Opened Units", loan.opens),
			("Borrower", loan.borrower_name),
			("Telephone", loan.borrower_phone),
			("Company or Department", loan.borrower_unit),
		],
		mail=False,
	)


@frappe.whitelist(methods=["POST"])
def record_call(loan: str, note: str) -> None:
	"""The clerk asked the borrower for the key; what was said is a row of the loan."""
	doc = locked("Key Loan", loan)
	doc.require_step(rules.BROUGHT_BACK)  # only a key that is out
	if not note.strip():
		refuse(_("Write down what the borrower said (DESK-08)."))
	doc.append(
		"chases",
		{
			"chase_date": getdate(),
			"chase_kind": rules.BORROWER_ASKED,
			"chased_on": now_datetime(),
			"told": frappe.session.user,
			"note": note.strip()[:140],
		},
	)
	doc.flags.server_write = True
	doc.save()


def end_residence_loans(resident: Document, method: str | None = None) -> None:
	"""Doc event of Resident: a key for the time of residence is due once the resident has moved out."""
	before = resident.get_doc_before_save()
	if resident.status != "Moved Out" or not before or before.status == "Moved Out":
		return
	loans = frappe.get_all(
		"Key Loan",
		filters={"resident": resident.name, "status": rules.LENT, "loan_kind": rules.RESIDENCE},
		pluck="name",
		order_by="name",
	)
	for name in loans:
		loan = frappe.get_doc("Key Loan", name, for_update=True)
		if loan.status == rules.LENT:
			key_loan.become_due(loan)


def chases_of(loans: list[str]) -> dict[str, list[frappe._dict]]:
	"""{loan: its chases, the oldest first}, one query."""
	rows = frappe.get_all(
		"Key Loan Chase",
		filters={"parent": ("in", loans or [""]), "parenttype": "Key Loan"},
		fields=["parent", "chase_date", "chase_kind", "note"],
		order_by="parent, idx",
	)
	found = defaultdict(list)
	for row in rows:
		found[row.parent].append(row)
	return found
