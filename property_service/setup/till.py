"""Workable accounts of the front desk's till for each company's own chart (ORG-06, CASH-01).

Existing accounts are found by the company's own settings, by account type and root type, never by a name; what is
missing is created beside them, in the site's language, numbered where its neighbours are. Made once per company: what a
company changes or takes away afterwards stays as it is. Uninstall takes away what was made and is not used.
"""

from collections.abc import Collection
from dataclasses import dataclass

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from property_service.rules.till import BOTH, CARD, DEPOSIT, INCOME, INVOICE
from property_service.setup.memory import made, remember, remove_unless_used

ASSET, LIABILITY, INCOME_ROOT, EXPENSE = "Asset", "Liability", "Income", "Expense"
SERVICE_TAX, GOODS_TAX = 6, 13
"""Chinese VAT of services and of goods in per cent, for a general taxpayer; a small-scale taxpayer enters its own."""


@dataclass(frozen=True)
class NewPurpose:
	"""`account`: key of ACCOUNTS, None for invoice payments. `tax`: per cent, included in the amount."""

	name: str
	kind: str
	direction: str = "In"
	account: str | None = None
	tax: int = 0
	refunds: str | None = None


PURPOSES = (
	NewPurpose("Card Top-up", CARD, account="card_liability_account"),
	NewPurpose("Card Refund", CARD, "Out", "card_liability_account"),
	NewPurpose("Water", INCOME, account="water_income", tax=GOODS_TAX),
	NewPurpose("Water Deposit", DEPOSIT, account="water_deposits"),
	NewPurpose("Water Deposit Refund", DEPOSIT, "Out", "water_deposits", refunds="Water Deposit"),
	NewPurpose("Gym", INCOME, account="gym_income", tax=SERVICE_TAX),
	NewPurpose("Vehicle Pass", INCOME, account="pass_income", tax=SERVICE_TAX),
	NewPurpose("Key Deposit", DEPOSIT, account="key_deposits"),
	NewPurpose("Key Deposit Refund", DEPOSIT, "Out", "key_deposits", refunds="Key Deposit"),
	NewPurpose("Renovation Deposit", DEPOSIT, account="renovation_deposits"),
	NewPurpose("Deposit Refund", DEPOSIT, "Out", "renovation_deposits"),
	NewPurpose("Invoice Payment", INVOICE),
	NewPurpose("Compensation", INCOME, account="compensation_income"),
	NewPurpose("Other", INCOME, BOTH, "other_income", tax=SERVICE_TAX),
)


@dataclass(frozen=True)
class NewAccount:
	"""An account to be created: its name, and where in the chart."""

	name: str
	root: str
	account_type: str = ""


ACCOUNTS = {
	"cashier_account": NewAccount("Cashier's Cash", ASSET, "Cash"),
	"till_float_account": NewAccount("Front Desk Float", ASSET, "Cash"),
	"over_short_account": NewAccount("Cash Over and Short", EXPENSE),
	"card_liability_account": NewAccount("Service Card Balances", LIABILITY),
	"card_income_account": NewAccount("Service Card Consumption", INCOME_ROOT, "Income Account"),
	"key_deposits": NewAccount("Key Deposits", LIABILITY),
	"water_deposits": NewAccount("Water Bottle Deposits", LIABILITY),
	"renovation_deposits": NewAccount("Renovation Deposits", LIABILITY),
	"water_income": NewAccount("Drinking Water Sales", INCOME_ROOT, "Income Account"),
	"gym_income": NewAccount("Gym Fees", INCOME_ROOT, "Income Account"),
	"pass_income": NewAccount("Vehicle Pass Fees", INCOME_ROOT, "Income Account"),
	"compensation_income": NewAccount("Compensation Received", INCOME_ROOT, "Income Account"),
	"other_income": NewAccount("Other Front Desk Income", INCOME_ROOT, "Income Account"),
	"bank": NewAccount("Bank Deposits", ASSET, "Bank"),
	"wechat": NewAccount("WeChat Pay Receipts", ASSET, "Bank"),
	"alipay": NewAccount("Alipay Receipts", ASSET, "Bank"),
	"output_tax": NewAccount("Output VAT", LIABILITY, "Tax"),
}
# Which accounts of the company's row are looked up before one is made: a field of the company, or a type.
IN_COMPANY_ROW = (
	*("cashier_account", "till_float_account", "over_short_account"),
	*("card_liability_account", "card_income_account"),
)
# key: (title of the mode, ERPNext's type, account)
MODES = {
	"cash": ("Cash", "Cash", None),
	"wechat": ("WeChat Pay", "Bank", "wechat"),
	"alipay": ("Alipay", "Bank", "alipay"),
	"bank_transfer": ("Bank Transfer", "Bank", "bank"),
}


