"""What the sheet 采购计划单 prints beyond its document (hooks: jinja; WH-06)."""

import frappe
from frappe.model.document import Document
from frappe.utils import formatdate

from property_service import sheets
from property_service.rules import purchase_plan as rules

ROWS_ON_A4 = 25


def purchase_plan_sheet(doc: Document) -> frappe._dict:
	"""Rows page by page, and who drew up, reviewed and approved the plan, with the day of each recorded step."""
	# Only the last run through the chain counts: what was signed before the plan went back was another plan.
	went_back = [i for i, step in enumerate(doc.approval_steps) if step.to_state == rules.RETURNED]
	after = doc.approval_steps[went_back[-1] + 1 :] if went_back else doc.approval_steps
	signed = {step.to_state: step for step in after}
	return frappe._dict(
		store=frappe.db.get_value("Warehouse", doc.store, "warehouse_name") or doc.store or "",
		month=formatdate(doc.plan_month, "yyyy-MM") if doc.plan_month else "",
		department=frappe.db.get_value("Department", doc.department, "department_name") or "",
		planner=_who(signed.get(rules.PENDING_FINANCE))
		or sheets.sheet_full_name(doc.requested_by or doc.owner),
		planned_on=_day(signed.get(rules.PENDING_FINANCE)) or formatdate(doc.transaction_date, "yyyy-MM-dd"),
		finance=_who(signed.get(rules.PENDING_GM)),
		finance_on=_day(signed.get(rules.PENDING_GM)),
		manager=_who(signed.get(rules.APPROVED)),
		manager_on=_day(signed.get(rules.APPROVED)),
		struck=[change for change in doc.quantity_changes if not change.new_qty],
		pages=sheets.sheet_pages(doc.items, ROWS_ON_A4),
		rows_per_page=ROWS_ON_A4,
	)


def _who(step: Document | None) -> str:
	return sheets.sheet_full_name(step.actor) if step else ""


def _day(step: Document | None) -> str:
	return formatdate(step.acted_on, "yyyy-MM-dd") if step else ""
