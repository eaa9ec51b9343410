"""Low-value articles are scrapped: the cause, who pays, and the entries to the cent (LV-11, LV-04)."""

import frappe
import pytest
from frappe.utils import flt

from property_service import settings
from property_service.property_service.doctype.scrap_request import steps
from property_service.rules import scrap as rules
from property_service.rules import scrap_cause
from property_service.stock import stores as places
from tests import low_value as line
from tests import stores as make
from tests.site import scrapping
from tests.site.scrapping import articles_until, chairs, investigate, ledger, of_articles, refused

pytestmark = pytest.mark.rule("LV-11")


@pytest.fixture
def shelf(stores, low_value, cast, as_user):
	shelf = scrapping.shelf(stores, cast, as_user)
	shelf.chair = line.item("Fifty-fifty").name
	shelf.low_value = low_value
	return shelf


def article(name):
	return frappe.db.get_value(
		"Low Value Article",
		name,
		["status", "cost", "amortised_amount", "net_value", "ended_by"],
		as_dict=True,
	)


def scrap_item():
	return make.item(item_name="废铁").name


# ---- the paper -----------------------------------------------------------------------------------------------------


def test_the_card_says_what_an_article_is_worth_and_whose_it_is(shelf):
	(name,) = chairs(shelf, shelf.low_value, "Fifty-fifty", 1800, amortised=900)
	doc = of_articles(shelf, name)
	row = doc.items[0]
	assert (row.item_code, row.qty, row.amount, row.net_value) == (shelf.chair, 1, 1800, 900)
	assert (doc.department, row.years_in_use) == (shelf.cast.department_of("technician"), 1)
	with refused(rules.TWICE):
		of_articles(shelf, name)
	with refused(rules.ARTICLES_PEOPLE_WRITE, frappe.PermissionError):
		of_articles(shelf, *chairs(shelf, shelf.low_value, "Fifty-fifty", 100), person="other_technician")
	with shelf.as_user("technician"):
		steps.cancel(doc.name, "还能用")
	of_articles(shelf, name, person="storekeeper")


def test_articles_of_two_departments_are_two_requests(shelf):
	names = chairs(shelf, shelf.low_value, "Fifty-fifty", 100, 100)
	frappe.db.set_value("Low Value Article", names[1], "department", shelf.cast.departments["service"])
	with refused(rules.ONE_DEPARTMENT):
		of_articles(shelf, *names, person="storekeeper")
	with refused(rules.TWICE):
		of_articles(shelf, names[0], names[0])


def test_what_is_gone_is_not_scrapped(shelf):
	(name,) = chairs(shelf, shelf.low_value, "Fifty-fifty", 100)
	frappe.db.set_value("Low Value Article", name, "status", "Lost")
	with pytest.raises(frappe.ValidationError, match="LV-02"):
		of_articles(shelf, name)


# ---- the cause -----------------------------------------------------------------------------------------------------


def test_both_investigate_the_cause_and_have_to_agree(shelf):
	doc = of_articles(shelf, *chairs(shelf, shelf.low_value, "Fifty-fifty", 100))
	with refused(scrap_cause.NOT_WHILE):
		investigate(shelf, doc)
	articles_until(shelf, doc, "Send for Signature")
	scrapping.act(shelf, "department_head", doc, "Approve")
	scrapping.verify(shelf, doc)
	with refused(scrap_cause.NO_CAUSE):
		scrapping.act(shelf, "finance_manager", doc, "Pass to General Manager")
	scrapping.verify(shelf, doc, cause="Natural")
	with refused(scrap_cause.NOT_INVESTIGATED):
		scrapping.act(shelf, "finance_manager", doc, "Pass to General Manager")
	with pytest.raises(frappe.PermissionError):
		investigate(shelf, doc, person="finance_manager")
	investigate(shelf, doc, "Human")
	with refused(scrap_cause.OTHER_CAUSE):
		scrapping.act(shelf, "finance_manager", doc, "Pass to General Manager")
	scrapping.verify(shelf, doc, cause="Human")
	with refused(scrap_cause.NO_RESPONSIBLE):
		scrapping.act(shelf, "finance_manager", doc, "Pass to General Manager")
	scrapping.verify(shelf, doc, responsible=shelf.cast.employee("technician"))
	scrapping.act(shelf, "finance_manager", doc, "Pass to General Manager")
	step = next(step for step in doc.reload().approval_steps if step.actor_role == "Admin HR")
	assert (step.action, step.actor) == ("Investigate Cause", shelf.cast.user("admin_hr"))


