"""Drinking water: delivered by a service order, out of stock, empties counted, companies billed by the month (DESK-06)."""

import frappe
import pytest
from frappe.utils import add_days, add_months, get_datetime, get_first_day, getdate, nowdate

from property_service import reception, settings
from property_service.property_service.doctype.drinking_water_order import (
	billing,
	counter,
	drinking_water_order,
)
from property_service.property_service.doctype.service_order import service_order
from property_service.property_service.report.drinking_water_register import drinking_water_register
from property_service.rules import register as register_rules
from property_service.rules import service_order as order_rules
from property_service.rules import water as rules
from tests.site import make
from tests.site.processes import run_at_once
from tests.site.repair_line import DRAWING, refused
from tests.site.till_line import Till

pytestmark = pytest.mark.rule("DESK-06")


@pytest.fixture(autouse=True)
def open_tills(cast, as_user, request):
	"""The clerk's till is open: what is paid at the desk is paid there."""
	if "committed" in request.fixturenames:
		request.getfixturevalue("committed")  # what it deletes afterwards begins with this till
	desk = Till(cast, as_user)
	desk.open("clerk")
	yield desk
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


@pytest.fixture
def water():
	return make.water(rate=12.5, stock=100)


@pytest.fixture
def company_customer():
	"""A resident company that pays by the month."""
	name = make.customer()
	make.insert({"doctype": "Water Account", "company": make.company(), "customer": name, "pays_monthly": 1})
	return name


@pytest.fixture
def order(as_user, water):
	def order(by="clerk", **values):
		if "customer" not in values and "property_unit" not in values:
			values["property_unit"] = make.unit().name
		with as_user(by):
			return make.water_order(item=water, **values)

	return order


@pytest.fixture
def bring(as_user, cast):
	"""The service order as the department works it, to the customer's signature."""

	def bring(doc, to="technician"):
		with as_user("clerk"):
			service_order.dispatch(doc.service_order, cast.department_of(to), cast.employee(to))
		with as_user(to):
			service_order.arrive(doc.service_order)
			slip = frappe.get_doc("Service Order", doc.service_order)
			slip.update(
				{
					"sign_off_method": "Drawn Signature",
					"customer_signature": DRAWING,
					"sign_off_name": "前台小李",
				}
			)
			slip.save()
			service_order.finish(doc.service_order, work_done="已送达")
		return doc.reload()

	return bring


@pytest.fixture
def delivered(order, bring, as_user):
	def delivered(by="clerk", **values):
		counts = {name: values.pop(name) for name in ("delivered_qty",) if name in values}
		doc = bring(order(**values))
		with as_user(by):
			drinking_water_order.deliver(doc.name, **counts)
		return doc.reload()

	return delivered


def in_stock(item):
	warehouse = settings.required(make.company(), "water_warehouse")
	return frappe.db.get_value("Bin", {"item_code": item, "warehouse": warehouse}, "actual_qty")


def empties(doc):
	return frappe.db.get_value("Water Account", doc.water_account, "empties_out")


# ---- ordering ------------------------------------------------------------------------------------------------------


