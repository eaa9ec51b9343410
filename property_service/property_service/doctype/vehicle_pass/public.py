"""What the QR code of a printed pass leads to: valid or not, the plate, the last day, and nothing else (DESK-05)."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_url, getdate, nowdate

from property_service.rules import vehicle_pass as rules
from property_service.sheets import text_qr_code

LONGEST_TOKEN = 60
# Wrong tokens of one address within the window; a gate scans right ones as often as cars come.
WRONG_AT_MOST, WINDOW_SECONDS = 30, 600


def address_of(token: str) -> str:
	return get_url(f"/vehicle-pass?t={token}")


def pass_qr_code(doc: Document, scale: int = 4) -> str:
	"""For the printed pass: the code that anybody may scan (hooks: jinja)."""
	return text_qr_code(address_of(doc.public_token), scale) if doc.public_token else ""


def look_up(token: str) -> dict | None:
	"""{"valid", "plate", "valid_until"} of the pass with this token, None for an unknown one.

	Raises frappe.TooManyRequestsError for an address that tries tokens out.
	"""
	refuse_guessing()
	row = token and frappe.db.get_value(
		"Vehicle Pass",
		{"public_token": token[:LONGEST_TOKEN]},
		["plate", "status", "valid_from", "valid_until"],
		as_dict=True,
	)
	if not row:
		count_wrong()
		return None
	valid = rules.is_valid(
		row.status,
		row.valid_from and getdate(row.valid_from),
		row.valid_until and getdate(row.valid_until),
		getdate(nowdate()),
	)
	return {"valid": valid, "plate": row.plate, "valid_until": str(row.valid_until or "")}


def refuse_guessing() -> None:
	if int(frappe.cache.get(_counter()) or 0) >= WRONG_AT_MOST:
		frappe.throw(_("Too many wrong codes from here. Try again later."), frappe.TooManyRequestsError)


def count_wrong() -> None:
	key = _counter()
	if frappe.cache.incrby(key, 1) == 1:
		frappe.cache.expire(key, WINDOW_SECONDS)


def _counter() -> bytes:
	return frappe.cache.make_key(f"vehicle-pass-wrong:{getattr(frappe.local, 'request_ip', None) or '-'}")
