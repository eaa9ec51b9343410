"""Facts of the printed release slip beyond the document itself (hooks: jinja)."""

import frappe
from frappe.model.document import Document
from frappe.utils import get_fullname, get_url

from property_service.sheets import sheet_pages, sheet_time, text_qr_code


def release_slip(doc: Document) -> frappe._dict:
	return frappe._dict(
		unit=frappe.get_cached_value("Property Unit", doc.property_unit, "unit_name") or doc.property_unit,
		# Leads the guard's phone to the gate's page, where the goods are let out.
		code=text_qr_code(get_url(f"/app/gate-check/{doc.name}")),
		registered_by=_name(doc.registered_by),
		approved_by=_name(doc.approved_by),
		checked_by=_name(doc.checked_by),
		consent_recorded_by=_name(doc.consent_recorded_by),
		pages=list(sheet_pages(doc.goods)),
		steps=[
			frappe._dict(action=row.action, actor=_name(row.actor), acted_on=sheet_time(row.acted_on))
			for row in doc.approval_steps
		],
	)


def _name(user: str | None) -> str:
	return get_fullname(user) if user else ""
