"""What an approved purchase request still lets one order and receive (procedure 4.2.8, 4.3.1 e, 4.4.1 c; WH-07, WH-12).

All quantities are in stock units and are those of one row of a request:

	approved    what the general manager approved
	accepted    what receipts accepted of it, purchase returns of accepted goods taken off. Rejected goods never count:
	            they go back and are replaced.
	committed   what order rows hold: an order holds what it asks for, or what it brought in where that is more; a closed
	            order holds what it brought in; a receipt without an order holds what it brought in
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from property_service.rules.purchase_plan import APPROVED, PURCHASE_PLAN
from property_service.rules.refusal import Refusal

# Quantities are stored as floats: what is smaller than this is no quantity.
NOTHING = Decimal("0.0005")

NO_REQUEST = "Row {0}: {1} stands on no approved purchase plan (procedure 4.2.8, WH-07). Take it over from an approved plan, or plan it first."
NOT_APPROVED = "Row {0}: the purchase plan {1} is not approved (procedure 4.2.8, WH-07). It takes finance and the general manager first."
STOPPED = "Row {0}: the purchase plan {1} was stopped (WH-07). Open it again first."
OTHER_COMPANY = "Row {0}: the purchase plan {1} is another company's (WH-07)."
OTHER_ITEM = (
	"Row {0}: the plan asks for {1}, not for {2} (procedure 4.3.1 e, WH-12). Another item is another plan."
)
OTHER_STORE = "Row {0}: the plan is for the store {1}, and {2} belongs to another (WH-07, WH-12)."
TOO_MUCH_ORDERED = "Row {0}: {1} of {2} are left to order of the plan {3}, not {4} (procedure 4.2.8, WH-07). What is needed beyond that is planned and approved first."
TOO_MUCH_RECEIVED = "Row {0}: {1} of {2} are left to receive of the plan {3}, not {4} (procedure 4.3.1 e, WH-07). Send the rest back, or have it planned and approved."


@dataclass(frozen=True)
class Approved:
	"""A row of a request as it stands in the database, locked where something is about to be taken from it."""

	name: str
	request: str
	item: str
	store: str | None
	company: str
	route: str | None
	state: str | None
	submitted: bool
	stopped: bool
	approved: Decimal
	accepted: Decimal
	committed: Decimal

	@property
	def to_order(self) -> Decimal:
		return self.approved - max(self.committed, self.accepted)

	@property
	def to_receive(self) -> Decimal:
		return self.approved - self.accepted


@dataclass(frozen=True)
class Wanted:
	"""A row of an order or receipt: `quantity` is what it asks for beyond what it holds already."""

	idx: int
	item: str
	company: str
	store: str | None
	request_row: str | None
	quantity: Decimal
	unit: str = ""


def refuse_order(wanted: Iterable[Wanted], requests: dict[str, Approved]) -> Refusal | None:
	"""WH-07: the first row that may not be ordered. Rows of one request row count together."""
	return _refuse(wanted, requests, lambda request: request.to_order, TOO_MUCH_ORDERED)


def refuse_receipt(wanted: Iterable[Wanted], requests: dict[str, Approved]) -> Refusal | None:
	"""WH-07, WH-12: the first row that may not be received."""
	return _refuse(wanted, requests, lambda request: request.to_receive, TOO_MUCH_RECEIVED)


def _refuse(wanted, requests, left, too_much: str) -> Refusal | None:
	taken: dict[str, Decimal] = {}
	for row in wanted:
		request = requests.get(row.request_row or "")
		refusal = refuse_reference(row, request)
		if refusal:
			return refusal
		before = taken.get(request.name, Decimal(0))
		taken[request.name] = before + row.quantity
		if taken[request.name] > left(request) + NOTHING:
			rest = max(left(request) - before, Decimal(0))
			return Refusal(
				too_much,
				(row.idx, _number(rest), request.item, request.request, _number(row.quantity)),
			)
	return None


def refuse_reference(row: Wanted, request: Approved | None) -> Refusal | None:
	"""WH-12: a row belongs to an approved request for this item, company and store."""
	if request is None or request.route != PURCHASE_PLAN:
		return Refusal(NO_REQUEST, (row.idx, row.item))
	if not request.submitted or request.state != APPROVED:
		return Refusal(NOT_APPROVED, (row.idx, request.request))
	if request.stopped:
		return Refusal(STOPPED, (row.idx, request.request))
	if request.company != row.company:
		return Refusal(OTHER_COMPANY, (row.idx, request.request))
	if request.item != row.item:
		return Refusal(OTHER_ITEM, (row.idx, request.item, row.item))
	if request.store and row.store != request.store:
		return Refusal(OTHER_STORE, (row.idx, request.store, row.store or "?"))
	return None


def held(stock_qty: Decimal, accepted: Decimal, submitted: bool, closed: bool) -> Decimal:
	"""What an order row holds of its request: nothing before it is submitted and after it is cancelled."""
	if not submitted:
		return Decimal(0)
	return accepted if closed else max(stock_qty, accepted)


def _number(quantity: Decimal) -> str:
	text = f"{quantity:.3f}"
	return text.rstrip("0").rstrip(".")


# ---- other doors (WH-07) -----------------------------------------------------------------------------------------

RECEIPT_ENTRY = (
	"Goods enter a store by a purchase receipt on an approved plan (procedure 4.4.1, WH-07), not by {0}. Goods that come back "
	"are returned against their issue; what a count finds is posted by the count."
)
INTO_STORE = "Row {0}: {1} would enter the store zone {2} from outside (procedure 4.4.1, WH-07). Goods enter a store by a purchase receipt."
INVOICE_RECEIVES = (
	"Under the stores procedure an invoice does not move stock: receive the goods by a purchase receipt on the approved plan, "
	"then invoice it (procedure 4.4.1, WH-07)."
)
SUBCONTRACTED = "Subcontracted goods need an approved plan like any other (WH-07). The settings may except them; see Bought without a Purchase Plan."
COUNTED_DIFFERENCE = (
	"Row {0}: a reconciliation would change {1} in {2} from {3} to {4} (WH-07, WH-28). Count the store instead; opening stock is "
	"entered on the day of switching over, while the settings say so. The valuation alone may change."
)
OPENING_ON_STOCK = "Row {0}: {1} has been in {2} before, so nothing of it is opening stock (WH-07, WH-28). Count the store instead."
OPENING_ACCOUNT = (
	"Opening stock is booked against {0} (ORG-06), not against {1}. Correct the difference account."
)
NOT_BY_SALES = "Row {0}: {1} would move through the store zone {2} (WH-07). Goods leave a store by an issue request and come back to it by a return."
FOREIGN_VOUCHER = "{0} does not post into the store zone {1} (WH-07). Goods enter and leave a store by receipts and stock entries."
