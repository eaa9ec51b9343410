"""Lets the people of the demo's stories do through the controllers what its events say, and compares what both leave behind."""

from contextlib import contextmanager
from datetime import timedelta

import frappe
from freezegun import freeze_time

from property_service import first_handler
from property_service.property_service.doctype.customer_complaint import escalation, steps
from property_service.property_service.doctype.defect_notice import defect_notice
from property_service.property_service.doctype.follow_up import follow_up
from property_service.property_service.doctype.repair_ticket import repair_ticket
from property_service.property_service.doctype.service_order import service_order
from property_service.rules import complaint as complaint_rules
from property_service.setup.demo.fold import CHARGE
from property_service.setup.demo.stories import Event


@contextmanager
def as_user(user: str):
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)


class Player:
	"""Lets the people of a story do through the controllers what its events say."""

	def __init__(self, story, names, slip_photo, signature):
		self.story, self.names = story, names
		self.slip_photo, self.signature = slip_photo, signature
		self.ticket = self.notice = None
		self.orders: dict[int, str] = {}

	def play(self, events) -> str:
		with freeze_time(utc(events[0].at), ignore=["pymysql", "redis"]) as clock:
			for event in events:
				clock.move_to(utc(event.at))
				with as_user(event.actor):
					getattr(self, event.kind.replace(" ", "_"))(event)
		return self.ticket

	def report(self, event):
		story, names = self.story, self.names
		self.ticket = (
			frappe.get_doc(
				{
					"doctype": "Repair Ticket",
					"company": names.company,
					"channel": story.channel,
					"reported_by": names.residents[story.resident.mobile_no],
					"property_unit": names.units[story.unit.code],
					"location": story.location,
					"contact_name": story.contact_name,
					"contact_phone": story.contact_phone,
					"repair_kind": story.kind,
					"repair_category": story.category,
					"priority": story.priority,
					"description": story.description,
				}
			)
			.insert()
			.name
		)

	def dispatch(self, event):
		facts = event.facts
		self.orders[event.order] = repair_ticket.dispatch(
			self.ticket,
			self.names.departments[facts["department"]],
			self.names.employees[facts["worker"]],
			str(facts["planned_for"]),
			facts["matter"],
		)

	def arrive(self, event):
		service_order.arrive(self.orders[event.order])

	def finish(self, event):
		facts = event.facts
		order = frappe.get_doc("Service Order", self.orders[event.order])
		order.update(
			{
				"work_done": facts["work_done"],
				"labour_hours": facts["labour_hours"],
				"sign_off_method": facts["sign_off_method"],
				"sign_off_role": facts["sign_off_role"],
			}
		)
		for name, uom, qty, rate in facts["materials"]:
			order.append("materials", {"item_name": name, "uom": uom, "qty": qty, "rate": rate})
		if not facts["confirmed_by_desk"]:
			self.sign(order, facts)
		order.finish()

	def sign(self, order, facts):
		order.update(
			{"sign_off_name": facts["sign_off_name"], "customer_satisfaction": facts["satisfaction"]}
		)
		if facts["drawn"]:
			order.customer_signature = self.signature
		elif facts["sign_off_method"] == "Signed Slip":
			order.signed_slip = self.slip_photo

	def confirm(self, event):
		order = frappe.get_doc("Service Order", self.orders[event.order])
		told = [*self.story.events, *self.story.followed]
		finish = next(e for e in told if e.kind == "finish" and e.order == event.order)
		if order.sign_off_method == "Phone Confirmation":
			service_order.confirm_by_phone(
				order.name, finish.facts["sign_off_name"], finish.facts["satisfaction"]
			)
		else:
			self.sign(order, finish.facts)
			order.save()

	def archive(self, event):
		# A drawn signature has archived the order itself.
		if frappe.db.get_value("Service Order", self.orders[event.order], "status") != "Archived":
			service_order.archive(self.orders[event.order])

	def return_(self, event):
		service_order.return_to_desk(self.orders[event.order], event.facts["reason"])

	def dispatch_again(self, event):
		facts = event.facts
		service_order.dispatch(
			self.orders[event.order],
			self.names.departments[facts["department"]],
			self.names.employees[facts["worker"]],
			str(facts["planned_for"]),
		)

	def cancel_order(self, event):
		service_order.cancel(self.orders[event.order], event.facts["reason"])

	def move(self, status, **values):
		ticket = frappe.get_doc("Repair Ticket", self.ticket)
		ticket.update({**values, "status": status})
		ticket.save()

	def defer(self, event):
		facts = {**event.facts}
		self.move("Deferred", deferral_plan=facts.pop("plan"), **facts)

	def resume(self, event):
		self.move(frappe.db.get_value("Repair Ticket", self.ticket, "deferred_from"))

	def complete(self, event):
		self.move("Completed")

	def close(self, event):
		self.move("Closed")

	def cancel(self, event):
		self.move("Cancelled", cancel_reason=event.facts["reason"])

	def attempt(self, event):
		record_call("Repair Ticket", self.ticket, event.facts)

	def reopen(self, event):
		assert frappe.db.get_value("Repair Ticket", self.ticket, "status") == "Reopened"

	# ---- who answers for it, what it costs

	def ask_to_take_over(self, event):
		first_handler.request_transfer(
			"Repair Ticket", self.ticket, event.facts["to_user"], event.facts["reason"]
		)

	def take_over_the_matter(self, event):
		first_handler.accept_transfer("Repair Ticket", self.ticket)

	def decline_the_matter(self, event):
		first_handler.decline_transfer("Repair Ticket", self.ticket)

	def price(self, event):
		order = frappe.get_doc("Service Order", self.orders[event.order])
		order.append(
			"charges", {"charge_type": "Labour", "description": CHARGE, "amount": event.facts["amount"]}
		)
		order.save()

	# ---- what the developer owes

	def draft_notice(self, event):
		values = {"doctype": "Defect Notice", "repair_ticket": self.ticket, **event.facts}
		self.notice = frappe.get_doc(values).insert().name

	def move_notice(self, status, **values):
		notice = frappe.get_doc("Defect Notice", self.notice)
		notice.update({**values, "status": status})
		notice.save()

	def issue_notice(self, event):
		self.move_notice("Issued")

	def record_return(self, event):
		self.move_notice("Slip Returned", result=event.facts["result"])

	def close_notice(self, event):
		self.move_notice("Closed")

	def cancel_notice(self, event):
		self.move_notice("Cancelled", cancel_reason=event.facts["reason"])

	def repair_ourselves(self, event):
		facts = event.facts
		self.orders[event.order] = defect_notice.take_over(
			self.notice,
			self.names.departments[facts["department"]],
			self.names.employees[facts["worker"]],
			str(facts["planned_for"]),
		)


