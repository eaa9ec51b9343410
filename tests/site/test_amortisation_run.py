"""Amortisation runs (LV-06) and what they make of instalments (LV-04); the ledger equals the articles after each (LV-05)."""

from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, add_months, get_first_day, get_last_day, getdate, nowdate

from property_service import settings
from property_service.low_value import articles, endings, runs
from property_service.rules import amortisation as rules
from tests import low_value as make
from tests.low_value import articles_of
from tests.site.processes import run_at_once
from tests.site.repair_line import refused

pytestmark = [pytest.mark.rule("LV-06"), pytest.mark.rule("LV-04")]

D = Decimal
RUN = "Amortisation Run"
TWO_AGO, LAST_MONTH, THIS_MONTH = make.months_ago(2), make.months_ago(1), make.months_ago(0, 1)


@pytest.fixture(autouse=True)
def everything_ties(low_value):
	"""After each of these tests the accounts hold what the articles say (Q-03)."""
	yield
	assert make.broken() == []


@pytest.fixture
def issue(low_value, stores, as_user):
	def issue(pieces=3, value=3600, instalments=12, method=rules.INSTALMENTS, day=TWO_AGO):
		item = make.item(method, instalments)
		return make.issue(stores, as_user, item.name, pieces, rate=value / pieces, posting_date=day)

	return issue


@pytest.fixture
def run(low_value, as_user):
	return lambda month=LAST_MONTH: make.amortise(as_user, low_value.company, month)


def amounts(entry, field="amortised_amount"):
	return [D(str(row[field])).quantize(D("0.01")) for row in articles_of(entry)]


def journal(run) -> dict:
	rows = frappe.get_all(
		"GL Entry",
		{"voucher_no": run.journal_entry, "is_cancelled": 0},
		["account", "cost_center", "debit", "credit"],
		order_by="name",
	)
	return {(row.account, row.cost_center): D(str(row.debit)) - D(str(row.credit)) for row in rows}


class TestInstalments:
	def test_the_month_of_the_issue_is_the_first(self, issue, run, low_value):
		entry = issue(day=LAST_MONTH)
		posted = run()
		assert (posted.status, posted.article_count, posted.amount) == ("Posted", 3, 300)
		assert getdate(posted.posting_date) == getdate(get_last_day(LAST_MONTH))
		assert amounts(entry) == [D(100)] * 3
		centre = entry.items[0].cost_center
		assert journal(posted) == {
			(low_value.expense, centre): D(300),
			(low_value.amortisation, centre): D(-300),
		}

	def test_what_a_left_out_month_and_a_back_dated_issue_missed_is_caught_up_with(self, issue, run):
		first = issue(day=TWO_AGO)
		run(TWO_AGO)
		late = issue(day=TWO_AGO, pieces=1, value=1200)
		run(LAST_MONTH)
		assert amounts(first) == [D(200)] * 3
		assert amounts(late) == [D(200)]

	def test_the_last_part_takes_the_rounding_and_then_nothing_follows(self, issue, run):
		entry = issue(pieces=1, value=100, instalments=3, day=TWO_AGO)
		got = []
		for month in (TWO_AGO, LAST_MONTH, THIS_MONTH):
			run(month)
			got.append(amounts(entry)[0])
		assert got == [D("33.33"), D("66.66"), D("100.00")]
		assert articles_of(entry)[0].net_value == 0

	def test_one_off_and_fifty_fifty_are_left_alone(self, issue, run):
		before = [issue(method=rules.ONE_OFF), issue(method=rules.FIFTY_FIFTY)]
		known = [amounts(entry) for entry in before]
		assert run().journal_entry is None
		assert [amounts(entry) for entry in before] == known

	def test_a_transfer_in_mid_life_takes_what_is_still_to_come(self, issue, run, cast, low_value):
		centre = frappe.get_doc(
			{
				"doctype": "Cost Center",
				"cost_center_name": "前台",
				"company": low_value.company,
				"parent_cost_center": frappe.db.get_value(
					"Cost Center", {"company": low_value.company, "is_group": 1}
				),
			}
		).insert()
		entry = issue()
		run(TWO_AGO)
		name = articles_of(entry)[0].name
		articles.move(
			[name], low_value.company, department=cast.departments["service"], cost_center=centre.name
		)
		posted = journal(run(LAST_MONTH))
		assert posted[(low_value.expense, centre.name)] == D(100)
		assert posted[(low_value.expense, entry.items[0].cost_center)] == D(200)

	def test_scrap_before_the_last_instalment_makes_the_rest_expense(self, issue, run, low_value):
		entry = issue(pieces=2, value=2400)
		run(TWO_AGO)
		name = articles_of(entry)[0].name
		assert endings.life_end(entry, [name], rules.SCRAPPED, getdate()).total == D(1100)
		run(LAST_MONTH)
		assert amounts(entry) == [D(1200), D(200)]


