"""What the reports of the desk's registers have in common: the period, the columns of the paper form, people's names.

A column's `share` is its width on the printed sheet in percent; a column without one is not printed (the sheet itself is
drawn by public/js/register_sheet.js).
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import add_days, format_datetime, formatdate, getdate

from property_service import settings
from property_service.refusals import MINUTES

MOST_DAYS = 370


def period(filters: frappe._dict) -> tuple:
	"""(first day, day after the last). Raises ValidationError for a period that is missing, reversed or too long."""
	if not (filters.from_date and filters.to_date):
		frappe.throw(_("Choose the period of the report."))
	first, last = getdate(filters.from_date), getdate(filters.to_date)
	if not 0 <= (last - first).days <= MOST_DAYS:
		frappe.throw(_("The period ends before it begins or is longer than a year."))
	return first, getdate(add_days(last, 1))


def column(
	label: str, fieldname: str, share: float = 0, fieldtype: str = "Data", width: int = 110, **more
) -> dict:
	return {
		"label": label,
		"fieldname": fieldname,
		"fieldtype": fieldtype,
		"width": width,
		"share": share,
		**more,
	}


def rows_of(doctype: str, conditions: list, fields: Iterable[str], order_by: str) -> list[frappe._dict]:
	"""Every entry of the register that the reader may see; `order_by` must be unique at its end."""
	frappe.has_permission(doctype, "report", throw=True)
	return frappe.get_list(doctype, filters=conditions, fields=list(fields), order_by=order_by, limit=0)


def numbered(rows: list[frappe._dict]) -> list[frappe._dict]:
	for number, row in enumerate(rows, start=1):
		row.row_number = number
	return rows


def full_names(users: Iterable[str | None]) -> dict[str, str]:
	"""{user: full name}, one query."""
	wanted = sorted({user for user in users if user})
	rows = frappe.get_all(
		"User", filters={"name": ("in", wanted or [""])}, fields=["name", "full_name"], order_by="name"
	)
	return {row.name: row.full_name for row in rows}


def titles(doctype: str, names: Iterable[str | None], field: str) -> dict[str, str]:
	"""{name: title} of linked records, one query."""
	wanted = sorted({name for name in names if name})
	rows = frappe.get_all(
		doctype,
		filters={"name": ("in", wanted or [""])},
		fields=["name", f"{field} as title"],
		order_by="name",
	)
	return {row.name: row.title for row in rows}


def minute(value: object) -> str:
	return format_datetime(value, MINUTES) if value else ""


def day(value: object) -> str:
	return formatdate(value, "yyyy-MM-dd") if value else ""


def consent() -> dict:
	"""What forms B, D and F say about the personal data they collect; travels with a column to the printed sheet."""
	return {"consent": settings.get().consent_sentence or ""}
