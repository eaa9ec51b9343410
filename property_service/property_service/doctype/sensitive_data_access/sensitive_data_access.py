from typing import TYPE_CHECKING

from frappe import _
from frappe.model.document import Document

from property_service.guards import refuse


class SensitiveDataAccess(Document):
	"""Who saw a protected number, when and why (ORG-03). Written by `reveal` only, never changed."""

	if TYPE_CHECKING:
		from frappe.types import DF

		accessed_on: DF.Datetime | None
		company: DF.Link | None
		reason: DF.SmallText | None
		reference_doctype: DF.Link | None
		reference_name: DF.DynamicLink | None
		sensitive_field: DF.Data | None
		user: DF.Link | None

	def before_insert(self):
		if not self.flags.server_write:
			self.refuse_change()

	def validate(self):
		if not self.is_new():
			self.refuse_change()

	def before_rename(self, old, new, merge=False):
		self.refuse_change()

	def on_trash(self):
		self.refuse_change()

	def refuse_change(self):
		refuse(_("Access records are written by the system and kept as they are (ORG-03)."))
