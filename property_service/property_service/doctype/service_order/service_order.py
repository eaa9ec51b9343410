"""Service Order (客户服务订单 / 派工单): work that a department is sent to do, and the slip that comes back signed.

Procedure 3.2; rules SVC-05, SVC-09 to SVC-13. Whatever door a change comes through, it ends in
`ServiceOrder.validate`; what is allowed is decided in `property_service.rules.service_order`.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, now_datetime

from property_service import approvals, commands, guards, settings
from property_service.property_service.doctype.reception_record import reception_record
from property_service.property_service.doctype.repair_ticket import repair_ticket
from property_service.property_service.doctype.service_order import assignment, billing, costs, sign_off
from property_service.property_service.doctype.service_order.assignment import acting_role, is_desk
from property_service.refusals import stop
from property_service.rules import service_order as rules
from property_service.rules.reception import OTHER_SERVICE
from property_service.rules.repair_ticket import TAKES_NO_ORDER, TAKES_ORDERS
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues

SERVER_FIELDS = (
	*("assigned_to_name", "assigned_user", "repair_kind", "dispatched_on", "dispatched_by", "arrived_on"),
	*("finished_on", "finished_by", "material_cost", "labour_cost", "total_cost", "charge_total"),
	*("signed_off", "signed_on", "sign_off_user", "returned_on", "returned_to", "chased_on"),
	"billing_status",
)
# Progress of each room is written by `guest_rooms` only (SVC-13).
ROOM_SERVER_FIELDS = ("room_status", "cleaned_on", "cleaned_by", "inspected_on", "inspected_by")
MANAGER = "Service Manager"
# A reason is given together with its step, and only then.
REASONS = {rules.RETURNED: "return_reason", rules.CANCELLED: "cancel_reason"}
OWN_WISH = ("Guest Room Cleaning", "Lock Change")
TICKET_EVENTS = {
	rules.DISPATCHED: "dispatched",
	rules.IN_PROGRESS: "arrived",
	rules.FINISHED: "finished",
	rules.ARCHIVED: "archived",
	rules.RETURNED: "returned",
	rules.CANCELLED: "cancelled",
}


class ServiceOrder(CheckedValues, ParentLocked):
	def load_from_db(self) -> "ServiceOrder":
		"""An order that is about to change locks its ticket first: the fixed order of locks is ticket, then order."""
		if self.flags.for_update and isinstance(self.name, str):
			lock_ticket_of(self.name)
		return super().load_from_db()

	def before_insert(self) -> None:
		approvals.clear_on_copy(self)

	def before_validate(self) -> None:
		guards.restore_server_fields(self, SERVER_FIELDS)
		approvals.protect(self)
		self.restore_reasons()
		guards.restore_server_rows(self, "rooms", ROOM_SERVER_FIELDS)
		self.fill_from_ticket()

	def validate(self) -> None:
		self.check_procedure()
		self.check_ticket()
		self.check_edit()
		self.copy_assignee()
		self.value_work()
		self.record_sign_off()
		self.take_step()
		self.check_assignee()

	def before_save(self) -> None:
		self.link_contact()

	def on_update(self) -> None:
		costs.sum_on_ticket(self)
		self.drive_ticket()
		assignment.tell_assignee(self)
		self.bill_the_customer()
		self.archive_itself()

	def on_trash(self) -> None:
		if self.status != rules.DRAFT:
			guards.refuse(
				_(
					"Order {0} was dispatched; it is cancelled with a reason, not deleted (procedure 3.2)."
				).format(self.name)
			)

	# ---- steps called by buttons, programs and the ticket ----------------------------------------------------------

	def dispatch(self) -> None:
		"""Draft or Returned to Desk → Dispatched; tells the assigned person (SVC-09)."""
		self.move_to(rules.DISPATCHED)

	def arrive(self) -> None:
		"""Dispatched → In Progress, with the server's time; the ticket's first response (SVC-03)."""
		self.move_to(rules.IN_PROGRESS)

	def finish(self) -> None:
		"""In Progress → Finished; with a drawn signature on to Archived (SVC-05, SVC-10)."""
		self.move_to(rules.FINISHED)

	def return_to_desk(self, reason: str) -> None:
		"""Dispatched or In Progress → Returned to Desk (退单), with the department's reason."""
		self.return_reason = reason
		self.move_to(rules.RETURNED)

	def archive(self) -> None:
		"""Finished → Archived: the signed slip is back at the desk (SVC-10)."""
		self.move_to(rules.ARCHIVED)

	def cancel_order(self, reason: str) -> None:
		"""Draft, Dispatched or Returned to Desk → Cancelled."""
		self.cancel_reason = reason
		self.move_to(rules.CANCELLED)

	def move_to(self, status: str) -> None:
		self.status = status
		self.save()

	# ---- before validation -----------------------------------------------------------------------------------------

	@property
	def previous_status(self) -> str | None:
		stored = self.get_doc_before_save()
		return stored.status if stored else None

	@property
	def is_step(self) -> bool:
		return bool(self.previous_status) and self.previous_status != self.status

	def restore_reasons(self) -> None:
		stored = self.get_doc_before_save()
		for status, fieldname in REASONS.items():
			if not (self.is_step and self.status == status):
				self.set(fieldname, stored.get(fieldname) if stored else None)

	def fill_from_ticket(self) -> None:
		"""The kind of repair decides who signs (SVC-05); it is the ticket's, never the client's."""
		if self.repair_ticket and not self.repair_kind:
			self.repair_kind = frappe.db.get_value("Repair Ticket", self.repair_ticket, "repair_kind")

	# ---- validation ------------------------------------------------------------------------------------------------

	def check_procedure(self) -> None:
		if self.is_new():
			guards.require_procedure("service", self.company)

	def check_ticket(self) -> None:
		"""No new work for a ticket that has ended, by whatever door the order comes (SVC-06)."""
		if not (self.is_new() and self.repair_ticket):
			return
		status = frappe.db.get_value("Repair Ticket", self.repair_ticket, "status", for_update=True)
		if status not in TAKES_ORDERS:
			stop(rules.Refusal(TAKES_NO_ORDER, (status,)))

	def check_edit(self) -> None:
		"""The department writes what happened on site, the desk the rest; an ended order stays as it is."""
		if self.flags.server_write:
			return
		edit = rules.Edit(
			status=self.previous_status or rules.DRAFT,
			by_desk=is_desk(),
			by_head=assignment.is_head(self.department),
			changed=changed_fields(self),
			signed_off=bool(self.signed_off),
			billed=billing.is_billed(self),
		)
		refusal = rules.refuse_edit(edit)
		if refusal:
			answer, fieldname = refusal
			label = _(self.meta.get_label(fieldname))
			values = (edit.status, label) if answer.message == rules.ENDED_IS_FROZEN else (label,)
			stop(rules.Refusal(answer.message, values))

	def copy_assignee(self) -> None:
		if self.has_value_changed("assigned_to"):
			employee = assignment.employee(self.assigned_to)
			self.assigned_to_name = employee.employee_name if employee else None
			self.assigned_user = employee.user_id if employee else None

	def check_assignee(self) -> None:
		"""Handing a dispatched order to a colleague meets the same rule as dispatching it (SVC-09)."""
		if self.status in (rules.DISPATCHED, rules.IN_PROGRESS) and self.has_value_changed("assigned_to"):
			assignment.check(self)

	def value_work(self) -> None:
		if flt(self.labour_hours) and not self.labour_rate:
			self.labour_rate = settings.get().labour_rate
		costs.value(self)
		billing.check_charges(self)

	def record_sign_off(self) -> None:
		sign_off.record(self)

	def link_contact(self) -> None:
		"""SVC-01: an order of its own came in by a contact; that of a ticket came with the ticket.

		Guest rooms are cleaned and locks changed at the desk's own wish: nobody called.
		"""
		if not self.repair_ticket and self.service_type not in OWN_WISH:
			reception_record.link(self, OTHER_SERVICE)

	def take_step(self) -> None:
		"""Checks a change of status, stamps it with the server's time and the acting user, and records it."""
		if self.is_new() or not self.is_step:
			return
		action = rules.action_of(self.previous_status, self.status)
		if isinstance(action, rules.Refusal):
			stop(action)
		{
			rules.DISPATCHED: self.stamp_dispatch,
			rules.IN_PROGRESS: self.stamp_arrival,
			rules.FINISHED: self.stamp_finish,
			rules.ARCHIVED: self.stamp_archive,
		}.get(self.status, self.check_reason)()
		comment = self.get(REASONS[self.status]) if self.status in REASONS else None
		approvals.record(
			self, self.previous_status, self.status, acting_role(), comment=comment, action=action
		)

	def stamp_dispatch(self) -> None:
		assignment.check(self)
		self.dispatched_on, self.dispatched_by = now_datetime(), frappe.session.user
		self.arrived_on = None

	def stamp_arrival(self) -> None:
		self.arrived_on = now_datetime()

	def stamp_finish(self) -> None:
		stop(rules.refuse_finish(self.work_done, sign_off.facts(self), self.repair_kind))
		self.check_rooms()
		self.finished_on, self.finished_by = now_datetime(), frappe.session.user

	def stamp_archive(self) -> None:
		is_manager = frappe.session.user in approvals.office_holders(MANAGER)
		stop(rules.refuse_archive(bool(self.signed_off), is_manager, self.sign_off_note))
		self.returned_on, self.returned_to = now_datetime(), frappe.session.user

	def check_reason(self) -> None:
		stop(rules.refuse_reason(self.status, self.return_reason, self.cancel_reason))

	def check_rooms(self) -> None:
		waiting = [assignment.unit_title(r.property_unit) for r in self.rooms if r.room_status == "Pending"]
		stop(rules.refuse_rooms(waiting))

	# ---- what Follow Up asks of its reference (SVC-18) -------------------------------------------------------------

	def follow_up_workers(self) -> set[str]:
		return {self.assigned_user, self.finished_by} - {None, ""}

	def refuse_early_follow_up(self) -> None:
		if self.status not in (rules.FINISHED, rules.ARCHIVED):
			guards.refuse(
				_("An order is followed up after it is finished; {0} is {1} (procedure 3.2, SVC-18).").format(
					self.name, _(self.status)
				)
			)

	# ---- consequences ----------------------------------------------------------------------------------------------

	def drive_ticket(self) -> None:
		"""The order moves its ticket: dispatched, work begun (SVC-03), …"""
		if self.repair_ticket and self.is_step:
			repair_ticket.follow_orders(self.repair_ticket, TICKET_EVENTS[self.status])

	def bill_the_customer(self) -> None:
		if self.is_step and self.status == rules.ARCHIVED:
			billing.bill_what_is_archived(self)

	def archive_itself(self) -> None:
		"""SVC-10: what was signed on the screen needs no way back to the desk."""
		if self.is_step and self.status == rules.FINISHED and rules.archives_itself(sign_off.facts(self)):
			order = frappe.get_doc("Service Order", self.name)
			order.flags.ignore_permissions = self.flags.ignore_permissions  # as the finish was saved
			order.archive()
			self.load_from_db()


