"""Low-value consumables of the tests: the company with stores uses the procedure; items, issues and the ledger's figures.

`set_up` is the fixture `low_value`; the functions below make what one test needs, with the least that is valid.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import frappe
from erpnext.stock.doctype.material_request.material_request import make_stock_entry

from property_service import invariants, settings
from property_service.rules import money
from property_service.stock import stores as places
from tests import stores as make
from tests.site import purchasing

ARTICLE = "Low Value Article"
# Companies whose procedure is on in the present file of tests: what clears up after a test leaves it on.
IN_USE: set[str] = set()


@dataclass
class LowValue:
	"""The company's accounts, by what they are for."""

	company: str
	in_store: str
	in_use: str
	amortisation: str
	expense: str


def months_ago(months: int, day: int = 5) -> str:
	"""A day of the month that lies `months` before this one, known before there is a site; the tests' site is in China."""
	today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
	year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
	return f"{year}-{month + 1:02d}-{day:02d}"


def set_up(stores) -> LowValue:
	switch(stores.company, on=True)
	row = settings.company_row(stores.company)
	return LowValue(
		company=stores.company,
		in_store=row.low_value_in_store_account,
		in_use=row.low_value_in_use_account,
		amortisation=row.low_value_amortisation_account,
		expense=row.low_value_expense_account,
	)


def switch(company: str, on: bool) -> None:
	doc = frappe.get_doc(settings.DOCTYPE)
	row = next(row for row in doc.companies if row.company == company)
	if bool(row.low_value) != on:
		row.low_value = int(on)
		doc.save()
	(IN_USE.add if on else IN_USE.discard)(company)


def item(method: str | None = None, instalments: int = 0, **values):
	"""A chair of the low-value class Office."""
	return make.item(
		**{
			"item_name": "办公椅",
			"specification": "网布",
			"stock_class": "Standing Part",
			"low_value_class": "Office",
			"useful_life_months": 36,
			"amortisation_method": method,
			"instalments": instalments,
			**values,
		}
	)


def issue(stores, as_user, item_code: str, qty: float, rate: float = 200, posting_date=None, store=None):
	"""Pieces that lie in a store of their own, asked for by the technician, signed, and handed out; returns the entry."""
	store = store or purchasing.own_store(stores)
	qualified = places.zone_warehouse(store, "Qualified")
	make.put_in(item_code, qualified, qty, rate=rate, posting_date=posting_date)
	request = purchasing.issue_request(stores, as_user, item_code, qualified, qty=qty, store=store)
	return hand_out(as_user, request, posting_date=posting_date)


def hand_out(as_user, request, qty: float | None = None, posting_date=None):
	"""A day that has passed is the stores accountant's affair."""
	with as_user("stores_accountant" if posting_date else "storekeeper"):
		entry = make_stock_entry(request.name)
		for row in entry.items:
			row.qty = qty or row.qty
		if posting_date:
			entry.update({"set_posting_time": 1, "posting_date": posting_date, "posting_time": "09:00:00"})
		entry.insert()
		entry.submit()
	return entry


def amortise(as_user, company: str, month):
	"""A run of a month, submitted by the stores accountant; returns it."""
	with as_user("stores_accountant"):
		run = frappe.get_doc({"doctype": "Amortisation Run", "company": company, "month": month}).insert()
		run.submit()
	return run.reload()


def broken() -> list[str]:
	"""What the invariants of low-value consumables find."""
	return [line for line in invariants.report() if line.startswith("LV-05")]


def articles_of(entry) -> list:
	"""The articles of an issue, by piece."""
	return frappe.get_all(ARTICLE, filters={"issue": entry.name}, fields=["*"], order_by="issue_row, piece")


def balance(account: str) -> Decimal:
	"""What the general ledger holds, debit positive."""
	total = frappe.db.sql(
		"select sum(debit - credit) from `tabGL Entry` where account = %s and is_cancelled = 0", account
	)[0][0]
	return Decimal(str(total or 0)).quantize(money.CENT)
