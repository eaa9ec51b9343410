import frappe
from frappe import _
from frappe.model.document import Document

from property_service import procedure_calendar
from property_service.guards import refuse
from property_service.rules.procedure_calendar import rule_problem


class ProcedureTask(Document):
	"""A line of the procedure calendar (CAL-01)."""


def validate_tasks(settings: Document, method: str | None = None) -> None:
	"""Refuses a calendar that the daily job could not work with (`validate` of the settings)."""
	require_unique_codes(settings)
	for task in settings.procedure_tasks:
		require_usable_day(task)
		require_usable_fulfilment(task)


def require_unique_codes(settings: Document) -> None:
	seen = set()
	for task in settings.procedure_tasks:
		task.task_code = (task.task_code or "").strip()
		if task.task_code.casefold() in seen:
			refuse(
				_("Row {0}: the task code {1} is used twice (CAL-01). Give each task its own code.").format(
					task.idx, frappe.bold(task.task_code)
				)
			)
		seen.add(task.task_code.casefold())


def require_usable_day(task: Document) -> None:
	problem = rule_problem(procedure_calendar.day_rule(task))
	if not problem:
		return
	wanted = {
		"day": _("a day from 1 to 31"),
		"interval": _("an interval from 1 to 366 days"),
		"anchor": _("the day it is counted from"),
		"kind": _("one of the day rules of the list"),
	}
	refuse(
		_("Row {0}, {1}: the due day needs {2} (CAL-01).").format(
			task.idx, frappe.bold(task.title), wanted[problem]
		)
	)


def require_usable_fulfilment(task: Document) -> None:
	if not task.fulfilling_doctype:
		return
	meta = frappe.get_meta(task.fulfilling_doctype)
	if meta.issingle or meta.istable or meta.is_virtual:
		_refuse_fulfilment(task, _("{0} does not hold documents of its own").format(_(meta.name)))
	_require_field(task, meta, task.date_field, ("Date", "Datetime"))
	_require_field(task, meta, task.user_field, ("Link",))
	try:
		frappe.get_all(
			task.fulfilling_doctype,
			filters=procedure_calendar.fulfilling_filters(task),
			fields=procedure_calendar.fulfilling_fields(task),
			limit=1,
			order_by="creation desc",
		)
	except Exception as error:
		# whatever the database or Frappe says about the filter is what the user has to read
		frappe.clear_last_message() if frappe.get_message_log() else None
		_refuse_fulfilment(
			task, _("the filter cannot be used: {0}").format(frappe.utils.escape_html(str(error)))
		)


def _require_field(task: Document, meta, fieldname: str | None, fieldtypes: tuple[str, ...]) -> None:
	if not fieldname or fieldname in ("creation", "modified", "owner", "modified_by"):
		return
	field = meta.get_field(fieldname)
	if (
		not field
		or field.fieldtype not in fieldtypes
		or (field.fieldtype == "Link" and field.options != "User")
	):
		_refuse_fulfilment(
			task, _("{0} has no suitable field {1}").format(_(meta.name), frappe.utils.escape_html(fieldname))
		)


def _refuse_fulfilment(task: Document, reason: str) -> None:
	refuse(
		_("Row {0}, {1}: {2} (CAL-01). Correct what fulfils the task, or leave it empty.").format(
			task.idx, frappe.bold(task.title), reason
		)
	)
