"""How a repair ticket uses ERPNext's Service Level Agreement (SVC-03). No second clock is written here.

ERPNext stamps the first response whenever a ticket leaves the open states, so a deferral or a cancellation would count
as having been on site; and it recomputes deadlines at every later save, without the hold once the response is there,
and drops them when tracking is switched off. Therefore: the first arrival alone is the response, and what was due and
kept is copied into fields of our own, which statistics read.
"""

import frappe
from erpnext.support.doctype.service_level_agreement.service_level_agreement import update_agreement_status
from frappe.model.document import Document
from frappe.utils import get_datetime

from property_service.rules import repair_ticket as rules

# Written by ERPNext while the ticket is saved, or copied from it.
FIELDS = (
	*("service_level_agreement", "service_level_agreement_creation", "response_by", "first_responded_on"),
	*("first_response_time", "on_hold_since", "total_hold_time", "agreement_status", "sla_resolution_by"),
	*("sla_resolution_date", "resolution_time"),
	*("response_due_on", "response_result", "resolution_due_on", "resolution_result"),
)


def start(doc: Document) -> None:
	"""The customer waits from the moment of reporting, not from the moment of typing it in."""
	if doc.is_new():
		doc.service_level_agreement_creation = doc.reported_on


def keep_arrival_as_first_response(doc: Document) -> None:
	before = doc.get_doc_before_save()
	if not doc.service_level_agreement:
		return
	if doc.flags.on_first_reply and not (before and before.first_responded_on):
		# The deadline that held at the door, with the time the ticket was deferred.
		doc.response_due_on = (before and before.response_by) or doc.response_by
		return
	doc.first_responded_on = before.first_responded_on if before else None
	doc.first_response_time = before.first_response_time if before else None
	restate(doc)


def restate(doc: Document) -> None:
	"""The agreement's status without a first response that was none."""
	if doc.status == rules.CANCELLED:
		doc.agreement_status = "Fulfilled"
		return
	for_resolution = frappe.get_cached_value(
		"Service Level Agreement", doc.service_level_agreement, "apply_sla_for_resolution"
	)
	if doc.status in rules.FULFILLED and not doc.first_responded_on:
		# Completed without anybody on site, by the service manager's approval: only the end is measured.
		doc.agreement_status = (
			rules.result(moment(doc.sla_resolution_date), moment(doc.sla_resolution_by)) or "Failed"
		)
		return
	update_agreement_status(doc, for_resolution)


def keep_results(doc: Document) -> None:
	"""Copy both due times and both results when the ticket is completed; drop the end's when it is reopened."""
	before = doc.get_doc_before_save()
	if not before or before.status == doc.status:
		return
	if doc.status == rules.COMPLETED:
		doc.response_due_on = doc.response_due_on or doc.response_by
		doc.response_result = rules.result(moment(doc.first_responded_on), moment(doc.response_due_on))
		doc.resolution_due_on = doc.sla_resolution_by
		doc.resolution_result = rules.result(moment(doc.sla_resolution_date), moment(doc.resolution_due_on))
	elif doc.status == rules.REOPENED:
		doc.resolution_due_on, doc.resolution_result = None, ""


def moment(value):
	return get_datetime(value) if value else None
