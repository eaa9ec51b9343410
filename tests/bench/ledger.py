"""A stock ledger of many items and months, written straight into the tables: ERPNext would need a day for it."""

from dataclasses import dataclass
from datetime import date

import frappe
from frappe.utils import add_months, getdate, nowdate

from property_service.stock import stores as places
from tests import stores as make

MONTHS = 18
# Postings of an item in a month: (day, quantity); every third item has a fifth one. Worth 2 a piece.
POSTINGS = ((3, 10), (8, -4), (14, -3), (21, 2))
RATE = 2
ITEMS_PER_VOUCHER = 20


@dataclass
class Ledger:
	company: str
	store: str
	warehouse: str
	items: int
	rows: int
	# of each item
	balance: int
	# first day of the last month in which anything moved
	month: date
	# what the names of all that was made for it begin with
	prefix: str


def build(stores, items: int) -> Ledger:
	"""`items` items with MONTHS months of postings in one store, whose stock account is its own."""
	store = make.store(stores.company)
	warehouse = places.zone_warehouse(store, "Qualified")
	like = frappe.get_cached_value("Company", stores.company, "default_inventory_account")
	account = frappe.get_doc(
		{
			"doctype": "Account",
			"account_name": f"库存商品 {frappe.generate_hash(length=6)}",
			"company": stores.company,
			"parent_account": frappe.db.get_value("Account", like, "parent_account"),
			"account_type": "Stock",
		}
	).insert()
	frappe.db.set_value("Warehouse", store, "account", account.name)
	values = {
		"company": stores.company,
		"warehouse": warehouse,
		"account": account.name,
		"against": frappe.get_cached_value("Company", stores.company, "stock_adjustment_account"),
		"group": stores.item_group,
		"uom": stores.uom,
		"items": items,
		"prefix": frappe.generate_hash(length=6),
		"user": "Administrator",
	}
	frappe.db.sql(ITEMS, values)
	today = getdate(nowdate())
	first = getdate(add_months(today.replace(day=1), -(MONTHS - 1)))
	balance = rows = 0
	moved = first
	for month in range(MONTHS):
		start = getdate(add_months(first, month))
		# what is posted today must be the last of its item: ERPNext values anew whatever comes after it
		past = [(day, quantity) for day, quantity in POSTINGS if start.replace(day=day) < today]
		for number, (day, quantity) in enumerate(past):
			balance += quantity
			posting = {
				**values,
				"month": start,
				"on": start.replace(day=day),
				"at": f"{start.replace(day=day)} 10:00:00",
				"voucher": f"{values['prefix']}-{month}-{number}",
				"quantity": quantity,
				"after": balance,
				"rate": RATE,
				"per": ITEMS_PER_VOUCHER,
			}
			frappe.db.sql(LEDGER, posting)
			frappe.db.sql(ACCOUNTS, posting)
			frappe.db.sql(ENTRIES, posting)
			rows += items
		into = sum(quantity for _day, quantity in past if quantity > 0)
		out = -sum(quantity for _day, quantity in past if quantity < 0)
		if past:
			moved = start
			frappe.db.sql(MONTH_ROWS, {**values, "month": start, "into": into, "out": out, "rate": RATE})
	frappe.db.sql(BINS, {**values, "balance": balance, "rate": RATE})
	return Ledger(stores.company, store, warehouse, items, rows, balance, moved, values["prefix"])


# Each with the column that the prefix is in, in an order in which nothing is left without what it refers to.
MADE = (
	*(("Stock Ledger Entry", "voucher_no"), ("GL Entry", "voucher_no"), ("Stock Entry", "name")),
	*(("Stock Month", "name"), ("Bin", "name"), ("Item Reorder", "parent"), ("Item", "name")),
)


def publish() -> None:
	"""As on a site that has worked for long: others see the ledger too, and the optimizer knows how large its tables are.

	Among rows of an unfinished transaction it still takes them for empty.
	"""
	frappe.db.commit()
	frappe.db.sql("analyze table " + ", ".join(f"`tab{doctype}`" for doctype, _column in MADE))


def remove(ledger: Ledger) -> None:
	for doctype, column in MADE:
		frappe.db.delete(doctype, {column: ("like", f"{ledger.prefix}%")})
	frappe.db.commit()


