"""Follow Up (回访): see README.md in this folder. Rules SVC-06, SVC-18; procedure 3.2 (报修客户回访)."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr, now_datetime

from property_service import commands, settings
from property_service.guards import refuse, restore_server_fields
from property_service.property_service.doctype.follow_up_plan import drawing
from property_service.refusals import stop
from property_service.rules import follow_up as rules
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues

FROM_REFERENCE = ("company", "department", "property_unit", "contact_name", "contact_phone")
# The same things under the names that other references have for them.
REFERENCE_NAMES = {
	"Service Order": {"contact_name": "customer_name", "contact_phone": "customer_phone"},
	"Resident": {"contact_name": "resident_name", "contact_phone": "mobile_no"},
}
SERVER_FIELDS = (
	"status",
	"done_by",
	"done_on",
	"reopened_reference",
	"follow_up_plan",
	"plan_key",
	"outline",
)
SERVER_FIELDS += FROM_REFERENCE
# What stays as it was recorded once the customer was reached, or counts as not reached.
RECORDED_FIELDS = ("method", "due_on", "assigned_to")


class FollowUp(CheckedValues, ParentLocked):
	"""A reference may take part: `follow_up_workers()` -> users who did the work, `refuse_early_follow_up()`, and
	`take_over_follow_up(follow_up)` -> whether the follow-up reopened it. Its row is locked before the follow-up's.
	"""

	def load_from_db(self) -> "FollowUp":
		if self.flags.for_update and isinstance(self.name, str):
			lock_reference_of(self.name)
		return super().load_from_db()

	def before_validate(self) -> None:
		restore_server_fields(self, SERVER_FIELDS)
		self.refuse_foreign_reference()
		self.restore_attempts()
		self.fill_from_reference()

	def validate(self) -> None:
		self.refuse_early()
		self.refuse_changes_of_record()
		self.refuse_own_work()
		self.refuse_wrong_score()
		self.settle()

	def on_update(self) -> None:
		if self.has_result() and self.result_changed():
			self.hand_over()
		if self.status != rules.OPEN and self.has_value_changed("status"):
			drawing.close_assignment(self)

	def on_trash(self) -> None:
		refuse(_("A follow-up is never deleted: it is part of the statistics (SVC-18)."))

	# ---- steps of before_validate ------------------------------------------------------------------------------

	def refuse_foreign_reference(self) -> None:
		"""Name and number are copied from it: whoever asks must be allowed to read it themselves (ORG-02)."""
		if not self.is_new():
			return
		stop(rules.refuse_reference(self.reference_doctype))
		if not self.flags.ignore_permissions:
			self.reference().check_permission("read")

	def restore_attempts(self) -> None:
		"""Attempts are only added; who and when is the server's: three tries on two days are counted by it."""
		if self.flags.server_write:
			return
		before = self.get_doc_before_save()
		kept = {row.name: row for row in before.attempts} if before else {}
		added = [row for row in self.attempts if row.name not in kept]
		for row in added:
			row.attempted_on, row.attempted_by = now_datetime(), frappe.session.user
		self.set("attempts", [*kept.values(), *added])

	def fill_from_reference(self) -> None:
		if not self.is_new() or not (self.reference_doctype and self.reference_name):
			return
		reference = self.reference()
		names = REFERENCE_NAMES.get(self.reference_doctype, {})
		for fieldname in FROM_REFERENCE:
			self.set(fieldname, reference.get(names.get(fieldname, fieldname)))

	# ---- steps of validate -------------------------------------------------------------------------------------

	def reference(self) -> Document:
		return frappe.get_doc(self.reference_doctype, self.reference_name)

	def refuse_early(self) -> None:
		judge = getattr(self.reference(), "refuse_early_follow_up", None) if self.is_new() else None
		if judge and not self.flags.server_write:
			judge()

	def refuse_changes_of_record(self) -> None:
		before = self.get_doc_before_save()
		if not before or before.status == rules.OPEN or self.flags.server_write:
			return
		changed = [name for name in RECORDED_FIELDS if cstr(self.get(name)) != cstr(before.get(name))]
		if cint(before.score) and cint(before.score) != cint(self.score):
			changed.append("score")
		if len(self.attempts) != len(before.attempts):
			changed.append("attempts")
		if changed:
			label = _(self.meta.get_label(changed[0]))
			refuse(_(rules.RECORDED).format(frappe.bold(label), _(before.status)))

	def refuse_own_work(self) -> None:
		if not (self.assigned_to or self.attempts):
			return
		workers = self.workers()
		people = [self.assigned_to, *(row.attempted_by for row in self.attempts)]
		if self.score_changed():
			people.append(frappe.session.user)  # the call may have been somebody else's, days ago
		for user in people:
			stop(rules.refuse_person(user, workers))

	def workers(self) -> set[str]:
		ask = getattr(self.reference(), "follow_up_workers", None)
		return ask() if ask else set()

	def refuse_wrong_score(self) -> None:
		stop(rules.refuse_score(cint(self.score), self.tries()))

	def tries(self) -> list[rules.Attempt]:
		return [
			rules.Attempt(frappe.utils.get_datetime(row.attempted_on), bool(row.reached))
			for row in self.attempts
		]

	def settle(self) -> None:
		"""Reached, Not Reached or still Open, and who settled it when."""
		if self.status != rules.OPEN:
			return
		policy = settings.get()
		self.status = rules.outcome(
			self.tries(), cint(policy.follow_up_attempts), cint(policy.follow_up_attempt_days)
		)
		if self.attempts:
			self.method = self.attempts[-1].method
		if self.status != rules.OPEN:
			self.done_by, self.done_on = self.attempts[-1].attempted_by, self.attempts[-1].attempted_on

	# ---- consequences ------------------------------------------------------------------------------------------

	def has_result(self) -> bool:
		return self.status in (rules.REACHED, rules.NOT_REACHED)

	def result_changed(self) -> bool:
		before = self.get_doc_before_save()
		return not before or (before.status, cint(before.score)) != (self.status, cint(self.score))

	def score_changed(self) -> bool:
		before = self.get_doc_before_save()
		return cint(self.score) != cint(before.score if before else 0)

	def hand_over(self) -> None:
		reference = frappe.get_doc(self.reference_doctype, self.reference_name, for_update=True)
		take_over = getattr(reference, "take_over_follow_up", None)
		if take_over and take_over(self):
			self.db_set("reopened_reference", 1, update_modified=False)