def test_what_comes_back_is_investigated_again(shelf):
	doc = of_articles(shelf, *chairs(shelf, shelf.low_value, "Fifty-fifty", 100))
	doc = articles_until(shelf, doc, "Pass to General Manager")
	with shelf.as_user("general_manager"):
		steps.send_back(doc.name, "再查")
	doc.reload()
	assert not doc.investigated_by
	assert not doc.items[0].cause_by_hr
	assert articles_until(shelf, doc, "Post Scrap").status == "Posted"


def test_the_full_original_cost_is_demanded_whatever_somebody_sends(shelf):
	doc = of_articles(shelf, *chairs(shelf, shelf.low_value, "Fifty-fifty", 1800, amortised=900))
	assert doc.items[0].compensation == 0
	doc = articles_until(
		shelf,
		doc,
		"Pass to General Manager",
		"Human",
		responsible=shelf.cast.employee("technician"),
		compensation=1,
		penalty=9,
		is_decided=1,
		cause_by_hr="Natural",
	)
	row = doc.items[0]
	assert (row.compensation, row.penalty, row.is_decided, row.cause_by_hr) == (1800, 0, 0, "Human")


def test_another_amount_is_the_general_managers_decision_with_its_reason(shelf):
	doc = of_articles(shelf, *chairs(shelf, shelf.low_value, "Fifty-fifty", 1800, amortised=900))
	person = shelf.cast.employee("technician")

	def decide(doc):
		row = doc.items[0].name
		with shelf.as_user("finance_manager"), pytest.raises(frappe.PermissionError):
			steps.decide_compensation(doc.name, row, 500, "困难")
		with shelf.as_user("general_manager"):
			with refused(scrap_cause.NO_DECISION_REASON):
				steps.decide_compensation(doc.name, row, 500, " ")
			with refused(scrap_cause.BAD_AMOUNT):
				steps.decide_compensation(doc.name, row, "0.001", "困难")
			assert steps.decide_compensation(doc.name, row, 500, "家庭困难") == {"total_compensation": 500}

	done = articles_until(shelf, doc, "Post Scrap", "Human", decide, responsible=person)
	assert (done.items[0].compensation, done.items[0].decision_reason) == (500, "家庭困难")
	assert ledger(done.journal_entry)[shelf.receivable] == 500
	assert "Decide Compensation" in [step.action for step in done.approval_steps]


# ---- entries -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("LV-04")
def test_fifty_fifty_1800_without_residual(shelf):
	(name,) = chairs(shelf, shelf.low_value, "Fifty-fifty", 1800, amortised=900)
	doc = articles_until(shelf, of_articles(shelf, name), "Post Scrap")
	assert ledger(doc.journal_entry) == {
		shelf.low_value.expense: 900,
		shelf.low_value.amortisation: 900,
		shelf.low_value.in_use: -1800,
	}
	assert article(name) == {
		"status": "Scrapped",
		"cost": 1800,
		"amortised_amount": 1800,
		"net_value": 0,
		"ended_by": doc.name,
	}
	assert (doc.posted_value, doc.items[0].posted_value) == (900, 900)


@pytest.mark.rule("LV-04")
def test_fifty_fifty_3000_with_a_residual_of_100_in_stock_costs_2900(shelf):
	(name,) = chairs(shelf, shelf.low_value, "Fifty-fifty", 3000, amortised=1500)
	residual = {
		"residual_method": "Into Stock",
		"residual_value": 100,
		"residual_item": scrap_item(),
		"residual_qty": 1,
		"residual_warehouse": places.zone_warehouse(shelf.store, "Disposal"),
	}
	doc = articles_until(shelf, of_articles(shelf, name, rows=[residual]), "Post Scrap")
	assert ledger(doc.residual_entry)[shelf.low_value.expense] == -100
	of_life = 1500 + ledger(doc.journal_entry, doc.residual_entry)[shelf.low_value.expense]
	assert of_life == 2900


