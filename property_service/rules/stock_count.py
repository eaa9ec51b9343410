"""Stocktake (盘点, procedure 4.8): what was counted against what the books say; rules WH-27 and WH-28.

Quantities are in stock units, values in the company's currency. A line is one item (and batch) in one warehouse.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from property_service.rules.refusal import Refusal, is_blank

MONTHLY = "Monthly"
QUARTERLY_LOW_VALUE = "Quarterly Low Value"
HANDOVER = "Handover"
SPOT_CHECK = "Spot Check"
KINDS = (MONTHLY, QUARTERLY_LOW_VALUE, HANDOVER, SPOT_CHECK)

COUNTING = "Counting"
COUNTED = "Counted"
# The first state is never entered again: a count that goes back is a recount.
RECOUNTING = "Recounting"
CHECKED = "Accountant Checked"
APPROVED = "Finance Manager Approved"
CANCELLED = "Cancelled"
OPEN_STATES = (COUNTING, RECOUNTING)
STATES = (COUNTING, COUNTED, RECOUNTING, CHECKED, APPROVED, CANCELLED)
# What was posted, and what was given up, stays as it is.
ENDED_STATES = (APPROVED, CANCELLED)

# (from, to): the action's name
STEPS: Mapping[tuple[str, str], str] = {
	(COUNTING, COUNTED): "Finish Counting",
	(RECOUNTING, COUNTED): "Finish Counting",
	(COUNTED, RECOUNTING): "Send Back for Recount",
	(COUNTED, CHECKED): "Check Count",
	(CHECKED, RECOUNTING): "Send Back for Recount",
	(CHECKED, APPROVED): "Approve Count",
	(COUNTING, CANCELLED): "Cancel Count",
	(RECOUNTING, CANCELLED): "Cancel Count",
	(COUNTED, CANCELLED): "Cancel Count",
}

SIGNING_ROLES = ("Finance Manager", "Stores Accountant")

# What becomes of a difference.
TO_SURPLUS = "Surplus"
TO_MANAGEMENT = "Management Expense"
TO_PERSON = "Responsible Person"
TO_INSURER = "Insurer"
TO_SALVAGE = "Salvage into Stock"
TO_ABNORMAL_LOSS = "Abnormal Loss"
OF_SHORTAGE = (TO_MANAGEMENT, TO_PERSON, TO_INSURER, TO_SALVAGE, TO_ABNORMAL_LOSS)
WITH_PARTY = {TO_PERSON: ("Employee",), TO_INSURER: ("Customer", "Supplier")}

CENT = Decimal("0.01")
# Quantities have three digits after the point.
LEAST = Decimal("0.001")
LARGEST = Decimal(1_000_000_000)
NAMED = 3

NOT_A_STEP = "A count that is {0} cannot become {1} (WH-28)."
NO_REASON = "Give the reason: it is kept with the count (WH-27)."
NOT_OPEN = "Nothing is counted into a count that is {0} (WH-27). Have it sent back for a recount first."
BAD_QUANTITY = "Row {0}: {1} is no quantity that can be counted (WH-27). Enter a number from 0 on."
FINER_THAN_UNIT = "Row {0}: {1} has more than three digits after the point (WH-27)."
NOT_COUNTED = (
	"{0} lines are not counted yet, for example {1} (WH-27). Count them; enter 0 where nothing was found."
)
MOVED = "{0} lines moved while they were counted, for example {1} (WH-27). Count them again."
NO_LINES = "There is nothing to count in these warehouses (WH-27). Choose others, or enter what was found."
ACCOUNTANT_LEADS = "The quarterly count of low-value consumables is led by the stores accountant (WH-28)."
OWN_COUNT = "Whoever counted does not check or approve the count (WH-28). Ask the next person who may."
NOT_SENT_BACK = "A checked count is sent back by the accountant or the finance manager (WH-28)."
NOT_IN_SAMPLE = "Row {0} is no line of the spot sample (WH-28). Check the lines that the system drew."
NOT_CHECKED = "{0} lines of the spot sample are not checked yet, for example {1} (WH-28)."
SAMPLE_DIFFERS = (
	"{0} lines of the spot sample differ from the count, for example {1} (WH-28). Send it back for a recount."
)
NOT_APPROVED = (
	"Differences are decided when the finance manager has approved the count (WH-28); this one is {0}."
)
NOTHING_POSTED = "{0} has no difference to decide about (WH-28)."
DECIDED = "{0} is decided already; nothing is posted twice (WH-28)."
WRONG_DECISION = "{0} is no decision for this difference (WH-28). Choose one of those offered."
BAD_AMOUNT = "{0} is no amount in cents (WH-28)."
NOT_ADDED_UP = "The decisions come to {0}, the difference is {1} (WH-28). They have to add up to it."
NEEDS_PARTY = "{0} needs who pays: {1} (WH-28)."
NEEDS_SALVAGE = "Salvage needs the item, its quantity and the warehouse it goes into (WH-28)."
NO_TAX_HERE = "{0} turns no input tax back (WH-28)."
FIXED = "{0} of a count does not change (WH-27). Cancel it with a reason and begin another."
ENDED = "A count that is {0} does not change any more (WH-27)."


@dataclass(frozen=True)
class Difference:
	"""Of one line; negative is a shortage. `value` is in whole cents, at the valuation of the moment it was frozen."""

	qty: Decimal
	value: Decimal


@dataclass(frozen=True)
class LineState:
	"""What finishing a count asks of a line: its title for people, whether it was counted, and moved since frozen."""

	title: str
	is_counted: bool
	has_moved: bool


def quantity(value: object) -> Decimal | None:
	"""The exact quantity that a counter wrote, None for what is none."""
	try:
		number = Decimal(str(value).strip())
	except ArithmeticError:
		return None
	return number if number.is_finite() and 0 <= number <= LARGEST else None


def refuse_quantity(row: int, value: object) -> Refusal | None:
	number = quantity(value)
	if number is None:
		return Refusal(BAD_QUANTITY, (row, str(value)[:20]))
	return Refusal(FINER_THAN_UNIT, (row, str(value)[:20])) if number % LEAST else None


def difference(book_qty: Decimal, counted_qty: Decimal, rate: Decimal) -> Difference:
	"""Counted less book, valued at `rate`; rounded once, half away from zero, as a database rounds."""
	qty = counted_qty - book_qty
	return Difference(qty, (qty * rate).quantize(CENT, rounding=ROUND_HALF_UP))


def add_up(counts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
	"""Line -> what all counters found: two of them may find the same item in two places."""
	found: dict[str, Decimal] = {}
	for line, qty in counts:
		found[line] = found.get(line, Decimal(0)) + qty
	return found


def has_moved(book_qty: Decimal, qty_now: Decimal, has_postings: bool) -> bool:
	"""Whether a line moved since it was frozen.

	A posting that was under way at that moment shows in the balance alone, in and out again shows in postings alone.
	"""
	return has_postings or abs(book_qty - qty_now) >= LEAST / 2


def refuse_finish(lines: Collection[LineState]) -> Refusal | None:
	"""Whether counting may end: something was counted, every line was, and none moved meanwhile."""
	if not lines:
		return Refusal(NO_LINES)
	for is_open, message in (
		(lambda line: not line.is_counted, NOT_COUNTED),
		(lambda line: line.has_moved, MOVED),
	):
		titles = [line.title for line in lines if is_open(line)]
		if titles:
			return Refusal(message, (len(titles), named(titles)))
	return None


def named(titles: Sequence[str]) -> str:
	return ", ".join(titles[:NAMED]) + (" …" if len(titles) > NAMED else "")


def refuse_step(before: str, after: str) -> Refusal | None:
	return None if (before, after) in STEPS else Refusal(NOT_A_STEP, (before, after))


def refuse_counting(status: str) -> Refusal | None:
	return None if status in OPEN_STATES else Refusal(NOT_OPEN, (status,))


def refuse_without_reason(reason: str | None) -> Refusal | None:
	return Refusal(NO_REASON) if is_blank(reason) else None


def refuse_start(kind: str, roles: Collection[str]) -> Refusal | None:
	"""The quarterly count of low-value consumables is the accountant's (4.8.1 of the low-value procedure)."""
	if kind == QUARTERLY_LOW_VALUE and "Stores Accountant" not in roles:
		return Refusal(ACCOUNTANT_LEADS)
	return None


