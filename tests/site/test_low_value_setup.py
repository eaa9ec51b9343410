"""What a company that uses low-value consumables starts with: the accounts of page 5, whatever its chart (ORG-06, LV-04)."""

import frappe
import pytest

from property_service import settings
from property_service.rules import amortisation as rules
from tests.site.repair_line import refused

pytestmark = [pytest.mark.rule("LV-04"), pytest.mark.rule("ORG-06")]

MAPPED = (
	*("low_value_in_store_account", "low_value_in_use_account"),
	*("low_value_amortisation_account", "low_value_expense_account"),
)
CHARTS = ("Standard", "Standard with Numbers")


def make_company(chart: str = "Standard") -> str:
	return (
		frappe.get_doc(
			{
				"doctype": "Company",
				"company_name": f"湖景物业 {frappe.generate_hash(length=4)}",
				"abbr": frappe.generate_hash(length=4),
				"default_currency": "CNY",
				"country": "China",
				"create_chart_of_accounts_based_on": "Standard Template",
				"chart_of_accounts": chart,
			}
		)
		.insert()
		.name
	)


def switch_on(company: str, **values):
	doc = frappe.get_doc(settings.DOCTYPE)
	row = next(row for row in doc.companies if row.company == company)
	row.update({"low_value": 1, **values})
	doc.save()
	return next(row for row in frappe.get_doc(settings.DOCTYPE).companies if row.company == company)


def chart_of(company: str) -> list[tuple]:
	return frappe.get_all(
		"Account",
		filters={"company": company},
		fields=["name", "account_name", "account_number", "parent_account", "account_type", "is_group"],
		order_by="creation, name",
		as_list=True,
	)


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_chart_lacks_is_made_and_what_it_has_stays(cast, chart, language):
	frappe.db.set_default("lang", language)
	frappe.local.lang = language
	company = make_company(chart)
	before = chart_of(company)
	row = switch_on(company)
	after = chart_of(company)
	assert set(before) <= set(after)
	# the group with its three accounts, and the income from penalties (LV-11)
	assert len(after) == len(before) + 5
	assert frappe.get_cached_value("Account", row.penalty_income_account, "root_type") == "Income"
	in_store, in_use, amortised, expense = (frappe.get_doc("Account", row.get(name)) for name in MAPPED)
	assert {in_store.company, in_use.company, amortised.company, expense.company} == {company}
	assert (in_store.account_type, in_use.account_type or "", amortised.account_type or "") == (
		"Stock",
		"",
		"",
	)
	assert {in_store.root_type, in_use.root_type, amortised.root_type} == {"Asset"}
	assert expense.root_type == "Expense"
	assert in_store.parent_account == in_use.parent_account == amortised.parent_account
	numbers = (in_store.account_number, in_use.account_number, amortised.account_number)
	assert numbers == (("141101", "141102", "141103") if "Numbers" in chart else ("", "", ""))
	assert ("在用" in in_use.account_name) == (language == "zh")


def test_saving_again_makes_nothing_more_and_a_deleted_account_stays_away(cast):
	company = make_company()
	row = switch_on(company)
	count = len(chart_of(company))
	in_store = row.low_value_in_store_account
	switch_on(company)
	assert len(chart_of(company)) == count
	doc = frappe.get_doc(settings.DOCTYPE)
	next(row for row in doc.companies if row.company == company).update(
		{"low_value": 0, "low_value_in_store_account": None}
	)
	doc.save()
	frappe.delete_doc("Account", in_store)
	assert switch_on(company).low_value_in_store_account is None


def test_what_the_company_has_of_these_names_is_taken(cast):
	company = make_company("Standard with Numbers")
	root = frappe.db.get_value(
		"Account",
		{"company": company, "root_type": "Asset", "is_group": 1, "parent_account": ("is", "not set")},
	)
	own = {
		name: frappe.get_doc(
			{"doctype": "Account", "company": company, "account_name": name, "parent_account": root}
		)
		.insert()
		.name
		for name in ("在用低值易耗品", "低值易耗品摊销")
	}
	row = switch_on(company)
	assert row.low_value_in_use_account == own["在用低值易耗品"]
	assert row.low_value_amortisation_account == own["低值易耗品摊销"]


def test_a_group_1411_of_the_chart_is_used_and_a_taken_number_left_alone(cast):
	company = make_company("Standard with Numbers")
	root = frappe.db.get_value(
		"Account",
		{"company": company, "root_type": "Asset", "is_group": 1, "parent_account": ("is", "not set")},
	)
	values = {"doctype": "Account", "company": company}
	group = frappe.get_doc(
		{
			**values,
			"account_name": "低值易耗品",
			"account_number": "1411",
			"parent_account": root,
			"is_group": 1,
		}
	).insert()
	frappe.get_doc(
		{**values, "account_name": "别的", "account_number": "141102", "parent_account": root}
	).insert()
	row = switch_on(company)
	in_use, amortised = (
		frappe.get_doc("Account", row.get(name))
		for name in ("low_value_in_use_account", "low_value_amortisation_account")
	)
	assert in_use.parent_account == amortised.parent_account == group.name
	assert (in_use.account_number or "", amortised.account_number) == ("", "141103")


def test_accounts_that_take_no_journal_are_refused(cast):
	company = make_company()
	stock = frappe.db.get_value("Account", {"company": company, "account_type": "Stock", "is_group": 0})
	refused(lambda: switch_on(company, low_value_in_use_account=stock), rules.WRONG_ACCOUNT)
	row = switch_on(company)
	same = row.low_value_amortisation_account
	refused(lambda: switch_on(company, low_value_in_use_account=same), rules.SAME_ACCOUNT)
