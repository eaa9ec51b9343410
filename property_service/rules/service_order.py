"""When a service order may move on, who signs its work off, and what it costs.

Source: customer-service procedure 3.2 (派工): the department is given the order, serves on site, has the customer
sign the slip and brings it back to the front desk, where it is filed. Rules SVC-05, SVC-09 to SVC-11.

A rule answers with a `Refusal` or None. The text of a refusal is its English source; the controller translates it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from property_service.rules import money
from property_service.rules.refusal import Refusal, is_blank

DRAFT = "Draft"
DISPATCHED = "Dispatched"
IN_PROGRESS = "In Progress"
FINISHED = "Finished"
ARCHIVED = "Archived"
RETURNED = "Returned to Desk"
CANCELLED = "Cancelled"

DRAWN = "Drawn Signature"
SLIP = "Signed Slip"
PHONE = "Phone Confirmation"
INSPECTION = "Inspection"
CUSTOMER_METHODS = (DRAWN, SLIP, PHONE)

PUBLIC_REPAIR = "Public Repair"
HOME_REPAIR = "Home Repair"
INSPECTING_CLERK = "Clerk"

ACTIONS = {
	(DRAFT, DISPATCHED): "Dispatch",
	(RETURNED, DISPATCHED): "Dispatch Again",
	(DISPATCHED, IN_PROGRESS): "Arrive",
	(IN_PROGRESS, FINISHED): "Finish",
	(FINISHED, ARCHIVED): "Archive",
	(DISPATCHED, RETURNED): "Return to Desk",
	(IN_PROGRESS, RETURNED): "Return to Desk",
	(DRAFT, CANCELLED): "Cancel Order",
	(DISPATCHED, CANCELLED): "Cancel Order",
	(RETURNED, CANCELLED): "Cancel Order",
}
ENDED = (ARCHIVED, CANCELLED)


@dataclass(frozen=True)
class Assignee:
	"""The person the work is given to."""

	department: str | None
	active: bool
	user: str | None


@dataclass(frozen=True)
class SignOff:
	"""What is known about the acceptance of the work.

	`by_desk`: it was recorded by the front desk (clerk or service manager), not by the department that did the work.
	"""

	method: str | None = None
	name: str | None = None
	role: str | None = None
	has_signature: bool = False
	has_slip: bool = False
	by_desk: bool = False


NOT_A_STEP = "An order that is {0} cannot become {1} (procedure 3.2). Take the steps in their order: dispatch, arrive, finish, archive."
NO_DEPARTMENT = "Choose the department that does the work before dispatching (procedure 3.2, SVC-09)."
NO_ASSIGNEE = "Choose the person who does the work before dispatching (procedure 3.2, SVC-09)."
INACTIVE_ASSIGNEE = "{0} has left or is not active; assign somebody who works (SVC-09)."
FOREIGN_ASSIGNEE = (
	"{0} does not belong to {1}: an order goes to a member of its department or to the department's head "
	"(procedure 3.2, SVC-09)."
)
NO_WORK_DONE = "Write down what was done before finishing the order (procedure 3.2)."
NO_SIGN_OFF = (
	"The work is not signed off. Let the customer sign on the screen, attach a photo of the signed slip, or leave the "
	"confirmation to the front desk's phone call; public repairs are inspected (procedure 3.2, SVC-05)."
)
PUBLIC_NEEDS_INSPECTION = (
	"A public repair is signed off by whoever inspected it: dormitory head, steward or clerk. Choose the method "
	"Inspection (SVC-05)."
)
HOME_NEEDS_CUSTOMER = (
	"A home repair is signed off by the customer: drawn signature, signed slip or the clerk's phone confirmation, not "
	"by inspection (SVC-05)."
)
NO_SIGNATURE = "The signature is missing: let the customer sign on the screen (procedure 3.2, SVC-05)."
NO_SLIP_PHOTO = "Attach a photo of the slip the customer signed (procedure 3.2, SVC-05)."
NO_INSPECTOR = "Say who inspected the work and as what: dormitory head, steward or clerk (SVC-05)."
NO_INSPECTOR_SIGNATURE = (
	"{0} has to sign as inspector on the screen or on the slip; only the front desk records an inspection without a "
	"signature (SVC-05)."
)
NO_RETURN_REASON = (
	"Give the reason for returning the order to the desk: not ours, wrong trade … (procedure 3.2)."
)
NO_CANCEL_REASON = "Give the reason for cancelling the order (procedure 3.2)."
NOT_SIGNED_OFF = (
	"The slip of this order is not signed off. Record the signature, the photo of the slip or the phone confirmation "
	"first; the service manager may file it unsigned with a note (procedure 3.2, SVC-05, SVC-10)."
)
ENDED_IS_FROZEN = "An order that is {0} is not changed any more; {1} stays as it is (procedure 3.2, SVC-10)."
DESK_FIELDS = "{0} is written by the front desk only; return the order to the desk if it is wrong (SVC-09)."
DISPATCHED_IS_FROZEN = "{0} of a dispatched order does not change. Return the order to the desk and dispatch it again (procedure 3.2)."
FINISHED_IS_FROZEN = "The work is finished; {0} is only corrected by the front desk (procedure 3.2, SVC-05)."
NOT_STARTED = "{0} is recorded on site: record the arrival first (procedure 3.2)."
TOO_LARGE = "The cost of this order is larger than any slip can hold; check quantities and rates (SVC-11)."
ROOMS_WAITING = "{0} rooms of this order are not cleaned yet: {1} (SVC-13). Mark them, then finish."
BAD_NUMBER = "{0} in row {1} of {2} is not an amount this order can hold."
CONFIRMED_BY_DESK = "A phone confirmation is recorded by the front desk, which phones the customer (SVC-05)."
CHARGED_AND_WAIVED = (
	"{0} is charged to nobody: take the charges away, or the reason for not charging (procedure 3.2, SVC-12)."
)
WARRANTY_IS_FREE = "A repair under the developer's warranty is charged to nobody (SVC-12). Enter what it costs to reclaim on the defect notice."
BILLED_IS_FROZEN = "The order is billed; {0} does not change any more. Cancel the invoice first (SVC-12)."
NOTHING_TO_BILL = "The order has no charges to bill (SVC-12). Enter what the customer pays first."
NOT_DONE = "An order is billed after the work is finished; this one is {0} (SVC-12)."
BILLED_ALREADY = "The order is billed already: {0} (SVC-12). Cancel that invoice before making another one."
NOBODY_TO_BILL = "Choose who pays: neither the resident's household nor the unit has a customer (SVC-12)."
NOTHING_TO_CONFIRM = "Only a finished order can be confirmed by phone; this one is {0} (SVC-05)."


def action_of(previous: str, new: str) -> str | Refusal:
	"""Name of the step from `previous` to `new`, or why there is none (procedure 3.2)."""
	return ACTIONS.get((previous, str(new))) or Refusal(NOT_A_STEP, (previous, new))


def refuse_dispatch(
	department: str | None, assignee_name: str | None, assignee: Assignee | None, heads: Collection[str]
) -> Refusal | None:
	"""SVC-09: a department and one of its people, or its head (`heads`: users heading it today)."""
	if not department:
		return Refusal(NO_DEPARTMENT)
	if not assignee:
		return Refusal(NO_ASSIGNEE)
	if not assignee.active:
		return Refusal(INACTIVE_ASSIGNEE, (assignee_name,))
	if assignee.department != department and assignee.user not in heads:
		return Refusal(FOREIGN_ASSIGNEE, (assignee_name, department))
	return None


def refuse_finish(work_done: str | None, sign_off: SignOff, repair_kind: str | None) -> Refusal | None:
	"""SVC-05: what was done, and how the work is accepted.

	A phone confirmation, and an inspection by a clerk, may follow later from the desk; what is to be signed on site
	must be there.
	"""
	if is_blank(work_done):
		return Refusal(NO_WORK_DONE)
	if not sign_off.method:
		return Refusal(NO_SIGN_OFF)
	return refuse_method(sign_off.method, repair_kind) or _missing_on_site(sign_off)


def refuse_method(method: str | None, repair_kind: str | None) -> Refusal | None:
	"""SVC-05: home repairs by the customer, public repairs by inspection; other work by either."""
	if repair_kind == PUBLIC_REPAIR and method in CUSTOMER_METHODS:
		return Refusal(PUBLIC_NEEDS_INSPECTION)
	if repair_kind == HOME_REPAIR and method == INSPECTION:
		return Refusal(HOME_NEEDS_CUSTOMER)
	return None


def _missing_on_site(sign_off: SignOff) -> Refusal | None:
	if sign_off.method == DRAWN and not sign_off.has_signature:
		return Refusal(NO_SIGNATURE)
	if sign_off.method == SLIP and not sign_off.has_slip:
		return Refusal(NO_SLIP_PHOTO)
	if sign_off.method == INSPECTION and not _inspection_may_follow(sign_off):
		if not (sign_off.role and sign_off.name):
			return Refusal(NO_INSPECTOR)
		if not is_signed_off(sign_off):
			return Refusal(NO_INSPECTOR_SIGNATURE, (sign_off.name,))
	return None


def _inspection_may_follow(sign_off: SignOff) -> bool:
	return sign_off.role == INSPECTING_CLERK and not sign_off.by_desk


def is_signed_off(sign_off: SignOff) -> bool:
	"""SVC-05: the acceptance is complete. Nobody accepts the own work: without a signature only the desk records it."""
	signed = sign_off.has_signature or sign_off.has_slip
	if sign_off.method == DRAWN:
		return sign_off.has_signature
	if sign_off.method == SLIP:
		return sign_off.has_slip
	if sign_off.method == PHONE:
		return bool(sign_off.by_desk and sign_off.name)
	if sign_off.method == INSPECTION:
		return bool(sign_off.role and sign_off.name and (signed or sign_off.by_desk))
	return False


def archives_itself(sign_off: SignOff) -> bool:
	"""SVC-10: a slip that was signed on the screen never leaves the house, so it is back as soon as it is signed."""
	return sign_off.method in (DRAWN, INSPECTION) and sign_off.has_signature and is_signed_off(sign_off)


def refuse_archive(signed_off: bool, is_manager: bool, note: str | None) -> Refusal | None:
	"""SVC-10: the signed slip is back; filing an unsigned one takes the service manager and a note."""
	if signed_off or (is_manager and not is_blank(note)):
		return None
	return Refusal(NOT_SIGNED_OFF)


def refuse_reason(new: str, return_reason: str | None, cancel_reason: str | None) -> Refusal | None:
	"""Returning to the desk (退单) and cancelling are explained."""
	if new == RETURNED and is_blank(return_reason):
		return Refusal(NO_RETURN_REASON)
	if new == CANCELLED and is_blank(cancel_reason):
		return Refusal(NO_CANCEL_REASON)
	return None


def refuse_rooms(waiting: Collection[str]) -> Refusal | None:
	"""SVC-13: an order for guest rooms is finished when each room is cleaned. `waiting`: titles of those that are not."""
	return Refusal(ROOMS_WAITING, (len(waiting), ", ".join(waiting))) if waiting else None


# Who may write what. Fields the server owns are not here: they go back to the stored value without a word.
SITE_FIELDS = frozenset(
	("work_done", "photos", "materials", "labour_hours", "labour_rate", "charges")
	+ ("sign_off_method", "sign_off_name", "sign_off_role", "sign_off_note")
	+ ("customer_satisfaction", "customer_signature", "signed_slip")
)
SIGN_OFF_FIELDS = frozenset(f for f in SITE_FIELDS if f.startswith(("sign", "customer")))
# Prices are the desk's: a technician neither sets a price nor takes money (SVC-12).
PRICE_FIELDS = frozenset(("labour_rate", "charges"))
# What the desk may still enter when the signed slip is filed: a drawn signature files it before anything was priced.
BILLING_FIELDS = frozenset(("charges", "charge_waiver", "bill_to"))
FROZEN_ONCE_DISPATCHED = frozenset(
	("company", "service_type", "repair_ticket", "department", "property_unit", "rooms")
)


@dataclass(frozen=True)
class Edit:
	"""A change of content without or with a step: the state it started from, whose hand, which fields."""

	status: str
	by_desk: bool
	by_head: bool
	changed: Collection[str]
	signed_off: bool = False
	billed: bool = False


def refuse_edit(edit: Edit) -> tuple[Refusal, str] | None:
	"""(refusal, fieldname) of the first change that this person may not make in this state; the fields' labels are
	filled in by the caller. The department that works writes what happened on site, the desk everything else.
	"""
	for name in sorted(edit.changed):
		message = _why_not(edit, name)
		if message:
			return Refusal(message), name
	return None


def _why_not(edit: Edit, name: str) -> str | None:
	if name in BILLING_FIELDS and edit.billed:
		return BILLED_IS_FROZEN
	if edit.status in ENDED and not (edit.status == ARCHIVED and name in BILLING_FIELDS):
		return ENDED_IS_FROZEN
	dispatched = edit.status in (DISPATCHED, IN_PROGRESS, FINISHED)
	if dispatched and name in FROZEN_ONCE_DISPATCHED:
		return DISPATCHED_IS_FROZEN
	if name in SITE_FIELDS and edit.status in (DRAFT, DISPATCHED, RETURNED):
		return NOT_STARTED
	if edit.by_desk:
		return None
	if name == "assigned_to" and edit.by_head:
		return None
	if name in PRICE_FIELDS or name not in SITE_FIELDS:
		return DESK_FIELDS
	if edit.status == FINISHED and not (name in SIGN_OFF_FIELDS and not edit.signed_off):
		return FINISHED_IS_FROZEN
	return None


# ---- what the customer pays (SVC-12) -------------------------------------------------------------------------------

WARRANTY = "Warranty"
OUR_DAMAGE = "Damage Caused by Us"
DEVELOPER_WARRANTY = "Developer Warranty"
TO_BILL = "To Bill"
BILLED = "Billed"


def refuse_charges(charged: Decimal, waiver: str | None, repair_kind: str | None) -> Refusal | None:
	"""SVC-12: warranty and damage caused by the company make no charge. `charged`: sum of the charges."""
	if not charged:
		return None
	if repair_kind == DEVELOPER_WARRANTY:
		return Refusal(WARRANTY_IS_FREE)
	return Refusal(CHARGED_AND_WAIVED, (waiver,)) if waiver else None


def refuse_bill(status: str, charged: Decimal, invoice: str | None, customer: str | None) -> Refusal | None:
	"""SVC-12: one invoice for finished work, to somebody. `invoice`: the one that is there already."""
	if status not in (FINISHED, ARCHIVED):
		return Refusal(NOT_DONE, (status,))
	if not charged:
		return Refusal(NOTHING_TO_BILL)
	if invoice:
		return Refusal(BILLED_ALREADY, (invoice,))
	return None if customer else Refusal(NOBODY_TO_BILL)


@dataclass(frozen=True)
class Cost:
	"""All in cents of the company's currency (SVC-11)."""

	amounts: tuple[Decimal, ...]
	material: Decimal
	labour: Decimal
	total: Decimal


def cost(lines: Iterable[tuple], hours: money.Number, rate: money.Number) -> Cost:
	"""SVC-11: each material line quantity × rate, labour hours × rate per hour, rounded half up to cents per line.

	Raises ValueError when a figure is not a number a slip can hold.
	"""
	amounts = tuple(money.product(quantity, price) for quantity, price in lines)
	material = money.total(amounts)
	labour = money.product(hours, rate)
	return Cost(amounts, material, labour, money.cents(material + labour))


def slip_due_on(finished: date, working_days: int, holidays: Collection[date]) -> date:
	"""SVC-10: last day on which the slip is in time, `working_days` (0 or more) after the day the work was finished."""
	day, left = finished, working_days
	while left > 0:
		day += timedelta(days=1)
		if day not in holidays:
			left -= 1
	return day


def slip_is_late(finished: date, today: date, working_days: int, holidays: Collection[date]) -> bool:
	return today > slip_due_on(finished, working_days, holidays)
