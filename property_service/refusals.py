"""From a rule's answer to the message that stops a save."""

from collections.abc import Collection

import frappe
from frappe import _
from frappe.utils import escape_html, get_fullname

from property_service.guards import refuse
from property_service.rules.service_order import Refusal


def stop(refusal: Refusal | None, another_persons: Collection[str] = ()) -> None:
	"""Raises the translated refusal; None passes.

	A message of `another_persons` is a matter of permission (frappe.PermissionError), any other one of the facts
	(frappe.ValidationError). Values are shown as words of the reader: states translated, users by name.
	"""
	if refusal:
		exc = frappe.PermissionError if refusal.message in another_persons else frappe.ValidationError
		refuse(text_of(refusal), exc=exc)


def text_of(refusal: Refusal) -> str:
	"""The refusal in the reader's language; values are escaped, for a message is shown as HTML."""
	return _(refusal.message).format(*(frappe.bold(escape_html(_word(v))) for v in refusal.values))


def _word(value: object) -> str:
	text = str(value)
	return get_fullname(text) if "@" in text else _(text)
