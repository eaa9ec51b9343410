"""Issuing goods (领料) and taking them back (退库): what a row may take or bring back (procedure 4.4.2, 4.6.1; WH-17, WH-19)."""

from dataclasses import dataclass
from decimal import Decimal

from property_service.rules.quantities import NOTHING, shown
from property_service.rules.refusal import Refusal

NO_REQUEST = (
	"Row {0}: {1} is issued on an issue request that the department's head approved (procedure 4.6.1 a, WH-17). Make the "
	"entry from that request."
)
OTHER_ITEM = "Row {0}: the request asks for {1}, not for {2} (procedure 4.6.1 b, WH-17)."
TOO_MUCH = (
	"Row {0}: {1} of {2} are still to be issued on request {3}, not {4} (procedure 4.6.1 b, WH-17). Ask the department for "
	"another request."
)
NOT_AN_EMERGENCY = (
	"{0} is no open emergency (WH-17). Goods leave for an open repair ticket of the priority Emergency; everything else "
	"needs an issue request."
)
SIGNED_ALREADY = "Entry {0} is signed already, or needs no signature (WH-17)."
NO_DEPARTMENT = (
	"Say which department the emergency's goods are for: its head signs by the next working day (WH-17)."
)

NO_ISSUE = "Say which issue the goods come back from (procedure 4.4.2, WH-19)."
NOT_OF_ISSUE = (
	"Row {0}: {1} did not go out by that row of {2} (procedure 4.4.2, WH-19). Make the return from the issue."
)
HAS_RETURN = "Goods of {0} came back by {1}, at its value (WH-19). Cancel the return first."
TOO_MUCH_BACK = "Row {0}: {1} of {2} are still out by {3}; no more than that comes back, not {4} (WH-19)."


@dataclass(frozen=True)
class Approved:
	"""A row of an approved issue request, in stock units."""

	request: str
	item: str
	approved: Decimal
	issued: Decimal

	@property
	def open(self) -> Decimal:
		return max(self.approved - self.issued, Decimal(0))


def refuse_issue(
	idx: int, item: str, row: Approved | None, taken: Decimal, quantity: Decimal
) -> Refusal | None:
	"""WH-17: a row takes its request's item, with what other rows of the entry take no more than is still open.

	`taken`: what earlier rows of the same entry take from the request's row. All in stock units.
	"""
	if row is None:
		return Refusal(NO_REQUEST, (idx, item))
	if row.item != item:
		return Refusal(OTHER_ITEM, (idx, row.item, item))
	if taken + quantity - row.open > NOTHING:
		left = max(row.open - taken, Decimal(0))
		return Refusal(TOO_MUCH, (idx, shown(left), item, row.request, shown(quantity)))
	return None


@dataclass(frozen=True)
class Issued:
	"""A row of a submitted issue, in stock units."""

	issue: str
	item: str
	quantity: Decimal
	returned: Decimal

	@property
	def out(self) -> Decimal:
		return max(self.quantity - self.returned, Decimal(0))


def refuse_return(
	idx: int, item: str, row: Issued | None, issue: str, taken: Decimal, quantity: Decimal
) -> Refusal | None:
	"""WH-19: a row brings back what that row of the issue took, at most what is still out. All in stock units."""
	if row is None or row.item != item or row.issue != issue:
		return Refusal(NOT_OF_ISSUE, (idx, item, issue))
	if taken + quantity - row.out > NOTHING:
		left = max(row.out - taken, Decimal(0))
		return Refusal(TOO_MUCH_BACK, (idx, shown(left), item, row.issue, shown(quantity)))
	return None
