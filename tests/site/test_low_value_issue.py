"""Low-value consumables at their issue: items, articles, and what the ledger says (LV-01, LV-02, LV-04, WH-19)."""

from decimal import Decimal
from unittest import mock

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from property_service import settings
from property_service.low_value import articles, endings, issuing
from property_service.low_value import item as low_value_item
from property_service.rules import amortisation as rules
from property_service.stock import returns
from tests import low_value as make
from tests import stores as stock
from tests.low_value import ARTICLE, articles_of
from tests.site import purchasing
from tests.site.processes import run_at_once
from tests.site.repair_line import refused

D = Decimal


@pytest.fixture
def issue(low_value, stores, as_user):
	"""`issue(method, pieces, value of them all)`: pieces handed out to the technician on a signed request."""

	def issue(method=None, pieces=3, value=600, instalments=0, **values):
		item = make.item(method, instalments)
		return make.issue(stores, as_user, item.name, pieces, rate=value / pieces, **values)

	return issue


@pytest.fixture
def moved(low_value):
	"""What happened on each account since the test began."""
	before = {name: make.balance(getattr(low_value, name)) for name in ("in_use", "amortisation", "expense")}
	return lambda: {name: make.balance(getattr(low_value, name)) - amount for name, amount in before.items()}


def nets(company):
	return sum(
		D(str(row.net_value))
		for row in frappe.get_all(ARTICLE, filters={"company": company}, fields=["net_value"])
	)


