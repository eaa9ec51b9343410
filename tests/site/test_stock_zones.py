"""Which way goods go between zones: every document that moves goods (WH-14)."""

import frappe
import pytest

from property_service.stock import inspections, stock_months
from property_service.stock import stores as places
from tests import stores as make
from tests.site import purchasing
from tests.site.rest import refusal

pytestmark = pytest.mark.rule("WH-14")
REFUSED = (frappe.ValidationError, frappe.PermissionError)


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
def move(stores, item):
	"""`move(source, target)`: a transfer of 2 pieces as a person would enter it; not inserted."""

	def make_move(source=None, target=None, qty=2, item_code=None, purpose="Material Transfer", **values):
		line = {"item_code": item_code or item, "qty": qty, "s_warehouse": source, "t_warehouse": target}
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


def inspect(entry, verdict, sample=None):
	"""As the session user; returns the entry as it is then stored."""
	for row in entry.items:
		inspections.record(entry.doctype, entry.name, row.name, verdict, sample or row.transfer_qty)
	return entry.reload()


def refused_over_rest(answer, rule="WH-14"):
	return answer.status_code in (403, 417) and rule in refusal(answer)


def lies(item, warehouse):
	return frappe.db.get_value("Bin", {"item_code": item, "warehouse": warehouse}, "actual_qty") or 0


# ---- moves between zones -----------------------------------------------------------------------------------------


