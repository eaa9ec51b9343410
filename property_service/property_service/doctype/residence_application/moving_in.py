"""Moving in is one action (DESK-10): the resident lives in, the key is handed out, the card opens the doors.

Lock order: the unit with those above it, the application, the resident, then keys and card. Other registers take part
through the hook `residence_moving_in`: functions (application, given) that do their part as the session user and may
write on the application, which is saved last. `given` is what the desk entered: key_tags (list), card_no.
"""

import frappe
from frappe.model.document import Document
from frappe.utils import cint, getdate, nowdate

from property_service import commands, sensitive_data
from property_service.property_service.doctype.property_unit import property_unit as units_of
from property_service.property_service.doctype.residence_application.residence_application import DOCTYPE
from property_service.property_service.doctype.resident.resident import LIVING_IN
from property_service.property_service.doctype.service_order.assignment import unit_title
from property_service.refusals import stop
from property_service.register_entry import locked, names_of
from property_service.rules import residence as rules


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def move_in(name: str, key_tags: list[str] | str | None = None, card_no: str | None = None) -> dict:
	"""Room Assigned → Moved In, today. Returns {"resident", "property_unit", "keys", "card_no"}.

	Raises frappe.ValidationError for a stay that does not include today, a room sheet that is not signed, a room with
	keys and none handed out, and for whatever keys and cards refuse; then nothing has happened.
	"""
	frappe.has_permission(DOCTYPE, "write", throw=True)
	unit = frappe.db.get_value(DOCTYPE, name, "property_unit")
	if unit:
		units_of.lock_path([unit])
	doc = locked(DOCTYPE, name)
	action = doc.require_step(rules.MOVED_IN)
	given = frappe._dict(
		key_tags=names_of(key_tags) if key_tags else [], card_no=(card_no or "").strip() or None
	)
	refuse(doc, given)
	doc.resident = make_resident(doc)
	for path in frappe.get_hooks("residence_moving_in"):
		frappe.get_attr(path)(doc, given)
	doc.update({"moved_in_on": nowdate(), "moved_in_by": frappe.session.user})
	doc.take_step(rules.MOVED_IN, action)
	return {
		"resident": doc.resident,
		"property_unit": doc.property_unit,
		"keys": doc.keys_given,
		"card_no": doc.card_no,
	}


def refuse(doc: Document, given: frappe._dict) -> None:
	stop(
		rules.refuse_moving_in(
			getdate(doc.from_date),
			doc.last_day,
			getdate(nowdate()),
			bool(doc.applicant_signature or cint(doc.signed_on_paper)),
			has_keys(doc.property_unit),
			len(given.key_tags),
			unit_title(doc.property_unit),
		)
	)


def has_keys(unit: str) -> bool:
	"""Whether a key that opens the unit is registered and not given up."""
	key, opens = frappe.qb.DocType("Property Key"), frappe.qb.DocType("Property Key Unit")
	rows = (
		frappe.qb.from_(opens)
		.join(key)
		.on(key.name == opens.parent)
		.select(key.name)
		.where((opens.property_unit == unit) & key.status.isin(("In Cabinet", "Lent")))
		.limit(1)
		.run()
	)
	return bool(rows)


def make_resident(doc: Document) -> str:
	"""The resident of the application, living in the room from today; made when there is none yet."""
	if doc.resident:
		resident = frappe.get_doc("Resident", doc.resident, for_update=True)
	else:
		resident = frappe.new_doc("Resident")
		resident.id_number = sensitive_data.stored_number(DOCTYPE, doc.name, "id_number")
	resident.update(
		{
			"resident_name": doc.applicant_name,
			"mobile_no": doc.mobile_no,
			"gender": doc.gender,
			"employer": doc.employer,
			"property_unit": doc.property_unit,
			"status": LIVING_IN,
			"moved_in_on": nowdate(),
		}
	)
	resident.flags.residence_application = doc.name
	return resident.save().name
