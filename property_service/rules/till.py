"""The money at the front desk: what may be taken and paid, what a shift must hold, what its closing posts.

Source: customer-service procedure 2.3 (及时收取营业收入并登记入账,做到日清月结,每月3日前定期送财务部) and 4.2
(及时向后勤出纳上交前台所收款项). Rules CASH-01 to CASH-03.

Money is Decimal in whole cents of the company's currency. A rule answers with a `Refusal` or None; the controller
translates it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from property_service.rules.money import CENT, Number, cents
from property_service.rules.refusal import Refusal, is_blank

IN, OUT = "In", "Out"
# A purpose that has money in both directions.
BOTH = "In or Out"
# What a purpose's money is: the company's income, somebody's deposit, the balance of cards, a debt on an invoice.
INCOME, DEPOSIT, CARD, INVOICE = "Desk Income", "Refundable Deposit", "Card Balance", "Invoice Debt"

OPEN, CLOSED = "Open", "Closed"
COUNTING, AWAITING, RETURNED, ACCEPTED = "Counting", "Awaiting Cashier", "Returned to Clerk", "Accepted"

NO_SHIFT = "You have no open till. Open your shift at a counter first (CASH-02)."
PAST_END = (
	"The shift {0} was planned until {1} and can only be closed now: take no more money on it (CASH-02). Close it, then "
	"open the next shift."
)
OTHER_COMPANY = (
	"The till of {0} belongs to {1}; money of {2} is taken at a counter of that company (CASH-01)."
)
NO_AMOUNT = "Enter the amount: more than zero, in whole cents (CASH-01)."
BAD_AMOUNT = "{0} is not an amount of money in whole cents (CASH-01)."
WRONG_DIRECTION = "{0} is money that goes {1}; choose the purpose that fits (CASH-01)."
PURPOSE_DISABLED = "The purpose {0} is not used any more (CASH-01)."
NO_PAYER = "Write down who pays or is paid (CASH-01)."
REGISTER_ONLY = "Money for {0} is taken by the register {1}, not by hand, so that entry and receipt agree (CASH-01). Make the entry there."
NO_ORIGINAL = "Name the receipt that is paid back or corrected (CASH-01)."
WRONG_ORIGINAL = "The receipt {0} is for {1}; {2} does not pay that back (CASH-01)."
ORIGINAL_NOT_VALID = "The receipt {0} is not valid, so nothing can be paid back on it (CASH-01)."
ORIGINAL_EXCEEDED = "Of the receipt {0} at most {1} is left to pay back (CASH-01)."
NO_REMARKS = "Say in the remarks what this is for (CASH-01)."
NOT_APPROVED = (
	"Money that leaves the till for {0} is approved by the service manager first (CASH-01). Save the receipt and ask for "
	"the approval."
)
APPROVED_BY_CLERK = "{0} cannot approve a payment of the own till (CASH-01)."
NO_INVOICE = "Name the sales invoice that is paid (CASH-01)."
INVOICE_NEEDS_PURPOSE = (
	"A receipt against a sales invoice has the purpose {0}: it settles a debt and is no income (CASH-01)."
)
INVOICE_NOT_SUBMITTED = "The invoice {0} is not submitted or was cancelled (CASH-01)."
INVOICE_EXCEEDED = "Of the invoice {0} only {1} is outstanding (CASH-01)."
FOREIGN_CURRENCY = "{0} is in {1}; the till takes {2} only (CASH-01)."
NOT_CANCELLED_IN = (
	"The till of receipt {0} is closed: it stays valid (CASH-03). Correct it with a new receipt."
)
PAST_END_CANCEL = "The shift {0} was planned until {1} and can only be closed now (CASH-02). Correct the receipt {2} with a new one."
NOT_OWN_TILL = (
	"The receipt {0} is of the till of {1}; only that clerk or the service manager cancels it (CASH-01)."
)
NO_CANCEL_REASON = "Give the reason for cancelling the receipt (CASH-01)."
PAID_BACK = "The receipt {0} was paid back or corrected by {1}; cancel that one first (CASH-01)."
ENTRY_STANDS = "The receipt {0} belongs to {1}, which is not valid without it (CASH-01). Cancel that entry: its receipt follows."
NOT_PAID = "{0} is not paid: {1} of {2} has a valid receipt (CASH-01)."
RETRY_DIFFERS = "The request {0} was used for another receipt (CASH-01)."

NOT_A_CLERK = "A till is opened by a front desk clerk; {0} is none (CASH-02)."
BAD_END = "The planned end must lie after now and at most {0} hours ahead (CASH-02)."
CLERK_HAS_TILL = "{0} has an open till already: {1} (CASH-02). Close it first."
COUNTER_HAS_TILL = "The counter {0} has an open till already: {1} (CASH-02)."
NO_FLOAT_REASON = (
	"The last shift left a float of {0} and the cashier gave {1}, but {2} is counted (CASH-02). Count again, or give the "
	"reason for the difference: it is booked with this shift."
)

NOT_OWN_CLOSING = (
	"The till of {0} is closed by that clerk; the service manager may do it in an absence (CASH-03)."
)
NO_ABSENCE_REASON = "Give the reason for closing the till in place of {0} (CASH-03)."
NO_DIFFERENCE_REASON = "The count differs from the records by {0}. Count again, or give the reason (CASH-03)."
BAD_FLOAT = "The float kept lies between nothing and the cash counted, {0} (CASH-03)."
FLOAT_TAKEN_OVER = "The next shift has begun with the float of {0}; it does not change any more (CASH-03)."
BAD_PIECES = "{0} pieces of {1} cannot be counted (CASH-03)."
UNKNOWN_FACE = "There is no note or coin of {0} (CASH-03)."
NOT_SIGNED = "The clerk has not signed this closing (CASH-03)."
CLOSING_FROZEN = "This closing is {0} and does not change any more (CASH-03)."
NO_RETURN_REASON = "Say what the clerk has to correct (CASH-03)."
ACCEPTED_STAYS = "A closing that the cashier accepted is in the books and is not cancelled (CASH-03). Correct it with new receipts."


# ---- a receipt ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Split:
	"""An amount with its tax taken out, all in cents: net + tax = amount."""

	net: Decimal
	tax: Decimal


def split_tax(amount: Number, rate: Number) -> Split:
	"""Take the tax of `rate` per cent out of an amount that includes it; the tax is rounded half up, once.

	Raises ValueError for what is no amount.
	"""
	gross, percent = cents(amount), Decimal(str(rate or 0))
	tax = (gross * percent / (100 + percent)).quantize(CENT, rounding=ROUND_HALF_UP)
	return Split(gross - tax, tax)


def signed(direction: str, amount: Decimal) -> Decimal:
	"""What a receipt adds to the till."""
	return amount if direction == IN else -amount


@dataclass(frozen=True)
class Purpose:
	"""What money is taken or paid for. `refunds`: of these deposits only; `register`: the DocType whose entries it is for."""

	name: str
	kind: str
	direction: str = IN
	refunds: str | None = None
	register: str | None = None
	disabled: bool = False


@dataclass(frozen=True)
class Till:
	"""The open shift of whoever takes the money."""

	shift: str
	counter: str
	company: str
	clerk: str
	planned_end: datetime


@dataclass(frozen=True)
class Original:
	"""The receipt that is paid back; `left` in cents, this payment not counted."""

	number: str
	purpose: str
	kind: str
	valid: bool
	direction: str
	left: Decimal


@dataclass(frozen=True)
class Invoice:
	"""A sales invoice; `left`: outstanding less what the desk has taken for it and not posted yet, in cents.

	`taken`: what the desk has taken for it altogether, in cents.
	"""

	name: str
	submitted: bool
	currency: str
	company: str
	left: Decimal
	taken: Decimal


@dataclass(frozen=True)
class Receipt:
	"""A receipt that is to become valid. `from_register`: a register writes it in the transaction of its entry."""

	company: str
	currency: str
	direction: str
	purpose: Purpose
	amount: Decimal
	payer: str | None
	now: datetime
	from_register: str | None = None
	original: Original | None = None
	invoice: Invoice | None = None
	remarks: str | None = None
	approved_by: str | None = None


def amount_of(value: object) -> Decimal | Refusal:
	"""The amount in cents, or why it is none: nothing is rounded at a till."""
	try:
		amount = cents(value)
		exact = Decimal(str(value or 0))
	except (ValueError, ArithmeticError):
		return Refusal(BAD_AMOUNT, (str(value)[:40],))
	if abs(exact - amount) > Decimal("0.0000001"):
		return Refusal(BAD_AMOUNT, (str(value)[:40],))
	return amount if amount > 0 else Refusal(NO_AMOUNT)


def refuse_till(till: Till | None, company: str, now: datetime) -> Refusal | None:
	"""CASH-02: money needs the clerk's own open shift, of that company, before its planned end."""
	if till is None:
		return Refusal(NO_SHIFT)
	if now > till.planned_end:
		return Refusal(PAST_END, (till.shift, f"{till.planned_end:%Y-%m-%d %H:%M}"))
	if till.company != company:
		return Refusal(OTHER_COMPANY, (till.counter, till.company, company))
	return None


