"""Acceptance of goods: how many are looked at, by whom, with which papers, and when (procedure 4.3, 4.4.1; WH-09, WH-11,
WH-13, WH-14).

Quantities are in stock units.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from property_service.rules.quantities import NOTHING, shown
from property_service.rules.refusal import Refusal
from property_service.rules.stock_zones import ACCEPTED, REJECTED

# ---- sampling (4.3.1 a, b; WH-09) ----------------------------------------------------------------------------------

LOWEST_PERCENT, HIGHEST_PERCENT = 10, 50
_SCALE = 1000

BAD_PERCENT = "A sample is between {0} and {1} % of the pieces (procedure 4.3.1 b, WH-09)."


@dataclass(frozen=True)
class Sampling:
	"""All pieces are looked at up to `full_up_to`; above that `percent` of them, at least `floor` pieces."""

	full_up_to: int
	percent: int
	floor: int

	def stricter(self, percent: int, floor: int) -> "Sampling":
		"""With what an item group asks for beyond the settings; a group cannot ask for less."""
		return Sampling(self.full_up_to, max(self.percent, min(percent, 100)), max(self.floor, floor))


def sample_size(quantity: Decimal, sampling: Sampling) -> Decimal:
	"""How many of `quantity` pieces are looked at, at least (4.3.1 a, b).

	The source says "fewer than 10" and "more than 10"; exactly 10 is treated as fewer. Above that
	min(N, max(⌈N·p/100⌉, floor)), in integers of thousandths, so that no binary fraction rounds a sample up or down.
	"""
	thousandths = int((quantity * _SCALE).to_integral_value())
	if thousandths <= sampling.full_up_to * _SCALE:
		return quantity
	share = -(-thousandths * sampling.percent // (100 * _SCALE))
	return min(quantity, Decimal(max(share, sampling.floor)))


def refuse_percent(percent: int) -> Refusal | None:
	if LOWEST_PERCENT <= percent <= HIGHEST_PERCENT:
		return None
	return Refusal(BAD_PERCENT, (LOWEST_PERCENT, HIGHEST_PERCENT))


# ---- inspection (4.3.2; WH-09) -------------------------------------------------------------------------------------

NO_INSPECTION = (
	"Row {0}: {1} was not inspected (procedure 4.3.1, WH-09). Record the inspection of this row first."
)
NOT_SUBMITTED = "Row {0}: the inspection {1} is not submitted (WH-09). Submit it first."
OTHER_ROW = "Row {0}: the inspection {1} is of another row, document or item (WH-09). Each row has its own."
SAMPLE_TOO_SMALL = "Row {0}: {1} of {2} pieces were inspected, and the rule asks for {3} (procedure 4.3.1 a, b, WH-09). Inspect more of them."
SAMPLE_TOO_LARGE = "Row {0}: {1} pieces cannot have been inspected, {2} arrived (WH-09)."
BUYER_INSPECTED = "Row {0}: {1} bought the goods and does not inspect them (procedure 3.2, WH-09)."
RECEIVER_INSPECTED = "Row {0}: {1} inspected the goods and receives them; the settings ask for another person to inspect (WH-09)."
ACCEPTED_NOTHING = "Row {0}: the inspection {1} accepts the goods, and none are accepted (WH-09). Enter the accepted quantity, or inspect again."
ACCEPTED_IN_SPITE = "Row {0}: the inspection {1} rejects the goods, and {2} are accepted (WH-09). Enter them as rejected, or inspect again."
NOTHING_ARRIVED = "Row {0}: enter how many of {1} arrived (WH-09)."


@dataclass(frozen=True)
class Inspection:
	"""A quality inspection as it stands; `fits` says whether it is of this very row and item, `at_receipt` whether it was made
	when the goods that now move on had arrived.
	"""

	name: str
	verdict: str | None
	submitted: bool
	fits: bool
	sample: Decimal
	inspector: str | None
	at_receipt: bool = False


@dataclass(frozen=True)
class Line:
	"""A row of a receipt in stock units; `sampling` is that of its item."""

	idx: int
	item: str
	accepted: Decimal
	rejected: Decimal
	sampling: Sampling
	inspection: Inspection | None = None

	@property
	def arrived(self) -> Decimal:
		return self.accepted + self.rejected


def refuse_line(line: Line, buyers: Collection[str], receiver: str | None = None) -> Refusal | None:
	"""WH-09: why a row is not received. `receiver` is who may not have inspected, None where the storekeeper may.

	Part rejected: an accepted inspection. All rejected: a rejected one, and nothing accepted.
	"""
	if line.arrived <= NOTHING:
		return Refusal(NOTHING_ARRIVED, (line.idx, line.item))
	found = line.inspection
	refusal = refuse_inspection(line.idx, line.item, line.arrived, line.sampling, found)
	if refusal:
		return refusal
	if found.inspector in buyers:
		return Refusal(BUYER_INSPECTED, (line.idx, found.inspector))
	if receiver and found.inspector == receiver:
		return Refusal(RECEIVER_INSPECTED, (line.idx, found.inspector))
	if found.verdict == ACCEPTED and line.accepted <= NOTHING:
		return Refusal(ACCEPTED_NOTHING, (line.idx, found.name))
	if found.verdict == REJECTED and line.accepted > NOTHING:
		return Refusal(ACCEPTED_IN_SPITE, (line.idx, found.name, shown(line.accepted)))
	return None


def refuse_inspection(
	idx: int, item: str, quantity: Decimal, sampling: Sampling, found: Inspection | None
) -> Refusal | None:
	"""WH-09: an inspection is submitted, of this row, and of pieces enough but not more than there are."""
	if found is None:
		return Refusal(NO_INSPECTION, (idx, item))
	if not found.fits:
		return Refusal(OTHER_ROW, (idx, found.name))
	if not found.submitted or found.verdict not in (ACCEPTED, REJECTED):
		return Refusal(NOT_SUBMITTED, (idx, found.name))
	needed = sample_size(quantity, sampling)
	if found.sample < needed - NOTHING:
		return Refusal(SAMPLE_TOO_SMALL, (idx, shown(found.sample), shown(quantity), shown(needed)))
	if found.sample > quantity + NOTHING:
		return Refusal(SAMPLE_TOO_LARGE, (idx, shown(found.sample), shown(quantity)))
	return None


# ---- certificates (4.3.1 c; WH-11) ---------------------------------------------------------------------------------

NOT_NEEDED, KEPT, EXEMPTED, MISSING = "Not Needed", "Kept", "Exempted", "Missing"

NOTHING_WAITS = "Row {0}: nothing of {1} waits for a certificate (WH-11)."
NO_CERTIFICATE = "Row {0}: enter the number of the certificate, or attach it (procedure 4.3.1 c, WH-11)."
NO_EXEMPTION_REASON = "Row {0}: say why {1} is taken without a certificate (procedure 4.3.1 c, WH-11)."


@dataclass(frozen=True)
class Papers:
	number: str | None = None
	file: str | None = None
	exempted_by: str | None = None


def certificate_state(quantity: Decimal, batch: Decimal, item_is_exempt: bool, papers: Papers) -> str:
	"""WH-11: how a row stands. `quantity` is what arrived of the item in the whole document, so that a batch is not split
	into rows; above `batch` the certificate is always asked for.
	"""
	if (papers.number or "").strip() or papers.file:
		return KEPT
	if papers.exempted_by:
		return EXEMPTED
	is_batch = quantity > batch
	return NOT_NEEDED if item_is_exempt and not is_batch else MISSING


MUST_WAIT = "Row {0}: {1} has no certificate and waits in the Pending Inspection Zone until it is there (procedure 4.3.1 c, WH-11)."
NEED_NOT_WAIT = "Row {0}: nothing is missing for {1}; accepted goods go to the Qualified Zone (WH-14)."
FILE_NOT_THERE = "Row {0}: the certificate was not uploaded; attach it again (WH-11)."
NO_RECEIPT_ROW = (
	"Row {0}: {1} leaves the Pending Inspection Zone by its receipt (WH-11, WH-14): enter the certificate there, or name the row "
	"of the receipt."
)
MORE_THAN_WAITS = "Row {0}: {2} of {1} wait of the receipt {3}, not {4} (WH-11)."
STILL_MISSING = (
	"Row {0}: the certificate of {1} is still missing (procedure 4.3.1 c, WH-11). Enter it on the receipt {2}, or have the finance "
	"manager exempt the row."
)


@dataclass(frozen=True)
class Waiting:
	"""A row of a receipt whose goods wait; `fits` says whether item and warehouse are the same."""

	receipt: str
	fits: bool
	quantity: Decimal
	state: str | None


def refuse_waiting(idx: int, item: str, state: str, waits: bool) -> Refusal | None:
	"""WH-11, WH-14: goods without a certificate wait, and no others do."""
	if state == MISSING and not waits:
		return Refusal(MUST_WAIT, (idx, item))
	if state != MISSING and waits:
		return Refusal(NEED_NOT_WAIT, (idx, item))
	return None


def refuse_free(idx: int, item: str, quantity: Decimal, lies: Decimal, waits: Decimal) -> Refusal | None:
	"""WH-11: without naming a receipt, only goods leave Pending Inspection that wait of none. `lies`: what is there."""
	return Refusal(NO_RECEIPT_ROW, (idx, item)) if quantity > lies - waits + NOTHING else None


def refuse_leaving(
	idx: int, item: str, quantity: Decimal, to_qualified: bool, waiting: Waiting | None
) -> Refusal | None:
	"""WH-11: goods leave Pending Inspection up to what waits of their receipt, to Qualified with the certificate only."""
	if waiting is None or not waiting.fits:
		return Refusal(NO_RECEIPT_ROW, (idx, item))
	if quantity > waiting.quantity + NOTHING:
		return Refusal(
			MORE_THAN_WAITS, (idx, item, shown(waiting.quantity), waiting.receipt, shown(quantity))
		)
	if to_qualified and waiting.state == MISSING:
		return Refusal(STILL_MISSING, (idx, item, waiting.receipt))
	return None


# ---- the day of arrival (4.4.1 a, b; WH-13) ------------------------------------------------------------------------

ARRIVES_LATER = "The goods cannot have arrived on {0}, which is still to come (procedure 4.4.1 a, WH-13)."
POSTED_BEFORE = (
	"The goods arrived on {0} and cannot have been in the store on {1} (procedure 4.4.1 a, WH-13)."
)
POSTED_LATE = (
	"The goods arrived on {0} and go to the store on {1} (procedure 4.4.1 a, WH-13). Goods go to the store on the day they "
	"arrive; a later day is approved by the finance manager first."
)
NO_LATE_REASON = (
	"Say why the goods did not go to the store on the day they arrived (procedure 4.4.1 a, WH-13)."
)
NOT_LATE = "The goods arrived on {0}: there is nothing to approve (WH-13)."
BUYER_ABSENT = "The supplier delivered: record that the buyer was present (procedure 4.4.1 b, WH-13). Without the buyer the goods are not accepted."
NO_BUYER = "Name the buyer of the goods (procedure 4.4.1, WH-13)."


def refuse_arrival(arrived: date, posted: date, today: date, approved: bool, final: bool) -> Refusal | None:
	"""WH-13: goods are posted on the day they arrived, or later with the finance manager's approval."""
	if arrived > today:
		return Refusal(ARRIVES_LATER, (arrived,))
	if posted < arrived:
		return Refusal(POSTED_BEFORE, (arrived, posted))
	if final and posted > arrived and not approved:
		return Refusal(POSTED_LATE, (arrived, posted))
	return None


