"""What the sheet 客情记录表 shows beyond the document itself (hooks: jinja)."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from property_service.rules import complaint as rules
from property_service.sheets import sheet_time

# The paper form knows four ways; the system's channels fall into them.
PAPER_CHANNELS = (
	("In Person", ("Walk-in",)),
	("Phone", ("Phone",)),
	("Letter", ("Letter", "Email")),
	("Other", ("Portal", "WeChat")),
)


def complaint_record(doc: Document) -> frappe._dict:
	"""Facts of the sheet. `doc` holds the complainant only for a reader who may know (`before_print`)."""
	hidden = cint(doc.confidential) and not (doc.contact_name or doc.contact_phone)
	department = doc.responsible_department
	asked = (
		frappe.db.get_value("Follow Up", doc.follow_up, ["done_by", "done_on"])
		if doc.follow_up
		else (None, None)
	)
	return frappe._dict(
		contact_name=_("Confidential") if hidden else doc.contact_name or "",
		contact_phone="" if hidden else doc.contact_phone or "",
		address=" ".join(filter(None, [doc.contact_address, unit_name(doc), doc.location])),
		channels=[(_(label), doc.channel in channels) for label, channels in PAPER_CHANNELS],
		recorded_by=full_name(doc.first_handler),
		department=(department and frappe.get_cached_value("Department", department, "department_name"))
		or "",
		assigned_by=full_name(doc.assigned_by),
		new_number=frappe.db.get_value(
			"Customer Complaint", {"repeated_of": doc.name}, order_by="creation asc"
		)
		or "",
		asked_by=full_name(asked[0]),
		asked_on=sheet_time(asked[1]),
		ending=ending(doc),
		steps=[
			frappe._dict(
				to_state=row.to_state,
				actor=full_name(row.actor),
				role=row.actor_role,
				acted_on=sheet_time(row.acted_on),
			)
			for row in doc.approval_steps
		],
	)


def unit_name(doc: Document) -> str | None:
	return doc.property_unit and frappe.get_cached_value("Property Unit", doc.property_unit, "unit_name")


def ending(doc: Document) -> str:
	parts = [doc.unfounded_reason and f"{_('Unfounded')}: {doc.unfounded_reason}", doc.closing_decision]
	if doc.status == rules.CLOSED:
		parts.append(f"{_('Closed')} {sheet_time(doc.closed_on)}")
	return "; ".join(filter(None, parts))


def full_name(user: str | None) -> str:
	return (frappe.get_cached_value("User", user, "full_name") or user) if user else ""
