from frappe.model.document import Document


class SlipHandoverItem(Document):
	pass
