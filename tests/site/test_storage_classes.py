"""What may lie where, and the safety checks of the places (WH-15)."""

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from property_service.property_service.doctype.warehouse_check import warehouse_check
from property_service.stock import stores as places
from property_service.stock import warehouse_checks
from tests import stores as make
from tests.site import purchasing
from tests.site.rest import refusal

pytestmark = pytest.mark.rule("WH-15")
REFUSED = (frappe.ValidationError, frappe.PermissionError)
CHECK = "Warehouse Check"


@pytest.fixture
def item(stores):
	return make.item().name


@pytest.fixture
def store(stores):
	return purchasing.own_store(stores)


@pytest.fixture
def zone(store):
	return lambda name, of=None: places.zone_warehouse(of or store, name)


@pytest.fixture
def move(stores):
	def make_move(item_code, source=None, target=None, purpose="Material Transfer", **values):
		line = {"item_code": item_code, "qty": 2, "s_warehouse": source, "t_warehouse": target}
		return frappe.get_doc(
			{
				"doctype": "Stock Entry",
				"stock_entry_type": purpose,
				"purpose": purpose,
				"company": stores.company,
				"items": [line],
				**values,
			}
		)

	return make_move


# ---- where a class may lie ---------------------------------------------------------------------------------------


class TestClasses:
	@pytest.fixture
	def dry(self, stores):
		return make.store(stores.company, classes=["General", "Moisture Sensitive"])

	def test_a_transfer(self, zone, move, dry, as_user):
		food = make.item(storage_class="Food").name
		make.put_in(food, zone("Qualified"), 5)
		with as_user("storekeeper"), pytest.raises(REFUSED, match="WH-15"):
			move(food, zone("Qualified"), zone("Qualified", dry)).insert()

	def test_a_transfer_over_rest(self, rest, committed, zone, move, dry):
		food = make.item(storage_class="Food").name
		make.put_in(food, zone("Qualified"), 5)
		committed()
		values = move(food, zone("Qualified"), zone("Qualified", dry)).as_dict()
		answer = rest("storekeeper").insert("Stock Entry", {**values, "docstatus": 1, "name": None})
		assert answer.status_code == 417
		assert "WH-15" in refusal(answer)

	def test_goods_of_a_permitted_class_pass(self, zone, move, dry, as_user):
		paper = make.item(storage_class="Moisture Sensitive").name
		make.put_in(paper, zone("Qualified"), 5)
		with as_user("storekeeper"):
			move(paper, zone("Qualified"), zone("Qualified", dry)).insert().submit()

	@pytest.mark.parametrize("rejected", [0, 10])
	def test_a_receipt(self, stores, as_user, dry, rejected):
		item = make.item().name
		order = purchasing.ordered(purchasing.approved(stores, as_user, item, store=dry), stores, as_user)
		frappe.db.set_value("Item", item, "storage_class", "Fragile")
		with as_user("storekeeper"), pytest.raises(REFUSED, match="WH-15"):
			purchasing.receipt_of(order, qty=10 - rejected, rejected=rejected).insert()

	def test_a_receipt_over_rest(self, rest, committed, stores, as_user, dry):
		item = make.item().name
		order = purchasing.ordered(purchasing.approved(stores, as_user, item, store=dry), stores, as_user)
		frappe.db.set_value("Item", item, "storage_class", "Fragile")
		committed()
		values = purchasing.receipt_of(order).as_dict(convert_dates_to_str=True)
		answer = rest("storekeeper").insert("Purchase Receipt", {**values, "docstatus": 1})
		assert answer.status_code == 417
		assert "WH-15" in refusal(answer)

	@pytest.mark.parametrize("kind", ["Surplus", "Return"])
	def test_what_comes_in_by_the_app(self, move, zone, kind):
		paint = make.item(storage_class="Flammable").name
		entry = move(paint, None, zone("Qualified"), purpose="Material Receipt")
		entry.items[0].basic_rate = 5
		entry.flags.stores_kind = kind
		with pytest.raises(REFUSED, match="WH-15"):
			entry.insert().submit()

	def test_the_class_of_goods_that_lie_does_not_become_a_wrong_one(self, item, zone):
		make.put_in(item, zone("Qualified"), 5)
		doc = frappe.get_doc("Item", item)
		doc.storage_class = "Flammable"
		with pytest.raises(REFUSED, match="WH-15"):
			doc.save()
		doc.reload().storage_class = "Food"
		doc.save()

	def test_nor_by_becoming_another_item(self, item, zone):
		paint = make.item(storage_class="Flammable").name
		make.put_in(item, zone("Qualified"), 5)
		with pytest.raises(REFUSED, match="WH-15"):
			frappe.rename_doc("Item", item, paint, merge=True)

	def test_nor_does_the_list_of_their_warehouse(self, item, zone):
		make.put_in(item, zone("Qualified"), 5)
		doc = frappe.get_doc("Warehouse", zone("Qualified"))
		doc.set("permitted_storage_classes", [{"storage_class": "Food"}])
		with pytest.raises(REFUSED, match="WH-15"):
			doc.save()
		doc.reload().set(
			"permitted_storage_classes", [{"storage_class": "General"}, {"storage_class": "Fragile"}]
		)
		doc.save()

	def test_a_warehouse_that_was_wrong_before_can_still_be_saved(self, zone):
		paint = make.item(storage_class="Flammable").name
		make.put_in(paint, zone("Qualified"), 5)
		doc = frappe.get_doc("Warehouse", zone("Qualified"))
		doc.phone_no = "8001"
		doc.save()

	@pytest.mark.rule("ORG-06")
	def test_switched_off_goods_lie_anywhere(self, zone):
		paint = make.item(storage_class="Flammable").name
		make.put_in(paint, zone("Qualified"), 5)
		assert frappe.db.get_value("Bin", {"item_code": paint}, "actual_qty") == 5


