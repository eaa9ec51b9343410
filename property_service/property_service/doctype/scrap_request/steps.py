"""What the buttons of a scrap request call where a step needs a reason (WH-25)."""

import frappe
from frappe.utils import cstr, now_datetime

from property_service import approvals
from property_service.property_service.doctype.scrap_request import article_rows
from property_service.property_service.doctype.scrap_request.scrap_request import DOCTYPE, ScrapRequest
from property_service.property_service.doctype.stock_count.counting import list_of_rows
from property_service.refusals import stop
from property_service.rules import scrap as rules
from property_service.rules import scrap_cause
from property_service.rules import stock_count as amounts
from property_service.rules.refusal import Refusal


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


# ---- the cause (LV-11) -----------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def investigate(name: str, rows: list | str, finding: str) -> None:
	"""Administration and human resources record what ruined each article while finance verifies (4.7.2).

	`rows`: a list of {"row": name of the row, "cause": "Natural" or "Human"}. Raises frappe.PermissionError for everybody
	else and for who wrote the request.
	"""
	doc = locked(name)
	if doc.status != rules.PENDING_FINANCE or doc.source == rules.STOCK:
		stop(Refusal(scrap_cause.NOT_WHILE, (doc.status,)), context=DOCTYPE)
	approvals.require_signatory(doc, scrap_cause.ADMIN_HR)
	found = {cstr(row.get("row")): cstr(row.get("cause")) for row in list_of_rows(rows)}
	stop(rules.refuse_verification(rules.PENDING_GM, 1, finding))
	for row in doc.items:
		cause = found.get(row.name)
		if cause not in scrap_cause.CAUSES:
			stop(Refusal(scrap_cause.NO_CAUSE, (row.idx, row.item_name or row.item_code)))
		row.cause_by_hr = cause
	doc.update(
		{
			"hr_finding": cstr(finding).strip(),
			"investigated_by": frappe.session.user,
			"investigated_on": now_datetime(),
		}
	)
	step = rules.INVESTIGATION
	approvals.record(
		doc, step.from_state, step.to_state, step.role, comment=doc.hr_finding, action="Investigate Cause"
	)
	doc.flags.server_write = True
	doc.save()


@frappe.whitelist(methods=["POST"])
def decide_compensation(name: str, row: str, amount: float | str, reason: str) -> dict:
	"""The general manager decides another compensation than the full original cost, with the reason (4.7.2).

	`row`: the row's name. Returns {"total_compensation"}. Raises frappe.PermissionError for everybody else.
	"""
	doc = locked(name)
	approvals.require_signatory(doc, rules.GENERAL_MANAGER)
	line = next((line for line in doc.items if line.name == row), None)
	if not line or not line.low_value_article:
		stop(Refusal(scrap_cause.NO_SUCH_ROW))
	decided = amounts.amount(amount)
	stop(
		scrap_cause.refuse_decision(
			doc.status, rules.PENDING_GM, article_rows.rule_row(line), decided, cstr(reason)
		),
		context=DOCTYPE,
	)
	line.update({"compensation": float(decided), "is_decided": 1, "decision_reason": cstr(reason).strip()})
	# no step of the chain: the request still waits for the approval, which then stands for this amount
	comment = f"{line.low_value_article}: {decided:.2f}. {line.decision_reason}"
	approvals.record(
		doc, None, rules.PENDING_GM, rules.GENERAL_MANAGER, comment=comment, action="Decide Compensation"
	)
	doc.add_up()
	doc.flags.server_write = True
	doc.save()
	return {"total_compensation": doc.total_compensation}


# ---- steps -----------------------------------------------------------------------------------------------------------


def take(name: str, state: str, reason: str) -> str:
	"""Raises frappe.PermissionError for whoever may not take the step, frappe.ValidationError where there is none."""
	doc = locked(name)
	# saved in the state in which somebody else has just left it, it would take no step and say that it had
	action = rules.action_of(doc.status, state)
	if isinstance(action, Refusal):
		stop(action, context=DOCTYPE)
	doc.status = state
	doc.flags.reason = cstr(reason).strip()
	doc.save()
	return doc.status


def locked(name: str) -> ScrapRequest:
	"""The stored request, locked, for a user who may write it."""
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	doc.check_permission("write")
	return doc