@pytest.mark.rule("LV-04")
def test_one_off_has_nothing_left_and_the_money_for_the_rest_reduces_expense(shelf):
	(name,) = chairs(shelf, shelf.low_value, "One-off", 2200, amortised=2200)
	cash = frappe.db.get_value(
		"Account", {"company": shelf.company, "account_type": "Cash", "is_group": 0}, order_by="lft"
	)
	sold = {"residual_method": "Sold", "residual_value": 35.5, "proceeds_account": cash}
	doc = articles_until(shelf, of_articles(shelf, name, rows=[sold]), "Post Scrap")
	assert ledger(doc.journal_entry) == {cash: 35.5, shelf.low_value.expense: -35.5}
	(plain,) = chairs(shelf, shelf.low_value, "One-off", 2200, amortised=2200)
	doc = articles_until(shelf, of_articles(shelf, plain), "Post Scrap")
	assert (doc.journal_entry, doc.posted_value, article(plain).status) == (None, 0, "Scrapped")


@pytest.mark.rule("LV-04")
def test_instalments_before_the_last_one(shelf):
	(name,) = chairs(shelf, shelf.low_value, "Instalments", 1000.01, amortised=300)
	doc = articles_until(shelf, of_articles(shelf, name), "Post Scrap")
	assert ledger(doc.journal_entry)[shelf.low_value.expense] == 700.01
	assert ledger(doc.journal_entry)[shelf.low_value.in_use] == -1000.01


def test_compensation_and_penalty_are_the_employees_receivable(shelf):
	setting = frappe.get_doc(settings.DOCTYPE)
	setting.human_damage_penalty_percent = 10
	setting.save()
	income = settings.required(shelf.company, "penalty_income_account")
	(name,) = chairs(shelf, shelf.low_value, "Fifty-fifty", 1800, amortised=900)
	person = shelf.cast.employee("technician")
	doc = articles_until(shelf, of_articles(shelf, name), "Post Scrap", "Human", responsible=person)
	assert (doc.total_compensation, doc.total_penalty) == (1800, 180)
	entries = ledger(doc.journal_entry)
	assert (entries[shelf.receivable], entries[income]) == (1980, -180)
	# what was expense at issue and now comes back with the compensation
	assert entries[shelf.low_value.expense] == 900 - 1800
	parties = frappe.get_all(
		"GL Entry",
		filters={"voucher_no": doc.journal_entry, "party_type": "Employee"},
		fields=["party", "debit"],
		order_by="name",
	)
	assert [(row.party, row.debit) for row in parties] == [(person, 1980)]


def test_taken_back_it_is_as_it_was(shelf):
	names = chairs(shelf, shelf.low_value, "Fifty-fifty", 1800, 1000, amortised=900)
	frappe.db.set_value("Low Value Article", names[1], "status", "Idle")
	doc = articles_until(shelf, of_articles(shelf, *names), "Post Scrap")
	with shelf.as_user("finance_manager"):
		steps.cancel(doc.name, "误报")
	assert not any(ledger(doc.journal_entry).values())
	found = [article(name) for name in names]
	assert [(row.status, row.amortised_amount) for row in found] == [("In Use", 900), ("Idle", 900)]
	of_articles(shelf, names[0])


def test_an_article_is_not_named_by_two_requests_even_past_the_check(shelf, monkeypatch):
	from property_service.property_service.doctype.scrap_request import article_rows

	(name,) = chairs(shelf, shelf.low_value, "Fifty-fifty", 100)
	of_articles(shelf, name)
	monkeypatch.setattr(article_rows, "claims_of_others", lambda *_args: {})
	with pytest.raises(frappe.UniqueValidationError):
		of_articles(shelf, name)


def test_the_posting_asks_for_the_investigation_once_more(shelf):
	doc = articles_until(
		shelf, of_articles(shelf, *chairs(shelf, shelf.low_value, "One-off", 100)), "Approve"
	)
	frappe.db.delete("Approval Step", {"parent": doc.name, "actor_role": "Admin HR"})
	with pytest.raises(frappe.ValidationError, match="lacks these approval steps"):
		scrapping.act(shelf, "stores_accountant", doc, "Post Scrap")
	assert flt(frappe.db.get_value("Scrap Request", doc.name, "posted_value")) == 0
