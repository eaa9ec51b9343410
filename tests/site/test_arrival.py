"""Goods go to the store on the day they arrive, as they were planned (WH-12, WH-13)."""

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from property_service.stock import receipt_steps
from property_service.stock import stores as places
from tests import stores as make
from tests.site import purchasing
from tests.site.rest import refusal

pytestmark = pytest.mark.rule("WH-13")
REFUSED = (frappe.ValidationError, frappe.PermissionError)
RECEIPT = "Purchase Receipt"
APPROVE = "property_service.stock.receipt_steps.approve_late_posting"


@pytest.fixture
def item(stores):
	return make.item().name


@pytest.fixture
def store(stores):
	return purchasing.own_store(stores)


@pytest.fixture
def order(stores, as_user, item, store):
	return purchasing.ordered(purchasing.approved(stores, as_user, item, store=store), stores, as_user)


def refused(match="WH-13"):
	return pytest.raises(REFUSED, match=match)


def yesterday():
	return add_days(nowdate(), -1)


@pytest.fixture
def late(order, as_user):
	"""Arrived yesterday, inspected, and not posted yet."""
	with as_user("storekeeper"):
		receipt = purchasing.receipt_of(order)
		receipt.update({"arrived_on": yesterday(), "late_posting_reason": "夜间到货"})
		return purchasing.inspected(receipt.insert())


def approve(receipt, **values):
	return receipt_steps.approve_late_posting(receipt.name, **values)


class TestDays:
	def test_on_the_day(self, order, as_user):
		receipt = purchasing.received(order, as_user)
		assert getdate(receipt.arrived_on) == getdate(receipt.posting_date) == getdate(nowdate())

	@pytest.mark.parametrize("person", ["storekeeper", "stores_accountant", "Administrator"])
	def test_later_without_approval(self, late, as_user, person):
		with as_user(person), refused():
			frappe.get_doc(RECEIPT, late.name).submit()

	def test_a_draft_that_was_left_lying(self, order, as_user):
		with as_user("storekeeper"):
			receipt = purchasing.inspected(purchasing.receipt_of(order).insert())
			frappe.db.set_value(RECEIPT, receipt.name, "arrived_on", yesterday())
			with refused():
				receipt.reload().submit()

	def test_the_finance_manager_approves_it(self, late, as_user, cast):
		with as_user("finance_manager"):
			approve(late, comment="情况属实")
		late.reload()
		assert late.late_posting_approved_by == cast.user("finance_manager")
		assert getdate(late.late_posting_approved_for) == getdate(yesterday())
		step = late.approval_steps[0]
		assert (step.actor, step.actor_role, step.comment) == (
			cast.user("finance_manager"),
			"Finance Manager",
			"情况属实",
		)
		with as_user("storekeeper"):
			late.submit()
		assert late.reload().late_posting_approved_by

	@pytest.mark.parametrize("person", ["storekeeper", "stores_accountant", "buyer", "general_manager"])
	def test_nobody_else_does(self, late, as_user, person):
		with as_user(person), pytest.raises(frappe.PermissionError):
			approve(late)

	def test_not_on_a_receipt_of_ones_own(self, order, as_user, cast):
		frappe.get_doc("User", cast.user("finance_manager")).add_roles("Storekeeper")
		with as_user("finance_manager"):
			receipt = purchasing.receipt_of(order)
			receipt.update({"arrived_on": yesterday(), "late_posting_reason": "夜间到货"})
			receipt.insert()
			with pytest.raises(frappe.PermissionError):
				approve(receipt)

	def test_a_reason_is_given_first(self, late, as_user):
		with as_user("storekeeper"):
			late.late_posting_reason = "  "
			late.save()
		with as_user("finance_manager"), refused():
			approve(late)

	def test_nothing_to_approve(self, order, as_user):
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(order).insert()
		with as_user("finance_manager"), refused():
			approve(receipt)

	def test_not_afterwards(self, late, as_user):
		with as_user("finance_manager"):
			approve(late)
		with as_user("storekeeper"):
			late.reload().submit()
		with as_user("finance_manager"), refused():
			approve(late)

	def test_it_is_for_that_day_of_arrival(self, late, as_user):
		with as_user("finance_manager"):
			approve(late)
		with as_user("storekeeper"):
			late.reload().arrived_on = add_days(nowdate(), -9)
			late.save()
			assert not late.late_posting_approved_by
			with refused():
				late.submit()

	def test_it_is_the_servers(self, late, as_user, cast):
		values = {
			"late_posting_approved_by": cast.user("finance_manager"),
			"late_posting_approved_on": nowdate(),
			"late_posting_approved_for": yesterday(),
		}
		with as_user("storekeeper"):
			late.update(values)
			late.append(
				"approval_steps", {"to_state": "Later Posting Approved", "actor_role": "Finance Manager"}
			)
			with refused():
				late.submit()
			late.reload().update(values)
			late.save()
		assert not (late.late_posting_approved_by or late.approval_steps)

	def test_it_is_not_copied(self, late, as_user):
		with as_user("finance_manager"):
			approve(late)
		copied = frappe.copy_doc(late.reload(), ignore_no_copy=False)
		copied.run_method("before_validate")
		assert not copied.late_posting_approved_by

	def test_goods_of_tomorrow_and_goods_posted_before_they_came(self, order, as_user):
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(order)
			receipt.arrived_on = add_days(nowdate(), 1)
			with refused():
				receipt.insert()
			receipt = purchasing.receipt_of(order)
			receipt.update({"set_posting_time": 1, "posting_date": yesterday(), "arrived_on": nowdate()})
			with refused():
				receipt.insert()

	def test_over_rest(self, rest, committed, late, item):
		committed()
		client = rest("storekeeper")
		answer = client.update(RECEIPT, late.name, docstatus=1)
		assert answer.status_code == 417
		assert "WH-13" in refusal(answer)
		values = {"late_posting_approved_by": "Administrator", "late_posting_approved_for": yesterday()}
		assert client.update(RECEIPT, late.name, docstatus=1, **values).status_code == 417
		assert client.call(APPROVE, receipt=late.name).status_code == 403
		assert (
			client.request("GET", f"/api/method/{APPROVE}", params={"receipt": late.name}).status_code == 403
		)
		assert rest("finance_manager").call(APPROVE, receipt=late.name).status_code == 200
		answer = client.update(RECEIPT, late.name, docstatus=1)
		assert answer.status_code == 200, answer.text


