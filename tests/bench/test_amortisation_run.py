"""A month's amortisation of many articles beside the depreciation of ERPNext's assets (LV-06)."""

import time

import frappe
import pytest
from erpnext.assets.doctype.asset.depreciation import post_depreciation_entries
from frappe.utils import add_months, get_first_day, get_last_day, getdate, nowdate

from property_service.low_value import runs
from property_service.rules import amortisation as rules
from tests import stores as make
from tests.bench.ledger import NUMBERS
from tests.bench.results import at_least, at_most, exactly
from tests.site.sql import StatementCounter

CENTRES = 10
ASSETS = 30
COST, MONTHS = 1200, 12


@pytest.fixture
def centres(stores):
	"""Cost centres of as many departments; a run posts two lines for each."""
	root = frappe.db.get_value("Cost Center", {"company": stores.company, "is_group": 1})
	names = []
	for number in range(CENTRES):
		centre = {
			"doctype": "Cost Center",
			"cost_center_name": f"班组 {number} {frappe.generate_hash(length=6)}",
			"company": stores.company,
			"parent_cost_center": root,
		}
		names.append(frappe.get_doc(centre).insert().name)
	return names


ARTICLES = f"""
	insert into `tabLow Value Article` (name, creation, modified, owner, modified_by, company, item, status, in_use_since,
		cost, amortised_amount, net_value, issue_value, amortisation_method, instalments, cost_center, expense_account,
		issue_row, piece)
	select concat(%(prefix)s, '-', numbers.seq), now(), now(), %(user)s, %(user)s, %(company)s, %(item)s, %(status)s,
		%(since)s, %(cost)s, 0, %(cost)s, %(cost)s, %(method)s, %(months)s,
		elt(1 + numbers.seq %% %(centres)s, %(centre_names)s), %(expense)s, concat(%(prefix)s, '-', numbers.seq), 1
	from {NUMBERS}
"""


def articles(low_value, centres, count: int) -> None:
	"""As many that are in use since last month, in instalments; written straight into the table."""
	frappe.db.sql(
		ARTICLES.replace(
			"%(centre_names)s", ", ".join(f"%(centre{number})s" for number in range(len(centres)))
		),
		{
			"prefix": frappe.generate_hash(length=8),
			"user": "Administrator",
			"company": low_value.company,
			"item": make.item().name,
			"status": rules.IN_USE,
			"since": get_first_day(add_months(nowdate(), -1)),
			"cost": COST,
			"method": rules.INSTALMENTS,
			"months": MONTHS,
			"centres": len(centres),
			"expense": low_value.expense,
			"items": count,
			**{f"centre{number}": name for number, name in enumerate(centres)},
		},
	)


def amortise(as_user, company: str) -> tuple[float, int, object]:
	"""The run of last month, submitted and posted as the background job does."""
	month = get_first_day(add_months(nowdate(), -1))
	with as_user("stores_accountant"):
		run = frappe.get_doc({"doctype": runs.RUN, "company": company, "month": month}).insert()
		with StatementCounter(frappe.db) as count:
			started = time.perf_counter()
			run.submit()
			runs.work(run.name)
			seconds = time.perf_counter() - started
	return seconds, len(count), run.reload()


def assets(company: str, count: int) -> None:
	"""As many submitted assets of ERPNext, whose first depreciation is due at the end of last month."""
	accounts = {
		"fixed_asset_account": "Fixed Asset",
		"accumulated_depreciation_account": "Accumulated Depreciation",
		"depreciation_expense_account": "Depreciation",
	}
	parents = {"fixed_asset_account": "Asset", "accumulated_depreciation_account": "Asset"}
	row = {"company_name": company}
	for fieldname, kind in accounts.items():
		root_type = parents.get(fieldname, "Expense")
		parent = frappe.db.get_value(
			"Account",
			{"company": company, "is_group": 1, "root_type": root_type, "parent_account": ("is", "set")},
		)
		account = {
			"doctype": "Account",
			"account_name": f"{kind} {frappe.generate_hash(length=6)}",
			"company": company,
			"parent_account": parent,
			"account_type": kind,
		}
		row[fieldname] = frappe.get_doc(account).insert().name
	category = frappe.get_doc(
		{
			"doctype": "Asset Category",
			"asset_category_name": f"设备 {frappe.generate_hash(length=6)}",
			"accounts": [row],
			"finance_books": [
				{
					"depreciation_method": "Straight Line",
					"total_number_of_depreciations": MONTHS,
					"frequency_of_depreciation": 1,
				}
			],
		}
	).insert()
	item = make.item(
		is_stock_item=0, is_fixed_asset=1, asset_category=category.name, stock_class=None, storage_class=None
	)
	location = frappe.get_doc(
		{"doctype": "Location", "location_name": frappe.generate_hash(length=8)}
	).insert()
	due = get_last_day(add_months(nowdate(), -1))
	for number in range(count):
		asset = frappe.get_doc(
			{
				"doctype": "Asset",
				"asset_name": f"设备 {number}",
				"item_code": item.name,
				"asset_category": category.name,
				"company": company,
				"location": location.name,
				"is_existing_asset": 1,
				"purchase_date": get_first_day(due),
				"available_for_use_date": get_first_day(due),
				"gross_purchase_amount": COST,
				"purchase_amount": COST,
				"calculate_depreciation": 1,
				"finance_books": [
					{
						"depreciation_method": "Straight Line",
						"total_number_of_depreciations": MONTHS,
						"frequency_of_depreciation": 1,
						"depreciation_start_date": due,
					}
				],
			}
		)
		asset.insert()
		asset.submit()


def depreciate(count: int) -> tuple[float, float]:
	"""(seconds, statements) per asset of ERPNext's own daily job."""
	entries = frappe.db.count("Journal Entry", {"voucher_type": "Depreciation Entry", "docstatus": 1})
	with StatementCounter(frappe.db) as counted:
		started = time.perf_counter()
		post_depreciation_entries(nowdate())
		seconds = time.perf_counter() - started
	posted = (
		frappe.db.count("Journal Entry", {"voucher_type": "Depreciation Entry", "docstatus": 1}) - entries
	)
	# the month that begins today may be due as well
	assert posted >= count and posted % count == 0, posted
	return seconds / posted, len(counted) / posted


@pytest.mark.parametrize("count", [1_000, 3_000, 10_000])
def test_amortisation_run(low_value, centres, as_user, record, count):
	articles(low_value, centres, count)
	# a worker that posts has read DocTypes and cost centres before; what it did is taken back
	frappe.db.savepoint("first_run")
	amortise(as_user, low_value.company)
	frappe.db.rollback(save_point="first_run")
	before = frappe.db.count("Journal Entry")
	seconds, statements, run = amortise(as_user, low_value.company)
	assert (run.status, run.article_count) == ("Posted", count), run.last_error
	assert getdate(run.posting_date) == getdate(get_last_day(run.month))
	entries = frappe.db.count("Journal Entry") - before
	assert entries == 1
	figures = {
		"seconds": seconds,
		"statements": statements,
		"ms an article": seconds * 1000 / count,
		"journal entries": entries,
	}
	goals = [at_most(250, statements, "statements"), exactly(1, entries, "journal entry")]
	if count == 10_000:
		assets(low_value.company, ASSETS)
		each, each_statements = depreciate(ASSETS)
		figures |= {"ms an asset, ERPNext": each * 1000, "statements an asset, ERPNext": each_statements}
		goals.append(at_least(300, each / (seconds / count), "× less time an article"))
	record("amortisation", size=count, figures=figures, goals=goals)
	assert statements <= 250
