from frappe.model.document import Document


class Complainant(Document):
	pass
