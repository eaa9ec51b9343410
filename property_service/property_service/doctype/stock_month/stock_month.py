"""Stock Month: what moved in one warehouse in one month, item by item; see property_service/stock/stock_months.py."""

import frappe
from frappe.model.document import Document

from property_service.guards import only_through_server


class StockMonth(Document):
	def before_validate(self):
		only_through_server(self)

	def on_trash(self):
		only_through_server(self)


def on_doctype_update():
	frappe.db.add_unique(
		"Stock Month", ["warehouse", "item_code", "month"], constraint_name="one_per_warehouse_item_month"
	)
	frappe.db.add_index("Stock Month", ["warehouse", "month"])
