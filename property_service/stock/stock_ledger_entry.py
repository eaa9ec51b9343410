"""Stock Ledger Entry: every posting, by whatever document, passes the last gate (WH-07) and is noted in the monthly figures
(WH-29).
"""

from frappe.model.document import Document

from property_service.guards import procedure_is_on
from property_service.stock import gates, stock_months


def on_submit(doc: Document, method: str | None = None) -> None:
	"""Cancelling submits a reversing entry, so this sees both."""
	if procedure_is_on("stores", doc.company):
		gates.check_posting(doc)
		stock_months.touch(doc.company, doc.warehouse, doc.item_code, doc.posting_date)
