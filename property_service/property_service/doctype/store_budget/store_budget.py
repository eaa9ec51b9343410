from frappe.model.document import Document


class StoreBudget(Document):
	pass
