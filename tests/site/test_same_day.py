"""Goods reach the item ledger the day they move; an earlier day is the stores accountant's (WH-20)."""

import frappe
import pytest
from erpnext.stock.doctype.material_request.material_request import make_stock_entry
from frappe.utils import add_days, nowdate

from property_service.stock import stores as places
from tests import stores as make
from tests.site import purchasing
from tests.site.rest import refusal

pytestmark = pytest.mark.rule("WH-20")


@pytest.fixture
def store(stores):
	return purchasing.own_store(stores)


@pytest.fixture
def qualified(store):
	return places.zone_warehouse(store, "Qualified")


@pytest.fixture
def item(qualified):
	name = make.item().name
	make.put_in(name, qualified, 50, posting_date=add_days(nowdate(), -20))
	return name


@pytest.fixture
def request_(stores, as_user, item, store, qualified):
	return purchasing.issue_request(stores, as_user, item, qualified, store=store)


def yesterday() -> str:
	return add_days(nowdate(), -1)


def dated_yesterday() -> dict:
	return {"set_posting_time": 1, "posting_date": yesterday(), "posting_time": "10:00:00"}


def refused():
	return pytest.raises(frappe.PermissionError, match="WH-20")


def draft(request_, **values):
	entry = make_stock_entry(request_.name)
	entry.update(values)
	return entry.insert()


def received_yesterday(stores, as_user, item, store, person):
	request = purchasing.approved(stores, as_user, item, store=store)
	order = purchasing.ordered(request, stores, as_user)
	# what ERPNext 16 asks: nothing is received before it is ordered
	frappe.db.set_value("Purchase Order", order.name, "transaction_date", yesterday())
	with as_user("storekeeper"):
		receipt = purchasing.receipt_of(order)
		receipt.update({**dated_yesterday(), "arrived_on": yesterday()})
		receipt.insert()
		purchasing.inspected(receipt)
	with as_user(person):
		receipt.reload().submit()
	return receipt


class TestIssue:
	def test_the_storekeeper_posts_today(self, request_, as_user):
		with as_user("storekeeper"):
			entry = draft(request_)
			entry.submit()
		assert str(entry.posting_date) == nowdate()

	def test_a_draft_of_yesterday_is_posted_on_the_day_it_is_submitted(self, request_, as_user):
		with as_user("storekeeper"):
			entry = draft(request_)
			frappe.db.set_value("Stock Entry", entry.name, "posting_date", yesterday())
			entry.reload().submit()
		assert str(entry.posting_date) == nowdate()

	def test_yesterday_is_not_the_storekeepers(self, request_, as_user):
		with as_user("storekeeper"):
			entry = draft(request_, **dated_yesterday())
			with refused():
				entry.submit()

	def test_nor_over_rest(self, committed, request_, as_user, rest):
		committed()
		client = rest("storekeeper")
		with as_user("storekeeper"):
			entry = draft(request_)
		frappe.db.commit()
		answer = client.update("Stock Entry", entry.name, docstatus=1, **dated_yesterday())
		assert answer.status_code == 403
		assert "WH-20" in refusal(answer)

	def test_the_accountant_posts_what_was_forgotten(self, request_, as_user):
		with as_user("stores_accountant"):
			entry = draft(request_, **dated_yesterday())
			entry.submit()
		assert str(entry.posting_date) == yesterday()

	def test_what_stands_in_an_earlier_day_is_taken_back_by_the_accountant(self, request_, as_user):
		with as_user("stores_accountant"):
			entry = draft(request_, **dated_yesterday())
			entry.submit()
		with as_user("storekeeper"), refused():
			frappe.get_doc("Stock Entry", entry.name).cancel()
		with as_user("stores_accountant"):
			frappe.get_doc("Stock Entry", entry.name).cancel()

	def test_a_company_without_the_procedure_dates_as_it_likes(
		self, stores, request_, as_user, item, qualified
	):
		entry = make.take_out(item, qualified, 1, posting_date=yesterday())
		assert entry.docstatus == 1


class TestReceipt:
	def test_the_storekeeper_does_not_post_yesterday(self, stores, as_user, item, store):
		with refused():
			received_yesterday(stores, as_user, item, store, "storekeeper")

	def test_the_accountant_does(self, stores, as_user, item, store):
		receipt = received_yesterday(stores, as_user, item, store, "stores_accountant")
		with as_user("storekeeper"), refused():
			frappe.get_doc("Purchase Receipt", receipt.name).cancel()
		with as_user("stores_accountant"):
			frappe.get_doc("Purchase Receipt", receipt.name).cancel()
