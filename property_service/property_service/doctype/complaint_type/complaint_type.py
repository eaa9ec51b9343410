from frappe.model.document import Document

from property_service.sent_values import CheckedValues


class ComplaintType(CheckedValues, Document):
	pass
