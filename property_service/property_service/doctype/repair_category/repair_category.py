from frappe.model.document import Document

from property_service.sent_values import CheckedValues


class RepairCategory(CheckedValues, Document):
	pass
