"""Stock Entry: what it is for, and whose it is, is written by the server (WH-17 to WH-19, WH-26, WH-28).

Code of the app that makes one says so: `doc.flags.stores_kind = "Scrap"`.
"""

from frappe.model.document import Document

from property_service import settings
from property_service.guards import procedure_is_on
from property_service.rules import stock_movement as rules
from property_service.stock import gates, requesters


def before_validate(doc: Document, method: str | None = None) -> None:
	if not procedure_is_on("stores", doc.company):
		return
	write_kind(doc)
	requesters.write_department(doc)


def before_submit(doc: Document, method: str | None = None) -> None:
	if procedure_is_on("stores", doc.company):
		gates.check_stock_entry(doc)


def write_kind(doc: Document) -> None:
	stored = doc.get_doc_before_save()
	doc.stores_kind = rules.entry_kind(
		made_as=doc.flags.stores_kind,
		stored=stored.stores_kind if stored else None,
		is_return=bool(doc.stock_entry_type) and doc.stock_entry_type == settings.get().return_entry_type,
		purpose=doc.purpose,
	)