NUMBERS = "(select seq from seq_1_to_1000000 where seq <= %(items)s) numbers"
ITEM = "concat(%(prefix)s, '-', numbers.seq)"
ITEMS = f"""
	insert into `tabItem` (name, creation, modified, owner, modified_by, item_code, item_name, item_group, stock_uom,
		is_stock_item, disabled, has_variants, stock_class)
	select {ITEM}, now(), now(), %(user)s, %(user)s, {ITEM}, '日光灯管', %(group)s, %(uom)s, 1, 0, 0, 'Daily Consumable'
	from {NUMBERS}
"""
LEDGER = f"""
	insert into `tabStock Ledger Entry` (name, creation, modified, owner, modified_by, docstatus, item_code, warehouse,
		posting_date, posting_time, posting_datetime, voucher_type, voucher_no, actual_qty, qty_after_transaction,
		valuation_rate, stock_value, stock_value_difference, stock_queue, company, stock_uom, is_cancelled)
	select concat(%(voucher)s, '-', numbers.seq), %(at)s, %(at)s, %(user)s, %(user)s, 1, {ITEM}, %(warehouse)s,
		%(on)s, '10:00:00', %(at)s, 'Stock Entry', concat(%(voucher)s, '-', floor(numbers.seq / %(per)s)), %(quantity)s,
		%(after)s, %(rate)s, %(after)s * %(rate)s, %(quantity)s * %(rate)s,
		concat('[[', %(after)s, ', ', %(rate)s, ']]'), %(company)s, %(uom)s, 0
	from {NUMBERS}
"""
ACCOUNTS = f"""
	insert into `tabGL Entry` (name, creation, modified, owner, modified_by, docstatus, posting_date, account, debit, credit,
		voucher_type, voucher_no, company, is_cancelled)
	select concat(%(voucher)s, '-', voucher, '-', side.side), %(at)s, %(at)s, %(user)s, %(user)s, 1, %(on)s,
		if(side.side = 1, %(account)s, %(against)s),
		if((side.side = 1) = (%(quantity)s > 0), abs(%(quantity)s) * %(rate)s * pieces, 0),
		if((side.side = 1) = (%(quantity)s > 0), 0, abs(%(quantity)s) * %(rate)s * pieces),
		'Stock Entry', concat(%(voucher)s, '-', voucher), %(company)s, 0
	from (select floor(numbers.seq / %(per)s) as voucher, count(*) as pieces from {NUMBERS} group by voucher) vouchers
	join (select 1 as side union all select 2) side
"""
ENTRIES = f"""
	insert into `tabStock Entry` (name, creation, modified, owner, modified_by, docstatus, posting_date, purpose, company,
		stores_kind)
	select concat(%(voucher)s, '-', voucher), %(at)s, %(at)s, %(user)s, %(user)s, 1, %(on)s,
		if(%(quantity)s > 0, 'Material Receipt', 'Material Issue'), %(company)s, if(%(quantity)s > 0, null, 'Issue')
	from (select distinct floor(numbers.seq / %(per)s) as voucher from {NUMBERS}) vouchers
"""
MONTH_ROWS = f"""
	insert into `tabStock Month` (name, creation, modified, owner, modified_by, company, warehouse, item_code, month, stale,
		other_in_qty, other_in_value, issue_qty, issue_value)
	select concat(%(prefix)s, date_format(%(month)s, '%%y%%m'), numbers.seq), now(), now(), %(user)s, %(user)s, %(company)s,
		%(warehouse)s, {ITEM}, %(month)s, 0, %(into)s, %(into)s * %(rate)s, %(out)s, %(out)s * %(rate)s
	from {NUMBERS}
"""
BINS = f"""
	insert into `tabBin` (name, creation, modified, owner, modified_by, item_code, warehouse, actual_qty, projected_qty, stock_value,
		valuation_rate, stock_uom)
	select concat(%(prefix)s, numbers.seq), now(), now(), %(user)s, %(user)s, {ITEM}, %(warehouse)s, %(balance)s, %(balance)s,
		%(balance)s * %(rate)s, %(rate)s, %(uom)s
	from {NUMBERS}
"""
