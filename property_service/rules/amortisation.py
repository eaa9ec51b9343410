"""Low-value consumables in money (低值易耗品摊销): what a piece costs, what of it is expense when, and what its end posts
(procedure part five 4.6; LV-01, LV-02, LV-04 to LV-06).

Amounts are Decimals in cents. Everything that is due is a function of the present cost, never of what was posted before,
so that a late run, a repeated one and a cost that changed since all come to the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from property_service.rules.money import CENT
from property_service.rules.refusal import Refusal

NOTHING = Decimal("0.00")
ONE_OFF, FIFTY_FIFTY, INSTALMENTS = METHODS = ("One-off", "Fifty-fifty", "Instalments")
CLASSES = ("Tool", "Office", "Labour Protection", "Other")

IN_USE, IDLE, UNDER_REPAIR = LIVE = ("In Use", "Idle", "Under Repair")
LOST, SCRAPPED, RETURNED = ENDED = ("Lost", "Scrapped", "Returned")
# An issue that was cancelled: its articles were never there, but their labels may be.
CANCELLED = "Cancelled"

FIXED_ASSET = (
	"{0} is a fixed asset and no low-value consumable (procedure 4.1, LV-01). Take away one of the two marks."
)
NOT_STOCKED = (
	"{0} is not kept in stock, so no piece of it can be issued (procedure 4.5, LV-01). Tick Maintain Stock, or take the "
	"low-value class away."
)
FEW_INSTALMENTS = (
	"{0} is amortised in instalments: say over how many months, 2 or more (procedure 4.6, LV-04)."
)
PARTIAL_PIECE = "Row {0}: {1} is kept piece by piece, so {2} cannot be issued (procedure 4.3.2, LV-02). Issue whole pieces."
NO_ARTICLE = (
	"Row {0}: {1} is no low-value consumable, so it is not charged to {2} (LV-04). Choose an expense account, or give the "
	"item a low-value class."
)
NO_PERPETUAL_INVENTORY = (
	"Row {0}: {1} is not expense at once, and {2} posts no stock to its books (LV-04). Switch perpetual inventory on in the "
	"company, or use the method One-off."
)
SHORT_LIFE = (
	"{0} is to last {1} months; low-value consumables last {2} or more (procedure 4.1, LV-01). Correct the useful life, or "
	"take the class away."
)
SMALL_VALUE = "{0} costs {1}; low-value consumables cost {2} or more (procedure 4.1, LV-01). Below that the class is not needed."
SMALL_RECEIPT = "Row {0}: {1} comes at {2}, below the {3} of a low-value consumable (procedure 4.1, LV-01)."
SAME_ACCOUNT = "{0}: {1} and {2} are two accounts (LV-04). Choose another one."
WRONG_ACCOUNT = (
	"{0} cannot be {1} (LV-04): it takes an asset account of the company that is no group and, for all but the account in "
	"store, of no type."
)
IN_BOOKS = "{0}: {1} stays while articles have value on it (LV-04). Accounting moves a balance by writing the articles off or back."


@dataclass(frozen=True)
class Plan:
	"""How the cost of an article becomes expense; `instalments`: months, 0 unless by instalments."""

	method: str = ONE_OFF
	instalments: int = 0


def plan(choices: Iterable[tuple[str | None, int]]) -> Plan:
	"""LV-04: the first of (method, instalments) that names a method: the item's, then its groups', the nearest first."""
	for method, instalments in choices:
		if method:
			return Plan(method, int(instalments or 0) if method == INSTALMENTS else 0)
	return Plan()


def refuse_plan(method: str | None, instalments: int, name: str) -> Refusal | None:
	"""`name`: the item or group."""
	return Refusal(FEW_INSTALMENTS, (name,)) if method == INSTALMENTS and instalments < 2 else None


def refuse_item(item: str, low_value_class: str | None, is_fixed_asset: bool, is_stocked: bool):
	"""LV-01: things below the value of a fixed asset, issued from the store."""
	if low_value_class and is_fixed_asset:
		return Refusal(FIXED_ASSET, (item,))
	if low_value_class and not is_stocked:
		return Refusal(NOT_STOCKED, (item,))
	return None


def item_warnings(
	item: str, months: int, value: Decimal | None, least_months: int, least_value: Decimal
) -> list[Refusal]:
	"""LV-01: what is said, and not refused, about an item of a low-value class. `value`: None where nobody knows it."""
	found = []
	if months < least_months:
		found.append(Refusal(SHORT_LIFE, (item, months, least_months)))
	if value is not None and value < least_value:
		found.append(Refusal(SMALL_VALUE, (item, value, least_value)))
	return found


def refuse_part_of_piece(idx: int, item: str, quantity: Decimal) -> Refusal | None:
	if quantity == quantity.to_integral_value():
		return None
	return Refusal(PARTIAL_PIECE, (idx, item, f"{quantity.normalize():f}"))


# ---- runs ----------------------------------------------------------------------------------------------------------

FUTURE_MONTH = "{0} has not begun yet (LV-06). A run amortises a month that has."
RUN_THERE = "{0} has a run for {1} already: {2} (LV-06). What it missed is due in the next month's run."
LATER_RUN = (
	"{0} was amortised until {1} already, by {2} (LV-06). What is missing before is due in the next run; cancel the later runs "
	"first to post {3} by itself."
)
ENDED_SINCE = "Articles of this run are gone since, {0} among them (LV-06). Their end is taken back first, or the run stays."


def refuse_run(company: str, month: date, today: date, other: str | None, later: tuple[str, date] | None):
	"""LV-06: one run per company and month that has begun, and none before one that is posted.

	`other`: a run of that month that stands; `later`: (name, month) of the last one after it.
	"""
	if month > today:
		return Refusal(FUTURE_MONTH, (f"{month:%Y-%m}",))
	if other:
		return Refusal(RUN_THERE, (company, f"{month:%Y-%m}", other))
	if later:
		return Refusal(LATER_RUN, (company, f"{later[1]:%Y-%m}", later[0], f"{month:%Y-%m}"))
	return None


# ---- cents -------------------------------------------------------------------------------------------------------


def pieces(value: Decimal, count: int) -> list[Decimal]:
	"""`value` on `count` pieces: as equal as cents allow, the first ones a cent more, together `value` exactly (LV-02).

	A larger value gives no piece less than a smaller one.
	"""
	each, over = divmod(int(value / CENT), count)
	return [CENT * (each + (position < over)) for position in range(count)]


def half(value: Decimal) -> Decimal:
	return (value / 2).quantize(CENT, rounding=ROUND_HALF_UP)


def first_shares(method: str, value: Decimal, count: int) -> list[Decimal]:
	"""What the issue of a row of `value` makes expense of each piece: all, half of the row to the cent, or nothing yet."""
	if method == ONE_OFF:
		return pieces(value, count)
	return pieces(half(value), count) if method == FIFTY_FIFTY else [Decimal("0.00")] * count


def parts(cost: Decimal, months: int) -> list[Decimal]:
	"""LV-04: `months` equal parts, the last one taking the rounding; together `cost` exactly, none below nothing."""
	part = (cost / months).quantize(CENT, rounding=ROUND_HALF_UP)
	if part * (months - 1) > cost:
		part = (cost / months).quantize(CENT, rounding=ROUND_DOWN)
	return [part] * (months - 1) + [cost - part * (months - 1)]


def amortised_after(cost: Decimal, months: int, due: int) -> Decimal:
	"""What the first `due` of `months` parts come to."""
	return sum(parts(cost, months)[: max(due, 0)], Decimal("0.00"))


def parts_due(in_use_since: date, month: date, months: int) -> int:
	"""How many parts are due at the end of `month`; the month of the issue is the first (LV-04)."""
	passed = (month.year - in_use_since.year) * 12 + month.month - in_use_since.month + 1
	return min(max(passed, 0), months)


def due(
	chosen: Plan, cost: Decimal, first_share: Decimal, amortised: Decimal, in_use_since: date, month: date
) -> Decimal:
	"""What a run of `month` makes expense of an article that is still there; below nothing after its cost fell (LV-05).

	`first_share`: what its issue made expense, at today's cost.
	"""
	if chosen.method == INSTALMENTS:
		target = amortised_after(cost, chosen.instalments, parts_due(in_use_since, month, chosen.instalments))
	else:
		target = first_share
	return target - amortised


# ---- postings ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Accounts:
	"""Where a company keeps what is in use and what of it is expense already (LV-04)."""

	in_use: str
	amortisation: str


@dataclass(frozen=True)
class Share:
	"""An amount of an article that becomes expense, and where; below nothing where expense is taken back."""

	amount: Decimal
	expense_account: str | None
	cost_center: str | None


@dataclass(frozen=True)
class Line:
	"""A row of a journal entry: debit when positive."""

	account: str | None
	cost_center: str | None
	amount: Decimal


def amortisation_lines(shares: Sequence[Share], accounts: Accounts) -> list[Line]:
	"""Debit expense, credit amortisation: one line per account and cost centre (LV-04, LV-06)."""
	return grouped(
		[
			line
			for share in shares
			for line in (
				Line(share.expense_account, share.cost_center, share.amount),
				Line(accounts.amortisation, share.cost_center, -share.amount),
			)
		]
	)


@dataclass(frozen=True)
class Ending:
	"""An article at its end; `carried` unless its issue was expense at once, when nothing of it stands in the books."""

	cost: Decimal
	amortised: Decimal
	expense_account: str | None
	cost_center: str | None
	carried: bool = True

	@property
	def net(self) -> Decimal:
		return self.cost - self.amortised


def ending_lines(endings: Sequence[Ending], accounts: Accounts, charge_to: str | None = None) -> list[Line]:
	"""LV-04: the rest becomes expense (or goes to `charge_to`), then amortisation against in use for the full cost."""
	carried = [ending for ending in endings if ending.carried]
	rest = [Share(e.net, charge_to or e.expense_account, e.cost_center) for e in carried]
	written_off = [
		line
		for e in carried
		for line in (
			Line(accounts.amortisation, e.cost_center, e.cost),
			Line(accounts.in_use, e.cost_center, -e.cost),
		)
	]
	# Two goes, for these are two entries on one sheet: the credit of the first and the debit of the second both show.
	return amortisation_lines(rest, accounts) + grouped(written_off)


def correction_lines(shares: Sequence[Share], accounts: Accounts) -> list[Line]:
	"""LV-05: the cost of articles that are gone changed afterwards: in use was moved by ERPNext, expense follows."""
	return grouped(
		[
			line
			for share in shares
			for line in (
				Line(share.expense_account, share.cost_center, share.amount),
				Line(accounts.in_use, share.cost_center, -share.amount),
			)
		]
	)


def grouped(lines: Iterable[Line]) -> list[Line]:
	"""One line per account and cost centre, in the order of their first appearance; what comes to nothing goes."""
	sums: dict[tuple[str | None, str | None], Decimal] = {}
	for line in lines:
		key = (line.account, line.cost_center)
		sums[key] = sums.get(key, Decimal(0)) + line.amount
	return [Line(account, cost_center, amount) for (account, cost_center), amount in sums.items() if amount]


# ---- what may happen to an article -------------------------------------------------------------------------------

UNKNOWN_ARTICLE = "There is no article {0} in {1} (LV-02). Scan its label again."
NOT_THERE = "{0} is {1} (LV-02). Only what is in use, idle or under repair is handed over, repaired, returned or scrapped."
WRONG_STATE = "{0} is {1} and cannot become {2} (LV-09, LV-10)."
MOVED_ON = "Articles of issue {0} moved on since, {1} among them: {2} (LV-02). What came after is cancelled or taken back first."


def refuse_gone(name: str, status: str) -> Refusal | None:
	return None if status in LIVE else Refusal(NOT_THERE, (name, status))


def refuse_state(name: str, status: str, new: str) -> Refusal | None:
	"""LV-09, LV-10: what is there is in use, idle or under repair; nothing comes back from its end by itself."""
	if refusal := refuse_gone(name, status):
		return refusal
	if new not in LIVE or new == status:
		return Refusal(WRONG_STATE, (name, status, new))
	return None


# ---- back into the store -----------------------------------------------------------------------------------------

STILL_PENDING = "The articles of issue {0} are still being made (LV-02). Try again in a minute."
NOT_OF_ROW = (
	"Row {0}: {1} is no article of that row of the issue, or is not there any more (LV-02, WH-19). Enter the numbers on the "
	"labels."
)
OTHER_COUNT = "Row {0}: {1} numbers for {2} pieces (LV-02, WH-19). Enter one for every piece that comes back."
CHANGED_MEANWHILE = "Row {0}: the value of {1} changed meanwhile (LV-05, WH-19). Save the return again."


def return_value(chosen: Plan, cost: Decimal, amortised: Decimal, in_use_since: date, day: date) -> Decimal:
	"""What a piece is worth when it comes back to the store (WH-19): its net value.

	What was expense at once has none, except in the month of its issue: then its return corrects the issue, at its cost.
	"""
	same_month = (in_use_since.year, in_use_since.month) == (day.year, day.month)
	if chosen.method == ONE_OFF:
		return cost if same_month else Decimal("0.00")
	return max(cost - amortised, Decimal("0.00"))


@dataclass(frozen=True)
class Returning:
	"""An article that comes back at `value`: `cost` stays with us, all of it expense."""

	cost: Decimal
	amortised: Decimal
	value: Decimal
	expense_account: str | None
	cost_center: str | None
	carried: bool = True

	@property
	def expense(self) -> Decimal:
		"""What becomes expense by the return: what is left neither in the store nor amortised (cents of a rate)."""
		return self.cost - self.value - self.amortised


def return_lines(returning: Sequence[Returning], accounts: Accounts) -> list[Line]:
	"""The stock entry has credited in use with the value; amortisation, and what is left, go against the rest of in use."""
	lines = []
	for piece in returning:
		if piece.carried:
			lines += [
				Line(accounts.amortisation, piece.cost_center, piece.amortised),
				Line(piece.expense_account, piece.cost_center, piece.expense),
				Line(accounts.in_use, piece.cost_center, piece.value - piece.cost),
			]
	return grouped(lines)
