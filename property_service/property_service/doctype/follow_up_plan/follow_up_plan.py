"""Follow Up Plan (回访计划): see README.md in this folder. Rule SVC-18; source part three, 25."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate, now_datetime

from property_service.guards import require_procedure, restore_server_fields
from property_service.property_service.doctype.follow_up_plan import drawing
from property_service.refusals import stop
from property_service.rules import follow_up as rules
from property_service.sent_values import CheckedValues

SERVER_FIELDS = ("status", "population", "sample_size", "drawn_by", "drawn_on")
DESK_ROLES = {"Front Desk Clerk", "Service Manager"}


class FollowUpPlan(CheckedValues, Document):
	def before_validate(self) -> None:
		restore_server_fields(self, SERVER_FIELDS)
		self.restore_counts()

	def validate(self) -> None:
		self.refuse_changes_once_drawn()
		require_procedure("service", self.company)
		stop(rules.refuse_plan(self.facts()))

	def onload(self) -> None:
		if self.status != rules.DRAFT:
			self.set_onload("progress", progress_of(self.name))

	def on_trash(self) -> None:
		stop(rules.refuse_plan_deletion(self.status))

	# ---- steps -------------------------------------------------------------------------------------------------

	def restore_counts(self) -> None:
		if not self.flags.server_write:
			before = self.get_doc_before_save()
			known = {row.user: row.assigned for row in before.owners} if before else {}
			for row in self.owners:
				row.assigned = known.get(row.user, 0)

	def refuse_changes_once_drawn(self) -> None:
		before = self.get_doc_before_save()
		if before and not self.flags.server_write:
			stop(rules.refuse_plan_change(self.name, before.status))

	def facts(self) -> rules.Plan:
		users = [row.user for row in self.owners]
		return rules.Plan(
			of_residents=self.reference_doctype == "Resident",
			work=tuple(getdate(day) if day else None for day in (self.from_date, self.to_date)),
			calls=(getdate(self.follow_from), getdate(self.follow_until)),
			share=flt(self.sample_share),
			owners=users,
			at_desk={user for user in users if works_at_desk(user)},
		)


def works_at_desk(user: str) -> bool:
	enabled = frappe.db.get_value("User", user, "enabled")
	return bool(enabled) and not DESK_ROLES.isdisjoint(frappe.get_roles(user))


@frappe.whitelist(methods=["POST"])
def draw(plan: str) -> None:
	"""Order the drawing of a plan (SVC-18); what was drawn stays drawn.

	Raises frappe.PermissionError, frappe.ValidationError when the plan was drawn before.
	"""
	doc = frappe.get_doc("Follow Up Plan", plan, for_update=True)
	doc.check_permission("write")
	stop(rules.refuse_drawing(doc.name, doc.status, doc.drawn_on))
	doc.flags.server_write = True
	doc.update({"status": rules.DRAWING, "drawn_by": frappe.session.user, "drawn_on": now_datetime()})
	doc.save()
	drawing.enqueue(doc.name, frappe.session.user)


def progress_of(plan: str) -> dict:
	"""Follow-ups of the plan by state, in all and per owner, from one query."""
	follow_up = frappe.qb.DocType("Follow Up")
	rows = (
		frappe.qb.from_(follow_up)
		.select(
			follow_up.assigned_to, follow_up.status, frappe.query_builder.functions.Count("*").as_("count")
		)
		.where(follow_up.follow_up_plan == plan)
		.groupby(follow_up.assigned_to, follow_up.status)
		.orderby(follow_up.assigned_to)
		.run(as_dict=True)
	)
	by_state = dict.fromkeys((rules.OPEN, rules.REACHED, rules.NOT_REACHED, rules.CANCELLED), 0)
	owners: dict[str, dict] = {}
	for row in rows:
		by_state[row.status] += row["count"]
		owner = owners.setdefault(row.assigned_to or "", {"assigned": 0, "done": 0})
		owner["assigned"] += row["count"]
		owner["done"] += row["count"] if row.status != rules.OPEN else 0
	for user, counts in owners.items():
		counts["name"] = frappe.utils.get_fullname(user) if user else _("Nobody")
	return {"by_state": by_state, "owners": owners}