class TestDelivery:
	def test_the_buyer_was_there(self, order, as_user):
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(order)
			receipt.delivered_by_supplier = 1
			purchasing.inspected(receipt.insert())
			with refused():
				receipt.submit()
			receipt.reload().buyer_present = 1
			receipt.submit()

	def test_somebody_bought_the_goods(self, stores, as_user, item, store):
		request = purchasing.approved(stores, as_user, item, store=store)
		values = {
			"doctype": RECEIPT,
			"company": stores.company,
			"supplier": stores.supplier,
			"items": [
				{
					"item_code": item,
					"qty": 5,
					"received_qty": 5,
					"rate": 5,
					"warehouse": places.zone_warehouse(store, "Qualified"),
					"material_request": request.name,
					"material_request_item": request.items[0].name,
				}
			],
		}
		with as_user("storekeeper"):
			receipt = purchasing.inspected(frappe.get_doc(values).insert())
			with refused():
				receipt.submit()


@pytest.mark.rule("WH-12")
class TestMatch:
	def test_less_is_received_and_the_rest_stays_open(self, order, as_user, item, store):
		purchasing.received(order, as_user, qty=4)
		with as_user("storekeeper"), refused("WH-07"):
			purchasing.receipt_of(order, qty=7).insert()
		purchasing.received(order, as_user, qty=6)
		key = {"item_code": item, "warehouse": places.zone_warehouse(store, "Qualified")}
		assert frappe.db.get_value("Bin", key, "actual_qty") == 10

	def test_another_specification_than_approved(self, order, as_user, item):
		frappe.db.set_value("Item", item, "specification", "T5 14W")
		with as_user("storekeeper"):
			receipt = purchasing.inspected(purchasing.receipt_of(order).insert())
			with refused("WH-12"):
				receipt.submit()
			frappe.db.set_value("Item", item, "specification", "T8 18W")
			receipt.reload().submit()

	def test_over_rest(self, rest, committed, order, as_user, item):
		frappe.db.set_value("Item", item, "specification", "T5 14W")
		with as_user("storekeeper"):
			receipt = purchasing.inspected(purchasing.receipt_of(order).insert())
		committed()
		answer = rest("storekeeper").update(RECEIPT, receipt.name, docstatus=1)
		assert answer.status_code == 417
		assert "WH-12" in refusal(answer)


@pytest.mark.rule("ORG-06")
def test_switched_off_any_day_will_do(order):
	with make.before_the_procedure():
		receipt = purchasing.receipt_of(order)
		receipt.arrived_on = add_days(nowdate(), -9)
		receipt.insert().submit()
	assert receipt.docstatus == 1
