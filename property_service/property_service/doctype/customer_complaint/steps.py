"""What the form's buttons call. Every step ends in `CustomerComplaint.validate`, as a workflow action or a PUT does."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from property_service.guards import refuse
from property_service.property_service.doctype.customer_complaint import facts
from property_service.property_service.doctype.customer_complaint.customer_complaint import (
	CustomerComplaint,
	locked,
)
from property_service.property_service.doctype.repair_ticket.facts import moment
from property_service.refusals import stop
from property_service.rules import complaint as rules
from property_service.rules.refusal import Refusal

METHODS = ("Phone", "SMS", "Email", "Visit", "In Person", "Letter")


@frappe.whitelist(methods=["POST"])
def assign(complaint: str, responsible_department: str, due_on: str, verifier: str | None = None) -> str:
	"""Confirm who answers for the complaint and until when (SVC-14). Returns the new status."""
	return take(
		complaint,
		rules.ASSIGNED,
		responsible_department=responsible_department,
		due_on=moment(due_on),
		verifier=verifier,
	)


@frappe.whitelist(methods=["POST"])
def settle(complaint: str, desk_settlement: str) -> str:
	"""The short way: what the clerk settles with the complainant alone (SVC-14)."""
	return take(complaint, rules.SETTLED, desk_settlement=desk_settlement)


@frappe.whitelist(methods=["POST"])
def analyse(complaint: str, cause_analysis: str) -> str:
	"""The department head's analysis of the cause (SVC-15)."""
	return take(complaint, rules.ANALYSED, cause_analysis=cause_analysis)


@frappe.whitelist(methods=["POST"])
def act(
	complaint: str,
	corrective_action: str,
	action_owner: str,
	action_date: str,
	action_record: str | None = None,
) -> str:
	"""The department's corrective action with its owner (an Employee) and date (SVC-15)."""
	return take(
		complaint,
		rules.ACTED,
		corrective_action=corrective_action,
		action_owner=action_owner,
		action_date=action_date,
		action_record=action_record,
	)


@frappe.whitelist(methods=["POST"])
def declare_unfounded(complaint: str, unfounded_reason: str) -> str:
	"""The manager's judgement; the complainant is told before the complaint closes (SVC-15)."""
	return take(complaint, rules.UNFOUNDED, unfounded_reason=unfounded_reason)


@frappe.whitelist(methods=["POST"])
def close(complaint: str, customer_evaluation: str | None = None, closing_decision: str | None = None) -> str:
	"""Close with the complainant's evaluation (of what was settled at the desk) or the manager's decision (SVC-15)."""
	return take(
		complaint, rules.CLOSED, customer_evaluation=customer_evaluation, closing_decision=closing_decision
	)


@frappe.whitelist(methods=["POST"])
def reopen(complaint: str, reopen_reason: str) -> str:
	"""The complainant is not satisfied after all (SVC-15)."""
	return take(complaint, rules.REOPENED, reopen_reason=reopen_reason)


def take(complaint: str, status: str, **values) -> str:
	doc = locked(complaint)
	doc.update({name: value for name, value in values.items() if value not in (None, "")})
	doc.status = status
	doc.save()
	return doc.status


@frappe.whitelist(methods=["POST"])
def record_contact(complaint: str, method: str, note: str) -> None:
	"""Note what the complainant was told, and how. The first note answers the complaint for the service level (SVC-03).

	Raises frappe.PermissionError for the department complained about, frappe.ValidationError for bad input.
	"""
	doc = locked(complaint)
	who = facts.actor(doc)
	if who.in_department or not (
		who.front_desk or who.service_manager or who.general_manager or who.verifier
	):
		message = rules.OWN_DEPARTMENT if who.in_department else rules.NOT_FRONT_DESK
		stop(Refusal(message), rules.ANOTHER_PERSONS)
	if method not in METHODS:
		refuse(_("{0} is not a way of contact.").format(frappe.bold(frappe.utils.escape_html(method))))
	if not note.strip():
		refuse(_("Write what the complainant was told (SVC-15)."))
	append_contact(doc, method, note.strip())
	doc.save()


def append_contact(doc: CustomerComplaint, method: str, note: str) -> None:
	doc.append(
		"contacts",
		{
			"contacted_on": now_datetime(),
			"contacted_by": frappe.session.user,
			"method": method,
			"note": note,
		},
	)
	doc.flags.server_write = True
	doc.flags.on_first_reply = not doc.first_responded_on