class TestOrdering:
	def test_an_order_sends_a_water_delivery(self, order, water, cast):
		doc = order(qty=3, empties_back=2, wanted_on="2099-01-01 10:00:00", rate=0.01, amount=0.01)
		slip = frappe.get_doc("Service Order", doc.service_order)
		assert (slip.service_type, slip.status, slip.customer_phone) == (
			"Water Delivery",
			"Draft",
			doc.contact_phone,
		)
		assert get_datetime(slip.planned_for) == get_datetime("2099-01-01 10:00:00")
		assert doc.name in slip.matter
		assert (doc.rate, doc.amount, doc.status) == (12.5, 37.5, "Ordered")
		assert doc.registered_by == cast.user("clerk")

	def test_the_first_water_of_the_settings_is_the_default(self, as_user):
		frappe.db.delete("Water Item")
		frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
		unit = make.unit().name
		with as_user("clerk"), pytest.raises(frappe.ValidationError, match="ORG-06"):
			make.water_order(property_unit=unit)
		first = make.water(rate=8)
		make.water(rate=9)
		with as_user("clerk"):
			doc = make.water_order(property_unit=unit, qty=1)
		assert (doc.item, doc.rate) == (first, 8)

	@pytest.mark.parametrize(
		("values", "message"),
		[
			({"property_unit": None}, rules.NO_HOLDER),
			({"contact_name": ""}, rules.NO_CONTACT),
			({"contact_phone": ""}, rules.NO_CONTACT),
			({"qty": 0}, rules.NOTHING),
			({"qty": 1001}, rules.TOO_MANY),
			({"empties_back": 1001}, rules.TOO_MANY),
			({"payment_method": "Monthly Account"}, rules.NO_MONTHLY_ACCOUNT),
		],
	)
	def test_an_incomplete_order_is_refused(self, order, values, message):
		refused(lambda: order(**values), message)

	def test_only_water_of_the_settings_is_sold(self, order, as_user):
		other = make.insert(
			{
				**frappe.get_doc("Item", make.water()).as_dict(),
				"name": None,
				"item_code": "螺丝",
				"item_name": "螺丝",
			}
		)
		unit = make.unit().name
		with as_user("clerk"):
			refused(lambda: make.water_order(item=other.name, property_unit=unit), rules.OTHER_ITEM)

	def test_only_a_company_that_the_manager_ticked_pays_by_the_month(self, order, company_customer, as_user):
		other = make.customer()
		refused(lambda: order(customer=other, payment_method="Monthly Account"), rules.NO_MONTHLY_ACCOUNT)
		assert order(customer=company_customer, payment_method="Monthly Account").status == "Ordered"
		account = frappe.get_doc("Water Account", {"customer": company_customer})
		with as_user("clerk"), pytest.raises(frappe.PermissionError):
			account.save()

	def test_what_was_ordered_stays(self, order, as_user):
		doc = order()
		for field, value in (
			("qty", 9),
			("item", "x"),
			("payment_method", "Monthly Account"),
			("empties_back", 7),
		):
			fresh = frappe.get_doc("Drinking Water Order", doc.name)
			fresh.set(field, value)
			with as_user("clerk"), pytest.raises(frappe.ValidationError):
				fresh.save()
		forged = {"status": "Delivered", "amount": 0.01, "rate": 0.01, "delivered_qty": 9, "empties_after": 9}
		with as_user("clerk"):
			fresh = frappe.get_doc("Drinking Water Order", doc.name)
			fresh.update({**forged, "remarks": "放门口"})
			fresh.save()
		fresh.reload()
		assert (fresh.status, fresh.amount, fresh.delivered_qty, fresh.empties_after) == ("Ordered", 25, 0, 0)
		assert fresh.remarks == "放门口"


# ---- delivering ----------------------------------------------------------------------------------------------------


