"""Values as a program may send them: what cannot be stored is refused by name, never with a traceback (Q-05).

Frappe passes on what JSON held. A dict for a text, a list of numbers for a table or "Nonsense" for a time would end in
the database driver, as an error of the server.
"""

import math
from collections.abc import Callable
from datetime import date

import frappe
from frappe import _
from frappe.model import no_value_fields, table_fields
from frappe.model.base_document import BaseDocument
from frappe.model.document import Document
from frappe.utils import cint, cstr, escape_html, flt, get_datetime, get_time, getdate

from property_service.guards import refuse

TEXT = (
	"Data",
	"Small Text",
	"Text",
	"Long Text",
	"Select",
	"Link",
	"Attach Image",
	"Attach",
	"Signature",
	"Phone",
)
MOMENTS: dict[str, Callable] = {"Datetime": get_datetime, "Date": getdate, "Time": get_time}
NUMBERS = ("Currency", "Float", "Percent", "Int")
# Twelve digits before the point, and four bytes: what the columns hold.
LARGEST = {"Int": 2_147_483_647}
LONGEST_PAGE = 500
OWN_TEXT = ("owner", "modified_by")
OWN_NUMBERS = ("docstatus", "idx")
LARGEST_DECIMAL = 999_999_999_999
# MariaDB's TEXT column, in bytes of UTF-8; the other long texts are LONGTEXT.
IN_TEXT_COLUMN = ("Small Text", "Attach", "Attach Image")
LONGEST_IN_TEXT_COLUMN = 65_535


class CheckedValues(Document):
	"""Mixin of documents that programs write over REST; comes before the other base classes."""

	def update(self, d: dict | object) -> "CheckedValues":
		if isinstance(d, dict):
			check_own(d)
		return super().update(d)

	def append(self, key: str, value=None, *args, **kwargs) -> BaseDocument:
		if not isinstance(value, dict | BaseDocument | None):
			self._refuse_rows(key)
		if isinstance(value, dict):
			check_own(value)
		return super().append(key, value, *args, **kwargs)

	def extend(self, key: str, value) -> None:
		if not isinstance(value, list | tuple):
			self._refuse_rows(key)
		super().extend(key, value)

	def _refuse_rows(self, key: str) -> None:
		label = _(frappe.get_meta(self.doctype).get_label(key)) if self.doctype else key
		refuse(_("{0} is a table: send a list of records.").format(label))

	def _validate_links(self) -> None:
		"""The first step of insert and save that sees all values, and the first that would stumble over a bad one."""
		for doc in (self, *self.get_all_children()):
			check_values(doc)
		super()._validate_links()


def refuse_half_characters() -> None:
	"""Before each request (hooks: before_request): refuse half of a surrogate pair, which JSON may hold.

	It is no character: no name can be looked up by it, and no answer can repeat it. Raises frappe.ValidationError.
	"""
	refuse_half_characters_in(frappe.local.form_dict)


def refuse_half_characters_in(values: object) -> None:
	waiting: list = [values]
	while waiting:
		value = waiting.pop()
		if isinstance(value, dict):
			waiting += [*value.keys(), *value.values()]
		elif isinstance(value, list):
			waiting += value
		elif not _can_be_encoded(value):
			refuse(_("The request holds half a character (a lone surrogate); send whole ones."))


def parsed(value: object) -> object:
	"""What a program sent as JSON, or as itself; None for a text that is no JSON."""
	try:
		found = frappe.parse_json(value)
	except (ValueError, RecursionError):
		return None
	refuse_half_characters_in(found)  # written as an escape, which the text of the request did not show
	return found


def day(value: object) -> date | None:
	"""The day that was sent, None for anything that is no day, nothing included."""
	try:
		return getdate(value) if value else None
	except (ValueError, TypeError, OverflowError, frappe.ValidationError):
		return None


def page_of(start: int, page_len: int) -> tuple[int, int]:
	"""(offset, limit) of a link search as the database takes them, whatever was asked for."""
	return min(max(start, 0), LARGEST["Int"]), min(max(page_len, 0), LONGEST_PAGE)