# ---- safety checks -----------------------------------------------------------------------------------------------


def check_values(warehouse, storage_class="Flammable", wrong=(), **values):
	points = warehouse_check.points_of(storage_class)
	return {
		"doctype": CHECK,
		"warehouse": warehouse,
		"storage_class": storage_class,
		"points": [
			{
				"point": point,
				"result": "Not in Order" if number in wrong else "In Order",
				"remark": "缺灭火器" if number in wrong else "",
			}
			for number, point in enumerate(points)
		],
		**values,
	}


def checked(as_user, warehouse, **values):
	with as_user("storekeeper"):
		return frappe.get_doc(check_values(warehouse, **values)).insert().submit()


@pytest.fixture
def paint_store(stores):
	return make.store(stores.company, classes=["Flammable"])


class TestChecks:
	def test_the_points_are_those_of_the_procedure(self, paint_store, as_user):
		with as_user("storekeeper"):
			check = frappe.get_doc(
				{"doctype": CHECK, "warehouse": paint_store, "storage_class": "Flammable"}
			).insert()
		assert [row.point for row in check.points] == warehouse_check.points_of("Flammable")
		with as_user("storekeeper"), pytest.raises(REFUSED, match="WH-15"):
			check.submit()

	def test_a_point_left_out_comes_back_and_own_ones_are_added(self, paint_store, as_user):
		values = check_values(paint_store)
		values["points"] = [*values["points"][1:], {"point": "防爆灯完好", "result": "In Order"}]
		with as_user("storekeeper"):
			check = frappe.get_doc(values).insert()
			assert [row.point for row in check.points][-1] == "防爆灯完好"
			assert check.points[0].result is None
			with pytest.raises(REFUSED, match="WH-15"):
				check.submit()

	def test_what_is_not_in_order_is_named(self, paint_store, as_user):
		values = check_values(paint_store, wrong=(3,))
		values["points"][3]["remark"] = " "
		with as_user("storekeeper"), pytest.raises(REFUSED, match="WH-15"):
			frappe.get_doc(values).insert().submit()

	def test_who_when_and_result_are_the_servers(self, paint_store, as_user, cast):
		check = checked(
			as_user,
			paint_store,
			wrong=(3,),
			result="Passed",
			checked_by=cast.user("buyer"),
			checked_on="2020-01-01 08:00:00",
			next_check_on="2099-01-01",
		)
		assert (check.result, check.checked_by) == ("Failed", cast.user("storekeeper"))
		assert getdate(check.checked_on) == getdate(nowdate())
		assert check.next_check_on == getdate(add_days(nowdate(), 30))

	def test_only_a_place_that_may_hold_the_class(self, store, as_user, stores):
		with as_user("storekeeper"):
			for place in (store, places.zone_warehouse(store, "Qualified"), stores.outside):
				with pytest.raises(REFUSED, match="WH-15"):
					frappe.get_doc(check_values(place)).insert()

	def test_who_checks_and_who_cancels(self, paint_store, as_user):
		for person in ("buyer", "stores_accountant", "department_head", "cashier"):
			with as_user(person), pytest.raises(frappe.PermissionError):
				frappe.get_doc(check_values(paint_store)).insert()
		check = checked(as_user, paint_store)
		with as_user("storekeeper"), pytest.raises(frappe.PermissionError):
			frappe.get_doc(CHECK, check.name).cancel()
		with as_user("finance_manager"):
			frappe.get_doc(CHECK, check.name).cancel()

	def test_checks_are_kept(self, paint_store, as_user):
		check = frappe.get_doc(check_values(paint_store)).insert()
		with pytest.raises(REFUSED, match="WH-15"):
			frappe.delete_doc(CHECK, check.name)

	def test_over_rest(self, rest, committed, paint_store):
		committed()
		client = rest("storekeeper")
		empty = {"warehouse": paint_store, "storage_class": "Flammable", "docstatus": 1, "result": "Passed"}
		answer = client.insert(CHECK, empty)
		assert answer.status_code == 417
		assert "WH-15" in refusal(answer)
		values = check_values(paint_store, wrong=(0,))
		data = client.insert(CHECK, {**values, "docstatus": 1, "result": "Passed"}).json()["data"]
		assert (data["docstatus"], data["result"]) == (1, "Failed")
		assert client.set_value(CHECK, data["name"], "result", "Passed").status_code in (403, 417)
		row = data["points"][0]["name"]
		assert client.update("Warehouse Check Point", row, result="In Order").status_code in (403, 417)
		assert client.get(CHECK, data["name"]).json()["data"]["result"] == "Failed"