# ---- filling the settings ------------------------------------------------------------------------------------------


def fill(settings: Document) -> None:
	"""Give each company whose chart is there its accounts, once; called at install, migrate and for a new company.

	`settings`: Property Service Settings; the caller saves it.
	"""
	make_purposes()
	for row in settings.companies:
		key = f"till/{row.company}"
		if key in made() or not has_chart(row.company):
			continue
		fill_company(settings, row)
		remember(key, "")


def add_purposes(settings: Document, names: Collection[str]) -> None:
	"""Give companies that were filled before the purposes that came later; the caller saves `settings`."""
	make_purposes()
	for row in settings.companies:
		if f"till/{row.company}" not in made():
			continue
		chart = Chart(row.company)
		there = {entry.purpose for entry in settings.receipt_purposes if entry.company == row.company}
		for purpose in PURPOSES:
			if purpose.name in names and purpose.name not in there:
				settings.append("receipt_purposes", purpose_row(row, purpose, chart))


def has_chart(company: str) -> bool:
	roots = frappe.get_all(
		"Account",
		filters={"company": company, "parent_account": ("in", ("", None)), "is_group": 1},
		pluck="root_type",
		order_by="name",
	)
	return {ASSET, LIABILITY, INCOME_ROOT, EXPENSE} <= set(roots)


def fill_company(settings: Document, row: Document) -> None:
	chart = Chart(row.company)
	for fieldname in IN_COMPANY_ROW:
		row.set(fieldname, row.get(fieldname) or chart.account(fieldname))
	row.subsidy_receivable_account = (
		row.subsidy_receivable_account or chart.company.default_receivable_account
	)
	there = {entry.purpose for entry in settings.receipt_purposes if entry.company == row.company}
	for purpose in PURPOSES:
		if purpose.name not in there:
			settings.append("receipt_purposes", purpose_row(row, purpose, chart))
	modes = {entry.mode_of_payment for entry in settings.payment_modes if entry.company == row.company}
	for key in MODES:
		mode = mode_of_payment(key)
		if mode not in modes:
			account = mode_account(key, mode, chart)
			settings.append(
				"payment_modes", {"company": row.company, "mode_of_payment": mode, "account": account}
			)


def purpose_row(row: Document, purpose: NewPurpose, chart: "Chart") -> dict:
	account = None
	if purpose.account:
		account = row.get(purpose.account) or chart.account(purpose.account)
	return {
		"company": row.company,
		"purpose": purpose.name,
		"account": account,
		"tax_rate": purpose.tax,
		"tax_account": chart.account("output_tax") if purpose.tax else None,
	}


def make_purposes() -> None:
	for purpose in PURPOSES:
		key = f"purpose/{purpose.name}"
		if key in made() or frappe.db.exists("Receipt Purpose", purpose.name):
			continue
		frappe.get_doc(
			{
				"doctype": "Receipt Purpose",
				"purpose_name": purpose.name,
				"kind": purpose.kind,
				"direction": purpose.direction,
				"refunds": purpose.refunds,
			}
		).insert(ignore_permissions=True)  # set-up, before anybody works here
		remember(key, "")


# ---- modes of payment ---------------------------------------------------------------------------------------------


def mode_of_payment(key: str) -> str:
	"""The mode of payment: of cash whatever the site uses as such, of the others one that is called so, else a new one."""
	from property_service.setup.service_levels import words

	title, mode_type, _account = MODES[key]
	memory = f"mode/{key}"
	if memory in made() and frappe.db.exists("Mode of Payment", made()[memory]):
		return made()[memory]
	if key == "cash":
		found = frappe.get_all(
			"Mode of Payment",
			filters={"type": "Cash", "enabled": 1},
			pluck="name",
			order_by="creation, name",
			limit=1,
		)
		if found:
			return found[0]
	name = words(title)
	if not frappe.db.exists("Mode of Payment", name):
		doc = frappe.get_doc(
			{"doctype": "Mode of Payment", "mode_of_payment": name, "type": mode_type, "enabled": 1}
		)
		doc.insert(ignore_permissions=True)  # set-up, before anybody works here
		remember(memory, name)
	return name


def mode_account(key: str, mode: str, chart: "Chart") -> str | None:
	"""Where the money of a mode arrives: what ERPNext has for it, else an account of our own. None for cash."""
	account = MODES[key][2]
	if account is None:
		return None
	own = frappe.db.get_value(
		"Mode of Payment Account", {"parent": mode, "company": chart.company.name}, "default_account"
	)
	return own or chart.account(account)


