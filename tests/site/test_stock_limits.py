"""Stock limits from the ledger, set-based, with overrides, and the report (procedure 4.1; WH-02, WH-03)."""

from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, nowdate

from property_service.property_service.report.stock_limit_status import stock_limit_status
from property_service.stock import limits
from property_service.stock import stores as places
from tests import stores as make


@pytest.fixture
def store(stores):
	"""A store of its own, so that the report shows the test's items alone."""
	return make.store(stores.company)


@pytest.fixture
def qualified(store):
	return places.zone_warehouse(store, "Qualified")


def consumed(item, warehouse, *quantities):
	"""Consumption of the last months, the last one last."""
	months = len(quantities)
	make.put_in(item, warehouse, 1000, rate=2, posting_date=make.months_ago(months, 1))
	for back, quantity in zip(range(months, 0, -1), quantities, strict=True):
		if quantity:
			make.take_out(item, warehouse, quantity, make.months_ago(back))


def status(store, item):
	return next(status for status in limits.statuses(store) if status.item_code == item)


def override(store, item, **values):
	return frappe.get_doc(
		{
			"doctype": limits.OVERRIDE,
			"item_code": item,
			"store": store,
			"stock_limit": 50,
			"valid_from": nowdate(),
			"valid_until": add_days(nowdate(), 30),
			"reason": "供暖季用量大",
			**values,
		}
	).insert()


@pytest.mark.rule("WH-02")
class TestLimit:
	@pytest.mark.parametrize(
		("stock_class", "limit"), [("Daily Consumable", 12), ("Standing Part", 15), ("Not Stocked", 0)]
	)
	def test_average_times_factor(self, store, qualified, stock_class, limit):
		item = make.item(stock_class=stock_class).name
		consumed(item, qualified, 5, 15, 10, 10, 0, 20)
		found = status(store, item)
		assert (found.average, found.limit, found.months) == (10, limit, 6)

	def test_only_the_last_months_count_and_a_younger_item_has_fewer(self, store, qualified):
		old, young = make.item().name, make.item().name
		consumed(old, qualified, 100, 6, 6, 6, 6, 6, 6)
		consumed(young, qualified, 4, 8)
		assert status(store, old).average == 6
		assert (status(store, young).average, status(store, young).months) == (6, 2)

	def test_number_of_months_and_factors_are_settings(self, store, qualified):
		item = make.item().name
		consumed(item, qualified, 10, 10, 10, 20)
		doc = frappe.get_doc("Property Service Settings")
		doc.update({"consumption_months": 1, "consumable_limit_factor": 2})
		doc.save()
		assert status(store, item).limit == 40

	def test_transfers_scrap_and_count_differences_do_not_count(self, stores, store, qualified):
		item = make.item().name
		day = make.months_ago(1)
		make.put_in(item, qualified, 100, posting_date=make.months_ago(1, 1))
		make.take_out(item, qualified, 10, day)
		direct = places.zone_warehouse(store, "Direct Issue")
		make.put_in(item, direct, 4, posting_date=day)
		for kind, quantity, source in (
			("Scrap", 5, qualified),
			("Shortage", 5, qualified),
			("Direct Issue", 4, direct),
		):
			app_entry(stores, item, quantity, kind, s_warehouse=source, posting_date=day)
		app_entry(stores, item, 3, "Return", t_warehouse=qualified, posting_date=day)
		app_entry(stores, item, 9, None, s_warehouse=qualified, t_warehouse=stores.zone(), posting_date=day)
		assert status(store, item).average == 10 + 4 - 3

	def test_moves_between_zones_do_not_count_and_only_qualified_is_balance(self, stores, store, qualified):
		item = make.item().name
		consumed(item, qualified, 10)
		bad = places.zone_warehouse(store, "Nonconforming")
		app_entry(stores, item, 90, None, s_warehouse=qualified, t_warehouse=bad)
		found = status(store, item)
		assert (found.average, found.balance) == (10, 900)

	def test_stores_do_not_share_their_consumption(self, stores, store, qualified):
		item = make.item().name
		other = make.store(stores.company)
		consumed(item, qualified, 10)
		make.put_in(item, places.zone_warehouse(other, "Qualified"), 5, posting_date=make.months_ago(1))
		assert status(store, item).average == 10
		assert status(other, item).average == 0


def app_entry(stores, item, qty, kind, posting_date=None, **line):
	from tests.site.test_stock_months import entry

	if line.get("t_warehouse") and not line.get("s_warehouse"):
		line["basic_rate"] = 2
	return entry(stores, item, qty, kind=kind, posting_date=posting_date or nowdate(), **line)


