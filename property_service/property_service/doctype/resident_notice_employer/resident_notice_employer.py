from frappe.model.document import Document


class ResidentNoticeEmployer(Document):
	pass
