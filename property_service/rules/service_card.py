"""The one-card (一卡通): what each movement does to balance, state and doors of a card (DESK-01, DESK-02).

Source: customer-service procedure 3.2 (一卡通的管理: 账户管理及各公司单位补贴的充值及一卡通现金的增减操作, 开户、挂失、解挂、
注销以及门禁系统的管理), register A.

Money is Decimal in whole cents of the company's currency. A card holds two parts, cash and subsidy; neither is ever
negative, and each is the sum of the card's movements. A rule answers with what happens or with a `Refusal`; it neither
reads nor writes.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from property_service.rules import till
from property_service.rules.refusal import Refusal, is_blank

ZERO = Decimal("0.00")

ACTIVE, LOST, CLOSED = "Active", "Lost", "Closed"
STATES = (ACTIVE, LOST, CLOSED)

OPEN = "Open"
CASH_TOP_UP = "Cash Top-up"
SUBSIDY_TOP_UP = "Subsidy Top-up"
SUBSIDY_RETURN = "Subsidy Return"
CASH_DEDUCTION = "Cash Deduction"
CONSUMPTION = "Consumption"
REPORT_LOSS = "Report Loss"
CANCEL_LOSS = "Cancel Loss"
REPLACE = "Replace"
REFUND = "Refund"
CLOSE = "Close"
GRANT_ACCESS = "Grant Access"
REVOKE_ACCESS = "Revoke Access"
TYPES = (
	*(OPEN, CASH_TOP_UP, SUBSIDY_TOP_UP, SUBSIDY_RETURN, CASH_DEDUCTION, CONSUMPTION, REPORT_LOSS),
	*(CANCEL_LOSS, REPLACE, REFUND, CLOSE, GRANT_ACCESS, REVOKE_ACCESS),
)

# In which states of the card a movement is possible; a card is opened by being registered.
POSSIBLE_IN = {
	**{kind: (ACTIVE,) for kind in TYPES if kind != OPEN},
	CANCEL_LOSS: (LOST,),
	REPLACE: (ACTIVE, LOST),
	CLOSE: (ACTIVE, LOST),
	REVOKE_ACCESS: (ACTIVE, LOST),
}
# What the clerk states an amount for.
WITH_AMOUNT = (CASH_TOP_UP, SUBSIDY_TOP_UP, SUBSIDY_RETURN, CASH_DEDUCTION, CONSUMPTION, REFUND)
NEEDS_REASON = (CASH_DEDUCTION, CLOSE)
# Written by other actions of the desk, never by hand.
NOT_BY_HAND = {
	OPEN: "A card is opened by registering it (DESK-01): make a new service card.",
	SUBSIDY_TOP_UP: (
		"Subsidies are credited by a subsidy batch of the company, also for a single card (DESK-03). Make one."
	),
}
STATE_AFTER = {REPORT_LOSS: LOST, CANCEL_LOSS: ACTIVE, REPLACE: CLOSED, CLOSE: CLOSED}
ENDS_ACCESS = (REPLACE, CLOSE)

# How a movement reaches the ledger: with the till's closing, with the day's entry, by an entry of its own.
BY_TILL = (CASH_TOP_UP, REFUND, CLOSE)
BY_DAY = (OPEN, CONSUMPTION, CASH_DEDUCTION)
BY_ITSELF = (SUBSIDY_TOP_UP, SUBSIDY_RETURN, CLOSE)

# A movement entered by mistake is taken back by one of the same type with the opposite sign.
REVERSIBLE = (CASH_TOP_UP, REFUND, CONSUMPTION, CASH_DEDUCTION)
REVERSED_WITH_RECEIPT = (CASH_TOP_UP, REFUND)

IS_LOST = (
	"Card {0} is reported lost: it takes no money and opens no door (DESK-02). Cancel the loss when it is found, or "
	"replace it."
)
IS_CLOSED = "Card {0} is closed and takes nothing any more (DESK-02)."
IS_NOT_LOST = "Card {0} is not reported lost (DESK-01)."
IS_LOST_ALREADY = "Card {0} is reported lost already (DESK-01)."
NO_AMOUNT = "Enter the amount: more than zero, in whole cents (DESK-02)."
BAD_AMOUNT = "{0} is not an amount of money in whole cents (DESK-02)."
NOT_ENOUGH = "Card {0} holds {1}, so {2} cannot be taken (DESK-02)."
NOT_ENOUGH_CASH = (
	"Only the cash part of a card is paid back or deducted: card {0} holds {1} in cash, not {2} (DESK-02)."
)
NOT_ENOUGH_SUBSIDY = "Card {0} holds {1} of subsidy, not {2} (DESK-02)."
NO_REASON = "Give the reason: it is kept with the card (DESK-01)."
NO_MODE = "Choose how the money is paid (CASH-01)."
NO_COMPANY = "Card {0} belongs to no resident company, so it holds no subsidy (DESK-03)."
FOREIGN_COMPANY = "Card {0} belongs to {1}, not to {2} (DESK-03)."
SUBSIDY_KEEPS_COMPANY = "Card {0} still holds {1} of subsidy of {2} (DESK-03). Return it to that company first, then change the company."
HOLDER_STAYS = "The holder of a card does not change (DESK-01). Close the card and open another one."
BAD_NUMBER = "{0} is no card number (DESK-01). A card number has 3 to 30 letters, digits and hyphens; scan the card again."
UNKNOWN_CARD = "There is no card {0} (DESK-01). Scan it again, or look the holder up."
NUMBER_TAKEN = "Card {0} is registered already (DESK-01). Take another card."
HAS_CARD = "{0} has card {1} already (DESK-01). Replace that one when it is lost or broken."
SAME_NUMBER = "The new card has the number of the old one (DESK-02). Scan the new card."
NO_NEW_NUMBER = "Scan the new card (DESK-02)."
NO_AREA = "Choose the access area (DESK-01)."
AREA_DISABLED = "The access area {0} is not used any more (DESK-01)."
AREA_OF_OTHER = "The access area {0} belongs to {1}, not to {2} (DESK-01)."
ENDS_BEFORE_START = "The access ends before it begins: {0} to {1} (DESK-01)."
ENDED_ALREADY = "The access ended on {0} already (DESK-01)."
NO_SUCH_ACCESS = "Card {0} does not open {1} (DESK-01)."
CARD_OF_OTHER = "Card {0} belongs to {1} (DESK-01). Scan the card that is handed out."
NO_CARD_FOR_DOORS = "{0} has no card for the doors (DESK-10). Scan the card that is handed out."
NOT_REVERSIBLE = "A movement of the type {0} is not taken back (DESK-02). Movements of a card stay; make the one that puts it right."
REVERSED_ALREADY = "{0} was taken back already (DESK-02)."
IS_A_REVERSAL = "{0} takes back another movement and stays (DESK-02)."
REVERSED_BY_MANAGER = "What was paid with a card is given back by the service manager (DESK-02)."
RECEIPT_STAYS = (
	"The till of this movement is closed, so its receipt stays valid (CASH-03). Correct the card by a refund, a top-up or "
	"a cash deduction."
)
STAYS = (
	"Movements of a card are kept as they are (DESK-02). Take the movement back: that writes a correcting one with the "
	"opposite sign."
)
NO_SUCH_MOVEMENT = "There is no movement {0} (DESK-02)."
RETRY_DIFFERS = "The request {0} was used for another movement (DESK-02)."
BAD_REQUEST = "A request id has 1 to 100 characters."
NOT_TAKEN_OVER = (
	"Balances of the old system are taken over by the service manager, until the day that finance enters in the settings "
	"(DESK-02); this card would begin with {0}."
)


# ---- a card and its movements -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Card:
	"""A card as it stands on its locked row; both parts in cents. `customer`: the resident company."""

	number: str
	status: str = ACTIVE
	cash: Decimal = ZERO
	subsidy: Decimal = ZERO
	customer: str | None = None

	@property
	def balance(self) -> Decimal:
		return self.cash + self.subsidy


@dataclass(frozen=True)
class Movement:
	"""What somebody asks for: `amount` in cents, without a sign; `customer`: whose subsidy it is."""

	kind: str
	amount: Decimal = ZERO
	reason: str | None = None
	customer: str | None = None


@dataclass(frozen=True)
class Change:
	"""What a movement does to a card: signed changes of both parts in cents, and the state afterwards."""

	cash: Decimal
	subsidy: Decimal
	status: str
	ends_access: bool = False

	def of(self, card: Card) -> Card:
		"""The card afterwards."""
		return Card(
			card.number, self.status, card.cash + self.cash, card.subsidy + self.subsidy, card.customer
		)


def apply(card: Card, movement: Movement, subsidy_first: bool = True) -> Change | Refusal:
	"""DESK-01, DESK-02: what `movement` does to `card`, or the first reason why it cannot be.

	`subsidy_first` (setting): consumption uses the subsidy up before the cash.
	"""
	return _refuse(card, movement) or _change(card, movement, subsidy_first)


def _refuse(card: Card, movement: Movement) -> Refusal | None:
	kind, amount = movement.kind, movement.amount
	refusal = refuse_state(card, kind)
	if refusal:
		return refusal
	if kind in WITH_AMOUNT and amount <= 0:
		return Refusal(NO_AMOUNT)
	if kind in NEEDS_REASON and is_blank(movement.reason):
		return Refusal(NO_REASON)
	if kind == CONSUMPTION and amount > card.balance:
		return _not_enough(NOT_ENOUGH, card.number, card.balance, amount)
	if kind in (REFUND, CASH_DEDUCTION) and amount > card.cash:
		return _not_enough(NOT_ENOUGH_CASH, card.number, card.cash, amount)
	if kind == SUBSIDY_RETURN and amount > card.subsidy:
		return _not_enough(NOT_ENOUGH_SUBSIDY, card.number, card.subsidy, amount)
	return _refuse_company(card, movement)


def _not_enough(message: str, number: str, held: Decimal, wanted: Decimal) -> Refusal:
	return Refusal(message, (number, f"{held:.2f}", f"{wanted:.2f}"))


def refuse_state(card: Card, kind: str) -> Refusal | None:
	"""A lost card takes no money and opens no door; a closed one takes nothing."""
	if card.status in POSSIBLE_IN.get(kind, ()):
		return None
	if kind == OPEN:
		return Refusal(NUMBER_TAKEN, (card.number,))
	if card.status == CLOSED:
		return Refusal(IS_CLOSED, (card.number,))
	if kind == REPORT_LOSS:
		return Refusal(IS_LOST_ALREADY, (card.number,))
	return Refusal(IS_NOT_LOST if kind == CANCEL_LOSS else IS_LOST, (card.number,))


def _refuse_company(card: Card, movement: Movement) -> Refusal | None:
	"""Subsidy comes from the company of the card and goes back to it."""
	if movement.kind != SUBSIDY_TOP_UP:
		return None
	if not card.customer:
		return Refusal(NO_COMPANY, (card.number,))
	if card.customer != movement.customer:
		return Refusal(FOREIGN_COMPANY, (card.number, card.customer, movement.customer))
	return None


def _change(card: Card, movement: Movement, subsidy_first: bool) -> Change:
	kind, amount = movement.kind, movement.amount
	cash = subsidy = ZERO
	if kind == CASH_TOP_UP:
		cash = amount
	elif kind in (REFUND, CASH_DEDUCTION):
		cash = -amount
	elif kind == SUBSIDY_TOP_UP:
		subsidy = amount
	elif kind == SUBSIDY_RETURN:
		subsidy = -amount
	elif kind == CONSUMPTION:
		cash, subsidy = _consumed(card, amount, subsidy_first)
	elif kind in (CLOSE, REPLACE):
		cash, subsidy = -card.cash, -card.subsidy
	return Change(cash, subsidy, STATE_AFTER.get(kind, card.status), kind in ENDS_ACCESS)


def _consumed(card: Card, amount: Decimal, subsidy_first: bool) -> tuple[Decimal, Decimal]:
	"""(cash, subsidy), both negative or zero."""
	first = min(card.subsidy if subsidy_first else card.cash, amount)
	rest = amount - first
	return (-rest, -first) if subsidy_first else (-first, -rest)


def opening(cash: Decimal, subsidy: Decimal, may_take_over: bool, customer: str | None) -> Change | Refusal:
	"""DESK-01: a new card is empty, unless its balance is taken over from the old system."""
	if cash < 0 or subsidy < 0:
		return Refusal(BAD_AMOUNT, (f"{min(cash, subsidy):.2f}",))
	if (cash or subsidy) and not may_take_over:
		return Refusal(NOT_TAKEN_OVER, (f"{cash + subsidy:.2f}",))
	if subsidy and not customer:
		return Refusal(NO_COMPANY, ("",))
	return Change(cash, subsidy, ACTIVE)


def take_over(old: Change) -> Change:
	"""DESK-02: what the replacement of a card brings onto the new one: exactly what it took from the old one."""
	return Change(-old.cash, -old.subsidy, ACTIVE)


# ---- taking a movement back -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
	"""A movement that was made. `receipt_stands`: it has a receipt whose till is closed."""

	name: str
	kind: str
	cash: Decimal
	subsidy: Decimal
	is_reversal: bool = False
	reversed_by: str | None = None
	receipt_stands: bool = False


def reverse(card: Card, done: Done, reason: str | None, is_manager: bool) -> Change | Refusal:
	"""DESK-02: the opposite of `done`, or why it is not taken back."""
	if done.kind not in REVERSIBLE:
		return Refusal(NOT_REVERSIBLE, (done.kind,))
	if done.is_reversal:
		return Refusal(IS_A_REVERSAL, (done.name,))
	if done.reversed_by:
		return Refusal(REVERSED_ALREADY, (done.name,))
	if done.kind == CONSUMPTION and not is_manager:
		return Refusal(REVERSED_BY_MANAGER)
	if is_blank(reason):
		return Refusal(NO_REASON)
	if refusal := refuse_state(card, done.kind):
		return refusal
	if done.receipt_stands:
		return Refusal(RECEIPT_STAYS)
	if card.cash < done.cash:
		return _not_enough(NOT_ENOUGH_CASH, card.number, card.cash, done.cash)
	return Change(-done.cash, -done.subsidy, card.status)


# ---- the holder and the company ---------------------------------------------------------------------------------------


def refuse_new_company(card: Card, customer: str | None) -> Refusal | None:
	"""DESK-03: the subsidy on a card is of one company; with some left the card stays with it."""
	if customer == card.customer or not card.subsidy:
		return None
	return Refusal(SUBSIDY_KEEPS_COMPANY, (card.number, f"{card.subsidy:.2f}", card.customer))


# ---- doors (门禁) -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Access:
	"""What a card opens, on which days; both count. No last day: until it is revoked."""

	area: str
	valid_from: date
	valid_until: date | None = None
	revoked: bool = False

	def opens_on(self, day: date) -> bool:
		ends = self.valid_until is None or day <= self.valid_until
		return not self.revoked and self.valid_from <= day and ends


@dataclass(frozen=True)
class Area:
	"""An access area of our company."""

	title: str
	company: str
	disabled: bool = False


def refuse_access(
	area: Area | None, company: str, valid_from: date, valid_until: date | None, today: date
) -> Refusal | None:
	"""DESK-01: an area of the card's company, for days that are not over."""
	if area is None:
		return Refusal(NO_AREA)
	if area.company != company:
		return Refusal(AREA_OF_OTHER, (area.title, area.company, company))
	if area.disabled:
		return Refusal(AREA_DISABLED, (area.title,))
	if valid_until and valid_until < valid_from:
		return Refusal(ENDS_BEFORE_START, (valid_from, valid_until))
	if valid_until and valid_until < today:
		return Refusal(ENDED_ALREADY, (valid_until,))
	return None


