"""Stock Entry: what it is for, and whose it is, is written by the server (WH-17 to WH-19, WH-26, WH-28); its rows go the
ways of the zones (WH-14).

Code of the app that makes one says so: `doc.flags.stores_kind = "Scrap"`.
"""

from frappe.model.document import Document

from property_service import settings
from property_service.guards import procedure_is_on
from property_service.rules import stock_movement as rules
from property_service.stock import (
	direct_issues,
	gates,
	inspections,
	issues,
	item_facts,
	movements,
	requesters,
	returns,
	same_day,
	waiting,
)
from property_service.tools import issues as tools


def before_validate(doc: Document, method: str | None = None) -> None:
	item_facts.forget(doc)
	if not procedure_is_on("stores", doc.company):
		return
	write_kind(doc)
	returns.prepare(doc)
	issues.prepare_emergency(doc)
	requesters.write_department(doc)
	issues.charge_department(doc)
	tools.prepare(doc)


def validate(doc: Document, method: str | None = None) -> None:
	"""A draft that could not be submitted says so at once; locks come with the submission."""
	if procedure_is_on("stores", doc.company) and doc.docstatus == 0:
		movements.check_stock_entry(doc, final=False)


def before_submit(doc: Document, method: str | None = None) -> None:
	if procedure_is_on("stores", doc.company):
		same_day.check(doc)
		returns.check(doc)
		gates.check_stock_entry(doc)
		waiting.check_entry(doc)
		movements.check_stock_entry(doc, final=True)
		issues.check(doc)
		tools.check(doc)


def before_update_after_submit(doc: Document, method: str | None = None) -> None:
	"""The head's signature is allowed after submission, by its own step only."""
	issues.restore_signature(doc)


def before_cancel(doc: Document, method: str | None = None) -> None:
	if procedure_is_on("stores", doc.company):
		direct_issues.keep_with_receipt(doc)
		returns.keep_issue(doc)
		same_day.check_cancelling(doc)
		tools.take_back(doc)


def on_submit(doc: Document, method: str | None = None) -> None:
	if procedure_is_on("stores", doc.company):
		waiting.count_entry(doc, 1)
		tools.hand_out(doc)


def on_cancel(doc: Document, method: str | None = None) -> None:
	if procedure_is_on("stores", doc.company):
		waiting.count_entry(doc, -1)
		inspections.keep(doc)


def write_kind(doc: Document) -> None:
	stored = doc.get_doc_before_save()
	doc.stores_kind = rules.entry_kind(
		made_as=doc.flags.stores_kind,
		stored=stored.stores_kind if stored else None,
		is_return=bool(doc.stock_entry_type) and doc.stock_entry_type == settings.get().return_entry_type,
		purpose=doc.purpose,
	)
