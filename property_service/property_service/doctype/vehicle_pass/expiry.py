"""Passes end with their last day (daily, DESK-05). Set-based: on New Year's Eve thousands end at once."""

import frappe
from frappe.utils import now_datetime, nowdate

from property_service.rules import vehicle_pass as rules

AT_ONCE = 500


def expire_due() -> int:
	"""Daily: Issued → Expired for every pass whose last day is over; returns how many. A second run finds none."""
	expired = 0
	while names := _lock_due():
		_end(names)
		expired += len(names)
	return expired


def _lock_due() -> list[str]:
	table = frappe.qb.DocType("Vehicle Pass")
	return (
		frappe.qb.from_(table)
		.select(table.name)
		.where((table.status == rules.ISSUED) & (table.valid_until < nowdate()))
		.orderby(table.name)
		.limit(AT_ONCE)
		.for_update()
		.run(pluck=True)
	)


def _end(names: list[str]) -> None:
	now, user = now_datetime(), frappe.session.user
	table, step = frappe.qb.DocType("Vehicle Pass"), frappe.qb.DocType("Approval Step")
	counted = dict(
		frappe.qb.from_(step)
		.select(step.parent, frappe.query_builder.functions.Max(step.idx))
		.where((step.parenttype == "Vehicle Pass") & step.parent.isin(names))
		.groupby(step.parent)
		.run()
	)
	frappe.qb.update(table).set(table.status, rules.EXPIRED).set(table.active_plate, None).set(
		table.ended_on, now
	).set(table.modified, now).set(table.modified_by, user).where(table.name.isin(names)).run()
	fields = ("name", "creation", "modified", "owner", "modified_by", "parent", "parenttype", "parentfield")
	fields += ("idx", "action", "from_state", "to_state", "actor", "actor_role", "acted_on")
	frappe.db.bulk_insert(
		"Approval Step",
		fields,
		[
			(
				*(frappe.generate_hash(length=10), now, now, user, user),
				*(name, "Vehicle Pass", "approval_steps", (counted.get(name) or 0) + 1),
				*("Expire", rules.ISSUED, rules.EXPIRED, user, "System Manager", now),
			)
			for name in names
		],
	)
