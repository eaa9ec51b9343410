"""Tool Loan Balance: how many of a tool are in a warehouse's books and in somebody's hands; see property_service/tools/lending.py."""

from frappe.model.document import Document

from property_service.guards import only_through_server


class ToolLoanBalance(Document):
	def before_validate(self):
		only_through_server(self)

	def on_trash(self):
		only_through_server(self)
