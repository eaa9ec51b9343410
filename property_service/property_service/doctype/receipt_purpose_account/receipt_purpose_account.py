from frappe.model.document import Document


class ReceiptPurposeAccount(Document):
	pass
