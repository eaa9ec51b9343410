"""Article Usage (轮流使用记录): who had a shared article, from when to when, in what condition (procedure 4.3.3, LV-03).

Lines are written by scanning the label (`low_value.usage`).
"""

import frappe
from frappe.model.document import Document

from property_service import guards

USAGE = "Article Usage"


class ArticleUsage(Document):
	def validate(self) -> None:
		guards.only_through_server(self)

	def on_trash(self) -> None:
		guards.only_through_server(self)


def on_doctype_update() -> None:
	frappe.db.add_index(USAGE, ["article", "used_from"])
