"""Who switches a company over imports what comes along (ORG-06); roles that had rights on these before do not get more by
themselves.
"""

import frappe
from frappe.permissions import update_permission_property

RIGHTS = (
	("Customer", "Service Manager", ("write", "create", "import")),
	("Stock Reconciliation", "Finance Manager", ("import",)),
)


def execute() -> None:
	for doctype, role, rights in RIGHTS:
		if frappe.db.exists("Custom DocPerm", {"parent": doctype, "role": role, "permlevel": 0}):
			for right in rights:
				update_permission_property(doctype, role, 0, right, 1)
