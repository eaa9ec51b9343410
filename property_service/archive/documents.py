"""Which documents belong on a month's list (LV-15)."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import NamedTuple

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Count
from frappe.utils import getdate

from property_service.rules.monthly_archive import CHECKED, Line

ARCHIVE, LINE = "Monthly Archive", "Monthly Archive Line"
# What posts to the books: a draft of the month could not be submitted any more once the month is locked.
POSTING = ("Purchase Receipt", "Stock Entry", "Stock Reconciliation")


class Kept(NamedTuple):
	"""A DocType whose documents are kept: the field with its date, and its complete states (none: submitted ones)."""

	doctype: str
	date_field: str
	final: tuple[str, ...]


def kept() -> dict[str, Kept]:
	found = frappe.get_hooks("archived_documents")
	return {
		doctype: Kept(doctype, values["date"][-1], tuple(values.get("final") or ()))
		for doctype, values in sorted(found.items())
	}


def is_complete(doctype: str, values: dict) -> bool:
	"""Whether a stored document is one that is kept; drafts may still be given up. `values`: docstatus, status."""
	known = kept().get(doctype)
	if not known:
		return False
	if known.final:
		return values.get("status") in known.final
	return bool(values.get("docstatus"))


def was_draft(doc: Document) -> bool:
	"""Whether a document that is submitted in the end was none until now: no list has it, nor can one be a draft again."""
	stored = doc.get_doc_before_save()
	return bool(stored) and not kept()[doc.doctype].final and stored.docstatus.is_draft()


def facts_of(doctype: str, name: str) -> dict | None:
	fields = ["docstatus", "company", *(["status"] if kept()[doctype].final else [])]
	return frappe.db.get_value(doctype, name, fields, as_dict=True)


def lines(company: str, first: date, last: date, archive: str | None = None) -> list[Line]:
	"""The complete documents up to `last` that no other list has, with their attachments; two statements per DocType.

	What was completed late comes with the next list; the first list of a company begins with its own month.
	"""
	earliest = frappe.db.get_value(ARCHIVE, {"company": company}, "month", order_by="month asc")
	begin = min(earliest or first, first)
	return [line for entry in kept().values() for line in _lines_of(entry, company, begin, last, archive)]


def _lines_of(entry: Kept, company: str, begin: date, last: date, archive: str | None) -> Iterator[Line]:
	table, line = frappe.qb.DocType(entry.doctype), frappe.qb.DocType(LINE)
	day = table[entry.date_field]
	elsewhere = (
		frappe.qb.from_(line)
		.select(line.document)
		.where((line.document_type == entry.doctype) & (line.parent != (archive or "")))
	)
	query = (
		frappe.qb.from_(table)
		.select(table.name, day)
		.where((table.company == company) & table.name.notin(elsewhere))
		.where((day >= begin) & (day <= datetime.combine(last, time.max)))
		.where(table.status.isin(entry.final) if entry.final else table.docstatus > 0)
		.orderby(day)
		.orderby(table.name)
	)
	rows = query.run()
	attached = attachments(entry.doctype, [name for name, _day in rows])
	for name, of_day in rows:
		yield Line(entry.doctype, name, getdate(of_day), attached.get(name, 0))


def attachments(doctype: str, names: list[str]) -> dict[str, int]:
	file = frappe.qb.DocType("File")
	return dict(
		frappe.qb.from_(file)
		.select(file.attached_to_name, Count("*"))
		.where((file.attached_to_doctype == doctype) & file.attached_to_name.isin(names or [""]))
		.groupby(file.attached_to_name)
		.run()
	)


def unfinished(company: str, first: date, last: date) -> list[str]:
	"""Drafts that would post in the month."""
	return [
		name
		for doctype in POSTING
		for name in frappe.get_all(
			doctype,
			filters={"company": company, "docstatus": 0, "posting_date": ("between", (first, last))},
			pluck="name",
			order_by="posting_date, name",
		)
	]


def list_with(doctype: str, name: str) -> str | None:
	"""The checked list that a document stands on."""
	line, archive = frappe.qb.DocType(LINE), frappe.qb.DocType(ARCHIVE)
	found = (
		frappe.qb.from_(line)
		.join(archive)
		.on(archive.name == line.parent)
		.select(archive.name)
		.where((line.document_type == doctype) & (line.document == name) & (archive.status == CHECKED))
		.run()
	)
	return found[0][0] if found else None


def list_of_month(company: str, day: object) -> str | None:
	"""The checked list of the month that `day` lies in."""
	first = getdate(day).replace(day=1)
	return frappe.db.get_value(ARCHIVE, {"company": company, "month": first, "status": CHECKED})
