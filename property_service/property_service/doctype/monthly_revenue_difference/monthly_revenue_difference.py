from frappe.model.document import Document


class MonthlyRevenueDifference(Document):
	pass
