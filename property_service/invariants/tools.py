"""Tools: one holder per open tool, and what is lent out lies in the books (WH-21, WH-22)."""

from collections.abc import Iterator

import frappe

from property_service.invariants import invariant
from property_service.rules import amortisation
from property_service.rules import tools as rules

CUSTODY, BALANCE = "Tool Custody", "Tool Loan Balance"
LENT = """
	select balance.name, balance.item_code, balance.warehouse, balance.lent_qty,
		coalesce(bin.actual_qty, 0) as lies, count(custody.name) as open_loans
	from `tabTool Loan Balance` balance
	join `tabWarehouse` warehouse on warehouse.name = balance.warehouse
	left join `tabBin` bin on bin.item_code = balance.item_code and bin.warehouse = balance.warehouse
	left join `tabTool Custody` custody on custody.item_code = balance.item_code
		and custody.warehouse = balance.warehouse and custody.status = %(in_use)s and custody.custody_kind = %(loan)s
	where warehouse.company = %(company)s
	group by balance.name, bin.name
"""
# Loans that no balance counts.
UNCOUNTED = """
	select custody.name from `tabTool Custody` custody
	left join `tabTool Loan Balance` balance
		on balance.item_code = custody.item_code and balance.warehouse = custody.warehouse
	where custody.company = %(company)s and custody.status = %(in_use)s and custody.custody_kind = %(loan)s
		and balance.name is null
"""


@invariant("WH-21", BALANCE)
def loans_lie_in_the_books(company: str) -> Iterator[tuple[str, str]]:
	values = {"company": company, "in_use": rules.IN_USE, "loan": rules.ON_LOAN}
	for row in frappe.db.sql(LENT, values, as_dict=True):
		if row.lent_qty != row.open_loans:
			yield (
				row.name,
				f"{row.item_code} in {row.warehouse}: {row.lent_qty} lent, {row.open_loans} loans open",
			)
		if row.lent_qty > row.lies:
			yield row.name, f"{row.item_code} in {row.warehouse}: {row.lent_qty} lent of {row.lies:g}"
	for (name,) in frappe.db.sql(UNCOUNTED, values):
		yield name, "the loan is not counted"


@invariant("WH-22", CUSTODY)
def an_open_tool_holds_its_key(company: str) -> Iterator[tuple[str, str]]:
	"""The key is what the database lets exist once, so an open tool without it could be handed out twice."""
	rows = frappe.get_all(
		CUSTODY,
		filters={"company": company},
		or_filters=[["status", "=", rules.IN_USE], ["open_key", "is", "set"]],
		fields=["name", "status", "holder", "item_code", "open_key"],
		order_by="name",
	)
	for row in rows:
		wanted = rules.open_key(row.holder, row.item_code) if row.status == rules.IN_USE else None
		if (row.open_key or None) != wanted:
			yield row.name, f"{row.status}, with the key {row.open_key}"


ANOTHER_USER = """
	select custody.name, article.name, article.user_employee
	from `tabTool Custody` custody
	join `tabLow Value Article` article on article.issue_row = custody.stock_entry_row
	where custody.company = %(company)s and custody.status = %(in_use)s and article.status in %(live)s
		and coalesce(article.user_employee, '') != custody.holder
"""


@invariant("WH-21", CUSTODY)
def a_tool_that_is_an_article_has_one_holder(company: str) -> Iterator[tuple[str, str]]:
	values = {"company": company, "in_use": rules.IN_USE, "live": amortisation.LIVE}
	for name, article, user in frappe.db.sql(ANOTHER_USER, values):
		yield name, f"the user of {article} is {user}"
