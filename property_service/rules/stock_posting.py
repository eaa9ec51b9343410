"""A receipt or issue reaches the item ledger the day it happened (procedure 4.4.1 e, 4.6.1 c; WH-20)."""

from datetime import date

from property_service.rules.refusal import Refusal

BACK_DATED = (
	"This would be posted on {0}, which is over: goods are entered the day they move (WH-20). Post it today, or ask the"
	" stores accountant to post it."
)
CANCELS_PAST = "{0} was posted on {1}, which is over: cancelling it changes that day's ledger (WH-20). Ask the stores accountant."
ANOTHER_PERSONS = (BACK_DATED, CANCELS_PAST)


def is_back_dated(posting_date: date, today: date) -> bool:
	return posting_date < today


def refuse_posting(posting_date: date, today: date, is_accountant: bool) -> Refusal | None:
	"""A posting of an earlier day is the stores accountant's."""
	if is_accountant or not is_back_dated(posting_date, today):
		return None
	return Refusal(BACK_DATED, (posting_date.isoformat(),))


def refuse_cancelling(name: str, posting_date: date, today: date, is_accountant: bool) -> Refusal | None:
	"""Taking back what stands in an earlier day is the stores accountant's as well."""
	if is_accountant or not is_back_dated(posting_date, today):
		return None
	return Refusal(CANCELS_PAST, (name, posting_date.isoformat()))
