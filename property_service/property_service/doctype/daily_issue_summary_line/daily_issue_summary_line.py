from frappe.model.document import Document


class DailyIssueSummaryLine(Document):
	pass
