"""Base of the child tables of documents that a department owns (ORG-02)."""

import frappe
from frappe.model.document import Document


class ChildRow(Document):
	"""A row that is read by itself (`GET /api/resource/<table>/<name>`) asks its document's permission.

	Frappe 15 asks for such a row only whether the user may read the parent's DocType at all, which
	would show every department's rows.
	"""

	def has_permission(self, permtype="read", **kwargs) -> bool:
		allowed = super().has_permission(permtype, **kwargs)
		if not allowed or self.flags.ignore_permissions or self.parent_doc or self.is_new():
			return allowed
		return frappe.get_doc(self.parenttype, self.parent).has_permission(permtype, **kwargs)
