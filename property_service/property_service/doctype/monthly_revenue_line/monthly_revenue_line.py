from frappe.model.document import Document


class MonthlyRevenueLine(Document):
	pass
