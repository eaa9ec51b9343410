"""Department: who signs for it (ORG-01), and that whoever takes it over takes over what was counted (procedure 4.3.5; LV-08)."""

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.approvals import DEPARTMENT_HEAD
from property_service.guards import refuse
from property_service.hr import handovers
from property_service.low_value import handover_counts
from property_service.rules import handover as rules


def validate(doc: Document, method: str | None = None) -> None:
	check_heads(doc)
	hand_over_articles(doc)


def check_heads(doc: Document) -> None:
	"""An acting head has a last day, and heads hold the role their steps ask for. Raises frappe.ValidationError."""
	if doc.get("acting_head") and not doc.get("acting_until"):
		refuse(_("An acting head needs the date until which to act (ORG-01). Fill in Acting Until."))
	for fieldname in ("department_head", "acting_head"):
		_warn_without_role(doc, fieldname)


def _warn_without_role(doc: Document, fieldname: str) -> None:
	user = doc.get(fieldname)
	if user and doc.has_value_changed(fieldname) and DEPARTMENT_HEAD not in frappe.get_roles(user):
		frappe.msgprint(
			_("{0} cannot sign yet: give this user the role {1} (ORG-01).").format(
				frappe.bold(user), frappe.bold(_(DEPARTMENT_HEAD))
			),
			indicator="orange",
			alert=True,
		)


def hand_over_articles(doc: Document) -> None:
	"""A head who goes has the department's articles counted first, or the finance manager excepts it."""
	stored = doc.get_doc_before_save()
	before = stored and stored.get("department_head")
	if not before or before == doc.get("department_head") or not handovers.is_on(doc.company):
		return
	matters = handovers.of_departments([doc.name], lock=True)
	if matters and handover_counts.use(doc.name):
		return
	handovers.check(rules.NEW_HEAD, doc.department_name, matters, department=doc.name)
