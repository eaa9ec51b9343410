"""Kinds of stock movement, and which of them are consumption (procedure 4.1, 4.8.3; WH-02, WH-29)."""

from decimal import Decimal

# What a stock entry is for. The server writes it, because the purpose alone does not tell an issue from a scrapping.
ISSUE = "Issue"
DIRECT_ISSUE = "Direct Issue"
RETURN = "Return"
SURPLUS = "Surplus"
SHORTAGE = "Shortage"
SCRAP = "Scrap"

# Only code of the app writes these; the others follow from the document itself.
APP_MADE = (DIRECT_ISSUE, SURPLUS, SHORTAGE, SCRAP)
INWARD = (RETURN, SURPLUS)

# Columns of the monthly figures, each with quantity and value; quantities count in the direction of their column.
# A purchase return is a negative purchase. Moves between two zones of one store are kept apart, because they are none
# for the store.
IN_COLUMNS = ("purchase", "returned", "surplus", "other_in")
OUT_COLUMNS = ("issue", "direct_issue", "scrap", "shortage", "other_out")
ZONE_COLUMNS = ("zone_in", "zone_out")
COLUMNS = (*IN_COLUMNS, *OUT_COLUMNS, *ZONE_COLUMNS)


def consumed(issue: Decimal, direct_issue: Decimal, returned: Decimal) -> Decimal:
	"""WH-02: what a month consumed, in stock units; returns reduce, and more may come back than went out.

	Transfers, scrap and count differences are no consumption.
	"""
	return issue + direct_issue - returned


def entry_kind(made_as: str | None, stored: str | None, is_return: bool, purpose: str | None) -> str | None:
	"""The kind of a stock entry, None for one that moves or makes goods.

	`made_as` is what the app's own code says, `stored` what the database holds, `is_return` whether the entry is of
	the type Return to Store, `purpose` ERPNext's.
	"""
	if made_as:
		return made_as
	if stored in APP_MADE:
		return stored
	if is_return:
		return RETURN
	return ISSUE if purpose == "Material Issue" else None
