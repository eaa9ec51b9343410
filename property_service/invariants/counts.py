"""Stock counts: what they left on the pending account is what is not decided yet (WH-28)."""

from collections.abc import Iterator

from property_service.guards import procedure_is_on
from property_service.invariants import invariant
from property_service.stock import pending_differences

COUNT = "Stock Count"


@invariant("WH-28", COUNT)
def pending_account_holds_what_is_undecided(company: str) -> Iterator[tuple[str, str]]:
	"""Counts post to this account and take it back with their decisions; nothing else belongs there."""
	if not procedure_is_on("stores", company):
		return
	holds, undecided = pending_differences.on_account(company), pending_differences.undecided(company)
	if holds is not None and holds != undecided.value:
		yield company, f"the account holds {holds}, undecided differences come to {undecided.value}"
