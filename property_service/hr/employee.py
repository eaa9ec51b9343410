"""Employee: whoever leaves or moves hands over what is open in that name (procedure 4.3.4, 4.5.6; WH-24)."""

from frappe.model.document import Document

from property_service.hr import handovers
from property_service.rules import handover as rules
from property_service.tools import custody, renaming


def validate(doc: Document, method: str | None = None) -> None:
	"""The employee's row is locked, so that nothing is handed out in that name meanwhile. Raises frappe.ValidationError."""
	stored = doc.get_doc_before_save()
	event = stored and rules.event_of(*((row.status, row.department, row.company) for row in (stored, doc)))
	if not event or not handovers.is_on(stored.company):
		return
	custody.lock_holder(doc.name)
	matters = handovers.of_employees([doc.name], lock=True)
	handovers.check(event, doc.employee_name or doc.name, matters, employee=doc.name)


def before_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	if merge:
		renaming.refuse_merging("Employee", old)


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	renaming.follow("Employee", new)
