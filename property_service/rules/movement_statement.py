"""The movement statement of the stores (库存物品进耗存表): what was there, came in, went out and is left (4.8.3 a; WH-29).

Quantities are in stock units, values in the company's currency. Figures come as numbers of the monthly figures
(`rules/stock_movement.py`), each counted in the direction of its column; values of the ledger are in whole cents.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from property_service.rules.stock_movement import IN_COLUMNS, OUT_COLUMNS, ZONE_COLUMNS

# Measure -> digits after the point.
MEASURES = {"qty": 3, "value": 2}
# Less than half a cent, or half a thousandth of a unit, is no difference but a binary remainder.
NOTHING = {"qty": 0.0005, "value": 0.005}

TIES = "Ties to the stock ledger and to the general ledger."
TIES_TO_STOCK = "Ties to the stock ledger; the company keeps no stock accounts in the general ledger."
# The second value is written by whoever shows it: the first differences, each with its place.
NOT_TIED_MOVEMENT = "What moved is not what the stock ledger says: {0} items differ (quantity / value): {1}."
NOT_TIED_BALANCE = (
	"Opening or closing is not what the stock ledger says: {0} items differ (quantity / value): {1}."
)
NOT_TIED_SHOWN = "{0} lines of this sheet do not add up to the stock ledger (quantity / value): {1}."
NOT_TIED_ACCOUNTS = (
	"Does not tie to the general ledger: at the end of {0} the account {1} holds {2}, its stock is worth {3}."
)
NOT_TIED_VOUCHERS = "{0} vouchers are in the general ledger otherwise than in the stock ledger: {1}."
# So many are named; the others are counted.
NAMED = 3


# ---- lines -------------------------------------------------------------------------------------------------------

Figures = Mapping[str, float]
# Measure -> names of its columns, made once: a statement has ten thousand lines.
_IN = {
	measure: [(f"{column}_{measure}", column == "other_in") for column in IN_COLUMNS] for measure in MEASURES
}
_OUT = {
	measure: [(f"{column}_{measure}", column == "other_out") for column in OUT_COLUMNS]
	for measure in MEASURES
}
_ZONES = {measure: [f"{column}_{measure}" for column in ZONE_COLUMNS] for measure in MEASURES}


def line(opening: Figures, moved: Figures, zone_moves: bool) -> dict[str, float]:
	"""One line: `opening_qty`, …, `in_value`, `out_value`, `closing_value`; closing = opening + in − out, by construction.

	`opening` has "qty" and "value"; `moved` the columns of a month or of several. Moves between two zones of a store are
	none for the store; with `zone_moves` (a single warehouse is looked at) they are other movements. What such a move
	changed in value alone is always shown, so that the line adds up.
	"""
	found: dict[str, float] = {}
	for measure, digits in MEASURES.items():
		zone_in, zone_out = (moved.get(name) or 0.0 for name in _ZONES[measure])
		if not zone_moves:
			zone_in, zone_out = max(zone_in - zone_out, 0.0), max(zone_out - zone_in, 0.0)
		found[f"opening_{measure}"] = first = round(opening[measure], digits)
		came = _add(found, moved, _IN[measure], zone_in, digits)
		went = _add(found, moved, _OUT[measure], zone_out, digits)
		found[f"in_{measure}"], found[f"out_{measure}"] = came, went
		found[f"closing_{measure}"] = round(first + came - went, digits)
	return found


def _add(
	found: dict[str, float], moved: Figures, names: list[tuple[str, bool]], within: float, digits: int
) -> float:
	"""Writes the columns of one direction and returns their sum; `within` is what came from or went to another zone."""
	total = 0.0
	for name, takes_zones in names:
		amount = moved.get(name) or 0.0
		if takes_zones:
			amount += within
		if amount:
			amount = round(amount, digits)
			total += amount
		found[name] = amount
	return round(total, digits)


def total(lines: Iterable[Mapping[str, float]]) -> dict[str, float]:
	"""The sum of lines, column by column."""
	found: dict[str, float] = {}
	for one in lines:
		for name, amount in one.items():
			found[name] = found.get(name, 0.0) + amount
	return {name: round(amount, MEASURES[name.rsplit("_", 1)[1]]) for name, amount in found.items()}


def total_of_months(lines: Sequence[Mapping[str, float]]) -> dict[str, float]:
	"""The sum of months that follow each other: it opens with the first and closes with the last."""
	found = total(lines)
	for measure in MEASURES:
		if lines:
			found[f"opening_{measure}"] = lines[0][f"opening_{measure}"]
			found[f"closing_{measure}"] = lines[-1][f"closing_{measure}"]
	return found


def is_empty(one: Mapping[str, float]) -> bool:
	"""Whether there was nothing, nothing moved and nothing is left."""
	return not any(one.values())


# ---- whether it ties ---------------------------------------------------------------------------------------------


class Difference(NamedTuple):
	"""Where (item or line, place, month, column …) it differs, and by what; a voucher has no quantity."""

	place: tuple
	qty: float | None
	value: float


@dataclass(frozen=True)
class Untied:
	"""What does not tie: the sentence of this module to tell it with, its values, and the first differences of several."""

	message: str
	values: tuple[object, ...]
	named: tuple[Difference, ...] = ()
	has_more: bool = False


# Key -> (quantity, value). A key begins with the item; what follows says where and when.
Pairs = Mapping[tuple, tuple[float, float]]


def differing(ours: Pairs, theirs: Pairs) -> dict[tuple, tuple[float, float]]:
	"""Key -> (difference in quantity, in value), of those that differ in one of them."""
	found: dict[tuple, tuple[float, float]] = {}
	for key in ours.keys() | theirs.keys():
		qty, value = ours.get(key, (0.0, 0.0))
		their_qty, their_value = theirs.get(key, (0.0, 0.0))
		if abs(qty - their_qty) >= NOTHING["qty"] or abs(value - their_value) >= NOTHING["value"]:
			found[key] = qty - their_qty, value - their_value
	return found


def check_items(ours: Pairs, theirs: Pairs, message: str) -> Untied | None:
	"""Compares key by key, so that an error of one item, zone, month or column never hides another's; counts the items."""
	found = differing(ours, theirs)
	if not found:
		return None
	return _untied(message, [Difference(key, *amounts) for key, amounts in found.items()])


