"""Where the stores' month stands, and what comes next (WH-30): count, movement statement, next plan; then the accountant's
check, the count's approval and the decisions on its differences.

The month of a plan for December is November: counted, stated and planned before it ends.
"""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, getdate, now_datetime, nowdate

from property_service import procedure_calendar, sent_values, settings
from property_service.guards import require_procedure
from property_service.property_service.report.stock_movement_statement import (
	stock_movement_statement as report,
)
from property_service.refusals import stop
from property_service.rules import month_end as rules
from property_service.rules import purchase_plan, stock_count
from property_service.rules.procedure_calendar import due_dates
from property_service.rules.refusal import Refusal
from property_service.rules.stock_limit import month_before
from property_service.stock import movement_statement, stores

DOCTYPE, COUNT, REQUEST = "Stores Month End", "Stock Count", "Material Request"
CONTEXT = DOCTYPE
STOREKEEPER = "Storekeeper"
# The task of the procedure calendar that says when a step is due.
TASKS = {
	rules.COUNT: "STORE-COUNT",
	rules.STATEMENT: "STORE-COUNT",
	rules.PLAN: "PURCHASE-PLAN",
	rules.HAND_IN: "PLAN-HAND-IN",
	rules.CHECK: "SPOT-CHECK",
	rules.PLAN_APPROVAL: "PLAN-APPROVAL",
	rules.APPROVAL: "SPOT-CHECK",
	rules.DECISIONS: "STORE-VOUCHERS",
}
VALUES = ("opening_value", "in_value", "out_value", "closing_value")
AFTER_COUNTING = (stock_count.COUNTED, stock_count.CHECKED, stock_count.APPROVED)
HANDED_IN = ("Pending Finance", "Pending GM", "Approved")


# ---- what buttons and the workspace call ---------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def make_statement(store: str, month: str | None = None) -> str:
	"""The storekeeper draws up the movement statement of a store's month, after its count (WH-30).

	Returns the name of the Stores Month End, which keeps the figures of this moment; drawn up again, it keeps the new ones.
	Raises frappe.PermissionError, frappe.ValidationError.
	"""
	company = company_of(store)
	require_procedure("stores", company)
	frappe.has_permission("Bin", "report", throw=True)
	first = month_of(month)
	count = counts([store], first).get(store)
	refusal = rules.refuse_statement(
		STOREKEEPER in frappe.get_roles(), counted(count), store, f"{first:%Y-%m}"
	)
	stop(refusal, rules.ANOTHER_PERSONS)
	doc = month_end(store, first) or frappe.get_doc(
		{"doctype": DOCTYPE, "company": company, "store": store, "month": first}
	)
	doc.update(
		{
			**figures(company, store, first),
			"stock_count": count.name,
			"statement_by": frappe.session.user,
			"statement_on": now_datetime(),
		}
	)
	doc.flags.ignore_permissions = (
		True  # nobody writes it by hand; the storekeeper's right was looked at above
	)
	doc.flags.server_write = True
	return doc.save().name


@frappe.whitelist(methods=["GET", "POST"])
@frappe.read_only()
def status(company: str) -> list[dict]:
	"""Where each store's month stands: this month, and the one before it while a step of it is missing.

	Returns a list of {"store", "store_name", "month", "steps": [{"step", "label", "state", "due_on", "overdue",
	"blocked_by", "doctype", "name"}]}. A fixed number of statements for all stores of the company.
	"""
	require_procedure("stores", company)
	frappe.has_permission(DOCTYPE, "read", throw=True)
	places = stores.stores(company)
	this_month = getdate(nowdate()).replace(day=1)
	shown = []
	for first in (month_before(this_month, 1), this_month):
		for store, facts in of_month(with_books(places, first), first).items():
			if first == this_month or unfinished(company, facts, first):
				shown.append({"store": store, "month": f"{first:%Y-%m}", "steps": facts})
	titles = store_names(places)
	return [{**row, "store_name": titles[row["store"]]} for row in shown]


def unfinished(company: str, facts: list[dict], first: date) -> bool:
	"""Months before the company began with the procedure are nobody's to finish."""
	row = settings.company_row(company)
	began = row and row.calendar_from and getdate(row.calendar_from)
	return not (began and began > last_day(first)) and any(step["state"] != rules.DONE for step in facts)


