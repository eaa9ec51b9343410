"""Keys: one open loan per key, and the key says where it is (DESK-08)."""

from collections.abc import Iterator

import frappe
from frappe.query_builder.functions import Coalesce

from property_service.invariants import invariant
from property_service.rules import keys as rules

KEY, LOAN = "Property Key", "Key Loan"


@invariant("DESK-08", LOAN)
def an_open_loan_holds_its_key(company: str) -> Iterator[tuple[str, str]]:
	"""`open_key` is what the database lets exist once: an open loan without it could be made a second time."""
	rows = frappe.get_all(
		LOAN,
		filters={"company": company},
		or_filters=[["status", "=", rules.LENT], ["open_key", "is", "set"]],
		fields=["name", "status", "property_key", "open_key"],
		order_by="name",
	)
	for row in rows:
		wanted = row.property_key if row.status == rules.LENT else None
		if (row.open_key or None) != wanted:
			yield row.name, f"{row.status}, with the key {row.open_key}"


@invariant("DESK-08", KEY)
def a_key_is_out_with_its_open_loan(company: str) -> Iterator[tuple[str, str]]:
	key, loan = frappe.qb.DocType(KEY), frappe.qb.DocType(LOAN)
	rows = (
		frappe.qb.from_(key)
		.left_join(loan)
		.on((loan.property_key == key.name) & (loan.status == rules.LENT))
		.select(key.name, key.status, key.current_loan, Coalesce(loan.name, ""))
		.where(key.company == company)
		.where((key.status == rules.LENT) | loan.name.isnotnull())
		.orderby(key.name)
		.run()
	)
	for name, status, current, open_loan in rows:
		if status != rules.LENT or not open_loan or current != open_loan:
			yield name, f"{status} by {current}; its open loan is {open_loan or 'none'}"
