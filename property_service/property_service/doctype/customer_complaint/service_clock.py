"""How a complaint uses ERPNext's Service Level Agreement (SVC-03): it times the first answer; `due_on` is the remedy.

The first answer is the first contact with the complainant that is recorded, or the settlement at the desk. ERPNext
would also count the classification or the close; see `repair_ticket/service_clock.py`.
"""

from erpnext.support.doctype.service_level_agreement.service_level_agreement import update_agreement_status
from frappe.model.document import Document
from frappe.utils import get_datetime

FIELDS = (
	*("service_level_agreement", "service_level_agreement_creation", "response_by", "first_responded_on"),
	*("first_response_time", "on_hold_since", "total_hold_time", "agreement_status", "sla_resolution_by"),
	*("sla_resolution_date", "resolution_time", "response_due_on", "response_result"),
)


def start(doc: Document) -> None:
	"""The complainant waits from the moment of complaining, not from the moment of typing it in."""
	if doc.is_new():
		doc.service_level_agreement_creation = doc.received_on


def keep_first_answer(doc: Document) -> None:
	"""Only an answer stops the clock; its due time and result are copied, for later saves change ERPNext's."""
	if not doc.service_level_agreement:
		return
	before = doc.get_doc_before_save()
	if (before and before.first_responded_on) or not doc.flags.on_first_reply:
		doc.first_responded_on = before.first_responded_on if before else None
		doc.first_response_time = before.first_response_time if before else None
		update_agreement_status(doc, apply_sla_for_resolution=False)
		return
	doc.response_due_on = (before and before.response_by) or doc.response_by
	kept = get_datetime(doc.first_responded_on) <= get_datetime(doc.response_due_on)
	doc.response_result = "Fulfilled" if kept else "Failed"
