"""Article Count (在用低值易耗品盘点): what a department has in use against what is found; see README.md. Rules LV-08, LV-14."""

import frappe
from frappe import _
from frappe.utils import cint, cstr, now_datetime

from property_service import approvals, guards
from property_service.low_value import articles
from property_service.property_service.doctype.article_count import freezing
from property_service.refusals import stop
from property_service.rules import article_count as rules
from property_service.rules.refusal import Refusal, is_blank
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues

DOCTYPE = "Article Count"
SERVER_FIELDS = (
	*("status", "started_by", "started_on", "line_count", "found_lines", "missing_lines"),
	*("undecided_lines", "open_value", "journal_entry", "approved_on", "used_on"),
)
FIXED_FIELDS = ("company", "kind", "department")
# What people write in a line; everything else there is the server's.
OPEN_LINE_FIELD = "cause"


class ArticleCount(CheckedValues, ParentLocked):
	LARGE_TABLES = ("lines",)

	def before_insert(self) -> None:
		approvals.clear_on_copy(self)

	def before_validate(self) -> None:
		self.docstatus = 0  # a count has states of its own; a client may send anything
		guards.restore_server_fields(self, SERVER_FIELDS)
		approvals.protect(self)
		if self.flags.server_write:
			return
		self.restore_lines()
		if self.is_new():
			self.update({"started_by": frappe.session.user, "started_on": now_datetime()})
			self.set("lines", freezing.lines_of(self))
		self.add_up()

	def validate(self) -> None:
		if self.flags.server_write:
			return
		if self.is_new():
			self.check_start()
		elif changed := approvals.changed(self, FIXED_FIELDS):
			stop(Refusal(rules.FIXED, (_(self.meta.get_label(changed[0])),)))

	def on_trash(self) -> None:
		guards.refuse(_("Counts are kept (LV-14). Cancel this one with a reason."))

	def check_start(self) -> None:
		guards.require_procedure("low_value", self.company)
		if frappe.session.user not in approvals.office_holders(rules.ACCOUNTANT):
			stop(Refusal(rules.NOT_ACCOUNTANT), rules.ANOTHER_PERSONS)
		if not self.lines:
			stop(Refusal(rules.NOTHING_THERE, (self.department,)))

	def restore_lines(self) -> None:
		"""Lines are the server's, but for what is known of a loss, as long as nobody has signed."""
		stored = None if self.is_new() else self.get_doc_before_save()
		sent = {row.name: row.get(OPEN_LINE_FIELD) for row in self.lines if row.name}
		self.set("lines", [row.as_dict() for row in stored.lines] if stored else [])
		if stored and stored.status in (rules.COUNTING, rules.COUNTED):
			for row in self.lines:
				row.set(OPEN_LINE_FIELD, sent.get(row.name, row.get(OPEN_LINE_FIELD)))

	def add_up(self) -> None:
		lost = [row for row in self.lines if row.result == rules.MISSING]
		self.line_count = sum(row.result != rules.ELSEWHERE for row in self.lines)
		self.found_lines = sum(row.result == rules.FOUND for row in self.lines)
		self.missing_lines = len(lost)
		approved = self.status == rules.APPROVED
		waiting = [row for row in lost if approved and not cint(row.is_decided)]
		self.undecided_lines = len(waiting)
		self.open_value = sum(row.lost_value or 0 for row in waiting)

	def rule_lines(self) -> list[rules.Line]:
		return [rules.Line(row.title, row.result or None, row.cause) for row in self.lines]

	def took_part(self) -> set[str]:
		people = {self.started_by} | {row.counted_by for row in self.lines}
		return (people | {row.actor for row in self.approval_steps}) - {None, ""}

	def keepers(self) -> set[str]:
		"""Who signs: the department's named keeper; its head where the keeper has no login."""
		keeper = articles.keeper_of(self.department)
		user = keeper and frappe.db.get_value("Employee", keeper, "user_id")
		return {user} if user else approvals.office_holders(approvals.DEPARTMENT_HEAD, self.department)

	def take_step(self, status: str, comment: str | None = None, role: str | None = None) -> None:
		"""Moves to `status`, records who and when, and saves; the caller has locked the count and asked the rule."""
		action = rules.STEPS[self.status, status]
		approvals.record(self, self.status, status, role, comment=comment, action=action)
		self.status = status
		self.write()

	def write(self) -> None:
		self.add_up()
		self.flags.server_write = True
		self.save(ignore_permissions=True)  # who may take the step was checked by the rule


