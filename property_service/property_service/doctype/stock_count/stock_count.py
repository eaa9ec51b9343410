"""Stock Count (库存物品盘点表): what lies in a store against what the books say; see README.md. Rules WH-27, WH-28."""

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime, nowdate

from property_service import approvals, guards
from property_service.property_service.doctype.stock_count import freezing
from property_service.refusals import stop
from property_service.rules import stock_count as rules
from property_service.rules.refusal import Refusal
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues, check_values
from property_service.stock import stores

DOCTYPE = "Stock Count"
LINE = "Stock Count Line"
SERVER_FIELDS = (
	*("status", "frozen_on", "started_by", "line_count", "counted_lines", "moved_lines"),
	*("surplus_value", "shortage_value", "undecided_lines", "open_value", "decisions"),
)
# What was frozen is what is counted.
FIXED_FIELDS = ("company", "store", "warehouses", "kind", "count_date")
# What people write in a line; everything else there is the server's.
OPEN_LINE_FIELDS = ("reason",)


class StockCount(CheckedValues, ParentLocked):
	LARGE_TABLES = ("lines",)

	def _validate_links(self) -> None:
		"""Thousands of lines are not looked up one by one: the server wrote what they link to."""
		lines = self.__dict__.get("lines") or []
		self.__dict__["lines"] = []
		try:
			super()._validate_links()
		finally:
			self.__dict__["lines"] = lines
		for line in lines:
			check_values(line)

	def before_insert(self) -> None:
		approvals.clear_on_copy(self)
		self.lines = []

	def before_validate(self) -> None:
		self.docstatus = 0  # a count has states of its own; a client may send anything
		guards.restore_server_fields(self, SERVER_FIELDS)
		approvals.protect(self)
		self.restore_lines()
		if self.is_new():
			self.started_by = frappe.session.user
			self.frozen_on = now_datetime()

	def validate(self) -> None:
		if self.is_new():
			self.check_start()
		elif not self.flags.server_write:
			self.refuse_changes()

	def after_insert(self) -> None:
		"""The lines are written at once, not one by one."""
		freezing.freeze(self)

	def on_trash(self) -> None:
		guards.refuse(_("Counts are kept (WH-27). Cancel this one with a reason."))

	# ---- steps -----------------------------------------------------------------------------------------------------

	def restore_lines(self) -> None:
		"""Lines are the server's, but for the reason that people give."""
		if self.flags.server_write:
			return
		stored = None if self.is_new() else self.get_doc_before_save()
		sent = {line.name: line for line in self.lines if line.name}
		self.set("lines", [line.as_dict() for line in stored.lines] if stored else [])
		for line in self.lines:
			if line.name in sent:
				for fieldname in OPEN_LINE_FIELDS:
					line.set(fieldname, sent[line.name].get(fieldname))

	def check_start(self) -> None:
		guards.require_procedure("stores", self.company)
		stop(rules.refuse_start(self.kind, frappe.get_roles()))
		if not stores.is_store(self.store) or stores.store_company(self.store) != self.company:
			guards.refuse(_("Choose the store: the parent warehouse of its zones (WH-14)."))
		for row in self.warehouses:
			if stores.store_of(row.warehouse) != self.store:
				guards.refuse(_("Choose a zone of one of the company's stores (WH-14)."))
		if getdate(self.count_date) > getdate(nowdate()):
			guards.refuse(_("A count begins today: books are frozen as they are now (WH-27)."))

	def refuse_changes(self) -> None:
		if changed := approvals.changed(self, FIXED_FIELDS):
			stop(Refusal(rules.FIXED, (_(self.meta.get_label(changed[0])),)))
		# lines are the server's, but for their reasons
		content = ("remarks", "blind", "lines")
		if self.status in rules.ENDED_STATES and approvals.changed(self, content):
			stop(Refusal(rules.ENDED, (self.status,)), context=DOCTYPE)

	def zones(self) -> list[str]:
		"""The warehouses that are counted."""
		return [row.warehouse for row in self.warehouses] or stores.warehouses(self.store)

	def take_step(self, status: str, comment: str | None = None, role: str | None = None) -> None:
		"""Moves to `status`, records who, as what, when and why, and saves; the caller has locked the count."""
		stop(rules.refuse_step(self.status, status), context=DOCTYPE)
		action = rules.STEPS[self.status, status]
		approvals.record(self, self.status, status, role, comment=comment, action=action)
		self.status = status
		self.flags.server_write = True
		self.save()


def locked(name: str) -> StockCount:
	"""The stored count, locked, for a user who may write it. Raises PermissionError or DoesNotExistError."""
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	doc.check_permission("write")
	return doc
