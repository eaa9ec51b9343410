"""The stores' month end, in its order: count, movement statement, next plan (procedure 4.2.1, 4.8.1 to 4.8.5; WH-30)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from property_service.rules.refusal import Refusal

COUNT = "Count"
STATEMENT = "Movement Statement"
PLAN = "Next Plan"
HAND_IN = "Plan Handed In"
CHECK = "Accountant's Check"
PLAN_APPROVAL = "Plan Approved"
APPROVAL = "Count Approved"
DECISIONS = "Differences Decided"

# Each step with those that come before it.
BEFORE: Mapping[str, tuple[str, ...]] = {
	COUNT: (),
	STATEMENT: (COUNT,),
	PLAN: (STATEMENT,),
	HAND_IN: (PLAN,),
	CHECK: (COUNT,),
	PLAN_APPROVAL: (HAND_IN,),
	APPROVAL: (CHECK,),
	DECISIONS: (APPROVAL,),
}
STEPS = tuple(BEFORE)

DONE, TO_DO, BLOCKED = "Done", "To Do", "Blocked"

NOT_COUNTED = (
	"{0} was not counted in {1} yet: the movement statement follows the count (procedure 4.8.3, WH-30). Finish the monthly"
	" count first."
)
NO_STATEMENT = "The plan of {0} follows the count and the movement statement of {1} (procedure 4.8.3 a, WH-30). {2} is still to be done."
NOT_STOREKEEPER = (
	"The movement statement of the month is drawn up by the storekeeper (procedure 4.8.3 a, WH-30)."
)
NOT_A_MONTH = "Month end is of this month or the one before it (WH-30)."
ANOTHER_PERSONS = (NOT_STOREKEEPER,)


@dataclass(frozen=True)
class Step:
	"""Where one step stands; `blocked_by` is the first step before it that is not done."""

	name: str
	state: str
	due_on: date | None
	overdue: bool
	blocked_by: str | None


def steps(done: Mapping[str, bool], due: Mapping[str, date | None], today: date) -> list[Step]:
	"""Every step in its order. A step that was taken is done, whatever came before it."""
	found = []
	for name, before in BEFORE.items():
		missing = next((step for step in before if not done.get(step)), None)
		is_done = bool(done.get(name))
		due_on = due.get(name)
		state = DONE if is_done else BLOCKED if missing else TO_DO
		overdue = not is_done and due_on is not None and due_on < today
		found.append(Step(name, state, due_on, overdue, None if is_done else missing))
	return found


def refuse_statement(is_storekeeper: bool, counted: bool, store: str, month: str) -> Refusal | None:
	if not is_storekeeper:
		return Refusal(NOT_STOREKEEPER)
	return None if counted else Refusal(NOT_COUNTED, (store, month))


def refuse_plan(done: Mapping[str, bool], has_books: bool, store: str, month: str) -> Refusal | None:
	"""A store that never held anything has nothing to count before its first plan."""
	if not has_books:
		return None
	missing = next((step for step in (COUNT, STATEMENT) if not done.get(step)), None)
	return Refusal(NO_STATEMENT, (store, month, missing)) if missing else None
