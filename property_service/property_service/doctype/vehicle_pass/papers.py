"""The four papers of an application: seen in the original by whom and when, or attached as a private file (DESK-05)."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, now_datetime

from property_service import private_files, settings
from property_service.rules import vehicle_pass as rules

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


def fee(doc: Document) -> float:
	"""What the pass costs, tax included, in the company's currency."""
	row = requirement(doc)
	return flt(row.fee, 2) if row else 0.0


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
	for paper, label in rules.PAPERS.items():
		private_files.refuse_other(doc, f"{paper}_file", _(label))
