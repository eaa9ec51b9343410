"""What the desk's registers have in common: steps between states, reasons, entries taken over from paper (page 3)."""

from collections.abc import Mapping
from datetime import datetime

from property_service.rules.refusal import Refusal, is_blank

NOT_A_STEP = "An entry that is {0} cannot become {1} (register {2})."
NO_REASON = "Give the reason: {0} is kept with it in the register (procedure 2, registers)."
TAKEN_OVER_BY_MANAGER = (
	"Only the service manager enters what the old register holds (taken over). Untick it to make a new entry."
)
TAKEN_OVER_LATER = "What was taken over from the old register happened before now: {0} lies in the future."
NO_MODE = "This entry costs {0}: choose how it is paid (CASH-01)."
FIXED = "{0} of an entry does not change (register {1}). Cancel the entry with a reason and make a new one."
ENDED = "An entry that is {0} does not change any more; {1} stays as it is (register {2})."


def refuse_step(
	steps: Mapping[tuple[str, str], str], before: str, after: str, register: str
) -> Refusal | None:
	"""Return why an entry cannot go from `before` to `after`; `steps` maps (from, to) to the action's name."""
	return None if (before, after) in steps else Refusal(NOT_A_STEP, (before, after, register))


def refuse_without_reason(action: str, reason: str | None) -> Refusal | None:
	"""Whatever ends an entry before its time says why."""
	return Refusal(NO_REASON, (action,)) if is_blank(reason) else None


def refuse_taking_over(is_manager: bool, happened_on: datetime | None, now: datetime) -> Refusal | None:
	"""An entry of the old register is the manager's, and carries a time that has passed."""
	if not is_manager:
		return Refusal(TAKEN_OVER_BY_MANAGER)
	if happened_on and happened_on > now:
		return Refusal(TAKEN_OVER_LATER, (happened_on,))
	return None