# ---- the guard of the plan -----------------------------------------------------------------------------------------


def check_plan(doc: Document) -> None:
	"""The monthly plan follows count and movement statement of the month before it. Raises frappe.ValidationError."""
	if doc.plan_type != purchase_plan.MONTHLY or not settings.get().plan_after_count:
		return
	before = doc.get_doc_before_save()
	if before and (before.store, before.plan_type) == (doc.store, doc.plan_type):
		return
	first = month_before(getdate(doc.plan_month), 1)
	done = steps_done([doc.store], Facts.of([doc.store], first))[doc.store]
	stop(
		rules.refuse_plan(done, bool(with_books([doc.store], first)), doc.store, f"{first:%Y-%m}"),
		context=CONTEXT,
	)


# ---- facts ---------------------------------------------------------------------------------------------------------


def of_month(places: list[str], first: date) -> dict[str, list[dict]]:
	"""store -> its steps of the month, in their order."""
	facts = Facts.of(places, first)
	done = steps_done(places, facts)
	documents = documents_of(places, facts)
	due = due_days(first)
	today = getdate(nowdate())
	return {
		store: [
			{
				"step": step.name,
				"label": _(step.name, context=CONTEXT),
				"state": step.state,
				"due_on": str(step.due_on) if step.due_on else None,
				"overdue": int(step.overdue),
				"blocked_by": step.blocked_by and _(step.blocked_by, context=CONTEXT),
				**documents[store][step.name],
			}
			for step in rules.steps(done[store], due, today)
		]
		for store in places
	}


class Facts(NamedTuple):
	"""Of each store: its count of a month, the plan for the month after it, and the statement's record."""

	counts: dict[str, frappe._dict]
	plans: dict[str, frappe._dict]
	ends: dict[str, frappe._dict]

	@classmethod
	def of(cls, places: Collection[str], first: date) -> "Facts":
		"""Four statements."""
		return cls(counts(places, first), plans_after(places, first), month_ends(places, first))

	def at(self, store: str) -> tuple:
		return self.counts.get(store), self.plans.get(store), self.ends.get(store)


def steps_done(places: Collection[str], facts: Facts) -> dict[str, dict[str, bool]]:
	done = {}
	for store in places:
		count, plan, end = facts.at(store)
		state = plan and plan.approval_state
		done[store] = {
			rules.COUNT: counted(count),
			rules.STATEMENT: bool(counted(count) and end and end.statement_on >= count.counted_on),
			rules.PLAN: bool(plan),
			rules.HAND_IN: state in HANDED_IN,
			rules.PLAN_APPROVAL: state == "Approved",
			rules.CHECK: bool(count and count.status in (stock_count.CHECKED, stock_count.APPROVED)),
			rules.APPROVAL: bool(count and count.status == stock_count.APPROVED),
			rules.DECISIONS: bool(
				count and count.status == stock_count.APPROVED and not count.undecided_lines
			),
		}
	return done


def documents_of(places: Collection[str], facts: Facts) -> dict[str, dict[str, dict]]:
	"""store -> step -> the document that one opens for it; without a name it is to be made."""
	documents = {}
	for store in places:
		count, plan, end = facts.at(store)
		of_count = {"doctype": COUNT, "name": count and count.name}
		of_plan = {"doctype": REQUEST, "name": plan and plan.name}
		documents[store] = {
			step: of_plan if step in (rules.PLAN, rules.HAND_IN, rules.PLAN_APPROVAL) else of_count
			for step in rules.STEPS
		}
		documents[store][rules.STATEMENT] = {"doctype": DOCTYPE, "name": end and end.name}
	return documents


def counted(count: frappe._dict | None) -> bool:
	return bool(count and count.status in AFTER_COUNTING)


