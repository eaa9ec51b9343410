"""Tables that the app adds to ERPNext's documents, read when somebody asks for them.

Frappe reads every child table with its document, and an order alone loads its request three times without looking at our
tables. Frappe 16 has documents whose tables are all read late; this is the same for some of them.

What a client sends becomes an attribute of the document, whatever its name. So the fields are asked of the class, and what
was read lies in the flags, which nobody sends.
"""

from typing import ClassVar

import frappe
from erpnext.stock.doctype.material_request.material_request import MaterialRequest
from erpnext.stock.doctype.purchase_receipt.purchase_receipt import PurchaseReceipt
from frappe.model.document import Document
from pypika.terms import ExistsCriterion

from property_service.saving import set_defaults
from property_service.workflow_actions import WritesItsActions


class LateTable:
	"""Attribute of a document that reads its rows of `doctype`. What is read, or set, stands in the document's own
	`__dict__`, which Python prefers: this descriptor must not have a `__set__`.
	"""

	def __init__(self, doctype: str):
		self.doctype = doctype

	def __set_name__(self, owner: type, fieldname: str) -> None:
		self.fieldname = fieldname

	def __get__(self, doc: Document | None, owner: type | None = None):
		if doc is None:
			return self
		if self.fieldname not in doc.stored_rows:
			doc.stored_rows[self.fieldname] = self.read(doc)
		doc.set(self.fieldname, [dict(row) for row in doc.stored_rows[self.fieldname]])
		return doc.__dict__[self.fieldname]

	def rows_of(self, doc: Document):
		"""The query for them."""
		table = frappe.qb.DocType(self.doctype)
		of_document = (table.parent == str(doc.name)) & (table.parenttype == doc.doctype)
		return (
			frappe.qb.from_(table)
			.select(table.name)
			.where(of_document & (table.parentfield == self.fieldname))
		)

	def read(self, doc: Document) -> list[dict]:
		return (
			frappe.db.get_values(
				self.doctype,
				{"parent": str(doc.name), "parenttype": doc.doctype, "parentfield": self.fieldname},
				"*",
				as_dict=True,
				order_by="idx asc",
				for_update=doc.flags.for_update,
			)
			or []
		)


