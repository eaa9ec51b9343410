"""What the buttons of a request call: finance changes a quantity, a request goes back or is rejected (WH-06)."""

from decimal import Decimal, InvalidOperation

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

from property_service import approvals
from property_service.buying.material_request import STATE
from property_service.buying.plan import REQUEST
from property_service.refusals import stop
from property_service.rules import purchase_plan as rules
from property_service.rules.refusal import Refusal
from property_service.rules.stock_limit import exact


@frappe.whitelist(methods=["POST"])
def change_quantity(request: str, row: str, quantity: float | str, reason: str) -> dict:
	"""Finance changes what a row of a plan asks for (4.2.6 a). Returns {"plan_amount", "month_left", "year_left"}.

	`row` is the row's name, `quantity` in the row's unit; 0 strikes the row. Old and new quantity, who, when and why stay
	on the plan. Raises frappe.PermissionError for all but the finance manager, frappe.ValidationError for bad input.
	"""
	doc = locked(request)
	if doc.get(STATE) == rules.PENDING_FINANCE:
		approvals.require_signatory(doc, rules.FINANCE_MANAGER)
	line = next((line for line in doc.items if line.name == row), None)
	old, new = (exact(line.qty) if line else None), number(quantity)
	refusal = rules.refuse_change(doc.get(STATE), len(doc.items), old, new, reason)
	stop(refusal)
	doc.flags.quantity_changes = [change(line, old, new, reason)]
	doc.flags.finance_changes = True
	if new:
		line.qty = float(new)
	else:
		doc.remove(line)
	doc.save()
	return {name: doc.get(name) for name in ("plan_amount", "month_left", "year_left")}


def change(line: Document, old: Decimal, new: Decimal, reason: str) -> dict:
	return {
		"row": line.name,
		"item_code": line.item_code,
		"uom": line.uom,
		"old_qty": float(old),
		"new_qty": float(new),
		"reason": reason.strip(),
		"changed_by": frappe.session.user,
		"changed_on": now_datetime(),
	}


@frappe.whitelist(methods=["POST"])
def send_back(request: str, reason: str) -> str:
	"""Return a request to who asked, with the reason. Returns the new state."""
	return take(request, rules.RETURNED, reason)


@frappe.whitelist(methods=["POST"])
def reject(request: str, reason: str) -> str:
	"""Reject a request for good, with the reason; its month is free for another plan. Returns the new state."""
	return take(request, rules.REJECTED, reason)


def take(request: str, state: str, reason: str) -> str:
	doc = locked(request)
	doc.set(STATE, state)
	doc.flags.return_reason = (reason or "").strip()
	doc.save()
	return doc.get(STATE)


def locked(request: str) -> Document:
	"""The stored request, locked. Raises frappe.DoesNotExistError, frappe.PermissionError."""
	doc = frappe.get_doc(REQUEST, request, for_update=True)
	doc.check_permission("write")
	if not doc.approval_route:
		stop(Refusal(rules.NO_SUCH_STEP, (doc.get(STATE), rules.RETURNED)))
	return doc


def number(value: object) -> Decimal | None:
	"""A quantity as it was sent; None for what is none."""
	try:
		found = Decimal(str(value))
	except InvalidOperation:
		return None
	return found if found.is_finite() and found < 1_000_000_000 else None