class TestDelivering:
	def test_stock_and_empties_follow_the_delivery(self, order, bring, as_user, water, cast):
		doc = bring(order(qty=3, empties_back=1))
		assert doc.order_status in ("Finished", "Archived")
		with as_user("second_clerk"):
			drinking_water_order.deliver(doc.name, empties_back=2)
		doc.reload()
		assert (doc.status, doc.delivered_qty, doc.delivered_by, doc.received_by) == (
			"Delivered",
			3,
			"张建国",
			"前台小李",
		)
		assert (doc.empties_before, doc.empties_after, empties(doc)) == (0, 1, 1)
		assert doc.recorded_by == cast.user("second_clerk")
		assert in_stock(water) == 97
		entry = frappe.get_doc("Stock Entry", doc.stock_entry)
		assert (entry.docstatus, entry.purpose, entry.items[0].qty) == (1, "Material Issue", 3)

	def test_nothing_is_recorded_before_the_water_is_there(self, order, as_user, water):
		doc = order()
		with as_user("clerk"):
			refused(lambda: drinking_water_order.deliver(doc.name), rules.NOT_DELIVERED_YET)
		assert in_stock(water) == 100

	def test_a_delivery_is_recorded_once(self, delivered, as_user, water):
		doc = delivered()
		with as_user("clerk"):
			refused(lambda: drinking_water_order.deliver(doc.name), register_rules.NOT_A_STEP)
		assert in_stock(water) == 98

	def test_no_more_empties_come_back_than_are_out(self, order, bring, as_user, water):
		doc = bring(order(qty=2))
		with as_user("clerk"):
			refused(lambda: drinking_water_order.deliver(doc.name, empties_back=3), rules.TOO_MANY_EMPTIES)
		assert (in_stock(water), empties(doc)) == (100, 0)

	def test_the_balance_runs_through_the_orders_of_a_holder(self, delivered, order, as_user):
		unit = make.unit().name
		delivered(property_unit=unit, qty=5)
		second = delivered(property_unit=unit, qty=2, empties_back=4)
		assert (second.empties_before, second.empties_after) == (5, 3)
		back = order(property_unit=unit, qty=0, empties_back=3)
		assert back.service_order is None
		with as_user("clerk"):
			drinking_water_order.deliver(back.name)
		assert empties(back) == 0

	def test_the_old_registers_empties_are_where_it_begins(self, delivered):
		customer = make.customer()
		make.insert(
			{
				"doctype": "Water Account",
				"company": make.company(),
				"customer": customer,
				"empties_at_start": 6,
			}
		)
		doc = delivered(customer=customer, qty=1, empties_back=4)
		assert (doc.empties_before, doc.empties_after) == (6, 3)

	def test_water_without_bottles_counts_none(self, as_user, bring):
		item = make.water(returnable=0, stock=10)
		unit = make.unit().name
		with as_user("clerk"):
			refused(
				lambda: make.water_order(item=item, property_unit=unit, empties_back=1), rules.NOT_RETURNABLE
			)
			doc = make.water_order(item=item, property_unit=unit)
		bring(doc)
		with as_user("clerk"):
			drinking_water_order.deliver(doc.name)
		assert empties(doc) == 0

	def test_an_empty_warehouse_is_named(self, as_user, bring):
		item, unit = make.water(stock=1), make.unit().name
		with as_user("clerk"):
			doc = make.water_order(item=item, property_unit=unit, qty=2)
		bring(doc)
		with as_user("clerk"):
			refused(
				lambda: drinking_water_order.deliver(doc.name),
				"{0} has less than {1} × {2} (DESK-06). Receive or transfer what was delivered, then record the delivery.",
			)

	def test_a_missing_warehouse_is_named_when_it_is_needed(self, order, bring, as_user, cast):
		doc = bring(order())
		document = frappe.get_doc("Property Service Settings")
		next(row for row in document.companies if row.company == cast.company).water_warehouse = None
		document.save()
		with as_user("clerk"), pytest.raises(frappe.ValidationError, match="ORG-06"):
			drinking_water_order.deliver(doc.name)

	def test_only_on_account_less_is_delivered_than_ordered(self, order, bring, as_user, company_customer):
		paid = bring(order(qty=3))
		with as_user("clerk"):
			refused(lambda: drinking_water_order.deliver(paid.name, delivered_qty=2), rules.PAID_IN_FULL)
		on_account = bring(order(qty=3, customer=company_customer, payment_method="Monthly Account"))
		with as_user("clerk"):
			refused(
				lambda: drinking_water_order.deliver(on_account.name, delivered_qty=4),
				rules.MORE_THAN_ORDERED,
			)
			drinking_water_order.deliver(on_account.name, delivered_qty=2)
		on_account.reload()
		assert (on_account.delivered_qty, on_account.amount) == (2, 25)

	def test_the_stock_entry_stays_with_its_order(self, delivered):
		entry = frappe.get_doc("Stock Entry", delivered().stock_entry)
		with pytest.raises(frappe.ValidationError, match="DESK-06"):
			entry.cancel()


# ---- cancelling ----------------------------------------------------------------------------------------------------