class TestMoves:
	@pytest.mark.parametrize(
		("source", "target"),
		[
			("Qualified", "Pending Inspection"),
			("Qualified", "Disposal"),
			("Qualified", "Direct Issue"),
			("Nonconforming", "Pending Inspection"),
			("Nonconforming", "Direct Issue"),
			("Disposal", "Qualified"),
			("Disposal", "Nonconforming"),
			("Pending Inspection", "Disposal"),
			("Direct Issue", "Qualified"),
		],
	)
	@pytest.mark.parametrize("person", ["storekeeper", "stores_accountant", "Administrator"])
	def test_there_is_no_way_back_or_aside(self, item, zone, move, as_user, source, target, person):
		make.put_in(item, zone(source), 5)
		with as_user(person), pytest.raises(REFUSED, match="WH-14"):
			move(zone(source), zone(target)).insert()

	def test_found_bad_with_a_reason(self, item, zone, move, as_user):
		make.put_in(item, zone("Qualified"), 5)
		with as_user("storekeeper"):
			entry = move(zone("Qualified"), zone("Nonconforming")).insert()
			with pytest.raises(REFUSED, match="reason"):
				entry.submit()
			entry.reload().move_reason = "受潮"
			entry.submit()
		assert lies(item, zone("Nonconforming")) == 2

	def test_repaired_goods_come_back_by_a_new_accepted_inspection(self, item, zone, move, as_user):
		make.put_in(item, zone("Nonconforming"), 5)
		with as_user("storekeeper"):
			entry = move(zone("Nonconforming"), zone("Qualified")).insert()
			with pytest.raises(REFUSED, match="WH-14"):
				entry.submit()
			inspect(entry, "Rejected")
			with pytest.raises(REFUSED, match="WH-14"):
				entry.submit()
			inspect(entry.reload(), "Accepted").submit()
		assert lies(item, zone("Qualified")) == 2

	def test_an_inspection_of_too_few_or_of_another_entry_does_not_count(self, item, zone, move, as_user):
		make.put_in(item, zone("Nonconforming"), 50)
		with as_user("storekeeper"):
			entry = move(zone("Nonconforming"), zone("Qualified"), qty=20).insert()
			inspect(entry, "Accepted", sample=4)
			with pytest.raises(REFUSED, match="WH-09"):
				entry.submit()
			other = move(zone("Nonconforming"), zone("Qualified"), qty=20).insert()
			inspect(other, "Accepted", sample=5)
			entry.reload().items[0].quality_inspection = other.items[0].quality_inspection
			with pytest.raises(REFUSED, match="WH-09"):
				entry.submit()
			other.submit()

	def test_bad_goods_go_to_disposal(self, item, zone, move, as_user):
		make.put_in(item, zone("Nonconforming"), 5)
		with as_user("storekeeper"):
			move(zone("Nonconforming"), zone("Disposal")).insert().submit()
		assert lies(item, zone("Disposal")) == 2

	def test_goods_change_the_store_in_their_zone_only(self, stores, item, zone, move, as_user):
		other = purchasing.own_store(stores)
		make.put_in(item, zone("Qualified"), 5)
		with as_user("storekeeper"):
			with pytest.raises(REFUSED, match="WH-14"):
				move(zone("Qualified"), zone("Nonconforming", other), move_reason="受潮").insert()
			move(zone("Qualified"), zone("Qualified", other)).insert().submit()
		assert lies(item, zone("Qualified", other)) == 2

	def test_goods_do_not_leave_by_a_transfer_or_get_used_up(self, stores, item, zone, move, as_user):
		outside = make_outside(stores)
		make.put_in(item, zone("Qualified"), 5)
		for person in ("storekeeper", "Administrator"):
			with as_user(person), pytest.raises(REFUSED, match="WH-14"):
				move(zone("Qualified"), outside).insert()
			with as_user(person), pytest.raises(REFUSED, match="WH-14"):
				move(zone("Qualified"), outside, purpose="Send to Subcontractor").insert()
			with as_user(person), pytest.raises(REFUSED, match="WH-14"):
				move(zone("Qualified"), None, purpose="Material Consumption for Manufacture").insert()

	@pytest.mark.parametrize("source", ["Nonconforming", "Pending Inspection", "Disposal", "Direct Issue"])
	def test_issues_only_from_qualified(self, item, zone, move, source):
		make.put_in(item, zone(source), 5)
		with pytest.raises(REFUSED, match="WH-14"):
			move(zone(source), None, purpose="Material Issue").insert()

	@pytest.mark.parametrize("source", ["Qualified", "Nonconforming", "Disposal"])
	@pytest.mark.parametrize("kind", ["Scrap", "Shortage"])
	def test_scrap_and_count_differences_leave_any_zone(self, item, zone, move, source, kind):
		make.put_in(item, zone(source), 5)
		entry = move(zone(source), None, purpose="Material Issue")
		entry.flags.stores_kind = kind
		entry.insert().submit()
		assert lies(item, zone(source)) == 3

	def test_outside_the_stores_erpnext_moves_as_it_likes(self, stores, item, move):
		one, two = make_outside(stores), make_outside(stores)
		make.put_in(item, one, 5)
		move(one, two).insert().submit()
		move(two, None, purpose="Material Issue").insert().submit()
		assert lies(item, two) == 0

	def test_rest_insert_as_submitted_and_put(self, rest, committed, item, zone, move):
		make.put_in(item, zone("Nonconforming"), 5)
		committed()
		storekeeper = rest("storekeeper")
		values = move(zone("Nonconforming"), zone("Qualified")).as_dict()
		answer = storekeeper.insert("Stock Entry", {**values, "docstatus": 1, "name": None})
		assert refused_over_rest(answer)
		good = move(zone("Nonconforming"), zone("Disposal")).as_dict()
		draft = storekeeper.insert("Stock Entry", {**good, "name": None}).json()["data"]
		row = {**draft["items"][0], "t_warehouse": zone("Qualified")}
		assert storekeeper.update("Stock Entry", draft["name"], items=[row]).status_code == 200
		assert refused_over_rest(storekeeper.update("Stock Entry", draft["name"], docstatus=1))
		frappe.db.rollback()
		assert lies(item, zone("Qualified")) == 0

	def test_rest_issue_from_another_zone_as_submitted(self, rest, committed, item, zone, move):
		make.put_in(item, zone("Disposal"), 5)
		committed()
		values = move(zone("Disposal"), None, purpose="Material Issue").as_dict()
		for extra in ({}, {"stores_kind": "Scrap", "flags": {"stores_kind": "Scrap"}}):
			sent = {**values, **extra, "docstatus": 1, "name": None}
			assert refused_over_rest(rest("storekeeper").insert("Stock Entry", sent))
		frappe.db.rollback()
		assert lies(item, zone("Disposal")) == 5

	def test_two_rows_with_one_number_count_each(self, item, zone, move):
		"""A client numbers rows as it likes; each row is looked at."""
		make.put_in(item, zone("Qualified"), 5)
		make.put_in(item, zone("Disposal"), 5)
		entry = move(zone("Disposal"), None, purpose="Material Issue")
		entry.append("items", {"item_code": item, "qty": 1, "s_warehouse": zone("Qualified"), "idx": 1})
		with pytest.raises(REFUSED, match="WH-14"):
			entry.insert()

	def test_the_months_see_moves_inside_a_store_as_such(self, item, zone, move, as_user, store):
		make.put_in(item, zone("Qualified"), 5, rate=4)
		with as_user("storekeeper"):
			move(zone("Qualified"), zone("Nonconforming"), move_reason="受潮").insert().submit()
		now = frappe.utils.nowdate()
		row = stock_months.totals(places.warehouses(store), now, now, ("item_code",), [item])[0]
		assert (row.zone_in_qty, row.zone_out_qty, row.issue_qty) == (2, 2, 0)


