"""What the buttons of a scrap request call where a step needs a reason (WH-25)."""

import frappe
from frappe.utils import cstr

from property_service.property_service.doctype.scrap_request.scrap_request import DOCTYPE, ScrapRequest
from property_service.rules import scrap as rules


@frappe.whitelist(methods=["POST"])
def send_back(name: str, reason: str) -> str:
	"""Whoever's signature is waited for returns the request to who wrote it. Returns the new state."""
	return take(name, rules.RETURNED, reason)


@frappe.whitelist(methods=["POST"])
def reject(name: str, reason: str) -> str:
	"""Whoever's signature is waited for rejects the request for good. Returns the new state."""
	return take(name, rules.REJECTED, reason)


@frappe.whitelist(methods=["POST"])
def cancel(name: str, reason: str) -> str:
	"""A draft is given up by those who wrote it, what was approved or posted by the finance manager. Returns the new state."""
	return take(name, rules.CANCELLED, reason)


def take(name: str, state: str, reason: str) -> str:
	"""Raises frappe.PermissionError for whoever may not take the step, frappe.ValidationError where there is none."""
	doc = locked(name)
	doc.status = state
	doc.flags.reason = cstr(reason).strip()
	doc.save()
	return doc.status


def locked(name: str) -> ScrapRequest:
	"""The stored request, locked, for a user who may write it."""
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	doc.check_permission("write")
	return doc