def refuse_door(card: Card, accesses: Iterable[Access], area: str, title: str, day: date) -> Refusal | None:
	"""DESK-02: why a door stays shut; None opens it."""
	if card.status != ACTIVE:
		return Refusal(IS_CLOSED if card.status == CLOSED else IS_LOST, (card.number,))
	if any(access.area == area and access.opens_on(day) for access in accesses):
		return None
	return Refusal(NO_SUCH_ACCESS, (card.number, title))


def refuse_foreign_card(number: str, status: str, holder: str) -> Refusal:
	"""DESK-10: a registered card of somebody else, or one that was closed, is not handed out to who moves in."""
	return Refusal(IS_CLOSED, (number,)) if status == CLOSED else Refusal(CARD_OF_OTHER, (number, holder))


def refuse_moving_in_without(doors_wait: bool, applicant: str) -> Refusal | None:
	"""DESK-10: who moves in gets the doors opened; where there are none, nobody needs a card."""
	return Refusal(NO_CARD_FOR_DOORS, (applicant,)) if doors_wait else None


# ---- what people and machines send --------------------------------------------------------------------------------------

NUMBER = re.compile(r"[0-9A-Z](?:[0-9A-Z-]{1,28})[0-9A-Z]")


def number(text: object) -> str:
	"""The card number in `text` as it is registered: half-width, capital, without blanks.

	Raises ValueError for what is none.
	"""
	plain = "".join(unicodedata.normalize("NFKC", str(text or "")).split()).upper()
	if not NUMBER.fullmatch(plain):
		raise ValueError("not a card number")
	return plain