@pytest.mark.rule("LV-02")
class TestArticles:
	def test_one_for_every_piece_with_who_has_it(self, issue, cast):
		department = cast.department_of("technician")
		frappe.db.set_value("Department", department, "low_value_keeper", cast.employee("second_technician"))
		entry = issue(pieces=3, value=100)
		found = articles_of(entry)
		assert [(row.piece, D(str(row.cost))) for row in found] == [
			(1, D("33.34")),
			(2, D("33.33")),
			(3, D("33.33")),
		]
		assert {row.status for row in found} == {"In Use"}
		assert {row.department for row in found} == {department}
		assert {row.keeper for row in found} == {cast.employee("second_technician")}
		assert {row.user_employee for row in found} == {cast.employee("technician")}
		assert {row.user_name for row in found} == {"张建国"}
		assert {(row.item_name, row.low_value_class, row.specification) for row in found} == {
			("办公椅", "Office", "网布")
		}
		assert {getdate(row.in_use_since) for row in found} == {getdate(nowdate())}
		assert {row.owner for row in found} == {cast.user("storekeeper")}
		assert len({row.name for row in found}) == 3

	def test_the_head_keeps_where_nobody_is_named(self, issue, cast):
		frappe.db.set_value("Department", cast.department_of("technician"), "low_value_keeper", None)
		assert {row.keeper for row in articles_of(issue())} == {cast.employee("department_head")}

	def test_a_direct_issue_makes_them_for_who_takes_the_goods_over(self, low_value, stores, as_user, cast):
		from property_service.stock import direct_issues

		item = make.item(rules.FIFTY_FIFTY)
		request = purchasing.approved(
			stores, as_user, {"item_code": item.name, "purchase_reason": "Additional"}
		)
		receipt = purchasing.direct(purchasing.ordered(request, stores, as_user, qty=4), as_user, cast)
		with as_user("department_head"):
			direct_issues.sign_direct_issue(receipt.name)
		with as_user("storekeeper"):
			receipt.reload().submit()
		entry = frappe.get_doc("Stock Entry", receipt.direct_issue_entry)
		found = articles_of(entry)
		assert [D(str(row.cost)) for row in found] == [D("5.00")] * 4
		assert {row.user_employee for row in found} == {cast.employee("technician")}
		assert {row.expense_account for row in entry.items} == {low_value.in_use}
		with as_user("storekeeper"):
			receipt.reload().cancel()
		assert {row.status for row in articles_of(entry)} == {"Cancelled"}

	def test_other_items_make_none(self, low_value, stores, as_user):
		entry = make.issue(stores, as_user, stock.item().name, 3)
		assert articles_of(entry) == []
		assert not entry.reload().articles_state

	def test_half_a_piece_is_refused(self, low_value, stores, as_user):
		if not frappe.db.exists("UOM", "捆"):
			frappe.get_doc({"doctype": "UOM", "uom_name": "捆"}).insert()
		item = make.item(stock_uom="捆").name
		refused(lambda: make.issue(stores, as_user, item, 1.5), rules.PARTIAL_PIECE)

	def test_switched_off_an_issue_is_an_issue(self, low_value, stores, as_user):
		doc = frappe.get_doc(settings.DOCTYPE)
		next(row for row in doc.companies if row.company == stores.company).low_value = 0
		doc.save()
		entry = make.issue(stores, as_user, make.item(rules.FIFTY_FIFTY).name, 2)
		assert articles_of(entry) == []
		assert entry.items[0].expense_account != low_value.in_use

	def test_a_large_issue_works_in_the_background_once(self, issue, moved, low_value):
		entry = issue(rules.FIFTY_FIFTY, 500, 50_001)
		assert entry.reload().articles_state == "Pending"
		assert articles_of(entry) == []
		assert entry.name in issuing.make_left_behind()
		assert issuing.make_pending(entry.name) == 500
		assert issuing.make_pending(entry.name) == 0
		found = articles_of(entry)
		assert [row.piece for row in found] == list(range(1, 501))
		assert sum(D(str(row.cost)) for row in found) == D("50001.00")
		assert moved() == {"in_use": D("50001.00"), "amortisation": D("-25000.50"), "expense": D("25000.50")}

	def test_a_large_issue_takes_as_many_statements_as_a_small_one(self, issue, count_sql):
		doc = frappe.get_doc(settings.DOCTYPE)
		doc.low_value_pieces_at_once = 0
		doc.save()
		counts = []
		for pieces in (3, 300):
			entry = issue(rules.FIFTY_FIFTY, pieces, 6000)
			with count_sql() as count:
				issuing.make_pending(entry.name)
			counts.append(len(count))
		assert counts[1] <= counts[0] + 3

	def test_nobody_writes_one_by_hand(self, committed, rest, issue):
		article = articles_of(issue())[0]
		committed()
		for values in (
			{"cost": 1},
			{"status": "Scrapped"},
			{"department": None},
			{"net_value": 7},
			{"piece": 9},
		):
			rest("storekeeper").update(ARTICLE, article.name, values)
			stored = frappe.db.get_value(ARTICLE, article.name, list(values), as_dict=True)
			committed()
			assert all(stored[key] == article[key] for key in values)
		assert rest("storekeeper").update(ARTICLE, article.name, {"location": "301室"}).ok
		assert (
			not rest("stores_accountant")
			.insert(ARTICLE, {"item": article.item, "company": article.company})
			.ok
		)
		assert not rest("stores_accountant").delete(ARTICLE, article.name).ok

	def test_departments_see_their_own(self, issue, as_user):
		article = articles_of(issue())[0]
		for person, sees in (("technician", True), ("other_technician", False), ("stores_accountant", True)):
			with as_user(person):
				assert bool(frappe.get_list(ARTICLE, filters={"name": article.name})) is sees
				assert frappe.get_doc(ARTICLE, article.name).has_permission("read") is sees


