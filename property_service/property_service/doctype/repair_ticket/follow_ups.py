"""The ticket's side of its follow-up (SVC-06): drawn once at completion, and what its result does to the ticket."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, cint, getdate

from property_service import settings
from property_service.guards import refuse
from property_service.rules import follow_up as rules
from property_service.rules import repair_ticket as ticket_rules


def draw(doc: Document) -> None:
	"""Decide whether the customer is called back: once, when the ticket is completed for the first time."""
	if not cint(doc.reopened_count):
		policy = policy_for(doc)
		doc.follow_up_required = int(bool(policy) and rules.is_drawn(doc.name, policy.share_percent))


def policy_for(doc: Document) -> rules.Policy | None:
	policies = [
		rules.Policy(
			row.reference_doctype, row.repair_kind, row.priority, row.share_percent, cint(row.due_within_days)
		)
		for row in settings.get().follow_up_policies
	]
	return rules.policy_for(policies, doc.doctype, doc.repair_kind, doc.priority)


def arrange(doc: Document) -> None:
	"""A completed ticket that was drawn gets a follow-up to do; a cancelled or reopened one has none to wait for."""
	if doc.status == ticket_rules.COMPLETED and doc.follow_up_required:
		make(doc)
	elif doc.status == ticket_rules.REOPENED:
		cancel_open(doc.name)


def make(doc: Document) -> None:
	policy = policy_for(doc)
	days = policy.due_within_days if policy else cint(settings.get().follow_up_due_days)
	workers = workers_of(doc.name)
	follow_up = frappe.get_doc(
		{
			"doctype": "Follow Up",
			"reference_doctype": doc.doctype,
			"reference_name": doc.name,
			"due_on": add_days(getdate(doc.completed_on), days),
			"assigned_to": doc.first_handler if doc.first_handler not in workers else None,
		}
	)
	follow_up.insert(ignore_permissions=True)  # whoever completes the ticket, the policy asks for the call


def cancel_open(ticket: str) -> None:
	open_ones = frappe.get_all(
		"Follow Up",
		filters={"reference_doctype": "Repair Ticket", "reference_name": ticket, "status": rules.OPEN},
		pluck="name",
		order_by="name",
	)
	for name in open_ones:
		follow_up = frappe.get_doc("Follow Up", name)
		follow_up.flags.server_write = True
		follow_up.status = rules.CANCELLED
		follow_up.save(
			ignore_permissions=True
		)  # the reopened ticket asks for a new one when it is completed again


def workers_of(ticket: str) -> set[str]:
	"""Users who did the work of the ticket's orders: who was assigned and who finished it (SVC-18)."""
	rows = frappe.get_all(
		"Service Order",
		filters={"repair_ticket": ticket, "finished_on": ("is", "set")},
		fields=["assigned_user", "finished_by"],
		order_by="name",
	)
	return {user for row in rows for user in (row.assigned_user, row.finished_by) if user}


def refuse_early(doc: Document) -> None:
	if doc.status not in (ticket_rules.COMPLETED, ticket_rules.CLOSED):
		refuse(_(rules.NOT_COMPLETED).format(frappe.bold(doc.name), _(doc.status)))


def take_over(doc: Document, follow_up: Document) -> bool:
	"""Write the follow-up's result on the ticket, whose row is locked; a bad score reopens it, by itself only once.

	Returns whether the ticket was reopened (SVC-06).
	"""
	doc.flags.server_write = True
	doc.follow_up_outcome = follow_up.status
	bad = rules.is_bad(cint(follow_up.score), cint(settings.get().reopen_at_score))
	reopens = (
		bad and not cint(doc.reopened_count) and doc.status in (ticket_rules.COMPLETED, ticket_rules.CLOSED)
	)
	if reopens:
		doc.status = ticket_rules.REOPENED
	doc.save(ignore_permissions=True)  # whoever may record the follow-up writes its result
	return reopens
