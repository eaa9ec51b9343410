"""First scrap, then buy (先报废后申购): why a low-value item is bought, and its supplier's invoice (LV-12, LV-13)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from property_service.rules.quantities import NOTHING, shown
from property_service.rules.refusal import Refusal

ADDITIONAL, REPLACEMENT = "Additional", "Replacement"
REASONS = (ADDITIONAL, REPLACEMENT)

NO_REASON = "Row {0}: say whether {1} is bought in addition or as a replacement (procedure 4.4 of low-value consumables, LV-12)."
NOT_NAMED = (
	"Row {0}: {1} of {2} are bought as a replacement, and {3} scrapped articles are named: name one for each piece (first "
	"scrap, then buy; LV-12). Scrap the old ones first, or buy the rest in addition."
)
NOT_SCRAPPED = "{0} is {1}, not scrapped: first scrap, then buy (LV-12). Post its scrap request first."
TWICE = "{0} is named twice: each scrapped article is replaced once (LV-12)."
USED = "{0} is replaced by request {1} already (LV-12). Name another scrapped article, or buy in addition."
FOR_NOTHING = "{0} is named for {1}, which this request does not buy as a replacement (LV-12)."


@dataclass(frozen=True)
class Row:
	"""A row of a purchase request for a low-value item; `quantity` in stock units."""

	idx: int
	item: str
	reason: str | None
	quantity: Decimal


def refuse_reasons(rows: Collection[Row], named: Mapping[str, int]) -> Refusal | None:
	"""Every row says why, and each piece of a replacement names a scrapped article. `named`: item → articles named for it."""
	wanted: dict[str, Decimal] = {}
	for row in rows:
		if row.reason not in REASONS:
			return Refusal(NO_REASON, (row.idx, row.item))
		if row.reason == REPLACEMENT:
			wanted[row.item] = wanted.get(row.item, Decimal(0)) + row.quantity
	for row in rows:
		quantity = wanted.get(row.item, Decimal(0))
		if row.reason == REPLACEMENT and abs(quantity - named.get(row.item, 0)) > NOTHING:
			return Refusal(NOT_NAMED, (row.idx, shown(quantity), row.item, named.get(row.item, 0)))
	return None


def refuse_article(
	article: str, status: str, for_item: str, replaced: Collection[str], scrapped: str, used_by: str | None
) -> Refusal | None:
	"""`replaced`: items that the request buys as a replacement; `used_by`: another request that names the article."""
	if for_item not in replaced:
		return Refusal(FOR_NOTHING, (article, for_item))
	if status != scrapped:
		return Refusal(NOT_SCRAPPED, (article, status))
	return Refusal(USED, (article, used_by)) if used_by else None


# ---- the supplier's invoice (4.4.2 of the procedure; LV-13) ------------------------------------------------------

NO_RECEIPT = (
	"Row {0}: {1} is a low-value consumable: its invoice goes together with the goods receipt (procedure 4.4.2, LV-13). Make "
	"the invoice from the receipt."
)
NOT_RECEIVED = "Row {0}: receipt {1} is not submitted, or is for another item (procedure 4.4.2, LV-13)."
NOT_ACCEPTED = "Row {0}: {1} was not accepted by an inspection on receipt {2} (procedure 4.4.1, LV-13)."
TOO_MUCH = "Row {0}: {1} of {2} were accepted on receipt {3}, {4} of them stand on other invoices, so {5} cannot be claimed (LV-13)."


@dataclass(frozen=True)
class Received:
	"""A row of a submitted receipt, in its unit: what was accepted and not sent back, and what other invoices claim."""

	receipt: str
	item: str
	accepted: Decimal
	claimed: Decimal
	is_inspected: bool


def refuse_claim(idx: int, item: str, quantity: Decimal, names_row: bool, row: Received | None):
	"""Whether a row of an invoice stands on what was received and accepted."""
	if not names_row:
		return Refusal(NO_RECEIPT, (idx, item))
	if row is None or row.item != item:
		return Refusal(NOT_RECEIVED, (idx, row.receipt if row else "?"))
	if not row.is_inspected or row.accepted <= NOTHING:
		return Refusal(NOT_ACCEPTED, (idx, item, row.receipt))
	if quantity + row.claimed > row.accepted + NOTHING:
		return Refusal(
			TOO_MUCH,
			(idx, shown(row.accepted), item, row.receipt, shown(row.claimed), shown(quantity)),
		)
	return None
