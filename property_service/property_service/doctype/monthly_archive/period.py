"""ERPNext's accounting period for a month that was checked: stock is not posted in it any more (LV-15)."""

from datetime import date

import frappe
from frappe import _

from property_service.archive.documents import POSTING

PERIOD = "Accounting Period"


def close(company: str, first: date, last: date) -> str | None:
	"""Close the stock documents of the month and return the period.

	Periods of ERPNext do not overlap. One of the company's own that covers the month gets the stock documents it leaves
	open; where one covers a part of it only, there is none to name, and the app's own lock stands alone.
	"""
	there = frappe.get_all(
		PERIOD,
		filters={"company": company, "start_date": ("<=", last), "end_date": (">=", first)},
		fields=["name", "start_date", "end_date"],
		order_by="start_date",
	)
	if not there:
		return make(company, first, last)
	if len(there) == 1 and (there[0].start_date, there[0].end_date) == (first, last):
		return extend(there[0].name)
	return None


def make(company: str, first: date, last: date) -> str:
	language = frappe.db.get_default("lang") or "en"
	doc = frappe.get_doc(
		{
			"doctype": PERIOD,
			"period_name": _("Stores {0}", lang=language).format(f"{first:%Y-%m}"),
			"company": company,
			"start_date": first,
			"end_date": last,
			"closed_documents": [{"document_type": name, "closed": 1} for name in POSTING],
		}
	)
	doc.insert(ignore_permissions=True)  # follows from the finance manager's check of the month
	return doc.name


def extend(name: str) -> str:
	doc = frappe.get_doc(PERIOD, name)
	rows = {row.document_type: row for row in doc.closed_documents}
	for doctype in POSTING:
		(rows.get(doctype) or doc.append("closed_documents", {"document_type": doctype})).closed = 1
	doc.save(ignore_permissions=True)  # as above
	return doc.name
