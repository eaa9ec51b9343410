"""What a store is: its zones, what may lie in them, and how goods are classed (procedure 4.1, 4.5; WH-01, WH-14, WH-15).

A store is a parent warehouse; its zones are the warehouses right below it, told apart by their warehouse type.
"""

from collections.abc import Collection

from property_service.rules.refusal import Refusal

# ---- zones (4.5.3) -----------------------------------------------------------------------------------------------

QUALIFIED = "Qualified"
NONCONFORMING = "Nonconforming"
PENDING_INSPECTION = "Pending Inspection"
DISPOSAL = "Disposal"
# Where goods of a direct issue (4.4.1 g) lie between receipt and issue of the same submit: always empty.
DIRECT_ISSUE = "Direct Issue"

ZONES = (QUALIFIED, NONCONFORMING, PENDING_INSPECTION, DISPOSAL, DIRECT_ISSUE)
# What a zone is called in sentences and names: ERPNext uses some of these words for other things.
TITLES = {
	QUALIFIED: "Qualified Zone",
	NONCONFORMING: "Nonconforming Zone",
	PENDING_INSPECTION: "Pending Inspection Zone",
	DISPOSAL: "Disposal Zone",
	DIRECT_ISSUE: "Direct Issue Zone",
}

# ---- storage classes (4.5.2) -------------------------------------------------------------------------------------

FLAMMABLE = "Flammable"
MOISTURE_SENSITIVE = "Moisture Sensitive"
GENERAL = "General"
FRAGILE = "Fragile"
FOOD = "Food"

STORAGE_CLASSES = (FLAMMABLE, MOISTURE_SENSITIVE, GENERAL, FRAGILE, FOOD)

# ---- stock classes (4.1, 4.2.3) ----------------------------------------------------------------------------------

DAILY_CONSUMABLE = "Daily Consumable"
STANDING_PART = "Standing Part"
NOT_STOCKED = "Not Stocked"


REPEATED_CLASS = "{0} stands there more than once; name each storage class once (procedure 4.5.2, WH-15)."
FLAMMABLE_ALONE = (
	"Flammable goods are kept in a store of their own: take {0} out of this warehouse, or permit nothing else in it "
	"(procedure 4.5.5, WH-15)."
)
NO_REASON = "Give the reason why this item needs no certificate of conformity (procedure 4.3.1 c, WH-11)."


def refuse_classes(permitted: Collection[str]) -> Refusal | None:
	"""WH-15: what may lie together in one warehouse. Flammable goods lie alone (4.5.5 a), hence never with food."""
	repeated = next((name for name in permitted if list(permitted).count(name) > 1), None)
	if repeated:
		return Refusal(REPEATED_CLASS, (repeated,))
	others = [name for name in permitted if name != FLAMMABLE]
	if FLAMMABLE in permitted and others:
		return Refusal(FLAMMABLE_ALONE, (others[0],))
	return None


def may_lie(storage_class: str | None, permitted: Collection[str]) -> bool:
	"""WH-15: whether goods of `storage_class` may lie in a warehouse; goods without a class count as General."""
	return (storage_class or GENERAL) in permitted


def refuse_exemption(exempt: bool, reason: str | None) -> Refusal | None:
	"""WH-11: an item that needs no certificate says why."""
	return Refusal(NO_REASON) if exempt and not (reason or "").strip() else None
