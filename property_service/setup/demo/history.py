"""Writes three months of contacts, tickets, complaints, orders and follow-ups in a few statements.

Numbers are reserved from the naming series as the controllers would take them. Nobody is notified, and Frappe's
versions and workflow actions are not invented: they are the trail of people at work.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import frappe
from frappe.utils import cint, flt

from property_service import approvals, settings
from property_service.property_service.doctype.customer_complaint import facts, identity
from property_service.property_service.doctype.customer_complaint import follow_ups as complaint_follow_ups
from property_service.property_service.doctype.quality_suggestion import quality_suggestion
from property_service.property_service.doctype.repair_ticket import duplicates, follow_ups
from property_service.property_service.doctype.service_order import billing
from property_service.rules import complaint as complaint_rules
from property_service.rules import complaint_watch
from property_service.rules import follow_up as follow_up_rules
from property_service.rules import service_order as order_rules
from property_service.rules.reception import OTHER_SERVICE
from property_service.setup.demo import data, plan, record, service_level
from property_service.setup.demo.complaint_fold import ComplaintDocuments, ComplaintFold, ComplaintTerms
from property_service.setup.demo.complaints import Complaint
from property_service.setup.demo.contacts import Contact
from property_service.setup.demo.fold import (
	Bill,
	Documents,
	Fold,
	Names,
	Stage,
	Terms,
	assignment,
	new_contact,
	new_order,
	take_step,
)
from property_service.setup.demo.rows import Numbers, insert_many, stamps
from property_service.setup.demo.stories import Event, Story

# A clerk enters this rate (per hour) where the company has not set one.
LABOUR_RATE = 60
PRIORITIES = ("Emergency", "Urgent", "Normal")


@dataclass(frozen=True)
class Matter:
	"""A document as handovers and summaries of the day list it. `begun`: when it came to the desk."""

	doctype: str
	name: str
	category: str
	property_unit: str | None
	text: str
	begun: datetime
	course: list[Stage]

	def stage_at(self, moment: datetime) -> Stage | None:
		"""None while it has not begun."""
		past = [stage for stage in self.course if stage.at <= moment]
		return past[-1] if past else None


class History:
	def __init__(self, centre: plan.Plan, names: Names, progress: Callable[[str, int], None]):
		self.centre, self.names, self.progress = centre, names, progress
		self.numbers = Numbers()
		self.clocks = service_level.clocks("Repair Ticket", names.company, PRIORITIES)
		self.complaint_clocks = service_level.clocks("Customer Complaint", names.company, PRIORITIES)
		self.signatures = data.load("signatures")
		self.labour_rate = flt(settings.get().labour_rate) or LABOUR_RATE
		self.rows: dict[str, list[dict]] = defaultdict(list)
		self.bills: list[Bill] = []
		self.matters: list[Matter] = []
		# Earlier complaints by person and type: what repeats them is marked.
		self.complained: dict[tuple[str, str], list[tuple[str, datetime, bool]]] = defaultdict(list)

	def write(self) -> None:
		"""What reached the desk takes its number in the order in which it came."""
		slip_photo = make_slip_photo()
		came_in = [
			*((story.reported_on, self.add_story, (story, slip_photo)) for story in self.centre.stories),
			*((story.received_on, self.add_complaint, (story,)) for story in self.centre.complaints),
			*((contact.received_on, self.add_contact, (contact,)) for contact in self.centre.contacts),
			*((errand.asked_on, self.add_errand, (errand,)) for errand in self.centre.errands),
		]
		for moment, add, arguments in sorted(came_in, key=lambda entry: entry[0]):
			if moment <= self.centre.until:
				add(*arguments)
				self.progress("matters", 1)
		self.add_quality_suggestions()
		for doctype, documents in self.rows.items():
			insert_many(doctype, documents)
			record.note(doctype, [document["name"] for document in documents])
		self.numbers.save()
		self.send_bills()
		self.take_up_the_oldest_suggestion()

	def keep(self, doctype: str, documents: list[dict]) -> None:
		"""Documents without a number of their own get a name as Frappe draws it."""
		self.rows[doctype] += [
			{"name": frappe.generate_hash(length=10), **document} for document in documents
		]

	# ---- repairs

	def add_story(self, story: Story, slip_photo: str) -> None:
		documents = self.fold(story, slip_photo)
		ticket = documents.ticket
		self.keep("Reception Record", documents.contacts)
		self.keep("Repair Ticket", [ticket])
		self.keep("Service Order", documents.orders)
		self.keep("Follow Up", documents.follow_ups)
		self.keep("Defect Notice", documents.notices)
		self.bills += documents.bills
		self.matters.append(
			Matter(
				"Repair Ticket",
				ticket["name"],
				ticket["repair_kind"],
				ticket["property_unit"],
				ticket["description"],
				ticket["reported_on"],
				documents.course,
			)
		)

	def fold(self, story: Story, slip_photo: str) -> Documents:
		return Fold(story, self.names, self.terms(story, slip_photo), self.centre.until).run()

	def terms(self, story: Story, slip_photo: str) -> Terms:
		"""What this site's settings and agreements say about the story's ticket."""
		ticket = self.numbers.take("Repair Ticket", story.reported_on)
		clock = self.clocks[story.priority]
		known = frappe._dict(
			doctype="Repair Ticket",
			repair_kind=story.kind,
			priority=story.priority,
			property_unit=self.names.units[story.unit.code],
			repair_category=story.category,
		)
		policy = follow_ups.policy_for(known)
		default_days = cint(settings.get().follow_up_due_days)
		return Terms(
			ticket=ticket,
			clock=clock,
			agreement=clock.agreement if clock else None,
			follow_up_required=bool(policy) and follow_up_rules.is_drawn(ticket, policy.share_percent),
			follow_up_due_days=policy.due_within_days if policy else default_days,
			labour_rate=self.labour_rate,
			slip_photo=slip_photo,
			signature=self.signatures[sum(map(ord, story.contact_name)) % len(self.signatures)],
			duplicate_key=duplicates.key_of(known),
			defect_notice_days=cint(settings.get().defect_notice_days),
			payer=self.payer(story),
			next_number=self.numbers.take,
		)

	def payer(self, story: Story) -> str | None:
		can_bill = settings.company_row(self.names.company).labour_item
		return self.names.customers[story.resident.employer] if can_bill and story.resident else None

	def send_bills(self) -> None:
		"""A bill is a draft of ERPNext's, which only its own controller writes; they are few."""
		made = []
		for bill in self.bills:
			order = frappe.get_doc("Service Order", bill.order)
			invoice = billing.draft(order, order.bill_to)
			invoice.update(
				{"set_posting_time": 1, "posting_date": bill.at.date(), "due_date": bill.at.date()}
			)
			invoice.flags.server_write = True
			made.append(invoice.insert(ignore_permissions=True).name)  # set-up script
			invoice.db_set(stamps(bill.at, bill.actor), update_modified=False)
		record.note("Sales Invoice", made)

	# ---- contacts that become nothing else

	def add_contact(self, contact: Contact) -> None:
		names = self.names
		self.keep(
			"Reception Record",
			[
				{
					"name": self.numbers.take("Reception Record", contact.received_on),
					"company": names.company,
					"category": contact.category,
					"channel": contact.channel,
					"resident": names.residents[contact.resident.mobile_no] if contact.resident else None,
					"contact_name": contact.contact_name,
					"contact_phone": contact.contact_phone,
					"property_unit": names.units[contact.unit.code] if contact.unit else None,
					"content": contact.content,
					"outcome": contact.outcome,
					"received_on": contact.received_on,
					"received_by": contact.clerk,
					**stamps(contact.received_on, contact.clerk),
				}
			],
		)

	# ---- complaints

	def add_complaint(self, story: Complaint) -> None:
		documents = self.fold_complaint(story)
		if documents is None:
			return
		complaint = documents.complaint
		for doctype, found in (
			("Reception Record", documents.contacts),
			("Customer Complaint", [complaint]),
			("Complainant", [documents.complainant]),
			("Follow Up", documents.follow_ups),
			("Complaint Escalation", documents.escalations),
			("DocShare", documents.shares),
		):
			self.keep(doctype, found)
		self.matters.append(
			Matter(
				"Customer Complaint",
				complaint["name"],
				complaint["complaint_type"],
				complaint["property_unit"],
				complaint["subject"],
				complaint["received_on"],
				documents.course,
			)
		)

	def fold_complaint(self, story: Complaint) -> ComplaintDocuments | None:
		"""None for a complaint about customer service where the site means another department by that."""
		about_desk = facts.is_front_desk(self.names.company, self.names.departments[story.department])
		if about_desk != story.about_desk:
			return None
		return ComplaintFold(
			story, self.names, self.complaint_terms(story, about_desk), self.centre.until
		).run()

	def complaint_terms(self, story: Complaint, about_desk: bool) -> ComplaintTerms:
		name = self.numbers.take("Customer Complaint", story.received_on)
		clock = self.complaint_clocks[story.priority]
		known = frappe._dict(doctype="Customer Complaint", priority=story.priority)
		policy = settings.get()
		before = self.complained[story.resident.mobile_no, story.complaint_type]
		repeated_of = complaint_watch.repeated_of(
			story.received_on,
			[(earlier, moment) for earlier, moment, _hidden in before],
			cint(policy.repeated_within_days),
		)
		hidden = {earlier for earlier, _moment, hidden in before if hidden}
		before.append((name, story.received_on, story.confidential))
		return ComplaintTerms(
			name=name,
			clock=clock,
			agreement=clock.agreement if clock else None,
			about_desk=about_desk,
			place_around=identity.place_around(self.names.units[story.unit.code]),
			repeated_of=repeated_of,
			hide_repeated=story.confidential or repeated_of in hidden,
			reopen_at=cint(policy.reopen_at_score),
			follow_up_due_days=complaint_follow_ups.due_within_days(known),
			escalate_after=(
				cint(policy.escalate_to_manager_days),
				cint(policy.escalate_to_general_manager_days),
			),
			office_holders=lambda level, department: ", ".join(
				sorted(approvals.office_holders(level, department))
			),
			next_number=self.numbers.take,
		)

	def add_quality_suggestions(self) -> None:
		"""What the count of each month suggests, in the order in which the complaints were assigned (SVC-17)."""
		tolerated = cint(settings.get().complaints_tolerated)
		counted: dict[tuple[str, str, str], list[dict]] = defaultdict(list)
		assigned = [
			(step["acted_on"], complaint)
			for complaint in self.rows["Customer Complaint"]
			for step in complaint["approval_steps"]
			if step["to_state"] == complaint_rules.ASSIGNED and step["from_state"] != complaint_rules.REOPENED
		]
		suggestions: dict[tuple, dict] = {}
		for moment, complaint in sorted(assigned, key=lambda entry: (entry[0], entry[1]["name"])):
			first, _next_first = complaint_watch.month_of(complaint["received_on"].date())
			key = (complaint["department"], complaint["complaint_type"], f"{first:%Y-%m}")
			counted[key].append(complaint)
			if not complaint_watch.improvement_is_due(len(counted[key]), tolerated):
				continue
			suggestion = suggestions.setdefault(
				key,
				{
					"company": self.names.company,
					"department": complaint["department"],
					"complaint_type": complaint["complaint_type"],
					"month": first,
					"status": "Open",
					"suggestion_key": "|".join(key),
					**stamps(moment, complaint["assigned_by"]),
				},
			)
			suggestion["complaint_count"] = len(counted[key])
		self.keep("Quality Suggestion", list(suggestions.values()))

	def take_up_the_oldest_suggestion(self) -> None:
		"""The manager made a quality action of it a day later; that record, too, is ERPNext's own."""
		oldest = min(self.rows["Quality Suggestion"], key=lambda row: row["month"], default=None)
		decided_on = oldest and oldest["creation"] + timedelta(days=1)
		if not oldest or decided_on > self.centre.until:
			return
		action = quality_suggestion.make_quality_action(oldest["name"])
		manager = next(user for user, role in self.names.roles.items() if role == "Service Manager")
		frappe.db.set_value(
			"Quality Suggestion",
			oldest["name"],
			{"decided_by": manager, "decided_on": decided_on, "modified": decided_on, "modified_by": manager},
			update_modified=False,
		)
		frappe.db.set_value(
			"Quality Action",
			action,
			{"date": decided_on.date(), **stamps(decided_on, manager)},
			update_modified=False,
		)
		record.note("Quality Action", [action])

	# ---- orders without a ticket

	def add_errand(self, errand: plan.Errand) -> None:
		order, course = self.errand_order(errand)
		if errand.service_type != "Guest Room Cleaning":
			# Guest rooms are cleaned at the desk's own wish: nobody called.
			self.keep("Reception Record", [self.errand_contact(order)])
		self.keep("Service Order", [order])
		self.matters.append(
			Matter(
				"Service Order",
				order["name"],
				order["service_type"],
				order["property_unit"],
				order["matter"],
				order["creation"],
				course,
			)
		)

	def errand_contact(self, order: dict) -> dict:
		asked = Event(order["creation"], "ask", order["owner"])
		order["reception_record"] = self.numbers.take("Reception Record", asked.at)
		caller = {
			"channel": "Phone",
			"contact_name": order["customer_name"],
			"contact_phone": order["customer_phone"],
			"property_unit": order["property_unit"],
		}
		return new_contact("Service Order", order, caller, OTHER_SERVICE, order["matter"], asked)

	def errand_order(self, errand: plan.Errand) -> tuple[dict, list[Stage]]:
		"""A cleaning, guest-room or water order as it stands now; the desk signs off nothing, the department reports."""
		until, names = self.centre.until, self.names
		asked = Event(errand.asked_on, "ask", errand.clerk)
		order = new_order(names, self.numbers.take("Service Order", errand.asked_on), asked)
		person = errand.resident
		order.update(
			service_type=errand.service_type,
			matter=errand.matter,
			priority="Normal",
			customer_name=person.full_name if person else None,
			customer_phone=person.mobile_no if person else None,
			customer_address=errand.unit.name if errand.unit else None,
			property_unit=names.units[errand.unit.code] if errand.unit else None,
			rooms=[
				{"property_unit": names.units[room.code], "room_status": "Pending"} for room in errand.rooms
			],
		)
		course = [Stage(asked.at, order["status"], None)]
		for event, before, after in self.errand_events(errand):
			if event.at > until:
				break
			self.errand_step(order, event)
			take_step(names, order, event, before, after)
			course.append(Stage(event.at, after, order["assigned_user"]))
		return order, course

	def errand_events(self, errand: plan.Errand) -> Iterator[tuple[Event, str, str]]:
		worker = errand.worker
		sent = {
			"worker": worker.user,
			"department": worker.department,
			"planned_for": errand.dispatched_on + timedelta(hours=1),
		}
		drawn = {"signed_by": errand.resident.full_name if errand.resident else "余承志"}
		yield (
			Event(errand.dispatched_on, "dispatch", errand.clerk, facts=sent),
			order_rules.DRAFT,
			order_rules.DISPATCHED,
		)
		yield Event(errand.arrived_on, "arrive", worker.user), order_rules.DISPATCHED, order_rules.IN_PROGRESS
		yield (
			Event(errand.finished_on, "finish", worker.user, facts=drawn),
			order_rules.IN_PROGRESS,
			order_rules.FINISHED,
		)
		yield Event(errand.finished_on, "archive", worker.user), order_rules.FINISHED, order_rules.ARCHIVED

	def errand_step(self, order: dict, event: Event) -> None:
		match event.kind:
			case "dispatch":
				order.update(assignment(self.names, event), dispatched_on=event.at, dispatched_by=event.actor)
			case "arrive":
				order["arrived_on"] = event.at
			case "finish":
				for room in order["rooms"]:
					room.update(room_status="Cleaned", cleaned_on=event.at, cleaned_by=event.actor)
				order.update(
					work_done="已完成",
					finished_on=event.at,
					finished_by=event.actor,
					sign_off_method=order_rules.DRAWN,
					sign_off_name=event.facts["signed_by"],
					customer_satisfaction="Satisfied",
					customer_signature=self.signatures[event.at.minute % len(self.signatures)],
					signed_off=1,
					signed_on=event.at,
					sign_off_user=event.actor,
				)
			case "archive":
				order.update(returned_on=event.at, returned_to=event.actor)


def make_slip_photo() -> str:
	"""URL of the one photo of a signed paper slip that all the demo's slips share."""
	known = record.noted().get("File")
	if known:
		return frappe.db.get_value("File", sorted(known)[0], "file_url")
	content = (data.FOLDER / "signed-slip.png").read_bytes()
	photo = frappe.get_doc(
		{"doctype": "File", "file_name": "demo-signed-slip.png", "is_private": 1, "content": content}
	).insert(ignore_permissions=True)  # set-up script
	record.note("File", [photo.name])
	return photo.file_url
