"""The counter's handovers and the summaries of the day: what was open or came in then, read from the stages of each matter."""

import random
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

import frappe
from frappe import _
from frappe.utils import get_time

from property_service import settings
from property_service.property_service.doctype.daily_issue_summary import daily_issue_summary
from property_service.rules import complaint as complaint_rules
from property_service.rules import repair_ticket as ticket_rules
from property_service.rules import service_order as order_rules
from property_service.rules import shift_handover as handover_rules
from property_service.setup.demo import data, plan, record
from property_service.setup.demo.fold import Names
from property_service.setup.demo.history import History, Matter
from property_service.setup.demo.rows import insert_many, stamps
from property_service.setup.demo.shifts import Handover

SUMMARY, HANDOVER = "Daily Issue Summary", "Shift Handover"
DAYS_SUMMARISED = 9
# Matters whose state at a past moment is read from their stages.
FROM_STAGES = ("Repair Ticket", "Service Order", "Follow Up", "Customer Complaint")


def is_open(doctype: str, state: str) -> bool:
	if doctype == "Repair Ticket":
		return state in ticket_rules.OPEN
	if doctype == "Service Order":
		return state not in order_rules.ENDED
	return state != complaint_rules.CLOSED


class DeskDays:
	"""`follow_ups`: rows of all that were made, those of the plans included."""

	def __init__(
		self, centre: plan.Plan, names: Names, history: History, counter: str, follow_ups: list[dict]
	):
		self.centre, self.names, self.history, self.counter = centre, names, history, counter
		self.follow_ups = follow_ups
		self.language = frappe.db.get_default("lang") or "en"
		self.texts = data.load("shifts")

	def write(self) -> None:
		handovers = [self.handover(handover) for handover in self.centre.handovers]
		summaries = list(self.summaries())
		for doctype, documents in ((HANDOVER, handovers), (SUMMARY, summaries)):
			insert_many(doctype, documents)
			record.note(doctype, [document["name"] for document in documents])

	def matters(self, doctype: str) -> list[Matter]:
		found = (matter for matter in self.history.matters if matter.doctype == doctype)
		return sorted(found, key=lambda matter: (matter.begun, matter.name))

	def words(self, text: str | None) -> str:
		"""Kept as text, as the controllers do."""
		return _(text or "", lang=self.language)

	# ---- handovers

	def handover(self, handover: Handover) -> dict:
		collected_on = handover.outgoing_on or handover.begun_on
		signed_out, signed_in = handover.outgoing_on, handover.incoming_on
		absent = handover.absence if signed_out else None
		document = {
			"name": self.history.numbers.take(HANDOVER, handover.begun_on),
			"counter": self.counter,
			"company": self.names.company,
			"shift_label": handover.shift_label,
			"status": handover_rules.OPEN,
			"outgoing_clerk": handover.outgoing,
			"incoming_clerk": handover.incoming,
			"keys_counted": handover.keys_counted,
			"keys_note": handover.keys_note,
			"matters_to_note": handover.matters,
			"lines": list(self.open_at(collected_on)),
			"collected_on": collected_on,
			"open_key": None if signed_in else self.counter,
			**stamps(handover.begun_on, handover.outgoing),
		}
		if signed_out:
			signed_by = handover.manager if absent else handover.outgoing
			document.update(
				status=handover_rules.AWAITING,
				outgoing_signed_by=signed_by,
				outgoing_signed_on=signed_out,
				outgoing_absence_reason=absent,
				modified=signed_out,
				modified_by=signed_by,
			)
		if signed_in:
			document.update(
				status=handover_rules.COMPLETED,
				incoming_signed_by=handover.incoming,
				incoming_signed_on=signed_in,
				incoming_remarks=handover.remarks or None,
				modified=signed_in,
				modified_by=handover.incoming,
			)
		return document

	def open_at(self, moment: datetime) -> Iterable[dict]:
		for doctype in ("Repair Ticket", "Service Order", "Customer Complaint"):
			for matter in self.matters(doctype):
				stage = matter.stage_at(moment)
				if stage and is_open(doctype, stage.state):
					yield {**self.line(matter), "state": self.words(stage.state)}

	def line(self, matter: Matter) -> dict:
		return {
			"category": self.words(matter.category),
			"reference_doctype": matter.doctype,
			"reference_name": matter.name,
			"property_unit": matter.property_unit,
			"matter": matter.text,
		}

	# ---- summaries of the day (SVC-22)

	def summaries(self) -> Iterable[dict]:
		until, rng = self.centre.until, random.Random(f"{self.centre.until:%Y%m%d}")
		company, abbr = (
			self.names.company,
			frappe.get_cached_value("Company", self.names.company, "abbr"),
		)
		closes_at = get_time(settings.get().desk_closes_at or "17:30:00")
		for offset in range(DAYS_SUMMARISED, -1, -1):
			day = until.date() - timedelta(days=offset)
			drafted_on = self.first_run_after(datetime.combine(day, closes_at))
			if drafted_on > until or frappe.db.exists(SUMMARY, {"company": company, "summary_date": day}):
				continue
			collected_on = self.collected_on(day)
			lines = list(self.lines_of(day, collected_on))
			document = {
				"name": f"{day:%Y-%m-%d}-{abbr}",
				"summary_date": day,
				"company": company,
				"status": "Draft",
				"collected_on": collected_on,
				"lines": lines,
				**stamps(drafted_on, "Administrator"),
				"modified": collected_on,
			}
			# The manager closes each day's the next morning; that of yesterday still waits.
			if offset > 1:
				self.close(document, day, rng)
			yield document

	def first_run_after(self, moment: datetime) -> datetime:
		"""The hourly job comes at the full hour."""
		return datetime.combine(moment.date(), time(moment.hour)) + timedelta(hours=1, seconds=9)

	def collected_on(self, day: date) -> datetime:
		"""A draft goes on collecting until the day is over."""
		until = self.centre.until
		day_is_over = datetime.combine(day, time.min) + timedelta(days=1, seconds=9)
		this_hour = datetime.combine(until.date(), time(until.hour)) + timedelta(seconds=9)
		return min(day_is_over, this_hour if this_hour <= until else this_hour - timedelta(hours=1))

	def lines_of(self, day: date, collected_on: datetime) -> Iterable[dict]:
		yield from self.begun_on(day, "Repair Ticket", collected_on)
		for matter in self.matters("Service Order"):
			sent = next((stage for stage in matter.course if stage.state == order_rules.DISPATCHED), None)
			if sent and sent.at.date() == day and sent.at <= collected_on:
				yield self.summary_line(matter, collected_on)
		asked = [row for row in self.follow_ups if self.done_on(row, day, collected_on)]
		for row in sorted(asked, key=lambda row: (row["done_on"], row["name"])):
			yield {
				"category": self.words("Follow Up"),
				"reference_doctype": "Follow Up",
				"reference_name": row["name"],
				"property_unit": row["property_unit"],
				"matter": row.get("suggestion") or row.get("answers") or row["reference_name"],
				"state": self.words(row["status"]),
				"handled_by": row["done_by"],
			}
		yield from self.begun_on(day, "Customer Complaint", collected_on)
		yield from self.entries_of_registers(day, collected_on)

	def entries_of_registers(self, day: date, collected_on: datetime) -> Iterable[dict]:
		"""What the cash desk's registers say of the day; they were played, so their own functions know."""
		start = datetime.combine(day, time.min)
		end = min(collected_on, start + timedelta(days=1))
		for path in frappe.get_hooks(daily_issue_summary.HOOK):
			for line in frappe.get_attr(path)(self.names.company, start, end):
				if line["reference_doctype"] not in FROM_STAGES:
					words = {field: self.words(line[field]) for field in ("category", "state")}
					yield {**line, **words}

	def begun_on(self, day: date, doctype: str, collected_on: datetime) -> Iterable[dict]:
		for matter in self.matters(doctype):
			if matter.begun.date() == day and matter.begun <= collected_on:
				yield self.summary_line(matter, collected_on)

	def summary_line(self, matter: Matter, collected_on: datetime) -> dict:
		stage = matter.stage_at(collected_on)
		return {**self.line(matter), "state": self.words(stage.state), "handled_by": stage.handled_by}

	def done_on(self, row: dict, day: date, collected_on: datetime) -> bool:
		done_on = row.get("done_on")
		return bool(done_on) and done_on.date() == day and done_on <= collected_on

	def close(self, document: dict, day: date, rng: random.Random) -> None:
		texts = self.texts["summary"]
		repairs = sum(line["reference_doctype"] == "Repair Ticket" for line in document["lines"])
		complaints = sum(line["reference_doctype"] == "Customer Complaint" for line in document["lines"])
		choice = rng.randrange(len(texts["problems"]))
		manager = next(user for user, role in self.names.roles.items() if role == "Service Manager")
		closed_on = datetime.combine(day + timedelta(days=1), time(9)) + timedelta(minutes=rng.randint(2, 50))
		document.update(
			status="Closed",
			problems=f"受理报修 {repairs} 件、投诉 {complaints} 件。{texts['problems'][choice]}。",
			measures=f"{texts['measures'][choice]}。",
			closed_by=manager,
			closed_on=closed_on,
			modified=closed_on,
			modified_by=manager,
		)
