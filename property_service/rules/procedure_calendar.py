"""The dates that the procedures live on (CAL-01 to CAL-03).

A task falls due by its day rule; each due date opens one occurrence, which is asked for from its reminder day on and
closed by the document that fulfils it, or by hand where there is none. Nothing here reads or writes.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from property_service.rules.refusal import Refusal

DAY_OF_MONTH = "Day of Month"
LAST_MONTH_OF_QUARTER = "Last Month of Quarter"
EVERY_N_DAYS = "Every N Days"

LONGEST_INTERVAL = 366
"""Days. A longer interval is a mistake: every task of the procedures comes at least once a year."""

OPEN, DONE, NOT_REQUIRED = "To Do", "Done", "Not Required"

WAS_NOT_REQUIRED = (
	"{0} was not required: {1} did not use the procedure then (CAL-02). Nothing needs to be done."
)
WAS_DONE = "{0} was already done on {1} by {2} (CAL-02). Open the report Procedure Deadlines to see it."
NEEDS_DOCUMENT = (
	"{0} is fulfilled by a document of type {1} (CAL-02). Enter that document; it closes the task."
)
NOT_RESPONSIBLE = "{0} is the task of the {1} (CAL-02). Ask one of them to mark it as done."

# These say: right step, wrong person.
ANOTHER_PERSONS = frozenset((NOT_RESPONSIBLE,))


class Due(NamedTuple):
	"""One due date. `period` names it for good: "2026-11", "2026-Q4", or the day itself for Every N Days."""

	period: str
	due_on: date


@dataclass(frozen=True)
class DayRule:
	"""When a task falls due.

	`day` is a day of the month (1 to 31; a day the month does not have means its last day) for Day of Month and
	Last Month of Quarter; `every_days` and `anchor` (the first due date) belong to Every N Days.
	"""

	kind: str
	day: int = 0
	every_days: int = 0
	anchor: date | None = None


@dataclass(frozen=True)
class Occurrence:
	"""An occurrence still open, with the days on which a document counts for it (both included)."""

	key: Hashable
	company: str
	due_on: date
	opens: date
	closes: date


@dataclass(frozen=True)
class Document:
	"""A document that passes the task's filter; `company` is None when its DocType has none."""

	name: str
	company: str | None
	counts_on: date


@dataclass(frozen=True)
class ByHand:
	"""An occurrence that somebody marks as done. `expects`: the DocType that fulfils its task today, if any does.

	`responsible`: the marking user is one of those who are asked. `done_on` and `done_by` of one that is done.
	"""

	title: str
	company: str
	status: str
	role: str
	responsible: bool
	expects: str | None = None
	done_on: date | None = None
	done_by: str | None = None


def rule_problem(rule: DayRule) -> str | None:
	"""What makes the rule unusable: "day", "interval", "anchor" or "kind"; None when it can be used."""
	if rule.kind in (DAY_OF_MONTH, LAST_MONTH_OF_QUARTER):
		return None if 1 <= rule.day <= 31 else "day"
	if rule.kind != EVERY_N_DAYS:
		return "kind"
	if not 1 <= rule.every_days <= LONGEST_INTERVAL:
		return "interval"
	return None if rule.anchor else "anchor"


def due_dates(rule: DayRule, first: date, last: date) -> list[Due]:
	"""Every due date from `first` to `last`, both included, in order. Raises ValueError for an unusable rule."""
	problem = rule_problem(rule)
	if problem:
		raise ValueError(f"unusable day rule ({problem}): {rule}")
	if rule.kind == EVERY_N_DAYS:
		return list(_every_n_days(rule, first, last))
	return [due for due in _monthly(rule, first, last) if first <= due.due_on <= last]


def opened_until(rule: DayRule, remind_days_before: int, after: date, today: date) -> list[Due]:
	"""Due dates after `after` whose reminder day has come by `today`: what a catch-up has to open.

	Days on which nobody asked do not matter, since the answer depends on the two dates alone.
	"""
	return due_dates(rule, after + timedelta(days=1), today + timedelta(days=remind_days_before))


