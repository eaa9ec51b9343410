"""Posts stock for a document of the app."""

import frappe
from erpnext.stock.stock_ledger import NegativeStockError
from frappe import _
from frappe.model.document import Document

from property_service import settings
from property_service.guards import refuse


def issue(source: Document, item: str, quantity: float, warehouse: str, remark: str) -> str:
	"""Submit a Material Issue of `quantity` (stock unit) of `item` for `source` and return its name.

	In the caller's transaction, which has locked `source`: its state decides that it is posted once. Posted now, not
	on an earlier day: what lies between would be valued anew. Raises frappe.ValidationError when the warehouse has not
	got that much.
	"""
	row = settings.company_row(source.company)
	entry = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": issue_type(),
			"purpose": "Material Issue",
			"company": source.company,
			"from_warehouse": warehouse,
			"remarks": f"{remark}: {source.name}",
			"items": [
				{
					"item_code": item,
					"qty": quantity,
					"s_warehouse": warehouse,
					"cost_center": row and row.cost_center,
					"expense_account": row and row.get("water_expense_account"),
				}
			],
		}
	)
	entry.flags.ignore_permissions = (
		True  # the step that causes the posting was checked, not a right to book by hand
	)
	try:
		entry.insert()
		entry.submit()
	except NegativeStockError:
		frappe.clear_last_message()
		refuse(
			_(
				"{0} has less than {1} × {2} (DESK-06). Receive or transfer what was delivered, then record the delivery."
			).format(frappe.bold(warehouse), quantity, frappe.bold(item))
		)
	return entry.name


def refuse_cancelling(entry: Document, method: str | None = None) -> None:
	"""Doc event of Stock Entry: what a water order posted stays with that order."""
	source = frappe.db.get_value("Drinking Water Order", {"stock_entry": entry.name})
	if source and not entry.flags.with_source:
		refuse(
			_(
				"{0} was posted by {1} {2} and is not cancelled by itself (DESK-06). Cancel the delivery there."
			).format(frappe.bold(entry.name), _("Drinking Water Order"), frappe.bold(source))
		)


def issue_type() -> str:
	"""The site's stock entry type for issues: its name is in the language of the site's set-up."""
	return frappe.get_all(
		"Stock Entry Type", filters={"purpose": "Material Issue"}, pluck="name", order_by="creation", limit=1
	)[0]


def cancel(name: str | None) -> None:
	"""Cancel a posting of `issue`, in the caller's transaction."""
	if not name:
		return
	entry = frappe.get_doc("Stock Entry", name)
	entry.flags.with_source = True
	entry.flags.ignore_permissions = True  # see issue
	entry.flags.ignore_links = True  # the order names its entry, and goes with it
	entry.cancel()
