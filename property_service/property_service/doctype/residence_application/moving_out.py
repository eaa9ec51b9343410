"""Moving out is one action with a list (DESK-10): what is open in the resident's name keeps the resident here.

Other registers add lines through the hook `residence_open_matters`: functions (residents) -> {resident: [OpenMatter]},
one query each whatever the number of residents; how a line is settled from the list through `residence_settle`
({DocType: function (matter, way, given)}); and what ends with the stay through `residence_moving_out`: functions
(application), called when nothing is open any more.

Lock order: the unit with those above it, the application, the resident, then what the lines stand for.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form, now_datetime, nowdate

from property_service import commands, guards, sent_values, settings
from property_service.property_service.doctype.property_unit import property_unit as units_of
from property_service.property_service.doctype.residence_application.residence_application import DOCTYPE
from property_service.property_service.doctype.resident.resident import MOVED_OUT
from property_service.property_service.doctype.service_order.assignment import unit_title
from property_service.property_service.doctype.service_order.guest_rooms import leader_of
from property_service.refusals import stop
from property_service.register_entry import is_manager, locked
from property_service.rules import residence as rules
from property_service.rules.residence import OpenMatter

LINES_NAMED = 10


# ---- the list --------------------------------------------------------------------------------------------------------


def open_matters(residents: list[str]) -> dict[str, list[OpenMatter]]:
	"""{resident: what is open in that name}, of all registers."""
	found: dict[str, list[OpenMatter]] = {}
	for path in frappe.get_hooks("residence_open_matters") if residents else ():
		for resident, matters in frappe.get_attr(path)(residents).items():
			found.setdefault(resident, []).extend(matters)
	return found


def matters_of(doc: Document) -> list[OpenMatter]:
	return open_matters([doc.resident]).get(doc.resident, []) if doc.resident else []


def overridden(doc: Document) -> set[tuple[str, str]]:
	return {(row.reference_doctype, row.reference_name) for row in doc.overrides}


@frappe.whitelist(methods=["GET", "POST"])
def checklist(name: str) -> list[dict]:
	"""What is open before the resident may move out: one line per document, with the ways to settle it from here."""
	doc = frappe.get_doc(DOCTYPE, name)
	doc.check_permission("read")
	done = overridden(doc)
	return [
		{
			"doctype": matter.doctype,
			"name": matter.name,
			"matter": matter.matter,
			"amount": float(matter.amount),
			"ways": list(matter.ways),
			"overridden": matter.key in done,
		}
		for matter in matters_of(doc)
	]


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def settle(name: str, doctype: str, document: str, way: str, given: dict | str | None = None) -> None:
	"""Settle one line in one of its ways; `given` is what that way asks for (e.g. the reason of a loss).

	Raises frappe.ValidationError for a line that is not open or not settled this way, and for whatever its register
	refuses.
	"""
	doc = locked(DOCTYPE, name)
	doc.require_step(rules.MOVED_OUT)
	matter = next((m for m in matters_of(doc) if m.key == (doctype, document)), None)
	stop(rules.refuse_settling(matter, way, document))
	function = frappe.get_hooks("residence_settle")[doctype][-1]
	answers = sent_values.parsed(given) if given else {}
	if not isinstance(answers, dict) or not all(isinstance(v, str | None) for v in answers.values()):
		guards.refuse(_("What a matter is settled with is sent as one record of texts."))
	frappe.get_attr(function)(matter, way, frappe._dict(answers))


@frappe.whitelist(methods=["POST"])
def override(name: str, doctype: str, document: str, reason: str) -> None:
	"""The service manager lets the resident go with this open; it stays listed as a debt.

	Raises frappe.ValidationError without a reason, for a line that is not open, and for everybody else.
	"""
	doc = locked(DOCTYPE, name)
	doc.require_step(rules.MOVED_OUT)
	matter = next((m for m in matters_of(doc) if m.key == (doctype, document)), None)
	exc = frappe.ValidationError if is_manager() else frappe.PermissionError
	there = (doctype, document) in overridden(doc)
	stop(rules.refuse_override(matter, there, is_manager(), reason, document), exc=exc)
	doc.append(
		"overrides",
		{
			"reference_doctype": matter.doctype,
			"reference_name": matter.name,
			"matter": matter.matter[:140],
			"amount": float(matter.amount),
			"reason": reason.strip(),
			"overridden_by": frappe.session.user,
			"overridden_on": now_datetime(),
		},
	)
	doc.flags.server_write = True
	doc.save()


# ---- the action ------------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def move_out(name: str) -> dict:
	"""Moved In → Moved Out, today: access ends, the bed is free, the room is cleaned. Returns {"cleaning_order"}.

	Raises frappe.ValidationError that lists with links what is still open, and when the company has no environment
	department to clean the room.
	"""
	frappe.has_permission(DOCTYPE, "write", throw=True)
	unit = frappe.db.get_value(DOCTYPE, name, "property_unit")
	if unit:
		units_of.lock_path([unit])
	doc = locked(DOCTYPE, name)
	action = doc.require_step(rules.MOVED_OUT)
	refuse_open(doc)
	for path in frappe.get_hooks("residence_moving_out"):
		frappe.get_attr(path)(doc)
	free_the_bed(doc)
	doc.cleaning_order = order_cleaning(doc)
	doc.update({"moved_out_on": nowdate(), "moved_out_by": frappe.session.user})
	doc.end(rules.MOVED_OUT, action)
	return {"cleaning_order": doc.cleaning_order}


def refuse_open(doc: Document) -> None:
	left = rules.still_open(matters_of(doc), overridden(doc))
	if not left:
		return
	lines = [
		f"{get_link_to_form(matter.doctype, matter.name)} {frappe.utils.escape_html(matter.matter)}"
		for matter in left[:LINES_NAMED]
	]
	guards.refuse(
		_(rules.STILL_OPEN).format(
			frappe.bold(frappe.utils.escape_html(doc.applicant_name)), "<br>".join(["", *lines])
		)
	)


def free_the_bed(doc: Document) -> None:
	resident = frappe.get_doc("Resident", doc.resident, for_update=True)
	resident.update({"status": MOVED_OUT, "moved_out_on": nowdate()})
	resident.flags.residence_application = doc.name
	resident.save()


def order_cleaning(doc: Document) -> str:
	"""The environment department makes the room ready for the next one."""
	department = settings.required(doc.company, "environment_department")
	order = frappe.get_doc(
		{
			"doctype": "Service Order",
			"company": doc.company,
			"service_type": "Cleaning",
			"matter": _("Clean after moving out: {0}").format(unit_title(doc.property_unit)),
			"property_unit": doc.property_unit,
			"department": department,
			"assigned_to": leader_of(department),
		}
	).insert()
	order.dispatch()
	return order.name


# ---- nobody moves out past the list ------------------------------------------------------------------------------------


def refuse_by_hand(resident: Document, method: str | None = None) -> None:
	"""Doc event of Resident: who moved in by an application moves out by it, and moves nowhere else meanwhile."""
	before = resident.get_doc_before_save()
	if not before or resident.flags.residence_application:
		return
	if (before.status, before.property_unit) == (resident.status, resident.property_unit):
		return
	application = frappe.db.get_value(DOCTYPE, {"resident": resident.name, "status": rules.MOVED_IN})
	if application:
		guards.refuse(
			_(
				"{0} moved in by an application and moves out by it, so that keys, cards and bills are settled (DESK-10). Open {1}."
			).format(frappe.bold(resident.resident_name), get_link_to_form(DOCTYPE, application))
		)
