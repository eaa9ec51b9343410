"""Writes the procedure calendar: tasks into the settings, and three months of occurrences with what was done (CAL)."""

from datetime import datetime, time, timedelta

import frappe

from property_service import procedure_calendar, settings
from property_service.rules import procedure_calendar as rules
from property_service.setup.demo import plan, record
from property_service.setup.demo.fold import Names
from property_service.setup.demo.rows import insert_many, insert_rows, stamps
from property_service.setup.demo.timetable import Occurrence, Task

TASK = "Procedure Task"
SERVICE = "Customer Service"
# The day's job runs after midnight.
RUN_AT = time(0, 3)


class Timetable:
	"""`reminders`: name and time of the notices that fulfil a task, in order."""

	def __init__(self, centre: plan.Plan, names: Names, reminders: list[tuple[str, datetime]]):
		self.centre, self.names = centre, names
		self.reminders = iter(reminders)
		self.abbr = frappe.get_cached_value("Company", names.company, "abbr")

	def write(self) -> None:
		codes = self.write_tasks()
		rows = [self.row(known) for known in self.centre.occurrences if known.task_code in codes]
		todos = [
			todo for row in rows if row["status"] == procedure_calendar.OPEN for todo in self.assign(row)
		]
		insert_many(procedure_calendar.OCCURRENCE, rows)
		insert_rows("ToDo", todos)
		record.note(procedure_calendar.OCCURRENCE, [row["name"] for row in rows])

	def write_tasks(self) -> set[str]:
		"""Codes of the tasks that the demo brought; one that the company has of its own is left to it."""
		document = frappe.get_doc(settings.DOCTYPE)
		there = {task.task_code for task in document.procedure_tasks}
		new = [self.task(task) for task in self.centre.tasks if task.code not in there]
		added = [document.append("procedure_tasks", row) for row in new]
		if added:
			document.save(ignore_permissions=True)  # set-up script
			record.note(TASK, [row.name for row in added])
		return {row.task_code for row in added}

	def task(self, task: Task) -> dict:
		row = {
			"task_code": task.code,
			"title": task.title,
			"procedure": SERVICE,
			"source_clause": task.clause,
			"day_rule": task.rule.kind,
			"day": task.rule.day,
			"every_days": task.rule.every_days,
			"anchor_date": task.rule.anchor,
			"remind_days_before": task.remind,
			"responsible_role": task.role,
			"starts_on": task.starts_on,
		}
		if task.fulfilled_by:
			row |= {
				"fulfilling_doctype": task.fulfilled_by,
				"date_field": "published_on",
				"user_field": "published_by",
				"fulfilling_filters": '[["notice_kind", "=", "Kind Reminder"], ["status", "=", "Published"]]',
			}
		return row

	def row(self, occurrence: Occurrence) -> dict:
		opened_on = datetime.combine(occurrence.remind_on, RUN_AT)
		row = {
			"name": f"{occurrence.task_code}-{occurrence.period}-{self.abbr}",
			"task_code": occurrence.task_code,
			"title": occurrence.title,
			"company": self.names.company,
			"period": occurrence.period,
			"status": procedure_calendar.OPEN,
			"due_on": occurrence.due_on,
			"remind_on": occurrence.remind_on,
			"responsible_role": occurrence.role,
			**stamps(opened_on, "Administrator"),
		}
		if occurrence.fulfilled:
			name, published_on = next(self.reminders)
			self.done(row, occurrence, published_on + timedelta(minutes=20))
			row.update(fulfilling_doctype="Resident Notice", fulfilling_document=name)
		elif occurrence.done_on:
			self.done(row, occurrence, datetime.combine(occurrence.done_on, time(17)))
		return row

	def done(self, row: dict, occurrence: Occurrence, recorded_on: datetime) -> None:
		late = rules.days_late(occurrence.due_on, occurrence.done_on, occurrence.done_on)
		row.update(
			status=procedure_calendar.DONE,
			done_on=occurrence.done_on,
			done_by=occurrence.done_by,
			note=occurrence.note,
			days_late=late,
			recorded_on=recorded_on,
			modified=recorded_on,
		)

	def assign(self, row: dict) -> list[dict]:
		"""Everybody responsible has one assignment per open task, as the daily job gives it."""
		occurrence = frappe.get_doc({"doctype": procedure_calendar.OCCURRENCE, **row})
		users = sorted(procedure_calendar.responsible_users(occurrence))
		row["_assign"] = frappe.as_json(users, indent=None)
		return [self.todo(row, user) for user in users]

	def todo(self, row: dict, user: str) -> dict:
		return {
			"name": frappe.generate_hash(length=10),
			"allocated_to": user,
			"reference_type": procedure_calendar.OCCURRENCE,
			"reference_name": row["name"],
			"description": frappe.utils.escape_html(row["title"]),
			"date": row["due_on"],
			"assigned_by": "Administrator",
			**stamps(row["creation"], "Administrator"),
		}
