"""Turns the story of a complaint into the rows that its events leave behind: what the controllers would have written.

The person who complains stands in `Complainant`; a confidential complaint, its contact and its follow-ups name nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from property_service.rules import complaint as rules
from property_service.rules import complaint_watch
from property_service.rules import follow_up as follow_up_rules
from property_service.rules.reception import COMPLAINT
from property_service.setup.demo.complaints import Complaint
from property_service.setup.demo.fold import (
	Clock,
	Names,
	Stage,
	add_attempt,
	date_after,
	new_contact,
	new_follow_up,
	result,
)
from property_service.setup.demo.rows import stamps
from property_service.setup.demo.stories import Event

HEAD = "Department Head"
SUBJECT_LENGTH = 60
PERSON = ("complainant", "contact_name", "contact_phone", "contact_address", "property_unit")
# The reason that a step is recorded with; see the controller.
COMMENTS = {
	rules.SETTLED: "desk_settlement",
	rules.ANALYSED: "cause_analysis",
	rules.ACTED: "corrective_action",
	rules.UNFOUNDED: "unfounded_reason",
	rules.REOPENED: "reopen_reason",
	rules.CLOSED: "closing_decision",
}
FULFILS_THE_CLOCK = (rules.SETTLED, rules.CLOSED)


@dataclass
class ComplaintTerms:
	"""What the site says about one complaint. `escalate_after`: days until service and general manager are told."""

	name: str
	clock: Clock | None
	agreement: str | None
	about_desk: bool
	# The place that a confidential complaint shows instead of the room.
	place_around: str | None
	repeated_of: str | None
	# Naming the earlier complaint would name its complainant.
	hide_repeated: bool
	reopen_at: int
	follow_up_due_days: int
	escalate_after: tuple[int, int]
	office_holders: Callable[[str, str], str]
	next_number: Callable[[str, datetime], str]


@dataclass
class ComplaintDocuments:
	complaint: dict
	complainant: dict
	contacts: list[dict] = field(default_factory=list)
	follow_ups: list[dict] = field(default_factory=list)
	escalations: list[dict] = field(default_factory=list)
	shares: list[dict] = field(default_factory=list)
	course: list[Stage] = field(default_factory=list)


class ComplaintFold:
	def __init__(self, story: Complaint, names: Names, terms: ComplaintTerms, until: datetime):
		self.story, self.names, self.terms, self.until = story, names, terms, until
		self.department = names.departments[story.department]
		self.documents = ComplaintDocuments(self.new_complaint(), {})
		self.complaint = self.documents.complaint

	def run(self) -> ComplaintDocuments:
		steps = {
			"receive": self.receive,
			"settle": self.settle,
			"classify": self.classify,
			"contact": self.contact,
			"assign": self.assign,
			"analyse": self.analyse,
			"act": self.act,
			"attempt": self.attempt,
			"reopen": self.reopen,
			"verify": self.verify,
			"close": self.close,
			"unfounded": self.declare_unfounded,
		}
		path = self.story.path(self.until)
		for position, event in enumerate(path):
			steps[event.kind](event)
			self.complaint.update(modified=event.at, modified_by=event.actor)
			self.keep_stage(event)
			if event.kind == "assign":
				self.escalate(event.facts["due_on"], remedied_on(path[position:]))
		return self.documents

	def keep_stage(self, event: Event) -> None:
		status, course = self.complaint["status"], self.documents.course
		if not course or course[-1].state != status:
			course.append(Stage(event.at, status, self.complaint["first_handler"]))

	# ---- how it comes in

	def new_complaint(self) -> dict:
		story = self.story
		return {
			"name": self.terms.name,
			"company": self.names.company,
			"channel": story.channel,
			**self.shown_person(),
			"confidential": int(story.confidential),
			"subject": story.description[:SUBJECT_LENGTH],
			"description": story.description,
			"complaint_type": story.complaint_type,
			"priority": story.priority,
			"claim": story.claim,
			"claim_details": story.claim_details,
			"proposed_department": self.names.departments[story.proposed_department],
			"about_front_desk": int(self.terms.about_desk),
			"status": rules.RECEIVED,
			"first_handler": story.clerk,
			"repeated": int(bool(self.terms.repeated_of)),
			"repeated_of": None if self.terms.hide_repeated else self.terms.repeated_of,
			"contacts": [],
			"approval_steps": [],
		}

	def person(self) -> dict:
		resident = self.story.resident
		return {
			"complainant": self.names.residents[resident.mobile_no],
			"contact_name": resident.full_name,
			"contact_phone": resident.mobile_no,
			"contact_address": None,
			"property_unit": self.names.units[self.story.unit.code],
		}

	def shown_person(self) -> dict:
		if not self.story.confidential:
			return self.person()
		return {**dict.fromkeys(PERSON), "property_unit": self.terms.place_around}

	def receive(self, event: Event) -> None:
		complaint = self.complaint
		complaint.update(received_on=event.at, **stamps(event.at, event.actor))
		complaint["reception_record"] = self.terms.next_number("Reception Record", event.at)
		person = self.person()
		self.documents.complainant.update(
			{
				"name": complaint["name"],
				"customer_complaint": complaint["name"],
				"company": complaint["company"],
				"resident": person.pop("complainant"),
				**person,
				"repeated_of": self.terms.repeated_of,
				**stamps(event.at, event.actor),
			}
		)
		caller = {
			"resident": complaint["complainant"],
			**{name: complaint[name] for name in ("channel", "contact_name", "contact_phone")},
			"property_unit": complaint["property_unit"],
		}
		self.documents.contacts.append(
			new_contact("Customer Complaint", complaint, caller, COMPLAINT, complaint["description"], event)
		)
		if clock := self.terms.clock:
			complaint.update(
				service_level_agreement=self.terms.agreement,
				service_level_agreement_creation=event.at,
				response_by=clock.due("response", event.at),
				agreement_status="First Response Due",
			)

	# ---- steps

	def move(self, event: Event, state: str) -> None:
		complaint = self.complaint
		before, complaint["status"] = complaint["status"], state
		self.run_clock(event, before, state)
		complaint["approval_steps"].append(
			{
				"action": rules.ACTIONS[before, state],
				"from_state": before,
				"to_state": state,
				"actor": event.actor,
				"actor_role": self.role(event.actor, state),
				"acted_on": event.at,
				"comment": complaint.get(COMMENTS[state]) if state in COMMENTS else None,
			}
		)

	def role(self, actor: str, state: str) -> str:
		"""The department's head analyses and acts as such; everybody else with the own job."""
		as_head = state in (rules.ANALYSED, rules.ACTED) and actor == self.head()
		return HEAD if as_head else self.names.roles[actor]

	def head(self) -> str:
		return next(event.actor for event in self.story.events if event.kind == "analyse")

	def run_clock(self, event: Event, before: str, after: str) -> None:
		"""ERPNext stamps the end of its clock although only the first answer is timed."""
		complaint = self.complaint
		if not self.terms.clock:
			return
		if after in FULFILS_THE_CLOCK and before not in FULFILS_THE_CLOCK:
			seconds = (event.at - complaint["received_on"]).total_seconds()
			complaint.update(sla_resolution_date=event.at, resolution_time=seconds)
		elif before in FULFILS_THE_CLOCK and after not in FULFILS_THE_CLOCK:
			held = (event.at - complaint["sla_resolution_date"]).total_seconds()
			complaint.update(
				total_hold_time=complaint.get("total_hold_time", 0) + held,
				sla_resolution_date=None,
				resolution_time=None,
			)
			if not complaint.get("first_responded_on"):
				complaint["response_by"] += timedelta(seconds=round(complaint["total_hold_time"]))

	def answer(self, event: Event) -> None:
		"""The first word to the complainant answers the complaint (SVC-03)."""
		complaint, clock = self.complaint, self.terms.clock
		if not clock or complaint.get("first_responded_on"):
			return
		outcome = result(event.at, complaint["response_by"])
		complaint.update(
			response_due_on=complaint["response_by"],
			first_responded_on=event.at,
			first_response_time=clock.response_seconds(complaint["received_on"], event.at),
			response_result=outcome,
			agreement_status=outcome,
		)

	def classify(self, event: Event) -> None:
		self.complaint.update(complaint_class=self.story.complaint_class, severity=self.story.severity)
		self.move(event, rules.CLASSIFIED)

	def contact(self, event: Event) -> None:
		self.complaint["contacts"].append(
			{
				"contacted_on": event.at,
				"contacted_by": event.actor,
				"method": event.facts["method"],
				"note": event.facts["note"],
			}
		)
		self.answer(event)

	def settle(self, event: Event) -> None:
		self.complaint["desk_settlement"] = event.facts["settlement"]
		self.move(event, rules.SETTLED)
		self.answer(event)

	def assign(self, event: Event) -> None:
		complaint = self.complaint
		complaint.update(
			responsible_department=self.department,
			department=self.department,
			due_on=event.facts["due_on"],
			assigned_by=event.actor,
			assigned_on=event.at,
			verifier=self.story.verifier if self.terms.about_desk else None,
		)
		self.move(event, rules.ASSIGNED)
		self.share("Customer Complaint", complaint["name"], event)

	def share(self, doctype: str, name: str, event: Event) -> None:
		"""The verifier works elsewhere and is let in."""
		there = {(share["share_doctype"], share["share_name"]) for share in self.documents.shares}
		if self.complaint["verifier"] and (doctype, name) not in there:
			self.documents.shares.append(
				{
					"share_doctype": doctype,
					"share_name": name,
					"user": self.complaint["verifier"],
					"read": 1,
					"write": 1,
					**stamps(event.at, event.actor),
				}
			)

	def analyse(self, event: Event) -> None:
		self.complaint["cause_analysis"] = event.facts["cause"]
		self.move(event, rules.ANALYSED)

	def act(self, event: Event) -> None:
		complaint, facts = self.complaint, event.facts
		complaint.update(
			corrective_action=facts["action"],
			action_record=facts["record"],
			action_owner=self.names.employees[facts["owner"]],
			action_owner_name=self.names.full_names[facts["owner"]],
			action_date=facts["date"],
			acted_on=event.at,
			remedy_result="Fulfilled" if event.at <= complaint["due_on"] else "Failed",
		)
		self.move(event, rules.ACTED)
		follow_up = new_follow_up(
			"Customer Complaint", complaint, self.terms.next_number("Follow Up", event.at), event
		)
		asker = complaint["verifier"] or complaint["first_handler"]
		follow_up.update(due_on=date_after(event.at, self.terms.follow_up_due_days), assigned_to=asker)
		self.documents.follow_ups.append(follow_up)
		self.share("Follow Up", follow_up["name"], event)

	def attempt(self, event: Event) -> None:
		follow_up = self.documents.follow_ups[-1]
		add_attempt(follow_up, event)
		if follow_up["status"] == follow_up_rules.OPEN:
			return
		evaluation = rules.evaluation_of(event.facts.get("score", 0), self.terms.reopen_at)
		self.complaint.update(follow_up=follow_up["name"], follow_up_outcome=follow_up["status"])
		self.complaint["customer_evaluation"] = evaluation or self.complaint.get("customer_evaluation")

	def reopen(self, event: Event) -> None:
		complaint = self.complaint
		complaint["reopen_reason"] = event.facts["reason"]
		self.move(event, rules.REOPENED)
		cleared = ("follow_up", "follow_up_outcome", "customer_evaluation", "acted_on", "remedy_result")
		complaint.update(dict.fromkeys(cleared))
		complaint.update(reopened_on=event.at, reopened_count=complaint.get("reopened_count", 0) + 1)
		self.documents.follow_ups[-1]["reopened_reference"] = 1

	def verify(self, event: Event) -> None:
		self.move(event, rules.VERIFIED)

	def close(self, event: Event) -> None:
		complaint = self.complaint
		if evaluation := event.facts.get("evaluation"):
			complaint["customer_evaluation"] = evaluation
		complaint.update(closing_decision=event.facts.get("decision"), closed_on=event.at)
		self.move(event, rules.CLOSED)

	def declare_unfounded(self, event: Event) -> None:
		self.complaint["unfounded_reason"] = event.facts["reason"]
		self.move(event, rules.UNFOUNDED)

	# ---- overdue (SVC-16)

	def escalate(self, due_on: datetime, remedied_on: datetime) -> None:
		"""The hourly job tells each level that is due, until the department has acted."""
		levels = complaint_watch.escalation_levels
		told: set[str] = set()
		run = full_hour_after(due_on)
		while run <= self.until and run < remedied_on and len(told) < 3:
			for level in levels(due_on, run, *self.terms.escalate_after):
				if level not in told:
					told.add(level)
					self.documents.escalations.append(self.escalation(level, due_on, run))
			run += timedelta(hours=1)

	def escalation(self, level: str, due_on: datetime, run: datetime) -> dict:
		complaint = self.complaint
		return {
			"customer_complaint": complaint["name"],
			"level": level,
			"due_on": due_on,
			"escalated_on": run,
			"company": complaint["company"],
			"department": complaint["department"],
			"told": self.terms.office_holders(level, complaint["department"]),
			"escalation_key": f"{complaint['name']}|{due_on:%Y-%m-%d %H:%M:%S}|{level}",
			**stamps(run, "Administrator"),
		}


def remedied_on(path: list[Event]) -> datetime:
	"""When the department has acted on what was assigned first in `path`."""
	return next((event.at for event in path if event.kind == "act"), datetime.max)


def full_hour_after(moment: datetime) -> datetime:
	"""The job's next run; a few seconds pass until its turn comes."""
	return datetime.combine(moment.date(), time(moment.hour)) + timedelta(hours=1, seconds=4)