def refuse_receipt(receipt: Receipt, till: Till | None) -> Refusal | None:
	"""CASH-01: the first reason why this receipt cannot become valid."""
	return (
		refuse_till(till, receipt.company, receipt.now)
		or _refuse_purpose(receipt)
		or (Refusal(NO_PAYER) if is_blank(receipt.payer) else None)
		or _refuse_invoice(receipt)
		or _refuse_payment_back(receipt)
		or _refuse_unapproved(receipt, till.clerk if till else "")
	)


def _refuse_purpose(receipt: Receipt) -> Refusal | None:
	purpose = receipt.purpose
	if purpose.disabled:
		return Refusal(PURPOSE_DISABLED, (purpose.name,))
	if purpose.direction == OUT and receipt.direction == IN and not _corrects(receipt):
		return Refusal(WRONG_DIRECTION, (purpose.name, OUT))
	if purpose.register and receipt.from_register != purpose.register:
		return Refusal(REGISTER_ONLY, (purpose.name, purpose.register))
	return None


def _corrects(receipt: Receipt) -> bool:
	"""A receipt the other way than its purpose's own takes back an earlier one, whose till is closed."""
	return receipt.original is not None and receipt.direction != receipt.original.direction


def needs_original(purpose: Purpose, direction: str) -> bool:
	"""A refund of a deposit names the deposit; money out of an income or a deposit takes an earlier receipt back."""
	if direction == IN or purpose.kind in (INVOICE, CARD):
		return False
	return purpose.kind == DEPOSIT or purpose.direction == IN


