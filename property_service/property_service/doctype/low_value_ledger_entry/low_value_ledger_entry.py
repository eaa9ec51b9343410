"""Low Value Ledger Entry (低值易耗品明细账): what changed the cost of an article or what of it is expense (4.4.3, LV-05).

Written by `low_value.article_ledger` alone. A cancelled document marks its entries, nothing is removed.
"""

import frappe
from frappe.model.document import Document

from property_service import guards

ENTRY = "Low Value Ledger Entry"


class LowValueLedgerEntry(Document):
	def validate(self) -> None:
		guards.only_through_server(self)

	def on_trash(self) -> None:
		guards.only_through_server(self)


def on_doctype_update() -> None:
	frappe.db.add_unique(ENTRY, ["posting_key", "article"], constraint_name="one_per_posting")
	frappe.db.add_index(ENTRY, ["source_doctype", "source_name"])
