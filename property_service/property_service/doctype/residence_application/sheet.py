"""Facts of the printed application beyond the document itself (hooks: jinja)."""

import frappe
from frappe.model.document import Document
from frappe.utils import get_fullname

from property_service import settings
from property_service.property_service.doctype.service_order.assignment import unit_title
from property_service.sheets import sheet_time

# Of the room's things, as on the paper form.
LINES = 10


def residence_form(doc: Document) -> frappe._dict:
	return frappe._dict(
		room=unit_title(doc.property_unit) if doc.property_unit else "",
		employer=frappe.get_cached_value("Customer", doc.employer, "customer_name") if doc.employer else "",
		consent=settings.get().consent_sentence or "",
		items=[*doc.room_items, *[None] * (LINES - len(doc.room_items))],
		employer_recorded_by=_name(doc.employer_recorded_by),
		registered_by=_name(doc.registered_by),
		moved_in_by=_name(doc.moved_in_by),
		moved_out_by=_name(doc.moved_out_by),
		steps=[
			frappe._dict(
				action=row.action,
				actor=_name(row.actor),
				acted_on=sheet_time(row.acted_on),
				comment=row.comment,
			)
			for row in doc.approval_steps
		],
	)


def _name(user: str | None) -> str:
	return get_fullname(user) if user else ""
