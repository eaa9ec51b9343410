"""Material Request under the procedure: purchase plan (采购计划单) and issue request (领料单).

The workflow offers the steps; these events are the control, because `submit()`, an insert with `docstatus = 1` and a PUT
of the state all pass by a workflow (WH-06, WH-07).
"""

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

from property_service import approvals, guards, sent_values
from property_service.buying import notices, plan, plan_basis, replacements
from property_service.refusals import stop
from property_service.rules import purchase_plan as rules
from property_service.rules.refusal import Refusal
from property_service.stock import item_facts, requesters
from property_service.tools import issues as tools

STATE = "approval_state"
ROUTES = {"Purchase": rules.PURCHASE_PLAN, "Material Issue": rules.ISSUE_REQUEST}
SERVER_FIELDS = (
	*("requested_by", "approval_route", "plan_month", "plan_key", "is_late", "late_note"),
	*("sent_to_finance_on", "sent_to_finance_by", "passed_to_gm_on", "approved_on", "approved_by"),
	*("return_reason", "quantity_changes"),
	*("plan_amount", "rows_without_rate", "budget_source"),
	*("month_budget", "month_used", "month_left", "year_budget", "year_used", "year_left"),
)
# State -> when and, where the calendar asks for it, by whom it was reached.
STAMPS = {
	rules.PENDING_FINANCE: ("sent_to_finance_on", "sent_to_finance_by"),
	rules.PENDING_GM: ("passed_to_gm_on", None),
	rules.APPROVED: ("approved_on", "approved_by"),
}
LATE_STEPS = {rules.PENDING_FINANCE: rules.SENT, rules.PENDING_GM: rules.PASSED}


# ---- events ------------------------------------------------------------------------------------------------------


def before_insert(doc: Document, method: str | None = None) -> None:
	"""For every company: what is switched on tomorrow must not find approvals that a client made up today."""
	approvals.clear_on_copy(doc, STATE)


def before_validate(doc: Document, method: str | None = None) -> None:
	item_facts.forget(doc)
	restore(doc)
	if not is_under_procedure(doc):
		return
	for row in (doc, *doc.items):
		sent_values.check_values(row)
	doc.approval_route = ROUTES[doc.material_request_type]
	doc.approval_state = doc.approval_state or rules.DRAFT
	doc.requested_by = doc.requested_by or frappe.session.user
	requesters.write_department(doc, doc.requested_by)
	if doc.approval_route == rules.ISSUE_REQUEST:
		tools.prepare_request(doc)
	replacements.claim(doc, state_before(doc))
	if doc.approval_route == rules.PURCHASE_PLAN:
		plan.prepare(doc) if state_before(doc) in plan.EDITABLE else plan_basis.keep(doc)


def validate(doc: Document, method: str | None = None) -> None:
	if not is_under_procedure(doc):
		replacements.check_outside(doc)
		return
	if not doc.flags.finance_changes:
		approvals.freeze(doc, pending_states=rules.PENDING, state_field=STATE)
	refuse_change_after_the_end(doc)
	if doc.approval_route == rules.PURCHASE_PLAN:
		if state_before(doc) in plan.EDITABLE:
			plan.check(doc)
			replacements.check(doc)
		plan.value(doc)
	take_step(doc)
	replacements.claim(doc, doc.approval_state)
	if doc.approval_state != rules.DRAFT:
		tools.check_request(doc)


def on_update(doc: Document, method: str | None = None) -> None:
	"""Tell whose step it is now; an insert in Draft tells nobody."""
	if doc.get("approval_route") and state_before(doc) not in (None, doc.get(STATE)):
		notices.tell_about_step(doc)


def before_submit(doc: Document, method: str | None = None) -> None:
	"""WH-07: whatever door it comes through, a request is submitted with every step recorded, none by who asked."""
	if is_under_procedure(doc):
		approvals.require(doc, rules.CHAINS[doc.approval_route])
		doc.approval_state = rules.APPROVED


def before_update_after_submit(doc: Document, method: str | None = None) -> None:
	"""Counters move while a form is open; what it sends of them is not what it means to change."""
	if doc.get("approval_route"):
		restore(doc)
		plan_basis.keep(doc)


def before_cancel(doc: Document, method: str | None = None) -> None:
	"""Also a PUT of `docstatus` 2 ends here, with whatever it sent along."""
	restore(doc)
	if doc.get("approval_route"):
		doc.update({STATE: rules.CANCELLED, "plan_key": None})
	replacements.release(doc)


def on_trash(doc: Document, method: str | None = None) -> None:
	if is_under_procedure(doc) and doc.get(STATE) not in (None, "", rules.DRAFT):
		guards.refuse(
			frappe._(
				"Request {0} was sent for approval; it is rejected or cancelled, not deleted (WH-06)."
			).format(doc.name)
		)


def onload(doc: Document, method: str | None = None) -> None:
	"""What the screens of finance and general manager show without a report, as it is now (WH-06)."""
	if doc.get("approval_route") == rules.PURCHASE_PLAN and doc.docstatus == 0 and not doc.is_new():
		plan.show_budget(doc)


# ---- steps of the events -----------------------------------------------------------------------------------------


def is_under_procedure(doc: Document) -> bool:
	return doc.material_request_type in ROUTES and guards.procedure_is_on("stores", doc.company)


def restore(doc: Document) -> None:
	guards.restore_server_fields(doc, SERVER_FIELDS)
	approvals.protect(doc)
	for change in doc.flags.quantity_changes or []:
		doc.append("quantity_changes", change)


def state_before(doc: Document) -> str | None:
	stored = doc.get_doc_before_save()
	return stored.get(STATE) if stored else None


def refuse_change_after_the_end(doc: Document) -> None:
	if state_before(doc) in rules.ENDED:
		stop(Refusal(rules.ENDED_IS_FROZEN))


def take_step(doc: Document) -> None:
	"""Check a change of state, record it with who and when, and stamp what the calendar asks for."""
	before, after = state_before(doc), doc.get(STATE)
	if before is None:
		if after != rules.DRAFT:
			stop(Refusal(rules.NO_SUCH_STEP, (rules.DRAFT, after)))
		if doc.approval_route == rules.PURCHASE_PLAN:
			plan.mark_if_late(doc, rules.COMPILED)
		return
	if before == after:
		return
	action = rules.action_of(doc.approval_route, before, after)
	if isinstance(action, Refusal):
		stop(action)
	reason = doc.flags.return_reason
	stop(rules.refuse_reason(after, reason))
	approvals.sign(doc, rules.CHAINS[doc.approval_route], STATE, comment=reason, action=action)
	doc.return_reason = reason
	if after in STAMPS:
		when, by_whom = STAMPS[after]
		doc.set(when, now_datetime())
		if by_whom:
			doc.set(by_whom, frappe.session.user)
	if after in LATE_STEPS and doc.approval_route == rules.PURCHASE_PLAN:
		plan.mark_if_late(doc, LATE_STEPS[after])
	if after in rules.ENDED:
		doc.plan_key = None