def changed_fields(doc: Document) -> set[str]:
	"""Names of the content fields that differ from the stored document, or from an empty one; tables row by row."""
	stored = doc.get_doc_before_save() or frappe.new_doc(doc.doctype)
	skip = {*SERVER_FIELDS, *REASONS.values(), "status", "naming_series", "approval_steps"}
	return {
		field.fieldname
		for field in doc.meta.fields
		if field.fieldname not in skip and _value(doc, field) != _value(stored, field)
	}


def _value(doc: Document, field) -> object:
	if field.fieldtype in frappe.model.table_fields:
		return [_row(row) for row in doc.get(field.fieldname)]
	if field.fieldtype in frappe.model.no_value_fields:
		return None
	return _scalar(doc.get(field.fieldname), field.fieldtype)


def _row(row: Document) -> tuple:
	"""What a person writes in a row. Progress of a room and computed amounts are not edits."""
	skip = {*ROOM_SERVER_FIELDS, "amount", "remarks" if row.doctype == "Service Order Room" else None}
	return tuple(
		_scalar(row.get(field.fieldname), field.fieldtype)
		for field in row.meta.fields
		if field.fieldtype not in frappe.model.no_value_fields and field.fieldname not in skip
	)


def _scalar(value: object, fieldtype: str) -> object:
	"""Stored and sent values in one form: "" and None are the same, and so are a time and its text."""
	if value in (None, ""):
		return 0.0 if fieldtype in ("Float", "Currency", "Int", "Check") else ""
	if fieldtype in ("Float", "Currency", "Int", "Check"):
		return flt(value)
	return str(value)


