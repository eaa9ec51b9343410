"""Writes notices with their deliveries, the survey with its forms, and plans with their calls.

Audience, deliveries, sample and shares are what the app's own functions say of the site as it is.
"""

import random
from collections import defaultdict
from copy import deepcopy
from datetime import datetime, time, timedelta

import frappe
from frappe.model.document import Document

from property_service.property_service.doctype.follow_up_plan import drawing, population
from property_service.property_service.doctype.resident_notice import audience
from property_service.property_service.doctype.resident_notice.resident_notice import CHANNEL_FIELDS
from property_service.rules import follow_up as follow_up_rules
from property_service.rules import notice as notice_rules
from property_service.setup.demo import clock, data, plan, record
from property_service.setup.demo.fold import Names, add_attempt
from property_service.setup.demo.outreach import Calls, Form, Notice, Survey
from property_service.setup.demo.rows import Numbers, insert_many, insert_rows, stamps
from property_service.setup.demo.stories import Event

NOTICE, DELIVERY = "Resident Notice", "Notice Delivery"
SURVEY, RESPONSE = "Satisfaction Survey", "Satisfaction Response"
PLAN, FOLLOW_UP = "Follow Up Plan", "Follow Up"
SMS_FAILING = 0.03


class Outreach:
	def __init__(self, centre: plan.Plan, names: Names, numbers: Numbers):
		self.centre, self.names, self.numbers = centre, names, numbers
		self.manager = next(user for user, role in names.roles.items() if role == "Service Manager")
		self.rng = random.Random(f"outreach {centre.until:%Y%m%d}")
		# Numbers of the notices that a calendar task waits for, in order.
		self.reminders: list[tuple[str, datetime]] = []
		# Follow-ups of the plans.
		self.follow_ups: list[dict] = []

	def write(self) -> None:
		self.write_notices()
		self.write_survey(self.centre.survey)
		for calls in self.centre.calls:
			self.write_calls(calls)
		self.numbers.save()

	def keep(self, doctype: str, documents: list[dict]) -> None:
		insert_many(doctype, documents)
		record.note(doctype, [document["name"] for document in documents])

	# ---- notices (SVC-20)

	def write_notices(self) -> None:
		notices, deliveries = [], []
		for notice in self.centre.notices:
			document = self.notice(notice)
			notices.append(document)
			deliveries += self.deliveries(notice, document)
			if notice.is_reminder:
				self.reminders.append((document["name"], notice.publish_on))
		self.keep(NOTICE, notices)
		self.keep(DELIVERY, deliveries)

	def notice(self, notice: Notice) -> dict:
		name = self.numbers.take(NOTICE, notice.written_on)
		document = {
			"name": name,
			"subject": notice.subject,
			"notice_kind": notice.kind,
			"company": self.names.company,
			"content": notice.content,
			"sms_text": notice.sms_text,
			"publish_on": notice.publish_on,
			"valid_until": notice.valid_until,
			"status": "Draft",
			"units": [{"property_unit": self.names.units[unit]} for unit in notice.units],
			"employers": [],
			**{field: int(tier in notice.tiers) for field, tier in audience.TIER_FIELDS.items()},
			**{field: int(channel.lower() in notice.channels) for field, channel in CHANNEL_FIELDS.items()},
			**stamps(notice.written_on, self.manager),
		}
		if notice.publish_on:
			document.update(status="Scheduled", published_by=self.manager)
		if self.is_out(notice):
			published_on = self.published_on(notice)
			document.update(status="Published", published_on=published_on, modified=published_on)
		if notice.withdrawn_on and notice.withdrawn_on <= self.centre.until:
			document.update(status="Withdrawn", modified=notice.withdrawn_on)
		return document

	def is_out(self, notice: Notice) -> bool:
		return bool(notice.publish_on) and self.published_on(notice) <= self.centre.until

	def published_on(self, notice: Notice) -> datetime:
		"""The job in the background needs a moment."""
		return notice.publish_on + timedelta(seconds=40)

	def deliveries(self, notice: Notice, document: dict) -> list[dict]:
		if not self.is_out(notice):
			return []
		found = unsaved(NOTICE, document)
		planned = notice_rules.deliveries(audience.people(found), found.channels())
		return [self.delivery(notice, document, one) for one in planned]

	def delivery(self, notice: Notice, document: dict, planned: notice_rules.Delivery) -> dict:
		listed_on = notice.publish_on + timedelta(seconds=5)
		row = {
			"name": frappe.generate_hash(length=12),
			"notice": document["name"],
			"channel": planned.channel,
			"recipient_key": planned.recipient_key,
			"resident": planned.resident,
			"property_unit": planned.property_unit,
			"address": planned.address,
			"attempts": 0,
			"status": "Pending",
			**stamps(listed_on, self.manager),
		}
		row.update(self.outcome(notice, planned, listed_on))
		return row

	def outcome(self, notice: Notice, planned: notice_rules.Delivery, listed_on: datetime) -> dict:
		match planned.channel:
			case notice_rules.PORTAL:
				return {"status": "Delivered", "delivered_on": listed_on}
			case notice_rules.PRINT:
				return self.handed_out(notice)
		if not planned.reachable:
			missing = "No email address is known." if planned.channel == notice_rules.EMAIL else None
			language = frappe.db.get_default("lang") or "en"
			return {
				"status": "Failed",
				"error": frappe._(missing or "No mobile number is known.", lang=language),
			}
		tried = {"attempts": 1, "attempted_on": listed_on + timedelta(seconds=20)}
		if planned.channel == notice_rules.SMS and self.rng.random() < SMS_FAILING:
			return {**tried, "status": "Failed", "error": self.rng.choice(data.load("notices")["sms_errors"])}
		return {**tried, "status": "Delivered", "delivered_on": tried["attempted_on"]}

	def handed_out(self, notice: Notice) -> dict:
		"""Printed copies wait until somebody says that they were handed out."""
		if notice.withdrawn_on:
			return {"status": "Cancelled"}
		out_on = notice.publish_on + timedelta(hours=6)
		if notice.printed and out_on <= self.centre.until:
			return {"status": "Delivered", "delivered_on": out_on}
		return {}

	# ---- survey (SVC-19)

	def write_survey(self, survey: Survey) -> None:
		begun = datetime.combine(survey.from_date, time(9, 20))
		aspects = data.load("survey")["aspects"]
		document = {
			"name": self.numbers.take(SURVEY, begun),
			"title": survey.title,
			"company": self.names.company,
			"status": "Closed",
			"from_date": survey.from_date,
			"to_date": survey.to_date,
			"forms_issued": len(survey.forms),
			"aspects": [{"aspect": row["aspect"], "question": row["question"]} for row in aspects],
			**stamps(begun, self.manager),
			"modified": datetime.combine(survey.to_date, time(17, 5)),
		}
		self.keep(SURVEY, [document])
		self.keep(RESPONSE, [self.response(document["name"], form) for form in survey.forms])

	def response(self, survey: str, form: Form) -> dict:
		texts, visited = data.load("survey"), datetime.combine(form.visited_on, time(17, 20))
		return {
			"name": self.numbers.take(RESPONSE, visited),
			"survey": survey,
			"company": self.names.company,
			"property_unit": self.names.units[form.resident.room],
			"household": self.names.customers[form.resident.employer],
			"resident": self.names.residents[form.resident.mobile_no],
			"method": "Visit",
			"visited_on": form.visited_on,
			"visited_by": form.visited_by,
			"answers": [
				{
					"aspect": row["aspect"],
					"answer": {True: "Satisfied", False: "Not Satisfied", None: ""}[
						form.answers.get(row["aspect"])
					],
					"remark": self.rng.choice(texts["remarks"])
					if form.answers.get(row["aspect"]) is False
					else None,
				}
				for row in texts["aspects"]
			],
			"suggestion": form.suggestion,
			**stamps(visited, form.visited_by),
		}

	# ---- plans of calls (SVC-18)

	def write_calls(self, calls: Calls) -> None:
		document = self.plan(calls)
		doc = unsaved(PLAN, document)
		people = population.of(doc)
		sample = follow_up_rules.draw_sample(list(people), calls.share, document["name"])
		owners = follow_up_rules.share_out(
			sample, calls.owners, population.workers_of(calls.reference, sample)
		)
		due = follow_up_rules.spread(len(sample), calls.follow_from, calls.follow_until)
		rows, todos = [], []
		for number, name in enumerate(sample, 1):
			row = drawing.follow_up_row(
				doc, people[name], number, due[number - 1], owners[name], self.manager
			)
			row.update(stamps(calls.drawn_on, self.manager), attempts=[])
			self.call(row, calls)
			rows.append(row)
			if row["assigned_to"]:
				todos.append(self.todo(doc, row, calls))
		self.keep(FOLLOW_UP, rows)
		self.follow_ups += rows
		insert_rows("ToDo", todos)
		self.tell_references(rows)
		still_open = any(row["status"] == follow_up_rules.OPEN for row in rows)
		document.update(
			status="Drawn" if still_open else "Completed", population=len(people), sample_size=len(sample)
		)
		for owner in document["owners"]:
			owner["assigned"] = sum(row["assigned_to"] == owner["user"] for row in rows)
		self.keep(PLAN, [document])

	def plan(self, calls: Calls) -> dict:
		return {
			"name": self.numbers.take(PLAN, calls.drawn_on),
			"plan_title": calls.title,
			"company": self.names.company,
			"status": "Drawn",
			"method": calls.method,
			"drawn_by": self.manager,
			"drawn_on": calls.drawn_on,
			"reference_doctype": calls.reference,
			"from_date": calls.from_date,
			"to_date": calls.to_date,
			"tier": calls.tier,
			"sample_share": calls.share,
			"follow_from": calls.follow_from,
			"follow_until": calls.follow_until,
			"owners": [{"user": user} for user in calls.owners],
			"outline": [{"question": question} for question in calls.outline],
			**stamps(calls.drawn_on, self.manager),
		}

	def call(self, row: dict, calls: Calls) -> None:
		"""What was due is done: the customer answers, or does not three times on two days. Nobody gives a 1 or 2."""
		rng, texts = self.rng, data.load("calls")
		if row["due_on"] >= calls.done_before or not row["assigned_to"]:
			return
		moment = datetime.combine(row["due_on"], time(rng.choice([9, 10, 11, 14, 15, 16]), rng.randrange(60)))
		missed = rng.choices([0, 1, 3], [80, 12, 8])[0]
		for attempt in range(missed + (missed < 3)):
			reached = attempt == missed
			if moment >= min(self.centre.until, datetime.combine(calls.done_before, time.min)):
				return  # it goes on another day
			facts = {"reached": reached, "method": "Phone", "note": None if reached else "电话无人接听"}
			if reached:
				score = rng.choices([5, 4, 3], [55, 33, 12])[0]
				facts |= {
					"score": score,
					"answers": rng.choice(texts["answers"][str(score)]),
					"suggestion": rng.choice(texts["suggestions"]),
				}
			add_attempt(row, Event(moment, "attempt", row["assigned_to"], facts=facts))
			moment = clock.at_work(rng, clock.later(rng, moment, 1200, 1700))

	def todo(self, doc, row: dict, calls: Calls) -> dict:
		"""A settled follow-up leaves its owner's list."""
		done = row["status"] != follow_up_rules.OPEN
		return {
			**drawing.todo_row(doc, row, self.manager),
			"status": "Closed" if done else "Open",
			**stamps(calls.drawn_on, self.manager),
		}

	def tell_references(self, rows: list[dict]) -> None:
		"""The ticket keeps what its follow-up found."""
		found: dict[tuple[str, str], list[str]] = defaultdict(list)
		for row in rows:
			if row["reference_doctype"] == "Repair Ticket" and row["status"] != follow_up_rules.OPEN:
				found[row["reference_doctype"], row["status"]].append(row["reference_name"])
		for (doctype, status), names in found.items():
			frappe.db.set_value(
				doctype, {"name": ("in", names)}, "follow_up_outcome", status, update_modified=False
			)


def unsaved(doctype: str, document: dict) -> Document:
	"""The document as the app's functions want it; the rows stay as they are."""
	return frappe.get_doc({"doctype": doctype, **deepcopy(document)})
