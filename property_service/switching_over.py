"""Whether a company takes over data from its old books today, and against which account (ORG-06).

The doors that ask: *Article Opening*, the opening stock of ERPNext's Stock Reconciliation. Cards have a date of their own.
"""

from frappe import _
from frappe.utils import getdate, nowdate

from property_service import settings
from property_service.refusals import stop
from property_service.rules import switching_over as rules


def is_open(company: str) -> bool:
	return rules.refuse_closed(company, until(company), getdate(nowdate()), "") is None


def require_open(company: str) -> None:
	"""Raises frappe.ValidationError once the day in the settings is past, or where none is entered."""
	stop(rules.refuse_closed(company, until(company), getdate(nowdate()), _(settings.DOCTYPE)))


def until(company: str):
	row = settings.company_row(company)
	return getdate(row.opening_data_until) if row and row.opening_data_until else None


def opening_account(company: str) -> str:
	"""The other side of everything that is taken over; it holds nothing when all is in. Raises frappe.ValidationError."""
	return settings.required(company, "opening_account")
