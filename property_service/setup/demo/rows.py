"""Rows for the database: the next numbers of a naming series, and documents with their child rows in a few statements."""

from datetime import datetime

import frappe
from frappe.model import optional_fields

from property_service import series


class Numbers:
	"""The next number of each DocType's naming series; what was taken is written back by `save`."""

	def __init__(self):
		self.current: dict[str, int] = {}

	def take(self, doctype: str, moment: datetime) -> str:
		pattern = (frappe.get_meta(doctype).get_field("naming_series").options or "").splitlines()[0]
		prefix = series.prefix_of(pattern, moment.year)
		if prefix not in self.current:
			self.current[prefix] = self.locked(prefix)
		self.current[prefix] += 1
		return f"{prefix}{self.current[prefix]:0{pattern.count('#')}d}"

	def locked(self, prefix: str) -> int:
		table = frappe.qb.DocType("Series")
		rows = frappe.qb.from_(table).select(table.current).where(table.name == prefix).for_update().run()
		if rows:
			return rows[0][0]
		frappe.qb.into(table).columns("name", "current").insert(prefix, 0).run()
		return 0

	def save(self) -> None:
		table = frappe.qb.DocType("Series")
		for prefix, current in self.current.items():
			frappe.qb.update(table).set(table.current, current).where(table.name == prefix).run()

	def forget(self) -> None:
		"""Others have taken numbers since; the next one is read anew."""
		self.current.clear()


def stamps(at: datetime, actor: str) -> dict:
	"""Who wrote a document, and when, as Frappe keeps it."""
	return {"creation": at, "modified": at, "owner": actor, "modified_by": actor}


def insert_many(doctype: str, documents: list[dict]) -> None:
	"""Inserts documents with their child rows; what a document does not say gets the DocType's default."""
	tables = {field.fieldname: field.options for field in frappe.get_meta(doctype).get_table_fields()}
	insert_rows(doctype, [{k: v for k, v in document.items() if k not in tables} for document in documents])
	for fieldname, child in tables.items():
		rows = [
			{
				"name": frappe.generate_hash(length=10),
				"parent": document["name"],
				"parenttype": doctype,
				"parentfield": fieldname,
				"idx": position,
				**{key: document[key] for key in ("owner", "creation", "modified", "modified_by")},
				**row,
			}
			for document in documents
			for position, row in enumerate(document.get(fieldname) or [], start=1)
		]
		insert_rows(child, rows)


def insert_rows(doctype: str, rows: list[dict]) -> None:
	if not rows:
		return
	defaults = frappe.new_doc(doctype).get_valid_dict(ignore_virtual=True)
	given = {key for row in rows for key in row}
	# What Frappe keeps beside the fields, like the people a document is assigned to.
	columns = [*frappe.get_meta(doctype).get_valid_columns(), *sorted(given & set(optional_fields))]
	unknown = given - set(columns)
	if unknown:
		raise ValueError(f"{doctype} has no {', '.join(sorted(unknown))}")
	frappe.db.bulk_insert(
		doctype, columns, [[row.get(column, defaults.get(column)) for column in columns] for row in rows]
	)
