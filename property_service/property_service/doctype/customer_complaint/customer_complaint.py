"""Customer Complaint (客情记录表): see README.md in this folder. Rules SVC-14 to SVC-17, the complaint side of SVC-03."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr, get_datetime, now_datetime

from property_service import approvals, first_handler
from property_service.guards import refuse, require_procedure, restore_server_fields
from property_service.property_service.doctype.customer_complaint import (
	facts,
	follow_ups,
	identity,
	notices,
	quality,
	repeats,
	service_clock,
)
from property_service.property_service.doctype.reception_record import reception_record
from property_service.property_service.doctype.repair_ticket.facts import moment
from property_service.refusals import stop
from property_service.rules import complaint as rules
from property_service.rules.reception import COMPLAINT
from property_service.rules.refusal import Refusal
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues
from property_service.service_level_agreement import TimedByAgreement

SERVER_FIELDS = (
	*(
		"first_handler",
		"repeated",
		"repeated_of",
		"department",
		"about_front_desk",
		"assigned_by",
		"assigned_on",
	),
	*("action_owner_name", "acted_on", "remedy_result", "follow_up", "follow_up_outcome", "reopened_count"),
	*("reopened_on", "closed_on", "contacts", "handler_transfers", "approval_steps"),
	*service_clock.FIELDS,
)
# What was settled, found or decided belongs to the round in which it was.
CLEARED_BY_REOPENING = (
	*("follow_up", "follow_up_outcome", "customer_evaluation", "closing_decision", "closed_on", "acted_on"),
	*("remedy_result", "unfounded_reason"),
)
# The reason that a step is recorded with.
COMMENTS = {
	rules.SETTLED: "desk_settlement",
	rules.ANALYSED: "cause_analysis",
	rules.ACTED: "corrective_action",
	rules.UNFOUNDED: "unfounded_reason",
	rules.REOPENED: "reopen_reason",
}
SUBJECT_LENGTH = 60
# A desk whose clock runs ahead by less than this (minutes) still enters its complaints.
CLOCK_TOLERANCE = 10


class CustomerComplaint(TimedByAgreement, CheckedValues, ParentLocked):
	def before_insert(self) -> None:
		approvals.clear_on_copy(self)

	def before_validate(self) -> None:
		restore_server_fields(self, SERVER_FIELDS)
		approvals.protect(self)
		self.fill_in_defaults()
		identity.capture(self)
		service_clock.start(self)

	def validate(self) -> None:
		self.refuse_incomplete_entry()
		self.refuse_foreign_edit()
		self.note_front_desk()
		self.take_step()
		first_handler.name_one(self)
		repeats.mark(self)
		identity.show_or_hide(self)

	def before_save(self) -> None:
		"""ERPNext's agreement has run by now: it is a `validate` hook, and hooks follow the controller."""
		service_clock.keep_first_answer(self)
		reception_record.link(self, COMPLAINT)

	def on_update(self) -> None:
		identity.store(self)
		identity.hide_in_contact(self)
		identity.hide_in_copies(self)
		if self.moves_on():
			follow_ups.arrange(self)
			self.let_verifier_in()
			quality.suggest(self)
			notices.tell_about_step(self)

	def onload(self) -> None:
		if person := identity.for_reader(self):
			self.set_onload("person", person)

	def before_print(self, settings=None) -> None:
		"""The sheet shows the person only to whoever may know it; this document is never saved."""
		if person := identity.for_reader(self):
			self.update({field: person.get(field) for field in identity.FIELDS})

	def on_trash(self) -> None:
		refuse(
			_("A complaint is never deleted; declare it unfounded or close it, it stays on record (SVC-15).")
		)

	# ---- steps of before_validate ------------------------------------------------------------------------------

	def fill_in_defaults(self) -> None:
		self.received_on = moment(self.received_on) or now_datetime()
		ahead = (self.received_on - now_datetime()).total_seconds()
		if self.is_new() and 0 < ahead < CLOCK_TOLERANCE * 60:
			self.received_on = now_datetime()
		if not self.subject:
			first_line = (cstr(self.description).strip().splitlines() or [""])[0]
			self.subject = first_line[:SUBJECT_LENGTH]
		if self.is_new() and self.complaint_type and not self.proposed_department:
			self.proposed_department = frappe.get_cached_value(
				"Complaint Type", self.complaint_type, "department"
			)

	# ---- steps of validate -------------------------------------------------------------------------------------

	def state_before(self) -> str:
		before = self.get_doc_before_save()
		return before.status if before else rules.RECEIVED

	def moves_on(self) -> bool:
		return self.state_before() != self.status

	def refuse_incomplete_entry(self) -> None:
		if self.is_new():
			require_procedure("service", self.company)
		person = self.flags.person
		caller = [person[field] for field in ("complainant", "contact_name", "contact_phone")]
		stop(rules.refuse_entry(caller, self.received_on, now_datetime()))

	def refuse_foreign_edit(self) -> None:
		"""Each part belongs to somebody: the desk's, the manager's, the department's (SVC-14)."""
		if self.flags.server_write:
			return
		self.refuse_moved_entry()
		if self.is_new():
			self.update(dict.fromkeys(unwritten_at_entry()))
			return
		changed = (facts.changed_fields(self) - set(identity.FIELDS)) | self.flags.person_changed
		refused = rules.refuse_edit(self.state_before(), changed, facts.actor(self, assigning=False))
		if refused:
			refusal, fieldname = refused
			values = (self.meta.get_label(fieldname), *refusal.values[1:])
			stop(Refusal(refusal.message, values), (refusal.message,))

	def refuse_moved_entry(self) -> None:
		"""Company and time of receipt decide the number and the deadline."""
		before = self.get_doc_before_save()
		if before and (
			before.company != self.company
			or get_datetime(before.received_on) != get_datetime(self.received_on)
		):
			refuse(
				_(
					"Company and time of receipt of a complaint do not change: they decide its deadline (SVC-03)."
				)
			)

	def note_front_desk(self) -> None:
		"""Before it is assigned the clerk's proposal counts, afterwards what was confirmed."""
		proposed = self.status in rules.UNASSIGNED
		department = self.proposed_department if proposed else self.responsible_department
		if self.is_new() or proposed or (self.moves_on() and self.status == rules.ASSIGNED):
			self.about_front_desk = int(facts.is_front_desk(self.company, department))

	def take_step(self) -> None:
		"""Checks a change of status, stamps it with the server's time and the acting user, and records it."""
		if self.is_new() or not self.moves_on():
			return
		step = (self.state_before(), self.status)
		known, who = facts.gather(self), facts.actor(self)
		stop(rules.refusal(*step, known, who), rules.ANOTHER_PERSONS)
		self.stamp_step()
		comment = self.get(COMMENTS[self.status]) if self.status in COMMENTS else self.closing_comment()
		approvals.record(
			self, *step, facts.role_of(step, known, who), comment=comment, action=rules.ACTIONS[step]
		)

	def closing_comment(self) -> str | None:
		return self.closing_decision if self.status == rules.CLOSED else None

	def stamp_step(self) -> None:
		now = now_datetime()
		match self.status:
			case rules.SETTLED:
				self.flags.on_first_reply = not self.first_responded_on
			case rules.ASSIGNED:
				self.assigned_by, self.assigned_on = frappe.session.user, now
				self.department = self.responsible_department
				if not self.about_front_desk:
					self.verifier = None
			case rules.ACTED:
				self.acted_on = now
				self.remedy_result = "Fulfilled" if now <= get_datetime(self.due_on) else "Failed"
			case rules.CLOSED:
				self.closed_on = now
			case rules.REOPENED:
				self.update(dict.fromkeys(CLEARED_BY_REOPENING))
				self.reopened_on, self.reopened_count = now, cint(self.reopened_count) + 1

	# ---- what Follow Up asks of its reference ------------------------------------------------------------------

	def follow_up_workers(self) -> set[str]:
		return follow_ups.workers(self)

	def refuse_early_follow_up(self) -> None:
		follow_ups.refuse_early(self)

	def take_over_follow_up(self, follow_up: Document) -> bool:
		return follow_ups.take_over(self, follow_up)

	# ---- consequences ------------------------------------------------------------------------------------------

	def let_verifier_in(self) -> None:
		"""The verifier works outside the departments that see the complaint, so it is shared with exactly that person."""
		if self.status != rules.ASSIGNED:
			return
		before = self.get_doc_before_save()
		if before.verifier and before.verifier != self.verifier:
			frappe.share.remove(self.doctype, self.name, before.verifier, flags={"ignore_permissions": True})
		if self.verifier:
			frappe.share.add_docshare(
				self.doctype,
				self.name,
				self.verifier,
				write=1,
				# the manager's right to assign includes letting the verifier read
				flags={"ignore_share_permission": True},
			)


def unwritten_at_entry() -> list[str]:
	"""What a new complaint cannot have yet, whatever was sent or copied."""
	return [
		name
		for name, (writer, states) in rules.WRITERS.items()
		if writer != rules.DESK or rules.RECEIVED not in states
	]


def locked(complaint: str, permission: str = "write") -> CustomerComplaint:
	"""The complaint, its row locked. Raises frappe.DoesNotExistError, frappe.PermissionError."""
	doc = frappe.get_doc("Customer Complaint", complaint, for_update=True)
	doc.check_permission(permission)
	return doc


def on_doctype_update() -> None:
	frappe.db.add_index("Customer Complaint", ["status", "due_on"])
	frappe.db.add_index("Customer Complaint", ["department", "complaint_type", "received_on"])
