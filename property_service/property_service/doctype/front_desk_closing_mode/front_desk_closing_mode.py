from frappe.model.document import Document


class FrontDeskClosingMode(Document):
	pass
