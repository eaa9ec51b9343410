"""What a company brings along from its old books on the day it switches over (ORG-06; LV-02, LV-05).

Amounts are Decimals in cents of the company's currency and stand for one piece.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from property_service.rules import amortisation
from property_service.rules.money import CENT
from property_service.rules.refusal import Refusal

CLOSED = (
	"{0} takes over nothing from its old books any more (ORG-06). On the day of switching over the finance manager enters in the "
	"company's row of {1} until when it does."
)
NO_ROWS = "Enter what is taken over: one row for each thing of one kind, age and value (LV-02)."
IN_FUTURE = "{0} has not come yet (LV-05). Old books are taken over as they stood at the end of a day that is past, or today."
NO_CLASS = (
	"Row {0}: {1} has no low-value class, so it is kept on no card (LV-01). Give the item its class first."
)
NO_PIECES = "Row {0}: {1} pieces cannot be taken over (LV-02). Enter whole pieces, 1 or more."
TOO_MANY = "{0} pieces in one document are too many (LV-02). Divide them; {1} at a time are taken over."
NO_METHOD = "Row {0}: {1} is no method of amortisation (LV-04). Choose one, or leave it to the item."
NO_COST = "Row {0}: enter what one piece of {1} cost (LV-02)."
LATER_USE = "Row {0}: in use since {1}, after the day that the old books are taken over, {2} (LV-02)."
OVER_AMORTISED = (
	"Row {0}: {1} is amortised of a cost of {2} (LV-05). Between nothing and the cost is expense already."
)
OFF_PLAN = (
	"Row {0}: {1} is amortised, by its plan {2} would be (LV-05). Correct the amount, the month of use or the instalments, or say "
	"in Reason for Other Amounts why the old books differ; the next amortisation run makes up the difference."
)
OTHER_COMPANY = "Row {0}: {1} does not belong to {2}."
MOVED_ON = "Articles of {0} moved on since, {1} among them: {2} (LV-02). What came after is cancelled or taken back first."


# Each becomes a card in the transaction that submits the document.
MOST_PIECES = 10_000


def refuse_closed(company: str, until: date | None, today: date, where: str) -> Refusal | None:
	"""ORG-06: only while the finance manager has opened it. `where`: the name of the settings."""
	if until and today <= until:
		return None
	return Refusal(CLOSED, (company, where))


@dataclass(frozen=True)
class Piece:
	"""A row: `quantity` things alike, each of `cost`, of which `amortised` is expense in the old books."""

	idx: int
	item: str
	has_class: bool
	quantity: int
	plan: amortisation.Plan
	in_use_since: date
	cost: Decimal
	amortised: Decimal


def refuse_piece(piece: Piece, as_of: date, reason: str | None) -> Refusal | None:
	"""LV-01, LV-02, LV-05. `reason`: why the old books differ from the plan; None or "" for none."""
	if not piece.has_class:
		return Refusal(NO_CLASS, (piece.idx, piece.item))
	if piece.quantity < 1:
		return Refusal(NO_PIECES, (piece.idx, piece.quantity))
	if piece.cost <= 0:
		return Refusal(NO_COST, (piece.idx, piece.item))
	if piece.in_use_since > as_of:
		return Refusal(LATER_USE, (piece.idx, piece.in_use_since, as_of))
	if piece.plan.method not in amortisation.METHODS:
		return Refusal(NO_METHOD, (piece.idx, piece.plan.method))
	if refusal := amortisation.refuse_plan(piece.plan.method, piece.plan.instalments, piece.item):
		return refusal
	if not 0 <= piece.amortised <= piece.cost:
		return Refusal(OVER_AMORTISED, (piece.idx, piece.amortised, piece.cost))
	if not reason and not fits(piece, as_of):
		return Refusal(OFF_PLAN, (piece.idx, piece.amortised, planned(piece, as_of)))
	return None


def refuse_number(pieces: int) -> Refusal | None:
	"""Of all rows together."""
	return Refusal(TOO_MANY, (pieces, MOST_PIECES)) if pieces > MOST_PIECES else None


def planned(piece: Piece, as_of: date) -> Decimal:
	"""What of a piece is expense by its plan at the end of `as_of`: the part of a month counts from its last day on."""
	last_whole_month = (
		as_of if (as_of + timedelta(days=1)).day == 1 else as_of.replace(day=1) - timedelta(days=1)
	)
	return expensed(piece, last_whole_month)


def expensed(piece: Piece, month: date) -> Decimal:
	if piece.plan.method == amortisation.ONE_OFF:
		return piece.cost
	if piece.plan.method == amortisation.FIFTY_FIFTY:
		return amortisation.half(piece.cost)
	months = piece.plan.instalments
	return amortisation.amortised_after(
		piece.cost, months, amortisation.parts_due(piece.in_use_since, month, months)
	)


def fits(piece: Piece, as_of: date) -> bool:
	"""Whether the old books follow the plan, but for the rounding of each part; the month itself may be in them or not."""
	rounding = CENT * max(piece.plan.instalments, 1)
	return planned(piece, as_of) - rounding <= piece.amortised <= expensed(piece, as_of) + rounding


def opening_lines(
	endings: list[amortisation.Ending], accounts: amortisation.Accounts, opening_account: str
) -> list[amortisation.Line]:
	"""Debit in use with the cost, credit amortisation with what is expense, the rest comes from the opening account."""
	carried = [ending for ending in endings if ending.carried]
	return amortisation.grouped(
		line
		for ending in carried
		for line in (
			amortisation.Line(accounts.in_use, ending.cost_center, ending.cost),
			amortisation.Line(accounts.amortisation, ending.cost_center, -ending.amortised),
			amortisation.Line(opening_account, None, -ending.net),
		)
	)
