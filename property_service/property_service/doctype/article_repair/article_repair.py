"""Article Repair (维修申请): a low-value article is repaired, and its cause decides who pays; see README.md. Rule LV-10.

Lock order: the repair, then its article.
"""

import frappe
from frappe import _
from frappe.utils import cstr, now_datetime

from property_service import approvals, commands, guards, notifications
from property_service.low_value import articles
from property_service.property_service.doctype.article_repair import posting
from property_service.refusals import stop
from property_service.rules import article_repair as rules
from property_service.rules.refusal import Refusal, is_blank
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues

DOCTYPE, ARTICLE = "Article Repair", "Low Value Article"
SERVER_FIELDS = (
	*("status", "item_name", "department", "user_employee", "reported_by", "reported_on", "status_before"),
	*("cause", "responsible", "finding", "decided_by", "decided_on"),
	*("cost", "paid_from", "supplier", "purchase_invoice", "invoice_key", "journal_entry"),
	*("finished_by", "finished_on", "work_done"),
)
CONTENT = ("company", "article", "problem")
FACTS = ("item_name", "department", "user_employee", "status", "company")


class ArticleRepair(CheckedValues, ParentLocked):
	def before_insert(self) -> None:
		approvals.clear_on_copy(self)

	def before_validate(self) -> None:
		self.docstatus = 0  # the state is `status`; a client may send anything
		guards.restore_server_fields(self, SERVER_FIELDS)
		approvals.protect(self)
		if not self.flags.server_write and self.status == rules.DRAFT:
			self.fill()

	def validate(self) -> None:
		if self.flags.server_write:
			return
		if self.is_new():
			guards.require_procedure("low_value", self.company)
		stored = self.get_doc_before_save()
		if stored and stored.status != rules.DRAFT and (changed := approvals.changed(self, CONTENT)):
			stop(Refusal(rules.FIXED, (_(self.meta.get_label(changed[0])),)))

	def on_trash(self) -> None:
		guards.refuse(_("Repairs are kept (LV-10). Cancel this one with a reason."))

	def fill(self) -> None:
		"""Whose article it is; who enters the repair reports it."""
		facts = frappe.db.get_value(ARTICLE, self.article or "", FACTS, as_dict=True) or frappe._dict()
		self.update({name: facts.get(name) for name in ("item_name", "department", "user_employee")})
		self.reported_by = self.reported_by or frappe.session.user
		self.reported_on = self.reported_on or now_datetime()
		if facts.company and facts.company != self.company:
			self.company = facts.company

	def take_step(self, status: str, comment: str | None = None, role: str | None = None) -> None:
		"""Moves to `status`, records who and when, and saves; the caller has locked the repair and asked the rule."""
		action = rules.STEPS[self.status, status]
		approvals.record(self, self.status, status, role, comment=comment, action=action)
		self.status = status
		self.flags.server_write = True
		self.save()


def locked(name: str, to_status: str) -> ArticleRepair:
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	doc.check_permission("write")
	stop(rules.refuse_step(doc.status, to_status), context=DOCTYPE)
	return doc


# ---- what buttons call ---------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def send(repair: str) -> str:
	"""The article goes to repair and is not in use meanwhile. Returns the new status."""
	doc = locked(repair, rules.REPORTED)
	if is_blank(doc.problem):
		stop(Refusal(rules.NO_PROBLEM))
	(before,) = articles.settle([doc.article], doc.company, "Under Repair")
	doc.status_before = before.status
	doc.take_step(rules.REPORTED)
	notifications.tell(
		approvals.office_holders(rules.ADMIN_HR),
		"{0} is under repair: decide the cause of the damage",
		(doc.item_name,),
		doctype=DOCTYPE,
		name=doc.name,
		mail=False,
	)
	return doc.status


@frappe.whitelist(methods=["POST"])
def decide_cause(repair: str, cause: str, finding: str, responsible: str | None = None) -> str:
	"""Admin HR decides whether it is natural wear, or whose doing. Returns the new status.

	Raises frappe.PermissionError for everybody else, and for the person who is held responsible.
	"""
	doc = locked(repair, rules.DECIDED)
	person = cstr(responsible).strip() if cause == rules.HUMAN else None
	user = person and frappe.db.get_value("Employee", {"name": person, "company": doc.company}, "user_id")
	known = (
		person if person and frappe.db.exists("Employee", {"name": person, "company": doc.company}) else None
	)
	stop(
		rules.refuse_cause(
			frappe.session.user in approvals.office_holders(rules.ADMIN_HR),
			bool(user and user == frappe.session.user),
			cause,
			finding,
			known,
		),
		rules.ANOTHER_PERSONS,
	)
	doc.update(
		{
			"cause": cause,
			"finding": cstr(finding).strip(),
			"responsible": known,
			"decided_by": frappe.session.user,
			"decided_on": now_datetime(),
		}
	)
	doc.take_step(rules.DECIDED, doc.finding, role=rules.ADMIN_HR)
	return doc.status


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def finish(
	repair: str,
	cost: float | str | None = None,
	paid_from: str | None = None,
	supplier: str | None = None,
	purchase_invoice: str | None = None,
	work_done: str | None = None,
) -> str | None:
	"""The article is repaired and in use again; its cost is booked as the cause says. Returns the journal entry, if any.

	`cost` (company currency) was paid from the account `paid_from` (a payable one with its `supplier`), or is the net amount
	of `purchase_invoice`. Raises frappe.PermissionError for all but the stores accountant and the finance manager.
	"""
	doc = locked(repair, rules.DONE)
	known = posting.cost_of(doc, cost, paid_from, supplier, purchase_invoice)
	stop(
		rules.refuse_cost(
			any(frappe.session.user in approvals.office_holders(role) for role in rules.BOOKERS), known
		),
		rules.ANOTHER_PERSONS,
	)
	articles.settle([doc.article], doc.company, doc.status_before or "In Use")
	doc.update(
		{
			"cost": float(known.amount),
			"paid_from": known.paid_from,
			"supplier": known.supplier,
			"purchase_invoice": known.invoice,
			"invoice_key": known.invoice,
			"work_done": cstr(work_done).strip() or None,
			"finished_by": frappe.session.user,
			"finished_on": now_datetime(),
		}
	)
	doc.journal_entry = posting.post(doc, known)
	doc.take_step(rules.DONE)
	return doc.journal_entry


@frappe.whitelist(methods=["POST"])
def cancel(repair: str, reason: str) -> str:
	"""The repair is given up; the article is what it was before. Returns the new status."""
	doc = locked(repair, rules.CANCELLED)
	if is_blank(reason):
		stop(Refusal(rules.NO_REASON))
	if doc.status in rules.AWAY:
		articles.settle([doc.article], doc.company, doc.status_before or "In Use")
	doc.take_step(rules.CANCELLED, cstr(reason).strip())
	return doc.status


def on_doctype_update() -> None:
	frappe.db.add_index(DOCTYPE, ["company", "status"])