def amount_of(value: object) -> Decimal | Refusal:
	"""An amount in cents, or why it is none: nothing is rounded."""
	amount = till.amount_of(value)
	if not isinstance(amount, Refusal):
		return amount
	return Refusal(NO_AMOUNT) if amount.message == till.NO_AMOUNT else Refusal(BAD_AMOUNT, amount.values)


def refuse_request(request_id: object) -> Refusal | None:
	text = request_id if isinstance(request_id, str) else ""
	printable = text.isprintable() and text == text.strip()
	return None if 1 <= len(text) <= 100 and printable else Refusal(BAD_REQUEST)


# ---- what a day posts --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DayAccounts:
	"""Accounts of a company's day, and the tax that the price of what is consumed includes, in per cent."""

	liability: str
	income: str
	correction: str
	opening: str
	cost_center: str | None = None
	tax_rate: Decimal = ZERO
	tax_account: str | None = None


@dataclass(frozen=True)
class DaySums:
	"""Signed changes of all cards in a day, both parts together, in cents."""

	consumption: Decimal = ZERO
	deduction: Decimal = ZERO
	opening: Decimal = ZERO

	@property
	def total(self) -> Decimal:
		return self.consumption + self.deduction + self.opening


def day_postings(sums: DaySums, accounts: DayAccounts) -> list[till.Posting]:
	"""DESK-02: the rows of the day's one journal entry; none of them zero, their sum is zero.

	What cards lost is no longer owed: consumption is income with its tax apart, a deduction goes to the account of
	corrections, and a balance taken over comes from the opening account.
	"""
	consumed = -sums.consumption
	split = till.split_tax(abs(consumed), accounts.tax_rate if accounts.tax_account else ZERO)
	sign = 1 if consumed >= 0 else -1
	rows = [
		(till.Target(accounts.liability), -sums.total),
		(till.Target(accounts.income, accounts.cost_center), -sign * split.net),
		(till.Target(accounts.tax_account or "", accounts.cost_center), -sign * split.tax),
		(till.Target(accounts.correction, accounts.cost_center), sums.deduction),
		(till.Target(accounts.opening), sums.opening),
	]
	return [till.Posting(target, amount) for target, amount in rows if amount]


