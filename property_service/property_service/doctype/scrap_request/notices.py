"""Who is told when a scrap request moves on: whose step it is now, and who wrote it (WH-25)."""

from frappe.model.document import Document

from property_service import approvals, notifications
from property_service.rules import scrap as rules

SUBJECTS = {
	rules.PENDING_HEAD: "Scrap request {0} waits for your signature",
	rules.PENDING_FINANCE: "Scrap request {0} waits for your verification",
	rules.PENDING_GM: "Scrap request {0} waits for your approval",
	rules.APPROVED: "Scrap request {0} is approved and waits to be posted",
	rules.RETURNED: "Scrap request {0} was returned",
	rules.REJECTED: "Scrap request {0} was rejected",
	rules.CANCELLED: "Scrap request {0} was cancelled",
	rules.POSTED: "Scrap request {0} is posted",
}


def tell_about_step(doc: Document) -> None:
	notifications.tell(
		readers(doc),
		SUBJECTS[doc.status],
		(doc.name,),
		doctype=doc.doctype,
		name=doc.name,
		details=[("Reason", doc.decision_reason)],
	)


def readers(doc: Document) -> set[str]:
	waiting = next((step for step in rules.CHAIN if step.from_state == doc.status), None)
	if waiting:
		return approvals.signatories(waiting.role, doc)
	return approvals.requesters(doc) - {"Administrator"}  # what the system drafted has no owner to tell