class TestCancelling:
	def test_an_order_takes_its_service_order_with_it(self, order, as_user):
		doc = order()
		with as_user("clerk"):
			refused(lambda: drinking_water_order.cancel(doc.name, ""), register_rules.NO_REASON)
			drinking_water_order.cancel(doc.name, "不要了")
		assert frappe.db.get_value("Service Order", doc.service_order, "status") == "Cancelled"
		doc.reload()
		assert (doc.status, doc.order_status, doc.approval_steps[-1].comment) == (
			"Cancelled",
			"Cancelled",
			"不要了",
		)

	def test_the_service_order_alone_is_not_cancelled(self, order, as_user):
		doc = order()
		with as_user("clerk"):
			refused(lambda: service_order.cancel(doc.service_order, "没人"), rules.ORDER_BELONGS)

	def test_what_was_brought_is_not_cancelled_but_recorded(self, order, bring, as_user):
		doc = bring(order())
		with as_user("clerk"):
			refused(lambda: drinking_water_order.cancel(doc.name, "不要了"), order_rules.NOT_A_STEP)

	def test_the_manager_takes_a_delivery_back(self, delivered, as_user, water):
		doc = delivered(qty=3, empties_back=1)
		with as_user("clerk"):
			refused(
				lambda: drinking_water_order.cancel(doc.name, "数错"),
				rules.CANCELLED_BY_MANAGER,
				frappe.PermissionError,
			)
		with as_user("service_manager"):
			drinking_water_order.cancel(doc.name, "数错")
		assert (in_stock(water), empties(doc)) == (100, 0)
		assert frappe.db.get_value("Stock Entry", doc.stock_entry, "docstatus") == 2

	def test_a_delivery_whose_empties_came_back_stays(self, delivered, as_user):
		unit = make.unit().name
		first = delivered(property_unit=unit, qty=3)
		delivered(property_unit=unit, qty=1, empties_back=3)
		with as_user("service_manager"):
			refused(lambda: drinking_water_order.cancel(first.name, "数错"), rules.EMPTIES_GONE)


# ---- the month -----------------------------------------------------------------------------------------------------


class TestBilling:
	@pytest.fixture
	def last_month(self, delivered, company_customer):
		"""Two deliveries of last month, one of this."""

		def on(day, qty):
			doc = delivered(customer=company_customer, payment_method="Monthly Account", qty=qty)
			frappe.db.set_value("Drinking Water Order", doc.name, "delivered_on", day)
			return doc.name

		first = get_first_day(add_months(nowdate(), -1))
		this = get_first_day(nowdate())
		return [on(first, 2), on(add_days(this, -1), 3), on(this, 10)]

	def invoices(self, customer):
		return frappe.get_all("Sales Invoice", {"customer": customer}, pluck="name", order_by="creation")

	def test_one_draft_invoice_for_the_month_and_only_once(self, last_month, company_customer):
		account = frappe.db.get_value("Water Account", {"customer": company_customer})
		assert account in billing.bill_due()
		(name,) = self.invoices(company_customer)
		invoice = frappe.get_doc("Sales Invoice", name)
		assert (invoice.docstatus, invoice.company, invoice.net_total) == (0, make.company(), 62.5)
		assert [(row.qty, row.rate) for row in invoice.items] == [(5, 12.5)]
		bill = frappe.get_doc("Water Bill", {"sales_invoice": name})
		assert (bill.orders, bill.amount, getdate(bill.bill_month)) == (
			2,
			62.5,
			getdate(get_first_day(add_months(nowdate(), -1))),
		)
		billed = [frappe.db.get_value("Drinking Water Order", name, "water_bill") for name in last_month]
		assert billed == [bill.name, bill.name, None]
		assert account not in billing.bill_due()
		assert len(self.invoices(company_customer)) == 1

	def test_what_is_recorded_after_the_bill_goes_on_the_next(self, last_month, company_customer, delivered):
		billing.bill_due()
		late = delivered(customer=company_customer, payment_method="Monthly Account", qty=1)
		frappe.db.set_value(
			"Drinking Water Order", late.name, "delivered_on", get_first_day(add_months(nowdate(), -1))
		)
		billing.bill_due()
		assert len(self.invoices(company_customer)) == 1
		assert billing.bill(late.water_account, getdate(get_first_day(nowdate())))
		assert len(self.invoices(company_customer)) == 2
		assert frappe.db.get_value("Drinking Water Order", late.name, "water_bill")

	def test_a_month_has_one_bill_even_in_the_database(self, last_month, company_customer):
		billing.bill_due()
		bill = frappe.get_doc("Water Bill", {"customer": company_customer})
		copy = frappe.copy_doc(bill)
		copy.flags.server_write = True
		with pytest.raises(frappe.UniqueValidationError):
			copy.insert(ignore_permissions=True)

	def test_what_is_billed_is_not_taken_back(self, last_month, as_user):
		billing.bill_due()
		with as_user("service_manager"):
			refused(lambda: drinking_water_order.cancel(last_month[0], "数错"), rules.BILLED)

	def test_what_is_paid_at_the_desk_is_not_billed(self, delivered):
		customer = make.customer()
		doc = delivered(customer=customer)
		frappe.db.set_value("Drinking Water Order", doc.name, "delivered_on", add_months(nowdate(), -2))
		billing.bill_due()
		assert self.invoices(customer) == []

	def test_bills_are_not_written_by_hand(self, as_user, company_customer):
		for person in ("clerk", "service_manager", "Administrator"):
			with as_user(person), pytest.raises(frappe.PermissionError):
				make.insert(
					{
						"doctype": "Water Bill",
						"company": make.company(),
						"customer": company_customer,
						"bill_month": nowdate(),
					}
				)


