from frappe.model.document import Document


class ComplaintType(Document):
	pass