# `return` is a word of Python.
setattr(Player, "return", Player.return_)


class ComplaintPlayer:
	"""`escalated_on`: when the hourly job runs besides."""

	def __init__(self, story, names, escalated_on=()):
		self.story, self.names = story, names
		self.runs = [Event(moment, "escalate", "Administrator") for moment in sorted(set(escalated_on))]
		self.complaint = None

	def play(self, events) -> str:
		with freeze_time(utc(events[0].at), ignore=["pymysql", "redis"]) as clock:
			for event in sorted([*events, *self.runs], key=lambda event: event.at):
				clock.move_to(utc(event.at))
				with as_user(event.actor):
					getattr(self, event.kind)(event)
		return self.complaint

	def receive(self, event):
		story, names = self.story, self.names
		self.complaint = (
			frappe.get_doc(
				{
					"doctype": "Customer Complaint",
					"company": names.company,
					"channel": story.channel,
					"complainant": names.residents[story.resident.mobile_no],
					"contact_name": story.resident.full_name,
					"contact_phone": story.resident.mobile_no,
					"property_unit": names.units[story.unit.code],
					"confidential": int(story.confidential),
					"description": story.description,
					"complaint_type": story.complaint_type,
					"priority": story.priority,
					"claim": story.claim,
					"claim_details": story.claim_details,
					"proposed_department": names.departments[story.proposed_department],
				}
			)
			.insert()
			.name
		)

	def move(self, status, **values):
		complaint = frappe.get_doc("Customer Complaint", self.complaint)
		complaint.update({**values, "status": status})
		complaint.save()

	def classify(self, event):
		self.move(
			complaint_rules.CLASSIFIED,
			complaint_class=self.story.complaint_class,
			severity=self.story.severity,
		)

	def contact(self, event):
		steps.record_contact(self.complaint, event.facts["method"], event.facts["note"])

	def settle(self, event):
		steps.settle(self.complaint, event.facts["settlement"])

	def assign(self, event):
		department = self.names.departments[self.story.department]
		steps.assign(self.complaint, department, str(event.facts["due_on"]), self.story.verifier)

	def analyse(self, event):
		steps.analyse(self.complaint, event.facts["cause"])

	def act(self, event):
		facts = event.facts
		owner = self.names.employees[facts["owner"]]
		steps.act(self.complaint, facts["action"], owner, str(facts["date"]), facts["record"])

	def attempt(self, event):
		record_call("Customer Complaint", self.complaint, event.facts)

	def reopen(self, event):
		assert frappe.db.get_value("Customer Complaint", self.complaint, "status") == "Reopened"

	def verify(self, event):
		self.move(complaint_rules.VERIFIED)

	def close(self, event):
		steps.close(self.complaint, event.facts.get("evaluation"), event.facts.get("decision"))

	def unfounded(self, event):
		steps.declare_unfounded(self.complaint, event.facts["reason"])

	def escalate(self, event):
		escalation.escalate_overdue()


