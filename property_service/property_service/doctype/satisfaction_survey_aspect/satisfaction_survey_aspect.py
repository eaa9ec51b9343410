from frappe.model.document import Document


class SatisfactionSurveyAspect(Document):
	pass
