"""Turns a story into the ticket, orders and follow-ups that its events leave behind: what the controllers would have written.

Plain values in, plain values out. The controllers themselves would need several minutes for three months of work; that
both give the same rows is shown by `tests/site/test_demo.py`, which plays stories through the controllers.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from property_service.rules import defect_notice as notice_rules
from property_service.rules import follow_up as follow_up_rules
from property_service.rules import repair_ticket as ticket_rules
from property_service.rules import service_order as order_rules
from property_service.rules.reception import category_of_repair
from property_service.setup.demo.rows import stamps
from property_service.setup.demo.stories import Event, Story

# What the customer pays for, and how often a clerk calls before giving up (the settings' default).
CHARGE = "上门服务费"
ATTEMPTS = 3
# These events leave the ticket's own row alone.
BESIDE_THE_TICKET = frozenset(
	("price", "draft notice", "issue notice", "record return", "close notice", "cancel notice")
)


class Clock(Protocol):
	"""The deadlines of one ticket's service level agreement; see `service_level.py`."""

	def due(self, parameter: str, reported_on: datetime) -> datetime: ...

	def response_seconds(self, reported_on: datetime, responded_on: datetime) -> float: ...


@dataclass(frozen=True)
class Names:
	"""How the demo's people and places are called on this site."""

	company: str
	employees: dict[str, str]
	full_names: dict[str, str]
	departments: dict[str, str]
	units: dict[str, str]
	residents: dict[str, str]
	customers: dict[str, str]
	roles: dict[str, str]


@dataclass
class Terms:
	"""What the site's settings decide about one ticket."""

	ticket: str
	clock: Clock | None
	agreement: str | None
	follow_up_required: bool
	follow_up_due_days: int
	labour_rate: float
	slip_photo: str
	signature: str
	duplicate_key: str
	defect_notice_days: int
	# Who pays for what is charged; None where nobody is known, or nothing can be billed yet.
	payer: str | None
	next_number: Callable[[str, datetime], str]


@dataclass(frozen=True)
class Stage:
	"""From this moment on a document is in this state and this person answers for it."""

	at: datetime
	state: str
	handled_by: str | None


@dataclass(frozen=True)
class Bill:
	"""An order whose customer is billed at this moment."""

	order: str
	at: datetime
	actor: str


@dataclass
class Documents:
	"""Rows by DocType; child rows stand in their document under the table's fieldname. `course`: the ticket's stages."""

	ticket: dict
	contacts: list[dict] = field(default_factory=list)
	orders: list[dict] = field(default_factory=list)
	follow_ups: list[dict] = field(default_factory=list)
	notices: list[dict] = field(default_factory=list)
	bills: list[Bill] = field(default_factory=list)
	course: list[Stage] = field(default_factory=list)


