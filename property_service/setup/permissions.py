"""Permissions of the app's roles on DocTypes of ERPNext (those on its own DocTypes are in their definitions).

Frappe replaces a DocType's standard permissions as soon as one custom permission exists, so the first grant copies
the standard ones; taking the last grant back drops the copies if nobody has changed them since.
"""

import frappe
from frappe.permissions import add_permission, setup_custom_perms, update_permission_property

# The front desk looks up who pays for a unit, and what was billed; priorities are chosen on tickets and agreements.
GRANTS = {
	"Customer": {"Front Desk Clerk": ("read",), "Service Manager": ("read",)},
	"Item": {"Front Desk Clerk": ("select",), "Service Manager": ("select",)},
	"Sales Invoice": {"Front Desk Clerk": ("read",), "Service Manager": ("read",)},
	"Issue Priority": {
		"Front Desk Clerk": ("read",),
		"Service Manager": ("read",),
		"Technician": ("read",),
		"Department Head": ("read",),
		"General Manager": ("read",),
	},
	# The till: how money is paid, and where finance says that it is booked.
	"Mode of Payment": {
		"Front Desk Clerk": ("read",),
		"Service Manager": ("read",),
		"Cashier": ("read",),
		"Finance Manager": ("read",),
	},
	"Account": {"Finance Manager": ("read",), "Cashier": ("select",), "Service Manager": ("select",)},
	# Units of the material on a service order.
	"UOM": {
		"Front Desk Clerk": ("select",),
		"Service Manager": ("select",),
		"Technician": ("select",),
		"Department Head": ("select",),
	},
}

RIGHTS = (
	*(
		"role",
		"permlevel",
		"if_owner",
		"read",
		"write",
		"create",
		"delete",
		"submit",
		"cancel",
		"amend",
		"select",
	),
	*("report", "export", "import", "share", "print", "email"),
)


def grant() -> None:
	for doctype, roles in GRANTS.items():
		for role, rights in roles.items():
			if frappe.db.exists("Custom DocPerm", {"parent": doctype, "role": role}):
				continue  # granted before; the company may have changed it since
			setup_custom_perms(doctype)
			add_permission(doctype, role, ptype=rights[0])
			for right in rights[1:]:
				update_permission_property(doctype, role, 0, right, 1)


def revoke() -> None:
	for doctype, roles in GRANTS.items():
		frappe.db.delete("Custom DocPerm", {"parent": doctype, "role": ("in", list(roles))})
		if rules_of("Custom DocPerm", doctype) == rules_of("DocPerm", doctype):
			frappe.db.delete("Custom DocPerm", {"parent": doctype})
		frappe.clear_cache(doctype=doctype)


def rules_of(table: str, doctype: str) -> list[tuple]:
	rows = frappe.get_all(
		table, filters={"parent": doctype}, fields=list(RIGHTS), order_by="name", as_list=True
	)
	return sorted(tuple(value or 0 for value in row) for row in rows)
