"""The till finds its accounts in whatever chart a company has, and makes what is missing (ORG-06, CASH-01)."""

import frappe
import pytest

from property_service import settings
from property_service.rules import till as rules
from property_service.setup import memory, till, uninstall_traces
from property_service.setup.memory import made
from tests.site.rest import refusal

pytestmark = pytest.mark.rule("ORG-06", "CASH-01")

DOCTYPE = "Property Service Settings"


def make_company(chart="Standard", language="en", **values):
	"""A company with a chart of its own, named in `language`, as ERPNext's wizard makes it."""
	before, frappe.local.lang = frappe.local.lang, language
	try:
		return frappe.get_doc(
			{
				"doctype": "Company",
				"company_name": f"Test Estate {frappe.generate_hash(length=5)}",
				"abbr": f"T{frappe.generate_hash(length=4)}",
				"country": "China",
				"default_currency": "CNY",
				"chart_of_accounts": chart,
				**values,
			}
		).insert()
	finally:
		frappe.local.lang = before


def account(name):
	fields = [
		"company",
		"is_group",
		"root_type",
		"account_type",
		"account_number",
		"parent_account",
		"disabled",
	]
	return frappe.db.get_value("Account", name, fields, as_dict=True)


def accounts_of(company):
	return {
		row.name: row
		for row in frappe.get_all(
			"Account",
			filters={"company": company},
			fields=["name", "parent_account", "account_number"],
			order_by="lft",
		)
	}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("chart", ["Standard", "Standard with Numbers"])
def test_a_new_company_can_open_a_till_at_once(chart, language):
	company = make_company(chart, language).name
	row = settings.company_row(company)
	for fieldname, root in (
		("cashier_account", "Asset"),
		("till_float_account", "Asset"),
		("over_short_account", "Expense"),
		("card_liability_account", "Liability"),
		("card_income_account", "Income"),
		("subsidy_receivable_account", "Asset"),
	):
		known = account(settings.required(company, fieldname))
		assert (known.company, known.is_group, known.root_type) == (company, 0, root), fieldname
	assert account(row.subsidy_receivable_account).account_type == "Receivable"
	assert account(row.cashier_account).account_type == "Cash"
	for purpose in till.PURPOSES:
		entry = settings.purpose_row(company, purpose.name)
		if purpose.kind == rules.INVOICE:
			assert entry.account is None
			continue
		root = account(entry.account).root_type
		assert root == ("Income" if purpose.kind == rules.INCOME else "Liability"), purpose.name
		assert bool(entry.tax_account) == bool(purpose.tax)
		if entry.tax_account:
			assert (account(entry.tax_account).root_type, account(entry.tax_account).account_type) == (
				"Liability",
				"Tax",
			)
	modes = [entry for entry in settings.get().payment_modes if entry.company == company]
	cash = [m for m in modes if frappe.db.get_value("Mode of Payment", m.mode_of_payment, "type") == "Cash"]
	assert (len(modes), len(cash), cash[0].account) == (4, 1, None)
	assert all(account(m.account).account_type == "Bank" for m in modes if m not in cash)


@pytest.mark.parametrize(("chart", "numbered"), [("Standard", False), ("Standard with Numbers", True)])
def test_new_accounts_are_numbered_where_their_neighbours_are(chart, numbered):
	company = make_company(chart).name
	numbers = [account(settings.required(company, f)).account_number for f in till.IN_COMPANY_ROW]
	assert all(bool(number) is numbered for number in numbers)
	own = [row.account_number for row in accounts_of(company).values() if row.account_number]
	assert len(own) == len(set(own))


def test_nothing_that_exists_is_moved_or_renamed(monkeypatch):
	monkeypatch.setattr(till, "fill_company", lambda *_: None)
	company = make_company("Standard with Numbers").name
	before = accounts_of(company)
	monkeypatch.undo()
	doc = frappe.get_doc(DOCTYPE)
	till.fill_company(doc, next(row for row in doc.companies if row.company == company))
	after = accounts_of(company)
	assert {name: after[name] for name in before} == before
	assert len(after) > len(before)


def test_what_the_company_names_itself_is_used(monkeypatch):
	monkeypatch.setattr(till, "has_chart", lambda company: False)
	company = make_company()
	bank = frappe.get_doc(
		{
			"doctype": "Account",
			"account_name": "招商银行",
			"company": company.name,
			"account_type": "Bank",
			"parent_account": till.Chart(company.name).first({"account_type": "Bank", "is_group": 1}),
		}
	).insert()
	company.db_set("default_bank_account", bank.name)
	monkeypatch.undo()
	doc = frappe.get_doc(DOCTYPE)
	till.fill(doc)
	mode = till.mode_of_payment("bank_transfer")
	row = next(r for r in doc.payment_modes if (r.company, r.mode_of_payment) == (company.name, mode))
	assert row.account == bank.name


def test_an_account_of_the_same_name_stays_what_it_is(monkeypatch):
	monkeypatch.setattr(till, "has_chart", lambda company: False)
	company = make_company()
	chart = till.Chart(company.name)
	from property_service.setup.service_levels import words

	own = chart.create(till.NewAccount("Gym Fees", "Expense"), chart.parent("over_short_account"))
	monkeypatch.undo()
	till.fill(doc := frappe.get_doc(DOCTYPE))
	row = next(r for r in doc.receipt_purposes if (r.company, r.purpose) == (company.name, "Gym"))
	assert row.account != own
	assert frappe.db.get_value("Account", row.account, "account_name") == f"{words('Gym Fees')} 2"


