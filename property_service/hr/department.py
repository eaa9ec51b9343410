"""Department: whoever takes it over takes over what was counted (procedure 4.3.5; LV-08)."""

from frappe.model.document import Document

from property_service.hr import handovers
from property_service.low_value import handover_counts
from property_service.rules import handover as rules


def validate(doc: Document, method: str | None = None) -> None:
	"""A head who goes has the department's articles counted first, or the finance manager excepts it."""
	stored = doc.get_doc_before_save()
	before = stored and stored.get("department_head")
	if not before or before == doc.get("department_head") or not handovers.is_on(doc.company):
		return
	matters = handovers.of_departments([doc.name], lock=True)
	if matters and handover_counts.use(doc.name):
		return
	handovers.check(rules.NEW_HEAD, doc.department_name, matters, department=doc.name)
