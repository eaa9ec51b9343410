"""Which records the demo made. They are noted in the database itself, so a restored backup knows its own demo.

The note is a set of DefaultValue rows under a parent of its own: no DocType for something only the demo needs, and no
mark on the records, which look exactly like a company's own.
"""

import json

import frappe

PARENT = "__property_service_demo"
PER_ROW = 500


def note(doctype: str, names: list[str]) -> None:
	"""Remembers that the demo made these records."""
	for start in range(0, len(names), PER_ROW):
		row = frappe.new_doc("DefaultValue")
		row.update(
			{
				"parent": PARENT,
				"parenttype": PARENT,
				"parentfield": "system_defaults",
				"defkey": doctype,
				"defvalue": json.dumps(names[start : start + PER_ROW], ensure_ascii=False),
			}
		)
		row.db_insert()


def noted() -> dict[str, set[str]]:
	"""DocType -> names of the records that the demo made and that are still there or were removed by somebody."""
	rows = frappe.get_all(
		"DefaultValue", filters={"parent": PARENT}, fields=["defkey", "defvalue"], order_by="creation, name"
	)
	records: dict[str, set[str]] = {}
	for row in rows:
		records.setdefault(row.defkey, set()).update(json.loads(row.defvalue))
	return records


def replace(records: dict[str, set[str]]) -> None:
	"""Forgets everything but `records`."""
	frappe.db.delete("DefaultValue", {"parent": PARENT})
	for doctype, names in records.items():
		note(doctype, sorted(names))
