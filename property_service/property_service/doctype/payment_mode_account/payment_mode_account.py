from frappe.model.document import Document


class PaymentModeAccount(Document):
	pass