# ---- hooks, register -----------------------------------------------------------------------------------------------


def test_the_reception_counter_and_the_day_know_it(order, as_user):
	resident = make.resident(property_unit=make.unit().name)
	doc = order(resident=resident.name, property_unit=None, contact_name=None, contact_phone=None)
	assert (doc.contact_name, doc.property_unit) == (resident.resident_name, resident.property_unit)
	with as_user("clerk"):
		known = reception.caller(resident.name)
	assert ("Drinking Water Order", doc.name) in [(row["doctype"], row["name"]) for row in known["open"]]
	start = get_datetime(getdate())
	assert doc.name in [
		row["reference_name"] for row in counter.day_summary(make.company(), start, add_days(start, 1))
	]


def test_the_register_has_the_columns_of_form_c(delivered, as_user):
	doc = delivered(qty=3, empties_back=1)
	with as_user("clerk"):
		columns, rows = drinking_water_register.execute({"from_date": nowdate(), "to_date": nowdate()})
	assert len([column for column in columns if column["share"]]) == 14
	(row,) = [row for row in rows if row.water_order == doc.name]
	assert (row.qty, row.rate, row.amount, row.empties_after, row.delivered_by) == (
		3,
		12.5,
		37.5,
		2,
		"张建国",
	)


# ---- several at once -----------------------------------------------------------------------------------------------

DELIVER = """
from property_service.property_service.doctype.drinking_water_order import drinking_water_order
def act(arguments):
	return drinking_water_order.deliver(arguments["name"])["stock_entry"]
"""


@pytest.mark.rule("Q-02")
def test_six_clerks_record_one_delivery_and_several_of_one_holder(cast, committed, order, bring):
	"""Empties back of one holder, recorded at once: each once, and the balance is their sum."""
	item = make.water(stock=100)
	unit = make.unit().name
	frappe.set_user(cast.user("clerk"))
	orders = [make.water_order(item=item, property_unit=unit, qty=2) for _ in range(3)]
	frappe.set_user("Administrator")
	for doc in orders:
		bring(doc)
	committed()
	answers = run_at_once(
		DELIVER, [{"name": doc.name} for doc in orders for _ in range(2)], cast.user("clerk")
	)
	committed()
	assert sorted(kind for kind, _text in answers) == ["ValidationError"] * 3 + ["done"] * 3, answers
	assert empties(orders[0]) == 6
	assert in_stock(item) == 94
