"""The complaint's side of its follow-up (SVC-15, SVC-18): asked for once acted on, and what the answer does."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, cint, getdate

from property_service import settings
from property_service.guards import refuse
from property_service.rules import complaint as rules
from property_service.rules import follow_up as follow_up_rules

FOLLOWED_UP_IN = (rules.ACTED, rules.VERIFIED, rules.CLOSED, rules.SETTLED)


def arrange(doc: Document) -> None:
	"""An acted complaint waits for the complainant's word; an ended or reopened one waits no longer."""
	if doc.status == rules.ACTED:
		make(doc)
	elif doc.status in (rules.REOPENED, rules.CLOSED):
		cancel_open(doc.name)


def make(doc: Document) -> None:
	"""Whatever the policy's share is: without the complainant's word no complaint is verified (SVC-15)."""
	asker = doc.verifier if doc.about_front_desk else doc.first_handler
	follow_up = frappe.get_doc(
		{
			"doctype": "Follow Up",
			"reference_doctype": doc.doctype,
			"reference_name": doc.name,
			"due_on": add_days(getdate(doc.acted_on), due_within_days(doc)),
			"assigned_to": asker if asker not in workers(doc) else None,
		}
	)
	follow_up.insert(ignore_permissions=True)  # the department acts, and thereby asks the front desk to call
	if doc.about_front_desk:
		let_in(follow_up, doc.verifier)


def let_in(follow_up: Document, user: str) -> None:
	"""The verifier of a complaint about customer service has no role there: shared with exactly that person."""
	frappe.share.add_docshare(
		follow_up.doctype, follow_up.name, user, write=1, flags={"ignore_share_permission": True}
	)


def due_within_days(doc: Document) -> int:
	policies = [
		follow_up_rules.Policy(
			row.reference_doctype, row.repair_kind, row.priority, row.share_percent, cint(row.due_within_days)
		)
		for row in settings.get().follow_up_policies
	]
	policy = follow_up_rules.policy_for(policies, doc.doctype, None, doc.priority)
	return policy.due_within_days if policy else cint(settings.get().urgent_follow_up_due_days)


def workers(doc: Document) -> set[str]:
	"""Nobody of the department complained about follows it up, nor who analysed, acted or owns the action."""
	people = {step.actor for step in doc.approval_steps if step.to_state in (rules.ANALYSED, rules.ACTED)}
	filters = {"user_id": ("is", "set"), "status": "Active"}
	if doc.department:
		inside = ("descendants of (inclusive)", doc.department)
		people.update(
			frappe.get_all(
				"Employee", filters={**filters, "department": inside}, pluck="user_id", order_by="name"
			)
		)
	if doc.action_owner:
		people.add(frappe.get_cached_value("Employee", doc.action_owner, "user_id"))
	return people - {None}


def refuse_early(doc: Document) -> None:
	if doc.status not in FOLLOWED_UP_IN:
		refuse(
			_(
				"A complaint is followed up after the department has acted; {0} is {1} (procedure 3.2, SVC-18)."
			).format(frappe.bold(doc.name), _(doc.status))
		)


def take_over(doc: Document, follow_up: Document) -> bool:
	"""Write the complainant's answer on the complaint; a bad score reopens it, by itself only once (SVC-06).

	Returns whether the complaint was reopened. The caller holds the complaint's row.
	"""
	reopen_at = cint(settings.get().reopen_at_score)
	score = cint(follow_up.score)
	doc.flags.server_write = True
	doc.follow_up, doc.follow_up_outcome = follow_up.name, follow_up.status
	doc.customer_evaluation = rules.evaluation_of(score, reopen_at) or doc.customer_evaluation
	if (
		doc.status in (rules.ACTED, rules.CLOSED)
		and follow_up_rules.is_bad(score, reopen_at)
		and not cint(doc.reopened_count)
	):
		doc.status = rules.REOPENED
		doc.reopen_reason = follow_up.suggestion or follow_up.answers
		doc.flags.bad_follow_up = True
	doc.save(ignore_permissions=True)  # whoever may record the follow-up writes its result
	return doc.status == rules.REOPENED


def cancel_open(complaint: str) -> None:
	open_ones = frappe.get_all(
		"Follow Up",
		filters={
			"reference_doctype": "Customer Complaint",
			"reference_name": complaint,
			"status": follow_up_rules.OPEN,
		},
		pluck="name",
		order_by="name",
	)
	for name in open_ones:
		follow_up = frappe.get_doc("Follow Up", name)
		follow_up.flags.server_write = True
		follow_up.status = follow_up_rules.CANCELLED
		follow_up.save(ignore_permissions=True)  # a new round asks for a new follow-up
