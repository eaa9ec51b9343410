from frappe.model.document import Document


class ResidenceOverride(Document):
	pass
