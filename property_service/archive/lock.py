"""What was checked stays as it is, and nothing that is kept is deleted: doc events (LV-15).

ERPNext's accounting period closes the books of the month as well; this lock stands without it, and covers what posts
nothing, and the attachments.
"""

from frappe import _
from frappe.model.document import Document

from property_service.archive import documents
from property_service.guards import procedure_is_on
from property_service.refusals import stop
from property_service.rules import monthly_archive as rules
from property_service.rules.refusal import Refusal


def is_on(company: str | None) -> bool:
	return procedure_is_on("stores", company) or procedure_is_on("low_value", company)


# ---- doc events of what is kept ------------------------------------------------------------------------------------


def refuse_change(doc: Document, method: str | None = None) -> None:
	"""Saving, submitting or cancelling a document that was checked, or posting into a month that was."""
	if not is_on(doc.get("company")):
		return
	if not (doc.is_new() or documents.was_draft(doc)):
		stop_if_listed(doc.doctype, doc.name)
	if doc.doctype in documents.POSTING and doc.get("posting_date"):
		archive = documents.list_of_month(doc.company, doc.posting_date)
		if archive:
			stop(Refusal(rules.MONTH_LOCKED, (str(doc.posting_date)[:7], archive)))


def refuse_deleting(doc: Document, method: str | None = None) -> None:
	"""A document that was complete once is kept for ever."""
	if is_on(doc.get("company")) and documents.is_complete(doc.doctype, doc.as_dict()):
		stop(Refusal(rules.KEPT, (_(doc.doctype), doc.name)))


def refuse_renaming(doc: Document, method: str, old: str, new: str, merge: bool = False) -> None:
	"""A list names its documents."""
	stop_if_listed(doc.doctype, old)


def stop_if_listed(doctype: str, name: str) -> None:
	archive = documents.list_with(doctype, name)
	if archive:
		stop(Refusal(rules.DOCUMENT_LOCKED, (name, archive)))


# ---- doc events of File ----------------------------------------------------------------------------------------------


def refuse_file_change(doc: Document, method: str | None = None) -> None:
	"""Attachments of a checked document are neither added nor changed, moved or taken away."""
	stored = doc.get_doc_before_save()
	for file in (doc, stored):
		if file and file.attached_to_doctype in documents.kept():
			facts = documents.facts_of(file.attached_to_doctype, file.attached_to_name)
			if facts and is_on(facts.company):
				stop_if_listed(file.attached_to_doctype, file.attached_to_name)


def refuse_file_deleting(doc: Document, method: str | None = None) -> None:
	"""What is attached to a complete document is kept with it."""
	if doc.attached_to_doctype not in documents.kept():
		return
	facts = documents.facts_of(doc.attached_to_doctype, doc.attached_to_name)
	if facts and is_on(facts.company) and documents.is_complete(doc.attached_to_doctype, facts):
		stop(Refusal(rules.KEPT, (_(doc.attached_to_doctype), doc.attached_to_name)))
