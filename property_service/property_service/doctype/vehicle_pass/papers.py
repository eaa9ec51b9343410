"""The four papers of an application: seen in the original by whom and when, or attached as a private file (DESK-05)."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, now_datetime

from property_service import settings
from property_service.register_entry import stop
from property_service.rules import vehicle_pass as rules
from property_service.rules.service_order import Refusal

SERVER_FIELDS = tuple(f"{paper}_{what}" for paper in rules.PAPERS for what in ("seen_by", "seen_on"))
FIELDS = tuple(f"{paper}_{what}" for paper in rules.PAPERS for what in ("seen", "file"))


def requirement(doc: Document) -> Document | None:
	"""What the settings ask of this kind of applicant."""
	rows = settings.get().vehicle_pass_requirements
	return next((row for row in rows if row.applicant_kind == doc.applicant_kind), None)


def needed(doc: Document) -> list[str]:
	row = requirement(doc)
	return rules.needed_papers(row.as_dict() if row else None)


def months_valid(doc: Document) -> int:
	row = requirement(doc)
	return cint(row.valid_months) if row else rules.DEFAULT_MONTHS


def missing(doc: Document) -> list[str]:
	known = {
		paper: rules.Paper(bool(cint(doc.get(f"{paper}_seen"))), bool(doc.get(f"{paper}_file")))
		for paper in rules.PAPERS
	}
	return rules.missing_papers(needed(doc), known)


def labels() -> dict[str, str]:
	return {paper: _(label) for paper, label in rules.PAPERS.items()}


def note_seen(doc: Document) -> None:
	"""Whoever ticks a paper has seen it, now; unticking forgets that."""
	before = doc.get_doc_before_save()
	for paper in rules.PAPERS:
		seen = cint(doc.get(f"{paper}_seen"))
		was_seen = cint(before.get(f"{paper}_seen")) if before else 0
		if seen and not was_seen:
			doc.set(f"{paper}_seen_by", frappe.session.user)
			doc.set(f"{paper}_seen_on", now_datetime())
		elif not seen:
			doc.set(f"{paper}_seen_by", None)
			doc.set(f"{paper}_seen_on", None)


def refuse_public_copies(doc: Document) -> None:
	"""A copy is a private file of this pass, or one that this user has just uploaded: nobody else's file."""
	for paper, label in rules.PAPERS.items():
		fieldname = f"{paper}_file"
		url = doc.get(fieldname)
		if url and doc.has_value_changed(fieldname) and not is_own_private_file(doc, url):
			doc.set(fieldname, None)
			stop(Refusal(rules.NOT_PRIVATE, (_(label),)))


def is_own_private_file(doc: Document, url: str) -> bool:
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
