"""Repair Ticket (报修单, register G): see README.md in this folder. Rules SVC-02 to SVC-06, SVC-08, SVC-11."""

import frappe
from frappe import _
from frappe.utils import cint, get_datetime, now_datetime

from property_service import approvals, commands, first_handler
from property_service.guards import refuse, require_procedure, restore_server_fields
from property_service.property_service.doctype.reception_record import reception_record
from property_service.property_service.doctype.repair_ticket import (
	duplicates,
	facts,
	follow_ups,
	notices,
	service_clock,
)
from property_service.refusals import stop, text_of
from property_service.rules import repair_ticket as rules
from property_service.rules.reception import category_of_repair
from property_service.rules.refusal import Refusal
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues
from property_service.service_level_agreement import TimedByAgreement

SERVER_FIELDS = (
	*("first_handler", "handler_transfers", "chasers", "deferrals", "deferred_from", "approval_steps"),
	*(
		"completed_on",
		"closed_on",
		"reopened_on",
		"reopened_count",
		"follow_up_required",
		"follow_up_outcome",
	),
	*("material_cost", "labour_cost", "total_cost", "request_id", "duplicate_key", "alarmed_for"),
	*service_clock.FIELDS,
)
# A desk whose clock runs ahead by less than this (minutes) still enters its tickets.
CLOCK_TOLERANCE = 10


class RepairTicket(TimedByAgreement, CheckedValues, ParentLocked):
	def before_validate(self) -> None:
		self.restore_what_the_server_owns()
		self.fill_in_defaults()
		self.drop_empty_photo_rows()
		service_clock.start(self)

	def validate(self) -> None:
		self.refuse_incomplete_entry()
		self.refuse_frozen_changes()
		duplicates.refuse_unconfirmed(self)
		if self.moves_on():
			self.refuse_illegal_step()
			self.record_step()
		first_handler.name_one(self)

	def before_save(self) -> None:
		"""ERPNext's agreement has run by now: it is a `validate` hook, and hooks follow the controller."""
		service_clock.keep_arrival_as_first_response(self)
		service_clock.keep_results(self)
		reception_record.link(self, category_of_repair(self.repair_kind))

	def on_update(self) -> None:
		if self.moves_on():
			follow_ups.arrange(self)
			facts.cancel_open_orders(self)
			notices.tell_about_step(self)

	def on_trash(self) -> None:
		refuse(
			_("A repair ticket is never deleted: cancel it with a reason, it stays in the register (SVC-05).")
		)

	def show_unique_validation_message(self, e) -> None:
		if "duplicate_key" in str(e):
			duplicates.refuse_simultaneous(self)
		super().show_unique_validation_message(e)

	# ---- what a follow-up asks of its reference ----------------------------------------------------------------

	def follow_up_workers(self) -> set[str]:
		return follow_ups.workers_of(self.name)

	def refuse_early_follow_up(self) -> None:
		follow_ups.refuse_early(self)

	def take_over_follow_up(self, follow_up) -> bool:
		return follow_ups.take_over(self, follow_up)

	# ---- steps of before_validate ------------------------------------------------------------------------------

	def restore_what_the_server_owns(self) -> None:
		restore_server_fields(self, SERVER_FIELDS)
		if self.is_new() and not self.flags.server_write:
			self.status = rules.REPORTED
			self.request_id = self.flags.request_id

	def fill_in_defaults(self) -> None:
		self.reported_on = get_datetime(self.reported_on) if self.reported_on else now_datetime()
		if self.is_new() and 0 < (self.reported_on - now_datetime()).total_seconds() < CLOCK_TOLERANCE * 60:
			self.reported_on = now_datetime()
		facts.fill_in_caller(self)
		facts.fill_in_place(self)
		if self.repair_category and not self.department:
			self.department = frappe.get_cached_value("Repair Category", self.repair_category, "department")

	def drop_empty_photo_rows(self) -> None:
		"""Tabbing past the description opens a row that nobody filled in."""
		if any(not (row.image or row.note) for row in self.photos):
			self.set("photos", [row for row in self.photos if row.image or row.note])

	# ---- steps of validate -------------------------------------------------------------------------------------

	def state_before(self) -> str:
		before = self.get_doc_before_save()
		return before.status if before else rules.REPORTED

	def moves_on(self) -> bool:
		return self.state_before() != self.status

	def refuse_incomplete_entry(self) -> None:
		if self.is_new():
			require_procedure("service", self.company)
		caller = (self.reported_by, self.contact_name, self.contact_phone)
		stop(rules.refuse_entry(self.property_unit, self.location, caller, self.reported_on, now_datetime()))

	def refuse_frozen_changes(self) -> None:
		before = self.get_doc_before_save()
		if not before or self.flags.server_write:
			return
		changed = [name for name in rules.FROZEN_WHEN_FULFILLED if facts.differs(self, before, name)]
		refused = rules.refuse_edit(before.status, self.status, changed)
		if refused:
			refusal, fieldname = refused
			label = _(self.meta.get_label(fieldname))
			refuse(_(refusal.message).format(frappe.bold(label), _(before.status)))

	def refuse_illegal_step(self) -> None:
		before = self.state_before()
		known = facts.gather(self)
		self.flags.orders = known.orders
		stop(rules.refuse_step(before, self.status, known))
		if self.status == rules.COMPLETED:
			self.refuse_incomplete_work(before, rules.completion_gaps(known))

	def refuse_incomplete_work(self, before: str, gaps: list[Refusal]) -> None:
		"""SVC-05: whatever is missing takes a reason and the service manager."""
		if not gaps:
			return
		reason = (self.completion_exception_reason or "").strip()
		if not reason:
			missing = "; ".join(text_of(gap) for gap in gaps)
			refuse(_(rules.NOT_COMPLETE).format(missing))
		approvals.require_signatory(self, "Service Manager")
		approvals.record(self, before, self.status, "Service Manager", comment=reason, action="Complete")

	def record_step(self) -> None:
		"""What the server writes down at each step."""
		now, before = now_datetime(), self.state_before()
		if before == rules.DEFERRED:
			self.end_deferral(now)
		if self.status not in rules.OPEN:
			self.duplicate_key = None
		match self.status:
			case rules.DEFERRED:
				self.begin_deferral(now, before)
			case rules.COMPLETED:
				follow_ups.draw(self)
				self.completed_on = now
			case rules.CLOSED:
				self.closed_on = now
			case rules.REOPENED:
				self.reopened_on, self.reopened_count = now, cint(self.reopened_count) + 1
				self.completed_on = self.closed_on = None
				self.follow_up_outcome = ""

	def begin_deferral(self, now, before: str) -> None:
		self.deferred_from = before
		self.append(
			"deferrals",
			{
				"deferred_on": now,
				"deferred_by": frappe.session.user,
				**{name: self.get(name) for name in facts.DEFERRAL_FIELDS},
			},
		)

	def end_deferral(self, now) -> None:
		"""The next deferral needs a consent of its own; the rows keep what was agreed."""
		self.deferred_from = ""
		if self.deferrals:
			self.deferrals[-1].resumed_on = now
		for name in ("deferral_plan", "consented_by", "consent_method", "consented_on"):
			self.set(name, None)


