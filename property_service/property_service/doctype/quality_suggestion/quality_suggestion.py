"""Quality Suggestion (质量改进建议): too many complaints of one type about one department in a month (SVC-17, PDCA).

The suggestion is made by the count; a person makes ERPNext's Quality Action or Non Conformance of it, each once.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html, formatdate, now_datetime

from property_service import approvals
from property_service.guards import refuse, restore_server_fields
from property_service.refusals import stop
from property_service.rules import complaint_watch as rules

DISMISSING_ROLES = ("Service Manager", "General Manager")

FIELDS = (
	*("department", "complaint_type", "month", "complaint_count", "status", "company", "quality_action"),
	*("non_conformance", "decided_by", "decided_on", "dismissal_reason", "suggestion_key"),
)


class QualitySuggestion(Document):
	def before_validate(self) -> None:
		if not self.is_new():
			restore_server_fields(self, FIELDS)

	def on_trash(self) -> None:
		refuse(_("A quality suggestion is kept; dismiss it with a reason (SVC-17)."))


@frappe.whitelist(methods=["POST"])
def make_quality_action(suggestion: str) -> str:
	"""Make ERPNext's Quality Action of the suggestion, or return the one that was made. Needs the right to create one."""
	doc = locked(suggestion)
	if doc.quality_action:
		return doc.quality_action
	action = frappe.get_doc(
		{
			"doctype": "Quality Action",
			"corrective_preventive": "Corrective",
			"resolutions": [{"problem": escape_html(problem(doc)), "status": "Open"}],
		}
	).insert()
	decide(doc, status=rules.TAKEN_UP, quality_action=action.name)
	return action.name


@frappe.whitelist(methods=["POST"])
def make_non_conformance(suggestion: str, procedure: str) -> str:
	"""Make ERPNext's Non Conformance against a Quality Procedure, or return the one that was made."""
	doc = locked(suggestion)
	if doc.non_conformance:
		return doc.non_conformance
	record = frappe.get_doc(
		{
			"doctype": "Non Conformance",
			"subject": problem(doc)[:140],
			"procedure": procedure,
			"status": "Open",
			"details": escape_html(problem(doc)),
		}
	).insert()
	decide(doc, status=rules.TAKEN_UP, non_conformance=record.name)
	return record.name


@frappe.whitelist(methods=["POST"])
def dismiss(suggestion: str, reason: str) -> None:
	"""Leave it at that, with a reason. Only the service or the general manager: no department dismisses its own."""
	doc = locked(suggestion)
	is_manager = any(frappe.session.user in approvals.office_holders(role) for role in DISMISSING_ROLES)
	stop(rules.refuse_dismissal(is_manager, doc.status, reason), rules.ANOTHER_PERSONS)
	decide(doc, status=rules.DISMISSED, dismissal_reason=reason.strip())


def locked(suggestion: str) -> Document:
	doc = frappe.get_doc("Quality Suggestion", suggestion, for_update=True)
	doc.check_permission("read")
	return doc


def decide(doc: Document, **values) -> None:
	doc.flags.server_write = True
	doc.update({**values, "decided_by": frappe.session.user, "decided_on": now_datetime()})
	doc.save(ignore_permissions=True)  # the caller's right was checked; nobody edits a suggestion by hand


def problem(doc: Document) -> str:
	return _("{0}: {1} complaints of the type {2} in {3}").format(
		doc.department, doc.complaint_count, _(doc.complaint_type), formatdate(doc.month, "yyyy-MM")
	)