def make_outside(stores):
	root = frappe.db.get_value(
		"Warehouse", {"company": stores.company, "is_group": 1, "parent_warehouse": ("is", "not set")}
	)
	with make.administrator():
		title = f"外库 {frappe.generate_hash(length=5)}"
		return make.warehouse(stores.company, title, parent_warehouse=root)


# ---- inspections of moves ----------------------------------------------------------------------------------------


class TestInspections:
	@pytest.fixture
	def entry(self, item, zone, move, as_user):
		"""Twenty pieces that are to come back from Nonconforming; a draft."""
		make.put_in(item, zone("Nonconforming"), 50)
		with as_user("storekeeper"):
			return move(zone("Nonconforming"), zone("Qualified"), qty=20).insert()

	def document(self, entry, **values):
		"""As the desk would enter it; not inserted."""
		return frappe.get_doc(
			{
				"doctype": "Quality Inspection",
				"inspection_type": "Incoming",
				"reference_type": "Stock Entry",
				"reference_name": entry.name,
				"child_row_reference": entry.items[0].name,
				"item_code": entry.items[0].item_code,
				"sample_size": 5,
				"inspected_by": "Administrator",
				"manual_inspection": 1,
				"status": "Accepted",
				**values,
			}
		)

	def test_the_inspector_is_who_submits(self, entry, as_user, cast):
		with as_user("storekeeper"):
			inspection = self.document(entry, inspected_by=cast.user("buyer")).insert()
			inspection.inspected_by = cast.user("finance_manager")
			inspection.submit()
			assert inspection.reload().inspected_by == cast.user("storekeeper")
			entry.reload().submit()

	def test_a_draft_or_another_row_does_not_count(self, entry, as_user):
		with as_user("storekeeper"):
			draft = self.document(entry).insert()
			frappe.db.set_value("Stock Entry Detail", entry.items[0].name, "quality_inspection", draft.name)
			with pytest.raises(REFUSED, match="WH-09"):
				entry.reload().submit()

	def test_more_than_there_is_was_not_inspected(self, entry, as_user):
		with as_user("storekeeper"):
			inspect(entry, "Accepted", sample=21)
			with pytest.raises(REFUSED, match="WH-09"):
				entry.submit()

	def test_the_strictest_group_above_decides(self, entry, as_user, item):
		group = frappe.db.get_value("Item", item, "item_group")
		frappe.db.set_value("Item Group", group, {"sample_percent": 40, "sample_floor": 0})
		with as_user("storekeeper"):
			assert inspections.form("Stock Entry", entry.name, entry.items[0].name)["sample_size"] == 8
			inspect(entry, "Accepted", sample=7)
			with pytest.raises(REFUSED, match="WH-09"):
				entry.submit()
			inspect(entry.reload(), "Accepted", sample=8).submit()

	def test_afterwards_it_can_be_neither_made_nor_cancelled(self, entry, as_user):
		with as_user("storekeeper"):
			inspect(entry, "Accepted", sample=5).submit()
			with pytest.raises(REFUSED, match="WH-09"):
				self.document(entry).insert().submit()
			with pytest.raises(REFUSED, match="WH-09"):
				frappe.get_doc("Quality Inspection", entry.items[0].quality_inspection).cancel()
			with pytest.raises(REFUSED, match="WH-09"):
				inspect(entry, "Rejected")

	def test_it_stays_when_the_move_is_cancelled(self, entry, as_user, item, zone):
		with as_user("storekeeper"):
			inspect(entry, "Accepted", sample=5).submit()
			entry.cancel()
		name = entry.items[0].quality_inspection
		assert frappe.db.get_value("Quality Inspection", name, "docstatus") == 1
		assert lies(item, zone("Nonconforming")) == 50

	@pytest.mark.parametrize("verdict", ["", "Maybe"])
	def test_a_verdict_is_one_of_two(self, entry, as_user, verdict):
		with as_user("storekeeper"), pytest.raises(REFUSED, match="WH-09"):
			inspect(entry, verdict, sample=5)

	def test_who_may_not_inspect(self, rest, committed, entry):
		committed()
		call = {"doctype": "Stock Entry", "document": entry.name, "row": entry.items[0].name}
		for person in ("department_head", "buyer", "clerk", "employee"):
			answer = rest(person).call(
				"property_service.stock.inspections.record", **call, verdict="Accepted", sample_size=20
			)
			assert answer.status_code == 403, person
		answer = rest("storekeeper").request(
			"GET", "/api/method/property_service.stock.inspections.record", params=call
		)
		assert answer.status_code == 403


