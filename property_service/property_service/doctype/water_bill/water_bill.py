"""Water Bill: a company's drinking water of a month, invoiced once (DESK-06). Written by the server."""

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.guards import refuse


class WaterBill(Document):
	def validate(self) -> None:
		if not self.flags.server_write:
			refuse(
				_("Water bills are made at the end of the month (DESK-06), not by hand."),
				frappe.PermissionError,
			)

	def on_trash(self) -> None:
		refuse(_("A water bill stays: it says which deliveries were invoiced (DESK-06)."))


def on_doctype_update() -> None:
	frappe.db.add_unique("Water Bill", ["company", "customer", "bill_month"], constraint_name="one_per_month")