def refuse_delivery(buyer: str | None, delivered_by_supplier: bool, buyer_present: bool) -> Refusal | None:
	"""WH-13: somebody bought the goods, and was there when the supplier brought them."""
	if not buyer:
		return Refusal(NO_BUYER)
	if delivered_by_supplier and not buyer_present:
		return Refusal(BUYER_ABSENT)
	return None


# ---- what was planned (4.3.1 e; WH-12) -----------------------------------------------------------------------------

OTHER_SPECIFICATION = (
	"Row {0}: the approved plan asks for {1} of the specification {2}, and this is {3} (procedure 4.3.1 e, WH-12). Another "
	"specification is another plan."
)
NONE_GIVEN = "not specified"


def refuse_specification(idx: int, item: str, planned: str | None, arrived: str | None) -> Refusal | None:
	"""WH-12: goods are of the specification that was approved. A plan that names none leaves it open."""
	planned, arrived = (planned or "").strip(), (arrived or "").strip()
	if not planned or planned == arrived:
		return None
	return Refusal(OTHER_SPECIFICATION, (idx, item, planned, arrived or NONE_GIVEN))


def totals(quantities: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
	"""Item -> sum of its rows."""
	found: dict[str, Decimal] = {}
	for item, quantity in quantities:
		found[item] = found.get(item, Decimal(0)) + quantity
	return found
