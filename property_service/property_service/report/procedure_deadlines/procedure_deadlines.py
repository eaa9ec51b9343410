"""Per month and task: due, fulfilled by, done on, by whom, days late; and the same per person (CAL-03).

The basis of the staff evaluation that both procedures end with (stores 4.10, low-value consumables 4.10).
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import add_months, get_first_day, get_last_day, getdate, nowdate

from property_service.rules.procedure_calendar import days_late
from property_service.rules.rates import percent

OCCURRENCE = "Procedure Occurrence"
RESULTS = ("On Time", "Late", "Overdue", "Not Yet Due")


def execute(filters: dict | None = None):
	filters = with_defaults(filters)
	rows = occurrences(filters)
	if filters.view == "Per Person":
		people = per_person(rows)
		return person_columns(), people, None, person_chart(people), summary(rows)
	return task_columns(), rows, None, task_chart(rows), summary(rows)


def with_defaults(filters: dict | None) -> frappe._dict:
	"""The last three months when nothing is asked. Raises frappe.ValidationError for a range that ends before it begins."""
	filters = frappe._dict(filters or {})
	filters.from_date = getdate(filters.from_date or get_first_day(add_months(nowdate(), -2)))
	filters.to_date = getdate(filters.to_date or get_last_day(nowdate()))
	if filters.from_date > filters.to_date:
		frappe.throw(_("The range ends before it begins. Choose a later last day."))
	return filters


# ---- data ------------------------------------------------------------------------------------------------------


def occurrences(filters: frappe._dict) -> list[frappe._dict]:
	"""What was required in the range, one query, with the lateness of today for what is open."""
	conditions = [
		["status", "!=", "Not Required"],
		["due_on", "between", [filters.from_date, filters.to_date]],
	]
	conditions += [
		[field, "=", filters[field]] for field in ("company", "task_code", "done_by") if filters.get(field)
	]
	# get_list: the reader's permissions hold here as in the list
	rows = frappe.get_list(
		OCCURRENCE,
		filters=conditions,
		fields=[
			*("name", "task_code", "title", "company", "due_on", "responsible_role", "status"),
			*("fulfilling_doctype", "fulfilling_document", "note", "done_on", "done_by"),
		],
		order_by="due_on asc, task_code asc, name asc",
		limit_page_length=0,
	)
	today = getdate(nowdate())
	for row in rows:
		row.month = row.due_on.strftime("%Y-%m")
		row.days_late = days_late(row.due_on, row.done_on, today)
		row.result = _result(row, today)
		# names, not links: not every reader may open users and roles
		row.role = _(row.responsible_role)
	for row, name in zip(rows, full_names([row.done_by for row in rows]), strict=True):
		row.done_by_name = name
	return rows


def full_names(users: list[str | None]) -> list[str]:
	"""Names of the users in the same order, one query; empty for nobody."""
	names = dict(
		frappe.get_all(
			"User",
			filters={"name": ("in", sorted({user for user in users if user}) or [""])},
			fields=["name", "full_name"],
			order_by="name",
			as_list=True,
		)
	)
	return [names.get(user, "") for user in users]


def _result(row: frappe._dict, today) -> str:
	if row.status == "Done":
		return "Late" if row.days_late else "On Time"
	return "Overdue" if row.due_on < today else "Not Yet Due"


def per_person(rows: list[frappe._dict]) -> list[frappe._dict]:
	"""What each person did, on time or late, and what they were asked for that is overdue."""
	people: dict[str, frappe._dict] = {}

	def person(user: str) -> frappe._dict:
		return people.setdefault(
			user, frappe._dict(user=user, done=0, on_time=0, late=0, days_late=0, longest=0, overdue=0)
		)

	for row in rows:
		if row.status == "Done" and row.done_by:
			entry = person(row.done_by)
			entry.done += 1
			entry.late += bool(row.days_late)
			entry.on_time += not row.days_late
			entry.days_late += row.days_late
			entry.longest = max(entry.longest, row.days_late)
	for user, overdue in asked_and_overdue([row.name for row in rows if row.result == "Overdue"]):
		person(user).overdue = overdue
	for entry in people.values():
		entry.on_time_rate = percent(entry.on_time, entry.done + entry.overdue)
	for entry, name in zip(people.values(), full_names(list(people)), strict=True):
		entry.person = name
	return sorted(people.values(), key=lambda entry: (-entry.overdue, -entry.days_late, entry.user))


def asked_and_overdue(names: list[str]) -> Iterable[tuple[str, int]]:
	if not names:
		return []
	todo = frappe.qb.DocType("ToDo")
	return (
		frappe.qb.from_(todo)
		.select(todo.allocated_to, Count(todo.name))
		.where(
			(todo.reference_type == OCCURRENCE)
			& todo.reference_name.isin(names)
			& (todo.status != "Cancelled")
		)
		.groupby(todo.allocated_to)
		.orderby(todo.allocated_to)
		.run()
	)


# ---- presentation ----------------------------------------------------------------------------------------------


def task_columns() -> list[dict]:
	return [
		_column("month", _("Month"), "Data", 80),
		_column("title", _("Task"), "Data", 200),
		_column("due_on", _("Due On"), "Date", 110),
		_column("result", _("Result"), "Data", 110),
		_column("done_on", _("Done On"), "Date", 110),
		_column("done_by_name", _("Done By"), "Data", 110),
		_column("days_late", _("Days Late"), "Int", 100),
		_column("fulfilling_document", _("Fulfilled By"), "Dynamic Link", 160, "fulfilling_doctype"),
		_column("note", _("Remarks"), "Data", 160),
		_column("role", _("Responsible Role"), "Data", 120),
		_column("company", _("Company"), "Link", 160, "Company"),
		_column("name", _("Occurrence"), "Link", 190, OCCURRENCE),
	]


def person_columns() -> list[dict]:
	return [
		_column("person", _("Person"), "Data", 160),
		_column("done", _("Done"), "Int", 90),
		_column("on_time", _("On Time"), "Int", 90),
		_column("late", _("Late"), "Int", 90),
		_column("days_late", _("Days Late in All"), "Int", 110),
		_column("longest", _("Latest (Days)"), "Int", 110),
		_column("overdue", _("Asked For and Overdue"), "Int", 140),
		_column("on_time_rate", _("On-Time Rate (%)"), "Int", 120),
	]


def _column(fieldname: str, label: str, fieldtype: str, width: int, options: str | None = None) -> dict:
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"width": width,
		"options": options,
	}


def summary(rows: list[frappe._dict]) -> list[dict]:
	counts = {result: sum(row.result == result for row in rows) for result in RESULTS}
	decided = counts["On Time"] + counts["Late"] + counts["Overdue"]
	rate = percent(counts["On Time"], decided)
	return [
		{"label": _("On Time"), "value": counts["On Time"], "indicator": "Green", "datatype": "Int"},
		{"label": _("Late"), "value": counts["Late"], "indicator": "Orange", "datatype": "Int"},
		{"label": _("Overdue"), "value": counts["Overdue"], "indicator": "Red", "datatype": "Int"},
		{"label": _("Not Yet Due"), "value": counts["Not Yet Due"], "indicator": "Blue", "datatype": "Int"},
		{"label": _("On-Time Rate"), "value": "—" if rate is None else f"{rate} %", "datatype": "Data"},
	]


def task_chart(rows: list[frappe._dict]) -> dict | None:
	months = sorted({row.month for row in rows})
	if not months:
		return None
	return {
		"data": {
			"labels": months,
			"datasets": [
				{
					"name": _(result),
					"values": [
						sum(row.month == month and row.result == result for row in rows) for month in months
					],
				}
				for result in RESULTS
			],
		},
		"type": "bar",
		"barOptions": {"stacked": 1},
		"colors": ["#28a745", "#ffa00a", "#e24c4c", "#5e64ff"],
	}


def person_chart(people: list[frappe._dict]) -> dict | None:
	if not people:
		return None
	return {
		"data": {
			"labels": [entry.person for entry in people],
			"datasets": [
				{"name": _("On Time"), "values": [entry.on_time for entry in people]},
				{"name": _("Late"), "values": [entry.late for entry in people]},
				{"name": _("Overdue"), "values": [entry.overdue for entry in people]},
			],
		},
		"type": "bar",
		"colors": ["#28a745", "#ffa00a", "#e24c4c"],
	}
