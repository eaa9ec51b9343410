"""The daily job of the procedure calendar: opens what falls due, closes what is done, asks who has not (CAL-02).

Every step looks at what the database holds, not at when it last ran: a second run finds nothing to do, and the run
after missed days does what those days would have done.
"""

from datetime import date

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, now_datetime, nowdate
from frappe.utils.user import get_users_with_role

from property_service import approvals, notifications, settings
from property_service.guards import PROCEDURES
from property_service.rules import procedure_calendar as rules

OCCURRENCE = "Procedure Occurrence"
PROCEDURE_KEYS = {label: key for key, label in PROCEDURES.items()}
OPEN, DONE, NOT_REQUIRED = rules.OPEN, rules.DONE, rules.NOT_REQUIRED


def catch_up() -> None:
	"""Brings the calendar up to today (daily)."""
	open_due_tasks()
	reopen_withdrawn()
	close_fulfilled()
	assign_open()


# ---- opening ---------------------------------------------------------------------------------------------------


def open_due_tasks() -> None:
	"""Opens one occurrence per task, company and period whose reminder day has come.

	Where the company does not use the procedure the occurrence is recorded as not required: switching
	a procedure on later must not ask for the past.
	"""
	today = getdate(nowdate())
	last_due = _last_due_dates()
	for task in _tasks():
		for company in settings.get().companies:
			start = last_due.get((task.task_code, company.company)) or _eve(task, company)
			for due in rules.opened_until(day_rule(task), task.remind_days_before, start, today):
				_open(task, company, due)


def _tasks() -> list[Document]:
	return [task for task in settings.get().get("procedure_tasks", []) if not task.disabled]


def day_rule(task: Document) -> rules.DayRule:
	return rules.DayRule(
		task.day_rule,
		task.day or 0,
		task.every_days or 0,
		getdate(task.anchor_date) if task.anchor_date else None,
	)


def _last_due_dates() -> dict[tuple[str, str], date]:
	table = frappe.qb.DocType(OCCURRENCE)
	rows = (
		frappe.qb.from_(table)
		.select(table.task_code, table.company, frappe.query_builder.functions.Max(table.due_on))
		.groupby(table.task_code, table.company)
		.run()
	)
	return {(task_code, company): last for task_code, company, last in rows}


def _eve(task: Document, company: Document) -> date:
	"""The day before the first day that is asked for."""
	first = max(getdate(day) for day in (task.starts_on, company.get("calendar_from"), "2000-01-01") if day)
	return getdate(frappe.utils.add_days(first, -1))


def _open(task: Document, company: Document, due: rules.Due) -> None:
	key = {"task_code": task.task_code, "company": company.company, "period": due.period}
	if frappe.db.exists(OCCURRENCE, key):
		return  # the day of the task was changed after the period had been opened
	occurrence = frappe.get_doc(
		{
			"doctype": OCCURRENCE,
			**key,
			"title": task.title,
			"due_on": due.due_on,
			"remind_on": frappe.utils.add_days(due.due_on, -task.remind_days_before),
			"responsible_role": task.responsible_role,
			"status": OPEN if company.get(PROCEDURE_KEYS[task.procedure]) else NOT_REQUIRED,
		}
	)
	occurrence.flags.server_write = True
	# The key of the database, not the look-up above, keeps a second run at the same moment from repeating it.
	occurrence.insert(ignore_permissions=True, ignore_if_duplicate=True)  # nobody writes occurrences by hand


# ---- closing ---------------------------------------------------------------------------------------------------


def close_fulfilled() -> None:
	"""Closes every open occurrence whose fulfilling document exists; one query per task (hourly)."""
	open_by_task: dict[str, list[Document]] = {}
	for occurrence in open_occurrences():
		open_by_task.setdefault(occurrence.task_code, []).append(occurrence)
	for task in _tasks():
		if task.fulfilling_doctype and task.task_code in open_by_task:
			try:
				_close_fulfilled_of(task, open_by_task[task.task_code])
			except Exception:
				# One task whose DocType or field has gone since it was set up must not stop all others.
				frappe.log_error(f"Procedure calendar: task {task.task_code} cannot be checked")


