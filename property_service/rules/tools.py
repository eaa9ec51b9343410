"""Tools in somebody's hands: keeping, lending, exchanging and bringing back (procedure 4.4.3, 4.6.2, 4.6.3; WH-21 to WH-23).

A custody is one piece of one tool with one holder. A tool *To Keep* was issued and is paid for by the department; a tool on
*Loan* still belongs to the stock of the store.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from property_service.rules.approval import Step
from property_service.rules.quantities import NOTHING, shown
from property_service.rules.refusal import Refusal, is_blank

# ---- custody -------------------------------------------------------------------------------------------------------

TO_KEEP, ON_LOAN = "To Keep", "Loan"
CUSTODY_KINDS = (TO_KEEP, ON_LOAN)

IN_USE = "In Use"
RETURNED = "Returned"
EXCHANGED = "Exchanged"
SCRAPPED = "Scrapped"
LOST = "Lost"
# Handed on to a colleague, whose own line of a tool card begins.
HANDED_OVER = "Handed Over"
CANCELLED = "Cancelled"
CUSTODY_STATES = (IN_USE, RETURNED, EXCHANGED, HANDED_OVER, SCRAPPED, LOST, CANCELLED)
ENDS = (RETURNED, EXCHANGED, HANDED_OVER, SCRAPPED, LOST, CANCELLED)

GOOD, DAMAGED = "Good", "Damaged"
CONDITIONS = (GOOD, DAMAGED)

# ---- request -------------------------------------------------------------------------------------------------------

LOAN, EXCHANGE, RETURN = "Loan", "Exchange", "Return"
REQUEST_KINDS = (LOAN, EXCHANGE, RETURN)

DRAFT = "Draft"
PENDING = "Pending Signature"
APPROVED = "Approved"
HANDED_OUT = "Handed Out"
TAKEN_BACK = "Taken Back"
CONFIRMED = "Confirmed"
REJECTED = "Rejected"
REQUEST_STATES = (DRAFT, PENDING, APPROVED, HANDED_OUT, TAKEN_BACK, CONFIRMED, REJECTED, CANCELLED)
ENDED = (HANDED_OUT, CONFIRMED, REJECTED, CANCELLED)

HEAD = "Department Head"
STOREKEEPER = "Storekeeper"

_HANDING_OUT: Mapping[tuple[str, str], str] = {
	(DRAFT, PENDING): "Send for Signature",
	(PENDING, APPROVED): "Approve",
	(PENDING, REJECTED): "Reject",
	(APPROVED, HANDED_OUT): "Hand Out",
	(DRAFT, CANCELLED): "Cancel Request",
	(PENDING, CANCELLED): "Cancel Request",
	(APPROVED, CANCELLED): "Cancel Request",
}
# kind -> (from, to): the action's name
STEPS: Mapping[str, Mapping[tuple[str, str], str]] = {
	LOAN: _HANDING_OUT,
	EXCHANGE: _HANDING_OUT,
	RETURN: {
		(DRAFT, TAKEN_BACK): "Take Back",
		(TAKEN_BACK, CONFIRMED): "Confirm Return",
		(DRAFT, CANCELLED): "Cancel Request",
	},
}
# What has to stand in the recorded steps before tools leave the store.
CHAIN = (Step(PENDING, APPROVED, HEAD),)

NO_STEP = "A tool request that is {0} cannot become {1} (WH-21)."
NO_REASON = "Say why: the reason is kept with the request (WH-21)."
NOT_STOREKEEPER = "Tools are handed out and taken back by the storekeeper (procedure 4.4.3, 4.6.2, WH-21)."
NO_ROWS = "List the tools (procedure 4.4.3, 4.6.3, WH-21)."
NO_PURPOSE = "Say what the tools are borrowed for (procedure 4.6.3 a, WH-21)."
NO_DUE_DATE = "Say until when the tools are borrowed: today or later (procedure 4.6.3 c, WH-21)."
NOT_A_TOOL = (
	"Row {0}: {1} is no tool; ask for it on an issue request (WH-21). Tools are marked so on their item."
)
NO_HOLDER = "Row {0}: say who gets {1}: every tool has a holder (procedure 4.6.2, WH-21)."
HOLDER_AWAY = "{0} does not work here, so nobody hands a tool out in that name (WH-21, WH-24)."
HOLDER_MOVED = (
	"{0} belongs to {1}, and {2} has signed (ORG-01, WH-21). Ask the present department with a new request."
)
OTHER_DEPARTMENT = "Row {0}: {1} does not belong to the department that asks for the tool (ORG-01, WH-21)."
ONE_PIECE = "Row {0}: one person gets one {1}, not {2} (procedure 4.6.2 b, WH-22). Enter a row with its holder for each piece."
HAS_IT_ALREADY = (
	"{0} has {1} already, since {2} by {3} (procedure 4.6.2 b, WH-22). It has to be returned, exchanged, scrapped or "
	"otherwise settled first."
)
TWICE = "Row {0}: {1} is listed twice for {2} (procedure 4.6.2 b, WH-22)."
NOT_HIS = "Row {0}: {1} is not in the hands of {2} (procedure 4.4.3, WH-23)."
LOAN_NOT_EXCHANGED = "Row {0}: {1} is on loan: it is returned, not exchanged (procedure 4.4.3 d, WH-23)."
NOTHING_BACK = "Mark the tools that came back (procedure 4.4.3 c, WH-23). What is missing stays open."
NO_CONDITION = "Row {0}: say in which condition {1} came back: good or damaged (procedure 4.4.3 c, WH-23)."
NOT_CLEAN = (
	"Row {0}: {1} was borrowed and is cleaned before it goes back to the store (procedure 4.4.3 d, WH-23). Mark it as "
	"cleaned, or leave it out."
)
NOTHING_LEFT = (
	"{0} of {1} lie in {2}, {3} are lent out: {4} cannot leave (procedure 4.6.3 b, WH-21). Wait for a return, or take "
	"another store."
)
NOT_OPEN = "{0} of {1} is {2}, not in use (WH-21)."
THINGS_HAPPENED = (
	"{0} of this entry is {1} by now (WH-21). What was handed out is taken back by a tool request instead."
)
ONLY_BY_REQUEST = "Row {0}: {1} is in the custody of {2} and comes back by a tool request of the kind Return (procedure 4.4.3 c, WH-23)."
FIXED = "{0} does not change any more: the request is {1} (WH-21). Cancel it with a reason and write another."
NOTHING_OPEN = "Nothing is open on the tool card of {0} (WH-23)."
SIGNED_ALREADY = "{0} is signed for already (procedure 4.4.3 b, WH-21)."
NOT_HOLDER = (
	"{0} signs for the tool; whoever has no login signs on paper, and the storekeeper records it (WH-21)."
)
KEPT = "Entries of the tool card are written by the documents that hand tools out and take them back (WH-21)."
NO_SUCH_END = "A tool in use cannot become {0} (WH-21)."
NOT_MERGED = "{0} cannot become another record: {1} is in the hands of {2} (WH-22). Bring it back first."

ANOTHER_PERSONS = (NOT_STOREKEEPER, NOT_HOLDER)


@dataclass(frozen=True)
class Row:
	"""A line of a request: the tool, and for what comes back its custody with holder and kind."""

	idx: int
	item: str
	is_tool: bool
	custody: str | None = None
	holder: str | None = None
	custody_kind: str | None = None
	is_open: bool = False
	is_back: bool = False
	condition: str | None = None
	is_clean: bool = False


@dataclass(frozen=True)
class Holder:
	"""The person who gets a tool."""

	employee: str
	name: str
	is_active: bool
	department: str | None


@dataclass(frozen=True)
class Open:
	"""What the holder has already."""

	item: str
	since: date
	document: str


def refuse_step(kind: str, status: str, to_status: str) -> Refusal | None:
	return None if (status, to_status) in STEPS.get(kind, {}) else Refusal(NO_STEP, (status, to_status))


def refuse_reason(to_status: str, reason: str | None) -> Refusal | None:
	needed = to_status in (REJECTED, CANCELLED)
	return Refusal(NO_REASON) if needed and is_blank(reason) else None


def refuse_content(
	kind: str, holder: str, rows: Sequence[Row], purpose: str | None, due_on: date | None, today: date
) -> Refusal | None:
	"""WH-21, WH-23: what a request has to say before somebody signs it, or before tools are taken back."""
	if not rows:
		return Refusal(NO_ROWS)
	if kind == LOAN:
		if is_blank(purpose):
			return Refusal(NO_PURPOSE)
		if due_on is None or due_on < today:
			return Refusal(NO_DUE_DATE)
	seen: set[str] = set()
	for row in rows:
		if refusal := refuse_row(kind, holder, row):
			return refusal
		key = row.item if kind == LOAN else row.custody or row.item
		if key in seen:
			return Refusal(TWICE, (row.idx, row.item, holder))
		seen.add(key)
	return None


def refuse_row(kind: str, holder: str, row: Row) -> Refusal | None:
	if not row.is_tool:
		return Refusal(NOT_A_TOOL, (row.idx, row.item))
	if kind == LOAN:
		return None
	if not row.custody or not row.is_open or row.holder != holder:
		return Refusal(NOT_HIS, (row.idx, row.item, holder))
	if kind == EXCHANGE and row.custody_kind == ON_LOAN:
		return Refusal(LOAN_NOT_EXCHANGED, (row.idx, row.item))
	return None


def refuse_taking_back(rows: Sequence[Row]) -> Refusal | None:
	"""WH-23: item by item, in a known condition, and cleaned when it was borrowed. What is not marked stays open."""
	back = [row for row in rows if row.is_back]
	if not back:
		return Refusal(NOTHING_BACK)
	for row in back:
		if row.condition not in CONDITIONS:
			return Refusal(NO_CONDITION, (row.idx, row.item))
		if row.custody_kind == ON_LOAN and not row.is_clean:
			return Refusal(NOT_CLEAN, (row.idx, row.item))
	return None


def refuse_holder(holder: Holder, signed_for: str | None = None) -> Refusal | None:
	"""A tool is handed to somebody who works here; `signed_for`: the department whose head signed, where one did."""
	if not holder.is_active:
		return Refusal(HOLDER_AWAY, (holder.name,))
	if signed_for and holder.department != signed_for:
		return Refusal(HOLDER_MOVED, (holder.name, holder.department or "–", signed_for))
	return None


def refuse_pieces(idx: int, item: str, quantity: Decimal) -> Refusal | None:
	"""WH-22: two pieces of one tool in one row would be the same tool twice for one holder. Stock units."""
	return Refusal(ONE_PIECE, (idx, item, shown(quantity))) if quantity != 1 else None


def refuse_double(holder: str, item: str, held: Open | None) -> Refusal | None:
	"""WH-22: the same tool is not handed out while it is open in that name."""
	return Refusal(HAS_IT_ALREADY, (holder, item, held.since, held.document)) if held else None


def refuse_leaving(
	item: str, warehouse: str, balance: Decimal, lent: int, quantity: Decimal
) -> Refusal | None:
	"""WH-21: what is lent out is in the books of the store and not on its shelves; it cannot leave a second time."""
	if quantity - (balance - lent) > NOTHING:
		return Refusal(NOTHING_LEFT, (shown(balance), item, warehouse, lent, shown(quantity)))
	return None


def refuse_end(title: str, holder: str, status: str, how: str) -> Refusal | None:
	"""A custody ends once."""
	if how not in ENDS:
		return Refusal(NO_SUCH_END, (how,))
	return None if status == IN_USE else Refusal(NOT_OPEN, (title, holder, status))


def open_key(holder: str, item: str) -> str:
	"""What the database lets exist once while a tool is in use (WH-22)."""
	return f"{holder}/{item}"


# ---- chasing -------------------------------------------------------------------------------------------------------


def is_overdue(status: str, due_on: date | None, today: date) -> bool:
	return status == IN_USE and due_on is not None and due_on < today


def days_to_chase(due_on: date, today: date, chased: Collection[date], catch_up_days: int) -> list[date]:
	"""WH-23: from the due date on, every day until the tool is back: the days that nobody was told for yet.

	At most the last `catch_up_days`, should the scheduler have stood still.
	"""
	first = max(due_on, today - timedelta(days=catch_up_days - 1))
	days = (today - first).days + 1
	return [day for n in range(max(days, 0)) if (day := first + timedelta(days=n)) not in chased]
