"""Who may know the complainant, whom an overdue complaint reaches, and which complaints repeat (SVC-14, SVC-16, SVC-17).

Source: customer-service procedure 3.1 (尊重客户的保密要求), 3.2 (跟踪投诉) and part three, 16 (PDCA).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from property_service.rules.refusal import Refusal, is_blank

HEAD_LEVEL = "Department Head"
SERVICE_MANAGER_LEVEL = "Service Manager"
GENERAL_MANAGER_LEVEL = "General Manager"

# Of a quality suggestion.
OPEN, TAKEN_UP, DISMISSED = "Open", "Taken Up", "Dismissed"

DISMISSED_BY_MANAGERS = (
	"Only the service manager or the general manager dismisses a quality suggestion (SVC-17)."
)
DECIDED = "The suggestion is decided already: {0} (SVC-17)."
NO_DISMISSAL_REASON = "Give the reason for dismissing the suggestion (SVC-17)."

# These say: right step, wrong person.
ANOTHER_PERSONS = frozenset((DISMISSED_BY_MANAGERS,))


def may_know_complainant(
	confidential: bool, front_desk: bool, general_manager: bool, in_department: bool, verifier: bool
) -> bool:
	"""Whether a person may see name, phone and room of the complainant (3.1: 尊重客户的保密要求).

	`front_desk` is a clerk or the service manager. Of a confidential complaint the people of the department complained
	about see nothing of it, customer service included when it is the one complained about.
	"""
	if general_manager or verifier:
		return True
	return front_desk and not (confidential and in_department)


def escalation_levels(due_on: datetime, now: datetime, manager_days: int, general_days: int) -> list[str]:
	"""Levels that must have been told by `now`, lowest first (SVC-16). Days are calendar days after `due_on`."""
	steps = (
		(HEAD_LEVEL, 0),
		(SERVICE_MANAGER_LEVEL, manager_days),
		(GENERAL_MANAGER_LEVEL, general_days),
	)
	return [level for level, days in steps if now >= due_on + timedelta(days=days)]


def repeated_of(
	received_on: datetime, earlier: Iterable[tuple[str, datetime]], within_days: int
) -> str | None:
	"""The latest of the `earlier` complaints (name, received) at most `within_days` days before, or None (SVC-17)."""
	window = timedelta(days=within_days)
	near = [(when, name) for name, when in earlier if when <= received_on and received_on - when <= window]
	return max(near)[1] if near else None


def improvement_is_due(complaints_in_month: int, tolerated: int) -> bool:
	"""More than `tolerated` complaints of one type about one department in a month call for a quality action."""
	return complaints_in_month > tolerated


def refuse_dismissal(is_manager: bool, status: str, reason: str | None) -> Refusal | None:
	"""No department dismisses its own (SVC-17). `is_manager`: signs as service or general manager today."""
	if not is_manager:
		return Refusal(DISMISSED_BY_MANAGERS)
	if status != OPEN:
		return Refusal(DECIDED, (status,))
	return Refusal(NO_DISMISSAL_REASON) if is_blank(reason) else None


def month_of(day: date) -> tuple[date, date]:
	"""First day of `day`'s month and of the next one."""
	first = day.replace(day=1)
	return first, (first + timedelta(days=32)).replace(day=1)
