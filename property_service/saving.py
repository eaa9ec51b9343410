"""Saving a document with child tables without gap locks.

Frappe reads every child table of a document `FOR UPDATE` before it saves, and afterwards deletes the rows that are
gone. For a table without rows both lock the gap in which the next document's rows will lie: two people who save two
new documents at the same time then block each other (deadlock 1213), and each empty table costs two statements.
Here the row of the document is the lock. That is enough because child rows are only written through their parent.
"""

import frappe
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


class ParentLocked(Document):
	"""Base of documents whose child rows are only ever written through the document itself."""

	LARGE_TABLES: tuple[str, ...] = ()
	"""Tables of which a step changes a few rows of many: only those are written."""

	def load_from_db(self) -> "ParentLocked":
		"""With `for_update`, lock the document's row alone and read its child rows from the transaction's snapshot.

		A snapshot taken before the lock was free may be older than the row, or not know it yet; then everything is read
		anew with locks.
		"""
		if not self.flags.for_update:
			return super().load_from_db()
		locked = frappe.db.get_value(
			self.doctype, self.name, "*", as_dict=True, for_update=True, order_by=None
		)
		self.flags.for_update = False
		if not self._load_from_snapshot(known=bool(locked)) or self.modified != locked.modified:
			self.flags.for_update = True
			return super().load_from_db()
		self.update(locked)
		return self

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
		"""Frappe makes a row with its defaults for every table at every save; a document without rows needs none."""
		if self.get_all_children():
			super()._set_defaults()
		elif self.is_new() and not frappe.flags.in_import:
			self.update_if_missing(frappe.new_doc(self.doctype, as_dict=True))

	def load_doc_before_save(self, *, raise_exception: bool = False) -> None:
		super().load_doc_before_save(raise_exception=raise_exception)
		if self._doc_before_save:
			# Frappe asks whether this user may read the document before it lets a workflow move it. A technician moves
			# a ticket by an order without being permitted on the ticket.
			self._doc_before_save.flags.ignore_permissions = self.flags.ignore_permissions

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


def same_row(old: Document, new: Document) -> bool:
	fields = [field for field in old.meta.get_valid_columns() if field not in ROW_BOOKKEEPING]
	return all(same_value(old.get(field), new.get(field)) for field in fields)


def same_value(old: object, new: object) -> bool:
	"""A check box set in code is True where the database has 1; a date may be text."""
	return old == new or cstr(old) == cstr(new)