class Fold:
	def __init__(self, story: Story, names: Names, terms: Terms, until: datetime):
		self.story, self.names, self.terms, self.until = story, names, terms, until
		self.documents = Documents(self.new_ticket())
		self.ticket = self.documents.ticket
		self.orders: dict[int, dict] = {}
		self.notice: dict = {}

	def run(self) -> Documents:
		steps = {
			"report": self.report,
			"dispatch": self.dispatch,
			"arrive": self.arrive,
			"finish": self.finish,
			"confirm": self.confirm,
			"archive": self.archive,
			"return": self.return_to_desk,
			"dispatch again": self.dispatch_again,
			"cancel order": self.cancel_order,
			"chase": self.chase,
			"defer": self.defer,
			"resume": self.resume,
			"complete": self.complete,
			"attempt": self.attempt,
			"reopen": self.reopen,
			"close": self.close,
			"cancel": self.cancel,
			"price": self.price,
			"ask to take over": self.ask_to_take_over,
			"take over the matter": self.take_over_the_matter,
			"decline the matter": self.decline_the_matter,
			"draft notice": self.draft_notice,
			"issue notice": self.issue_notice,
			"record return": self.record_return,
			"repair ourselves": self.repair_ourselves,
			"close notice": self.close_notice,
			"cancel notice": self.cancel_notice,
		}
		for event in self.story.path(self.terms.follow_up_required, self.until):
			steps[event.kind](event)
			if event.kind not in BESIDE_THE_TICKET:
				self.ticket.update(modified=event.at, modified_by=event.actor)
			self.keep_stage(event)
		self.sum_up()
		return self.documents

	def keep_stage(self, event: Event) -> None:
		stage = Stage(event.at, self.ticket["status"], self.ticket["first_handler"])
		last = self.documents.course[-1] if self.documents.course else None
		if not last or (last.state, last.handled_by) != (stage.state, stage.handled_by):
			self.documents.course.append(stage)

	def new_ticket(self) -> dict:
		story, names = self.story, self.names
		return {
			"name": self.terms.ticket,
			"company": names.company,
			"channel": story.channel,
			"reported_by": names.residents[story.resident.mobile_no] if story.resident else None,
			"contact_name": story.contact_name,
			"contact_phone": story.contact_phone,
			"property_unit": names.units[story.unit.code],
			"location": story.location,
			"repair_kind": story.kind,
			"repair_category": story.category,
			"priority": story.priority,
			"description": story.description,
			"department": names.departments[story.department],
			"status": ticket_rules.REPORTED,
			"first_handler": story.clerk,
			"chasers": [],
			"deferrals": [],
			"handler_transfers": [],
		}

	# ---- the ticket's clock: what ERPNext's agreement and `service_clock` do at each step

	def hold(self) -> timedelta:
		return timedelta(seconds=round(self.ticket.get("total_hold_time") or 0))

	def restate(self, resolution: bool = True) -> None:
		"""Recomputes the deadlines as every save does."""
		ticket, clock = self.ticket, self.terms.clock
		if not clock:
			return
		reported_on = ticket["reported_on"]
		answered = ticket.get("first_responded_on") or not resolution
		ticket["response_by"] = clock.due("response", reported_on) + (
			timedelta() if answered else self.hold()
		)
		ticket["sla_resolution_by"] = (
			clock.due("resolution", reported_on) + self.hold() if not ticket.get("on_hold_since") else None
		)
		if not ticket.get("first_responded_on"):
			ticket["agreement_status"] = "First Response Due"
		elif not ticket.get("sla_resolution_date"):
			ticket["agreement_status"] = "Resolution Due"
		else:
			in_time = ticket["sla_resolution_date"] <= ticket["sla_resolution_by"]
			ticket["agreement_status"] = "Fulfilled" if in_time else "Failed"

	def resolve(self, at: datetime) -> None:
		if self.terms.clock:
			self.ticket["sla_resolution_date"] = at
			self.ticket["resolution_time"] = (at - self.ticket["reported_on"]).total_seconds()

	def respond(self, at: datetime) -> None:
		ticket, clock = self.ticket, self.terms.clock
		if clock and not ticket.get("first_responded_on"):
			ticket["response_due_on"] = ticket["response_by"]
			ticket["first_responded_on"] = at
			ticket["first_response_time"] = clock.response_seconds(ticket["reported_on"], at)

	def end_hold(self, since: datetime, at: datetime) -> None:
		if self.terms.clock:
			held = self.ticket.get("total_hold_time") or 0
			self.ticket.update(total_hold_time=held + (at - since).total_seconds(), on_hold_since=None)

	# ---- the ticket's steps

	def report(self, event: Event) -> None:
		self.ticket.update(reported_on=event.at, creation=event.at, owner=event.actor)
		if self.terms.clock:
			self.ticket.update(
				service_level_agreement=self.terms.agreement, service_level_agreement_creation=event.at
			)
		self.ticket["duplicate_key"] = self.terms.duplicate_key
		self.write_contact(event)
		self.restate()

	def write_contact(self, event: Event) -> None:
		"""Whoever reports a repair has been in contact with the desk (SVC-01)."""
		ticket = self.ticket
		ticket["reception_record"] = self.terms.next_number("Reception Record", event.at)
		category = category_of_repair(ticket["repair_kind"])
		caller = {
			"resident": ticket["reported_by"],
			**{name: ticket[name] for name in ("channel", "contact_name", "contact_phone", "property_unit")},
		}
		self.documents.contacts.append(
			new_contact("Repair Ticket", ticket, caller, category, ticket["description"], event)
		)

	def move(self, state: str) -> None:
		self.ticket["status"] = state
		if state not in ticket_rules.OPEN:
			self.ticket["duplicate_key"] = None

	def ask_to_take_over(self, event: Event) -> None:
		self.ticket["handler_transfers"].append(
			{
				"from_user": self.ticket["first_handler"],
				"to_user": event.facts["to_user"],
				"reason": event.facts["reason"],
				"status": "Requested",
				"requested_by": event.actor,
				"requested_on": event.at,
			}
		)

	def take_over_the_matter(self, event: Event) -> None:
		self.ticket["handler_transfers"][-1].update(status="Accepted", answered_on=event.at)
		self.ticket["first_handler"] = event.actor

	def decline_the_matter(self, event: Event) -> None:
		self.ticket["handler_transfers"][-1].update(status="Declined", answered_on=event.at)

	def chase(self, event: Event) -> None:
		order = list(self.orders.values())[-1]
		self.ticket["chasers"].append(
			{
				"chased_on": event.at,
				"recorded_by": event.actor,
				"note": event.facts["note"],
				"notified_user": order["assigned_user"],
			}
		)

	def defer(self, event: Event) -> None:
		agreed = {
			"deferral_plan": event.facts["plan"],
			**{
				name: event.facts[name]
				for name in ("expected_on", "consented_by", "consent_method", "consented_on")
			},
		}
		self.ticket.update(agreed, deferred_from=self.ticket["status"])
		self.ticket["deferrals"].append({"deferred_on": event.at, "deferred_by": event.actor, **agreed})
		self.move(ticket_rules.DEFERRED)
		if self.terms.clock:
			self.ticket["on_hold_since"] = event.at
			self.restate(resolution=False)

	def resume(self, event: Event) -> None:
		ticket = self.ticket
		self.move(ticket["deferred_from"])
		ticket["deferrals"][-1]["resumed_on"] = event.at
		ticket["deferred_from"] = ""
		ticket.update(dict.fromkeys(("deferral_plan", "consented_by", "consent_method", "consented_on")))
		if ticket.get("on_hold_since"):
			self.end_hold(ticket["on_hold_since"], event.at)
		self.restate()

	def complete(self, event: Event) -> None:
		ticket = self.ticket
		self.move(ticket_rules.COMPLETED)
		ticket.update(completed_on=event.at, follow_up_required=int(self.terms.follow_up_required))
		if self.terms.clock:
			self.resolve(event.at)
			self.restate()
			ticket["response_result"] = result(ticket["first_responded_on"], ticket["response_due_on"])
			ticket["resolution_due_on"] = ticket["sla_resolution_by"]
			ticket["resolution_result"] = result(event.at, ticket["resolution_due_on"])
		if self.terms.follow_up_required:
			self.make_follow_up(event)

	def reopen(self, event: Event) -> None:
		ticket = self.ticket
		self.move(ticket_rules.REOPENED)
		ticket.update(
			reopened_on=event.at,
			reopened_count=ticket.get("reopened_count", 0) + 1,
			completed_on=None,
			closed_on=None,
			follow_up_outcome="",
			resolution_due_on=None,
			resolution_result="",
		)
		self.documents.follow_ups[-1]["reopened_reference"] = 1
		if self.terms.clock:
			self.end_hold(ticket["sla_resolution_date"], event.at)
			ticket.update(sla_resolution_date=None, resolution_time=None)
			self.restate()

	def close(self, event: Event) -> None:
		self.move(ticket_rules.CLOSED)
		self.ticket["closed_on"] = event.at

	def cancel(self, event: Event) -> None:
		self.ticket["cancel_reason"] = event.facts["reason"]
		self.move(ticket_rules.CANCELLED)
		if self.terms.clock:
			self.resolve(event.at)
			self.restate(resolution=False)
			self.ticket["agreement_status"] = "Fulfilled"

	def sum_up(self) -> None:
		counted = [o for o in self.documents.orders if o["status"] != order_rules.CANCELLED]
		for name in ("material_cost", "labour_cost", "total_cost"):
			self.ticket[name] = round(sum(order.get(name, 0) for order in counted), 2)

	# ---- the orders' steps

	def dispatch(self, event: Event) -> None:
		ticket, facts = self.ticket, event.facts
		order = new_order(self.names, self.terms.next_number("Service Order", event.at), event)
		order.update(
			service_type="Repair",
			repair_ticket=ticket["name"],
			repair_kind=ticket["repair_kind"],
			matter=facts["matter"],
			customer_name=ticket["contact_name"],
			customer_phone=ticket["contact_phone"],
			customer_address=f"{self.story.unit.name} {self.story.location}",
			property_unit=ticket["property_unit"],
			priority=ticket["priority"],
		)
		self.orders[event.order] = order
		self.documents.orders.append(order)
		self.send_out(order, event, order_rules.DRAFT)
		if ticket["status"] in (ticket_rules.REPORTED, ticket_rules.REOPENED):
			self.move(ticket_rules.DISPATCHED)
			self.restate()

	def dispatch_again(self, event: Event) -> None:
		self.send_out(self.orders[event.order], event, order_rules.RETURNED)

	def send_out(self, order: dict, event: Event, before: str) -> None:
		order.update(
			assignment(self.names, event), dispatched_on=event.at, dispatched_by=event.actor, arrived_on=None
		)
		self.step(order, event, before, order_rules.DISPATCHED)

	def step(self, order: dict, event: Event, before: str, after: str, comment: str | None = None) -> None:
		take_step(self.names, order, event, before, after, comment)

	def arrive(self, event: Event) -> None:
		order = self.orders[event.order]
		order["arrived_on"] = event.at
		self.step(order, event, order_rules.DISPATCHED, order_rules.IN_PROGRESS)
		if self.ticket["status"] == ticket_rules.DISPATCHED:
			self.move(ticket_rules.IN_PROGRESS)
			self.respond(event.at)
			self.restate()

	def finish(self, event: Event) -> None:
		order, facts = self.orders[event.order], event.facts
		order.update(
			work_done=facts["work_done"],
			finished_on=event.at,
			finished_by=event.actor,
			labour_hours=facts["labour_hours"],
			labour_rate=self.terms.labour_rate,
			sign_off_method=facts["sign_off_method"],
			sign_off_role=facts["sign_off_role"],
		)
		order["materials"] = [
			{"item_name": name, "uom": uom, "qty": qty, "rate": rate, "amount": round(qty * rate, 2)}
			for name, uom, qty, rate in facts["materials"]
		]
		order["material_cost"] = round(sum(row["amount"] for row in order["materials"]), 2)
		order["labour_cost"] = round(order["labour_hours"] * order["labour_rate"], 2)
		order["total_cost"] = round(order["material_cost"] + order["labour_cost"], 2)
		if not facts["confirmed_by_desk"]:
			self.sign(order, event, facts)
		self.step(order, event, order_rules.IN_PROGRESS, order_rules.FINISHED)

	def price(self, event: Event) -> None:
		"""What the desk told the customer the work would cost (SVC-12)."""
		order, amount = self.orders[event.order], event.facts["amount"]
		order["charges"] = [{"charge_type": "Labour", "description": CHARGE, "amount": amount}]
		order.update(charge_total=amount, billing_status=order_rules.TO_BILL)
		order.update(modified=event.at, modified_by=event.actor)

	def bill(self, order: dict, event: Event) -> None:
		if order.get("billing_status") == order_rules.TO_BILL and self.terms.payer:
			order.update(billing_status=order_rules.BILLED, bill_to=self.terms.payer)
			self.documents.bills.append(Bill(order["name"], event.at, event.actor))

	def sign(self, order: dict, event: Event, facts: dict) -> None:
		order.update(
			sign_off_name=facts["sign_off_name"],
			customer_satisfaction=facts["satisfaction"],
			signed_off=1,
			signed_on=event.at,
			sign_off_user=event.actor,
		)
		if facts["drawn"]:
			order["customer_signature"] = self.terms.signature
		elif facts["sign_off_method"] == order_rules.SLIP:
			order["signed_slip"] = self.terms.slip_photo

	def confirm(self, event: Event) -> None:
		order = self.orders[event.order]
		finish = next(e for e in self.all_events() if e.kind == "finish" and e.order == event.order)
		self.sign(order, event, finish.facts)
		order.update(modified=event.at, modified_by=event.actor)

	def all_events(self) -> list[Event]:
		return self.story.path(self.terms.follow_up_required, self.until)

	def archive(self, event: Event) -> None:
		order = self.orders[event.order]
		order.update(returned_on=event.at, returned_to=event.actor)
		self.step(order, event, order_rules.FINISHED, order_rules.ARCHIVED)
		self.bill(order, event)

	def return_to_desk(self, event: Event) -> None:
		order = self.orders[event.order]
		order["return_reason"] = event.facts["reason"]
		self.step(order, event, order["status"], order_rules.RETURNED, event.facts["reason"])

	def cancel_order(self, event: Event) -> None:
		order = self.orders[event.order]
		order["cancel_reason"] = event.facts["reason"]
		self.step(order, event, order["status"], order_rules.CANCELLED, event.facts["reason"])

	# ---- what the developer owes (SVC-07)

	def draft_notice(self, event: Event) -> None:
		ticket = self.ticket
		self.notice = {
			"name": self.terms.next_number("Defect Notice", event.at),
			**event.facts,
			"repair_ticket": ticket["name"],
			"matter": ticket["description"],
			"company": ticket["company"],
			"property_unit": ticket["property_unit"],
			"due_on": date_after(event.at, self.terms.defect_notice_days),
			"status": notice_rules.DRAFT,
			"approval_steps": [],
			**stamps(event.at, event.actor),
		}
		self.documents.notices.append(self.notice)

	def move_notice(self, event: Event, state: str, comment: str | None = None) -> None:
		"""Steps of a notice are recorded without an office: they raise it, nobody signs it."""
		self.notice["approval_steps"].append(
			{
				"action": state,
				"from_state": self.notice["status"],
				"to_state": state,
				"actor": event.actor,
				"acted_on": event.at,
				"comment": comment,
			}
		)
		self.notice.update(status=state, modified=event.at, modified_by=event.actor)

	def issue_notice(self, event: Event) -> None:
		self.notice["issued_on"] = event.at
		self.move_notice(event, notice_rules.ISSUED)

	def record_return(self, event: Event) -> None:
		self.notice.update(returned_on=event.at, result=event.facts["result"])
		self.move_notice(event, notice_rules.RETURNED, self.notice["result"])

	def repair_ourselves(self, event: Event) -> None:
		self.dispatch(event)
		self.notice["own_order"] = self.orders[event.order]["name"]
		self.move_notice(event, notice_rules.TAKEN_OVER)

	def close_notice(self, event: Event) -> None:
		own = next((o for o in self.documents.orders if o["name"] == self.notice.get("own_order")), None)
		if own:
			self.notice["cost_to_reclaim"] = own["total_cost"]
		self.move_notice(event, notice_rules.CLOSED, self.notice.get("result"))

	def cancel_notice(self, event: Event) -> None:
		self.notice["cancel_reason"] = event.facts["reason"]
		self.move_notice(event, notice_rules.CANCELLED, event.facts["reason"])

	# ---- follow-ups

	def make_follow_up(self, event: Event, asked_for: bool = True) -> None:
		ticket = self.ticket
		workers = {order["assigned_user"] for order in self.documents.orders if order.get("finished_on")}
		follow_up = new_follow_up(
			"Repair Ticket", ticket, self.terms.next_number("Follow Up", event.at), event
		)
		if asked_for:
			handler = ticket["first_handler"]
			follow_up.update(
				due_on=date_after(event.at, self.terms.follow_up_due_days),
				assigned_to=handler if handler not in workers else None,
			)
		self.documents.follow_ups.append(follow_up)

	def attempt(self, event: Event) -> None:
		if not self.documents.follow_ups or self.documents.follow_ups[-1]["status"] != follow_up_rules.OPEN:
			self.make_follow_up(event, asked_for=False)  # nobody had to call, but the clerk did
		add_attempt(self.documents.follow_ups[-1], event)
		if (status := self.documents.follow_ups[-1]["status"]) != follow_up_rules.OPEN:
			self.ticket["follow_up_outcome"] = status


