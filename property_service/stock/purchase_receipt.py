"""Purchase Receipt (进仓单) under the procedure."""

from frappe.model.document import Document

from property_service.buying import receipts
from property_service.guards import procedure_is_on
from property_service.property_service.doctype.document_handover import document_handover
from property_service.stock import (
	acceptance,
	direct_issues,
	inspections,
	item_facts,
	movements,
	requesters,
	same_day,
	waiting,
)
from property_service.tools import issues as tools


def before_validate(doc: Document, method: str | None = None) -> None:
	item_facts.forget(doc)
	if procedure_is_on("stores", doc.company):
		if doc.docstatus == 1:
			receipts.lock(doc)
		requesters.write_department(doc)
		acceptance.restore(doc)
		movements.place_rejected(doc)
		direct_issues.begin(doc)
		acceptance.prepare(doc)
		direct_issues.prepare(doc)


def validate(doc: Document, method: str | None = None) -> None:
	"""A draft that could not be submitted says so at once; the lock comes with the submission."""
	if procedure_is_on("stores", doc.company) and doc.docstatus == 0:
		receipts.check(doc)
		movements.check_receipt(doc)
		document_handover.check_papers(doc)
		if not doc.is_return:
			acceptance.check_arrival(doc)


def before_submit(doc: Document, method: str | None = None) -> None:
	if procedure_is_on("stores", doc.company):
		same_day.check(doc)
		receipts.check(doc)
		movements.check_receipt(doc)
		document_handover.check_papers(doc)
		acceptance.check(doc)
		direct_issues.check(doc)
		tools.keep_lent_at_return(doc)


def on_submit(doc: Document, method: str | None = None) -> None:
	if procedure_is_on("stores", doc.company):
		receipts.count(doc, 1)
		waiting.count_return(doc, 1)
		direct_issues.issue(doc)


def before_cancel(doc: Document, method: str | None = None) -> None:
	if procedure_is_on("stores", doc.company):
		same_day.check_cancelling(doc)
		direct_issues.take_back(doc)


def on_cancel(doc: Document, method: str | None = None) -> None:
	if procedure_is_on("stores", doc.company):
		receipts.count(doc, -1)
		waiting.count_return(doc, -1)
		inspections.keep(doc)
