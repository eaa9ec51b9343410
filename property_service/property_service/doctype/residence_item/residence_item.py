from frappe.model.document import Document


class ResidenceItem(Document):
	pass
