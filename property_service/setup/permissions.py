"""Permissions of the app's roles on DocTypes of ERPNext (those on its own DocTypes are in their definitions).

Frappe replaces a DocType's standard permissions as soon as one custom permission exists, so the first grant copies
the standard ones; taking the last grant back drops the copies if nobody has changed them since.
"""

import frappe
from frappe.permissions import add_permission, setup_custom_perms, update_permission_property

READ = ("read", "report", "print", "email")
WRITE = (*READ, "write", "create")
SUBMIT = (*WRITE, "submit")
CANCEL = (*SUBMIT, "cancel", "amend")
STORES_READERS = ("Storekeeper", "Buyer", "Stores Accountant", "Finance Manager", "General Manager")

# The front desk looks up who pays for a unit, and what was billed; priorities are chosen on tickets and agreements.
SERVICE_GRANTS = {
	# the department's manager answers for the customers' files (procedure 2.1)
	"Customer": {"Front Desk Clerk": ("read",), "Service Manager": ("read", "write", "create", "import")},
	# an order's material fetches its name and unit
	"Item": {"Front Desk Clerk": ("read",), "Service Manager": ("read",)},
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

# Documents of the stores. Who may take which step of them, and whose they see, is checked beyond this.
STORES_GRANTS = {
	"Material Request": {
		"Storekeeper": WRITE,
		"Buyer": READ,
		"Department Head": (*SUBMIT, "cancel"),
		"Technician": WRITE,
		"Front Desk Clerk": WRITE,
		"Service Manager": WRITE,
		"Admin HR": WRITE,
		"Stores Accountant": READ,
		"Finance Manager": CANCEL,
		"General Manager": CANCEL,
	},
	"Purchase Order": {
		"Storekeeper": READ,
		"Buyer": CANCEL,
		"Stores Accountant": READ,
		"Finance Manager": READ,
		"General Manager": READ,
	},
	"Purchase Receipt": {
		"Storekeeper": CANCEL,
		"Buyer": READ,
		"Department Head": (*READ, "write"),
		"Stores Accountant": CANCEL,
		"Finance Manager": (*READ, "write"),
		"General Manager": READ,
	},
	"Stock Entry": {
		"Storekeeper": CANCEL,
		"Department Head": READ,
		"Stores Accountant": CANCEL,
		"Finance Manager": READ,
		"General Manager": READ,
	},
	"Quality Inspection": {"Storekeeper": CANCEL, "Buyer": READ, "Finance Manager": READ},
	"Purchase Invoice": {"Buyer": READ, "Stores Accountant": WRITE, "Finance Manager": CANCEL},
	"Stock Reconciliation": {"Stores Accountant": READ, "Finance Manager": (*CANCEL, "import")},
	# ERPNext makes a bundle, as whoever posts, for every batch that moves; the finance manager posts counts.
	"Serial and Batch Bundle": {
		"Storekeeper": CANCEL,
		"Buyer": READ,
		"Stores Accountant": CANCEL,
		"Finance Manager": SUBMIT,
	},
	"Batch": {"Storekeeper": WRITE, "Stores Accountant": READ},
	"Item": {
		**dict.fromkeys(STORES_READERS, READ),
		"Storekeeper": (*READ, "write"),
		"Department Head": READ,
	},
	"Warehouse": {
		**dict.fromkeys(STORES_READERS, READ),
		"Storekeeper": (*READ, "write"),
		**dict.fromkeys(
			("Department Head", "Technician", "Front Desk Clerk", "Service Manager", "Admin HR"), ("select",)
		),
	},
	"Item Group": dict.fromkeys((*STORES_READERS, "Department Head"), READ),
	"Warehouse Type": dict.fromkeys(STORES_READERS, READ),
	"UOM": dict.fromkeys(STORES_READERS, READ),
	"Supplier": {**dict.fromkeys(STORES_READERS, READ), "Buyer": WRITE},
	"Supplier Group": dict.fromkeys(("Buyer", "Storekeeper", "Finance Manager"), READ),
	"Bin": dict.fromkeys(STORES_READERS, ("read", "report")),
	"Stock Ledger Entry": dict.fromkeys(STORES_READERS, ("read", "report", "export")),
	"Stock Entry Type": dict.fromkeys(STORES_READERS, ("read",)),
	# ERPNext's forms of receipts and entries ask these for their defaults, and tell whoever may not read them so.
	"Stock Settings": dict.fromkeys((*STORES_READERS, "Department Head"), ("read",)),
	"Buying Settings": dict.fromkeys((*STORES_READERS, "Department Head"), ("read",)),
	"Cost Center": dict.fromkeys((*STORES_READERS, "Department Head"), ("read",)),
	"Account": dict.fromkeys(STORES_READERS, ("read",)),
	"Price List": dict.fromkeys(("Storekeeper", "Buyer"), ("read",)),
	"Currency": dict.fromkeys(STORES_READERS, ("read",)),
	"Brand": dict.fromkeys(("Storekeeper", "Buyer"), ("read",)),
	"Quality Inspection Template": {"Storekeeper": READ, "Finance Manager": WRITE},
	"Quality Inspection Parameter": {"Storekeeper": READ, "Finance Manager": WRITE},
	"Terms and Conditions": dict.fromkeys(("Storekeeper", "Buyer"), ("read",)),
	"Purchase Taxes and Charges Template": dict.fromkeys(("Buyer", "Storekeeper"), ("read",)),
	"Item Tax Template": dict.fromkeys(("Buyer", "Storekeeper"), ("read",)),
	"Tax Category": dict.fromkeys(("Buyer", "Storekeeper"), ("read",)),
	"Department": dict.fromkeys(STORES_READERS, ("select",)),
	"Budget": dict.fromkeys(("Finance Manager", "General Manager"), READ),
	# What employees owe is read from the ledger.
	"GL Entry": dict.fromkeys(
		("Stores Accountant", "Finance Manager", "General Manager"), ("read", "report", "export")
	),
}


def merged(*tables: dict[str, dict[str, tuple[str, ...]]]) -> dict[str, dict[str, tuple[str, ...]]]:
	"""DocType -> role -> rights of several tables; a role that two of them name has the rights of both."""
	grants: dict[str, dict[str, tuple[str, ...]]] = {}
	for table in tables:
		for doctype, roles in table.items():
			for role, rights in roles.items():
				granted = grants.setdefault(doctype, {}).get(role, ())
				grants[doctype][role] = (*granted, *(right for right in rights if right not in granted))
	return grants


# Who brings along what on the day of switching over; each sees their own imports only, and imports with their own rights.
OWN_IMPORTS = ("read", "write", "create", "if_owner")
OPENING_GRANTS = {
	"Data Import": dict.fromkeys(("Service Manager", "Stores Accountant", "Finance Manager"), OWN_IMPORTS),
	"Customer": {"Finance Manager": ("read",)},
	"Sales Invoice": {"Finance Manager": (*SUBMIT, "import")},
	"Journal Entry": {"Finance Manager": (*SUBMIT, "import")},
}

GRANTS = merged(SERVICE_GRANTS, STORES_GRANTS, OPENING_GRANTS)

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
# What a new row has by itself, asked for or not: reading where a name is only picked, and carrying off the whole list.
GIVEN_BY_FRAPPE = ("read", "export")


def grant() -> None:
	for doctype, roles in GRANTS.items():
		for role, rights in roles.items():
			if frappe.db.exists("Custom DocPerm", {"parent": doctype, "role": role}):
				continue  # granted before; the company may have changed it since
			setup_custom_perms(doctype)
			add_permission(doctype, role, ptype=rights[0])
			for right in GIVEN_BY_FRAPPE:
				if right not in rights:
					update_permission_property(doctype, role, 0, right, 0)
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