def record_call(doctype, name, facts):
	follow_up.record(
		doctype,
		name,
		facts["reached"],
		facts["method"],
		facts.get("score", 0),
		answers=facts.get("answers"),
		suggestion=facts.get("suggestion"),
		note=facts["note"],
	)


def utc(moment):
	"""Shanghai has no summer time. A time without microseconds is written in another form than MariaDB returns it."""
	return moment - timedelta(hours=8) + timedelta(microseconds=1)


# ---- what is compared ----------------------------------------------------------------------------------------------

NOT_COMPARED = {
	*(
		"name",
		"parent",
		"owner",
		"creation",
		"modified",
		"modified_by",
		"idx",
		"naming_series",
		"reference_name",
	),
	*("repair_ticket", "_user_tags", "_comments", "_assign", "_liked_by", "_seen", "resolution_time"),
	*("total_hold_time", "alarmed_for", "confirm_duplicate", "reception_record", "own_order"),
	# The same things under the numbers of two complaints.
	*("customer_complaint", "escalation_key", "follow_up", "share_name", "repeated_of"),
}


def rows_of(doctype: str, filters: dict) -> list[dict]:
	fields = [f for f in frappe.get_meta(doctype).get_valid_columns() if f not in NOT_COMPARED]
	order_by = "idx" if frappe.get_meta(doctype).istable else "creation, name"
	rows = frappe.get_all(doctype, filters=filters, fields=fields, order_by=order_by)
	return [{key: comparable(value) for key, value in row.items()} for row in rows]


def comparable(value):
	if value in (None, "", 0, 0.0):
		return None
	return value.replace(microsecond=0) if hasattr(value, "microsecond") else value


def everything_about(ticket: str) -> dict[str, list[dict]]:
	orders = frappe.get_all("Service Order", filters={"repair_ticket": ticket}, pluck="name", order_by="name")
	calls = frappe.get_all("Follow Up", filters={"reference_name": ticket}, pluck="name", order_by="name")
	found = {
		"Repair Ticket": rows_of("Repair Ticket", {"name": ticket}),
		"Service Order": rows_of("Service Order", {"repair_ticket": ticket}),
		"Follow Up": rows_of("Follow Up", {"reference_name": ticket}),
		"Reception Record": rows_of("Reception Record", {"reference_name": ticket}),
		"Repair Ticket Deferral": rows_of("Repair Ticket Deferral", {"parent": ticket}),
		"Handler Transfer": rows_of("Handler Transfer", {"parent": ticket}),
		"Defect Notice": rows_of("Defect Notice", {"repair_ticket": ticket}),
		"Sales Invoice": bills_of(orders),
	}
	notices = frappe.get_all("Defect Notice", {"repair_ticket": ticket}, pluck="name", order_by="name")
	for child, parents in (
		("Service Order Material", orders),
		("Service Order Charge", orders),
		("Approval Step", [*orders, *notices]),
		("Follow Up Attempt", calls),
	):
		for position, parent in enumerate(parents):
			found[f"{child} {position}"] = rows_of(child, {"parent": parent})
	return found


def bills_of(orders: list[str]) -> list[dict]:
	fields = (
		"customer",
		"docstatus",
		"posting_date",
		"due_date",
		"grand_total",
		"owner",
		"outstanding_amount",
	)
	return frappe.get_all(
		"Sales Invoice",
		filters={"service_order": ("in", orders or [""])},
		fields=list(fields),
		order_by="creation",
	)


def everything_about_complaint(name: str) -> dict[str, list[dict]]:
	calls = frappe.get_all("Follow Up", filters={"reference_name": name}, pluck="name", order_by="name")
	found = {
		"Customer Complaint": rows_of("Customer Complaint", {"name": name}),
		"Complainant": rows_of("Complainant", {"customer_complaint": name}),
		"Reception Record": rows_of("Reception Record", {"reference_name": name}),
		"Follow Up": rows_of("Follow Up", {"reference_name": name}),
		"Approval Step": rows_of("Approval Step", {"parent": name}),
		"Complaint Contact": rows_of("Complaint Contact", {"parent": name}),
		"Complaint Escalation": rows_of("Complaint Escalation", {"customer_complaint": name}),
		"DocShare": rows_of("DocShare", {"share_name": ("in", [name, *calls])}),
	}
	for position, call in enumerate(calls):
		found[f"Follow Up Attempt {position}"] = rows_of("Follow Up Attempt", {"parent": call})
	return found


def differences(played: dict[str, list[dict]], written: dict[str, list[dict]]) -> list[str]:
	found = [
		f"{rows}: {len(played[rows])} and {len(written[rows])}"
		for rows in played
		if len(played[rows]) != len(written[rows])
	]
	for rows, ours in written.items():
		for theirs, own in zip(played[rows], ours, strict=False):
			found += [
				f"{rows}.{key}: {theirs[key]!r}, demo {own[key]!r}" for key in own if theirs[key] != own[key]
			]
	return found