@pytest.mark.rule("WH-02")
class TestOverride:
	def test_holds_on_its_days_only(self, store, qualified):
		item = make.item().name
		consumed(item, qualified, 10)
		name = override(store, item).name
		assert (status(store, item).limit, status(store, item).override) == (50, name)
		after = limits.statuses(store, [item], add_days(nowdate(), 31))[0]
		assert after.override is None
		assert limits.statuses(make.store(status_company(store)), [item])[0].override is None

	@pytest.mark.parametrize(
		("values", "message"),
		[
			({"reason": " "}, "WH-02"),
			({"valid_until": "2001-01-01"}, "WH-02"),
			({"stock_limit": -1}, "WH-02"),
			({"stock_limit": "1e400"}, "Stock Limit"),
			({"stock_limit": {"a": 1}}, "Stock Limit"),
		],
	)
	def test_bad_input_is_refused_by_name(self, store, qualified, values, message):
		with pytest.raises(frappe.ValidationError, match=message):
			override(store, make.item().name, **values)

	def test_a_store_is_a_store(self, stores):
		for place in (stores.zone(), stores.outside):
			with pytest.raises(frappe.ValidationError, match="WH-14"):
				override(place, make.item().name)

	def test_days_do_not_overlap(self, store):
		item = make.item().name
		first = override(store, item)
		with pytest.raises(frappe.ValidationError, match=first.name):
			override(store, item, valid_from=add_days(nowdate(), 30), valid_until=add_days(nowdate(), 60))
		override(store, item, valid_from=add_days(nowdate(), 31), valid_until=add_days(nowdate(), 60))

	def test_the_past_stays_and_nothing_is_deleted(self, store):
		item = make.item().name
		doc = override(store, item)
		doc.stock_limit = 1
		with pytest.raises(frappe.ValidationError, match="WH-02"):
			doc.save()
		doc.reload()
		doc.valid_until = nowdate()
		doc.save()
		with pytest.raises(frappe.ValidationError, match="WH-02"):
			doc.delete()

	def test_only_the_stores_enter_one(self, store, as_user):
		item = make.item().name
		for person in ("buyer", "department_head", "stores_accountant", "cashier"):
			with as_user(person), pytest.raises(frappe.PermissionError):
				override(store, item)
		with as_user("storekeeper"):
			override(store, item)


def status_company(store):
	return frappe.db.get_value("Warehouse", store, "company")


@pytest.mark.rule("WH-03")
class TestReport:
	def run(self, store, **filters):
		result = stock_limit_status.execute({"store": store, **filters})
		return {row["item_code"]: row for row in result[1]}

	def test_columns_of_an_item(self, store, qualified, as_user):
		item = make.item().name
		consumed(item, qualified, 10, 10)
		make.take_out(item, qualified, 977)
		with as_user("storekeeper"):
			row = self.run(store)[item]
		assert (row["balance"], row["stock_limit"], row["average"]) == (3, 12, 10)
		assert (row["month_consumption"], row["cover"], row["is_below"]) == (977, 0.3, 1)
		assert row["is_covered"] == 0

	def test_below_only(self, store, qualified):
		low, full = make.item().name, make.item().name
		for item in (low, full):
			consumed(item, qualified, 10)
		make.take_out(low, qualified, 985)
		assert set(self.run(store)) == {low, full}
		assert set(self.run(store, below_only=1)) == {low}
		assert set(self.run(store, stock_class="Standing Part")) == set()

	def test_who_may_run_it(self, store, as_user):
		for person in ("buyer", "stores_accountant", "finance_manager", "general_manager"):
			with as_user(person):
				self.run(store)
		for person in ("department_head", "technician", "cashier", "employee"):
			with as_user(person), pytest.raises(frappe.PermissionError):
				self.run(store)

	@pytest.mark.parametrize("store_name", [None, "", "x", {"a": 1}, ["a"]])
	def test_without_a_store_it_says_so(self, stores, store_name):
		for name in (store_name, stores.outside):
			with pytest.raises(frappe.ValidationError, match="WH-14"):
				stock_limit_status.execute({"store": name})

	def test_statements_do_not_grow_with_items(self, store, qualified, count_sql):
		def statements(number):
			for _ in range(number):
				consumed(make.item().name, qualified, 3)
			frappe.get_meta("Item")
			self.run(store)
			with count_sql() as count:
				assert len(self.run(store)) >= number
			return len(count)

		assert statements(1) == statements(6) <= 12


@pytest.mark.rule("WH-04")
def test_units_and_multiples_of_an_item(store, qualified):
	box = frappe.get_doc(
		{"doctype": "UOM", "uom_name": f"箱 {frappe.generate_hash(length=4)}", "must_be_whole_number": 1}
	).insert()
	item = make.item(
		purchase_uom=box.name, uoms=[{"uom": box.name, "conversion_factor": 12}], order_multiple=2
	).name
	consumed(item, qualified, 30)
	make.take_out(item, qualified, 965)
	found = status(store, item)
	assert (found.limit, found.balance) == (36, 5)
	assert (found.suggested, found.unit.in_purchase_units(found.suggested)) == (Decimal(48), 4)
