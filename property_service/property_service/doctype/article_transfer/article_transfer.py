"""Article Transfer (移交): tools and low-value articles change hands, both sides sign; see README.md. Rules LV-08, LV-09.

Lock order: the transfer → employees (by name) → tool custodies → articles (by name).
"""

import frappe
from frappe import _
from frappe.utils import cstr, now_datetime

from property_service import approvals, commands, guards
from property_service.property_service.doctype.article_transfer import moving, sides
from property_service.refusals import stop
from property_service.rules import article_transfer as rules
from property_service.rules.refusal import Refusal, is_blank
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues
from property_service.tools import custody

DOCTYPE = "Article Transfer"
SERVER_FIELDS = (
	*("status", "written_on", "from_name", "to_name"),
	*("given_by", "given_on", "taken_by", "taken_on"),
)
CONTENT = (
	*("company", "kind", "reason", "from_employee", "from_department", "to_employee", "to_department"),
	*("location", "maintenance_note", "items"),
)


class ArticleTransfer(CheckedValues, ParentLocked):
	def before_insert(self) -> None:
		approvals.clear_on_copy(self)

	def before_validate(self) -> None:
		self.docstatus = 0  # the state is `status`; a client may send anything
		guards.restore_server_fields(self, SERVER_FIELDS)
		approvals.protect(self)
		if self.flags.server_write:
			return
		if self.status == rules.DRAFT:
			self.written_on = self.written_on or now_datetime()
			sides.fill(self)
			moving.fill_rows(self)

	def validate(self) -> None:
		if self.flags.server_write:
			return
		if self.is_new() and not guards.procedure_is_on("stores", self.company):
			guards.require_procedure("low_value", self.company)
		stored = self.get_doc_before_save()
		if stored and stored.status != rules.DRAFT and (changed := approvals.changed(self, CONTENT)):
			stop(Refusal(rules.FIXED, (_(self.meta.get_label(changed[0])),)))
		self.check_content()

	def on_trash(self) -> None:
		guards.refuse(_("Transfers are kept (LV-08). Cancel this one with a reason."))

	def check_content(self) -> None:
		stop(
			rules.refuse_content(
				self.kind, sides.giver(self), sides.receiver(self), moving.things(self), self.maintenance_note
			)
		)

	def take_step(self, status: str, comment: str | None = None) -> None:
		"""Moves to `status`, records who and when, and saves; the caller has locked the transfer and asked the rule."""
		action = rules.STEPS[self.status, status]
		approvals.record(self, self.status, status, None, comment=comment, action=action)
		self.status = status
		self.flags.server_write = True
		self.save(ignore_permissions=True)  # whoever signs was named by the transfer, in whatever role


def locked(name: str, to_status: str) -> ArticleTransfer:
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	doc.check_permission("read")
	stop(rules.refuse_step(doc.status, to_status), context=DOCTYPE)
	return doc


@frappe.whitelist(methods=["POST"])
def draft_of(from_employee: str, to_employee: str) -> str:
	"""A draft that hands over everything that stands open in somebody's name, tools and articles together. Returns its name.

	Tools on loan are left out: they go back to the store. Raises frappe.ValidationError when nothing is open.
	"""
	frappe.has_permission(DOCTYPE, "create", throw=True)
	rows = moving.open_rows(from_employee)
	person = custody.person(from_employee)
	if not person or not rows:
		stop(Refusal(rules.NOTHING_OPEN, (person.name if person else cstr(from_employee)[:60],)))
	guards.require_company(person.company)
	return (
		frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"company": person.company,
				"kind": rules.HANDOVER,
				"from_employee": from_employee,
				"to_employee": to_employee,
				"items": rows,
			}
		)
		.insert()
		.name
	)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def give(transfer: str) -> str:
	"""The side that hands over signs. Returns the new status. Raises frappe.PermissionError for anybody else."""
	doc = locked(transfer, rules.GIVEN)
	stop(
		rules.refuse_giving(frappe.session.user, sides.givers(doc), sides.giver(doc).title),
		rules.ANOTHER_PERSONS,
	)
	doc.check_content()
	doc.update({"given_by": frappe.session.user, "given_on": now_datetime()})
	doc.take_step(rules.GIVEN)
	sides.ask_receivers(doc)
	return doc.status


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def take_over(transfer: str) -> str:
	"""The side that takes over signs, and everything changes hands: all of it or nothing. Returns the new status.

	Raises frappe.PermissionError for anybody else and for whoever gave, frappe.ValidationError when something is not there
	any more.
	"""
	doc = locked(transfer, rules.DONE)
	stop(
		rules.refuse_taking(
			frappe.session.user, sides.receivers(doc), doc.given_by, sides.receiver(doc).title
		),
		rules.ANOTHER_PERSONS,
	)
	moving.carry_out(doc)
	doc.update({"taken_by": frappe.session.user, "taken_on": now_datetime()})
	doc.take_step(rules.DONE)
	return doc.status


@frappe.whitelist(methods=["POST"])
def cancel(transfer: str, reason: str) -> str:
	"""The transfer is given up before the other side signed. Returns the new status."""
	doc = locked(transfer, rules.CANCELLED)
	doc.check_permission("write")
	if is_blank(reason):
		stop(Refusal(rules.NO_REASON))
	doc.take_step(rules.CANCELLED, cstr(reason).strip())
	return doc.status


def on_doctype_update() -> None:
	frappe.db.add_index(DOCTYPE, ["company", "status"])
