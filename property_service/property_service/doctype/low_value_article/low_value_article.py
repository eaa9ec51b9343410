"""Low Value Article (低值易耗品台账卡): one piece that was issued, who has it and what it is worth, see README.md.

Articles are made by issues (`low_value.issuing`) and change by documents (`low_value.articles`); by hand only the place
where one stands is entered. Rules LV-02 to LV-05.
"""

import frappe
from frappe import _
from frappe.model import no_value_fields

from property_service import guards
from property_service.sent_values import CheckedValues

ARTICLE = "Low Value Article"
BY_HAND = ("location",)


class LowValueArticle(CheckedValues):
	def before_insert(self) -> None:
		guards.only_through_server(self)

	def before_validate(self) -> None:
		guards.restore_server_fields(
			self,
			[
				field.fieldname
				for field in self.meta.fields
				if field.fieldtype not in no_value_fields and field.fieldname not in BY_HAND
			],
		)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		guards.refuse(_("The number stands on the label and is not changed (LV-02)."))

	def on_trash(self) -> None:
		guards.refuse(_("Articles are kept; one that is gone was lost, scrapped or returned (LV-02, LV-15)."))


def on_doctype_update() -> None:
	frappe.db.add_unique(ARTICLE, ["issue_row", "piece"], constraint_name="one_per_piece")
	frappe.db.add_index(ARTICLE, ["company", "status", "department"])
