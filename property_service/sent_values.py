"""Values as a program may send them: what cannot be stored is refused by name, never with a traceback (Q-05).

Frappe passes on what JSON held. A dict for a text, a list of numbers for a table or "Nonsense" for a time would end in
the database driver, as an error of the server.
"""

import math
import re
from collections.abc import Callable
from datetime import date

import frappe
from frappe import _
from frappe.model import no_value_fields, table_fields
from frappe.model.base_document import BaseDocument
from frappe.model.document import Document
from frappe.utils import cint, cstr, escape_html, flt, get_datetime, get_time, getdate

from property_service.guards import refuse, require_company_of_residents
from property_service.setup.custom_fields import CUSTOM_FIELDS, MODULE

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
OWN_MOMENTS = ("creation", "modified")
LARGEST_DECIMAL = 999_999_999_999
# MariaDB's TEXT column, in bytes of UTF-8; the other long texts are LONGTEXT.
IN_TEXT_COLUMN = ("Small Text", "Attach", "Attach Image")
LONGEST_IN_TEXT_COLUMN = 65_535
# Where a request names the kind of document that it sends, and what holds those that are sent inside of it.
ADDRESS = re.compile(r"/(?:resource|document)/([^/]+)")
HOLD_DOCUMENTS = ("doc", "docs", "data", "fieldname")


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
		refuse_rows_of_others(self)
		for doc in (self, *self.get_all_children()):
			check_values(doc)
			require_company_of_residents(doc)
		super()._validate_links()


def refuse_half_characters() -> None:
	"""Before each request (hooks: before_request): refuse half of a surrogate pair, which JSON may hold.

	It is no character: no name can be looked up by it, and no answer can repeat it. Raises frappe.ValidationError.
	"""
	refuse_half_characters_in(frappe.local.form_dict)


def refuse_structures() -> None:
	"""Before each request (hooks: before_request): no dict and no list in a field that the app adds to ERPNext's documents.

	Frappe looks links up, and takes tables apart, before a document's first event. Of the app's own documents CheckedValues
	sees to that. Raises frappe.ValidationError that names the field.
	"""
	for doctype, values in sent_documents():
		if doctype in CUSTOM_FIELDS:
			check_structures(doctype, values)


def sent_documents() -> list[tuple[str, dict]]:
	"""(DocType, values) of whatever a request sends to be written: by its address, or as documents inside of it."""
	form = frappe.local.form_dict
	address = ADDRESS.search(frappe.local.request.path)
	named = (address and address.group(1)) or form.get("doctype")
	found = [(named, form)]
	if isinstance(form.get("fieldname"), str):
		found.append((named, {form.fieldname: form.get("value")}))
	for key in HOLD_DOCUMENTS:
		sent = form.get(key)
		sent = parsed(sent) if isinstance(sent, str) and sent.lstrip()[:1] in ("{", "[") else sent
		for values in sent if isinstance(sent, list) else [sent]:
			if isinstance(values, dict):
				found.append((values.get("doctype") or named, values))
	return [(doctype, values) for doctype, values in found if isinstance(doctype, str)]


def check_structures(doctype: str, values: dict) -> None:
	for field in CUSTOM_FIELDS.get(doctype, ()):
		if field["fieldtype"] not in table_fields and isinstance(values.get(field["fieldname"]), dict | list):
			_refuse_value(frappe._dict(field), values[field["fieldname"]])
	for table in frappe.get_meta(doctype).get_table_fields():
		rows = values.get(table.fieldname)
		if frappe.get_meta(table.options).module == MODULE:
			_check_own_table(table, rows)
		elif isinstance(rows, list) and table.options in CUSTOM_FIELDS:
			for row in rows:
				if isinstance(row, dict):
					check_structures(table.options, row)


def _check_own_table(table, rows: object) -> None:
	"""A table of ours in a document of ERPNext: records, and no record inside of one."""
	if rows is None:
		return
	if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
		refuse(_("{0} is a table: send a list of records.").format(_(table.label)))
	for row in rows:
		check_own(row)
		for field in frappe.get_meta(table.options).fields:
			if isinstance(row.get(field.fieldname), dict | list):
				_refuse_value(field, row[field.fieldname])


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
	if not isinstance(values.get("name"), str | int | None):
		_refuse_value(frappe._dict(fieldname="name"), values["name"])
	for key in OWN_MOMENTS:
		if values.get(key) is not None:
			_check_moment(frappe._dict(fieldname=key, fieldtype="Datetime"), values[key])
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


def refuse_rows_of_others(doc: Document, method: str | None = None) -> None:
	"""A row that is sent by its name is one of the stored document, and is sent once (doc event of ERPNext's, too).

	Frappe writes to whatever row has that name: another document would lose it, signed or not, and of a row that is sent
	twice both would be added up. Raises ValidationError that names row and table.
	"""
	stored = None if doc.is_new() else doc.get_doc_before_save()
	if not stored:
		return  # rows of a new document are inserted, and no name is taken twice
	for table in doc.meta.get_table_fields():
		rows = doc.__dict__.get(
			table.fieldname
		)  # nothing was sent of a table that nobody has asked for (late_tables.py)
		known = {row.name for row in stored.get(table.fieldname)} if rows else set()
		for row in rows or ():
			if row.is_new() or not row.name:
				continue
			if row.name not in known:
				refuse(
					_(
						"{0} has no row {1}, or it is sent twice. Send each row as it was read, and new ones without a name."
					).format(frappe.bold(_(table.label)), frappe.bold(escape_html(cstr(row.name)[:140])))
				)
			known.remove(row.name)


def check_added(doc: Document, method: str | None = None) -> None:
	"""Doc event `before_validate` of ERPNext's documents: what the app adds to them and to their rows, and its own tables.

	What ERPNext's own fields hold is ERPNext's affair; whose rows they are is not. Raises ValidationError that names the
	field.
	"""
	refuse_rows_of_others(doc)
	for row in (doc, *rows_sent(doc)):
		if row.doctype in CUSTOM_FIELDS:
			added = (row.meta.get_field(field["fieldname"]) for field in CUSTOM_FIELDS[row.doctype])
			_check_fields(row, [field for field in added if field])
		elif row.meta.module == MODULE:
			check_values(row)


def rows_sent(doc: Document) -> list[BaseDocument]:
	"""Rows of all tables but of those that nobody has asked for (late_tables.py): nothing was sent of these."""
	tables = (doc.__dict__.get(field.fieldname) for field in doc.meta.get_table_fields())
	return [row for rows in tables for row in rows or () if isinstance(row, BaseDocument)]


def check_values(doc: BaseDocument) -> None:
	"""Raises ValidationError that names the first field whose value its column cannot hold."""
	_check_fields(doc, doc.meta.fields)
	if doc.doctype not in frappe.get_hooks("sensitive_fields"):
		# Frappe asks as late as the row is written; by then a value may have been copied into another document. Of a
		# number that is kept secret it asks then: what it says repeats the value, and by then that is the mask (ORG-03).
		doc._validate_length()


def _check_fields(doc: BaseDocument, fields: list) -> None:
	for field in fields:
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