@pytest.mark.rule("LV-04")
class TestLedger:
	def test_one_off_2200_is_expense_by_the_stock_entry(self, issue, moved, low_value):
		entry = issue(None, 2, 2200)
		account = entry.items[0].expense_account
		assert account not in (low_value.in_use, low_value.amortisation)
		assert moved()["in_use"] == moved()["amortisation"] == 0
		assert [(row.cost, row.amortised_amount, row.net_value) for row in articles_of(entry)] == [
			(1100, 1100, 0)
		] * 2
		assert {row.expense_account for row in articles_of(entry)} == {account}

	@pytest.mark.parametrize("pieces", [1, 3, 30])
	def test_fifty_fifty_5000_posts_2500_at_the_issue(self, issue, moved, pieces, low_value):
		before = nets(low_value.company)
		entry = issue(rules.FIFTY_FIFTY, pieces, 5000)
		assert moved() == {"in_use": D(5000), "amortisation": D(-2500), "expense": D(2500)}
		found = articles_of(entry)
		assert sum(D(str(row.cost)) for row in found) == D(5000)
		assert nets(low_value.company) - before == D(2500)
		cost_centers = frappe.get_all(
			"GL Entry", {"account": low_value.expense, "is_cancelled": 0}, pluck="cost_center", distinct=True
		)
		assert entry.items[0].cost_center in cost_centers

	def test_instalments_wait_for_the_run(self, issue, moved):
		entry = issue(rules.INSTALMENTS, 2, 2400, instalments=12)
		assert moved() == {"in_use": D(2400), "amortisation": 0, "expense": 0}
		assert [(row.amortised_amount, row.net_value) for row in articles_of(entry)] == [(0, 1200)] * 2
		assert {row.instalments for row in articles_of(entry)} == {12}

	def test_the_group_decides_where_the_item_does_not(self, low_value, stores, as_user):
		frappe.db.set_value("Item Group", stock.ITEM_GROUP, "amortisation_method", rules.FIFTY_FIFTY)
		entry = make.issue(stores, as_user, make.item().name, 1)
		assert articles_of(entry)[0].amortisation_method == rules.FIFTY_FIFTY

	@pytest.mark.parametrize("sent", [{}, {"issue_row": "T-other"}])
	def test_nothing_else_is_charged_to_the_account_in_use(self, low_value, stores, as_user, sent):
		"""Nor by a row that says it brings something back."""
		item = stock.item().name
		qualified = stores.zone()
		stock.put_in(item, qualified, 5)
		request = purchasing.issue_request(stores, as_user, item, qualified, qty=5)
		with as_user("storekeeper"):
			entry = make.make_stock_entry(request.name)
			entry.items[0].update({"expense_account": low_value.in_use, **sent})
			refused(lambda: entry.insert().submit(), rules.NO_ARTICLE)


@pytest.mark.rule("LV-02")
class TestCancelling:
	def test_an_issue_takes_its_articles_and_postings_back(self, issue, moved, as_user, low_value):
		before = nets(low_value.company)
		entry = issue(rules.FIFTY_FIFTY, 3, 5000)
		with as_user("storekeeper"):
			entry.reload().cancel()
		assert moved() == {"in_use": 0, "amortisation": 0, "expense": 0}
		assert {(row.status, row.cost, row.amortised_amount) for row in articles_of(entry)} == {
			("Cancelled", 0, 0)
		}
		assert nets(low_value.company) == before

	def test_not_once_one_of_them_moved_on(self, issue, as_user, cast):
		def cancel(entry):
			with as_user("storekeeper"):
				return refused(lambda: entry.reload().cancel(), rules.MOVED_ON)

		entry = issue()
		first = articles_of(entry)[0]
		articles.settle([first.name], entry.company, rules.IDLE)
		assert first.name in cancel(entry)
		articles.settle([first.name], entry.company, rules.IN_USE)
		articles.move([first.name], entry.company, department=cast.departments["service"])
		assert first.name in cancel(entry)

	def test_a_pending_issue_is_cancelled_and_makes_nothing_later(self, issue, as_user, moved):
		entry = issue(rules.FIFTY_FIFTY, 101, 10_100)
		with as_user("storekeeper"):
			entry.reload().cancel()
		assert issuing.make_pending(entry.name) == 0
		assert articles_of(entry) == []
		assert set(moved().values()) == {0}


