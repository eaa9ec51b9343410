"""Every purchased row is inspected before it is received, by templates of the procedure (WH-09, WH-10)."""

import frappe
import pytest

from property_service import settings
from property_service.rules import inspection_points as points
from property_service.setup import inspection_templates as shipped
from property_service.stock import inspection_templates, inspections
from property_service.stock import stores as places
from tests import stores as make
from tests.site import purchasing
from tests.site.rest import refusal

pytestmark = pytest.mark.rule("WH-09")
REFUSED = (frappe.ValidationError, frappe.PermissionError)
RECEIPT, INSPECTION = "Purchase Receipt", "Quality Inspection"


@pytest.fixture
def item(stores):
	return make.item().name


@pytest.fixture
def store(stores):
	return purchasing.own_store(stores)


@pytest.fixture
def order(stores, as_user, item, store):
	"""Forty pieces: a sample is five."""
	line = {"item_code": item, "qty": 40}
	return purchasing.ordered(purchasing.approved(stores, as_user, line, store=store), stores, as_user)


@pytest.fixture
def receipt(order, as_user):
	"""A draft of the storekeeper's."""
	with as_user("storekeeper"):
		return purchasing.receipt_of(order).insert()


def refused(match="WH-09"):
	return pytest.raises(REFUSED, match=match)


def record(receipt, verdict="Accepted", sample=5, row=0, **values):
	line = receipt.items[row]
	name = inspections.record(RECEIPT, receipt.name, line.name, verdict, sample, **values)
	receipt.reload()
	return name


def by_hand(receipt, row=0, **values):
	"""As the desk would enter it; not inserted."""
	line = receipt.items[row]
	return frappe.get_doc(
		{
			"doctype": INSPECTION,
			"inspection_type": "Incoming",
			"reference_type": RECEIPT,
			"reference_name": receipt.name,
			"child_row_reference": line.name,
			"item_code": line.item_code,
			"sample_size": 5,
			"inspected_by": "Administrator",
			"manual_inspection": 1,
			"status": "Accepted",
			**values,
		}
	)


def set_setting(fieldname, value):
	frappe.db.set_single_value(settings.DOCTYPE, fieldname, value)
	frappe.clear_document_cache(settings.DOCTYPE, settings.DOCTYPE)


@pytest.fixture
def setting():
	yield set_setting
	frappe.db.rollback()
	frappe.clear_document_cache(settings.DOCTYPE, settings.DOCTYPE)


# ---- a receipt needs its inspections -----------------------------------------------------------------------------


