from frappe.model.document import Document


class PropertyServiceDeputy(Document):
	pass
