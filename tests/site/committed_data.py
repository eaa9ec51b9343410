"""Clears up after tests that commit, because a web server or another process had to see their data."""

import time

import frappe
from frappe.utils.background_jobs import get_queues

from tests import low_value
from tests.stores import IN_USE

MODULE = "Property Service"

# Documents of ERPNext that the stores procedure works with, their rows, and what they post.
STORES_DOCUMENTS = (
	*("Item", "Item Default", "Item Barcode", "UOM Conversion Detail", "Item Price", "Item Reorder", "Bin"),
	*("Warehouse", "Warehouse Storage Class"),
	*("Material Request", "Material Request Item", "Purchase Order", "Purchase Order Item"),
	*("Purchase Receipt", "Purchase Receipt Item", "Purchase Invoice", "Purchase Invoice Item"),
	*("Purchase Taxes and Charges", "Payment Schedule", "Stock Entry", "Stock Entry Detail"),
	*(
		"Quality Inspection",
		"Quality Inspection Reading",
		"Stock Reconciliation",
		"Stock Reconciliation Item",
	),
	*("Delivery Note", "Delivery Note Item", "Sales Invoice", "Sales Invoice Item"),
	*("Batch", "Serial No", "Serial and Batch Bundle", "Serial and Batch Entry", "Landed Cost Voucher"),
	*("Stock Ledger Entry", "GL Entry", "Payment Ledger Entry", "Repost Item Valuation"),
	*("Journal Entry", "Journal Entry Account", "Budget", "Budget Account"),
)

# Records of Frappe and ERPNext that the app's documents bring along.
SIDE_EFFECTS = (
	*("ToDo", "Notification Log", "Workflow Action", "Workflow Action Permitted Role", "DocShare"),
	*("Email Queue", "Email Queue Recipient", "Communication", "Communication Link"),
	*("Version", "Comment", "File", "Activity Log", "Access Log", "Error Log", "Deleted Document"),
	*STORES_DOCUMENTS,
	*("Customer", "Contact", "Contact Phone", "Contact Email", "Address", "Dynamic Link"),
)


def refresh() -> None:
	"""Commits what this test wrote and sees what other processes have committed since."""
	frappe.db.commit()


def wait_for_jobs(seconds: float = 60) -> None:
	"""What the test's processes have queued, the site's worker writes: after the test, under the next one's hands (a user
	who leaves has his Contact saved by a job). A job that takes longer than `seconds` is left to itself.
	"""
	until = time.monotonic() + seconds
	while time.monotonic() < until:
		if not any(queue.count or queue.started_job_registry.count for queue in get_queues()):
			return
		time.sleep(0.1)


def delete_created_since(started: str) -> None:
	"""One DELETE per table; goes past the app's own refusals to delete, which are not under test here."""
	for doctype in (*own_doctypes(), *SIDE_EFFECTS):
		frappe.db.delete(doctype, {"creation": (">=", started)})
	frappe.db.commit()
	frappe.clear_cache()


def own_doctypes() -> list[str]:
	return frappe.get_all(
		"DocType", filters={"module": MODULE, "issingle": 0, "is_virtual": 0}, pluck="name", order_by="name"
	)


SWITCHES = ("service", "registers", "stores", "low_value")


def switches() -> list[dict]:
	"""Which procedures each company uses: settings are changed, not created. Without what a file of tests has switched on
	for itself, which may be the one that asks first.
	"""
	rows = frappe.get_all("Property Service Company", fields=["name", "company", *SWITCHES], order_by="name")
	for row in rows:
		row.stores = int(row.stores and row.company not in IN_USE)
		row.low_value = int(row.low_value and row.company not in low_value.IN_USE)
	return rows


def switch_back(rows: list[dict]) -> None:
	for row in rows:
		values = {switch: row[switch] for switch in SWITCHES}
		values["stores"] = values["stores"] or int(row.company in IN_USE)
		values["low_value"] = values["low_value"] or int(row.company in low_value.IN_USE)
		frappe.db.set_value("Property Service Company", row.name, values, update_modified=False)
