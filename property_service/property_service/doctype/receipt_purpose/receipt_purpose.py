from frappe.model.document import Document

from property_service.sent_values import CheckedValues


class ReceiptPurpose(CheckedValues, Document):
	"""What money is taken or paid for at the front desk (CASH-01); where it is booked is a row of the settings."""
