from frappe.model.document import Document


class DocumentHandoverItem(Document):
	pass
