"""The dates of the procedures as the first content of the calendar (CAL-01).

Made once, in the language of the site; from then on the list belongs to the company. A task whose DocType is not part
of the app yet has no fulfilling document: it is marked as done by hand.
"""

from collections.abc import Iterable

import frappe
from frappe import _

from property_service import settings
from property_service.rules import slip_handover
from property_service.rules.procedure_calendar import DAY_OF_MONTH, LAST_MONTH_OF_QUARTER
from property_service.setup.memory import made, remember

STORES, REGISTERS, LOW_VALUE = "Stores", "Registers and Till", "Low-Value Consumables"

# code, title, procedure, clause of the source, day rule, day, role, reminder days before
DEFAULT_TASKS = (
	("STORE-COUNT", "Count the store", STORES, "4.8.1", DAY_OF_MONTH, 25, "Storekeeper", 3),
	("PURCHASE-PLAN", "Draw up the purchase plan", STORES, "4.2.1", DAY_OF_MONTH, 25, "Storekeeper", 3),
	(
		"PLAN-HAND-IN",
		"Hand in count sheet and purchase plan",
		STORES,
		"4.2.4, 4.8.4",
		DAY_OF_MONTH,
		28,
		"Storekeeper",
		2,
	),
	("PLAN-APPROVAL", "Approve the purchase plan", STORES, "4.2.7", DAY_OF_MONTH, 30, "General Manager", 2),
	("SPOT-CHECK", "Spot check of the store", STORES, "4.8.5", DAY_OF_MONTH, 31, "Stores Accountant", 6),
	("STOCK-SLIPS-06", "Hand in stock slips, 1st", STORES, "4.4.1, 4.6.1", DAY_OF_MONTH, 6, "Storekeeper", 1),
	(
		"STOCK-SLIPS-16",
		"Hand in stock slips, 2nd",
		STORES,
		"4.4.1, 4.6.1",
		DAY_OF_MONTH,
		16,
		"Storekeeper",
		1,
	),
	(
		"STOCK-SLIPS-26",
		"Hand in stock slips, 3rd",
		STORES,
		"4.4.1, 4.6.1",
		DAY_OF_MONTH,
		26,
		"Storekeeper",
		1,
	),
	(
		"STORE-ISSUES-10",
		"Hand in issue slips, 1st",
		STORES,
		"4.4.2, 4.6.1",
		DAY_OF_MONTH,
		10,
		"Storekeeper",
		1,
	),
	(
		"STORE-ISSUES-20",
		"Hand in issue slips, 2nd",
		STORES,
		"4.4.2, 4.6.1",
		DAY_OF_MONTH,
		20,
		"Storekeeper",
		1,
	),
	(
		"STORE-ISSUES-31",
		"Hand in issue slips, 3rd",
		STORES,
		"4.4.2, 4.6.1",
		DAY_OF_MONTH,
		31,
		"Storekeeper",
		1,
	),
	(
		"STORE-VOUCHERS",
		"Post the month's stores vouchers",
		STORES,
		"4.9.1",
		DAY_OF_MONTH,
		31,
		"Stores Accountant",
		3,
	),
	(
		"REVENUE-STATEMENT",
		"Send the revenue statement to finance",
		REGISTERS,
		"2.3",
		DAY_OF_MONTH,
		3,
		"Cashier",
		2,
	),
	# LV-07: slips of the month are in before it is amortised.
	(
		"ISSUE-SLIPS",
		"Hand in issue slips of consumables",
		LOW_VALUE,
		"4.5.4",
		DAY_OF_MONTH,
		28,
		"Storekeeper",
		2,
	),
	(
		"QUARTER-COUNT",
		"Count low-value consumables",
		LOW_VALUE,
		"4.8.1",
		LAST_MONTH_OF_QUARTER,
		31,
		"Stores Accountant",
		6,
	),
	(
		"LOW-VALUE-FILE",
		"Hand in the month's consumables file",
		LOW_VALUE,
		"4.9.1",
		DAY_OF_MONTH,
		31,
		"Stores Accountant",
		3,
	),
)


