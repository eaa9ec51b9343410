from frappe.model.document import Document


class FollowUpPolicy(Document):
	pass
