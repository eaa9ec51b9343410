"""A document on a month's list (LV-15)."""

import frappe

from property_service.child_rows import ChildRow


class MonthlyArchiveLine(ChildRow):
	pass


def on_doctype_update() -> None:
	frappe.db.add_index("Monthly Archive Line", ["document_type", "document"])
