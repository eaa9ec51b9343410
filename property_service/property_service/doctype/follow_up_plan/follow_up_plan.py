"""Follow Up Plan (回访计划): see README.md in this folder. Rule SVC-18; source part three, 25."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate, now_datetime

from property_service.guards import refuse, require_procedure, restore_server_fields
from property_service.property_service.doctype.follow_up_plan import drawing
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
		self.refuse_wrong_dates()
		self.refuse_wrong_share()
		self.refuse_wrong_owners()

	def onload(self) -> None:
		if self.status != "Draft":
			self.set_onload("progress", progress_of(self.name))

	def on_trash(self) -> None:
		if self.status != "Draft":
			refuse(_("A plan that was drawn is kept: its follow-ups are part of the statistics (SVC-18)."))

	# ---- steps -------------------------------------------------------------------------------------------------

	def restore_counts(self) -> None:
		if not self.flags.server_write:
			before = self.get_doc_before_save()
			known = {row.user: row.assigned for row in before.owners} if before else {}
			for row in self.owners:
				row.assigned = known.get(row.user, 0)

	def refuse_changes_once_drawn(self) -> None:
		before = self.get_doc_before_save()
		if before and before.status != "Draft" and not self.flags.server_write:
			refuse(
				_(
					"{0} is drawn, so it does not change any more (SVC-18). Make another plan for other customers."
				).format(frappe.bold(self.name))
			)

	def refuse_wrong_dates(self) -> None:
		pairs = [(self.follow_from, self.follow_until)]
		if self.reference_doctype != "Resident":
			if not (self.from_date and self.to_date):
				refuse(_("Give the period in which the work was done (SVC-18)."))
			pairs.append((self.from_date, self.to_date))
		for first, last in pairs:
			if getdate(last) < getdate(first):
				refuse(_("The period ends before it begins: {0} to {1}.").format(first, last))

	def refuse_wrong_share(self) -> None:
		if not 0 < flt(self.sample_share) <= 100:
			refuse(_("The share to call back lies above 0 and is at most 100 percent (SVC-18)."))

	def refuse_wrong_owners(self) -> None:
		users = [row.user for row in self.owners]
		if len(users) != len(set(users)):
			refuse(_("Each person appears once in the list of owners (SVC-18)."))
		for user in users:
			if not frappe.db.get_value("User", user, "enabled") or DESK_ROLES.isdisjoint(
				frappe.get_roles(user)
			):
				refuse(
					_("{0} does not work at the front desk and cannot follow up (SVC-18).").format(
						frappe.bold(frappe.utils.escape_html(user))
					)
				)


@frappe.whitelist(methods=["POST"])
def draw(plan: str) -> None:
	"""Order the drawing of a plan (SVC-18); what was drawn stays drawn.

	Raises frappe.PermissionError, frappe.ValidationError when the plan was drawn before.
	"""
	doc = frappe.get_doc("Follow Up Plan", plan, for_update=True)
	doc.check_permission("write")
	if doc.status not in ("Draft", "Drawing"):
		refuse(
			_("{0} was drawn on {1}; a plan is drawn once (SVC-18).").format(
				frappe.bold(doc.name), doc.drawn_on
			)
		)
	doc.flags.server_write = True
	doc.update({"status": "Drawing", "drawn_by": frappe.session.user, "drawn_on": now_datetime()})
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
