"""Who is in charge of a counter, and who may therefore open its next shift (SVC-21)."""

import frappe
from frappe.utils import get_datetime

from property_service.refusals import stop
from property_service.rules import shift_handover as rules


def custodian(counter: str) -> str | None:
	"""The user in charge of `counter`, None where nobody has had it. Reads what is committed, past the snapshot."""
	return rules.custodian(last_shift(counter), last_handover(counter))


def last_shift(counter: str) -> rules.Charge | None:
	shift = frappe.qb.DocType("Front Desk Shift")
	rows = (
		frappe.qb.from_(shift)
		.select(shift.clerk, shift.opened_on)
		.where(shift.counter == counter)
		.orderby(shift.opened_on, order=frappe.qb.desc)
		.limit(1)
		.for_update()
		.run()
	)
	return rules.Charge(rows[0][0], get_datetime(rows[0][1])) if rows else None


def handover_to(counter: str, clerk: str) -> str | None:
	"""The last completed handover of `counter`, if it was to `clerk`."""
	return frappe.db.get_value(
		"Shift Handover",
		{"counter": counter, "status": rules.COMPLETED, "incoming_clerk": clerk},
		order_by="incoming_signed_on desc",
	)


def last_handover(counter: str) -> rules.Charge | None:
	handover = frappe.qb.DocType("Shift Handover")
	rows = (
		frappe.qb.from_(handover)
		.select(handover.incoming_clerk, handover.incoming_signed_on)
		.where((handover.counter == counter) & (handover.status == rules.COMPLETED))
		.orderby(handover.incoming_signed_on, order=frappe.qb.desc)
		.limit(1)
		.for_update()
		.run()
	)
	return rules.Charge(rows[0][0], get_datetime(rows[0][1])) if rows else None


def require_handover(counter: str, clerk: str) -> None:
	"""Refuse unless `clerk` may open the next shift on `counter`; the caller has locked the counter (SVC-21).

	Raises frappe.ValidationError that names who is in charge of the counter.
	"""
	stop(rules.refuse_opening(custodian(counter), clerk, counter))