def _refuse_payment_back(receipt: Receipt) -> Refusal | None:
	original, purpose = receipt.original, receipt.purpose
	if original is None:
		return Refusal(NO_ORIGINAL) if needs_original(purpose, receipt.direction) else None
	if not original.valid:
		return Refusal(ORIGINAL_NOT_VALID, (original.number,))
	if original.direction == receipt.direction or not _pays_back(purpose, original):
		return Refusal(WRONG_ORIGINAL, (original.number, original.purpose, purpose.name))
	if receipt.amount > original.left:
		return Refusal(ORIGINAL_EXCEEDED, (original.number, f"{original.left:.2f}"))
	return Refusal(NO_REMARKS) if purpose.name == original.purpose and is_blank(receipt.remarks) else None


def _pays_back(purpose: Purpose, original: Original) -> bool:
	if purpose.name == original.purpose:
		return True
	return (
		purpose.kind == DEPOSIT
		and purpose.direction == OUT
		and original.kind == DEPOSIT
		and purpose.refunds in (None, "", original.purpose)
	)


def _refuse_invoice(receipt: Receipt) -> Refusal | None:
	invoice = receipt.invoice
	if receipt.purpose.kind != INVOICE:
		return Refusal(INVOICE_NEEDS_PURPOSE, (INVOICE_PAYMENT,)) if invoice else None
	if invoice is None:
		return Refusal(NO_INVOICE)
	if not invoice.submitted:
		return Refusal(INVOICE_NOT_SUBMITTED, (invoice.name,))
	if invoice.company != receipt.company:
		return Refusal(OTHER_COMPANY, (receipt.company, receipt.company, invoice.company))
	if invoice.currency != receipt.currency:
		return Refusal(FOREIGN_CURRENCY, (invoice.name, invoice.currency, receipt.currency))
	most = invoice.left if receipt.direction == IN else max(invoice.taken, -invoice.left)
	return Refusal(INVOICE_EXCEEDED, (invoice.name, f"{most:.2f}")) if receipt.amount > most else None


def _refuse_unapproved(receipt: Receipt, clerk: str) -> Refusal | None:
	"""Money that leaves the till by hand and takes no earlier receipt back is the service manager's exception."""
	if receipt.direction == IN or receipt.from_register or receipt.original:
		return None
	if is_blank(receipt.remarks):
		return Refusal(NO_REMARKS)
	if not receipt.approved_by:
		return Refusal(NOT_APPROVED, (receipt.purpose.name,))
	return Refusal(APPROVED_BY_CLERK, (clerk,)) if receipt.approved_by == clerk else None


INVOICE_PAYMENT = "Invoice Payment"


@dataclass(frozen=True)
class Cancelling:
	"""A valid receipt that is to be cancelled. `entry`: the register entry it belongs to, if that is still valid."""

	number: str
	till: Till
	till_is_open: bool
	now: datetime
	user: str
	is_manager: bool
	reason: str | None
	entry: str | None = None
	paid_back_by: str | None = None


