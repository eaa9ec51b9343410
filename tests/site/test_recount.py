"""A company that switches the stores procedure on again counts what came in the meantime (WH-07, ORG-06)."""

import frappe
import pytest

from property_service import invariants, settings
from property_service.buying import open_quantity, recount
from property_service.rules import open_quantity as rules
from tests import stores as make
from tests.site import purchasing
from tests.site.repair_line import refused

pytestmark = [pytest.mark.rule("WH-07"), pytest.mark.rule("ORG-06")]


@pytest.fixture
def request_of_ten(stores, as_user):
	return purchasing.approved(stores, as_user, make.item().name)


def without_the_procedure(order, qty=None):
	"""The order, and what came of it, of a time in which nothing was counted."""
	with make.before_the_procedure():
		order.insert().submit()
		if qty is None:
			return None
		return purchasing.receipt_of(order, qty).insert().submit()


def counters(request) -> dict[str, float]:
	return frappe.db.get_value(open_quantity.ROW, request.items[0].name, open_quantity.COUNTERS, as_dict=True)


def counted_wrong(company) -> list:
	return [found for found in invariants.check(company) if found.rule == "WH-07"]


def test_goods_that_came_meanwhile_are_not_bought_again(stores, as_user, request_of_ten):
	order = purchasing.order_of(request_of_ten, stores, qty=6)
	without_the_procedure(order, 4)
	assert counters(request_of_ten) == {"accepted_qty": 0, "committed_qty": 0}
	recount.recount(stores.company)
	assert counters(request_of_ten) == {"accepted_qty": 4, "committed_qty": 6}
	held = frappe.db.get_value(
		open_quantity.ORDER_ROW, order.items[0].name, open_quantity.COUNTERS, as_dict=True
	)
	assert held == {"accepted_qty": 4, "committed_qty": 6}
	assert counted_wrong(stores.company) == []
	with as_user("buyer"):
		refused(purchasing.order_of(request_of_ten, stores, qty=5).insert, rules.TOO_MUCH_ORDERED)


def test_what_went_back_meanwhile_is_bought_again(stores, request_of_ten):
	from erpnext.stock.doctype.purchase_receipt.purchase_receipt import make_purchase_return

	receipt = without_the_procedure(purchasing.order_of(request_of_ten, stores), 10)
	with make.before_the_procedure():
		back = make_purchase_return(receipt.name)
		back.items[0].update({"qty": -3, "received_qty": -3})
		back.insert().submit()
	recount.recount(stores.company)
	assert counters(request_of_ten) == {"accepted_qty": 7, "committed_qty": 10}
	assert counted_wrong(stores.company) == []


def test_an_order_cancelled_meanwhile_holds_nothing(stores, as_user, request_of_ten):
	order = purchasing.ordered(request_of_ten, stores, as_user)
	assert counters(request_of_ten).committed_qty == 10
	with make.before_the_procedure():
		order.reload().cancel()
	recount.recount(stores.company)
	assert counters(request_of_ten) == {"accepted_qty": 0, "committed_qty": 0}
	assert counted_wrong(stores.company) == []


def test_what_was_counted_rightly_stays(stores, as_user, request_of_ten):
	order = purchasing.ordered(request_of_ten, stores, as_user, qty=8)
	with as_user("storekeeper"):
		purchasing.inspected(purchasing.receipt_of(order, 5).insert()).submit()
	before = counters(request_of_ten)
	recount.recount(stores.company)
	assert counters(request_of_ten) == before == {"accepted_qty": 5, "committed_qty": 8}


def test_statements_do_not_grow_with_the_requests(stores, as_user, count_sql):
	def statements() -> int:
		with count_sql() as count:
			recount.recount(stores.company)
		return len(count)

	one = purchasing.approved(stores, as_user, make.item().name)
	without_the_procedure(purchasing.order_of(one, stores))
	before = statements()
	for _time in range(2):
		more = purchasing.approved(stores, as_user, make.item().name, make.item().name)
		without_the_procedure(purchasing.order_of(more, stores))
	assert statements() == before


def test_switching_on_counts(stores, request_of_ten):
	without_the_procedure(purchasing.order_of(request_of_ten, stores), 10)
	doc = frappe.get_doc(settings.DOCTYPE)
	row = next(row for row in doc.companies if row.company == stores.company)
	frappe.db.set_value(row.doctype, row.name, "stores", 0)
	frappe.clear_document_cache(settings.DOCTYPE, settings.DOCTYPE)
	doc = frappe.get_doc(settings.DOCTYPE)
	next(row for row in doc.companies if row.company == stores.company).stores = 1
	doc.save()
	assert counters(request_of_ten) == {"accepted_qty": 10, "committed_qty": 10}
