from frappe.model.document import Document


class FollowUpPlanOwner(Document):
	pass