def refuse_cancelling(facts: Cancelling) -> Refusal | None:
	"""CASH-01, CASH-03: only while the till is open, with a reason, together with the register's entry."""
	if not facts.till_is_open:
		return Refusal(NOT_CANCELLED_IN, (facts.number,))
	if facts.now > facts.till.planned_end:
		end = f"{facts.till.planned_end:%Y-%m-%d %H:%M}"
		return Refusal(PAST_END_CANCEL, (facts.till.shift, end, facts.number))
	if facts.user != facts.till.clerk and not facts.is_manager:
		return Refusal(NOT_OWN_TILL, (facts.number, facts.till.clerk))
	if facts.entry:
		return Refusal(ENTRY_STANDS, (facts.number, facts.entry))
	if facts.paid_back_by:
		return Refusal(PAID_BACK, (facts.number, facts.paid_back_by))
	return Refusal(NO_CANCEL_REASON) if is_blank(facts.reason) else None


# ---- a shift -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opening:
	"""A till that is to be opened. Money in cents: `left` by the last shift, `from_cashier` given (negative: taken back)."""

	clerk: str
	is_clerk: bool
	now: datetime
	planned_end: datetime
	longest_hours: float
	left: Decimal
	from_cashier: Decimal
	counted: Decimal
	reason: str | None = None


def opening_difference(opening: Opening) -> Decimal:
	return opening.counted - opening.left - opening.from_cashier


def refuse_opening(opening: Opening) -> Refusal | None:
	"""CASH-02: by a clerk, with a planned end, with the float that should be there or a reason."""
	if not opening.is_clerk:
		return Refusal(NOT_A_CLERK, (opening.clerk,))
	latest = opening.now + timedelta(hours=opening.longest_hours)
	if not opening.now < opening.planned_end <= latest:
		return Refusal(BAD_END, (f"{opening.longest_hours:g}",))
	if opening_difference(opening) and is_blank(opening.reason):
		values = (f"{opening.left:.2f}", f"{opening.from_cashier:.2f}", f"{opening.counted:.2f}")
		return Refusal(NO_FLOAT_REASON, values)
	return None


def usual_end(now: datetime, closes_at: time, usual_hours: float, longest_hours: float) -> datetime:
	"""CASH-02: the end proposed for a shift that opens at `now`; a shift may always be planned until then.

	The desk's closing time of the day, `closes_at`. Where that is over, or farther away than the longest shift (who
	opens at one in the night goes home before the afternoon), a usual shift from now.
	"""
	closing = datetime.combine(now.date(), closes_at)
	if now < closing <= now + timedelta(hours=longest_hours):
		return closing
	return now + timedelta(hours=min(usual_hours, longest_hours))


def report_due(planned_end: datetime, opens_at: time) -> datetime:
	"""CASH-02: when a shift that was left open is reported: the next morning, as the desk opens."""
	morning = datetime.combine(planned_end.date(), opens_at)
	return morning if morning > planned_end else morning + timedelta(days=1)


# ---- a closing ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ModeTotal:
	"""One mode of payment of a shift, in cents. `float_`: the opening float, of the cash mode only."""

	mode: str
	float_: Decimal
	received: Decimal
	paid_out: Decimal
	counted: Decimal

	@property
	def expected(self) -> Decimal:
		return self.float_ + self.received - self.paid_out

	@property
	def difference(self) -> Decimal:
		return self.counted - self.expected


def pieces_amount(face: Number, pieces: object, faces: Collection[Decimal]) -> Decimal | Refusal:
	"""What a stack of notes or coins is worth, or why it cannot be."""
	value = Decimal(str(face or 0)).quantize(CENT)
	if value not in faces:
		return Refusal(UNKNOWN_FACE, (f"{value:.2f}",))
	count = Decimal(str(pieces or 0))
	if count < 0 or count != count.to_integral_value() or count > 1_000_000:
		return Refusal(BAD_PIECES, (str(pieces), f"{value:.2f}"))
	return value * count


def faces(text: str | None) -> tuple[Decimal, ...]:
	"""Face values of notes and coins from a setting like "100, 50, 0.5", the largest first.

	Raises ValueError for what is no amount.
	"""
	values = {cents(part.strip()) for part in (text or "").replace("，", ",").split(",") if part.strip()}
	return tuple(sorted((value for value in values if value), reverse=True))


@dataclass(frozen=True)
class Count:
	"""What the clerk hands in. `float_frozen`: the float that a later shift has already begun with."""

	modes: tuple[ModeTotal, ...]
	cash_counted: Decimal
	float_kept: Decimal
	reason: str | None = None
	float_frozen: Decimal | None = None

	@property
	def handed_over(self) -> Decimal:
		return self.cash_counted - self.float_kept


