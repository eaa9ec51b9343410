"""Manuals, warranty cards and guides go from the storekeeper to finance, who keep them (procedure 4.3.1 f; WH-11)."""

from collections.abc import Collection
from dataclasses import dataclass

from property_service.rules.refusal import Refusal

DRAFT, HANDED_OVER, RECEIVED, CANCELLED = "Draft", "Handed Over", "Received", "Cancelled"
OPEN = (DRAFT, HANDED_OVER)
# What no handover holds.
WITH_STOREKEEPER = "With the Storekeeper"

NOT_STOREKEEPER = "Documents of goods are handed over by the storekeeper (procedure 4.3.1 f, WH-11)."
NOT_FINANCE = "Documents of goods are received by finance (procedure 4.3.1 f, WH-11)."
SAME_PERSON = "Whoever handed the documents over does not receive them as well (WH-11)."
WRONG_STATE = "This handover is {0}; open it again (WH-11)."
EMPTY = "There is nothing to hand over: no document of a receipt is left (WH-11)."
NO_REASON = "Say why the handover is cancelled (WH-11)."
FROZEN = "What was handed over stays as it is (WH-11). Cancel the handover with a reason and collect again."
ONLY_LEFT_OUT = "A handover lists what stands on the receipts: rows can be taken out, not written (WH-11)."
NOT_ON_RECEIPT = "Documents, row {0}: {1} is not among the goods of this receipt (procedure 4.3.1 f, WH-11)."
NO_COPIES = "Documents, row {0}: say how many copies there are (WH-11)."
ANOTHER_PERSONS = (NOT_STOREKEEPER, NOT_FINANCE, SAME_PERSON)


@dataclass(frozen=True)
class Person:
	user: str
	is_storekeeper: bool
	is_finance: bool


def refuse_hand_over(status: str, person: Person, documents: int) -> Refusal | None:
	if not person.is_storekeeper:
		return Refusal(NOT_STOREKEEPER)
	if status != DRAFT:
		return Refusal(WRONG_STATE, (status,))
	return Refusal(EMPTY) if documents == 0 else None


def refuse_receiving(status: str, person: Person, handed_over_by: str | None) -> Refusal | None:
	if not person.is_finance:
		return Refusal(NOT_FINANCE)
	if status != HANDED_OVER:
		return Refusal(WRONG_STATE, (status,))
	return Refusal(SAME_PERSON) if person.user == handed_over_by else None


def refuse_cancelling(status: str, person: Person, reason: str | None) -> Refusal | None:
	if not person.is_storekeeper:
		return Refusal(NOT_STOREKEEPER)
	if status not in OPEN:
		return Refusal(WRONG_STATE, (status,))
	return None if (reason or "").strip() else Refusal(NO_REASON)


def refuse_paper(idx: int, item: str | None, copies: int, goods: Collection[str]) -> Refusal | None:
	"""A receipt lists what came with its own goods."""
	if item not in goods:
		return Refusal(NOT_ON_RECEIPT, (idx, item or "?"))
	return None if copies > 0 else Refusal(NO_COPIES, (idx,))