def _untied(message: str, found: list[Difference]) -> Untied:
	named = sorted(found, key=lambda difference: tuple(map(str, difference.place)))[:NAMED]
	return Untied(message, (len({one.place[0] for one in found}),), tuple(named), len(found) > NAMED)


def check_lines(
	lines: Mapping[object, Figures], ledger: Mapping[object, tuple[Figures, Figures]]
) -> Untied | None:
	"""Whether the lines shown say what the stock ledger says: `ledger` has opening and closing by key of a line.

	A line that is missing says zero; a line whose own figures do not add up is told as well.
	"""
	ours: dict[tuple, tuple[float, float]] = {}
	theirs: dict[tuple, tuple[float, float]] = {}
	for key, one in lines.items():
		for end in ("opening", "closing"):
			ours[(key, end)] = one[f"{end}_qty"], one[f"{end}_value"]
		ours[(key, "closing", "=")] = (
			one["opening_qty"] + one["in_qty"] - one["out_qty"] - one["closing_qty"],
			one["opening_value"] + one["in_value"] - one["out_value"] - one["closing_value"],
		)
	for key, ends in ledger.items():
		for end, figures in zip(("opening", "closing"), ends, strict=True):
			theirs[(key, end)] = figures["qty"], figures["value"]
	return check_items(ours, theirs, NOT_TIED_SHOWN)


# (account, end of a month) -> value; (voucher, account) -> value.
Amounts = Mapping[tuple, float]


def check_accounts(stock: Amounts, ledger: Amounts) -> list[Untied]:
	"""What the stock on an account is worth, against what the general ledger holds, month end by month end.

	Of each account the first month end that differs is told: the later ones carry it on.
	"""
	found: dict[str, Untied] = {}
	for account, end in sorted(stock.keys() | ledger.keys(), key=lambda key: (str(key[0]), key[1])):
		worth, holds = stock.get((account, end), 0.0), ledger.get((account, end), 0.0)
		if account not in found and abs(worth - holds) >= NOTHING["value"]:
			found[account] = Untied(
				NOT_TIED_ACCOUNTS, (f"{end:%Y-%m}", account, f"{holds:.2f}", f"{worth:.2f}")
			)
	return list(found.values())


def check_vouchers(stock: Amounts, ledger: Amounts) -> Untied | None:
	"""Voucher by voucher, so that two wrong entries on one account do not hide each other."""
	found = {
		key: ledger.get(key, 0.0) - stock.get(key, 0.0)
		for key in stock.keys() | ledger.keys()
		if abs(ledger.get(key, 0.0) - stock.get(key, 0.0)) >= NOTHING["value"]
	}
	if not found:
		return None
	return _untied(NOT_TIED_VOUCHERS, [Difference(key, None, value) for key, value in found.items()])
