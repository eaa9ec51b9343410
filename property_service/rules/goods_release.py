"""Goods leave the estate on a release pass: who carries what, who agreed, and once through the gate (DESK-11, 放行条).

Source: summaries 1 and 9 (放行条 among the files kept; 物品放行条 among the forms every clerk knows).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from property_service.rules.approval import Step
from property_service.rules.refusal import Refusal, is_blank

AWAITING = "Awaiting Approval"
APPROVED = "Approved"
REJECTED = "Rejected"
RELEASED = "Released"
EXPIRED = "Expired"
CANCELLED = "Cancelled"
ENDED = (REJECTED, RELEASED, EXPIRED, CANCELLED)

STEPS = {
	(AWAITING, APPROVED): "Approve",
	(AWAITING, REJECTED): "Reject",
	(AWAITING, EXPIRED): "Expire",
	(AWAITING, CANCELLED): "Cancel",
	(APPROVED, RELEASED): "Release at the Gate",
	(APPROVED, EXPIRED): "Expire",
	(APPROVED, CANCELLED): "Cancel",
}
REGISTER = "放行条"

TENANT = "Tenant"
OWN_EMPLOYEE = "Own Employee"

CLERK = "Front Desk Clerk"
MANAGER = "Service Manager"

NO_CARRIER = "Say who carries the goods out: name and telephone (DESK-11)."
NO_EMPLOYEE = (
	"Choose the employee who carries the goods out (DESK-11): whoever carries them does not approve the pass."
)
NO_GOODS = "List the goods that leave, each with its quantity (DESK-11)."
BAD_FIGURE = "Row {0}: {1} is no figure that a release pass can hold (DESK-11)."
NO_CONSENT = "{0} is a tenant: say which owner agreed and how (DESK-11). Ask the owner first."
PAST_DAY = "A pass is for today or a later day (DESK-11), not for {0}."
TOO_LATE = "The day of this pass is over: it was valid until {0} (DESK-11). Make a new one."
TOO_EARLY = "This pass is valid on {0} (DESK-11), not yet today."
NOT_APPROVED = "This pass is {0} (DESK-11). Nothing leaves on it; ask the front desk."
USED = "The goods of this pass have left already: {0}, checked by {1} (DESK-11: single use)."
NOT_A_GUARD = (
	"Passes are checked by the front desk and by the department named as gate in the settings of {0} (DESK-11). "
	"Ask the service manager to name your department."
)
UNKNOWN = "There is no release pass {0} (DESK-11). Compare the number with the sheet."


@dataclass(frozen=True)
class Consent:
	"""What is known of the owner's consent."""

	by: str | None = None
	method: str | None = None

	@property
	def given(self) -> bool:
		return not is_blank(self.by) and not is_blank(self.method)


def refuse_entry(
	carrier_kind: str,
	name: str | None,
	phone: str | None,
	employee: str | None,
	quantities: Sequence[Decimal],
) -> Refusal | None:
	if carrier_kind == OWN_EMPLOYEE and not employee:
		return Refusal(NO_EMPLOYEE)
	if is_blank(name) or (is_blank(phone) and not employee):
		return Refusal(NO_CARRIER)
	return None if quantities and all(quantity > 0 for quantity in quantities) else Refusal(NO_GOODS)


def refuse_consent(carrier_kind: str, carrier: str | None, consent: Consent) -> Refusal | None:
	"""What a tenant carries out may be the owner's."""
	if carrier_kind == TENANT and not consent.given:
		return Refusal(NO_CONSENT, (carrier or "",))
	return None


def last_day(valid_on: date, days: int) -> date:
	"""The last day of a pass that begins on `valid_on`; `days` is the setting (1: that day alone)."""
	return valid_on + timedelta(days=max(days, 1) - 1)


def approving_role(value: Decimal, limit: Decimal, roles: Collection[str]) -> str:
	"""As what a user with `roles` approves: above the limit only the manager, up to it the clerk as well."""
	if value > limit:
		return MANAGER
	return MANAGER if MANAGER in roles and CLERK not in roles else CLERK


def approval_chain(role: str) -> tuple[Step, ...]:
	return (Step(AWAITING, APPROVED, role),)


def refuse_approval(valid_until: date, today: date) -> Refusal | None:
	return Refusal(TOO_LATE, (valid_until,)) if today > valid_until else None


def refuse_release(
	status: str, valid_on: date, valid_until: date, today: date, left: tuple[object, str] | None
) -> Refusal | None:
	"""The gate lets goods out once, on the pass's day. `left`: when they left and who checked, if they did."""
	if status == RELEASED:
		return Refusal(USED, left or ("", ""))
	if status != APPROVED:
		return Refusal(NOT_APPROVED, (status,))
	if today < valid_on:
		return Refusal(TOO_EARLY, (valid_on,))
	return Refusal(TOO_LATE, (valid_until,)) if today > valid_until else None
