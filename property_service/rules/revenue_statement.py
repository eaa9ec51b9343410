"""What the front desk took in a month, for finance on the 3rd: its totals, and when it is sent (CASH-04).

Source: customer-service procedure 2.3 (及时收取营业收入并登记入账,做到日清月结,每月3日前定期送财务部).

Money is Decimal in whole cents of the company's currency. A rule answers with a `Refusal` or None; the controller
translates it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from property_service.rules.money import Number, signed_cents
from property_service.rules.refusal import Refusal, is_blank
from property_service.rules.till import Untied

SENT = "Sent"

SENT_STAYS = "The statement was sent to finance and does not change any more (CASH-04)."
MONTH_RUNS = "The month is not over; its statement is sent afterwards (CASH-04)."
NOT_EXPLAINED = (
	"Something does not tie to the ledger, or a closing waits for the cashier. Explain it in the remarks before sending "
	"(CASH-04)."
)


@dataclass(frozen=True)
class Line:
	"""What was taken for one purpose at one counter in one mode of payment, tax included; `tax` of it."""

	received: Number
	paid_out: Number
	tax: Number


@dataclass(frozen=True)
class Sending:
	"""A statement that is to be sent. `last_day` of its month; `waiting`: a closing of the month is not accepted by the cashier."""

	last_day: date
	today: date
	difference: Number
	waiting: bool
	remarks: str | None


def totals(lines: Iterable[Line]) -> Line:
	"""Sums of the closings' receipts; nobody types them. Raises ValueError for what is no amount of money."""
	rows = list(lines)
	return Line(
		sum((signed_cents(row.received) for row in rows), Decimal(0)),
		sum((signed_cents(row.paid_out) for row in rows), Decimal(0)),
		sum((signed_cents(row.tax) for row in rows), Decimal(0)),
	)


def untied(accounts: Iterable[Untied]) -> list[Untied]:
	"""The accounts that the statement lists: those whose ledger differs from the closed receipts."""
	return [account for account in accounts if account.difference]


def difference(accounts: Iterable[Untied]) -> Decimal:
	"""By how much the statement does not tie: too much on one account does not make up for too little on another."""
	return sum((abs(account.difference) for account in accounts), Decimal(0))


def refuse_change(status: str) -> Refusal | None:
	"""Finance has what was sent; it stays as it is."""
	return Refusal(SENT_STAYS) if status == SENT else None


def refuse_sending(statement: Sending) -> Refusal | None:
	"""The month is over, and what does not tie, or is in no ledger yet, is explained in the remarks."""
	if statement.last_day >= statement.today:
		return Refusal(MONTH_RUNS)
	ties = not statement.difference and not statement.waiting
	return None if ties or not is_blank(statement.remarks) else Refusal(NOT_EXPLAINED)
