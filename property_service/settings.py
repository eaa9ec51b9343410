"""Reading `Property Service Settings` (ORG-06)."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import get_link_to_form

if TYPE_CHECKING:
	from property_service.property_service.doctype.property_service_company.property_service_company import (
		PropertyServiceCompany,
	)
	from property_service.property_service.doctype.property_service_settings.property_service_settings import (
		PropertyServiceSettings,
	)

DOCTYPE = "Property Service Settings"


def get() -> "PropertyServiceSettings":
	"""Return the cached settings document; treat it as read-only."""
	return frappe.get_cached_doc(DOCTYPE)


def company_row(company: str | None) -> "PropertyServiceCompany | None":
	"""Return the row of `company`, or None when the company does not use the app."""
	return next((row for row in get().companies if row.company == company), None)


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
