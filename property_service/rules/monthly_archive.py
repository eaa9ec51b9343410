"""The month's documents of stores and low-value consumables are listed, checked and kept (procedure 4.9, LV-15)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from property_service.rules.refusal import Refusal, is_blank

OPEN = "Open"
HANDED_IN = "Handed In"
# The first state is never entered again.
RETURNED = "Returned"
CHECKED = "Checked"

STEPS: Mapping[tuple[str, str], str] = {
	(OPEN, HANDED_IN): "Hand In",
	(RETURNED, HANDED_IN): "Hand In",
	(HANDED_IN, RETURNED): "Return",
	(HANDED_IN, CHECKED): "Check and Lock",
}
FINANCE_MANAGER = "Finance Manager"
NAMED = 3

NOT_A_STEP = "A list of the month's documents that is {0} cannot become {1} (LV-15)."
NO_REASON = "Give the reason for returning the list (LV-15)."
NOT_OVER = "{0} is not over; its documents are checked and locked afterwards (procedure 4.9, LV-15)."
UNFINISHED = (
	"{0} of the month are not posted yet, for example {1}, and could not be any more (LV-15). Submit or delete these drafts "
	"first."
)
LIST_CHANGED = (
	"{0} documents came, went or changed their attachments since the list was handed in, for example {1} (LV-15). Return the "
	"list and have it handed in again."
)
IS_CHECKED = "The list of {0} was checked and does not change any more (LV-15)."
DOCUMENT_LOCKED = (
	"{0} stands on the checked list {1} and does not change any more, with its attachments (procedure 4.9.2, LV-15). Correct it "
	"by a new document of this month."
)
MONTH_LOCKED = (
	"The documents of {0} were checked and locked by {1}; nothing more is posted in that month (procedure 4.9.2, LV-15). Post "
	"it with a later date."
)
KEPT = "{0} {1} is kept, and so are its attachments (procedure 4.9.2, LV-15). Cancel a document instead of deleting it."


class Line(NamedTuple):
	"""A document on the list, with how many files are attached to it."""

	doctype: str
	name: str
	day: date
	attachments: int


def refuse_step(before: str, after: str) -> Refusal | None:
	return None if (before, after) in STEPS else Refusal(NOT_A_STEP, (before, after))


def refuse_reason(reason: str | None) -> Refusal | None:
	return Refusal(NO_REASON) if is_blank(reason) else None


def refuse_checking(
	last: date, today: date, listed: Iterable[Line], now: Iterable[Line], unfinished: Sequence[str]
) -> Refusal | None:
	"""Whether the finance manager may lock the month that ends on `last`: it is over, nothing waits to be posted in it, and
	what was handed in (`listed`) is still all there is (`now`).
	"""
	if today <= last:
		return Refusal(NOT_OVER, (f"{last:%Y-%m}",))
	if unfinished:
		return Refusal(UNFINISHED, (len(unfinished), ", ".join(unfinished[:NAMED])))
	differ = sorted({line.name for line in set(listed) ^ set(now)})
	return Refusal(LIST_CHANGED, (len(differ), ", ".join(differ[:NAMED]))) if differ else None
