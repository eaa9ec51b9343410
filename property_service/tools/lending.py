"""Loans: the tool stays in the books of the store, and what is lent out cannot leave a second time (WH-21).

A loan consumes nothing, so no stock is posted for it. *Tool Loan Balance* counts what is out per item and warehouse; it is read
and written under the lock of the item's Bin, and an invariant compares it with the custodies. Counting the custodies
themselves under a lock would lock the gaps between them, and two loans of different tools would wait for each other.
"""

from decimal import Decimal

import frappe

from property_service.refusals import stop
from property_service.rules import tools as rules
from property_service.rules.stock_limit import exact
from property_service.stock import stores

BALANCE = "Tool Loan Balance"


def lend(item: str, warehouse: str) -> None:
	"""One piece more is out. Raises frappe.ValidationError when none is left on the shelf."""
	balance = lock_bin(item, warehouse)
	lent = locked_balance(item, warehouse)
	stop(rules.refuse_leaving(item, warehouse, balance, lent, Decimal(1)))
	write(item, warehouse, lent + 1)


def give_back(item: str, warehouse: str) -> None:
	"""One piece less is out."""
	lock_bin(item, warehouse)
	write(item, warehouse, locked_balance(item, warehouse) - 1)


def keep_lent(rows: list[tuple[str, str, Decimal]]) -> None:
	"""At submission of what takes tools out of a warehouse: (item, warehouse, quantity in stock units) leave something for
	what is lent out. Raises frappe.ValidationError.
	"""
	wanted: dict[tuple[str, str], Decimal] = {}
	for item, warehouse, quantity in rows:
		wanted[item, warehouse] = wanted.get((item, warehouse), Decimal(0)) + quantity
	for item, warehouse in sorted(place for place in wanted if stores.place_of(place[1])):
		balance = lock_bin(item, warehouse)
		lent = locked_balance(item, warehouse)
		if lent:
			stop(rules.refuse_leaving(item, warehouse, balance, lent, wanted[item, warehouse]))


def lock_bin(item: str, warehouse: str) -> Decimal:
	"""What the books have in a warehouse, on the locked bin."""
	return exact(
		frappe.db.get_value("Bin", {"item_code": item, "warehouse": warehouse}, "actual_qty", for_update=True)
	)


def locked_balance(item: str, warehouse: str) -> int:
	"""How many are out; the caller holds the lock of the bin. The row is there before it is locked: no gap is."""
	table = frappe.qb.DocType(BALANCE)
	key = balance_key(item, warehouse)
	now, user = frappe.utils.now(), frappe.session.user
	company = frappe.get_cached_value("Warehouse", warehouse, "company")
	(
		frappe.qb.into(table)
		.columns(
			"name",
			"creation",
			"modified",
			"owner",
			"modified_by",
			"company",
			"item_code",
			"warehouse",
			"lent_qty",
			"balance_key",
		)
		.insert(frappe.generate_hash(length=10), now, now, user, user, company, item, warehouse, 0, key)
		.ignore()
		.run()
	)
	rows = frappe.qb.from_(table).select(table.lent_qty).where(table.balance_key == key).for_update().run()
	return rows[0][0]


def write(item: str, warehouse: str, lent: int) -> None:
	table = frappe.qb.DocType(BALANCE)
	(
		frappe.qb.update(table)
		.set(table.lent_qty, lent)
		.set(table.modified, frappe.utils.now())
		.where(table.balance_key == balance_key(item, warehouse))
		.run()
	)


def lent_out(warehouses: list[str]) -> dict[tuple[str, str], int]:
	"""(item, warehouse) -> pieces that are in the books and in somebody's hands. One statement."""
	rows = frappe.get_all(
		BALANCE,
		filters={"warehouse": ("in", warehouses or [""]), "lent_qty": (">", 0)},
		fields=["item_code", "warehouse", "lent_qty"],
		order_by="name",
	)
	return {(row.item_code, row.warehouse): row.lent_qty for row in rows}


def balance_key(item: str, warehouse: str) -> str:
	return f"{item}/{warehouse}"
