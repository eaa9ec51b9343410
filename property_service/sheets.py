"""What print formats ask for beyond the document itself (hooks: jinja)."""

import frappe
from frappe.model.document import Document
from frappe.utils import format_datetime, get_url_to_form

ROWS_ON_A5 = 10
MINUTES = "yyyy-MM-dd HH:mm"


def sheet_qr_code(doc: Document, scale: int = 3) -> str:
	"""QR code of the document's address as an image address that needs no network; `scale` is pixels per module."""
	return text_qr_code(get_url_to_form(doc.doctype, doc.name), scale)


def text_qr_code(text: str, scale: int = 3) -> str:
	"""QR code of any text, as an image address that needs no network."""
	import pyqrcode

	code = pyqrcode.create(text, error="M", encoding="utf-8")
	return f"data:image/png;base64,{code.png_as_base64_str(scale=scale, quiet_zone=1)}"


def sheet_time(value: object) -> str:
	return format_datetime(value, MINUTES) if value else ""


def sheet_full_name(user: str | None) -> str:
	return _full_name(user)


def sheet_pages(rows: list, per_page: int = ROWS_ON_A5) -> list[list]:
	"""Rows in pages, the last filled up with empty ones, as on a printed pad; one empty page for no row."""
	starts = range(0, max(len(rows), 1), per_page)
	return [[*page, *[None] * (per_page - len(page))] for page in (rows[at : at + per_page] for at in starts)]


def dispatch_slip(doc: Document) -> frappe._dict:
	"""Facts of a dispatch slip: what its ticket knows, who took each step, and its lines page by page."""
	ticket = _ticket(doc)
	return frappe._dict(
		reported_on=sheet_time(ticket.reported_on or doc.creation),
		channel=ticket.channel,
		expected_on=sheet_time(doc.planned_for or ticket.expected_on or ticket.sla_resolution_by),
		dispatcher=_full_name(doc.dispatched_by),
		receiver=_receiver(doc),
		pages=sheet_pages(doc.materials),
		rooms=[_room(row) for row in doc.rooms],
		steps=[
			frappe._dict(action=row.action, actor=_full_name(row.actor), acted_on=sheet_time(row.acted_on))
			for row in doc.approval_steps
		],
	)


def _ticket(doc: Document) -> frappe._dict:
	fields = ["reported_on", "channel", "expected_on", "sla_resolution_by"]
	found = doc.repair_ticket and frappe.db.get_value(
		"Repair Ticket", doc.repair_ticket, fields, as_dict=True
	)
	return found or frappe._dict()


def _receiver(doc: Document) -> str:
	"""Who took the slip back at the desk; what was signed on the screen archived itself, and nobody took it."""
	return "" if doc.returned_to == doc.finished_by else _full_name(doc.returned_to)


def _full_name(user: str | None) -> str:
	return (frappe.get_cached_value("User", user, "full_name") or user) if user else ""


def _room(row: Document) -> frappe._dict:
	return frappe._dict(
		title=frappe.get_cached_value("Property Unit", row.property_unit, "unit_name") or row.property_unit,
		status=row.room_status,
		cleaned_by=_full_name(row.cleaned_by),
		cleaned_on=sheet_time(row.cleaned_on),
		inspected_by=_full_name(row.inspected_by),
	)
