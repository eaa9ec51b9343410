"""Reading `Property Service Settings` (ORG-06)."""

from typing import TYPE_CHECKING, NoReturn

import frappe
from frappe import _
from frappe.utils import escape_html, get_link_to_form

if TYPE_CHECKING:
	from property_service.property_service.doctype.payment_mode_account.payment_mode_account import (
		PaymentModeAccount,
	)
	from property_service.property_service.doctype.property_service_company.property_service_company import (
		PropertyServiceCompany,
	)
	from property_service.property_service.doctype.property_service_settings.property_service_settings import (
		PropertyServiceSettings,
	)
	from property_service.property_service.doctype.receipt_purpose_account.receipt_purpose_account import (
		ReceiptPurposeAccount,
	)

DOCTYPE = "Property Service Settings"


def get() -> "PropertyServiceSettings":
	"""Return the cached settings document; treat it as read-only."""
	return frappe.get_cached_doc(DOCTYPE)


def company_row(company: str | None) -> "PropertyServiceCompany | None":
	"""Return the row of `company`, or None when the company does not use the app."""
	return next((row for row in get().companies if row.company == company), None)


def purpose_row(company: str, purpose: str) -> "ReceiptPurposeAccount":
	"""Return where `purpose` is booked in `company`; raises frappe.ValidationError that names what is missing (ORG-06)."""
	row = _row("receipt_purposes", company=company, purpose=purpose)
	return row or missing_account(company, purpose)


def missing_account(company: str, purpose: str) -> NoReturn:
	"""Refuse for want of the account of a purpose that is in use otherwise (ORG-06)."""
	_missing(company, _("an account for the purpose {0}").format(frappe.bold(_(purpose))))


def missing_mode_account(company: str, mode_of_payment: str) -> NoReturn:
	"""Refuse for want of the account of a mode of payment (ORG-06)."""
	_missing(company, _("an account for the mode of payment {0}").format(frappe.bold(mode_of_payment)))


def mode_row(company: str, mode_of_payment: str | None) -> "PaymentModeAccount":
	"""Return the row of a mode of payment that the tills of `company` take; raises frappe.ValidationError (ORG-06)."""
	row = _row("payment_modes", company=company, mode_of_payment=mode_of_payment)
	if not row:
		_missing(company, _("the mode of payment {0}").format(frappe.bold(escape_html(str(mode_of_payment)))))
	return row


def _row(table: str, **wanted):
	rows = get().get(table) or []
	return next((row for row in rows if all(row.get(k) == v for k, v in wanted.items())), None)


def _missing(company: str, what: str) -> NoReturn:
	frappe.throw(
		_("{0} has no {1} yet. Enter it in {2}, then try again (ORG-06).").format(
			frappe.bold(company), what, get_link_to_form(DOCTYPE, DOCTYPE, _(DOCTYPE))
		),
		title=_("Setting Missing"),
	)
	raise frappe.ValidationError  # frappe.throw always raises; this line tells the type checker so


def required(company: str, fieldname: str) -> str:
	"""Return an account, warehouse or department of `company` that a procedure cannot do without.

	Raises frappe.ValidationError that names the missing setting and links to it (ORG-06).
	"""
	row = company_row(company)
	value = row.get(fieldname) if row else None
	if value:
		return value
	label = frappe.get_meta("Property Service Company").get_label(fieldname)
	frappe.throw(
		_("{0} has no {1} yet. Enter it in the company's row of {2}, then try again (ORG-06).").format(
			frappe.bold(company), frappe.bold(_(label)), get_link_to_form(DOCTYPE, DOCTYPE, _(DOCTYPE))
		),
		title=_("Setting Missing"),
	)