# ---- what was rejected at a receipt ------------------------------------------------------------------------------


@pytest.mark.rule("WH-12")
class TestSuppliersGoods:
	"""Rejected goods were never ours: as Qualified they would enter past the approved quantity."""

	@pytest.fixture
	def rejected(self, stores, as_user, item, store):
		"""Seven accepted, three rejected."""
		order = purchasing.ordered(purchasing.approved(stores, as_user, item, store=store), stores, as_user)
		return purchasing.received(order, as_user, qty=7, rejected=3)

	def test_they_carry_no_value(self, rejected, item, zone):
		value = frappe.db.get_value(
			"Bin", {"item_code": item, "warehouse": zone("Nonconforming")}, ["actual_qty", "stock_value"]
		)
		assert value == (3, 0)

	@pytest.mark.parametrize("target", ["Qualified", "Disposal"])
	def test_they_stay_until_they_go_back(self, rejected, item, zone, move, as_user, target):
		with as_user("storekeeper"):
			entry = move(zone("Nonconforming"), zone(target), qty=1).insert()
			inspect(entry, "Accepted")
			with pytest.raises(REFUSED, match="WH-12"):
				entry.submit()

	def test_nor_by_way_of_another_store(self, stores, rejected, item, zone, move, as_user):
		other = purchasing.own_store(stores)
		with as_user("storekeeper"), pytest.raises(REFUSED, match="WH-12"):
			move(zone("Nonconforming"), zone("Nonconforming", other), qty=1).insert().submit()

	def test_nor_by_scrapping(self, rejected, item, zone, move):
		entry = move(zone("Nonconforming"), None, qty=1, purpose="Material Issue")
		entry.flags.stores_kind = "Scrap"
		with pytest.raises(REFUSED, match="WH-12"):
			entry.insert().submit()

	def test_our_own_bad_goods_beside_them_move(self, rejected, item, zone, move, as_user):
		with as_user("storekeeper"):
			move(zone("Qualified"), zone("Nonconforming"), move_reason="摔坏").insert().submit()
			with pytest.raises(REFUSED, match="WH-12"):
				move(zone("Nonconforming"), zone("Disposal"), qty=3).insert().submit()
			move(zone("Nonconforming"), zone("Disposal"), qty=2).insert().submit()
		assert lies(item, zone("Nonconforming")) == 3

	def test_what_went_back_is_no_longer_theirs(self, rejected, item, zone, move, as_user):
		purchasing.returned(rejected, as_user, from_rejected=True)
		make.put_in(item, zone("Nonconforming"), 1)
		with as_user("storekeeper"):
			move(zone("Nonconforming"), zone("Disposal"), qty=1).insert().submit()


