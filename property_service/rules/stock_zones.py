"""Which way goods go between the zones of a store, and where their class may lie (procedure 4.5; WH-12, WH-14, WH-15).

receipt          accepted goods to Qualified, or to Pending Inspection while something is missing; rejected ones to
                 Nonconforming
issue            from Qualified
return           to Qualified what is good, to Nonconforming the rest
scrap, shortage  from any zone
move             Pending → Qualified or Nonconforming, as the inspection says; Nonconforming → Qualified after a new
                 accepted inspection, or → Disposal; Qualified → Nonconforming with a reason
purchase return  from any zone
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from property_service.rules import stock_movement as movement
from property_service.rules.quantities import NOTHING, shown
from property_service.rules.refusal import Refusal
from property_service.rules.stores import (
	DIRECT_ISSUE,
	DISPOSAL,
	FLAMMABLE,
	GENERAL,
	NONCONFORMING,
	PENDING_INSPECTION,
	QUALIFIED,
	TITLES,
	may_lie,
)

ACCEPTED, REJECTED = "Accepted", "Rejected"

NOT_QUALIFIED = "Row {0}: accepted goods go to the Qualified Zone of the store, and {1} is {2} (procedure 4.4.1 d, WH-14)."
NOT_NONCONFORMING = "Row {0}: rejected goods go to the Nonconforming Zone of the store, and {1} is {2} (procedure 4.4.2 b, WH-14)."
ISSUED_FROM = "Row {0}: goods are issued from the Qualified Zone, and {1} is {2} (procedure 4.6.1, WH-14)."
DIRECT_FROM = "Row {0}: a direct issue leaves through the Direct Issue Zone, and {1} is {2} (WH-18)."
RETURNED_TO = (
	"Row {0}: goods that come back go to the Qualified Zone when they are good, else to the Nonconforming Zone; {1} is {2} "
	"(procedure 4.4.2 b, WH-19)."
)
FOUND_IN = "Row {0}: what a count finds does not lie in {1}, {2} (WH-14)."
NO_WAY = "Row {0}: goods do not move from {1} to {2} (procedure 4.5.3, WH-14)."
LEAVES_STORE = (
	"Row {0}: {1} would leave the store zone {2} for a place outside the stores (WH-14). Goods leave a store by an issue, a "
	"scrap request or a purchase return."
)
USED_UP = (
	"Row {0}: {1} would be used up from the store zone {2} (procedure 4.6.1, WH-14). Goods leave a store by an approved "
	"issue request."
)
TWO_STORES = (
	"Row {0}: {1} and {2} belong to two stores; goods change their zone inside one store (WH-14). Move them to the same zone "
	"of the other store first."
)
NO_REASON = "Row {0}: say why {1} is found bad, as the reason for the move (WH-14)."
NO_INSPECTION = (
	"Row {0}: {1} moves from {2} to {3} by a submitted inspection that says {4} (procedure 4.3, WH-14). Record the inspection "
	"on this row first."
)
SUPPLIERS_GOODS = (
	"Row {0}: {1} of {2} in {3} were rejected at the receipt and belong to the supplier (WH-12, WH-14); {4} may move. Return "
	"them to the supplier, and receive what replaces them."
)
ZONE_WITH_GOODS = (
	"{0} lie in {1}, {2}: with goods in it a warehouse stays the zone that it is (WH-14). Move the goods first, or make another "
	"warehouse."
)
MERGED_ZONES = "{0} is {1} and {2} is {3}: their goods would change the zone or the store without a document (WH-14). Move the goods first."

NO_PLACE_FOR_CLASS = (
	"Row {0}: {1} is of the storage class {2}, which may not lie in {3} (procedure 4.5.2, WH-15). Choose another warehouse, or "
	"permit the class there."
)
FLAMMABLES_UNSAFE = "Row {0}: {1} is flammable, and the warehouse check of {2} is {3} (procedure 4.5.5 a, WH-15). Check the warehouse first."
LIES_WRONG = (
	"{0} lies in {1}, where the storage class {2} is not permitted (procedure 4.5.2, WH-15). Move it first, or permit the class "
	"there."
)

OUTSIDE = "outside the stores"


@dataclass(frozen=True)
class Spot:
	"""A warehouse: `zone` and `store` are None outside the stores."""

	warehouse: str | None = None
	zone: str | None = None
	store: str | None = None

	@property
	def title(self) -> str:
		return TITLES[self.zone] if self.zone else OUTSIDE


NOWHERE = Spot()


@dataclass(frozen=True)
class Move:
	"""A row of a stock entry, in stock units. `verdict` is what a submitted inspection of this row says, None without one."""

	idx: int
	item: str
	source: Spot = NOWHERE
	target: Spot = NOWHERE
	verdict: str | None = None
	reason: str | None = None
	quantity: Decimal = Decimal(0)


# ---- receipts ----------------------------------------------------------------------------------------------------


def refuse_received(
	idx: int, accepted_to: Spot | None, rejected_to: Spot | None, direct: bool = False
) -> Refusal | None:
	"""WH-14: where a receipt's row goes; None for a part that the row has not.

	Goods that something is missing for wait in Pending Inspection. `direct`: a department takes the goods over at once,
	through the Direct Issue Zone (WH-18).
	"""
	zones = (DIRECT_ISSUE, PENDING_INSPECTION) if direct else (QUALIFIED, PENDING_INSPECTION)
	if accepted_to and accepted_to.zone not in zones:
		return Refusal(NOT_QUALIFIED, (idx, accepted_to.warehouse or "?", accepted_to.title))
	if rejected_to and rejected_to.zone != NONCONFORMING:
		return Refusal(NOT_NONCONFORMING, (idx, rejected_to.warehouse or "?", rejected_to.title))
	return None


# ---- stock entries -----------------------------------------------------------------------------------------------

# What enters or leaves by one zone only, or by several.
FROM = {
	movement.ISSUE: ((QUALIFIED,), ISSUED_FROM),
	movement.DIRECT_ISSUE: ((DIRECT_ISSUE,), DIRECT_FROM),
}
TO = {
	movement.RETURN: ((QUALIFIED, NONCONFORMING), RETURNED_TO),
	movement.SURPLUS: ((QUALIFIED, NONCONFORMING, PENDING_INSPECTION, DISPOSAL), FOUND_IN),
}
# (from, to) -> the verdict that it takes, "" for a reason, None for nothing.
WAYS = {
	(PENDING_INSPECTION, QUALIFIED): ACCEPTED,
	(PENDING_INSPECTION, NONCONFORMING): REJECTED,
	(NONCONFORMING, QUALIFIED): ACCEPTED,
	(NONCONFORMING, DISPOSAL): None,
	(QUALIFIED, NONCONFORMING): "",
}
# Goods may change the warehouse, but not what they are: another shelf, another store.
SAME = (QUALIFIED, NONCONFORMING, DISPOSAL)


def refuse_move(move: Move, kind: str | None, final: bool, to_subcontractor: bool = False) -> Refusal | None:
	"""WH-14: whether a row of a stock entry may go this way. `kind` as in `stock_movement`, None for a transfer.

	A draft (`final` false) may still wait for its inspection and its reason. `to_subcontractor`: the settings except
	subcontracted work, and the entry sends material there.
	"""
	if kind in FROM:
		return _refuse_end(move, move.source, *FROM[kind])
	if kind in TO:
		return _refuse_end(move, move.target, *TO[kind])
	if kind or not (move.source.zone or move.target.zone):
		return None
	if move.source.zone and move.target.zone:
		return _refuse_transfer(move, final)
	if move.source.zone and not to_subcontractor:
		message = LEAVES_STORE if move.target.warehouse else USED_UP
		return Refusal(message, (move.idx, move.item, move.source.warehouse))
	return None


def _refuse_end(move: Move, end: Spot, zones: Collection[str], message: str) -> Refusal | None:
	"""An issue from a warehouse outside the stores is no matter of the procedure."""
	if end.zone in zones or (message == ISSUED_FROM and not end.zone):
		return None
	return Refusal(message, (move.idx, end.warehouse or "?", end.title))


def _refuse_transfer(move: Move, final: bool) -> Refusal | None:
	way = (move.source.zone, move.target.zone)
	if way[0] == way[1] and way[0] in SAME:
		return None
	if way not in WAYS:
		return Refusal(NO_WAY, (move.idx, move.source.title, move.target.title))
	if move.source.store != move.target.store:
		return Refusal(TWO_STORES, (move.idx, move.source.warehouse, move.target.warehouse))
	needs = WAYS[way]
	if not final or needs is None:
		return None
	if not needs:
		return None if (move.reason or "").strip() else Refusal(NO_REASON, (move.idx, move.item))
	if move.verdict == needs:
		return None
	return Refusal(NO_INSPECTION, (move.idx, move.item, move.source.title, move.target.title, needs))


def takes_from_suppliers(move: Move, kind: str | None) -> bool:
	"""Goods that leave a Nonconforming warehouse other than to their supplier: what was rejected at a receipt must stay.

	A count may still find that some are not there.
	"""
	return move.source.zone == NONCONFORMING and kind in (None, movement.SCRAP)


def refuse_suppliers_goods(move: Move, wanted: Decimal, lies: Decimal, suppliers: Decimal) -> Refusal | None:
	"""WH-12, WH-14: goods rejected at a receipt were never ours, and would enter past the approved quantity.

	`lies` is what lies in the zone, `suppliers` what of it waits to go back; `wanted` what this document takes.
	"""
	own = max(lies - suppliers, Decimal(0))
	if suppliers <= NOTHING or wanted <= own + NOTHING:
		return None
	return Refusal(
		SUPPLIERS_GOODS, (move.idx, shown(suppliers), move.item, move.source.warehouse, shown(own))
	)


# ---- warehouses --------------------------------------------------------------------------------------------------


def refuse_other_place(was: Spot, becomes: Spot, lies: Collection[str]) -> Refusal | None:
	"""WH-14: goods do not change their zone or store because their warehouse does. `lies`: items with a balance there."""
	if (was.zone, was.store) == (becomes.zone, becomes.store) or not lies:
		return None
	return Refusal(ZONE_WITH_GOODS, (", ".join(sorted(lies)[:3]), was.warehouse, was.title))


def refuse_merging(one: Spot, into: Spot) -> Refusal | None:
	"""WH-14: two warehouses become one only where both are the same zone of the same store, or outside the stores."""
	if (one.zone, one.store) == (into.zone, into.store):
		return None
	return Refusal(MERGED_ZONES, (one.warehouse, one.title, into.warehouse, into.title))


# ---- storage classes ---------------------------------------------------------------------------------------------


def refuse_place(
	idx: int, item: str, storage_class: str | None, warehouse: str, permitted: Collection[str]
) -> Refusal | None:
	"""WH-15: goods lie where their class may lie."""
	if may_lie(storage_class, permitted):
		return None
	return Refusal(NO_PLACE_FOR_CLASS, (idx, item, storage_class or GENERAL, warehouse))


def refuse_lying(lying: Iterable[tuple[str, str, str | None, Collection[str]]]) -> Refusal | None:
	"""WH-15: what lies somewhere does not become wrong there. `lying`: item, warehouse, class of the item, classes permitted."""
	for item, warehouse, storage_class, permitted in lying:
		if not may_lie(storage_class, permitted):
			return Refusal(LIES_WRONG, (item, warehouse, storage_class or GENERAL))
	return None


def is_flammable(storage_class: str | None) -> bool:
	return storage_class == FLAMMABLE
