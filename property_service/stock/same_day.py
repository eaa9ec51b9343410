"""Goods reach the item ledger the day they move; an earlier day is the stores accountant's (WH-20).

What the app's own code posts says what for in its flags (see this room's README) and has been checked there.
"""

from datetime import date

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from property_service import approvals
from property_service.refusals import stop
from property_service.rules import stock_posting as rules

ACCOUNTANT = "Stores Accountant"
OWN_FLAGS = ("stores_kind", "issued_for", "inward_checked")


def check(doc: Document) -> None:
	"""At submission. Raises frappe.PermissionError."""
	if any(doc.flags.get(flag) for flag in OWN_FLAGS):
		return
	day, today = getdate(doc.posting_date), getdate(nowdate())
	stop(rules.refuse_posting(day, today, is_accountants(day, today)), rules.ANOTHER_PERSONS)


def check_cancelling(doc: Document) -> None:
	"""Before cancelling; what goes with the document it was posted for was checked there. Raises frappe.PermissionError."""
	if doc.flags.with_source:
		return
	day, today = getdate(doc.posting_date), getdate(nowdate())
	stop(rules.refuse_cancelling(doc.name, day, today, is_accountants(day, today)), rules.ANOTHER_PERSONS)


def is_accountants(day: date, today: date) -> bool:
	"""Whether the user may do what is the accountant's alone; who holds the office is asked where it matters."""
	return rules.is_back_dated(day, today) and is_accountant()


def is_accountant() -> bool:
	return frappe.session.user in approvals.office_holders(ACCOUNTANT)
