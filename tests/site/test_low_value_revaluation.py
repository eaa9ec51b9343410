"""A back-dated receipt values a past issue anew: the articles follow, before and after everything else (LV-05)."""

from decimal import Decimal
from unittest import mock

import frappe
import pytest
from frappe.utils import getdate

from property_service import settings
from property_service.low_value import endings, figures, revaluation
from property_service.rules import amortisation as rules
from property_service.stock import returns
from property_service.stock import stores as places
from tests import low_value as make
from tests import stores as stock
from tests.low_value import articles_of
from tests.site import purchasing

pytestmark = pytest.mark.rule("LV-05")

D = Decimal
EARLIER, DAY = make.months_ago(2, 1), make.months_ago(1)


@pytest.fixture(autouse=True)
def everything_ties(low_value):
	yield
	assert make.broken() == []


@pytest.fixture
def store(stores):
	return purchasing.own_store(stores)


@pytest.fixture
def issue(low_value, stores, as_user, store):
	"""Three pieces that cost 200 each."""

	def issue(method=rules.FIFTY_FIFTY, instalments=0):
		item = make.item(method, instalments)
		return make.issue(stores, as_user, item.name, 3, rate=200, posting_date=DAY, store=store)

	return issue


@pytest.fixture
def dearer(store):
	"""Three pieces at 300 that had been there before, as it turns out: first in, first out."""
	return lambda entry, rate=300: stock.put_in(
		entry.items[0].item_code,
		places.zone_warehouse(store, "Qualified"),
		3,
		rate=rate,
		posting_date=EARLIER,
	)


@pytest.fixture
def moved(low_value):
	before = {name: make.balance(getattr(low_value, name)) for name in ("in_use", "amortisation", "expense")}
	return lambda: [make.balance(getattr(low_value, name)) - amount for name, amount in before.items()]


def shown(entry):
	return [(row.status, row.cost, row.amortised_amount, row.net_value) for row in articles_of(entry)]


def test_what_is_in_use_costs_more_and_the_next_run_amortises_its_part(
	issue, dearer, moved, low_value, as_user
):
	entry = issue()
	dearer(entry)
	assert shown(entry) == [("In Use", 300, 100, 200)] * 3
	assert moved() == [D(900), D(-300), D(300)]
	assert make.broken() == []
	make.amortise(as_user, low_value.company, DAY)
	assert shown(entry) == [("In Use", 300, 150, 150)] * 3
	assert moved() == [D(900), D(-450), D(450)]


def test_after_a_run_the_next_one_catches_up(issue, dearer, moved, low_value, as_user):
	entry = issue(rules.INSTALMENTS, 10)
	make.amortise(as_user, low_value.company, DAY)
	assert shown(entry) == [("In Use", 200, 20, 180)] * 3
	dearer(entry)
	assert shown(entry) == [("In Use", 300, 20, 280)] * 3
	make.amortise(as_user, low_value.company, getdate())
	months = rules.parts_due(getdate(DAY), getdate(), 10)
	assert {row.amortised_amount for row in articles_of(entry)} == {30 * months}


def test_what_was_expense_at_once_is_more_expense(issue, dearer, moved):
	entry = issue(rules.ONE_OFF)
	dearer(entry)
	assert shown(entry) == [("In Use", 300, 300, 0)] * 3
	assert moved()[:2] == [0, 0]


@pytest.mark.parametrize("status", [rules.SCRAPPED, rules.LOST])
def test_of_what_is_gone_it_is_expense(issue, dearer, moved, status):
	entry = issue()
	endings.life_end(entry, [articles_of(entry)[0].name], status, getdate())
	dearer(entry)
	assert shown(entry) == [(status, 300, 300, 0), ("In Use", 300, 100, 200), ("In Use", 300, 100, 200)]
	assert moved() == [D(600), D(-200), D(500)]


def test_a_return_that_was_posted_is_corrected_by_an_entry(issue, dearer, moved, as_user):
	entry = issue()
	with as_user("stores_accountant"):
		back = returns.make_return(entry.name)
		back.items[0].update({"qty": 1, "transfer_qty": 1})
		back.insert()
		back.submit()
	assert back.items[0].basic_rate == 100
	dearer(entry)
	assert [row[1:] for row in shown(entry)] == [(300, 100, 200), (300, 100, 200), (200, 200, 0)]
	assert articles_of(entry)[2].returned_value == 100
	assert moved() == [D(600), D(-200), D(400)]


def test_it_is_spread_once_and_to_the_cent(issue, dearer, moved):
	entry = issue()
	dearer(entry, rate=300.11 / 3)
	costs = [D(str(row.cost)).quantize(D("0.01")) for row in articles_of(entry)]
	assert costs == [D("100.04"), D("100.04"), D("100.03")]
	before, known = moved(), shown(entry)
	assert revaluation.spread(entry.company) == []
	assert not revaluation.revalue(entry.company, entry.name)
	assert (moved(), shown(entry)) == (before, known)


def test_what_no_event_told_of_is_found_at_night(issue, dearer):
	entry = issue()
	title = {"method": ("like", "Low-value consumables of %")}
	logged = frappe.db.count("Error Log", title)
	with mock.patch.object(revaluation, "spread", side_effect=frappe.ValidationError("closed")):
		dearer(entry)
	assert frappe.db.count("Error Log", title) > logged
	assert shown(entry) == [("In Use", 200, 100, 100)] * 3
	found = figures.of_company(entry.company)
	assert found.unspread == D(300)
	assert found.difference == 0
	revaluation.sweep()
	assert shown(entry) == [("In Use", 300, 100, 200)] * 3
	assert figures.of_company(entry.company).unspread == 0


def test_a_repost_that_waits_is_listed(issue, dearer):
	entry = issue()
	frappe.flags.dont_execute_stock_reposts = True
	dearer(entry)
	waiting = revaluation.pending_reposts(entry.company)
	assert "Queued" in {row.status for row in waiting}
	assert shown(entry) == [("In Use", 200, 100, 100)] * 3


def test_an_issue_that_was_valued_anew_is_cancelled_whole(issue, dearer, moved, as_user):
	entry = issue()
	dearer(entry)
	with as_user("stores_accountant"):
		entry.reload().cancel()
	assert shown(entry) == [("Cancelled", 0, 0, 0)] * 3
	assert moved() == [0, 0, 0]


def test_switched_off_nothing_is_spread(issue, dearer):
	entry = issue()
	doc = frappe.get_doc(settings.DOCTYPE)
	next(row for row in doc.companies if row.company == entry.company).low_value = 0
	doc.save()
	dearer(entry)
	assert shown(entry) == [("In Use", 200, 100, 100)] * 3
	next(row for row in doc.companies if row.company == entry.company).low_value = 1
	doc.save()
	revaluation.sweep()
