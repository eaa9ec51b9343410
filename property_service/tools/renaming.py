"""Keys that hold names follow when an item, a person or a warehouse gets another one (WH-21, WH-22)."""

import frappe
from pypika.functions import Concat

from property_service.refusals import stop
from property_service.rules import tools as rules
from property_service.rules.refusal import Refusal
from property_service.tools import custody, lending

# Which column of the custodies and the loan balances names a document.
CUSTODY_COLUMNS = {"Item": "item_code", "Employee": "holder"}
BALANCE_COLUMNS = {"Item": "item_code", "Warehouse": "warehouse"}


def refuse_merging(doctype: str, old: str) -> None:
	"""Before two records become one: what is in somebody's hands under the first name would be there twice."""
	column = {"Warehouse": "warehouse", **CUSTODY_COLUMNS}[doctype]
	open_one = frappe.db.get_value(
		custody.DOCTYPE, {column: old, "status": rules.IN_USE}, ["item_name", "holder_name"]
	)
	if open_one:
		stop(Refusal(rules.NOT_MERGED, (old, *open_one)))
	if doctype in BALANCE_COLUMNS:
		forget(doctype, old)


def follow(doctype: str, new: str) -> None:
	"""After a renaming: Frappe has changed the columns, the keys are made of them."""
	if doctype in CUSTODY_COLUMNS:
		table = frappe.qb.DocType(custody.DOCTYPE)
		(
			frappe.qb.update(table)
			.set(table.open_key, Concat(table.holder, "/", table.item_code))
			.where((table[CUSTODY_COLUMNS[doctype]] == new) & (table.status == rules.IN_USE))
			.run()
		)
	if doctype in BALANCE_COLUMNS:
		table = frappe.qb.DocType(lending.BALANCE)
		(
			frappe.qb.update(table)
			.set(table.balance_key, Concat(table.item_code, "/", table.warehouse))
			.where(table[BALANCE_COLUMNS[doctype]] == new)
			.run()
		)


def forget(doctype: str, name: str) -> None:
	"""An item or warehouse that goes takes its loan balances along; where something is lent, custodies keep it."""
	frappe.db.delete(lending.BALANCE, {BALANCE_COLUMNS[doctype]: name, "lent_qty": 0})