def window(rule: DayRule, remind_days_before: int, due_on: date) -> tuple[date, date]:
	"""The days on which a document may fulfil the occurrence due on `due_on`.

	From the day after the previous due date (early work counts) to the eve of the next reminder (late work
	counts), and always up to the due date itself.
	"""
	gap = timedelta(days=_longest_gap(rule))
	one_day = timedelta(days=1)
	earlier = due_dates(rule, due_on - gap, due_on - one_day)
	opens = earlier[-1].due_on + one_day if earlier else due_on - gap
	later = due_dates(rule, due_on + one_day, due_on + gap)
	next_due = later[0].due_on if later else due_on + gap
	return opens, max(due_on, next_due - timedelta(days=remind_days_before + 1))


def fulfilments(occurrences: Iterable[Occurrence], documents: Iterable[Document]) -> dict[Hashable, Document]:
	"""Which document fulfils which open occurrence of one task.

	The occurrence due first takes the earliest document of its company that lies in its window; no document
	fulfils two. So work done late closes what was late, and work of the next period never hides an omission.
	"""
	left = sorted(documents, key=lambda document: (document.counts_on, document.name))
	found: dict[Hashable, Document] = {}
	for occurrence in sorted(occurrences, key=lambda o: (o.due_on, str(o.key))):
		for document in left:
			if _may_fulfil(document, occurrence):
				found[occurrence.key] = document
				left.remove(document)
				break
	return found


def days_late(due_on: date, done_on: date | None, today: date) -> int:
	"""Days from the due date to the day it was done, or to `today` while it is open; never negative."""
	return max(0, ((done_on or today) - due_on).days)


def refuse_by_hand(marked: ByHand) -> Refusal | None:
	"""CAL-01: what is open and no document fulfils is marked as done by a responsible user."""
	if marked.status == NOT_REQUIRED:
		return Refusal(WAS_NOT_REQUIRED, (marked.title, marked.company))
	if marked.status != OPEN:
		return Refusal(WAS_DONE, (marked.title, marked.done_on, marked.done_by))
	if marked.expects:
		return Refusal(NEEDS_DOCUMENT, (marked.title, marked.expects))
	return None if marked.responsible else Refusal(NOT_RESPONSIBLE, (marked.title, marked.role))


def _may_fulfil(document: Document, occurrence: Occurrence) -> bool:
	same_company = document.company is None or document.company == occurrence.company
	return same_company and occurrence.opens <= document.counts_on <= occurrence.closes


def _longest_gap(rule: DayRule) -> int:
	"""Days that two neighbouring due dates are apart at most (31 Jan. to 28 Feb. is less, 30 Sep. to 31 Dec. is 92)."""
	return {DAY_OF_MONTH: 31, LAST_MONTH_OF_QUARTER: 92}.get(rule.kind, rule.every_days)


def _monthly(rule: DayRule, first: date, last: date) -> Iterator[Due]:
	year, month = first.year, first.month
	while (year, month) <= (last.year, last.month):
		if rule.kind == DAY_OF_MONTH:
			yield Due(f"{year:04d}-{month:02d}", _clipped(year, month, rule.day))
		elif month % 3 == 0:
			yield Due(f"{year:04d}-Q{month // 3}", _clipped(year, month, rule.day))
		year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _every_n_days(rule: DayRule, first: date, last: date) -> Iterator[Due]:
	step = timedelta(days=rule.every_days)
	steps_before_first = max(0, -((rule.anchor - first).days // rule.every_days))
	due_on = rule.anchor + steps_before_first * step
	while due_on <= last:
		yield Due(due_on.isoformat(), due_on)
		due_on += step


def _clipped(year: int, month: int, day: int) -> date:
	return date(year, month, min(day, monthrange(year, month)[1]))