class TestReceipts:
	def test_inspected_inside_the_receipt(self, receipt, as_user, cast, item, store):
		assert receipt.items[0].required_sample == 5
		with as_user("storekeeper"):
			name = record(receipt)
			receipt.submit()
		assert receipt.items[0].quality_inspection == name
		assert frappe.db.get_value(INSPECTION, name, "inspected_by") == cast.user("storekeeper")

	@pytest.mark.parametrize("person", ["storekeeper", "stores_accountant", "Administrator"])
	def test_without_one(self, receipt, as_user, person):
		with as_user(person), refused():
			frappe.get_doc(RECEIPT, receipt.name).submit()

	def test_each_row_its_own(self, stores, as_user):
		lines = [make.item().name, make.item().name]
		order = purchasing.ordered(purchasing.approved(stores, as_user, *lines), stores, as_user)
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(order).insert()
			record(receipt, sample=10)
			with refused():
				receipt.submit()
			receipt.reload().items[1].quality_inspection = receipt.items[0].quality_inspection
			with pytest.raises(REFUSED):  # ERPNext looks at the item, we at the row
				receipt.submit()
			record(receipt.reload(), sample=10, row=1)
			receipt.submit()

	@pytest.mark.parametrize("sample", [0, 4, 4.9, 41])
	def test_of_too_few_or_too_many(self, receipt, as_user, sample):
		with as_user("storekeeper"):
			record(receipt, sample=sample)
			with refused():
				receipt.submit()

	def test_up_to_ten_all_of_them(self, order, as_user):
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(order, qty=10).insert()
			assert receipt.items[0].required_sample == 10
			record(receipt, sample=9)
			with refused():
				receipt.submit()
			record(receipt.reload(), sample=10)
			receipt.submit()

	def test_percent_floor_and_group(self, receipt, as_user, setting, item):
		group = frappe.db.get_value("Item", item, "item_group")
		setting("sample_percent", 30)
		with as_user("storekeeper"):
			receipt.save()
			assert receipt.items[0].required_sample == 12
			frappe.db.set_value("Item Group", group, {"sample_percent": 50, "sample_floor": 1})
			record(receipt, sample=19)
			with refused():
				receipt.submit()
			record(receipt.reload(), sample=20)
			receipt.submit()

	@pytest.mark.parametrize("percent", [0, 9, 51])
	def test_the_percentage_stays_within_the_procedure(self, stores, percent):
		doc = frappe.get_doc(settings.DOCTYPE)
		doc.sample_percent = percent
		with refused():
			doc.save()

	def test_the_quantity_may_change_while_the_sample_is_enough(self, order, as_user):
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(order, qty=10).insert()
			record(receipt, sample=10)
			receipt.items[0].update({"qty": 40, "received_qty": 40})
			receipt.save()
			assert receipt.items[0].required_sample == 5
			receipt.submit()

	def test_in_the_unit_of_the_stock(self, stores, as_user, store):
		box = make.unit("盒")
		item = make.item(uoms=[{"uom": box, "conversion_factor": 12}]).name
		line = {"item_code": item, "qty": 5, "uom": box, "conversion_factor": 12}
		order = purchasing.ordered(purchasing.approved(stores, as_user, line, store=store), stores, as_user)
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(order).insert()
			assert receipt.items[0].required_sample == 6
			record(receipt, sample=5)
			with refused():
				receipt.submit()
			record(receipt.reload(), sample=6)
			receipt.submit()

	def test_part_rejected(self, order, as_user, item, store):
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(order, qty=30, rejected=10).insert()
			record(receipt, "Rejected")
			with refused():
				receipt.submit()
			record(receipt.reload(), "Accepted")
			receipt.submit()
		assert lies(item, store, "Qualified") == 30
		assert lies(item, store, "Nonconforming") == 10

	def test_all_rejected_blocks_no_other_row(self, stores, as_user, store):
		lines = [make.item().name, make.item().name]
		order = purchasing.ordered(purchasing.approved(stores, as_user, *lines, store=store), stores, as_user)
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(order)
			bad = receipt.items[0]
			bad.update({"qty": 0, "rejected_qty": 10, "received_qty": 10})
			receipt.insert()
			record(receipt, "Accepted", sample=10)
			record(receipt, "Accepted", sample=10, row=1)
			with refused():
				receipt.submit()
			record(receipt.reload(), "Rejected", sample=10)
			receipt.submit()
		assert lies(lines[0], store, "Nonconforming") == 10
		assert lies(lines[1], store, "Qualified") == 10

	def test_nothing_arrived(self, order, as_user):
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(order)
			receipt.append("items", {**receipt.items[0].as_dict(), "name": None, "idx": 2, "qty": 0})
			receipt.items[1].update({"received_qty": 0, "rejected_qty": 0})
			with pytest.raises(REFUSED):
				purchasing.inspected(receipt.insert()).submit()

	def test_an_item_that_a_user_flagged_behaves_as_in_erpnext(self, receipt, as_user, item):
		frappe.db.set_value("Item", item, "inspection_required_before_purchase", 1)
		frappe.clear_document_cache("Item", item)
		with as_user("storekeeper"):
			record(receipt)
			receipt.submit()

	@pytest.mark.rule("WH-12")
	def test_rejected_goods_carry_no_value(self, order, as_user):
		frappe.db.set_single_value("Buying Settings", "set_valuation_rate_for_rejected_materials", 1)
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(order, qty=30, rejected=10).insert()
			record(receipt)
			with refused("WH-12"):
				receipt.submit()

	def test_services_are_not_inspected(self, stores, as_user, setting):
		setting("services_without_plan", 1)
		service = make.item(is_stock_item=0, stock_class="").name
		with as_user("buyer"):
			order = frappe.get_doc(
				{
					"doctype": "Purchase Order",
					"company": stores.company,
					"supplier": stores.supplier,
					"schedule_date": frappe.utils.nowdate(),
					"items": [{"item_code": service, "qty": 1, "rate": 5, "warehouse": stores.zone()}],
				}
			).insert()
			order.submit()
		with as_user("storekeeper"):
			purchasing.receipt_of(order).insert().submit()

	def test_a_cancelled_receipt_keeps_its_inspection_and_an_amended_one_needs_another(
		self, receipt, as_user
	):
		with as_user("storekeeper"):
			name = record(receipt)
			receipt.submit()
			receipt.cancel()
			assert frappe.db.get_value(INSPECTION, name, "docstatus") == 1
			amended = frappe.copy_doc(receipt)
			amended.update({"amended_from": receipt.name, "docstatus": 0})
			amended.items[0].quality_inspection = name
			amended.insert()
			assert not amended.items[0].quality_inspection
			with refused():
				amended.submit()

	def test_a_return_needs_none(self, receipt, as_user):
		with as_user("storekeeper"):
			record(receipt)
			receipt.submit()
		purchasing.returned(receipt, as_user, qty=4)

	def test_over_rest(self, rest, committed, order):
		committed()
		client = rest("storekeeper")
		values = purchasing.receipt_of(order).as_dict(convert_dates_to_str=True)
		answer = client.insert(RECEIPT, {**values, "docstatus": 1})
		assert answer.status_code == 417
		assert "WH-09" in refusal(answer)
		data = client.insert(RECEIPT, values).json()["data"]
		assert client.update(RECEIPT, data["name"], docstatus=1).status_code == 417
		call = {"doctype": RECEIPT, "document": data["name"], "row": data["items"][0]["name"]}
		for person in ("buyer", "department_head", "clerk"):
			answer = rest(person).call(
				"property_service.stock.inspections.record", **call, verdict="Accepted", sample_size=5
			)
			assert answer.status_code == 403, person
		answer = client.call(
			"property_service.stock.inspections.record", **call, verdict="Accepted", sample_size=5
		)
		assert answer.status_code == 200, answer.text
		name = answer.json()["message"]
		assert client.set_value(INSPECTION, name, "sample_size", 40).status_code in (403, 417)
		assert client.update(RECEIPT, data["name"], docstatus=1).status_code == 200
		assert client.call("frappe.client.cancel", doctype=INSPECTION, name=name).status_code == 417

	def test_statements_do_not_grow_with_rows(self, stores, as_user, count_sql):
		def of_inspections(rows):
			items = [make.item().name for _ in range(rows)]
			order = purchasing.ordered(purchasing.approved(stores, as_user, *items), stores, as_user)
			with as_user("storekeeper"):
				receipt = purchasing.receipt_of(order).insert()
				for row in range(rows):
					record(receipt, sample=10, row=row)
				receipt = frappe.get_doc(RECEIPT, receipt.name)
				with count_sql() as count:
					receipt.submit()
			return sum("child_row_reference" in text for text in count.statements)

		assert of_inspections(1) == of_inspections(3)


