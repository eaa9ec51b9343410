"""Handing tools and low-value articles on (移交): who gives, who takes, what may go (procedure 4.3.4, 4.4.5, 4.5.6; LV-08, LV-09)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from property_service.rules.refusal import Refusal, is_blank

HANDOVER, IDLE, REUSE = "Handover", "Idle", "Back in Use"
KINDS = (HANDOVER, IDLE, REUSE)

DRAFT, GIVEN, DONE, CANCELLED = "Draft", "Given", "Handed Over", "Cancelled"
STATES = (DRAFT, GIVEN, DONE, CANCELLED)
STEPS: Mapping[tuple[str, str], str] = {
	(DRAFT, GIVEN): "Give",
	(GIVEN, DONE): "Take Over",
	(DRAFT, CANCELLED): "Cancel Transfer",
	(GIVEN, CANCELLED): "Cancel Transfer",
}

TOOL, ARTICLE = "Tool Custody", "Low Value Article"
ADMIN_HR, HEAD = "Admin HR", "Department Head"
# States of an article, as its own rules name them.
IN_USE_NOW, IDLE_NOW, UNDER_REPAIR = "In Use", "Idle", "Under Repair"

NO_STEP = "A transfer that is {0} cannot become {1} (LV-08)."
NO_REASON = "Say why the transfer is cancelled (LV-08)."
NO_ROWS = "List what is handed over (procedure 4.3.4, LV-08)."
NO_RECEIVER = "Say who takes it over: a person, or a department (procedure 4.3.4, LV-08)."
NO_GIVER = "Say who hands it over: a person, or a department (procedure 4.3.4, LV-08)."
SAME_SIDE = "Both sides are the same; nothing would be handed over (LV-08)."
RECEIVER_AWAY = "{0} does not work here, so nothing is handed to that person (LV-08)."
TWICE = "Row {0}: {1} is listed twice (LV-08)."
NOT_THERE = "Row {0}: {1} is not in the hands of {2} (procedure 4.3.4, LV-08)."
LOAN = (
	"Row {0}: {1} is on loan from the store: it goes back there, and is lent anew (procedure 4.6.3, WH-23)."
)
TOOL_NEEDS_PERSON = "Row {0}: {1} is a tool, which somebody holds: say who takes it over (WH-21)."
TOOL_GOES_BACK = (
	"Row {0}: {1} is a tool: one that nobody needs goes back to the store (procedure 4.4.3 c, WH-23)."
)
IS_IDLE = "Row {0}: {1} is idle: it is put back in use by a transfer of that kind (procedure 4.4.5, LV-09)."
NOT_IDLE = "Row {0}: {1} is not idle (procedure 4.4.5, LV-09)."
UNDER_REPAIR_NOW = "Row {0}: {1} is under repair; finish that first (LV-10)."
NO_MAINTENANCE = "Say what was inspected and maintained before it is used again (procedure 4.4.5, LV-09)."
NOTHING_OPEN = "Nothing is open in the name of {0} that could be handed over (LV-08)."
NOT_GIVER = "{0} signs for handing it over (procedure 4.3.4, LV-08)."
NOT_RECEIVER = "{0} signs for taking it over (procedure 4.3.4, LV-08)."
SAME_PERSON = "Two people sign a transfer: whoever gave does not take over as well (LV-08)."
FIXED = (
	"{0} does not change once somebody signed (LV-08). Cancel the transfer with a reason and write another."
)

ANOTHER_PERSONS = (NOT_GIVER, NOT_RECEIVER, SAME_PERSON)


@dataclass(frozen=True)
class Side:
	"""A person, or a department where no person is named."""

	employee: str | None
	department: str | None
	title: str
	works_here: bool = True


@dataclass(frozen=True)
class Thing:
	"""A row: a tool's custody or an article as it stands now. `holders`: who has it, `on_loan` for tools of the store."""

	idx: int
	kind: str
	name: str
	title: str
	is_open: bool
	holders: tuple[str | None, ...] = ()
	department: str | None = None
	status: str | None = None
	on_loan: bool = False


def refuse_step(status: str, to_status: str) -> Refusal | None:
	return None if (status, to_status) in STEPS else Refusal(NO_STEP, (status, to_status))


def refuse_content(
	kind: str, giver: Side, receiver: Side, things: Sequence[Thing], maintenance: str | None
) -> Refusal | None:
	"""LV-08, LV-09: both sides are named, and each thing is the giver's to hand over."""
	if not things:
		return Refusal(NO_ROWS)
	if not (giver.employee or giver.department):
		return Refusal(NO_GIVER)
	if not (receiver.employee or receiver.department):
		return Refusal(NO_RECEIVER)
	if kind == HANDOVER and (giver.employee, giver.department) == (receiver.employee, receiver.department):
		return Refusal(SAME_SIDE)
	if not receiver.works_here:
		return Refusal(RECEIVER_AWAY, (receiver.title,))
	if kind == REUSE and is_blank(maintenance):
		return Refusal(NO_MAINTENANCE)
	seen: set[tuple[str, str]] = set()
	for thing in things:
		if (thing.kind, thing.name) in seen:
			return Refusal(TWICE, (thing.idx, thing.title))
		seen.add((thing.kind, thing.name))
		if refusal := refuse_thing(kind, giver, receiver, thing):
			return refusal
	return None


def refuse_thing(kind: str, giver: Side, receiver: Side, thing: Thing) -> Refusal | None:
	at = (thing.idx, thing.title)
	belongs = giver.employee in thing.holders if giver.employee else thing.department == giver.department
	if not thing.is_open or not belongs:
		return Refusal(NOT_THERE, (*at, giver.title))
	if thing.kind == TOOL:
		if thing.on_loan:
			return Refusal(LOAN, at)
		if kind != HANDOVER:
			return Refusal(TOOL_GOES_BACK, at)
		return None if receiver.employee else Refusal(TOOL_NEEDS_PERSON, at)
	if kind == REUSE:
		return None if thing.status == IDLE_NOW else Refusal(NOT_IDLE, at)
	if thing.status == IDLE_NOW:
		return Refusal(IS_IDLE, at)
	return Refusal(UNDER_REPAIR_NOW, at) if kind == IDLE and thing.status == UNDER_REPAIR else None


def refuse_giving(user: str, givers: Collection[str], title: str) -> Refusal | None:
	return None if user in givers else Refusal(NOT_GIVER, (title,))


def refuse_taking(user: str, receivers: Collection[str], given_by: str | None, title: str) -> Refusal | None:
	if user not in receivers:
		return Refusal(NOT_RECEIVER, (title,))
	return Refusal(SAME_PERSON) if user == given_by else None
