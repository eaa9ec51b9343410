"""Receipts and issues go to the stores accountant every ten days, and none is forgotten (procedure 4.4.1 f, 4.4.2 c, 4.6.1 d;
part five, 4.5.4; WH-16).

Values are in the company's currency.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from property_service.rules.refusal import Refusal, is_blank

RECEIPTS = "Receipts and Direct Issues"
ISSUES = "Issues and Returns"
LOW_VALUE = "Low-Value Issues"
KINDS = (RECEIPTS, ISSUES, LOW_VALUE)

DRAFT, HANDED_OVER, CHECKED, CANCELLED = "Draft", "Handed Over", "Checked", "Cancelled"
OPEN, ACCEPTED, RETURNED = "Open", "Accepted", "Returned"

# What a slip is, as its row says.
RECEIPT, SUPPLIER_RETURN, DIRECT_ISSUE, ISSUE, RETURN = (
	*("Receipt", "Return to Supplier", "Direct Issue"),
	*("Issue", "Return to Store"),
)

# How a slip stands that nobody is done with.
NOT_SUBMITTED = "Not Submitted"
NOT_HANDED_OVER = "Not Handed Over"
SENT_BACK = "Sent Back by the Accountant"
WITH_STOREKEEPER = "Collected by the Storekeeper"
WITH_ACCOUNTANT = "With the Accountant"
CANCELLED_LATER = "Cancelled after Acceptance"
CHANGED_LATER = "Changed after Acceptance"
CONCERNS = (
	*(NOT_SUBMITTED, NOT_HANDED_OVER, SENT_BACK, WITH_STOREKEEPER, WITH_ACCOUNTANT),
	*(CANCELLED_LATER, CHANGED_LATER),
)

SUBMITTED, VOID = 1, 2
# The general ledger is kept in cents, the stock ledger more finely.
TOLERANCE = Decimal("0.01")

UNKNOWN_KIND = "There are no handovers of this kind: {0} (WH-16)."
NOT_STOREKEEPER = "Stock slips are handed over by the storekeeper (procedure 4.4.1 f, WH-16)."
NOT_ACCOUNTANT = "Stock slips are checked by the stores accountant (procedure 4.6.1 d, WH-16)."
SAME_PERSON = "Whoever handed the slips over does not check them as well (WH-16)."
WRONG_STATE = "This handover is {0}; open it again (WH-16)."
EMPTY = "There is nothing to hand over: every slip up to this day is in a handover (WH-16)."
COLLECTED_ELSEWHERE = (
	"Somebody else has collected these slips just now (WH-16). Look at the list of handovers."
)
TOMORROW = "Slips are collected up to today, not up to {0} (WH-16)."
FROZEN = "What was handed over stays as it is (WH-16). Cancel the handover with a reason and collect again."
ONLY_LEFT_OUT = "A handover lists the slips that there are: rows can be taken out, not written (WH-16)."
NO_REASON = "Say why the handover is cancelled (WH-16)."
ALREADY_CHECKED = "Slips of this handover are checked already (WH-16): it cannot be cancelled any more."
NO_REMARK = "Say what is wrong with the slip before it goes back (WH-16)."
NOT_IN_HANDOVER = "This slip is not in the handover (WH-16). Open it again."
DONE = "Row {0}: {1} is {2} already (WH-16)."
VOID_SLIP = "Row {0}: {1} is cancelled (WH-16). Send it back with a remark."
DIFFERS = (
	"Row {0}: the stock ledger says {2} for {1}, the general ledger {3} (WH-16). Send it back with a remark."
)
ANOTHER_PERSONS = (NOT_STOREKEEPER, NOT_ACCOUNTANT, SAME_PERSON)


@dataclass(frozen=True)
class Person:
	user: str
	is_storekeeper: bool
	is_accountant: bool


@dataclass(frozen=True)
class Ledgers:
	"""What both ledgers hold of a slip now; `general` is None where the company keeps no stock accounts."""

	docstatus: int
	stock: Decimal
	general: Decimal | None

	def agree(self) -> bool:
		return self.general is None or abs(self.stock - self.general) <= TOLERANCE


def refuse_collecting(kind: str, person: Person, is_later_than_today: bool, until: str) -> Refusal | None:
	if not person.is_storekeeper:
		return Refusal(NOT_STOREKEEPER)
	if kind not in KINDS:
		return Refusal(UNKNOWN_KIND, (kind,))
	return Refusal(TOMORROW, (until,)) if is_later_than_today else None


def refuse_hand_over(status: str, person: Person, slips: int) -> Refusal | None:
	if not person.is_storekeeper:
		return Refusal(NOT_STOREKEEPER)
	if status != DRAFT:
		return Refusal(WRONG_STATE, (status,))
	return Refusal(EMPTY) if slips == 0 else None


def refuse_checking(status: str, person: Person, handed_over_by: str | None) -> Refusal | None:
	if not person.is_accountant:
		return Refusal(NOT_ACCOUNTANT)
	if status != HANDED_OVER:
		return Refusal(WRONG_STATE, (status,))
	return Refusal(SAME_PERSON) if person.user == handed_over_by else None


def refuse_acceptance(idx: int, slip: str, result: str, ledgers: Ledgers) -> Refusal | None:
	"""A slip is accepted when it stands in both ledgers with the same value."""
	if result != OPEN:
		return Refusal(DONE, (idx, slip, result))
	if ledgers.docstatus != SUBMITTED:
		return Refusal(VOID_SLIP, (idx, slip))
	if not ledgers.agree():
		return Refusal(DIFFERS, (idx, slip, f"{ledgers.stock:.2f}", f"{ledgers.general:.2f}"))
	return None


def refuse_return(idx: int, slip: str, result: str, remark: str | None) -> Refusal | None:
	if result != OPEN:
		return Refusal(DONE, (idx, slip, result))
	return Refusal(NO_REMARK) if is_blank(remark) else None


def refuse_cancelling(
	status: str, person: Person, reason: str | None, results: Collection[str]
) -> Refusal | None:
	if not person.is_storekeeper:
		return Refusal(NOT_STOREKEEPER)
	if status not in (DRAFT, HANDED_OVER):
		return Refusal(WRONG_STATE, (status,))
	if any(result != OPEN for result in results):
		return Refusal(ALREADY_CHECKED)
	return Refusal(NO_REASON) if is_blank(reason) else None


def status_after(results: Collection[str]) -> str:
	"""A handover is checked when every slip was accepted or sent back."""
	return HANDED_OVER if OPEN in results else CHECKED


def concern(
	docstatus: int,
	result: str | None,
	handover_status: str | None,
	was_sent_back: bool,
	value_then: Decimal,
	value_now: Decimal,
) -> str | None:
	"""Why a slip is on the list of those that nobody is done with; None when it is done.

	`result` and `handover_status` are those of the handover that holds the slip, None when none does.
	"""
	if docstatus == 0:
		return NOT_SUBMITTED
	if result == ACCEPTED:
		if docstatus == VOID:
			return CANCELLED_LATER
		return CHANGED_LATER if abs(value_then - value_now) > TOLERANCE else None
	if docstatus == VOID:
		return None
	if result is None:
		return SENT_BACK if was_sent_back else NOT_HANDED_OVER
	return WITH_STOREKEEPER if handover_status == DRAFT else WITH_ACCOUNTANT
