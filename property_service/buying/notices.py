"""Who is told when a request moves on: whose step it is now, and who asked (WH-06, WH-17)."""

from frappe.model.document import Document
from frappe.utils import fmt_money

from property_service import approvals, notifications
from property_service.rules import purchase_plan as rules

BUYER = "Buyer"
SUBJECTS = {
	rules.PENDING_FINANCE: "Request {0} waits for your review",
	rules.PENDING_GM: "Request {0} waits for your approval",
	rules.PENDING_HEAD: "Request {0} waits for your signature",
	rules.RETURNED: "Request {0} was returned",
	rules.REJECTED: "Request {0} was rejected",
	rules.APPROVED: "Request {0} is approved",
}


def tell_about_step(doc: Document) -> None:
	subject = SUBJECTS.get(doc.approval_state)
	if subject:
		notifications.tell(
			readers(doc),
			subject,
			(doc.name,),
			doctype=doc.doctype,
			name=doc.name,
			details=[
				(
					"Reason",
					doc.return_reason if doc.approval_state in (rules.RETURNED, rules.REJECTED) else None,
				),
				("Plan Amount", fmt_money(doc.plan_amount, 2) if doc.plan_amount else None),
			],
		)


def readers(doc: Document) -> set[str]:
	"""Whoever may take the next step; who asked, when it went back or through; the buyers of an approved plan."""
	waiting = next(
		(step for step in rules.CHAINS[doc.approval_route] if step.from_state == doc.approval_state), None
	)
	if waiting:
		return approvals.signatories(waiting.role, doc)
	asked = {doc.requested_by, doc.owner}
	if doc.approval_state == rules.APPROVED and doc.approval_route == rules.PURCHASE_PLAN:
		return asked | approvals.office_holders(BUYER)
	return asked
