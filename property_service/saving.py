"""Saving a document with child tables without gap locks.

Frappe reads every child table of a document `FOR UPDATE` before it saves, and afterwards deletes the rows that are
gone. For a table without rows both lock the gap in which the next document's rows will lie: two people who save two
new documents at the same time then block each other (deadlock 1213), and each empty table costs two statements.
Here the row of the document is the lock. That is enough because child rows are only written through their parent.

For the same reason a document that is read and then saved has its child rows read once: as long as its own row is the one
that was read, they are.
"""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import frappe
from frappe.model.base_document import BaseDocument
from frappe.model.document import Document
from frappe.utils import cstr

# Rows are only ever added to it: who took a step is never taken back.
STEPS = "approval_steps"
ROW_BOOKKEEPING = (
	"modified",
	"modified_by",
	"creation",
	"owner",
	"docstatus",
	"name",
	"parent",
	"parenttype",
	"idx",
)


class RowsRead(NamedTuple):
	"""The child rows of a document as they were read, and when the document was changed last then."""

	doctype: str
	name: str
	modified: datetime
	# by the fieldname of their table
	rows: dict[str, list[dict]]


class ParentLocked(Document):
	"""Base of documents whose child rows are only ever written through the document itself."""

	LARGE_TABLES: tuple[str, ...] = ()
	"""Tables of which a step changes a few rows of many: only those are written.

	Statements of their own write such rows, too, and leave the document as it is; so they are read anew before it is saved.
	"""

	def load_from_db(self) -> "ParentLocked":
		"""With `for_update`, lock the document's row alone and read its child rows from the transaction's snapshot.

		A snapshot taken before the lock was free may be older than the row, or not know it yet; then everything is read
		anew with locks.
		"""
		if self.flags.for_update:
			self._load_locked()
		else:
			super().load_from_db()
		if not type(self).LARGE_TABLES:
			self.flags.rows_read = self._rows_read()  # no client sends flags
		return self

	def _load_locked(self) -> None:
		locked = frappe.db.get_value(
			self.doctype, self.name, "*", as_dict=True, for_update=True, order_by=None
		)
		if rows := _known_rows(self, locked):
			BaseDocument.__init__(self, {**locked, **rows})
			return
		self.flags.for_update = False
		if not self._load_from_snapshot(known=bool(locked)) or self.modified != locked.modified:
			self.flags.for_update = True
			super().load_from_db()
			self.flags.newer_than_snapshot = True
		else:
			self.update(locked)

	def _load_from_snapshot(self, known: bool) -> bool:
		"""Whether the snapshot holds the document. Raises DoesNotExistError when nothing does."""
		try:
			super().load_from_db()
		except frappe.DoesNotExistError:
			if not known:
				raise
			frappe.clear_last_message()
			return False
		return True

	def _set_defaults(self) -> None:
		set_defaults(self)

	def _rows_read(self) -> RowsRead:
		tables = {field.fieldname: self.get(field.fieldname) for field in self.meta.get_table_fields()}
		rows = {name: [stored_values(row) for row in table] for name, table in tables.items()}
		return RowsRead(self.doctype, self.name, self.modified, rows)

	def load_doc_before_save(self, *, raise_exception: bool = False) -> None:
		with _rows_known(self.flags.rows_read):
			super().load_doc_before_save(raise_exception=raise_exception)
		if self._doc_before_save:
			# Frappe asks whether this user may read the document before it lets a workflow move it. A technician moves
			# a ticket by an order without being permitted on the ticket.
			self._doc_before_save.flags.ignore_permissions = self.flags.ignore_permissions

	def _validate_links(self) -> None:
		"""What a document links to is looked up when that changes: Frappe lets nobody delete what is linked to.

		Not so of documents that are submitted: what they link to may have been cancelled since. Nor of one that somebody else
		saved while this transaction waited for it: what is linked there may be younger than all else that it reads.
		"""
		if self.flags.newer_than_snapshot or self.meta.is_submittable or not self._links_as_before():
			super()._validate_links()

	def _links_as_before(self) -> bool:
		before = self.get_doc_before_save()
		if not before or not same_links(before, self):
			return False
		for field in self.meta.get_table_fields():
			stored = {row.name: row for row in before.get(field.fieldname)}
			for row in self.get(field.fieldname):
				if row.name not in stored or not same_links(stored[row.name], row):
					return False
		return True

	def update_child_table(self, fieldname: str, df=None) -> None:
		"""Write only tables that changed, and of the large ones and of the steps only rows that did."""
		before = self.get_doc_before_save()
		if before and fieldname in (STEPS, *type(self).LARGE_TABLES):
			done = self._write_changed_rows(before.get(fieldname), fieldname)
		else:
			done = bool(before) and same_rows(before.get(fieldname), self.get(fieldname))
		if not done:
			super().update_child_table(fieldname, df)

	def _write_changed_rows(self, before: list[Document], fieldname: str) -> bool:
		"""Rows that are new or differ; False, and nothing written, where a row was taken out."""
		stored = {row.name: row for row in before}
		after = self.get(fieldname)
		if not stored.keys() <= {row.name for row in after}:
			return False
		for row in after:
			if row.name not in stored or not same_row(stored[row.name], row):
				row.db_update()
		return True


