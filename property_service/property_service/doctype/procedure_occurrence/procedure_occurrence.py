import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from property_service import procedure_calendar, settings
from property_service.guards import refuse


class ProcedureOccurrence(Document):
	"""One due date of a procedure task at one company (CAL-02): opened and closed by the system."""

	def autoname(self):
		abbr = frappe.get_cached_value("Company", self.company, "abbr")
		self.name = f"{self.task_code}-{self.period}-{abbr}"

	def onload(self):
		task = task_of(self)
		self.set_onload("expects", task.fulfilling_doctype if task else None)
		self.set_onload("may_mark_done", may_mark_done(self))

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
	require_open(occurrence)
	require_fulfilled_by_hand(occurrence)
	require_responsible_user(occurrence)
	procedure_calendar.close(
		occurrence, done_on=getdate(nowdate()), done_by=frappe.session.user, note=(note or "").strip() or None
	)


def require_open(occurrence: Document) -> None:
	if occurrence.status == procedure_calendar.OPEN:
		return
	if occurrence.status == procedure_calendar.NOT_REQUIRED:
		refuse(
			_(
				"{0} was not required: {1} did not use the procedure then (CAL-02). Nothing needs to be done."
			).format(frappe.bold(occurrence.title), occurrence.company)
		)
	refuse(
		_(
			"{0} was already done on {1} by {2} (CAL-02). Open the report Procedure Deadlines to see it."
		).format(
			frappe.bold(occurrence.title),
			frappe.utils.formatdate(occurrence.done_on),
			frappe.utils.get_fullname(occurrence.done_by),
		)
	)


def require_fulfilled_by_hand(occurrence: Document) -> None:
	task = task_of(occurrence)
	if task and task.fulfilling_doctype:
		refuse(
			_(
				"{0} is fulfilled by a document of type {1} (CAL-02). Enter that document; it closes the task."
			).format(frappe.bold(occurrence.title), frappe.bold(_(task.fulfilling_doctype)))
		)


def require_responsible_user(occurrence: Document) -> None:
	if frappe.session.user not in procedure_calendar.responsible_users(occurrence):
		refuse(
			_("{0} is the task of the {1} (CAL-02). Ask one of them to mark it as done.").format(
				frappe.bold(occurrence.title), frappe.bold(_(occurrence.responsible_role))
			),
			exc=frappe.PermissionError,
		)


def may_mark_done(occurrence: Document) -> bool:
	"""Whether the form offers the session user the button."""
	task = task_of(occurrence)
	return (
		occurrence.status == procedure_calendar.OPEN
		and not (task and task.fulfilling_doctype)
		and frappe.session.user in procedure_calendar.responsible_users(occurrence)
	)


def task_of(occurrence: Document) -> Document | None:
	"""The task as the settings have it today; None when it has been removed."""
	tasks = settings.get().get("procedure_tasks", [])
	return next((task for task in tasks if task.task_code == occurrence.task_code), None)
