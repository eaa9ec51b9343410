from frappe.model.document import Document


class FollowUpPlanQuestion(Document):
	pass
