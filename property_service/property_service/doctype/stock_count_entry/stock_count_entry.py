"""What one counter found in one place; several of them add up to a line of the count (WH-27)."""

import frappe
from frappe.model.document import Document

from property_service.guards import only_through_server


class StockCountEntry(Document):
	def before_validate(self) -> None:
		only_through_server(self)

	def on_trash(self) -> None:
		only_through_server(self)


def on_doctype_update() -> None:
	frappe.db.add_index("Stock Count Entry", ["stock_count", "line", "round"])
