"""A tool is lost: who decides, and what is booked (WH-24). Amounts are cents-exact, in the company's currency."""

from dataclasses import dataclass
from decimal import Decimal

from property_service.rules.refusal import Refusal, is_blank

FINANCE_MANAGER = "Finance Manager"
# Settings of the company that hold the accounts.
PENDING, EXPENSE, RECEIVABLE = "pending_gains_losses_account", "shortage_account", "other_receivable_account"

NOT_FINANCE_MANAGER = "What becomes of a lost tool is the finance manager's to decide (WH-24)."
OWN_LOSS = "Nobody decides about a tool that he lost himself (ORG-01, WH-24)."
NO_REASON = "Say how the tool was lost: the reason is kept with the decision (WH-24)."
BAD_AMOUNT = "{0} is no amount of compensation in cents (WH-24)."

ANOTHER_PERSONS = (NOT_FINANCE_MANAGER, OWN_LOSS)


@dataclass(frozen=True)
class Line:
	"""A row of the journal entry: `account` is a setting's name, debit is positive."""

	account: str
	amount: Decimal


def refuse_decision(
	is_finance_manager: bool, is_own: bool, reason: str | None, compensation: Decimal
) -> Refusal | None:
	if not is_finance_manager:
		return Refusal(NOT_FINANCE_MANAGER)
	if is_own:
		return Refusal(OWN_LOSS)
	if is_blank(reason):
		return Refusal(NO_REASON)
	return Refusal(BAD_AMOUNT, (str(compensation),)) if compensation < 0 else None


def lines(value: Decimal, compensation: Decimal) -> list[Line]:
	"""The value leaves the pending account; the holder owes the compensation; the expense is the difference.

	`value` is nothing for a tool that the department paid for when it was issued: compensation then reduces that expense.
	"""
	amounts = ((PENDING, -value), (RECEIVABLE, compensation), (EXPENSE, value - compensation))
	return [Line(account, amount) for account, amount in amounts if amount]