def test_what_a_company_takes_away_stays_away(cast):
	doc = frappe.get_doc(DOCTYPE)
	doc.set("payment_modes", [row for row in doc.payment_modes if row.company != cast.company])
	next(row for row in doc.companies if row.company == cast.company).over_short_account = None
	doc.save()
	till.fill(doc)
	assert not [row for row in doc.payment_modes if row.company == cast.company]
	with pytest.raises(frappe.ValidationError, match="ORG-06"):
		settings.required(cast.company, "over_short_account")
	with pytest.raises(frappe.ValidationError, match="ORG-06"):
		settings.mode_row(cast.company, till.mode_of_payment("cash"))


@pytest.mark.rule("Q-06")
def test_uninstalling_takes_what_was_made_and_is_unused(cast):
	"""What is used stays, and is found again by an app that comes back."""
	company = make_company().name
	own = {n for key, n in made().items() if key.startswith(f"account/{company}/")}
	assert own
	used = settings.required(company, "over_short_account")
	frappe.db.set_value("Company", company, "write_off_account", used)
	uninstall_traces.empty_tables(uninstall_traces.own_doctypes())
	till.remove()
	left = {name for name in own if frappe.db.exists("Account", name)}
	assert left == {used}
	memory.forget()
	assert set(made().values()) & own == {used}
	assert till.Chart(company).account("over_short_account") == used


# ---- who writes what ----------------------------------------------------------------------------------------------


def test_accounts_are_written_by_finance_and_not_by_the_desk(cast, as_user):
	known = settings.required(cast.company, "over_short_account")
	with as_user("service_manager"):
		doc = frappe.get_doc(DOCTYPE)
		row = next(row for row in doc.companies if row.company == cast.company)
		row.over_short_account = row.cashier_account
		kept = [row for row in doc.companies if row.company != cast.company]
		values = row.as_dict()
		doc.set("companies", kept)
		doc.append("companies", {**values, "name": None})
		doc.set("payment_modes", [])
		doc.receipt_purposes[0].tax_rate = 99
		doc.save()
	assert settings.required(cast.company, "over_short_account") == known
	assert settings.get().payment_modes
	assert settings.get().receipt_purposes[0].tax_rate != 99
	with as_user("finance_manager"):
		doc = frappe.get_doc(DOCTYPE)
		row = next(row for row in doc.companies if row.company == cast.company)
		row.over_short_account = settings.purpose_row(cast.company, "Other").account
		doc.save()
	assert settings.required(cast.company, "over_short_account") != known


@pytest.mark.parametrize(
	("table", "purpose", "values"),
	[
		("receipt_purposes", "Key Deposit", {"account": "income"}),
		("receipt_purposes", "Key Deposit", {"tax_rate": 6, "tax_account": "tax"}),
		("receipt_purposes", "Gym", {"tax_rate": 6, "tax_account": None}),
		("receipt_purposes", "Gym", {"account": "group"}),
		("receipt_purposes", "Gym", {"account": "foreign"}),
	],
)
def test_an_account_that_cannot_be_posted_to_is_refused(cast, table, purpose, values):
	special = {
		"income": settings.purpose_row(cast.company, "Gym").account,
		"tax": settings.purpose_row(cast.company, "Gym").tax_account,
		"group": till.Chart(cast.company).first({"is_group": 1}),
	}
	if "foreign" in values.values():
		other = make_company().name
		special["foreign"] = settings.purpose_row(other, "Gym").account
	doc = frappe.get_doc(DOCTYPE)
	row = next(r for r in doc.get(table) if (r.company, r.purpose) == (cast.company, purpose))
	row.update({key: special.get(value, value) for key, value in values.items()})
	with pytest.raises(frappe.ValidationError, match="CASH-01"):
		doc.save()


def test_each_purpose_stands_there_once_and_one_mode_is_cash(cast):
	doc = frappe.get_doc(DOCTYPE)
	doc.append("receipt_purposes", {**doc.receipt_purposes[0].as_dict(), "name": None})
	with pytest.raises(frappe.ValidationError, match="CASH-01"):
		doc.save()
	petty = frappe.get_doc(
		{"doctype": "Mode of Payment", "mode_of_payment": "零钱", "type": "Cash", "enabled": 1}
	).insert()
	doc = frappe.get_doc(DOCTYPE)
	doc.append("payment_modes", {"company": cast.company, "mode_of_payment": petty.name})
	with pytest.raises(frappe.ValidationError, match="CASH-03"):
		doc.save()


def test_the_same_over_rest(rest, committed, cast):
	committed()
	manager = rest("service_manager")
	doc = manager.get(DOCTYPE, DOCTYPE).json()["data"]
	row = next(row for row in doc["companies"] if row["company"] == cast.company)
	before = row["over_short_account"]
	row["over_short_account"] = row["cashier_account"]
	answer = manager.update(DOCTYPE, DOCTYPE, companies=doc["companies"])
	assert answer.status_code == 200, answer.text[:300]
	committed()
	frappe.clear_document_cache(DOCTYPE, DOCTYPE)
	assert settings.required(cast.company, "over_short_account") == before
	assert rest("clerk").update(DOCTYPE, DOCTYPE, cash_faces="1").status_code == 403
	answer = rest("finance_manager").update(DOCTYPE, DOCTYPE, cash_faces="hundert")
	assert (answer.status_code, "CASH-03" in refusal(answer)) == (417, True)
