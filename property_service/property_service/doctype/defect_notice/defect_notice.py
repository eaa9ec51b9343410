"""Defect Notice (工程维修工作联系单 / 投诉处理单): work that the developer owes, see README.md. Rule SVC-07."""

import frappe
from frappe import _
from frappe.utils import add_days, cstr, formatdate, getdate, now_datetime, nowdate

from property_service import approvals, settings
from property_service.guards import refuse, require_procedure, restore_server_fields
from property_service.property_service.doctype.repair_ticket import repair_ticket
from property_service.rules import defect_notice as rules
from property_service.rules import service_order as order_rules
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues

SERVER_FIELDS = ("company", "property_unit", "issued_on", "returned_on", "own_order", "cost_to_reclaim")


class DefectNotice(CheckedValues, ParentLocked):
	def before_insert(self) -> None:
		approvals.clear_on_copy(self)

	def before_validate(self) -> None:
		restore_server_fields(self, SERVER_FIELDS)
		approvals.protect(self)
		self.take_from_ticket()

	def validate(self) -> None:
		self.refuse_other_tickets()
		self.refuse_frozen_changes()
		if self.moves_on():
			self.refuse_illegal_step()
			self.record_step()

	def on_trash(self) -> None:
		refuse(_("A notice is never deleted: cancel it with a reason (SVC-07)."))

	def take_from_ticket(self) -> None:
		if not (self.is_new() and self.repair_ticket):
			return
		ticket = frappe.get_doc("Repair Ticket", self.repair_ticket)
		self.company, self.property_unit = ticket.company, ticket.property_unit
		self.matter = self.matter or ticket.description
		self.due_on = self.due_on or add_days(nowdate(), settings.get().defect_notice_days)

	def refuse_other_tickets(self) -> None:
		if not self.is_new():
			return
		require_procedure("service", self.company)
		kind = frappe.db.get_value("Repair Ticket", self.repair_ticket, "repair_kind")
		if kind != rules.DEVELOPER_WARRANTY:
			refuse(_(rules.NOT_WARRANTY).format(frappe.bold(self.repair_ticket)))

	def refuse_frozen_changes(self) -> None:
		before = self.get_doc_before_save()
		if not before:
			return
		fields = (*rules.ON_THE_SLIP, *rules.OF_THE_END)
		changed = [name for name in fields if cstr(self.get(name)) != cstr(before.get(name))]
		if frozen := rules.refuse_edit(before.status, changed):
			label = frappe.bold(_(self.meta.get_label(frozen)))
			refuse(_(rules.SENT_IS_FROZEN).format(label, _(before.status)))

	def state_before(self) -> str:
		before = self.get_doc_before_save()
		return before.status if before else rules.DRAFT

	def moves_on(self) -> bool:
		return not self.is_new() and self.state_before() != self.status

	def refuse_illegal_step(self) -> None:
		notice = rules.Notice(
			today=getdate(nowdate()),
			due_on=getdate(self.due_on) if self.due_on else None,
			result=self.result,
			own_order=self.own_order,
			own_order_finished=self.own_order_status() in (order_rules.FINISHED, order_rules.ARCHIVED),
			cancel_reason=self.cancel_reason,
		)
		before = self.state_before()
		if refusal := rules.refuse_step(before, self.status, notice):
			steps = (_(before), _(self.status)) if refusal == rules.NOT_A_STEP else (self.own_order or "",)
			refuse(_(refusal).format(*map(frappe.bold, steps)))

	def own_order_status(self) -> str | None:
		return self.own_order and frappe.db.get_value("Service Order", self.own_order, "status")

	def record_step(self) -> None:
		if self.status == rules.ISSUED:
			self.issued_on = now_datetime()
		if self.status == rules.RETURNED:
			self.returned_on = now_datetime()
		if self.status == rules.CLOSED and self.own_order:
			self.cost_to_reclaim = frappe.db.get_value("Service Order", self.own_order, "total_cost")
		comment = self.cancel_reason if self.status == rules.CANCELLED else self.result
		approvals.record(self, self.state_before(), self.status, None, comment=comment)


@frappe.whitelist(methods=["POST"])
def take_over(notice: str, department: str, assigned_to: str, planned_for: str | None = None) -> str:
	"""Repair ourselves what the developer left undone past its due date; the order's cost is to be reclaimed.

	Returns the order's name. Raises frappe.ValidationError while the notice is in time or not issued,
	frappe.PermissionError for those who may not write it.
	"""
	ticket = frappe.db.get_value("Defect Notice", notice, "repair_ticket")
	if ticket:
		repair_ticket.locked(ticket)  # the fixed order of locks: ticket first
	doc = frappe.get_doc("Defect Notice", notice, for_update=True)
	doc.check_permission("write")
	if refusal := rules.refuse_taking_over(doc.status, getdate(doc.due_on), getdate(nowdate())):
		values = (_(doc.status),) if refusal == rules.NOT_ISSUED else (doc.name, formatdate(doc.due_on))
		refuse(_(refusal).format(*(frappe.bold(value) for value in values)))
	order = repair_ticket.dispatch(doc.repair_ticket, department, assigned_to, planned_for, doc.matter)
	doc.flags.server_write = True
	doc.own_order, doc.status = order, rules.TAKEN_OVER
	doc.save()
	return order
