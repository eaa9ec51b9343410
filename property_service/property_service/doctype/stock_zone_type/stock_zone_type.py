from frappe.model.document import Document


class StockZoneType(Document):
	pass
