"""Too many complaints of one type about one department in a month: improvement is suggested, once (SVC-17, PDCA)."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, escape_html, get_link_to_form, getdate

from property_service import approvals, notifications, settings
from property_service.property_service.doctype.customer_complaint.facts import HEAD, MANAGER
from property_service.rules import complaint as rules
from property_service.rules import complaint_watch

SUBJECT = "{0} has {1} complaints of the type {2} this month: a quality action is suggested"


def suggest(doc: Document) -> None:
	"""Counted when a department is confirmed: before that nobody is complained about."""
	if doc.status != rules.ASSIGNED or not doc.complaint_type:
		return
	first, next_first = complaint_watch.month_of(getdate(doc.received_on))
	count = complaints_in(doc.department, doc.complaint_type, first, next_first)
	if complaint_watch.improvement_is_due(count, cint(settings.get().complaints_tolerated)):
		keep(doc, first, count)


def complaints_in(department: str, complaint_type: str, first, next_first) -> int:
	return frappe.db.count(
		"Customer Complaint",
		[
			["department", "=", department],
			["complaint_type", "=", complaint_type],
			["received_on", ">=", first],
			["received_on", "<", next_first],
			# the reason stays when the unfounded complaint is closed
			["unfounded_reason", "is", "not set"],
		],
	)


def keep(doc: Document, month, count: int) -> None:
	"""One suggestion per department, type and month; further complaints only raise its count."""
	key = f"{doc.department}|{doc.complaint_type}|{month:%Y-%m}"
	if name := frappe.db.get_value("Quality Suggestion", {"suggestion_key": key}):
		frappe.db.set_value("Quality Suggestion", name, "complaint_count", count)
		return
	suggestion = frappe.get_doc(
		{
			"doctype": "Quality Suggestion",
			"company": doc.company,
			"department": doc.department,
			"complaint_type": doc.complaint_type,
			"month": month,
			"complaint_count": count,
			"suggestion_key": key,
		}
	)
	frappe.db.savepoint("suggestion")
	try:
		suggestion.insert(ignore_permissions=True)  # made by the count, not by whoever assigns the complaint
	except frappe.UniqueValidationError:
		# another manager assigned the same kind of complaint this second
		frappe.db.rollback(save_point="suggestion")
		frappe.clear_last_message()
		return
	values = (doc.department, count, _(doc.complaint_type))
	notifications.tell(
		approvals.office_holders(MANAGER) | approvals.office_holders(HEAD, doc.department),
		SUBJECT,
		values,
		doctype="Quality Suggestion",
		name=suggestion.name,
	)
	# whoever assigns is not notified of their own step, and has not seen the count
	link = get_link_to_form("Quality Suggestion", suggestion.name, _("Quality Suggestion"))
	shown = (escape_html(str(value)) for value in values)
	frappe.msgprint(_(SUBJECT).format(*shown) + f" {link}", alert=True, indicator="orange")