# ---- the chart ----------------------------------------------------------------------------------------------------


class Chart:
	"""A company's chart of accounts, asked for accounts by what they are."""

	def __init__(self, company: str):
		self.company = frappe.get_doc("Company", company)

	def account(self, key: str) -> str:
		"""The account for `key`, existing or created."""
		memory = f"account/{self.company.name}/{key}"
		name = made().get(memory)
		if name and frappe.db.exists("Account", name):
			return name
		existing = self.existing(key)
		if existing:
			return existing
		name = self.create(ACCOUNTS[key], self.parent(key))
		remember(memory, name)
		return name

	def existing(self, key: str) -> str | None:
		match key:
			case "cashier_account":
				return self.usable(self.company.default_cash_account) or self.leaf("Cash", ASSET)
			case "bank":
				return self.usable(self.company.default_bank_account)
			case "output_tax":
				return self.leaf("Tax", LIABILITY)
		return None

	def usable(self, account: str | None) -> str | None:
		if not account:
			return None
		known = frappe.db.get_value("Account", account, ["company", "is_group", "disabled"], as_dict=True)
		ok = known and known.company == self.company.name and not known.is_group and not known.disabled
		return account if ok else None

	def leaf(self, account_type: str, root: str) -> str | None:
		return self.first({"account_type": account_type, "root_type": root, "is_group": 0, "disabled": 0})

	def first(self, filters: dict) -> str | None:
		found = frappe.get_all(
			"Account",
			filters={"company": self.company.name, **filters},
			pluck="name",
			order_by="lft",
			limit=1,
		)
		return found[0] if found else None

	# ---- where a new one belongs

	def parent(self, key: str) -> str:
		"""The group for a new account: beside its like, else beside what the company names, else under the root."""
		new = ACCOUNTS[key]
		like = None
		if new.account_type in ("Cash", "Bank", "Tax"):
			group = self.first({"account_type": new.account_type, "root_type": new.root, "is_group": 1})
			like = group or self.group_of(self.leaf(new.account_type, new.root))
		elif new.root == INCOME_ROOT:
			like = self.group_of(self.company.default_income_account)
		elif new.root == EXPENSE:
			like = self.group_of(self.company.write_off_account or self.company.round_off_account)
		elif new.root == LIABILITY:
			# one level above the suppliers' accounts: among the current liabilities
			like = self.group_of(self.group_of(self.company.default_payable_account))
		return like or self.first({"root_type": new.root, "is_group": 1})

	def group_of(self, account: str | None) -> str | None:
		return frappe.db.get_value("Account", account, "parent_account") if account else None

	def create(self, new: NewAccount, parent: str) -> str:
		from property_service.setup.service_levels import words

		account = frappe.get_doc(
			{
				"doctype": "Account",
				"company": self.company.name,
				"account_name": self.free_name(words(new.name)),
				"account_number": self.free_number(parent),
				"parent_account": parent,
				"account_type": new.account_type,
				"account_currency": self.company.default_currency,
			}
		)
		# a group of companies need not have each account in every chart
		account.flags.ignore_root_company_validation = True
		account.insert(ignore_permissions=True)  # set-up, before anybody works here
		return account.name

	def free_name(self, name: str) -> str:
		"""An account of the company's own may be called so and be something else."""
		taken = set(
			frappe.get_all(
				"Account",
				filters={"company": self.company.name, "account_name": ("like", f"{name}%")},
				pluck="account_name",
				order_by="name",
			)
		)
		return next(n for n in (name, *(f"{name} {i}" for i in range(2, 100))) if n not in taken)

	def free_number(self, parent: str) -> str | None:
		"""The next number after the neighbours', in a chart that has numbers."""
		numbers = [
			cint(number)
			for number in frappe.get_all(
				"Account",
				filters={"company": self.company.name, "parent_account": parent},
				pluck="account_number",
				order_by="name",
			)
			if number and number.isdigit()
		]
		own = frappe.db.get_value("Account", parent, "account_number")
		if not numbers and not (own and own.isdigit()):
			return None
		number = max(numbers, default=cint(own)) + 1
		while frappe.db.exists("Account", {"company": self.company.name, "account_number": str(number)}):
			number += 1
		return str(number)


# ---- uninstall ----------------------------------------------------------------------------------------------------


def remove() -> None:
	"""Takes away accounts and modes of payment that set-up made and nobody has used."""
	for key, name in reversed(made().items()):
		kind = key.split("/")[0]
		if kind == "account":
			remove_unless_used("Account", name)
		elif kind == "mode":
			remove_unless_used("Mode of Payment", name)
