"""What a purchase plan is: its type, store, month and rows, written by the server and checked (WH-04, WH-05, WH-08)."""

import frappe
from frappe.model.document import Document
from frappe.utils import formatdate, getdate, now_datetime, nowdate

from property_service import access, procedure_calendar, settings
from property_service.buying import budget, plan_basis
from property_service.refusals import stop
from property_service.rules import purchase_plan as rules
from property_service.rules.procedure_calendar import due_dates
from property_service.rules.refusal import Refusal
from property_service.stock import month_end, stores

REQUEST = "Material Request"
# The tasks of the procedure calendar that say on which day of the month each step is due.
TASKS = {rules.COMPILED: "PURCHASE-PLAN", rules.SENT: "PLAN-HAND-IN", rules.PASSED: "PLAN-APPROVAL"}
EDITABLE = (None, rules.DRAFT, rules.RETURNED)


# ---- before validation -------------------------------------------------------------------------------------------


def prepare(doc: Document) -> None:
	"""Fill what a person need not enter, and fix the basis of rows that are new; while the plan may be changed."""
	row = settings.company_row(doc.company)
	doc.store = doc.store or row.default_store
	doc.plan_month = planned_month(doc)
	plan_basis.fill_places(doc)
	plan_basis.fix(doc, plan_basis.keep(doc))
	doc.plan_key = key_of(doc)


def planned_month(doc: Document) -> object:
	"""The month after the one the plan is drawn up in; the app's own code may plan the current one, late."""
	if doc.plan_type != rules.MONTHLY:
		return None
	stored = doc.get_doc_before_save()
	if stored and stored.plan_month:
		return stored.plan_month
	return doc.flags.plan_month or rules.planned_month(getdate(nowdate()))


def key_of(doc: Document) -> str | None:
	"""Set again at every save of a draft, whose type and store may change."""
	stored = doc.get_doc_before_save()
	if doc.plan_type == rules.BELOW_LIMIT and not doc.flags.drafted_by_the_system:
		return stored.plan_key if stored else None
	if not (doc.store and doc.plan_type in rules.PLAN_TYPES):
		return None
	day = getdate(doc.plan_month or doc.transaction_date or nowdate())
	return rules.plan_key(doc.plan_type, doc.store, day)


# ---- validation --------------------------------------------------------------------------------------------------


def check(doc: Document) -> None:
	"""What a plan of its type may ask for; while it may still be changed."""
	if doc.is_new() and not doc.flags.drafted_by_the_system:
		stop(rules.refuse_planner(doc.plan_type, *planner(doc)))
	if not stores.is_store(doc.store) or stores.store_company(doc.store) != doc.company:
		stop(Refusal(rules.NO_STORE))
	month_end.check_plan(doc)
	plan_basis.check_places(doc)
	stop(rules.refuse_lines(doc.plan_type, plan_basis.lines(doc), doc.urgent_reason))
	refuse_second_plan(doc)


def planner(doc: Document) -> tuple[bool, bool]:
	"""(is storekeeper, leads the department that asks), of whoever is saving."""
	user = frappe.session.user
	return rules.STOREKEEPER in frappe.get_roles(user), doc.department in access.departments_led_by(user)


def refuse_second_plan(doc: Document) -> None:
	"""By name; two at the same moment meet at the database's unique key."""
	other = doc.plan_key and frappe.db.get_value(
		REQUEST, {"plan_key": doc.plan_key, "name": ("!=", doc.name or "")}
	)
	if other:
		stop(Refusal(rules.MONTH_TAKEN, (other,)))


def value(doc: Document) -> None:
	"""What was asked for, what it costs and what is left; while it may be changed, `requested_qty` follows the row."""
	stored = doc.get_doc_before_save()
	if (stored.approval_state if stored else None) in EDITABLE:
		for row in doc.items:
			row.requested_qty = row.qty
	plan_basis.value(doc)
	doc.update(budget.figures(doc))


# ---- dates -------------------------------------------------------------------------------------------------------


def mark_if_late(doc: Document, step: str) -> None:
	"""WH-08: a monthly plan that is compiled, sent or passed on after its day keeps a mark of it."""
	if doc.plan_type != rules.MONTHLY:
		return
	due = due_on(step, doc.plan_month)
	late = rules.days_late(due, getdate(now_datetime())) if due else 0
	if late:
		doc.is_late = 1
		note = frappe._(rules.LATE[step], lang=frappe.db.get_default("lang") or "en").format(
			late, formatdate(due)
		)
		doc.late_note = "\n".join(filter(None, [doc.late_note, note]))


def due_on(step: str, plan_month: object) -> object | None:
	"""The day of the procedure calendar, in the month before the one that is planned; None where it has no such task."""
	task = next(
		(
			task
			for task in settings.get().procedure_tasks
			if task.task_code == TASKS[step] and not task.disabled
		),
		None,
	)
	if not task:
		return None
	last = frappe.utils.add_days(getdate(plan_month), -1)
	due = due_dates(procedure_calendar.day_rule(task), getdate(last).replace(day=1), getdate(last))
	return due[-1].due_on if due else None


# ---- screens -----------------------------------------------------------------------------------------------------


def show_budget(doc: Document) -> None:
	"""The budget as it is now, not as it was when the plan was saved last."""
	doc.set_onload("budget_now", budget.figures(doc))