def lock_reference_of(follow_up: str) -> None:
	known = frappe.db.get_value("Follow Up", follow_up, ["reference_doctype", "reference_name"])
	if known:
		frappe.db.get_value(known[0], known[1], "name", for_update=True)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def record(
	reference_doctype: str,
	reference_name: str,
	reached: bool,
	method: str = "Phone",
	score: int = 0,
	answers: str | None = None,
	suggestion: str | None = None,
	note: str | None = None,
) -> dict:
	"""Add an attempt to the open follow-up of a document, or to a new one, with what the customer says.

	Returns {"name", "status", "reopened"}. Raises frappe.ValidationError, frappe.PermissionError.
	"""
	stop(rules.refuse_reference(reference_doctype))
	reference = frappe.get_doc(reference_doctype, reference_name, for_update=True)
	reference.check_permission("read")
	follow_up = open_follow_up(reference)
	follow_up.append("attempts", {"method": method, "reached": cint(reached), "note": note})
	follow_up.score = score
	for fieldname, value in (("answers", answers), ("suggestion", suggestion)):
		if value:
			follow_up.set(fieldname, value)
	follow_up.save()
	return {
		"name": follow_up.name,
		"status": follow_up.status,
		"reopened": bool(follow_up.reopened_reference),
	}


def open_follow_up(reference: Document) -> FollowUp:
	of_reference = {"reference_doctype": reference.doctype, "reference_name": reference.name}
	name = frappe.db.get_value("Follow Up", {**of_reference, "status": rules.OPEN}, order_by="creation asc")
	if name:
		return frappe.get_doc("Follow Up", name, for_update=True)
	return frappe.get_doc({"doctype": "Follow Up", **of_reference})


def on_doctype_update() -> None:
	frappe.db.add_index("Follow Up", ["reference_doctype", "reference_name", "status"])
	frappe.db.add_index("Follow Up", ["status", "due_on"])