def counts(places: Collection[str], first: date) -> dict[str, frappe._dict]:
	"""store -> the latest monthly count begun in the month, with when counting was finished last. Two statements."""
	rows = frappe.get_all(
		COUNT,
		filters={
			"store": ("in", list(places) or [""]),
			"kind": stock_count.MONTHLY,
			"status": ("!=", stock_count.CANCELLED),
			"count_date": ("between", (first, last_day(first))),
		},
		fields=["name", "store", "status", "undecided_lines"],
		order_by="count_date, creation",
	)
	found = {row.store: row for row in rows}
	finished = frappe.get_all(
		"Approval Step",
		filters={
			"parenttype": COUNT,
			"parent": ("in", [row.name for row in found.values()] or [""]),
			"to_state": stock_count.COUNTED,
		},
		fields=["parent", "acted_on"],
		order_by="acted_on",
	)
	ended = {row.parent: row.acted_on for row in finished}
	for row in found.values():
		row.counted_on = ended.get(row.name)
	return found


def plans_after(places: Collection[str], first: date) -> dict[str, frappe._dict]:
	"""store -> the monthly plan for the month that follows."""
	month = month_before(first, -1)
	keys = [purchase_plan.plan_key(purchase_plan.MONTHLY, store, month) for store in places]
	rows = frappe.get_all(
		REQUEST,
		filters={"plan_key": ("in", keys or [""])},
		fields=["name", "store", "approval_state"],
		order_by="creation",
	)
	return {row.store: row for row in rows}


def month_ends(places: Collection[str], first: date) -> dict[str, frappe._dict]:
	rows = frappe.get_all(
		DOCTYPE,
		filters={"store": ("in", list(places) or [""]), "month": first},
		fields=["name", "store", "statement_on"],
		order_by="creation",
	)
	return {row.store: row for row in rows}


def month_end(store: str, first: date) -> Document | None:
	name = frappe.db.get_value(DOCTYPE, {"month_key": month_key(store, first)})
	return frappe.get_doc(DOCTYPE, name, for_update=True) if name else None


def month_key(store: str, first: date) -> str:
	return f"{first:%Y-%m} {store}"


def figures(company: str, store: str, first: date) -> dict:
	"""Values of the statement of the month up to now, and whether it ties to both ledgers (WH-29)."""
	scope = movement_statement.Scope(company, tuple(stores.warehouses(store)), first, first)
	statement = movement_statement.Statement(scope)
	lines = statement.lines()
	total = statement.total(lines)
	untied = statement.untied(lines)
	return {
		**{name: total.get(name, 0.0) for name in VALUES},
		"ties": int(not untied),
		"tie_note": report.tie_text(scope, untied) if untied else None,
	}


def with_books(places: Collection[str], first: date) -> list[str]:
	"""Stores that held something by the end of a month: others had nothing to count in it. One statement."""
	of_warehouse = {warehouse: store for store in places for warehouse in stores.warehouses(store)}
	bin_ = frappe.qb.DocType("Bin")
	rows = (
		frappe.qb.from_(bin_)
		.select(bin_.warehouse)
		.distinct()
		.where(bin_.warehouse.isin(list(of_warehouse) or [""]))
		.where(bin_.creation < month_before(first, -1))
		.run(pluck=True)
	)
	held = {of_warehouse[warehouse] for warehouse in rows}
	return [store for store in places if store in held]


def due_days(first: date) -> dict[str, date | None]:
	tasks = {task.task_code: task for task in settings.get().procedure_tasks if not task.disabled}
	found = {}
	for step, code in TASKS.items():
		task = tasks.get(code)
		days = due_dates(procedure_calendar.day_rule(task), first, last_day(first)) if task else []
		found[step] = days[-1].due_on if days else None
	return found


def last_day(first: date) -> date:
	return getdate(add_days(month_before(first, -1), -1))


def month_of(month: str | None) -> date:
	"""The first day of this month or of the one before it. Raises frappe.ValidationError for any other."""
	this_month = getdate(nowdate()).replace(day=1)
	day = sent_values.day(month) if month else this_month
	first = day and day.replace(day=1)
	if first not in (this_month, month_before(this_month, 1)):
		stop(Refusal(rules.NOT_A_MONTH))
	return first


def company_of(store: str) -> str:
	if not stores.is_store(store):
		stop(Refusal(purchase_plan.NO_STORE))
	return stores.store_company(store)


def store_names(places: Collection[str]) -> dict[str, str]:
	rows = frappe.get_all(
		"Warehouse",
		filters={"name": ("in", list(places) or [""])},
		fields=["name", "warehouse_name"],
		order_by="name",
	)
	return {row.name: row.warehouse_name for row in rows}
