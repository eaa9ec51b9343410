"""What the rules of a repair ticket are judged by, read from the database."""

from datetime import datetime

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr, get_datetime, now_datetime

from property_service import settings
from property_service.guards import refuse
from property_service.rules import follow_up as follow_up_rules
from property_service.rules import repair_ticket as rules
from property_service.rules import service_order as order_rules

DEFERRAL_FIELDS = ("deferral_plan", "expected_on", "consented_by", "consent_method", "consented_on")


def orders_of(ticket: str) -> list[rules.Order]:
	"""Orders of the ticket as they stand now, locked until the transaction ends.

	The caller holds the ticket's row, so nobody moves an order meanwhile; the locking read also sees what was
	committed while this transaction waited for that row.
	"""
	order = frappe.qb.DocType("Service Order")
	rows = (
		frappe.qb.from_(order)
		.select(order.name, order.status, order.signed_off, order.sign_off_method)
		.select(order.arrived_on, order.finished_on)
		.where(order.repair_ticket == ticket)
		.orderby(order.name)
		.for_update()
		.run(as_dict=True)
	)
	return [as_order(row) for row in rows]


def as_order(row: dict) -> rules.Order:
	return rules.Order(
		name=row.name,
		status=row.status,
		signed_off=bool(row.signed_off),
		sign_off_method=row.sign_off_method,
		arrived_on=row.arrived_on,
		finished_on=row.finished_on,
	)


def gather(doc: Document) -> rules.Facts:
	return rules.Facts(
		now=now_datetime(),
		repair_kind=doc.repair_kind,
		orders=orders_of(doc.name),
		reopened_on=get_datetime(doc.reopened_on) if doc.reopened_on else None,
		deferred_from=doc.deferred_from,
		deferral=rules.Deferral(
			plan=doc.deferral_plan,
			expected_on=moment(doc.expected_on),
			consented_by=doc.consented_by,
			consent_method=doc.consent_method,
			consented_on=moment(doc.consented_on),
		),
		follow_up=follow_up_state(doc),
		cancel_reason=doc.cancel_reason,
	)


def follow_up_state(doc: Document) -> rules.FollowUpState:
	"""Of the follow-ups since the ticket was last reopened; only closing and reopening ask for them."""
	policy = settings.get()
	since = doc.reopened_on
	worst = 0
	if doc.status == rules.REOPENED:
		worst = lowest_score(doc.name, since)
	return rules.FollowUpState(
		required=bool(doc.follow_up_required),
		outcome=doc.follow_up_outcome or "",
		bad=follow_up_rules.is_bad(worst, cint(policy.reopen_at_score)),
		attempts=cint(policy.follow_up_attempts),
		days=cint(policy.follow_up_attempt_days),
		reopen_at=cint(policy.reopen_at_score),
	)


def lowest_score(ticket: str, since: datetime | str | None) -> int:
	"""The lowest score that a follow-up of the ticket recorded since `since`; 0 without one."""
	follow_up = frappe.qb.DocType("Follow Up")
	query = (
		frappe.qb.from_(follow_up)
		.select(follow_up.score)
		.where(follow_up.reference_doctype == "Repair Ticket")
		.where(follow_up.reference_name == ticket)
		.where(follow_up.status == follow_up_rules.REACHED)
		.where(follow_up.score > 0)
		.orderby(follow_up.score)
		.limit(1)
	)
	if since:
		query = query.where(follow_up.done_on >= since)
	rows = query.run()
	return rows[0][0] if rows else 0


def cancel_open_orders(doc: Document) -> None:
	"""A cancelled ticket leaves nobody under way; each order records the ticket's reason."""
	if doc.status != rules.CANCELLED:
		return
	# locked since the step was judged by them
	for order in doc.flags.orders:
		if order.status not in order_rules.ENDED:
			frappe.get_doc("Service Order", order.name, for_update=True).cancel_order(doc.cancel_reason)


def fill_in_caller(doc: Document) -> None:
	"""A resident brings name, phone and place along; what was typed stays."""
	if not doc.reported_by or (
		doc.contact_name and doc.contact_phone and (doc.property_unit or doc.location)
	):
		return
	fields = ("resident_name", "mobile_no", "property_unit")
	known = frappe.db.get_value("Resident", doc.reported_by, fields, as_dict=True)
	if known:
		doc.contact_name = doc.contact_name or known.resident_name
		doc.contact_phone = doc.contact_phone or known.mobile_no
		if not doc.location:
			doc.property_unit = doc.property_unit or known.property_unit


def fill_in_place(doc: Document) -> None:
	if doc.property_unit and not doc.company:
		doc.company = frappe.get_cached_value("Property Unit", doc.property_unit, "company")


def differs(doc: Document, before: Document, fieldname: str) -> bool:
	field = doc.meta.get_field(fieldname)
	if field.fieldtype in frappe.model.table_fields:
		return [row.get("image") for row in doc.get(fieldname)] != [
			row.get("image") for row in before.get(fieldname)
		]
	if field.fieldtype == "Datetime":
		return moment(doc.get(fieldname)) != moment(before.get(fieldname))
	return cstr(doc.get(fieldname)) != cstr(before.get(fieldname))


def moment(value: str | datetime | None) -> datetime | None:
	"""A point in time of the site, or None for no value. Raises frappe.ValidationError for anything else."""
	if not value:
		return None
	try:
		return get_datetime(value)
	except (ValueError, TypeError, OverflowError):
		refuse(_("{0} is not a date and time.").format(frappe.bold(cstr(value)[:40])))