def refuse_count(count: Count) -> Refusal | None:
	"""CASH-03: the float fits the cash; each mode that differs is explained."""
	if not 0 <= count.float_kept <= count.cash_counted:
		return Refusal(BAD_FLOAT, (f"{count.cash_counted:.2f}",))
	if count.float_frozen is not None and count.float_kept != count.float_frozen:
		return Refusal(FLOAT_TAKEN_OVER, (f"{count.float_frozen:.2f}",))
	differences = [mode.difference for mode in count.modes if mode.difference]
	if differences and is_blank(count.reason):
		return Refusal(NO_DIFFERENCE_REASON, (", ".join(f"{difference:+.2f}" for difference in differences),))
	return None


# ---- what a closing posts -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
	"""Where an amount is booked. `party` and `reference` (a sales invoice) only on a receivable account."""

	account: str
	cost_center: str | None = None
	party: str | None = None
	reference: str | None = None


@dataclass(frozen=True)
class Posting:
	"""One row of the journal entry: `amount` in cents, debit when positive."""

	target: Target
	amount: Decimal


@dataclass(frozen=True)
class Taken:
	"""A valid receipt as it is booked, in cents; `tax_account` where the purpose has a tax."""

	direction: str
	target: Target
	net: Decimal
	tax: Decimal = Decimal(0)
	tax_account: str | None = None


@dataclass(frozen=True)
class Drawer:
	"""The cash of a shift, in cents, and the accounts it moves between."""

	cashier_account: str
	float_account: str
	over_short_account: str
	cost_center: str | None
	left: Decimal
	from_cashier: Decimal
	opening_difference: Decimal
	float_kept: Decimal
	handed_over: Decimal
	cash_difference: Decimal


def postings(
	taken: Iterable[Taken], drawer: Drawer, modes: Mapping[str, ModeTotal], mode_accounts: Mapping[str, str]
) -> list[Posting]:
	"""CASH-03: the rows of a closing's journal entry, one per target, none of them zero, in a fixed order.

	Receipts are credited with their tax apart; other modes than cash are debited as counted; cash goes to the
	cashier's account, what the float grew by to the float's; every difference, also that of the opening, is booked.
	`modes` are those other than cash. Balances for any receipts: their sum is the till's movement.
	"""
	sums: dict[Target, Decimal] = defaultdict(Decimal)
	for receipt in taken:
		sums[receipt.target] -= signed(receipt.direction, receipt.net)
		if receipt.tax:
			sums[Target(receipt.tax_account, receipt.target.cost_center)] -= signed(
				receipt.direction, receipt.tax
			)
	over = drawer.cash_difference + drawer.opening_difference
	sums[Target(drawer.cashier_account)] += drawer.handed_over - drawer.from_cashier
	sums[Target(drawer.float_account)] += drawer.float_kept - drawer.left
	for name, mode in modes.items():
		sums[Target(mode_accounts[name])] += mode.counted
		over += mode.difference
	sums[Target(drawer.over_short_account, drawer.cost_center)] -= over
	return sorted(
		(Posting(target, amount) for target, amount in sums.items() if amount),
		key=lambda row: (
			row.amount < 0,
			row.target.account,
			row.target.party or "",
			row.target.reference or "",
			row.target.cost_center or "",
		),
	)


@dataclass(frozen=True)
class Untied:
	"""An account of the desk whose ledger differs from its receipts, both in cents, debit positive."""

	account: str
	receipts: Decimal
	ledger: Decimal

	@property
	def difference(self) -> Decimal:
		return self.ledger - self.receipts


def untied(receipts: Mapping[str, Decimal], ledger: Mapping[str, Decimal]) -> list[Untied]:
	"""CASH-05: every account where the closed receipts and the ledger do not agree to the cent."""
	return [
		Untied(account, receipts.get(account, Decimal(0)), ledger.get(account, Decimal(0)))
		for account in sorted({*receipts, *ledger})
		if receipts.get(account, Decimal(0)) != ledger.get(account, Decimal(0))
	]


def allocate(amount: Decimal, outstanding: Decimal, stands: bool) -> list[tuple[bool, Decimal]]:
	"""What of the money taken for an invoice is booked against it (True), and what is the customer's credit (False).

	`amount` and `outstanding` in cents, negative for money paid back and for credit notes. Never more against an
	invoice than is outstanding; nothing against one that was cancelled. The parts sum up to `amount`.
	"""
	against = amount if amount < 0 else max(min(amount, outstanding), Decimal(0))
	if not stands:
		against = Decimal(0)
	return [(to, part) for to, part in ((True, against), (False, amount - against)) if part]
