"""What the app asks of ERPNext's Department: who signs for it (ORG-01)."""

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.approvals import DEPARTMENT_HEAD
from property_service.guards import refuse


def check_heads(doc: Document, method: str | None = None) -> None:
	"""Doc event `validate`: an acting head has a last day, and heads hold the role their steps ask for."""
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