def open_occurrences() -> list[Document]:
	"""Open occurrences, locked until the transaction ends so that two runs cannot act on one at once."""
	table = frappe.qb.DocType(OCCURRENCE)
	return (
		frappe.qb.from_(table)
		.select("*")
		.where(table.status == OPEN)
		.orderby(table.name)
		.for_update()
		.run(as_dict=True)
	)


def _close_fulfilled_of(task: Document, occurrences: list[Document]) -> None:
	rule = day_rule(task)
	open_ones = [
		rules.Occurrence(o.name, o.company, o.due_on, *rules.window(rule, task.remind_days_before, o.due_on))
		for o in occurrences
	]
	rows = _fulfilling_rows(task, min(o.opens for o in open_ones), max(o.closes for o in open_ones))
	found = rules.fulfilments(
		open_ones, [rules.Document(row.name, row.get("company"), getdate(row.counts_on)) for row in rows]
	)
	by_name = {row.name: row for row in rows}
	for occurrence, document in found.items():
		row = by_name[document.name]
		close(
			frappe.get_doc(OCCURRENCE, occurrence),
			done_on=document.counts_on,
			done_by=row.done_by,
			fulfilling_doctype=task.fulfilling_doctype,
			fulfilling_document=document.name,
		)


def _fulfilling_rows(task: Document, opens: date, closes: date) -> list[dict]:
	"""Documents of the window that pass the task's filter and have fulfilled no occurrence of it yet."""
	counts_on = task.date_field or "creation"
	rows = frappe.get_all(
		task.fulfilling_doctype,
		filters=[
			*fulfilling_filters(task),
			["docstatus", "<", 2],
			[counts_on, ">=", opens],
			[counts_on, "<", frappe.utils.add_days(closes, 1)],
		],
		fields=fulfilling_fields(task),
		order_by=f"{counts_on} asc",
	)
	used = frappe.get_all(
		OCCURRENCE,
		filters={
			"task_code": task.task_code,
			"fulfilling_document": ("in", [row.name for row in rows] or [""]),
		},
		pluck="fulfilling_document",
		order_by="name",
	)
	return [row for row in rows if row.name not in used]


def fulfilling_filters(task: Document) -> list:
	"""The task's filter as a list of conditions; raises ValueError when it is not JSON."""
	filters = frappe.parse_json(task.fulfilling_filters or "[]")
	if isinstance(filters, dict):
		return [
			[field, *(value if isinstance(value, list) else ("=", value))] for field, value in filters.items()
		]
	if not isinstance(filters, list):
		raise ValueError("filters are neither a list nor an object")
	return filters


def fulfilling_fields(task: Document) -> list[str]:
	fields = [
		"name",
		f"{task.date_field or 'creation'} as counts_on",
		f"{task.user_field or 'owner'} as done_by",
	]
	if frappe.get_meta(task.fulfilling_doctype).has_field("company"):
		fields.append("company")
	return fields


def close(occurrence: Document, done_on: date, done_by: str, **fulfilment) -> None:
	"""Records what, when and by whom, and takes the task off everybody's list."""
	occurrence.update(
		{
			"status": DONE,
			"done_on": done_on,
			"done_by": done_by,
			"recorded_on": now_datetime(),
			"days_late": rules.days_late(getdate(occurrence.due_on), getdate(done_on), getdate(done_on)),
			**fulfilment,
		}
	)
	_save(occurrence)
	_set_assignments(occurrence.name, "Open", "Closed")