@pytest.mark.rule("WH-19")
class TestReturn:
	def back(self, as_user, entry, qty=None, names=()):
		with as_user("storekeeper"):
			doc = returns.make_return(entry.name)
			for row in doc.items:
				row.qty = qty or row.qty
				row.transfer_qty = row.qty
				row.returned_articles = "\n".join(names)
			doc.insert()
			doc.submit()
		return doc

	@pytest.mark.rule("LV-04")
	def test_half_amortised_pieces_come_back_at_their_net_value(self, issue, as_user, moved):
		entry = issue(rules.FIFTY_FIFTY, 3, 5000)
		doc = self.back(as_user, entry, qty=2)
		found = articles_of(entry)
		assert [row.status for row in found] == ["In Use", "Returned", "Returned"]
		worth = D(str(found[1].returned_value)) + D(str(found[2].returned_value))
		assert worth == D("1666.67")
		assert moved()["in_use"] == D(str(found[0].cost))
		assert moved()["in_use"] + moved()["amortisation"] == D(str(found[0].net_value))
		assert moved()["expense"] == D(2500)
		assert all(row.net_value == 0 and row.cost == row.amortised_amount for row in found[1:])
		assert set(doc.items[0].returned_articles.split()) == {row.name for row in found[1:]}

	def test_a_named_piece_comes_back(self, issue, as_user):
		entry = issue(rules.FIFTY_FIFTY, 3, 5000)
		first = articles_of(entry)[0]
		self.back(as_user, entry, qty=1, names=[first.name])
		assert [row.status for row in articles_of(entry)] == ["Returned", "In Use", "In Use"]

	def test_a_number_of_another_issue_or_too_few_are_refused(self, issue, as_user):
		entry, other = issue(), issue()
		number = articles_of(other)[0].name
		refused(lambda: self.back(as_user, entry, qty=1, names=[number]), rules.NOT_OF_ROW)
		own = articles_of(entry)[0].name
		refused(lambda: self.back(as_user, entry, qty=2, names=[own]), rules.OTHER_COUNT)

	def test_what_was_expense_at_once_corrects_the_issue_in_its_month_only(self, issue, as_user):
		entry = issue(None, 2, 2200)
		self.back(as_user, entry, qty=1)
		assert [(row.status, row.cost, row.returned_value) for row in articles_of(entry)] == [
			("In Use", 1100, 0),
			("Returned", 0, 1100),
		]
		frappe.db.set_value(ARTICLE, {"issue": entry.name}, "in_use_since", add_days(nowdate(), -40))
		doc = self.back(as_user, entry, qty=1)
		assert doc.items[0].basic_rate == 0
		assert [(row.status, row.cost) for row in articles_of(entry)] == [("Returned", 1100), ("Returned", 0)]

	def test_a_cancelled_return_is_out_again(self, issue, as_user, moved, low_value):
		entry = issue(rules.FIFTY_FIFTY, 2, 1801)
		before, worth = moved(), nets(low_value.company)
		doc = self.back(as_user, entry)
		with as_user("storekeeper"):
			doc.reload().cancel()
		assert moved() == before
		assert nets(low_value.company) == worth
		assert {row.status for row in articles_of(entry)} == {"In Use"}

	def test_what_is_scrapped_does_not_come_back(self, issue, as_user):
		entry = issue(rules.FIFTY_FIFTY, 1, 100)
		endings.life_end(entry, [articles_of(entry)[0].name], rules.SCRAPPED, getdate())
		refused(lambda: self.back(as_user, entry), rules.OTHER_COUNT)


@pytest.mark.rule("LV-01")
class TestItem:
	def test_a_fixed_asset_or_what_is_not_stocked_is_refused(self, low_value):
		refused(lambda: make.item(is_stock_item=0), rules.NOT_STOCKED)
		asset = frappe.get_doc(stock.item_values(low_value_class="Tool", is_stock_item=0, is_fixed_asset=1))
		refused(lambda: low_value_item.validate(asset), rules.FIXED_ASSET)

	def test_instalments_say_how_many(self, low_value):
		refused(lambda: make.item(rules.INSTALMENTS, 1), rules.FEW_INSTALMENTS)
		group = frappe.get_doc("Item Group", stock.ITEM_GROUP)
		group.amortisation_method = rules.INSTALMENTS
		refused(group.save, rules.FEW_INSTALMENTS)

	def said(self, call):
		frappe.clear_messages()
		call()
		return " ".join(frappe.utils.strip_html(str(row.get("message"))) for row in frappe.get_message_log())

	def test_a_short_life_and_a_small_value_are_said(self, low_value, stores):
		assert "LV-01" not in self.said(lambda: make.item(valuation_rate=100, useful_life_months=12))
		assert self.said(lambda: make.item(valuation_rate=99.99, useful_life_months=11)).count("LV-01") == 2
		item = make.item(useful_life_months=12)
		stock.put_in(item.name, stores.zone(), 1, rate=50)
		assert "50" in self.said(item.reload().save)

	def test_a_receipt_below_the_value_says_so(self, low_value, stores, as_user):
		item = make.item()
		request = purchasing.approved(
			stores, as_user, {"item_code": item.name, "purchase_reason": "Additional"}
		)
		order = purchasing.ordered(request, stores, as_user)
		with as_user("storekeeper"):
			assert "LV-01" in self.said(lambda: purchasing.receipt_of(order).insert())