MONTHLY_PLAN = {
	"fulfilling_doctype": "Material Request",
	"fulfilling_filters": '[["plan_type", "=", "Monthly"], ["approval_state", "not in", ["Rejected", "Cancelled"]]]',
}


def handover_of(kind: str) -> dict:
	"""Slips of a kind were handed over (WH-16)."""
	return {
		"fulfilling_doctype": "Slip Handover",
		"fulfilling_filters": f'[["kind", "=", "{kind}"], ["status", "in", ["Handed Over", "Checked"]]]',
		"date_field": "handed_over_on",
		"user_field": "handed_over_by",
	}


# code: what fulfils the task, from the version of the app on that has its DocType
FULFILLED_BY = {
	"REVENUE-STATEMENT": {
		"fulfilling_doctype": "Monthly Revenue Statement",
		"fulfilling_filters": '{"status": "Sent"}',
		"date_field": "sent_on",
		"user_field": "sent_by",
	},
	"LOW-VALUE-FILE": {
		"fulfilling_doctype": "Monthly Archive",
		"fulfilling_filters": '{"status": ["in", ["Handed In", "Checked"]]}',
		"date_field": "handed_in_on",
		"user_field": "handed_in_by",
	},
	"PURCHASE-PLAN": {**MONTHLY_PLAN, "date_field": "creation", "user_field": "owner"},
	"PLAN-HAND-IN": {**MONTHLY_PLAN, "date_field": "sent_to_finance_on", "user_field": "sent_to_finance_by"},
	"PLAN-APPROVAL": {**MONTHLY_PLAN, "date_field": "approved_on", "user_field": "approved_by"},
	**{f"STOCK-SLIPS-{day}": handover_of(slip_handover.RECEIPTS) for day in ("06", "16", "26")},
	**{f"STORE-ISSUES-{day}": handover_of(slip_handover.ISSUES) for day in ("10", "20", "31")},
	"ISSUE-SLIPS": handover_of(slip_handover.LOW_VALUE),
}


def add_defaults() -> None:
	make_first_tasks()
	name_fulfilment()


def name_fulfilment() -> None:
	"""Names once what fulfils a task, where the company has not said anything else."""
	waiting = {code: values for code, values in FULFILLED_BY.items() if f"task/{code}" not in made()}
	if not waiting:
		return
	document = frappe.get_doc(settings.DOCTYPE)
	for task in document.procedure_tasks:
		if task.task_code in waiting and not task.fulfilling_doctype:
			task.update(waiting[task.task_code])
	document.save(ignore_permissions=True)  # set-up, before anybody works here
	for code in waiting:
		remember(f"task/{code}", "")


def make_first_tasks() -> None:
	"""Fills a calendar that was never used; a company that emptied its list meant it."""
	if frappe.db.count("Procedure Task", {"parent": settings.DOCTYPE}) or frappe.db.count(
		"Procedure Occurrence"
	):
		return
	append_tasks(DEFAULT_TASKS)


def append_tasks(tasks: Iterable[tuple]) -> None:
	document = frappe.get_doc(settings.DOCTYPE)
	language = frappe.db.get_single_value("System Settings", "language") or "en"
	for code, title, procedure, clause, day_rule, day, role, remind in tasks:
		document.append(
			"procedure_tasks",
			{
				**FULFILLED_BY.get(code, {}),
				"task_code": code,
				"title": _(title, lang=language),
				"procedure": procedure,
				"source_clause": clause,
				"day_rule": day_rule,
				"day": day,
				"responsible_role": role,
				"remind_days_before": remind,
				"starts_on": frappe.utils.nowdate(),
			},
		)
	document.save(ignore_permissions=True)  # set-up, before anybody works here
