from frappe.model.document import Document


class PropertyServiceCompany(Document):
	pass
