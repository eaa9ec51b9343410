"""Whether ERPNext alone can work with what is in the books: `python -m tests.site.posted_books SITE MADE` prints what is wrong.

Ledgers are compared with each other, what set-up has made (`MADE`: its memory as JSON) has to be in use, every document is
opened as the desk does, and all of them are cancelled, the last first. Nothing of it is kept.
"""

import json
import sys

import frappe
from frappe.desk.form import load, meta
from frappe.utils import flt

DOCUMENTS = (
	*("Journal Entry", "Sales Invoice", "Stock Entry", "Purchase Receipt", "Quality Inspection"),
	*("Purchase Order", "Material Request"),
)
SLA, TEMPLATE = "Service Level Agreement", "Quality Inspection Template"
# Masters that the documents lead to.
OPENED = (
	*DOCUMENTS,
	"Item",
	"Item Group",
	"Warehouse",
	"Customer",
	"Employee",
	"Department",
	"Account",
	"Company",
)


def faults(made: dict[str, str]) -> list[str]:
	frappe.flags.in_test = True  # what ERPNext would leave to a worker is done at once
	found = unbalanced() + stock_differences() + broken_trees() + unopened() + unused(made) + uncancelled()
	# ERPNext makes up for each entry of a cancelled document by one of its own
	found += [f"after cancelling: {fault}" for fault in unbalanced() + stock_differences()]
	frappe.db.rollback()
	return found


def unbalanced() -> list[str]:
	rows = frappe.db.sql(
		"""select voucher_type, voucher_no, sum(debit) - sum(credit) from `tabGL Entry`
		group by voucher_type, voucher_no having abs(sum(debit) - sum(credit)) > 0.001"""
	)
	return [f"{doctype} {name} is out by {amount}" for doctype, name, amount in rows]


def stock_differences() -> list[str]:
	"""Bins against the stock ledger, and its value against the accounts of stock."""
	found = [
		f"{item} in {warehouse}: bin {bin_qty}, ledger {qty}"
		for item, warehouse, bin_qty, qty in frappe.db.sql(
			"""select b.item_code, b.warehouse, b.actual_qty, coalesce(sum(s.actual_qty), 0) from tabBin b
			left join `tabStock Ledger Entry` s
				on s.item_code = b.item_code and s.warehouse = b.warehouse and s.is_cancelled = 0
			group by b.item_code, b.warehouse, b.actual_qty"""
		)
		if flt(bin_qty - qty, 6)
	]
	(value,) = frappe.db.sql(
		"select coalesce(sum(stock_value_difference), 0) from `tabStock Ledger Entry` where is_cancelled = 0"
	)[0]
	(booked,) = frappe.db.sql(
		"""select coalesce(sum(debit - credit), 0) from `tabGL Entry`
		where is_cancelled = 0 and account in (select name from tabAccount where account_type = 'Stock')"""
	)[0]
	if flt(value - booked, 2):
		found.append(f"stock is worth {value}, its accounts say {booked}")
	return found


def broken_trees() -> list[str]:
	found = []
	for doctype in ("Account", "Warehouse", "Department", "Item Group"):
		rows = frappe.get_all(doctype, fields=["lft", "rgt"], order_by="lft")
		places = sorted(place for row in rows for place in (row.lft, row.rgt))
		if places != list(range(1, len(places) + 1)):
			found.append(f"{doctype}: places of the tree are {places}")
	return found


def unused(made: dict[str, str]) -> list[str]:
	"""What set-up made and left although ERPNext lets it be deleted."""
	found = []
	for key, name in reversed(made.items()):
		doctype = kind_of(key)
		if not doctype or not frappe.db.exists(doctype, name):
			continue
		frappe.db.savepoint("unused")
		try:
			frappe.delete_doc(doctype, name)
		except frappe.ValidationError:
			frappe.db.rollback(save_point="unused")
		else:
			found.append(f"{doctype} {name} is not used and still there")
	return found


def kind_of(key: str) -> str | None:
	kinds = {"mode": "Mode of Payment", "item": "Item", "holidays": "Holiday List", "agreement": SLA}
	first = key.split("/")[0]
	if first == "stores":
		kinds = {"zone": "Warehouse Type", "entry_type": "Stock Entry Type", "template": TEMPLATE}
		kinds |= {"parameter": "Quality Inspection Parameter"}
		first, *rest = key.split("/")[1:]
		if first not in kinds:
			return {"warehouse": "Warehouse", "account": "Account"}.get(rest[0]) if rest else None
	return "Account" if first == "account" else kinds.get(first)


def unopened() -> list[str]:
	found = []
	for doctype in OPENED:
		try:
			meta.get_meta(doctype, cached=False).as_dict()
		except Exception as error:
			found.append(f"{doctype}: {error!r}")
		for name in frappe.get_all(doctype, pluck="name", order_by="name"):
			try:
				load.getdoc(doctype, name)
			except Exception as error:
				found.append(f"{doctype} {name}: {error!r}")
	return found


def uncancelled() -> list[str]:
	submitted = [
		(creation, doctype, name)
		for doctype in DOCUMENTS
		for name, creation in frappe.get_all(
			doctype, filters={"docstatus": 1}, fields=["name", "creation"], order_by="name", as_list=True
		)
	]
	found = [] if submitted else ["nothing was posted"]
	for _creation, doctype, name in sorted(submitted, reverse=True):
		try:
			frappe.get_doc(doctype, name).cancel()
		except Exception as error:
			found.append(f"{doctype} {name} is not cancelled: {error!r}")
	return found


if __name__ == "__main__":
	frappe.init(sys.argv[1])
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.db.commit = lambda: None
	json.dump(faults(json.loads(sys.argv[2])), sys.stdout)
	frappe.destroy()
