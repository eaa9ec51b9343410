from frappe.model.document import Document


class FrontDeskClosingDenomination(Document):
	pass