def same_rows(before: list[Document], after: list[Document]) -> bool:
	if [row.name for row in before] != [row.name for row in after]:
		return False
	return all(same_row(old, new) for old, new in zip(before, after, strict=True))


def set_defaults(doc: Document) -> None:
	"""As Frappe does it, which makes a row with its defaults for every table at every save: here, of tables with a new row.

	Tables that were not read yet (late_tables.py) have none, and are not read for it.
	"""
	if frappe.flags.in_import:
		return
	if doc.is_new():
		doc.update_if_missing(frappe.new_doc(doc.doctype, as_dict=True))
	for field in doc.meta.get_table_fields():
		new = [row for row in doc.__dict__.get(field.fieldname) or () if row.is_new()]
		if new:
			defaults = frappe.new_doc(
				field.options, parent_doc=doc, parentfield=field.fieldname, as_dict=True
			)
			for row in new:
				row.update_if_missing(defaults)


def same_row(old: Document, new: Document) -> bool:
	fields = [field for field in old.meta.get_valid_columns() if field not in ROW_BOOKKEEPING]
	return all(same_value(old.get(field), new.get(field)) for field in fields)


def same_value(old: object, new: object) -> bool:
	"""A check box set in code is True where the database has 1; a date may be text."""
	return old == new or cstr(old) == cstr(new)


def same_links(before: Document, after: Document) -> bool:
	"""Whether a document or a row links to what it linked to before, and takes no values over from there."""
	meta = after.meta
	for field in (*meta.get_link_fields(), *meta.get_dynamic_link_fields()):
		names = [field.fieldname] if field.fieldtype == "Link" else [field.options, field.fieldname]
		if any(cstr(before.get(name)) != cstr(after.get(name)) for name in names):
			return False
		if after.get(field.fieldname) and meta.get_fields_to_fetch(field.fieldname):
			return False
	return True


def stored_values(row: Document) -> dict:
	return {column: row.get(column) for column in row.meta.get_valid_columns()}


@contextlib.contextmanager
def _rows_known(read: RowsRead | None) -> Iterator[None]:
	before, frappe.flags.rows_known = frappe.flags.rows_known, read
	try:
		yield
	finally:
		frappe.flags.rows_known = before


def _known_rows(doc: Document, locked: frappe._dict | None) -> dict[str, list[dict]] | None:
	"""The child rows that were read before, where the locked row is still the one that they were read with."""
	known = frappe.flags.rows_known
	if not known or not locked or known[:3] != (doc.doctype, locked.name, locked.modified):
		return None
	return {name: [dict(row) for row in rows] for name, rows in known.rows.items()}