class TestRuns:
	def test_a_month_is_posted_once(self, issue, run):
		issue()
		posted = run()
		assert posted.name in refused(run, rules.RUN_THERE)
		count = frappe.db.count("Low Value Ledger Entry")
		runs.post(frappe.get_doc(RUN, posted.name, for_update=True))
		runs.work(posted.name)
		assert frappe.db.count("Low Value Ledger Entry") == count

	def test_not_before_a_later_one_and_not_before_it_begins(self, issue, run):
		issue()
		run(LAST_MONTH)
		refused(lambda: run(TWO_AGO), rules.LATER_RUN)
		refused(lambda: run(add_months(THIS_MONTH, 1)), rules.FUTURE_MONTH)

	def test_cancelling_takes_back_exactly_its_own(self, issue, run, low_value, as_user):
		entry = issue()
		run(TWO_AGO)
		before = {name: make.balance(getattr(low_value, name)) for name in ("amortisation", "expense")}
		later = run(LAST_MONTH)
		with as_user("stores_accountant"):
			later.cancel()
		assert later.reload().status == "Cancelled"
		assert amounts(entry) == [D(100)] * 3
		assert {name: make.balance(getattr(low_value, name)) for name in before} == before
		assert run(LAST_MONTH).amount == 300
		assert amounts(entry) == [D(200)] * 3

	def test_a_run_stays_once_an_article_of_it_is_gone(self, issue, run, as_user):
		entry = issue()
		posted = run(LAST_MONTH)
		name = articles_of(entry)[0].name
		endings.life_end(entry, [name], rules.SCRAPPED, getdate())
		with as_user("stores_accountant"):
			assert name in refused(posted.cancel, rules.ENDED_SINCE)

	def test_its_journal_entry_is_not_cancelled_alone(self, issue, run):
		issue()
		entry = frappe.get_doc("Journal Entry", run().journal_entry)
		with pytest.raises(frappe.ValidationError, match="CASH-03"):
			entry.cancel()

	def test_an_issue_that_a_run_amortised_stays(self, issue, run, as_user):
		entry = issue()
		posted = run()
		with as_user("stores_accountant"):
			assert posted.name in refused(entry.reload().cancel, rules.MOVED_ON)

	def close(self, low_value, month):
		frappe.get_doc(
			{
				"doctype": "Accounting Period",
				"period_name": f"结账 {frappe.generate_hash(length=5)}",
				"company": low_value.company,
				"start_date": get_first_day(month),
				"end_date": get_last_day(month),
				"closed_documents": [{"document_type": "Journal Entry", "closed": 1}],
			}
		).insert()

	def test_closed_books_refuse_it_clearly(self, issue, run, low_value):
		issue()
		self.close(low_value, LAST_MONTH)
		with pytest.raises(frappe.ValidationError, match="CASH-03"):
			run(LAST_MONTH)

	def test_in_the_background_closed_books_are_written_on_the_run(self, issue, run, low_value, as_user):
		doc = frappe.get_doc(settings.DOCTYPE)
		doc.low_value_articles_at_once = 0
		doc.save()
		entry = issue()
		posted = run(LAST_MONTH)
		assert posted.status == "Posting"
		frappe.db.set_value(RUN, posted.name, "submitted_on", add_days(nowdate(), -1))
		assert posted.name in runs.resume_interrupted()
		self.close(low_value, LAST_MONTH)
		runs.work(posted.name)
		failed = posted.reload()
		assert failed.status == "Failed"
		assert "CASH-03" in failed.last_error
		assert amounts(entry) == [D(0)] * 3
		frappe.db.delete("Accounting Period", {"company": low_value.company})
		frappe.db.delete("Closed Document")
		from property_service.property_service.doctype.amortisation_run import amortisation_run

		with as_user("technician"), pytest.raises(frappe.PermissionError):
			amortisation_run.post_again(posted.name)
		with as_user("stores_accountant"):
			amortisation_run.post_again(posted.name)
		runs.work(posted.name)
		assert posted.reload().status == "Posted"
		assert amounts(entry) == [D(200)] * 3

	def test_who_runs_it_and_what_the_server_writes(self, issue, low_value, as_user):
		issue()
		values = {"doctype": RUN, "company": low_value.company, "month": LAST_MONTH}
		for person in ("storekeeper", "technician", "department_head"):
			with as_user(person), pytest.raises(frappe.PermissionError):
				frappe.get_doc(values).insert()
		with as_user("stores_accountant"):
			doc = frappe.get_doc({**values, "status": "Posted", "amount": 5, "run_key": "x"}).insert()
		assert (doc.status, doc.amount, doc.run_key) == ("Draft", 0, None)
		assert getdate(doc.month) == getdate(get_first_day(LAST_MONTH))

	def test_switched_off_there_is_none(self, low_value, as_user):
		doc = frappe.get_doc(settings.DOCTYPE)
		next(row for row in doc.companies if row.company == low_value.company).low_value = 0
		doc.save()
		with as_user("stores_accountant"), pytest.raises(frappe.ValidationError, match="ORG-06"):
			frappe.get_doc({"doctype": RUN, "company": low_value.company, "month": LAST_MONTH}).insert()