# ---- receipts ----------------------------------------------------------------------------------------------------


class TestReceipts:
	@pytest.fixture
	def receipt(self, stores, as_user, item, store):
		order = purchasing.ordered(purchasing.approved(stores, as_user, item, store=store), stores, as_user)
		return purchasing.receipt_of(order, qty=7, rejected=3)

	def test_over_rest_as_submitted(self, rest, committed, receipt, zone, item):
		committed()
		values = receipt.as_dict(convert_dates_to_str=True)
		values["items"][0]["rejected_warehouse"] = zone("Disposal")
		answer = rest("storekeeper").insert("Purchase Receipt", {**values, "docstatus": 1})
		assert refused_over_rest(answer)
		assert lies(item, zone("Disposal")) == 0

	@pytest.mark.parametrize("wrong", ["Nonconforming", "Disposal"])
	def test_accepted_goods_to_another_zone(self, receipt, zone, as_user, wrong):
		receipt.items[0].update({"qty": 10, "rejected_qty": 0, "rejected_warehouse": None})
		receipt.items[0].warehouse = zone(wrong)
		with as_user("storekeeper"), pytest.raises(REFUSED, match="WH-14"):
			receipt.insert()

	@pytest.mark.parametrize("wrong", ["Qualified", "Pending Inspection", "Disposal"])
	def test_rejected_goods_to_another_zone(self, receipt, zone, as_user, wrong, stores):
		other = purchasing.own_store(stores)
		receipt.items[0].rejected_warehouse = zone(wrong, other)
		with as_user("storekeeper"), pytest.raises(REFUSED, match="WH-14"):
			receipt.insert()

	def test_a_rejected_warehouse_is_found(self, receipt, zone, as_user):
		receipt.items[0].rejected_warehouse = None
		with as_user("storekeeper"):
			receipt.insert()
		assert receipt.items[0].rejected_warehouse == zone("Nonconforming")


# ---- warehouses --------------------------------------------------------------------------------------------------


class TestWarehouses:
	def test_a_zone_with_goods_stays_that_zone(self, item, zone, store, as_user):
		make.put_in(item, zone("Pending Inspection"), 5)
		doc = frappe.get_doc("Warehouse", zone("Pending Inspection"))
		doc.warehouse_type = places.warehouse_type("Qualified")
		with as_user("storekeeper"), pytest.raises(REFUSED, match="WH-14"):
			doc.save()
		doc.reload().parent_warehouse = frappe.db.get_value("Warehouse", store, "parent_warehouse")
		with pytest.raises(REFUSED, match="WH-14"):
			doc.save()

	def test_two_zones_do_not_become_one(self, item, zone):
		make.put_in(item, zone("Pending Inspection"), 5)
		with pytest.raises(REFUSED, match="WH-14"):
			frappe.rename_doc("Warehouse", zone("Pending Inspection"), zone("Qualified"), merge=True)

	def test_nor_a_zone_and_a_warehouse_outside(self, stores, item, zone):
		outside = make_outside(stores)
		make.put_in(item, outside, 5)
		with pytest.raises(REFUSED, match="WH-14"):
			frappe.rename_doc("Warehouse", outside, zone("Qualified"), merge=True)
		doc = frappe.get_doc("Warehouse", outside)
		doc.update(
			{
				"parent_warehouse": places.store_of(zone("Qualified")),
				"warehouse_type": places.warehouse_type("Qualified"),
			}
		)
		with pytest.raises(REFUSED, match="WH-14"):
			doc.save()

	def test_an_empty_zone_may_become_another(self, zone):
		doc = frappe.get_doc("Warehouse", zone("Disposal"))
		doc.warehouse_type = places.warehouse_type("Qualified")
		doc.save()
		assert places.zone_of(doc.name) == "Qualified"


@pytest.mark.rule("ORG-06")
def test_switched_off_goods_go_anywhere(stores, item, zone, move):
	make.put_in(item, zone("Disposal"), 5)
	with make.before_the_procedure():
		move(zone("Disposal"), zone("Qualified")).insert().submit()
	assert lies(item, zone("Qualified")) == 2
