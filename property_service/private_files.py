"""Copies of papers are private files of their own document (ORG-03).

Frappe adopts whatever address an attachment field holds: without this check a clerk could name somebody else's private
file, or leave a copy where everybody can read it.
"""

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.refusals import stop
from property_service.rules.refusal import Refusal
from property_service.rules.vehicle_pass import NOT_PRIVATE


def refuse_other(doc: Document, fieldname: str, label: str | None = None) -> None:
	"""Raises ValidationError unless the field's new file is private and this document's, or just uploaded by this user."""
	url = doc.get(fieldname)
	if not url or not doc.has_value_changed(fieldname) or _is_own(doc, url):
		return
	doc.set(fieldname, None)
	stop(Refusal(NOT_PRIVATE, (label or _(doc.meta.get_label(fieldname)),)))


def _is_own(doc: Document, url: str) -> bool:
	file = frappe.qb.DocType("File")
	ours = (file.attached_to_doctype == doc.doctype) & (file.attached_to_name == doc.name)
	fresh = file.attached_to_name.isnull() & (file.owner == frappe.session.user)
	found = (
		frappe.qb.from_(file)
		.select(file.name)
		.where((file.file_url == url) & (file.is_private == 1) & (ours | fresh))
		.limit(1)
		.run()
	)
	return bool(found)