# ---- spot sample (WH-28) -----------------------------------------------------------------------------------------


def sample_size(lines: int, percent: int) -> int:
	"""At least `percent` of the lines, and at least one where there is any; in whole numbers."""
	return min(lines, max(1, -(-lines * percent // 100))) if lines > 0 else 0


def draw(
	lines: Sequence[str], percent: int, choose: Callable[[Sequence[str], int], Sequence[str]]
) -> set[str]:
	"""The lines that the accountant counts again; `choose` is `random.sample` or a like of it."""
	return set(choose(lines, sample_size(len(lines), percent)))


@dataclass(frozen=True)
class SampleLine:
	"""A line of the sample: `found` is what the accountant counted, None while it was not."""

	title: str
	counted: Decimal
	found: Decimal | None


def refuse_check(sample: Collection[SampleLine]) -> Refusal | None:
	"""The accountant signs when every line of the sample was counted again, with the same result."""
	for is_open, message in (
		(lambda line: line.found is None, NOT_CHECKED),
		(lambda line: abs(line.found - line.counted) >= LEAST / 2, SAMPLE_DIFFERS),
	):
		titles = [line.title for line in sample if is_open(line)]
		if titles:
			return Refusal(message, (len(titles), named(titles)))
	return None


def checker(kind: str) -> str:
	"""The role that checks. The accountant leads the quarterly count, so the storekeeper signs that one."""
	return "Storekeeper" if kind == QUARTERLY_LOW_VALUE else "Stores Accountant"


def refuse_sending_back(status: str, role: str | None) -> Refusal | None:
	"""What is signed is sent back by those who sign; before that, counters may begin again themselves."""
	return Refusal(NOT_SENT_BACK) if status == CHECKED and role is None else None


def refuse_own(user: str, counters: Collection[str]) -> Refusal | None:
	return Refusal(OWN_COUNT) if user in counters else None


# ---- decisions (WH-28) -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decision:
	"""What becomes of a part of a difference: `amount` and `tax` (input tax turned back) in whole cents."""

	kind: str
	amount: Decimal
	tax: Decimal = Decimal(0)
	party_type: str | None = None
	party: str | None = None
	has_salvage: bool = False


def amount(value: object) -> Decimal | None:
	"""An amount in whole cents from 0 on, None for what is none."""
	number = quantity(value if value not in (None, "") else 0)
	return number if number is not None and not number % CENT else None


def refuse_decisions(posted: Decimal, decisions: Sequence[Decision]) -> Refusal | None:
	"""`posted`: what the difference was posted at, negative for a shortage. The decisions add up to all of it."""
	allowed = (TO_SURPLUS,) if posted > 0 else OF_SHORTAGE
	for decision in decisions:
		if decision.kind not in allowed:
			return Refusal(WRONG_DECISION, (decision.kind,))
		if decision.amount <= 0:
			return Refusal(BAD_AMOUNT, (str(decision.amount),))
		if refusal := _refuse_details(decision):
			return refusal
	total = sum((decision.amount for decision in decisions), Decimal(0))
	if total != abs(posted):
		return Refusal(NOT_ADDED_UP, (f"{total:.2f}", f"{abs(posted):.2f}"))
	return None


def _refuse_details(decision: Decision) -> Refusal | None:
	parties = WITH_PARTY.get(decision.kind)
	if parties and (decision.party_type not in parties or is_blank(decision.party)):
		return Refusal(NEEDS_PARTY, (decision.kind, parties[0]))
	if decision.kind == TO_SALVAGE and not decision.has_salvage:
		return Refusal(NEEDS_SALVAGE)
	if decision.tax and decision.kind in (TO_SURPLUS, TO_SALVAGE):
		return Refusal(NO_TAX_HERE, (decision.kind,))
	return None


@dataclass(frozen=True)
class Transfer:
	"""One row of the journal entry that a decision makes: debit when positive."""

	account: str
	amount: Decimal
	party_type: str | None = None
	party: str | None = None


# Names of the accounts in the company's row of the settings.
PENDING_ACCOUNT = "pending_gains_losses_account"
TAX_ACCOUNT = "input_tax_account"
ACCOUNT_OF = {
	TO_SURPLUS: "surplus_account",
	TO_MANAGEMENT: "shortage_account",
	TO_PERSON: "other_receivable_account",
	TO_INSURER: "other_receivable_account",
	TO_ABNORMAL_LOSS: "abnormal_loss_account",
}


def transfers(decisions: Sequence[Decision]) -> list[Transfer]:
	"""The journal entry of one line's decisions, by names of accounts; salvage is posted by its receipt.

	A surplus stands on the credit side of the pending account, a shortage on its debit side; input tax that is turned back
	is borne by whoever bears the loss.
	"""
	rows: list[Transfer] = []
	pending = tax = Decimal(0)
	for decision in decisions:
		if decision.kind == TO_SALVAGE:
			continue
		sign = -1 if decision.kind == TO_SURPLUS else 1
		rows.append(
			Transfer(
				ACCOUNT_OF[decision.kind],
				sign * (decision.amount + decision.tax),
				decision.party_type,
				decision.party,
			)
		)
		pending -= sign * decision.amount
		tax -= decision.tax
	if pending:
		rows.append(Transfer(PENDING_ACCOUNT, pending))
	if tax:
		rows.append(Transfer(TAX_ACCOUNT, tax))
	return rows
