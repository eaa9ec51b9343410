"""Tool Request (工具借领单): lends, exchanges or takes back tools; see README.md. Rules WH-21 to WH-23.

The steps are in `steps.py`. Lock order: the request, then what `property_service/tools/` locks.
"""

import frappe
from frappe import _
from frappe.utils import cint, getdate, now_datetime, nowdate

from property_service import approvals, guards
from property_service.refusals import stop
from property_service.rules import tools as rules
from property_service.rules.refusal import Refusal
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues
from property_service.stock import stores
from property_service.tools import custody

DOCTYPE = "Tool Request"
SERVER_FIELDS = (
	*("status", "requested_on", "requested_by", "holder_name", "department"),
	*("handed_out_by", "handed_out_on", "taken_back_by", "taken_back_on"),
)
SERVER_ROW_FIELDS = ("new_custody", "issue_entry", "receipt_entry")
# Who works in the store takes tools back, and says how they came.
BACK_FIELDS = ("is_back", "condition", "is_clean")
# Remarks may be added until the end.
CONTENT = ("company", "kind", "store", "holder", "due_on", "purpose", "tools")


class ToolRequest(CheckedValues, ParentLocked):
	def before_insert(self) -> None:
		approvals.clear_on_copy(self)

	def before_validate(self) -> None:
		self.docstatus = 0  # requests have states of their own; a client may send anything
		guards.restore_server_fields(self, SERVER_FIELDS)
		approvals.protect(self)
		if self.flags.server_write:
			return
		guards.restore_server_rows(self, "tools", SERVER_ROW_FIELDS)
		if self.status == rules.DRAFT:
			self.fill()

	def validate(self) -> None:
		if self.is_new():
			guards.require_procedure("stores", self.company)
		if not self.flags.server_write:
			self.refuse_late_edit()
			self.check_places()
			stop(custody.refuse_content(self), context="Tool Custody")

	def on_trash(self) -> None:
		guards.refuse(_("Tool requests are kept (WH-21). Cancel this one with a reason."))

	# ---- what the server writes ------------------------------------------------------------------------------------

	def fill(self) -> None:
		"""Whose request it is, and what its rows are, follows from holder and custodies."""
		self.requested_on = self.requested_on or now_datetime()
		person = custody.person(self.holder)
		self.holder_name = person.name if person else None
		self.department = person.department if person else None
		self.requested_by = (person and person.user) or self.owner or frappe.session.user
		if self.kind != rules.LOAN:
			self.due_on = None
		custody.fill_rows(self)

	# ---- checks ----------------------------------------------------------------------------------------------------

	def refuse_late_edit(self) -> None:
		stored = self.get_doc_before_save()
		if stored and stored.status != rules.DRAFT and (changed := approvals.changed(self, CONTENT)):
			label = _(self.meta.get_label(changed[0]))
			stop(Refusal(rules.FIXED, (label, stored.status)), context=DOCTYPE)

	def check_places(self) -> None:
		if not stores.is_store(self.store) or stores.store_company(self.store) != self.company:
			guards.refuse(_("Choose the store: the parent warehouse of its zones (WH-14)."))

	def rows_back(self) -> list:
		return [row for row in self.tools if cint(row.is_back)]

	# ---- steps -----------------------------------------------------------------------------------------------------

	def take_step(self, status: str, comment: str | None = None, role: str | None = None) -> None:
		"""Moves to `status`, records who, as what, when and why, and saves; the caller has locked the request."""
		stop(rules.refuse_step(self.kind, self.status, status), context=DOCTYPE)
		stop(rules.refuse_reason(status, comment))
		action = rules.STEPS[self.kind][self.status, status]
		approvals.record(self, self.status, status, role, comment=comment, action=action)
		self.status = status
		self.flags.server_write = True
		self.save()


def locked(name: str) -> ToolRequest:
	"""The stored request, locked, for a user who may write it. Raises PermissionError or DoesNotExistError."""
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	doc.check_permission("write")
	return doc


def today():
	return getdate(nowdate())


def on_doctype_update() -> None:
	frappe.db.add_index(DOCTYPE, ["company", "status"])
