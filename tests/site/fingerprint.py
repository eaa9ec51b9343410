"""What is on a site, row by row, so that two moments can be compared: `python -m tests.site.fingerprint SITE`.

With `links` behind it, what leads nowhere instead: values of link fields whose record is not there.
"""

import functools
import json
import sys
import zlib

import frappe

# Time stamps move whenever something is saved and saved back, and places in a tree when a branch is added.
NOT_COMPARED = {"modified", "modified_by", "creation", "owner", "idx", "migration_hash", "lft", "rgt"}

ANY = "any"


def take() -> dict[str, dict[str, int]]:
	"""Table -> row's key -> checksum of its values. Columns and rows in any order."""
	return {table: rows_of(table) for table in sorted(frappe.db.get_tables(cached=False))}


def rows_of(table: str) -> dict[str, int]:
	rows = frappe.qb.from_(frappe.qb.Table(table)).select("*").run(as_dict=True)
	return {
		key_of(table, row): zlib.crc32(content(row).encode())
		for row in rows
		if not (table == "tabSingles" and row["field"] in NOT_COMPARED)
	}


def content(row: dict) -> str:
	"""Empty values are left out: a column that a custom field added to the table is no change of the row."""
	ignored = {*NOT_COMPARED, "name"} if "parent" in row else NOT_COMPARED
	values = {k: str(v) for k, v in row.items() if k not in ignored and v not in (None, "", 0)}
	return json.dumps(values, sort_keys=True)


def key_of(table: str, row: dict) -> str:
	"""Rows of child tables get a new name at every save: their parent and content tell them apart."""
	if table == "tabSingles":
		return f"{row['doctype']}.{row['field']}"
	if "name" not in row or "parent" in row:
		return f"{row.get('parent', '')} {content(row)}"
	return str(row["name"])


def lost_links() -> list[str]:
	"""DocType.field: value, of every record that names one that is not there; DocType.field: of a field without its DocType."""
	tables = set(frappe.db.get_tables(cached=False))
	found = []
	for doctype in frappe.get_all("DocType", {"issingle": 0, "is_virtual": 0}, pluck="name", order_by="name"):
		if f"tab{doctype}" not in tables:
			found.append(f"{doctype}: no table")
			continue
		rows = None
		for field in frappe.get_meta(doctype).fields:
			if field.fieldtype not in ("Link", "Dynamic Link", *frappe.model.table_fields):
				continue
			if field.fieldtype != "Dynamic Link" and not frappe.db.exists("DocType", field.options):
				found.append(f"{doctype}.{field.fieldname}: no {field.options}")
			elif field.fieldtype in ("Link", "Dynamic Link"):
				if rows is None:
					rows = frappe.qb.from_(frappe.qb.Table(f"tab{doctype}")).select("*").run(as_dict=True)
				found += [f"{doctype}.{field.fieldname}: {value}" for value in lost_values(field, rows)]
	return sorted(found)


def lost_values(field, rows: list[dict]) -> list[str]:
	dynamic = field.fieldtype == "Dynamic Link"
	named = {
		(str(row[field.options]) if dynamic else field.options, str(row[field.fieldname]))
		for row in rows
		if row.get(field.fieldname) and (not dynamic or row.get(field.options))
	}
	return [f"{doctype} {name}" for doctype, name in sorted(named) if not is_there(doctype, name)]


def is_there(doctype: str, name: str) -> bool:
	there = names_of(doctype)
	return there is not None and (there == ANY or name in there)


@functools.cache
def names_of(doctype: str) -> set[str] | str | None:
	"""None where there is no such DocType; `ANY` of one whose records are not rows of a table."""
	if not frappe.db.exists("DocType", doctype):
		return None
	meta = frappe.get_meta(doctype)
	if meta.issingle or meta.is_virtual:
		return ANY
	return {str(name) for name in frappe.get_all(doctype, pluck="name", order_by="name")}


if __name__ == "__main__":
	frappe.init(sys.argv[1])
	frappe.connect()
	json.dump(lost_links() if "links" in sys.argv[2:] else take(), sys.stdout)
	frappe.destroy()
