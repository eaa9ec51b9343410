from frappe.model.document import Document


class RepairCategory(Document):
	pass
