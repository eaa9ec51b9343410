"""What the registers hold, counted by month or by place: one statement per register, whatever the number of documents.

Every statement asks for the documents of a period with the conditions that Frappe itself would add to this reader's
list, so that a figure and the list behind it agree.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.desk.reportview import build_match_conditions
from frappe.utils import add_days, cint

from property_service import settings
from property_service.rules.service_statistics import Cell

MONTH = "Month"
# Documents that lie in no place of the level asked for.
ELSEWHERE = ""

CONTACTS = """
	select {bucket} as bucket, `tabReception Record`.category, `tabReception Record`.channel, count(*) as documents
	from `tabReception Record`
	where {asked}
	group by bucket, `tabReception Record`.category, `tabReception Record`.channel
"""

TICKETS = """
	select {bucket} as bucket, `tabRepair Ticket`.repair_kind, count(*) as documents,
		sum(`tabRepair Ticket`.status in ('Completed', 'Closed')) as completed,
		sum(`tabRepair Ticket`.response_result = 'Fulfilled') as answered_in_time,
		sum(`tabRepair Ticket`.response_result in ('Fulfilled', 'Failed')) as answer_judged,
		sum(`tabRepair Ticket`.resolution_result = 'Fulfilled') as resolved_in_time,
		sum(`tabRepair Ticket`.resolution_result in ('Fulfilled', 'Failed')) as resolution_judged,
		sum(`tabRepair Ticket`.first_responded_on is not null) as answered,
		sum(greatest(0, ifnull(timestampdiff(second, `tabRepair Ticket`.reported_on,
			`tabRepair Ticket`.first_responded_on), 0))) as answer_seconds,
		sum(`tabRepair Ticket`.completed_on is not null) as resolved,
		sum(greatest(0, ifnull(timestampdiff(second, `tabRepair Ticket`.reported_on,
			`tabRepair Ticket`.completed_on), 0))) as resolution_seconds,
		sum(`tabRepair Ticket`.status in ('Completed', 'Closed')
			and `tabRepair Ticket`.follow_up_required = 1) as to_follow_up,
		sum(`tabRepair Ticket`.status in ('Completed', 'Closed') and `tabRepair Ticket`.follow_up_required = 1
			and `tabRepair Ticket`.follow_up_outcome = 'Reached') as followed_up,
		sum(`tabRepair Ticket`.reopened_count > 0) as reopened
	from `tabRepair Ticket`
	where {asked} and `tabRepair Ticket`.status != 'Cancelled'
	group by bucket, `tabRepair Ticket`.repair_kind
"""

FOLLOW_UPS = """
	select {bucket} as bucket, count(*) as documents,
		sum(`tabFollow Up`.score > 0) as scored, sum(`tabFollow Up`.score >= %(satisfied_from)s) as satisfied
	from `tabFollow Up`
	where {asked} and `tabFollow Up`.status in ('Reached', 'Not Reached')
	group by bucket
"""

ANSWERS = """
	select {bucket} as bucket, answer.aspect, count(*) as answered, sum(answer.answer = 'Satisfied') as satisfied
	from `tabSatisfaction Response`
	join `tabSatisfaction Response Answer` answer on answer.parent = `tabSatisfaction Response`.name
		and answer.parenttype = 'Satisfaction Response' and answer.answer in ('Satisfied', 'Not Satisfied')
	where {asked}
	group by bucket, answer.aspect
"""

COMPLAINTS = """
	select {bucket} as bucket, ifnull(`tabCustomer Complaint`.complaint_type, '') as complaint_type,
		ifnull(`tabCustomer Complaint`.department, '') as department, count(*) as documents,
		sum(`tabCustomer Complaint`.response_result = 'Fulfilled') as answered_in_time,
		sum(`tabCustomer Complaint`.response_result in ('Fulfilled', 'Failed')) as answer_judged,
		sum(`tabCustomer Complaint`.remedy_result = 'Fulfilled') as remedied_in_time,
		sum(`tabCustomer Complaint`.remedy_result in ('Fulfilled', 'Failed')) as remedy_judged,
		sum(`tabCustomer Complaint`.reopened_count > 0) as reopened, sum(`tabCustomer Complaint`.repeated) as repeated
	from `tabCustomer Complaint`
	where {asked}
	group by bucket, complaint_type, department