def reopen_withdrawn() -> None:
	"""Opens again what was closed by a document that has been cancelled or deleted since; one query per DocType."""
	closed_by: dict[str, dict[str, str]] = {}
	for row in frappe.get_all(
		OCCURRENCE,
		filters={
			"status": DONE,
			"fulfilling_document": ("is", "set"),
			"due_on": (">=", frappe.utils.add_days(nowdate(), -rules.LONGEST_INTERVAL)),
		},
		fields=["name", "fulfilling_doctype", "fulfilling_document"],
		order_by="name",
	):
		closed_by.setdefault(row.fulfilling_doctype, {})[row.name] = row.fulfilling_document
	for doctype, documents in closed_by.items():
		standing = set(
			frappe.get_all(
				doctype,
				filters={"name": ("in", list(documents.values())), "docstatus": ("<", 2)},
				pluck="name",
				order_by="name",
			)
		)
		for occurrence, document in documents.items():
			if document not in standing:
				_reopen(frappe.get_doc(OCCURRENCE, occurrence))


def _reopen(occurrence: Document) -> None:
	for field in ("done_on", "done_by", "recorded_on", "fulfilling_doctype", "fulfilling_document"):
		occurrence.set(field, None)
	occurrence.update({"status": OPEN, "days_late": 0})
	_save(occurrence)
	_set_assignments(occurrence.name, "Closed", "Open")


def _save(occurrence: Document) -> None:
	occurrence.flags.server_write = True
	occurrence.save(ignore_permissions=True)  # nobody writes occurrences by hand


# ---- asking ----------------------------------------------------------------------------------------------------


def assign_open() -> None:
	"""Gives every responsible user of an open occurrence one assignment and one notification, ever."""
	occurrences = open_occurrences()
	asked = _already_asked([occurrence.name for occurrence in occurrences])
	responsible: dict[tuple[str, str], set[str]] = {}
	for occurrence in occurrences:
		key = (occurrence.responsible_role, occurrence.company)
		if key not in responsible:
			responsible[key] = responsible_users(frappe.get_doc(OCCURRENCE, occurrence.name))
		for user in sorted(responsible[key] - asked.get(occurrence.name, set())):
			_assign(occurrence, user)


def _already_asked(names: list[str]) -> dict[str, set[str]]:
	"""A locking read: another run's assignments, committed while this one waited, count as well."""
	if not names:
		return {}
	todo = frappe.qb.DocType("ToDo")
	asked: dict[str, set[str]] = {}
	for name, user in (
		frappe.qb.from_(todo)
		.select(todo.reference_name, todo.allocated_to)
		.where((todo.reference_type == OCCURRENCE) & todo.reference_name.isin(names))
		.for_update()
		.run()
	):
		asked.setdefault(name, set()).add(user)
	return asked


def responsible_users(occurrence: Document) -> set[str]:
	"""Who holds the role, deputies on their days; who works for another company is not asked."""
	role = occurrence.responsible_role
	if role == approvals.DEPARTMENT_HEAD:
		users = set(get_users_with_role(role))  # no department owns the task: each head is asked
	else:
		users = approvals.signatories(role, occurrence)
	elsewhere = frappe.get_all(
		"Employee",
		filters={
			"user_id": ("in", list(users) or [""]),
			"status": "Active",
			"company": ("!=", occurrence.company),
		},
		pluck="user_id",
		order_by="name",
	)
	return users - set(elsewhere)


def _assign(occurrence: Document, user: str) -> None:
	frappe.get_doc(
		{
			"doctype": "ToDo",
			"allocated_to": user,
			"reference_type": OCCURRENCE,
			"reference_name": occurrence.name,
			"description": frappe.utils.escape_html(occurrence.title),
			"date": occurrence.due_on,
			"assigned_by": frappe.session.user,
		}
	).insert(ignore_permissions=True)  # the job assigns in the name of the procedure
	notifications.tell(
		[user],
		"{0} is due on {1}",
		(occurrence.title, frappe.utils.formatdate(occurrence.due_on)),
		doctype=OCCURRENCE,
		name=occurrence.name,
		mail=False,
	)


def _set_assignments(occurrence: str, from_status: str, to_status: str) -> None:
	for name in frappe.get_all(
		"ToDo",
		filters={"reference_type": OCCURRENCE, "reference_name": occurrence, "status": from_status},
		pluck="name",
		order_by="name",
	):
		todo = frappe.get_doc("ToDo", name)
		todo.status = to_status
		todo.save(ignore_permissions=True)  # follows the task, whoever closed it