# ---- subsidy batches (DESK-03) ----------------------------------------------------------------------------------------

NO_ROWS = "The batch has no row (DESK-03). Type them, import them, or copy last month."
ROW_TWICE = "Row {0}: card {1} stands in row {2} already (DESK-03)."
ROW_AMOUNT = "Row {0}: the amount is more than zero, in whole cents (DESK-03)."
ROW_NUMBER = "Row {0}: there is no card {1} (DESK-03)."
SECOND_BATCH = "{0} has a subsidy batch for {1} already: {2} (DESK-03). Mark this one as supplementary and give the reason."
NO_SUPPLEMENT_REASON = "Give the reason for a supplementary batch (DESK-03)."
BAD_MONTH = "{0} is no month (DESK-03). Enter it like 2026-03."


@dataclass(frozen=True)
class SubsidyRow:
	"""A row of a batch as it was typed or imported; `amount` as it was sent."""

	card: str
	amount: object


def refuse_rows(rows: Sequence[SubsidyRow], known: Collection[str]) -> Refusal | None:
	"""The first row that cannot be; `known`: card numbers that are registered. Whether a card takes it is judged later."""
	if not rows:
		return Refusal(NO_ROWS)
	seen: dict[str, int] = {}
	for index, row in enumerate(rows, start=1):
		if row.card not in known:
			return Refusal(ROW_NUMBER, (index, row.card))
		if row.card in seen:
			return Refusal(ROW_TWICE, (index, row.card, seen[row.card]))
		if isinstance(amount_of(row.amount), Refusal):
			return Refusal(ROW_AMOUNT, (index,))
		seen[row.card] = index
	return None


def month(value: object) -> date:
	"""The first day of a month written as 2026-03, 202603, 2026/3 or as a day of it. Raises ValueError for anything else."""
	if isinstance(value, date):
		return date(value.year, value.month, 1)
	text = unicodedata.normalize("NFKC", str(value or "")).strip()
	match = re.fullmatch(r"(\d{4})(?:[-/.年](\d{1,2})|(\d{2}))(?:[-/.]\d{1,2}|月)?", text)
	if not match or not 1 <= int(match[2] or match[3]) <= 12:
		raise ValueError("not a month")
	return date(int(match[1]), int(match[2] or match[3]), 1)


def refuse_second_batch(
	customer: str, month_text: str, other: str | None, supplementary: bool, reason: str | None
) -> Refusal | None:
	"""DESK-03: one batch per company and month; a further one says that it is, and why."""
	if supplementary:
		return Refusal(NO_SUPPLEMENT_REASON) if is_blank(reason) else None
	return Refusal(SECOND_BATCH, (customer, month_text, other)) if other else None