def lies(item, store, zone):
	key = {"item_code": item, "warehouse": places.zone_warehouse(store, zone)}
	return frappe.db.get_value("Bin", key, "actual_qty") or 0


# ---- who inspects ------------------------------------------------------------------------------------------------


class TestInspectors:
	def test_not_whoever_drew_up_the_order(self, order, as_user, cast):
		frappe.get_doc("User", cast.user("buyer")).add_roles("Storekeeper")
		with as_user("buyer"):
			receipt = purchasing.receipt_of(order).insert()
			with refused():
				record(receipt)
			with refused():
				by_hand(receipt).insert().submit()

	def test_nor_the_buyer_that_the_receipt_names(self, receipt, as_user, cast):
		with as_user("storekeeper"):
			receipt.buyer = cast.user("storekeeper")
			receipt.save()
			with refused():
				record(receipt)

	def test_nor_when_the_buyer_is_named_afterwards(self, receipt, as_user, cast):
		with as_user("storekeeper"):
			record(receipt)
			receipt.buyer = cast.user("storekeeper")
			with refused():
				receipt.submit()

	def test_the_order_says_who_bought_where_nobody_does(self, receipt, cast):
		assert receipt.buyer == cast.user("buyer")

	def test_another_person_where_the_settings_ask_for_it(self, receipt, as_user, setting, cast):
		setting("storekeeper_inspects", 0)
		with as_user("storekeeper"):
			with refused():
				record(receipt)
			by_hand(receipt).insert().submit()
			with refused():
				receipt.reload().submit()
		frappe.get_doc("User", cast.user("stores_accountant")).add_roles("Quality Manager")
		with as_user("storekeeper"):
			frappe.get_doc(INSPECTION, receipt.items[0].quality_inspection).cancel()
		with as_user("stores_accountant"):
			by_hand(receipt).insert().submit()
		with as_user("storekeeper"):
			receipt.reload().submit()

	def test_the_inspector_is_the_servers(self, receipt, as_user, cast):
		with as_user("storekeeper"):
			inspection = by_hand(receipt, inspected_by=cast.user("stores_accountant")).insert()
			inspection.inspected_by = cast.user("finance_manager")
			inspection.submit()
			assert inspection.reload().inspected_by == cast.user("storekeeper")
			receipt.reload().submit()

	def test_an_unflagged_item_of_another_company_stays_erpnexts_matter(self, stores, receipt, as_user):
		with make.before_the_procedure(), pytest.raises(frappe.ValidationError):
			by_hand(receipt).insert()


