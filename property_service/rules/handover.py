"""Who leaves, moves or takes a department over hands things over first (procedure 4.3.4, 4.3.5, 4.5.6; WH-24, LV-08)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from property_service.rules.refusal import Refusal, is_blank

LEAVING, MOVING, NEW_HEAD = "Leaving", "Moving", "New Department Head"
EVENTS = (LEAVING, MOVING, NEW_HEAD)
LEFT = "Left"

OPEN, USED, WITHDRAWN = "Open", "Used", "Withdrawn"

FINANCE_MANAGER = "Finance Manager"
NAMED = 10

NOT_GONE = (
	"{0} cannot leave: {1} tools or articles are open in that name (procedure 4.3.4, 4.5.6, WH-24): {2}. Return or hand them "
	"over first; the finance manager may make an exception with a Handover Override."
)
NOT_MOVED = (
	"{0} cannot change the department: {1} tools or articles are open in that name (procedure 4.3.4, 4.5.6, WH-24): {2}. "
	"Return or hand them over first; the finance manager may make an exception with a Handover Override."
)
NOT_COUNTED = (
	"{0} cannot get another head yet: {1} tools or articles are in its hands (procedure 4.3.5, LV-08): {2}. Count them for the "
	"handover first; the finance manager may make an exception with a Handover Override."
)
NOT_FINANCE_MANAGER = "An exception from handing over is the finance manager's to make (WH-24, LV-08)."
OWN_EXCEPTION = "Nobody makes an exception for himself (ORG-01, WH-24)."
NO_REASON = "Say why nothing is handed over: the reason is kept with the exception (WH-24)."
NOTHING_OPEN = "Nothing is open in the name of {0}, so there is nothing to except (WH-24)."
NO_SUBJECT = "Say for whom the exception is made (WH-24)."
FIXED = "An exception stays as it was approved (WH-24). Withdraw it and make another."
NOT_OPEN = "This exception is {0} (WH-24)."

ANOTHER_PERSONS = (NOT_FINANCE_MANAGER, OWN_EXCEPTION)


@dataclass(frozen=True)
class Matter:
	"""Something that is open in somebody's name: a tool or an article."""

	doctype: str
	name: str
	title: str
	employee: str | None = None
	person: str | None = None
	since: date | None = None

	@property
	def line(self) -> str:
		return f"{self.title} ({self.name})"


def event_of(
	was: tuple[str | None, str | None, str | None], becomes: tuple[str | None, str | None, str | None]
) -> str | None:
	"""What happens to an employee, None when nothing that concerns us; each is (status, department, company)."""
	if becomes[0] == LEFT and was[0] != LEFT:
		return LEAVING
	if was[1:] != becomes[1:] and was[0] != LEFT:
		return MOVING
	return None


def refuse_going(event: str, who: str, matters: Sequence[Matter]) -> Refusal | None:
	"""WH-24, LV-08: the list of what is open is in the message, the first ten by name."""
	if not matters:
		return None
	message = {LEAVING: NOT_GONE, MOVING: NOT_MOVED, NEW_HEAD: NOT_COUNTED}[event]
	lines = [matter.line for matter in matters[:NAMED]]
	if len(matters) > NAMED:
		lines.append("…")
	return Refusal(message, (who, len(matters), ", ".join(lines)))


def refuse_override(
	is_finance_manager: bool, is_own: bool, subject: str | None, reason: str | None, matters: int
) -> Refusal | None:
	if not is_finance_manager:
		return Refusal(NOT_FINANCE_MANAGER)
	if not subject:
		return Refusal(NO_SUBJECT)
	if is_own:
		return Refusal(OWN_EXCEPTION)
	if is_blank(reason):
		return Refusal(NO_REASON)
	return None if matters else Refusal(NOTHING_OPEN, (subject,))
