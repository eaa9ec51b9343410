"""From a rule's answer to the message that stops a save."""

from collections.abc import Collection
from datetime import date, datetime

import frappe
from frappe import _
from frappe.utils import escape_html, format_datetime, formatdate, get_fullname

from property_service.guards import refuse
from property_service.rules.refusal import Refusal

MINUTES = "yyyy-MM-dd HH:mm"


def stop(
	refusal: Refusal | None,
	another_persons: Collection[str] = (),
	*,
	exc: type[Exception] | None = None,
	context: str | None = None,
) -> None:
	"""Raises the translated refusal; None passes.

	A message of `another_persons` is a matter of permission (frappe.PermissionError), any other one of the facts
	(frappe.ValidationError), unless `exc` says otherwise. Values are shown as a person writes them: states translated
	(as words of the DocType `context`), users by name, times to the minute.
	"""
	if refusal:
		by_message = frappe.PermissionError if refusal.message in another_persons else frappe.ValidationError
		refuse(text_of(refusal, context), exc=exc or by_message)


def text_of(refusal: Refusal, context: str | None = None) -> str:
	"""The refusal in the reader's language; values are escaped, for a message is shown as HTML."""
	return _(refusal.message).format(*(frappe.bold(escape_html(_word(v, context))) for v in refusal.values))


def _word(value: object, context: str | None) -> str:
	if isinstance(value, datetime):
		return format_datetime(value, MINUTES)
	if isinstance(value, date):
		return formatdate(value)
	text = str(value)
	return get_fullname(text) if "@" in text else _(text, context=context)
