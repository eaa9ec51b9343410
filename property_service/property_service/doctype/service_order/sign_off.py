"""Who accepted the work, how, and who recorded it (SVC-05)."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from property_service import guards
from property_service.property_service.doctype.service_order.assignment import is_desk
from property_service.refusals import stop
from property_service.rules import service_order as rules

WATCHED = ("sign_off_method", "sign_off_name", "sign_off_role", "customer_signature", "signed_slip")
DRAWING = "data:image/png;base64,"
# A signature drawn on a phone has some 5 to 40 kB.
LARGEST_DRAWING = 400_000


def facts(order: Document) -> rules.SignOff:
	"""The sign-off as the rules see it; an acceptance recorded before counts as the desk's if the desk recorded it."""
	recorded_by_desk = bool(order.sign_off_user) and is_desk(order.sign_off_user)
	return rules.SignOff(
		method=order.sign_off_method,
		name=order.sign_off_name,
		role=order.sign_off_role,
		has_signature=bool(order.customer_signature),
		has_slip=bool(order.signed_slip),
		by_desk=recorded_by_desk or is_desk(),
	)


def record(order: Document) -> None:
	"""Notes time and recorder when a sign-off becomes complete; takes them back when it no longer is."""
	if not order.flags.confirmed and not any(order.has_value_changed(fieldname) for fieldname in WATCHED):
		return
	check_drawing(order)
	check_slip(order)
	stop(rules.refuse_method(order.sign_off_method, order.repair_kind))
	order.sign_off_user = frappe.session.user
	order.signed_off = int(rules.is_signed_off(facts(order)))
	order.signed_on = now_datetime() if order.signed_off else None
	if not order.signed_off:
		order.sign_off_user = None


def confirm_by_phone(order: Document, name: str, satisfaction: str | None, note: str | None) -> None:
	"""Prepares the clerk's phone confirmation; the caller saves."""
	if not is_desk():
		stop(rules.Refusal(rules.CONFIRMED_BY_DESK), (rules.CONFIRMED_BY_DESK,))
	if order.status != rules.FINISHED:
		stop(rules.Refusal(rules.NOTHING_TO_CONFIRM, (order.status,)))
	order.sign_off_method, order.sign_off_name = rules.PHONE, name
	order.customer_satisfaction = satisfaction or order.customer_satisfaction
	order.sign_off_note = note or order.sign_off_note
	order.flags.confirmed = True


def check_drawing(order: Document) -> None:
	drawing = order.customer_signature
	if not drawing:
		return
	if not isinstance(drawing, str) or not drawing.startswith(DRAWING) or len(drawing) > LARGEST_DRAWING:
		guards.refuse(_("The signature is not a drawing; let the customer sign on the screen (SVC-05)."))


def check_slip(order: Document) -> None:
	"""An address that leads to no uploaded file proves nothing."""
	if not order.signed_slip or not order.has_value_changed("signed_slip"):
		return
	if not frappe.db.exists("File", {"file_url": str(order.signed_slip)}):
		guards.refuse(_("The photo of the signed slip was not uploaded; attach it again (SVC-05)."))