def calendar_conditions(start: str, end: str, filters: str | list | None) -> tuple[list, list]:
	"""([first day, last day], conditions) of a calendar's question. Raises ValidationError for anything that asks nothing."""
	days = [day(start), day(end)]
	conditions = parsed(filters) if filters else []
	if None in days or not isinstance(conditions, list) or not all(_is_condition(row) for row in conditions):
		refuse(_("A calendar is asked for two days and a list of conditions."))
	return days, conditions


def _is_condition(row: object) -> bool:
	"""[DocType, field, operator, value, …], as lists of the desk send them."""
	if not isinstance(row, list) or len(row) < 4 or not all(isinstance(part, str) for part in row[:3]):
		return False
	values = row[3] if isinstance(row[3], list) else [row[3]]
	return not any(isinstance(value, dict | list) for value in values)


def check_own(values: dict) -> None:
	"""What Frappe keeps of every document; it reads these as they are given, before any field is looked at."""
	for key in OWN_TEXT:
		if not isinstance(values.get(key), str | None):
			_refuse_value(frappe._dict(fieldname=key), values[key])
	for key in OWN_NUMBERS:
		try:
			number = int(values.get(key) or 0)
		except (ValueError, TypeError, OverflowError):
			number = None
		if number is None or abs(number) > LARGEST["Int"]:
			_refuse_value(frappe._dict(fieldname=key), values[key])


def check_values(doc: BaseDocument) -> None:
	"""Raises ValidationError that names the first field whose value its column cannot hold."""
	for field in doc.meta.fields:
		value = doc.get(field.fieldname)
		if value is None or field.fieldtype in (*no_value_fields, *table_fields):
			continue
		if isinstance(value, dict | list | tuple | set) or not _can_be_encoded(value):
			_refuse_value(field, value)
		if field.fieldname == "naming_series":
			_check_series(doc, field, value)
		if field.fieldtype in MOMENTS and value != "":
			_check_moment(field, value)
		elif field.fieldtype in NUMBERS:
			_check_number(doc, field, value)
		elif field.fieldtype in TEXT and not isinstance(value, str):
			doc.set(field.fieldname, cstr(value))
		if field.fieldtype in IN_TEXT_COLUMN and len(cstr(value).encode()) > LONGEST_IN_TEXT_COLUMN:
			refuse(_("{0} is too long.").format(_(field.label)))
	if doc.doctype not in frappe.get_hooks("sensitive_fields"):
		# Frappe asks as late as the row is written; by then a value may have been copied into another document. Of a
		# number that is kept secret it asks then: what it says repeats the value, and by then that is the mask (ORG-03).
		doc._validate_length()


def _check_series(doc: BaseDocument, field, value) -> None:
	"""Frappe looks at the choice only after it has made a number of it."""
	if doc.is_new() and value and value not in (field.options or "").split("\n"):
		_refuse_value(field, value)


def _can_be_encoded(value) -> bool:
	"""Half of a surrogate pair, as JSON may hold it, is no character."""
	if isinstance(value, str):
		try:
			value.encode()
		except UnicodeEncodeError:
			return False
	return True


def _check_moment(field, value) -> None:
	try:
		parsed = MOMENTS[field.fieldtype](value)
	except (ValueError, TypeError, OverflowError, frappe.ValidationError):
		parsed = None
	if parsed is None:
		_refuse_value(field, value)


def _check_number(doc: BaseDocument, field, value) -> None:
	number = value if isinstance(value, int) else flt(value)
	if abs(number) > LARGEST.get(field.fieldtype, LARGEST_DECIMAL) or not math.isfinite(number):
		_refuse_value(field, value)
	if isinstance(value, str):
		# a new document holds numbers already; a stored one that is changed holds what was sent
		doc.set(field.fieldname, cint(value) if field.fieldtype == "Int" else number)


def _refuse_value(field, value) -> None:
	refuse(
		_("{0} is no value for {1}; correct it and save again.").format(
			escape_html(cstr(value)[:60].encode(errors="replace").decode()),
			frappe.bold(_(field.label or field.fieldname)),
		)
	)