# ---- what stories and errands share ----------------------------------------------------------------------------------


def new_contact(
	doctype: str, document: dict, caller: dict, category: str, content: str, event: Event
) -> dict:
	"""The contact by which a document came in; the document names it already."""
	return {
		"name": document["reception_record"],
		"company": document["company"],
		**caller,
		"content": content,
		"category": category,
		"received_on": event.at,
		"received_by": event.actor,
		"reference_doctype": doctype,
		"reference_name": document["name"],
		**stamps(event.at, event.actor),
	}


def new_follow_up(doctype: str, document: dict, name: str, event: Event) -> dict:
	copied = ("company", "department", "property_unit", "contact_name", "contact_phone")
	return {
		"name": name,
		"reference_doctype": doctype,
		"reference_name": document["name"],
		**{fieldname: document.get(fieldname) for fieldname in copied},
		"status": follow_up_rules.OPEN,
		"method": "Phone",
		"attempts": [],
		**stamps(event.at, event.actor),
	}


def add_attempt(follow_up: dict, event: Event) -> None:
	"""A call: whoever is reached answers, and the third one in vain ends it (the settings' defaults)."""
	facts = event.facts
	follow_up["attempts"].append(
		{
			"attempted_on": event.at,
			"attempted_by": event.actor,
			"method": facts["method"],
			"reached": int(facts["reached"]),
			"note": facts["note"],
		}
	)
	follow_up.update(modified=event.at, modified_by=event.actor, method=facts["method"])
	if facts["reached"]:
		follow_up.update(score=facts["score"], suggestion=facts["suggestion"] or None)
		follow_up["answers"] = facts.get("answers")
	if facts["reached"] or len(follow_up["attempts"]) == ATTEMPTS:
		status = follow_up_rules.REACHED if facts["reached"] else follow_up_rules.NOT_REACHED
		follow_up.update(status=status, done_by=event.actor, done_on=event.at)


