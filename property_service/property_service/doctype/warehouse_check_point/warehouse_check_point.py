from frappe.model.document import Document


class WarehouseCheckPoint(Document):
	pass
