"""Counting low-value articles in use, department by department (procedure 4.3.5, 4.8; LV-08, LV-14)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from property_service.rules.refusal import Refusal, is_blank

QUARTERLY, HANDOVER = "Quarterly", "Handover"
KINDS = (QUARTERLY, HANDOVER)

COUNTING, COUNTED, SIGNED, APPROVED, CANCELLED = (
	"Counting",
	"Counted",
	"Signed by Keeper",
	"Approved",
	"Cancelled",
)
STATES = (COUNTING, COUNTED, SIGNED, APPROVED, CANCELLED)
STEPS: Mapping[tuple[str, str], str] = {
	(COUNTING, COUNTED): "Finish Counting",
	(COUNTED, SIGNED): "Sign Count",
	(SIGNED, APPROVED): "Approve Count",
	(COUNTING, CANCELLED): "Cancel Count",
	(COUNTED, CANCELLED): "Cancel Count",
	(SIGNED, CANCELLED): "Cancel Count",
}
ENDED = (APPROVED, CANCELLED)
FOUND, MISSING, ELSEWHERE = "Found", "Missing", "Found Elsewhere"

ACCOUNTANT, FINANCE_MANAGER = "Stores Accountant", "Finance Manager"

NO_STEP = "A count that is {0} cannot become {1} (LV-14)."
NO_REASON = "Say why the count is cancelled (LV-14)."
NOTHING_THERE = "{0} has no article in use, so there is nothing to count (LV-14)."
NOT_ACCOUNTANT = (
	"Articles in use are counted under the lead of the stores accountant (procedure 4.8.1, LV-14)."
)
NOT_COUNTING = "Nothing is counted into a count that is {0} (LV-14)."
UNKNOWN = "{0} is no article of this company (LV-14). Read the label again."
NOT_LOOKED_FOR = (
	"{0} articles are not looked for yet, for example {1} (LV-14). Scan them, or mark them as missing."
)
NO_CAUSE = (
	"{0} is missing: write down what is known about it before the keeper signs (procedure 4.8.3, LV-14)."
)
NOT_KEEPER = "{0} signs for the count: the keeper of the articles (procedure 4.3.2, LV-14)."
NOT_FINANCE_MANAGER = (
	"The count is approved, and lost articles decided about, by the finance manager (procedure 4.8.2, LV-14)."
)
OWN_COUNT = "Whoever counted or signed does not approve the count (LV-14)."
NOT_APPROVED = "Lost articles are decided about when the count is approved (LV-14)."
NOT_LOST = "{0} was found; there is nothing to decide (LV-14)."
DECIDED = "{0} is decided already; nothing is posted twice (LV-14)."
NO_DECISION = "Say what is decided and why (procedure 4.8.3, LV-14)."
NO_PERSON = "Say who pays the compensation (procedure 4.8.3, LV-14)."
BAD_AMOUNT = "{0} is no amount of compensation in cents (LV-14)."
FIXED = "What was frozen is what is counted: {0} does not change (LV-14)."

ANOTHER_PERSONS = (NOT_ACCOUNTANT, NOT_KEEPER, NOT_FINANCE_MANAGER, OWN_COUNT)


@dataclass(frozen=True)
class Line:
	"""An article of a count: its title, what counting found (None while nobody looked), and what is known of a loss."""

	title: str
	result: str | None = None
	cause: str | None = None


def code_of(scanned: object) -> str:
	"""The article's number in what a scanner read: the number itself, or an address that ends in it."""
	text = str(scanned or "").strip()
	return text.split("?")[0].split("#")[0].rstrip("/").rsplit("/", 1)[-1][:140]


def refuse_step(status: str, to_status: str) -> Refusal | None:
	return None if (status, to_status) in STEPS else Refusal(NO_STEP, (status, to_status))


def refuse_finish(lines: Sequence[Line]) -> Refusal | None:
	waiting = [line for line in lines if line.result is None]
	return Refusal(NOT_LOOKED_FOR, (len(waiting), waiting[0].title)) if waiting else None


def refuse_signature(is_keeper: bool, keeper: str, lines: Sequence[Line]) -> Refusal | None:
	if not is_keeper:
		return Refusal(NOT_KEEPER, (keeper,))
	silent = next((line for line in lines if line.result == MISSING and is_blank(line.cause)), None)
	return Refusal(NO_CAUSE, (silent.title,)) if silent else None


def refuse_approval(user: str, is_finance_manager: bool, took_part: Collection[str]) -> Refusal | None:
	if not is_finance_manager:
		return Refusal(NOT_FINANCE_MANAGER)
	return Refusal(OWN_COUNT) if user in took_part else None


def refuse_decision(
	title: str,
	result: str | None,
	is_decided: bool,
	decision: str | None,
	compensation: Decimal,
	person: str | None,
) -> Refusal | None:
	if result != MISSING:
		return Refusal(NOT_LOST, (title,))
	if is_decided:
		return Refusal(DECIDED, (title,))
	if is_blank(decision):
		return Refusal(NO_DECISION)
	if compensation < 0:
		return Refusal(BAD_AMOUNT, (str(compensation),))
	return Refusal(NO_PERSON) if compensation and not person else None


def serves_new_head(approved_on: date | None, used: bool, today: date, valid_days: int) -> bool:
	"""LV-08: a handover count serves one change of the head, within some days of its approval."""
	return bool(approved_on) and not used and 0 <= (today - approved_on).days <= valid_days
