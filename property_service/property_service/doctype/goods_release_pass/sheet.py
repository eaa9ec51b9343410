"""Facts of the printed release slip beyond the document itself (hooks: jinja)."""

import frappe
from frappe.model.document import Document
from frappe.utils import get_url

from property_service.compat import DESK_PATH
from property_service.sheets import (
	ROWS_ON_A5,
	sheet_full_name,
	sheet_pages,
	sheet_time,
	text_qr_code,
)


def release_slip(doc: Document) -> frappe._dict:
	return frappe._dict(
		unit=frappe.get_cached_value("Property Unit", doc.property_unit, "unit_name") or doc.property_unit,
		# Leads the guard's phone to the gate's page, where the goods are let out.
		code=text_qr_code(get_url(f"{DESK_PATH}/gate-check/{doc.name}")),
		registered_by=sheet_full_name(doc.registered_by),
		approved_by=sheet_full_name(doc.approved_by),
		checked_by=sheet_full_name(doc.checked_by),
		consent_recorded_by=sheet_full_name(doc.consent_recorded_by),
		pages=sheet_pages(doc.goods, ROWS_ON_A5),
		steps=[
			frappe._dict(
				action=row.action, actor=sheet_full_name(row.actor), acted_on=sheet_time(row.acted_on)
			)
			for row in doc.approval_steps
		],
	)
