from frappe.model.document import Document


class WarehouseStorageClass(Document):
	pass