def locked(name: str, ptype: str = "write") -> ArticleCount:
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	doc.check_permission(ptype)
	return doc


# ---- what buttons and phones call ------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def scan(count: str, code: str) -> dict:
	"""Somebody found the article with this label, whatever phone read it. Returns {"title", "result", "found", "lines"}.

	An article of another department is noted as found elsewhere. Raises frappe.ValidationError for an unknown label.
	"""
	doc = locked(count)
	if doc.status != rules.COUNTING:
		stop(Refusal(rules.NOT_COUNTING, (doc.status,)), context=DOCTYPE)
	name = rules.code_of(code)
	row = next((row for row in doc.lines if row.document == name), None) or freezing.add_elsewhere(doc, name)
	if not row:
		stop(Refusal(rules.UNKNOWN, (name,)))
	if row.result != rules.ELSEWHERE:
		row.result = rules.FOUND
	row.update({"counted_by": frappe.session.user, "counted_on": now_datetime()})
	doc.write()
	return {"title": row.title, "result": row.result, "found": doc.found_lines, "lines": doc.line_count}


@frappe.whitelist(methods=["POST"])
def mark_missing(count: str, line: str, cause: str | None = None) -> None:
	"""The article was looked for and not found."""
	doc = locked(count)
	if doc.status != rules.COUNTING:
		stop(Refusal(rules.NOT_COUNTING, (doc.status,)), context=DOCTYPE)
	for row in doc.lines:
		if row.name == line and row.result != rules.ELSEWHERE:
			row.update(
				{
					"result": rules.MISSING,
					"cause": cstr(cause).strip() or row.cause,
					"counted_by": frappe.session.user,
					"counted_on": now_datetime(),
				}
			)
	doc.write()


@frappe.whitelist(methods=["POST"])
def finish(count: str) -> str:
	"""Counting → Counted, when every article was looked for. Returns the new status."""
	doc = locked(count)
	stop(rules.refuse_step(doc.status, rules.COUNTED), context=DOCTYPE)
	if frappe.session.user not in approvals.office_holders(rules.ACCOUNTANT):
		stop(Refusal(rules.NOT_ACCOUNTANT), rules.ANOTHER_PERSONS)
	stop(rules.refuse_finish(doc.rule_lines()))
	doc.take_step(rules.COUNTED, role=rules.ACCOUNTANT)
	return doc.status


@frappe.whitelist(methods=["POST"])
def sign(count: str) -> str:
	"""Counted → Signed by Keeper. Returns the new status. Raises frappe.PermissionError for anybody but the keeper."""
	doc = locked(count, "read")
	stop(rules.refuse_step(doc.status, rules.SIGNED), context=DOCTYPE)
	keepers = doc.keepers()
	names = ", ".join(sorted(frappe.utils.get_fullname(user) for user in keepers)) or "–"
	stop(
		rules.refuse_signature(frappe.session.user in keepers, names, doc.rule_lines()),
		rules.ANOTHER_PERSONS,
	)
	doc.take_step(rules.SIGNED)
	return doc.status


@frappe.whitelist(methods=["POST"])
def cancel(count: str, reason: str) -> str:
	doc = locked(count)
	stop(rules.refuse_step(doc.status, rules.CANCELLED), context=DOCTYPE)
	if is_blank(reason):
		stop(Refusal(rules.NO_REASON))
	doc.take_step(rules.CANCELLED, cstr(reason).strip())
	return doc.status


def on_doctype_update() -> None:
	frappe.db.add_index(DOCTYPE, ["company", "status"])
