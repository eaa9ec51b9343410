"""Stores Month End (仓库月结): the movement statement of a store's month, as it stood when it was drawn up (WH-30).

See README.md.
"""

import frappe
from frappe import _

from property_service.guards import refuse
from property_service.sent_values import CheckedValues
from property_service.stock import month_end


class StoresMonthEnd(CheckedValues):
	def validate(self) -> None:
		"""Figures and names are the server's, all of them."""
		if not self.flags.server_write:
			refuse(_("A month end is written by drawing up its movement statement (WH-30)."))
		self.month_key = month_end.month_key(self.store, frappe.utils.getdate(self.month))

	def on_trash(self) -> None:
		refuse(_("Month ends are kept (WH-30)."))