class LateTables(Document):
	"""Mixin of documents with a LateTable; comes before the other base classes."""

	late: ClassVar[tuple[str, ...]] = ()

	def __init_subclass__(cls, **kwargs) -> None:
		super().__init_subclass__(**kwargs)
		cls.late = tuple(name for name, value in vars(cls).items() if isinstance(value, LateTable))

	def _set_defaults(self) -> None:
		set_defaults(self)

	def get_all_children(self, parenttype: str | None = None) -> list[Document]:
		"""Whoever asks for all rows has all tables read, most of which have none."""
		self.look_which_have_rows()
		return super().get_all_children(parenttype)

	def look_which_have_rows(self) -> None:
		"""Of the tables that nobody has asked for yet, in one statement; a locked document reads each under its lock."""
		unread = [name for name in type(self).late if name not in {**self.__dict__, **self.stored_rows}]
		if self.flags.for_update or len(unread) < 2:
			return
		asked = (getattr(type(self), name).rows_of(self) for name in unread)
		(found,) = frappe.qb.select(*(ExistsCriterion(rows) for rows in asked)).run()
		self.stored_rows.update({name: [] for name, some in zip(unread, found, strict=True) if not some})

	@property
	def stored_rows(self) -> dict[str, list[dict]]:
		"""{fieldname: rows as the database has them}, of the tables that were read."""
		return self.flags.setdefault("stored_rows", {})

	def load_from_db(self) -> "LateTables":
		self.flags.pop("stored_rows", None)
		for fieldname in type(self).late:
			self.__dict__.pop(fieldname, None)
		self.flags.reads_tables = True
		try:
			return super().load_from_db()
		finally:
			self.flags.pop("reads_tables", None)

	def _get_table_fields(self):
		"""Frappe asks twice while it loads: which fields are tables, ignoring children, and then which to read."""
		fields = super()._get_table_fields()
		if self.flags.reads_tables and not self.flags.ignore_children:
			return [field for field in fields if field.fieldname not in type(self).late]
		return fields

	def load_children_from_db(self) -> None:
		"""The step of Frappe 16 that reads the tables."""
		tables = self._table_fieldnames
		self._table_fieldnames = {name: tables[name] for name in tables if name not in type(self).late}
		try:
			super().load_children_from_db()
		finally:
			self._table_fieldnames = tables

	def get(self, key, *args, **kwargs):
		if isinstance(key, str) and key in type(self).late:
			getattr(self, key)
		return super().get(key, *args, **kwargs)

	def append(self, key, *args, **kwargs):
		if key in type(self).late:
			getattr(self, key)
		return super().append(key, *args, **kwargs)

	def read_late_tables(self) -> None:
		self.look_which_have_rows()
		for fieldname in type(self).late:
			getattr(self, fieldname)

	def load_doc_before_save(self, *args, **kwargs) -> None:
		"""What one of the two has read the other need not read: Frappe refuses a save of what changed in between."""
		super().load_doc_before_save(*args, **kwargs)
		if before := self.get_doc_before_save():
			before.flags.stored_rows = self.stored_rows

	def update_children(self) -> None:
		"""What stood there before is compared afterwards, by versions and by the app: it is read before it changes."""
		if before := self.get_doc_before_save():
			before.read_late_tables()
		super().update_children()
		self.flags.stored_rows = {}

	def update_child_table(self, fieldname: str, df=None) -> None:
		"""Frappe deletes the rows that are gone, by a statement that locks a gap where there were none: of our tables only
		where a row is gone.
		"""
		rows = self.get(fieldname)
		stored = self.stored_rows.get(fieldname) if fieldname in type(self).late else None
		if stored is None or {row["name"] for row in stored} - {row.name for row in rows}:
			super().update_child_table(fieldname, df)
			return
		for row in rows:
			row.db_update()

	def on_trash(self) -> None:
		"""Frappe deletes the rows, and then writes down what the document was."""
		self.read_late_tables()
		super().on_trash()

	def apply_fieldlevel_read_permissions(self) -> None:
		"""Frappe takes away what may not be read; asking for it must not read it again."""
		self.read_late_tables()
		super().apply_fieldlevel_read_permissions()
		for fieldname in type(self).late:
			self.__dict__.setdefault(fieldname, [])

	def set_status(self, *args, **kwargs) -> None:
		self.flags.sets_status = True
		try:
			super().set_status(*args, **kwargs)
		finally:
			self.flags.pop("sets_status", None)

	def db_set(self, *args, **kwargs) -> None:
		"""Whoever is told of the change sees the whole document."""
		sets_status = self.flags.pop("sets_status", None)
		try:
			super().db_set(*args, **kwargs)
		finally:
			if sets_status:
				self.flags.sets_status = True

	def as_dict(self, *args, **kwargs) -> dict:
		"""ERPNext asks a copy of the whole document for its status, by fields of its own: without what nobody has read."""
		unread = {name for name in type(self).late if name not in self.__dict__}
		if not (unread and self.flags.sets_status):
			return super().as_dict(*args, **kwargs)
		tables = self._table_fieldnames
		self._table_fieldnames = {name for name in tables if name not in unread}
		try:
			return super().as_dict(*args, **kwargs)
		finally:
			self._table_fieldnames = tables


class PropertyMaterialRequest(WritesItsActions, LateTables, MaterialRequest):
	approval_steps = LateTable("Approval Step")
	quantity_changes = LateTable("Plan Quantity Change")
	replaced_articles = LateTable("Replaced Article")


class PropertyPurchaseReceipt(LateTables, PurchaseReceipt):
	approval_steps = LateTable("Approval Step")
	receipt_documents = LateTable("Receipt Document")