def locked(ticket: str, permission: str | None = "write") -> RepairTicket:
	"""The ticket, its row locked: the first lock of everything that moves ticket, order or follow-up.

	Raises frappe.DoesNotExistError, frappe.PermissionError.
	"""
	doc = frappe.get_doc("Repair Ticket", ticket, for_update=True)
	if permission:
		doc.check_permission(permission)
	return doc


def follow_orders(ticket: str, event: str) -> None:
	"""Let the state of `ticket` follow what happened to one of its orders; the first arrival answers it (SVC-03).

	`event`: "arrived" or any other word. The caller has checked that the user may move the order.
	"""
	doc = locked(ticket, permission=None)
	state = rules.state_by_orders(doc.status, facts.orders_of(ticket), event, doc.reopened_on)
	if state == doc.status:
		return
	doc.status = state
	doc.flags.server_write = True
	doc.flags.on_first_reply = state == rules.IN_PROGRESS and not doc.first_responded_on
	doc.save(ignore_permissions=True)  # a technician moves the ticket by the order, never by hand


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def dispatch(
	ticket: str,
	department: str,
	assigned_to: str,
	planned_for: str | None = None,
	matter: str | None = None,
) -> str:
	"""Give the work of `ticket` to a person: makes a service order, dispatches it, and with it the ticket.

	Returns the order's name. Raises frappe.ValidationError when the ticket takes no order any more.
	"""
	from property_service.property_service.doctype.service_order import service_order

	doc = locked(ticket)
	if doc.status not in rules.TAKES_ORDERS:
		stop(Refusal(rules.TAKES_NO_ORDER, (doc.status,)))
	order = service_order.make_for_ticket(
		ticket,
		department=department,
		assigned_to=assigned_to,
		planned_for=facts.moment(planned_for),
		matter=matter or doc.description,
	)
	order.dispatch()
	return order.name


def on_doctype_update() -> None:
	frappe.db.add_index("Repair Ticket", ["property_unit", "repair_category", "status"])
	frappe.db.add_index("Repair Ticket", ["status", "expected_on"])
