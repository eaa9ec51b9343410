"""Stock entries that the app itself makes: what moved because a document of the procedure says so."""

from collections.abc import Iterable, Mapping

import frappe
from frappe.model.document import Document

TRANSFER = "Material Transfer"


def submit(
	purpose: str,
	company: str,
	rows: Iterable[Mapping],
	*,
	department: str | None = None,
	**values: object,
) -> Document:
	"""Insert and submit a stock entry in the caller's transaction, and return it.

	`rows` are those of a Stock Entry Detail. Whoever calls has checked that the acting user may cause the movement; what goes
	where is checked by the entry's own events all the same. Raises frappe.ValidationError.
	"""
	entry = frappe.new_doc("Stock Entry")
	entry.update(
		{
			"stock_entry_type": entry_type(purpose),
			"purpose": purpose,
			"company": company,
			"department": department,
			"items": [dict(row) for row in rows],
			**values,
		}
	)
	entry.flags.department_given = bool(department)
	# The step that causes the movement was checked, not a right to move goods by hand
	entry.flags.ignore_permissions = True
	entry.insert()
	entry.submit()
	return entry


def entry_type(purpose: str) -> str:
	"""The site's stock entry type for a purpose: its name is in the language of the site's set-up."""
	return frappe.get_all(
		"Stock Entry Type", filters={"purpose": purpose}, pluck="name", order_by="creation", limit=1
	)[0]
