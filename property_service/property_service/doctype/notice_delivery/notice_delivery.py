import frappe
from frappe import _
from frappe.model.document import Document

from property_service.guards import refuse


class NoticeDelivery(Document):
	"""One recipient of a resident notice on one channel (SVC-20): written by the delivery job."""

	def validate(self):
		self.refuse_hand_writing()

	def on_trash(self):
		self.refuse_hand_writing()

	def refuse_hand_writing(self):
		refuse(
			_(
				"Deliveries are recorded by the system (SVC-20). Publish the notice, or retry what failed, from the notice itself."
			),
			exc=frappe.PermissionError,
		)


def on_doctype_update():
	frappe.db.add_unique(
		"Notice Delivery", ["notice", "channel", "recipient_key"], constraint_name="one_per_recipient"
	)
	# the job looks for the pending rows of one notice, the form counts them
	frappe.db.add_index("Notice Delivery", ["notice", "status", "channel"], index_name="notice_status")
