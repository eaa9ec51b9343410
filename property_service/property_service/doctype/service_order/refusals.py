"""From a rule's answer to the message that stops a save."""

import frappe
from frappe import _
from frappe.utils import escape_html

from property_service import guards
from property_service.rules.service_order import Refusal


def stop(refusal: Refusal | None, exc: type[Exception] = frappe.ValidationError) -> None:
	"""Raises `exc` with the translated refusal; None passes. Values are escaped: a message is shown as HTML."""
	if refusal:
		guards.refuse(_(refusal.message).format(*(escape_html(str(value)) for value in refusal.values)), exc)
