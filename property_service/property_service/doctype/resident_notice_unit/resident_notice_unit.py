from frappe.model.document import Document


class ResidentNoticeUnit(Document):
	pass
