"""Scrap Request (物品报废单): goods that are given up, signed step by step and then posted; see README.md. WH-25, WH-26."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cast, flt

from property_service import approvals, guards
from property_service.property_service.doctype.scrap_request import (
	article_rows,
	notices,
	posting,
	stock_rows,
	tool_rows,
)
from property_service.refusals import stop
from property_service.rules import scrap as rules
from property_service.rules import scrap_cause
from property_service.rules.refusal import Refusal
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues
from property_service.stock import requesters

DOCTYPE, ROW = "Scrap Request", "Scrap Request Item"
SERVER_FIELDS = (
	*("requested_by", "department", "decision_reason", "proposal_key"),
	*("posted_value", "stock_entry", "residual_entry", "journal_entry", "posted_on", "posted_by"),
	*("total_amount", "total_net_value", "total_residual", "total_compensation", "total_penalty"),
	*("hr_finding", "investigated_by", "investigated_on"),
)
# Written anew while the paper may change, and kept afterwards.
SERVER_ROW_FIELDS = ("item_name", "specification", "uom", "rate", "amount", "net_value", "posted_value")
# Written by steps alone; of an article the compensation is, too.
STEP_ROW_FIELDS = ("cause_by_hr", "penalty", "is_decided", "decision_reason", "status_before", "claim_key")
# What stands on the paper that is signed.
CONTENT = ("company", "source", "store", "introduction_at_hand", "manual_at_hand", "other_documents")
CONTENT_OF_ROWS = (
	*("low_value_article", "tool_custody", "item_code", "warehouse", "batch_no", "serial_no", "qty"),
	*("reason", "reason_detail", "stored_since", "years_in_use"),
)
# What is estimated when the paper is written, and put right by the verification.
ESTIMATES = ("photos",)
ESTIMATES_OF_ROWS = (
	*("residual_method", "residual_value", "residual_item", "residual_qty", "residual_warehouse"),
	"proceeds_account",
)
# What only the verification says.
FINDINGS = ("verifiers", "finding")
FINDINGS_OF_ROWS = ("cause", "responsible", "compensation")


class ScrapRequest(CheckedValues, ParentLocked):
	def before_insert(self) -> None:
		approvals.clear_on_copy(self)

	def before_validate(self) -> None:
		self.docstatus = 0  # a request has states of its own; a client may send anything
		guards.restore_server_fields(self, SERVER_FIELDS)
		approvals.protect(self)
		if self.flags.server_write:
			return
		if self.is_new():
			self.write_requester()
		self.restore_rows()
		if self.state_before() in rules.EDITABLE:
			self.rows_room().fill(self)
		elif self.source == rules.ARTICLE and self.state_before() == rules.PENDING_FINANCE:
			article_rows.charge(self)
		self.add_up()

	def validate(self) -> None:
		if not self.flags.server_write:
			self.check_start()
			self.refuse_changes()
			self.check_rows()
		self.take_step()
		article_rows.claim(self)

	def on_update(self) -> None:
		if self.state_before() not in (None, self.status):
			notices.tell_about_step(self)

	def on_trash(self) -> None:
		guards.refuse(_("Scrap requests are kept (WH-25). Cancel this one with a reason."))

	# ---- values ----------------------------------------------------------------------------------------------------

	def state_before(self) -> str | None:
		stored = None if self.is_new() else self.get_doc_before_save()
		return stored.status if stored else None

	def write_requester(self) -> None:
		"""What the system drafts has no requester yet: whoever sends it for signature becomes one."""
		if self.flags.drafted_by_the_system:
			self.department, self.proposal_key = self.flags.department, self.flags.proposal_key
			return
		self.requested_by = frappe.session.user
		self.department = requesters.department_of(frappe.session.user)

	def rows_room(self):
		"""The module that knows rows of this source."""
		return {rules.ARTICLE: article_rows, rules.TOOL: tool_rows}.get(self.source, stock_rows)

	def restore_rows(self) -> None:
		"""What the server wrote in rows is put back; in a row that is new, to nothing."""
		fields = [*SERVER_ROW_FIELDS, *STEP_ROW_FIELDS]
		if self.source == rules.ARTICLE:
			fields.append("compensation")
		guards.restore_server_rows(self, "items", fields)

	def add_up(self) -> None:
		for total, fieldname in (
			("total_amount", "amount"),
			("total_net_value", "net_value"),
			("total_residual", "residual_value"),
			("total_compensation", "compensation"),
			("total_penalty", "penalty"),
		):
			self.set(total, flt(sum(flt(row.get(fieldname)) for row in self.items), 2))

	# ---- checks ----------------------------------------------------------------------------------------------------

	def check_start(self) -> None:
		if not self.is_new():
			return
		if self.source == rules.STOCK:
			guards.require_procedure("stores", self.company)
		if self.source == rules.STOCK and not self.flags.drafted_by_the_system:
			stop(rules.refuse_requester(self.source, frappe.get_roles()), exc=frappe.PermissionError)

	def refuse_changes(self) -> None:
		"""What was signed stays as it is; what finance finds is entered while it verifies, by the finance manager."""
		before = self.state_before()
		content, estimates, findings = self.changes()
		if before in rules.EDITABLE:
			if findings:
				stop(Refusal(rules.FINANCE_VERIFIES, (findings[0],)), exc=frappe.PermissionError)
			return
		if before == rules.PENDING_FINANCE and not content:
			if estimates or findings:
				approvals.require_signatory(self, rules.FINANCE_MANAGER)
			return
		changed = [*content, *estimates, *findings]
		if changed:
			stop(Refusal(rules.FROZEN, (changed[0], before)), context=DOCTYPE)

	def changes(self) -> tuple[list[str], list[str], list[str]]:
		"""Labels of what differs from the stored request: content, estimates, findings."""
		stored = self.get_doc_before_save() or frappe.new_doc(DOCTYPE)
		found = []
		for fields, row_fields in (
			(CONTENT, CONTENT_OF_ROWS),
			(ESTIMATES, ESTIMATES_OF_ROWS),
			(FINDINGS, FINDINGS_OF_ROWS),
		):
			labels = [_(self.meta.get_label(name)) for name in fields if differ(self, stored, name)]
			rows = frappe.get_meta(ROW)
			labels += [
				_(rows.get_label(name)) for name in row_fields if column(self, name) != column(stored, name)
			]
			found.append(labels)
		if {row.name for row in self.items} != {row.name for row in stored.items}:
			found[0].append(_(self.meta.get_label("items")))
		return tuple(found)

	def check_rows(self) -> None:
		for row in self.items:
			stop(rules.refuse_outcome(posting.outcome_of(row)))
		stock_rows.check_residuals(self)
		if self.state_before() in rules.EDITABLE and self.status in rules.OPEN:
			self.rows_room().check(self)

	# ---- steps -----------------------------------------------------------------------------------------------------

	def take_step(self) -> None:
		"""Check a change of state, record it with who and when, and do what it brings about."""
		before, after = self.state_before(), self.status
		if before is None or before == after:
			return
		action = rules.action_of(before, after)
		if isinstance(action, Refusal):
			stop(action, context=DOCTYPE)
		reason = self.flags.reason
		stop(rules.refuse_reason(after, reason))
		stop(rules.refuse_verification(after, len(self.verifiers), self.finding))
		if after == rules.PENDING_GM and self.source == rules.ARTICLE:
			stop(
				scrap_cause.refuse_findings(article_rows.rule_row(row) for row in self.items),
				context=ROW,
			)
		if (before, after) in rules.ENDED_BY_FINANCE:
			approvals.require_signatory(self, rules.FINANCE_MANAGER)
			approvals.record(self, before, after, rules.FINANCE_MANAGER, comment=reason, action=action)
		else:
			approvals.sign(self, rules.CHAIN, comment=reason, action=action)
		self.decision_reason = reason
		if after == rules.RETURNED:
			self.forget_investigation()
		if after == rules.POSTED:
			approvals.require(self, rules.chain(self.source))
			posting.post(self)
		elif (before, after) == (rules.POSTED, rules.CANCELLED):
			posting.take_back(self)

	def forget_investigation(self) -> None:
		"""What comes back is investigated again, whatever it then says."""
		self.update({"hr_finding": None, "investigated_by": None, "investigated_on": None})
		for row in self.items:
			row.update({"cause_by_hr": None, "is_decided": 0, "decision_reason": None})


def differ(one: Document, other: Document, fieldname: str) -> bool:
	field = one.meta.get_field(fieldname)
	if field.fieldtype in frappe.model.table_fields:
		names = [column.fieldname for column in frappe.get_meta(field.options).fields]
		return any(column(one, name, fieldname) != column(other, name, fieldname) for name in names)
	return plain(one, fieldname) != plain(other, fieldname)


def column(doc: Document, fieldname: str, table: str = "items") -> dict:
	"""{row: value} of the rows that have one; a row that is not stored yet goes by its number."""
	values = {row.name or row.idx: plain(row, fieldname) for row in doc.get(table) or []}
	return {row: value for row, value in values.items() if value is not None}


def plain(doc: Document, fieldname: str) -> object:
	"""A value as it is compared: nothing, 0 and an empty text are the same."""
	value = doc.get(fieldname)
	return (cast(doc.meta.get_field(fieldname).fieldtype, value) or None) if value else None