class TestStates:
	def state(self, warehouse):
		return warehouse_checks.states([warehouse], ["Flammable"])[(warehouse, "Flammable")]

	def test_the_last_one_decides(self, paint_store, as_user):
		zone = places.zone_warehouse(paint_store, "Qualified")
		assert self.state(zone) == "Never Checked"
		first = checked(as_user, zone)
		assert self.state(zone) == "Passed"
		frappe.db.set_value(CHECK, first.name, "next_check_on", add_days(nowdate(), -1))
		assert self.state(zone) == "Overdue"
		second = checked(as_user, zone, wrong=(0,))
		assert self.state(zone) == "Failed"
		frappe.get_doc(CHECK, second.name).cancel()
		assert self.state(zone) == "Overdue"

	def test_a_check_of_the_store_counts_for_its_zones(self, paint_store, as_user):
		checked(as_user, paint_store)
		zones = places.warehouses(paint_store)
		assert {self.state(zone) for zone in zones} == {"Passed"}
		checked(as_user, zones[0], wrong=(1,))
		assert self.state(zones[0]) == "Failed"
		assert self.state(zones[1]) == "Passed"

	def test_the_form_of_the_warehouse_shows_it(self, stores, paint_store, as_user, store):
		def shown(warehouse):
			doc = frappe.get_doc("Warehouse", warehouse)
			doc.run_method("onload")
			return doc.get_onload("warehouse_checks")

		zone = places.zone_warehouse(paint_store, "Qualified")
		assert shown(zone) == {"Flammable": "Never Checked"}
		checked(as_user, paint_store)
		checked(as_user, zone, wrong=(1,))
		assert shown(zone) == {"Flammable": "Failed"}
		assert shown(paint_store) == {"Flammable": "Failed"}
		assert set(shown(store).values()) == {"Never Checked"}
		assert shown(stores.outside) == {}

	def test_one_statement_whatever_the_number(self, stores, count_sql):
		zones = places.warehouses(company=stores.company)
		assert len(zones) > 5
		with count_sql() as count:
			warehouse_checks.states(zones, ["Flammable", "Food"])
		assert len(count) == 1


class TestFlammables:
	@pytest.fixture
	def receipt(self, stores, as_user, paint_store):
		paint = make.item(storage_class="Flammable", item_name="油漆").name
		order = purchasing.ordered(
			purchasing.approved(stores, as_user, paint, store=paint_store), stores, as_user
		)
		return purchasing.receipt_of(order)

	def test_they_are_received_where_the_check_was_passed(self, receipt, paint_store, as_user):
		checked(as_user, paint_store)
		with as_user("storekeeper"):
			purchasing.inspected(receipt.insert()).submit()

	@pytest.mark.parametrize("how", ["never", "failed", "overdue"])
	def test_and_nowhere_else(self, receipt, paint_store, as_user, how):
		if how != "never":
			check = checked(as_user, paint_store, wrong=(0,) if how == "failed" else ())
			if how == "overdue":
				frappe.db.set_value(CHECK, check.name, "next_check_on", add_days(nowdate(), -1))
		with as_user("storekeeper"), pytest.raises(REFUSED, match="WH-15"):
			receipt.insert()

	def test_over_rest_as_submitted(self, rest, committed, receipt):
		committed()
		values = receipt.as_dict(convert_dates_to_str=True)
		answer = rest("storekeeper").insert("Purchase Receipt", {**values, "docstatus": 1})
		assert answer.status_code == 417
		assert "WH-15" in refusal(answer)

	def test_other_goods_need_no_check(self, stores, as_user, item, store):
		order = purchasing.ordered(purchasing.approved(stores, as_user, item, store=store), stores, as_user)
		purchasing.received(order, as_user)
