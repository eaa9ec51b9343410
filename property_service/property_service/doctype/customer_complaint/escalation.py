"""An overdue remedy goes up (SVC-16): department head at `due_on`, then service manager, then general manager.

Each level of each due date once: the unique key in the database decides, however often or late the job runs.
"""

from datetime import datetime

import frappe
from frappe.utils import cint, cstr, format_datetime, get_datetime, now_datetime

from property_service import approvals, notifications, settings
from property_service.rules import complaint as rules
from property_service.rules import complaint_watch

SUBJECTS = {
	complaint_watch.HEAD_LEVEL: "Complaint {0} is overdue since {1}: act on it now",
	complaint_watch.SERVICE_MANAGER_LEVEL: "Complaint {0} is still overdue since {1}: {2} has not acted",
	complaint_watch.GENERAL_MANAGER_LEVEL: "Complaint {0} has been overdue since {1} without remedy by {2}",
}


def escalate_overdue() -> None:
	"""Hourly. What missed runs left is made up once by the next; one complaint's failure stops no other."""
	for row in due():
		frappe.db.savepoint("escalation")
		try:
			escalate(row)
		except Exception:
			frappe.db.rollback(save_point="escalation")
			frappe.log_error(
				title="Escalation failed", reference_doctype="Customer Complaint", reference_name=row.name
			)


def due() -> list[dict]:
	"""Overdue complaints with the level each is due for now and was not told yet; two queries in all."""
	now, policy = now_datetime(), settings.get()
	overdue = frappe.get_all(
		"Customer Complaint",
		filters={"status": ("in", rules.AWAITING_REMEDY), "due_on": ("<=", now)},
		fields=["name", "due_on", "department", "company", "complaint_type", "subject"],
		order_by="due_on, name",
	)
	told = escalated([row.name for row in overdue])
	days = cint(policy.escalate_to_manager_days), cint(policy.escalate_to_general_manager_days)
	return [
		frappe._dict(row, level=level, key=key)
		for row in overdue
		for level in complaint_watch.escalation_levels(row.due_on, now, *days)
		if (key := key_of(row.name, row.due_on, level)) not in told
	]


def escalated(complaints: list[str]) -> set[str]:
	if not complaints:
		return set()
	return set(
		frappe.get_all(
			"Complaint Escalation",
			filters={"customer_complaint": ("in", complaints)},
			pluck="escalation_key",
			order_by="escalation_key",
		)
	)


def key_of(complaint: str, due_on: datetime, level: str) -> str:
	return f"{complaint}|{get_datetime(due_on):%Y-%m-%d %H:%M:%S}|{level}"


def escalate(row: dict) -> None:
	"""The record comes first: a second run that is just as fast fails on its key and tells nobody."""
	users = approvals.office_holders(row.level, row.department)
	record = frappe.get_doc(
		{
			"doctype": "Complaint Escalation",
			"customer_complaint": row.name,
			"level": row.level,
			"due_on": row.due_on,
			"escalated_on": now_datetime(),
			"company": row.company,
			"department": row.department,
			"told": ", ".join(sorted(users)),
			"escalation_key": row.key,
		}
	)
	try:
		record.insert(ignore_permissions=True)  # the job acts for nobody in particular
	except frappe.UniqueValidationError:
		frappe.clear_last_message()
		return
	notifications.tell(
		users,
		SUBJECTS[row.level],
		(row.name, format_datetime(row.due_on), cstr(row.department)),
		doctype="Customer Complaint",
		name=row.name,
		details=[("Complaint Type", row.complaint_type), ("Subject", row.subject)],
	)
