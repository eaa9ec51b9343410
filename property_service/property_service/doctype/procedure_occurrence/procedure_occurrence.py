import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from property_service import procedure_calendar, settings
from property_service.guards import refuse
from property_service.refusals import stop
from property_service.rules import procedure_calendar as rules


class ProcedureOccurrence(Document):
	"""One due date of a procedure task at one company (CAL-02): opened and closed by the system."""

	def autoname(self):
		abbr = frappe.get_cached_value("Company", self.company, "abbr")
		self.name = f"{self.task_code}-{self.period}-{abbr}"

	def onload(self):
		marked = by_hand(self)
		self.set_onload("expects", marked.expects)
		self.set_onload("may_mark_done", not rules.refuse_by_hand(marked))

	def validate(self):
		self.refuse_hand_writing()

	def on_trash(self):
		self.refuse_deletion()

	def refuse_hand_writing(self):
		if not self.flags.server_write:
			refuse(
				_(
					"The procedure calendar is kept by the system (CAL-02). Change the task in {0}, or mark it as done."
				).format(_(settings.DOCTYPE)),
				exc=frappe.PermissionError,
			)

	def refuse_deletion(self):
		refuse(
			_(
				"{0} is part of the record that staff evaluation rests on (procedures 4.10, CAL-03) and is never deleted. "
				"Disable the task in {1} to stop asking for it."
			).format(frappe.bold(self.name), _(settings.DOCTYPE))
		)


def on_doctype_update():
	frappe.db.add_unique(
		procedure_calendar.OCCURRENCE, ["task_code", "company", "period"], constraint_name="one_per_period"
	)


@frappe.whitelist(methods=["POST"])
def mark_done(name: str, note: str | None = None) -> None:
	"""Closes a task that no document fulfils; the server records the session user and today (CAL-01).

	Raises frappe.PermissionError for anybody but a responsible user, frappe.ValidationError when the
	task is not open or a document has to fulfil it.
	"""
	occurrence = frappe.get_doc(procedure_calendar.OCCURRENCE, name, for_update=True)
	occurrence.check_permission("read")
	stop(rules.refuse_by_hand(by_hand(occurrence)), rules.ANOTHER_PERSONS)
	procedure_calendar.close(
		occurrence, done_on=getdate(nowdate()), done_by=frappe.session.user, note=(note or "").strip() or None
	)


def by_hand(occurrence: Document) -> rules.ByHand:
	"""The occurrence as the rules see it when the session user marks it."""
	task = task_of(occurrence)
	return rules.ByHand(
		title=occurrence.title,
		company=occurrence.company,
		status=occurrence.status,
		role=occurrence.responsible_role,
		responsible=frappe.session.user in procedure_calendar.responsible_users(occurrence),
		expects=task.fulfilling_doctype if task else None,
		done_on=occurrence.done_on,
		done_by=occurrence.done_by,
	)


def task_of(occurrence: Document) -> Document | None:
	"""The task as the settings have it today; None when it has been removed."""
	tasks = settings.get().get("procedure_tasks", [])
	return next((task for task in tasks if task.task_code == occurrence.task_code), None)
