from frappe import _
from frappe.model.document import Document

from property_service.guards import refuse


class LedgerPosting(Document):
	"""A posting of the app and the document behind it; its key is unique, so nothing is posted twice (Q-03)."""

	def on_trash(self):
		refuse(_("Postings are kept with the books (CASH-03)."))