def lock_ticket_of(order: str) -> None:
	ticket = frappe.db.get_value("Service Order", order, "repair_ticket")
	if ticket:
		frappe.db.get_value("Repair Ticket", ticket, "name", for_update=True)


def make_for_ticket(
	ticket: str | Document,
	department: str,
	assigned_to: str,
	planned_for: str | None = None,
	matter: str | None = None,
) -> ServiceOrder:
	"""Inserts a Draft order that carries over who asked, where and what; the session user needs the right to create."""
	if isinstance(ticket, str):
		ticket = frappe.get_doc("Repair Ticket", ticket)
	order = frappe.get_doc(
		{
			"doctype": "Service Order",
			"company": ticket.company,
			"service_type": "Repair",
			"repair_ticket": ticket.name,
			"customer_name": ticket.contact_name,
			"customer_phone": ticket.contact_phone,
			"customer_address": assignment.address(ticket.property_unit, ticket.location),
			"property_unit": ticket.property_unit,
			"matter": matter or ticket.description,
			"priority": ticket.priority,
			"department": department,
			"assigned_to": assigned_to,
			"planned_for": planned_for,
		}
	)
	return order.insert()


# ---- what buttons and programs call ---------------------------------------------------------------------------------


def open_order(order: str) -> ServiceOrder:
	"""The stored order, locked, for a user who may write it; raises PermissionError or DoesNotExistError."""
	doc = frappe.get_doc("Service Order", order, for_update=True)
	doc.check_permission("write")
	return doc


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def dispatch(
	order: str, department: str | None = None, assigned_to: str | None = None, planned_for: str | None = None
) -> dict:
	"""Sends the order out (SVC-09); values given here replace those of the order."""
	doc = open_order(order)
	given = {"department": department, "assigned_to": assigned_to, "planned_for": planned_for}
	doc.update({fieldname: value for fieldname, value in given.items() if value})
	doc.dispatch()
	return answer(doc)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def arrive(order: str) -> dict:
	"""Records the arrival on site with the server's time."""
	doc = open_order(order)
	doc.arrive()
	return answer(doc)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def finish(order: str, work_done: str | None = None, labour_hours: float | None = None) -> dict:
	"""Finishes the work; what was signed or attached before stays (SVC-05)."""
	doc = open_order(order)
	given = {"work_done": work_done, "labour_hours": labour_hours}
	doc.update({fieldname: value for fieldname, value in given.items() if value is not None})
	doc.finish()
	return answer(doc)