# ---- templates ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("WH-10")
class TestTemplates:
	def test_they_are_there_with_the_points_of_the_procedure(self, stores):
		for title, expected in points.TEMPLATES.items():
			doc = frappe.get_doc(shipped.TEMPLATE, shipped.words(title))
			assert [row.specification for row in doc.item_quality_inspection_parameter] == [
				shipped.words(point) for point in expected
			]
		assert settings.get().default_inspection_template == shipped.words(points.FIRST)

	def test_once_only(self, stores):
		before = frappe.db.count(shipped.TEMPLATE), frappe.db.count(shipped.PARAMETER)
		frappe.delete_doc(shipped.TEMPLATE, shipped.words("Elastic Goods"))
		shipped.install()
		assert frappe.db.count(shipped.TEMPLATE) == before[0] - 1
		assert frappe.db.count(shipped.PARAMETER) == before[1]

	def test_item_group_group_above_and_settings(self, stores, item):
		electrical, elastic = shipped.words("Electrical Goods"), shipped.words("Elastic Goods")
		group = frappe.db.get_value("Item", item, "item_group")
		above = frappe.db.get_value("Item Group", group, "parent_item_group")
		assert inspection_templates.proposed(item) == settings.get().default_inspection_template
		frappe.db.set_value("Item Group", above, "inspection_template", elastic)
		assert inspection_templates.proposed(item) == elastic
		frappe.db.set_value("Item Group", group, "inspection_template", electrical)
		assert inspection_templates.proposed(item) == electrical
		frappe.db.set_value("Item", item, "quality_inspection_template", elastic)
		assert inspection_templates.proposed(item) == elastic

	def test_readings_of_the_points(self, receipt, as_user, item):
		electrical = shipped.words("Electrical Goods")
		group = frappe.db.get_value("Item", item, "item_group")
		frappe.db.set_value("Item Group", group, "inspection_template", electrical)
		with as_user("storekeeper"):
			form = inspections.form(RECEIPT, receipt.name, receipt.items[0].name)
			assert (form["quantity"], form["sample_size"], form["template"]) == (40, 5, electrical)
			names = [point["specification"] for point in form["points"]]
			with refused("WH-10"):
				record(receipt, readings=[{"specification": names[0], "status": "Accepted"}])
			readings = [
				{"specification": names[0], "status": "Rejected", "reading": "外包装破损"},
				{"specification": names[-1], "reading": "220"},
			]
			name = record(receipt, readings=frappe.as_json(readings))
		doc = frappe.get_doc(INSPECTION, name)
		assert [row.specification for row in doc.readings] == names
		assert (doc.readings[0].status, doc.readings[0].reading_value) == ("Rejected", "外包装破损")
		assert (doc.readings[-1].status, doc.readings[-1].reading_1) == ("Accepted", "220")
		assert doc.status == "Accepted"

	def test_one_entered_by_hand_begins_with_it_too(self, receipt, as_user):
		with as_user("storekeeper"):
			doc = by_hand(receipt).insert()
		assert doc.quality_inspection_template == settings.get().default_inspection_template
		assert doc.readings

	def test_photos_attach(self, receipt, as_user):
		with as_user("storekeeper"):
			photo = frappe.get_doc(
				{"doctype": "File", "file_name": "包装.txt", "content": "x", "is_private": 1}
			).insert()
			name = record(receipt, photos=[photo.file_url])
			assert frappe.db.get_value("File", photo.name, "attached_to_name") == name
			with refused("WH-10"):
				record(receipt, photos=["/private/files/nobody.png"])

	@pytest.mark.parametrize("readings", ["{", "1", '{"a": 1}', ["x"] * 101])
	def test_bad_lists(self, receipt, as_user, readings):
		with as_user("storekeeper"), pytest.raises(frappe.ValidationError):
			record(receipt, readings=readings)


@pytest.mark.rule("ORG-06")
def test_switched_off_nothing_is_asked_for(stores, item, store, order):
	with make.before_the_procedure():
		purchasing.receipt_of(order).insert().submit()
	assert lies(item, store, "Qualified") == 40
