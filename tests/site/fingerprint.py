"""What is on a site, row by row, so that two moments can be compared: `python -m tests.site.fingerprint SITE`."""

import json
import sys
import zlib

import frappe

# Time stamps move whenever something is saved and saved back.
NOT_COMPARED = {"modified", "modified_by", "creation", "owner", "idx", "migration_hash"}


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


if __name__ == "__main__":
	frappe.init(sys.argv[1])
	frappe.connect()
	json.dump(take(), sys.stdout)
	frappe.destroy()
