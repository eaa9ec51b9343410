"""Item: how it is stocked and stored (WH-01, WH-11, WH-15)."""

import frappe
from frappe.model.document import Document

from property_service import settings
from property_service.refusals import stop
from property_service.rules import stores as rules
from property_service.stock import movements, stock_months
from property_service.tools import renaming


def validate(doc: Document, method: str | None = None) -> None:
	"""Items belong to no company, so this holds for every item that uses the field."""
	stop(rules.refuse_exemption(bool(doc.get("certificate_exempt")), doc.get("certificate_exempt_reason")))
	if not doc.is_new() and doc.has_value_changed("storage_class"):
		movements.check_item_class(doc.name, doc.storage_class)


def on_trash(doc: Document, method: str | None = None) -> None:
	"""ERPNext lets an item go that has no postings left; its months, all zero, go with it."""
	frappe.db.delete(stock_months.DOCTYPE, {"item_code": doc.name})
	renaming.forget("Item", doc.name)


def before_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Two items become one: the months of the first would stand in the way of those of the second."""
	if merge:
		renaming.refuse_merging("Item", old)
		movements.check_item_class(old, frappe.db.get_value("Item", new, "storage_class"), merging=True)
		frappe.db.delete(stock_months.DOCTYPE, {"item_code": old})


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	renaming.follow("Item", new)
	if merge:
		for row in settings.get().companies:
			if row.stores:
				stock_months.mark_everything(row.company, [new])
