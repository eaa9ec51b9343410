"""Card Day Posting (一卡通日记账): what cards lost and gained in a day, in the ledger by one journal entry (DESK-02)."""

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.guards import refuse


class CardDayPosting(Document):
	"""Written by posting.py only: one for a company and day."""

	def before_validate(self) -> None:
		if not self.flags.server_write:
			refuse(
				_("The day of the cards is posted by the server (DESK-02); nobody writes it by hand."),
				exc=frappe.PermissionError,
			)

	def on_trash(self) -> None:
		refuse(_("Postings of cards are kept (DESK-02)."))
