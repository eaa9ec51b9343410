from frappe.model.document import Document


class OwnerCategory(Document):
	pass