def new_order(names: Names, name: str, event: Event) -> dict:
	return {
		"name": name,
		"company": names.company,
		"status": order_rules.DRAFT,
		**stamps(event.at, event.actor),
		"materials": [],
		"charges": [],
		"rooms": [],
		"approval_steps": [],
	}


def assignment(names: Names, event: Event) -> dict:
	worker = event.facts["worker"]
	return {
		"department": names.departments[event.facts["department"]],
		"assigned_to": names.employees[worker],
		"assigned_to_name": names.full_names[worker],
		"assigned_user": worker,
		"planned_for": event.facts["planned_for"],
	}


def take_step(
	names: Names, order: dict, event: Event, before: str, after: str, comment: str | None = None
) -> None:
	"""Moves the order and records the step as `approvals.record` does."""
	order.update(status=after, modified=event.at, modified_by=event.actor)
	order["approval_steps"].append(
		{
			"action": order_rules.action_of(before, after),
			"from_state": before,
			"to_state": after,
			"actor": event.actor,
			"actor_role": names.roles[event.actor],
			"acted_on": event.at,
			"comment": comment,
		}
	)


def result(done_on: datetime, due_on: datetime) -> str:
	return ticket_rules.result(done_on, due_on)


def date_after(moment: datetime, days: int) -> date:
	return moment.date() + timedelta(days=days)
