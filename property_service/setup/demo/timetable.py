"""The tasks of the service procedure in the calendar, and what was done of them in three months (CAL-01 to CAL-03)."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from property_service.rules import procedure_calendar as rules
from property_service.setup.demo import data
from property_service.setup.demo.stories import Cast


@dataclass(frozen=True)
class Occurrence:
	"""`done_on` None while it is open; with `fulfilled` the document says when and by whom."""

	task_code: str
	title: str
	period: str
	due_on: date
	remind_on: date
	role: str
	done_on: date | None
	done_by: str | None
	note: str | None
	fulfilled: bool


@dataclass(frozen=True)
class Task:
	code: str
	title: str
	clause: str
	rule: rules.DayRule
	role: str
	remind: int
	starts_on: date
	fulfilled_by: str | None


def make_tasks(today: date, days: int) -> list[Task]:
	starts_on = today - timedelta(days=days)
	return [
		Task(
			code=row["code"],
			title=row["title"],
			clause=row["clause"],
			rule=rules.DayRule(
				row["rule"],
				row.get("day", 0),
				row.get("every", 0),
				first_weekday(starts_on, row.get("weekday")),
			),
			role=row["role"],
			remind=row["remind"],
			starts_on=starts_on,
			fulfilled_by=row.get("fulfilled_by"),
		)
		for row in data.load("calendar")
	]


def first_weekday(start: date, weekday: int | None) -> date | None:
	"""The first such day from `start` on; the interval is counted from it."""
	return None if weekday is None else start + timedelta(days=(weekday - start.weekday()) % 7)


def due_dates(task: Task, until: date) -> list[rules.Due]:
	"""What the daily job has opened by now."""
	return rules.opened_until(task.rule, task.remind, task.starts_on - timedelta(days=1), until)


def reminder_days(rng: random.Random, tasks: list[Task], until: date) -> list[date]:
	"""When the notice that fulfils a task was published: in time, but for one."""
	days = [
		due.due_on
		for task in tasks
		if task.fulfilled_by
		for due in due_dates(task, until)
		if due.due_on <= until
	]
	late = rng.randrange(len(days)) if days else None
	return [
		day + timedelta(days=2 if number == late else -rng.randint(0, 2)) for number, day in enumerate(days)
	]


def make_occurrences(
	rng: random.Random, tasks: list[Task], cast: Cast, until: datetime, published: list[datetime]
) -> Iterator[Occurrence]:
	"""`published`: when the notices that fulfil a task went out, in order; the hourly job closes the task after that."""
	rows = {row["code"]: row for row in data.load("calendar")}
	closed = [moment.date() for moment in published if moment + timedelta(hours=1) <= until]
	for task in tasks:
		row, documents = rows[task.code], iter(closed)
		dues = due_dates(task, until.date())
		past = [due for due in dues if due.due_on < until.date()]
		for due in dues:
			done_on = next(documents, None) if task.fulfilled_by else by_hand(rng, row, due, until.date())
			if row.get("leaves_last_open") and past and due == past[-1]:
				done_on = None
			done_by = cast.clerks[due.due_on.toordinal() % len(cast.clerks)].user
			if task.role != "Front Desk Clerk":
				done_by = cast.holder_of(task.role)
			yield Occurrence(
				task_code=task.code,
				title=task.title,
				period=due.period,
				due_on=due.due_on,
				remind_on=due.due_on - timedelta(days=task.remind),
				role=task.role,
				done_on=done_on,
				done_by=done_by if done_on else None,
				note=rng.choice(row["notes"]) if done_on and not task.fulfilled_by else None,
				fulfilled=bool(done_on and task.fulfilled_by),
			)


def by_hand(rng: random.Random, row: dict, due: rules.Due, today: date) -> date | None:
	"""On the day itself or some days late; what is done in the evening of today is not done yet."""
	late = rng.random() < row["late"]
	done_on = due.due_on + timedelta(days=rng.choice([1, 2, 3]) if late else 0)
	return done_on if done_on < today else None