@pytest.mark.rule("LV-04")
class TestLifeEnd:
	def test_1800_fifty_fifty_is_scrapped(self, issue, moved):
		entry = issue(rules.FIFTY_FIFTY, 1, 1800)
		assert moved() == {"in_use": D(1800), "amortisation": D(-900), "expense": D(900)}
		end = endings.life_end(entry, [articles_of(entry)[0].name], rules.SCRAPPED, getdate())
		rows = frappe.get_all(
			"Journal Entry Account",
			filters={"parent": end.journal_entry},
			fields=["debit", "credit"],
			order_by="idx",
		)
		assert [(row.debit, row.credit) for row in rows] == [(900, 0), (0, 900), (1800, 0), (0, 1800)]
		assert end.total == D(900)
		assert moved() == {"in_use": 0, "amortisation": 0, "expense": D(1800)}
		article = articles_of(entry)[0]
		assert (article.status, article.cost, article.amortised_amount, article.net_value) == (
			"Scrapped",
			1800,
			1800,
			0,
		)

	def test_3000_with_residual_100_sold_costs_2900(self, issue, moved, low_value):
		entry = issue(rules.FIFTY_FIFTY, 1, 3000)
		cash = frappe.db.get_value("Company", low_value.company, "default_cash_account")
		article = endings.articles.lock([articles_of(entry)[0].name], low_value.company)[0]
		rows = endings.residual_row(low_value.company, D(100), article, cash)
		endings.life_end(entry, [article.name], rules.SCRAPPED, getdate(), further_rows=rows)
		assert moved() == {"in_use": 0, "amortisation": 0, "expense": D(2900)}

	def test_a_loss_waits_on_another_account_and_is_taken_back(self, issue, moved, low_value):
		entry = issue(rules.FIFTY_FIFTY, 2, 1800)
		before = moved()
		pending = settings.company_row(low_value.company).pending_gains_losses_account
		holds = make.balance(pending)
		name = articles_of(entry)[0].name
		endings.life_end(entry, [name], rules.LOST, getdate(), charge_to=pending)
		assert make.balance(pending) - holds == D(450)
		assert moved()["expense"] == before["expense"]
		refused(lambda: endings.life_end(entry, [name], rules.LOST, getdate()), rules.NOT_THERE)
		endings.take_back(entry)
		assert moved() == before
		assert make.balance(pending) == holds
		assert {row.status for row in articles_of(entry)} == {"In Use"}

	def test_a_transfer_moves_what_is_still_to_come(self, issue, cast):
		entry = issue(rules.INSTALMENTS, 1, 1200, instalments=12)
		name = articles_of(entry)[0].name
		service = cast.departments["service"]
		articles.move(
			[name], entry.company, department=service, user_employee=cast.employee("clerk"), location="前台"
		)
		article = articles_of(entry)[0]
		assert (article.department, article.user_name, article.moves) == (service, "王晓燕", 1)
		assert article.location == "前台"
		assert article.cost_center == frappe.db.get_value("Department", service, "cost_center")
		refused(lambda: articles.move(["DZ-0"], entry.company, department=service), rules.UNKNOWN_ARTICLE)


MAKE = """
from property_service.low_value import issuing

def act(arguments):
	return issuing.make_pending(arguments["entry"])
"""


@pytest.mark.rule("LV-02")
@pytest.mark.rule("Q-02")
def test_four_jobs_at_once_make_every_piece_once(committed, issue, cast):
	with mock.patch.object(issuing, "enqueue"):  # the site's own worker would be the fifth
		entry = issue(rules.FIFTY_FIFTY, 150, 15_000)
		committed()
	answers = run_at_once(MAKE, [{"entry": entry.name}] * 4, cast.user("storekeeper"))
	committed()
	assert sorted(answers) == [["done", 0], ["done", 0], ["done", 0], ["done", 150]]
	found = articles_of(entry)
	assert [row.piece for row in found] == list(range(1, 151))
	assert len({row.name for row in found}) == 150
	assert frappe.db.count("Ledger Posting", {"source_name": entry.name}) == 1
