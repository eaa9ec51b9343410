from frappe.model.document import Document


class SatisfactionResponseAnswer(Document):
	pass
