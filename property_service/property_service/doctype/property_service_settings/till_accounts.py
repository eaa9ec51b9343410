"""The accounts of the till in the settings: who may write them, and that they can be posted to (CASH-01, ORG-06)."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from property_service.guards import refuse
from property_service.rules import till as rules

MONEY_LEVEL = 1
"""Permission level of accounts: Finance Manager and System Manager write them, the service manager reads."""
TABLES = ("receipt_purposes", "payment_modes")
LIABILITIES = (rules.DEPOSIT, rules.CARD)


def restore_without_right(settings: Document) -> None:
	"""Put accounts back that a user of a lower permission level sent.

	Frappe does so for rows that it knows; one that was deleted and sent again is new to it.
	"""
	if settings.flags.ignore_permissions or MONEY_LEVEL in settings.get_permlevel_access():
		return
	stored = settings.get_doc_before_save()
	before = {row.company: row for row in stored.companies} if stored else {}
	for row in settings.companies:
		for field in money_fields():
			known = before.get(row.company)
			row.set(field.fieldname, known.get(field.fieldname) if known else None)


def money_fields() -> list[Document]:
	return [
		field
		for field in frappe.get_meta("Property Service Company").fields
		if field.permlevel == MONEY_LEVEL and field.fieldtype not in frappe.model.no_value_fields
	]


def account_fields() -> list[str]:
	return [field.fieldname for field in money_fields() if field.options == "Account"]


def check(settings: Document) -> None:
	check_once(settings, "receipt_purposes", "purpose")
	check_once(settings, "payment_modes", "mode_of_payment")
	check_one_cash_mode(settings)
	check_faces(settings)
	accounts = accounts_of(settings)
	for row in settings.companies:
		for fieldname in account_fields():
			check_account(row, fieldname, row.get(fieldname), accounts, _("Companies"))
		check_cards(row)
	liabilities = {row.company: row.card_liability_account for row in settings.companies}
	for row in settings.receipt_purposes:
		check_purpose(row, accounts)
		check_card_purpose(row, liabilities.get(row.company))
	for row in settings.payment_modes:
		check_account(row, "account", row.account, accounts, _("Modes of Payment at the Front Desk"))


def check_once(settings: Document, table: str, fieldname: str) -> None:
	seen = set()
	for row in settings.get(table):
		key = (row.company, row.get(fieldname))
		if key in seen:
			refuse(
				_("{0}, row {1}: {2} of {3} stands there already (CASH-01).").format(
					_(settings.meta.get_label(table)),
					row.idx,
					frappe.bold(_(row.get(fieldname))),
					row.company,
				)
			)
		seen.add(key)


def check_one_cash_mode(settings: Document) -> None:
	"""A drawer is counted once: two modes of cash could not be told apart in it."""
	cash = {}
	for row in settings.payment_modes:
		if frappe.get_cached_value("Mode of Payment", row.mode_of_payment, "type") != "Cash":
			continue
		if row.company in cash:
			refuse(
				_(
					"{0} and {1} are both cash; the tills of {2} take one mode of payment in cash (CASH-03)."
				).format(frappe.bold(cash[row.company]), frappe.bold(row.mode_of_payment), row.company)
			)
		cash[row.company] = row.mode_of_payment


def check_faces(settings: Document) -> None:
	try:
		rules.faces(settings.cash_faces)
	except ValueError:
		refuse(_("Notes and Coins: write the face values as numbers with commas between them (CASH-03)."))


def accounts_of(settings: Document) -> dict[str, frappe._dict]:
	names = {row.get(f) for row in settings.companies for f in account_fields()}
	names |= {row.get(f) for row in settings.receipt_purposes for f in ("account", "tax_account")}
	names |= {row.account for row in settings.payment_modes}
	rows = frappe.get_all(
		"Account",
		filters={"name": ("in", list(names - {None, ""}) or [""])},
		fields=["name", "company", "is_group", "root_type", "account_type", "account_currency"],
		order_by="name",
	)
	return {row.name: row for row in rows}


def check_account(row: Document, fieldname: str, account: str | None, accounts: dict, where: str) -> None:
	"""An account that is posted to is a ledger account of the company."""
	if not account or account not in accounts:
		return
	known = accounts[account]
	if known.company != row.company or known.is_group:
		refuse(
			_("{0}, row {1}: {2} is no ledger account of {3} (CASH-01).").format(
				where, row.idx, frappe.bold(account), frappe.bold(row.company)
			)
		)


def check_purpose(row: Document, accounts: dict) -> None:
	where = _("Accounts of the Purposes")
	for fieldname in ("account", "tax_account"):
		check_account(row, fieldname, row.get(fieldname), accounts, where)
	kind = frappe.get_cached_value("Receipt Purpose", row.purpose, "kind")
	root = accounts[row.account].root_type if row.account in accounts else None
	if kind in LIABILITIES and root and root != "Liability":
		refuse(
			_("{0}, row {1}: {2} owes its money back, so its account is a liability (CASH-01).").format(
				where, row.idx, frappe.bold(_(row.purpose))
			)
		)
	if kind in (*LIABILITIES, rules.INVOICE) and flt(row.tax_rate):
		refuse(
			_("{0}, row {1}: {2} is taken without tax (CASH-01).").format(
				where, row.idx, frappe.bold(_(row.purpose))
			)
		)
	if flt(row.tax_rate) and not row.tax_account:
		refuse(
			_("{0}, row {1}: name the account of the tax of {2} (CASH-01).").format(
				where, row.idx, frappe.bold(_(row.purpose))
			)
		)


def check_cards(row: Document) -> None:
	if flt(row.card_tax_rate) and not row.card_tax_account:
		refuse(
			_("Companies, row {0}: name the account of the tax of card consumption (DESK-02).").format(
				row.idx
			)
		)
	if not 0 <= flt(row.card_tax_rate) < 100:
		refuse(_("Companies, row {0}: a tax rate lies between 0 and 100 % (DESK-02).").format(row.idx))


def check_card_purpose(row: Document, liability: str | None) -> None:
	"""What a card holds is owed on one account, or the balances could not be tied to it (CASH-05)."""
	is_card = frappe.get_cached_value("Receipt Purpose", row.purpose, "kind") == rules.CARD
	if is_card and row.account and liability and row.account != liability:
		refuse(
			_(
				"{0}, row {1}: {2} is booked on the card liability account {3}, so that all balances of cards stand there (CASH-05)."
			).format(
				_("Accounts of the Purposes"),
				row.idx,
				frappe.bold(_(row.purpose)),
				frappe.bold(liability),
			)
		)
