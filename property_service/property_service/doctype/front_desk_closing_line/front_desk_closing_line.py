from frappe.model.document import Document


class FrontDeskClosingLine(Document):
	pass
