"""What a company that uses low-value consumables starts with: the accounts of page 5 (ORG-06, LV-04).

A chart may be English or Chinese, with numbers or without. What it has under one of our names, or the company has mapped, is
taken; what it lacks is made below a group of our own; nothing is renamed or moved. Only the account in store is of type
Stock: ERPNext takes no journal entry on such an account.
"""

import frappe
from frappe.model.document import Document

from property_service.low_value import scope
from property_service.refusals import stop
from property_service.rules import amortisation as rules
from property_service.rules.refusal import Refusal
from property_service.setup import stores
from property_service.setup.memory import made, remember
from property_service.setup.words import words

GROUP = ("周转材料", "Low-Value Consumables and Turnover Materials")
GROUP_NUMBER = "1411"
NON_OPERATING_INCOME = ("营业外收入", "Non-Operating Income")
# fieldname: (names in Chinese and English, account type, number)
ACCOUNTS = {
	"low_value_in_store_account": (("在库低值易耗品", "Low-Value Consumables in Store"), "Stock", "141101"),
	scope.IN_USE_ACCOUNT: (("在用低值易耗品", "Low-Value Consumables in Use"), "", "141102"),
	scope.AMORTISATION_ACCOUNT: (("低值易耗品摊销", "Amortisation of Low-Value Consumables"), "", "141103"),
}


def fill(doc: Document, method: str | None = None) -> None:
	"""Doc event `validate` of the settings: completes the rows of companies that use the procedure, and checks them."""
	for row in doc.companies:
		if not row.low_value:
			continue
		for fieldname in ACCOUNTS:
			row.set(fieldname, row.get(fieldname) or ensure(row.company, fieldname))
		row.low_value_expense_account = row.low_value_expense_account or default_expense(row)
		row.penalty_income_account = row.penalty_income_account or default_penalty_income(row)
		check(row)
	keep_accounts(doc)


def default_expense(row: Document) -> str | None:
	return (
		row.stores_expense_account
		or stores.account_named(row.company, stores.MANAGEMENT_EXPENSES)
		or frappe.get_cached_value("Company", row.company, "stock_adjustment_account")
	)


def default_penalty_income(row: Document) -> str | None:
	"""营业外收入, made beside the company's income where the chart has none."""
	income = frappe.get_cached_value("Company", row.company, "default_income_account")
	return stores.ensure_account(row.company, NON_OPERATING_INCOME, stores.group_above(income, 1))


def check(row: Document) -> None:
	label = row.meta.get_label
	for fieldname in (scope.IN_USE_ACCOUNT, scope.AMORTISATION_ACCOUNT):
		account = row.get(fieldname) and frappe.get_cached_doc("Account", row.get(fieldname))
		if account and (
			account.company != row.company
			or account.is_group
			or account.account_type
			or account.root_type != "Asset"
		):
			stop(Refusal(rules.WRONG_ACCOUNT, (account.name, label(fieldname))))
	if row.get(scope.IN_USE_ACCOUNT) and row.get(scope.IN_USE_ACCOUNT) == row.get(scope.AMORTISATION_ACCOUNT):
		stop(
			Refusal(
				rules.SAME_ACCOUNT,
				(row.company, label(scope.IN_USE_ACCOUNT), label(scope.AMORTISATION_ACCOUNT)),
			)
		)


def keep_accounts(doc: Document) -> None:
	"""An article's end is posted to the accounts of its beginning, so these stay while there is something on them."""
	before = doc.get_doc_before_save()
	for row in before.companies if before else ():
		now = next((other for other in doc.companies if other.company == row.company), None)
		for fieldname in (scope.IN_USE_ACCOUNT, scope.AMORTISATION_ACCOUNT):
			changed = now and row.get(fieldname) and row.get(fieldname) != now.get(fieldname)
			if changed and carries_value(row.company):
				stop(Refusal(rules.IN_BOOKS, (row.company, row.meta.get_label(fieldname))))


def carries_value(company: str) -> bool:
	"""Whether an article of a company stands on the account in use."""
	return bool(
		frappe.db.exists(
			"Low Value Article",
			{
				"company": company,
				"status": ("in", rules.LIVE),
				"amortisation_method": ("!=", rules.ONE_OFF),
			},
		)
	)


# ---- accounts ----------------------------------------------------------------------------------------------------


def ensure(company: str, fieldname: str) -> str | None:
	"""The account of a setting, made where the chart has none; None without a chart of accounts."""
	names, account_type, number = ACCOUNTS[fieldname]
	there = stores.account_named(company, names)
	if there:
		return there
	key = f"stores/{company}/account/{names[1]}"
	if key in made():
		return None  # somebody deleted it
	group = group_of(company)
	return group and make(key, company, words(names[1]), group, number, account_type=account_type)


def group_of(company: str) -> str | None:
	"""The group below which our accounts stand: the chart's own 1411 or one of its name, else a new one in current assets."""
	wanted = sorted({*GROUP, words(GROUP[1])})
	own = {"company": company, "is_group": 1, "root_type": "Asset"}
	there = frappe.db.get_value(
		"Account", {**own, "account_number": GROUP_NUMBER}, order_by="lft asc"
	) or frappe.db.get_value("Account", {**own, "account_name": ("in", wanted)}, order_by="lft asc")
	if there:
		return there
	parent = stores.group_above(stock_account(company), 2) or root_of_assets(company)
	if not parent:
		return None
	key = f"stores/{company}/account/{GROUP[1]}"
	return make(key, company, words(GROUP[1]), parent, GROUP_NUMBER, is_group=1)


def stock_account(company: str) -> str | None:
	return frappe.get_cached_value("Company", company, "default_inventory_account") or frappe.db.get_value(
		"Account", {"company": company, "account_type": "Stock", "is_group": 0}, order_by="lft asc"
	)


def root_of_assets(company: str) -> str | None:
	return frappe.db.get_value(
		"Account",
		{"company": company, "root_type": "Asset", "is_group": 1, "parent_account": ("is", "not set")},
		order_by="lft asc",
	)


def make(key: str, company: str, title: str, parent: str, number: str, **values) -> str:
	"""With its number where the chart has numbers and this one is free."""
	numbered = has_numbers(company) and not frappe.db.exists(
		"Account", {"company": company, "account_number": number}
	)
	account = frappe.get_doc(
		{
			"doctype": "Account",
			"company": company,
			"account_name": title,
			"account_number": number if numbered else "",
			"parent_account": parent,
			**values,
		}
	)
	account.insert(ignore_permissions=True)  # set-up: whoever may change these settings gets what they need
	remember(key, account.name)
	return account.name


def has_numbers(company: str) -> bool:
	stock = stock_account(company)
	return bool(stock and frappe.db.get_value("Account", stock, "account_number"))
