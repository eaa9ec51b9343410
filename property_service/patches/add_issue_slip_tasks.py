"""Issue slips are handed in every ten days as well (WH-16); calendars made before do not know it."""

import frappe

from property_service import settings
from property_service.setup import procedure_tasks

CODES = ("STORE-ISSUES-10", "STORE-ISSUES-20", "STORE-ISSUES-31")


def execute() -> None:
	"""Adds what is missing, where the company still hands in receipts by the calendar."""
	there = set(
		frappe.get_all(
			"Procedure Task", {"parent": settings.DOCTYPE}, pluck="task_code", order_by="task_code"
		)
	)
	if "STOCK-SLIPS-06" not in there:
		return
	missing = [task for task in procedure_tasks.DEFAULT_TASKS if task[0] in CODES and task[0] not in there]
	if missing:
		procedure_tasks.append_tasks(missing)