"""

# DocType: (statement, the date that decides in which month a document counts)
REGISTERS = {
	"Reception Record": (CONTACTS, "received_on"),
	"Repair Ticket": (TICKETS, "reported_on"),
	"Follow Up": (FOLLOW_UPS, "done_on"),
	"Satisfaction Response": (ANSWERS, "visited_on"),
	"Customer Complaint": (COMPLAINTS, "received_on"),
}
ASKED = """`tab{doctype}`.{date} >= %(start)s and `tab{doctype}`.{date} < %(end)s
	and (%(company)s is null or `tab{doctype}`.company = %(company)s)
	and (%(unit)s is null or `tab{doctype}`.property_unit in (
		select name from `tabProperty Unit` where lft >= %(lft)s and rgt <= %(rgt)s
	))
	and {match}"""


@dataclass(frozen=True)
class Question:
	"""What the reader asked for; `unit` narrows to a place and everything in it."""

	first: date
	last: date
	group_by: str = MONTH
	company: str | None = None
	unit: str | None = None


# {figure: {bucket: cell}}; a bucket is a month's key, a unit's name, or ELSEWHERE
Cells = dict[str, dict[str, Cell]]


def count(question: Question) -> Cells:
	cells: Cells = defaultdict(lambda: defaultdict(Cell))
	bucket_of = place_finder(question.group_by)
	for doctype, read in READERS.items():
		for row in ask(doctype, question):
			for figure, cell in read(row):
				cells[figure][bucket_of(row.bucket)] += cell
	return cells


def fold(cells: Cells, buckets: set[str]) -> Cells:
	"""The cells of the buckets that are shown; what lies in none of them is elsewhere, so that every line adds up."""
	folded: Cells = defaultdict(lambda: defaultdict(Cell))
	for figure, found in cells.items():
		for bucket, cell in found.items():
			folded[figure][bucket if bucket in buckets else ELSEWHERE] += cell
	return folded


def ask(doctype: str, question: Question) -> list[dict]:
	statement, date_field = REGISTERS[doctype]
	bucket = (
		"date_format(`tab{doctype}`.{date}, '%%Y-%%m')"
		if question.group_by == MONTH
		else "ifnull(`tab{doctype}`.property_unit, '')"
	)
	match = build_match_conditions(doctype).replace("%", "%%") or "1 = 1"
	sql = statement.replace("{bucket}", bucket).replace("{asked}", ASKED)
	sql = sql.replace("{doctype}", doctype).replace("{date}", date_field).replace("{match}", match)
	# put in: constants of this module, and what Frappe lets this reader see
	return frappe.db.sql(sql, values_of(question), as_dict=True)


def values_of(question: Question) -> dict:
	bounds = question.unit and frappe.db.get_value("Property Unit", question.unit, ["lft", "rgt"])
	return {
		"start": question.first,
		"end": add_days(question.last, 1),
		"company": question.company or None,
		"unit": question.unit or None,
		"lft": bounds[0] if bounds else 0,
		"rgt": bounds[1] if bounds else 0,
		"satisfied_from": cint(settings.get().satisfied_from_score),
	}


# ---- places ------------------------------------------------------------------------------------------------------


def place_finder(level: str) -> Callable[[str], str]:
	"""A function unit -> the outermost place of `level` it lies in; months are left as they are."""
	if level == MONTH:
		return str
	place_of = places_by_unit(level)
	return lambda unit: place_of.get(unit, ELSEWHERE)


def places_by_unit(level: str) -> dict[str, str]:
	"""{unit: place} of every unit that lies in a place of `level`; the tree is walked once, from left to right."""
	found: dict[str, str] = {}
	place, ends_at = None, 0
	units = frappe.get_all("Property Unit", fields=["name", "unit_type", "lft", "rgt"], order_by="lft asc")
	for unit in units:
		if unit.lft > ends_at and unit.unit_type == level:
			place, ends_at = unit.name, unit.rgt
		if unit.lft <= ends_at:
			found[unit.name] = place
	return found


# ---- what a row of each statement means -----------------------------------------------------------------------------

Read = Iterator[tuple[str, Cell]]


def read_contacts(row: dict) -> Read:
	found = Cell(cint(row.documents))
	yield "contacts", found
	yield f"category/{row.category}", found
	yield f"channel/{row.channel}", found


def read_tickets(row: dict) -> Read:
	documents = cint(row.documents)
	yield "repairs", Cell(documents)
	yield f"kind/{row.repair_kind}", Cell(documents)
	yield "completed", Cell(cint(row.completed))
	yield "completion_rate", Cell(cint(row.completed), documents)
	yield "response_on_time", Cell(cint(row.answered_in_time), cint(row.answer_judged))
	yield "resolution_on_time", Cell(cint(row.resolved_in_time), cint(row.resolution_judged))
	yield "response_hours", Cell(cint(row.answer_seconds), cint(row.answered))
	yield "resolution_hours", Cell(cint(row.resolution_seconds), cint(row.resolved))
	yield "reopened", Cell(cint(row.reopened))
	yield "follow_up_rate", Cell(cint(row.followed_up), cint(row.to_follow_up))


def read_follow_ups(row: dict) -> Read:
	yield "follow_ups", Cell(cint(row.documents))
	yield "satisfied_rate", Cell(cint(row.satisfied), cint(row.scored))


def read_answers(row: dict) -> Read:
	yield f"aspect/{row.aspect}", Cell(cint(row.satisfied), cint(row.answered))


def read_complaints(row: dict) -> Read:
	documents = Cell(cint(row.documents))
	yield "complaints", documents
	yield f"type/{row.complaint_type}", documents
	yield f"department/{row.department}", documents
	yield "complaint_answer_on_time", Cell(cint(row.answered_in_time), cint(row.answer_judged))
	yield "remedy_on_time", Cell(cint(row.remedied_in_time), cint(row.remedy_judged))
	yield "complaints_reopened", Cell(cint(row.reopened))
	yield "complaints_repeated", Cell(cint(row.repeated))


READERS: dict[str, Callable[[dict], Read]] = {
	"Reception Record": read_contacts,
	"Repair Ticket": read_tickets,
	"Follow Up": read_follow_ups,
	"Satisfaction Response": read_answers,
	"Customer Complaint": read_complaints,
}
