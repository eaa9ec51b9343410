"""Borrowed tools are asked back from the day they are due, every day, from the holder and the head (procedure 4.6.3 c; WH-23)."""

import frappe
from frappe.model.document import Document
from frappe.utils import formatdate, getdate, now_datetime, nowdate

from property_service import approvals, notifications
from property_service.register_entry import one_by_one
from property_service.rules import tools as rules
from property_service.tools import custody

LONGEST_CATCH_UP_DAYS = 31
"""Days made up for after the scheduler stood still."""


def chase_due() -> list[str]:
	"""Daily: tells holder and department head of each loan that is due, once a day. Returns the custodies.

	Each day is a row with a unique key, written under the custody's lock: a second run finds it.
	"""
	today = getdate(nowdate())
	return one_by_one(due(today), lambda name: chase(name, today), "Tools that are not back")


def due(today) -> list[str]:
	"""Loans that are due and out, and that nobody was told of today."""
	tool, row = frappe.qb.DocType(custody.DOCTYPE), frappe.qb.DocType("Tool Custody Chase")
	told_today = frappe.qb.from_(row).select(row.parent).where(row.chase_date == today)
	return (
		frappe.qb.from_(tool)
		.select(tool.name)
		.where((tool.status == rules.IN_USE) & (tool.due_on <= today))
		.where(tool.name.notin(told_today))
		.orderby(tool.name)
		.run(pluck=True)
	)


def chase(name: str, today) -> bool:
	"""Whether anything was to be told: the tool may have come back since it was looked for."""
	doc = frappe.get_doc(custody.DOCTYPE, name, for_update=True)
	if doc.status != rules.IN_USE or not doc.due_on:
		return False
	chased = {getdate(row.chase_date) for row in doc.chases}
	days = rules.days_to_chase(getdate(doc.due_on), today, chased, LONGEST_CATCH_UP_DAYS)
	readers = readers_of(doc)
	for day in days:
		doc.append(
			"chases",
			{
				"chase_date": day,
				"chased_on": now_datetime(),
				"told": ", ".join(frappe.utils.get_fullname(user) for user in readers)[:140],
				"reminder_key": f"{doc.name}/{day}",
			},
		)
	if days:
		doc.flags.server_write = True
		doc.save(ignore_permissions=True)  # the scheduler's own record
		tell(doc, readers)
	return bool(days)


def readers_of(doc: Document) -> list[str]:
	"""The holder, and whoever leads the department; a holder without a login is asked by the head."""
	people = set(approvals.office_holders(rules.HEAD, doc.department))
	if user := frappe.db.get_value("Employee", doc.holder, "user_id"):
		people.add(user)
	return sorted(notifications.enabled_users(people))


def tell(doc: Document, readers: list[str]) -> None:
	notifications.tell(
		readers,
		"Tool {0} is to be brought back: {1} borrowed it until {2}",
		(doc.item_name, doc.holder_name, formatdate(doc.due_on, "yyyy-MM-dd")),
		doctype=custody.DOCTYPE,
		name=doc.name,
		mail=False,
	)