class TestLarge:
	def test_ten_thousand_articles_and_120_cost_centres_in_one_entry_and_few_statements(
		self, issue, run, low_value, count_sql
	):
		doc = frappe.get_doc(settings.DOCTYPE)
		doc.update({"low_value_pieces_at_once": 100_000, "low_value_articles_at_once": 100_000})
		doc.save()
		entry = issue(pieces=10_000, value=1_200_000, instalments=12, day=LAST_MONTH)
		parent = frappe.db.get_value("Cost Center", {"company": low_value.company, "is_group": 1})
		values = {"doctype": "Cost Center", "company": low_value.company, "parent_cost_center": parent}
		centres = [
			frappe.get_doc({**values, "cost_center_name": f"项目 {number}"}).insert().name
			for number in range(60)
		]
		for number, centre in enumerate(centres):
			frappe.db.sql(
				"update `tabLow Value Article` set cost_center = %s where issue = %s and piece %% 60 = %s",
				(centre, entry.name, number),
			)
		with count_sql() as count:
			posted = run(LAST_MONTH)
		assert posted.status == "Posted"
		assert (posted.article_count, posted.amount) == (10_000, 100_000)
		assert frappe.db.count("Journal Entry Account", {"parent": posted.journal_entry}) == 120
		assert frappe.db.get_value("Journal Entry", posted.journal_entry, "docstatus") == 1
		assert len(count) < 120 * 12
		assert sum(amounts(entry)) == D(100_000)


POST = """
def act(arguments):
	doc = frappe.get_doc({"doctype": "Amortisation Run", **arguments})
	doc.insert()
	doc.submit()
	return doc.name
"""


@pytest.mark.rule("Q-02")
def test_two_runs_at_once_post_once(committed, issue, low_value, cast):
	entry = issue()
	committed()
	arguments = {"company": low_value.company, "month": str(LAST_MONTH)}
	answers = run_at_once(POST, [arguments] * 4, cast.user("stores_accountant"))
	committed()
	assert sorted(kind for kind, _text in answers).count("done") == 1, answers
	assert amounts(entry) == [D(200)] * 3
	assert frappe.db.count(RUN, {"company": low_value.company, "docstatus": 1}) == 1