@frappe.whitelist(methods=["POST"])
def return_to_desk(order: str, reason: str | None = None) -> dict:
	"""退单: not ours, wrong trade … `reason` is required."""
	doc = open_order(order)
	doc.return_to_desk(reason)
	return answer(doc)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def archive(order: str, note: str | None = None) -> dict:
	"""The desk has the slip back (SVC-10); `note` explains an unsigned one to be filed by the service manager."""
	doc = open_order(order)
	if note:
		doc.sign_off_note = note
	doc.archive()
	return answer(doc)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def bill(order: str, bill_to: str | None = None) -> str:
	"""Makes the draft invoice of a finished order (SVC-12). Returns its name.

	`bill_to`: Customer, when it is not the household's or the unit's. Raises frappe.PermissionError for all but the
	desk, frappe.ValidationError otherwise.
	"""
	doc = open_order(order)
	if not is_desk():
		guards.refuse(_("Orders are billed by the front desk (SVC-12)."), exc=frappe.PermissionError)
	if bill_to and bill_to != doc.bill_to:
		doc.bill_to = bill_to
		doc.save()
	return billing.make_invoice(doc)


@frappe.whitelist(methods=["POST"])
def cancel(order: str, reason: str | None = None) -> dict:
	"""`reason` is required. (Frappe's own cancel is for submitted documents; an order is never submitted.)"""
	doc = open_order(order)
	doc.cancel_order(reason)
	return answer(doc)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def confirm_by_phone(order: str, name: str, satisfaction: str | None = None, note: str | None = None) -> dict:
	"""The clerk phoned the customer, who confirms the work: `name` is who answered (SVC-05)."""
	doc = open_order(order)
	sign_off.confirm_by_phone(doc, name, satisfaction, note)
	doc.save()
	return answer(doc)


def answer(doc: ServiceOrder) -> dict:
	return {"name": doc.name, "status": doc.status, "signed_off": doc.signed_off}
