"""Goods without their certificate of conformity wait until it comes, or the finance manager takes them without (WH-11)."""

import frappe
import pytest

from property_service import settings
from property_service.stock import inspections, receipt_steps
from property_service.stock import stores as places
from tests import stores as make
from tests.site import purchasing
from tests.site.rest import refusal

pytestmark = pytest.mark.rule("WH-11")
REFUSED = (frappe.ValidationError, frappe.PermissionError)
RECEIPT, ROW = "Purchase Receipt", "Purchase Receipt Item"
STEPS = "property_service.stock.receipt_steps"


@pytest.fixture
def item(stores):
	"""Its certificate is asked for."""
	return make.item(certificate_exempt=0, certificate_exempt_reason=None).name


@pytest.fixture
def store(stores):
	return purchasing.own_store(stores)


@pytest.fixture
def order(stores, as_user, item, store):
	line = {"item_code": item, "qty": 20}
	return purchasing.ordered(purchasing.approved(stores, as_user, line, store=store), stores, as_user)


@pytest.fixture
def waiting(order, as_user):
	"""Received, and nothing with it."""
	return purchasing.received(order, as_user).reload()


def refused(match="WH-11"):
	return pytest.raises(REFUSED, match=match)


def lies(item, store, zone):
	key = {"item_code": item, "warehouse": places.zone_warehouse(store, zone)}
	return frappe.db.get_value("Bin", key, "actual_qty") or 0


def row_of(receipt, *fields):
	return frappe.db.get_value(ROW, receipt.items[0].name, fields)


def record(receipt, number="HG-2026-1", **values):
	return receipt_steps.record_certificate(receipt.name, receipt.items[0].name, number, **values)


def exempt(receipt, reason="供应商停产"):
	return receipt_steps.exempt_certificate(receipt.name, receipt.items[0].name, reason)


def move(receipt, target, qty=20, **line):
	"""What the storekeeper would enter by hand; not inserted."""
	row = receipt.items[0]
	values = {"item_code": row.item_code, "qty": qty, "s_warehouse": row.warehouse, "t_warehouse": target}
	return frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": "Material Transfer",
			"purpose": "Material Transfer",
			"company": receipt.company,
			"items": [{**values, **line}],
		}
	)


def of(receipt):
	row = receipt.items[0]
	return {
		"receipt_row": row.name,
		"reference_purchase_receipt": receipt.name,
		"quality_inspection": row.quality_inspection,
	}


# ---- where goods go ----------------------------------------------------------------------------------------------


class TestReceiving:
	def test_with_the_number_on_the_row(self, order, as_user, item, store, cast):
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(order)
			receipt.items[0].certificate_no = "HG-2026-1"
			purchasing.inspected(receipt.insert()).submit()
		assert row_of(receipt, "certificate_state", "waiting_qty", "certificate_recorded_by") == (
			"Kept",
			0,
			cast.user("storekeeper"),
		)
		assert lies(item, store, "Qualified") == 20

	def test_without_it_they_wait(self, waiting, item, store):
		assert row_of(waiting, "certificate_state", "waiting_qty") == ("Missing", 20)
		assert (lies(item, store, "Pending Inspection"), lies(item, store, "Qualified")) == (20, 0)

	def test_an_attachment_must_be_there(self, order, as_user, item, store):
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(order)
			receipt.items[0].certificate_file = "/private/files/nothing.pdf"
			purchasing.inspected(receipt.insert())
			with refused():
				receipt.submit()
			file = frappe.get_doc({"doctype": "File", "file_name": "合格证.txt", "content": "x"}).insert()
			receipt.reload().items[0].certificate_file = file.file_url
			receipt.submit()
		assert lies(item, store, "Qualified") == 20

	def test_an_exempt_item_needs_none_but_a_batch_does(self, stores, as_user, store):
		item = make.item().name
		lines = [{"item_code": item, "qty": 30}, {"item_code": item, "qty": 30}]
		request = purchasing.approved(stores, as_user, *lines, store=store)
		order = purchasing.ordered(request, stores, as_user)
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(order).insert()
		assert {row.certificate_state for row in receipt.items} == {"Missing"}
		with as_user("storekeeper"):
			receipt.items[1].update({"qty": 20, "received_qty": 20})
			receipt.save()
		assert {row.certificate_state for row in receipt.items} == {"Not Needed"}
		assert {places.zone_of(row.warehouse) for row in receipt.items} == {"Qualified"}

	def test_what_a_batch_is_says_a_setting(self, stores, as_user, store):
		frappe.db.set_single_value(settings.DOCTYPE, "batch_quantity", 9)
		frappe.clear_document_cache(settings.DOCTYPE, settings.DOCTYPE)
		try:
			item = make.item().name
			request = purchasing.approved(stores, as_user, item, store=store)
			receipt = purchasing.received(purchasing.ordered(request, stores, as_user), as_user)
			assert receipt.items[0].certificate_state == "Missing"
		finally:
			frappe.db.rollback()
			frappe.clear_document_cache(settings.DOCTYPE, settings.DOCTYPE)

	def test_nobody_exempts_or_dates_by_writing_it(self, order, as_user, cast, item, store):
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(order)
			receipt.items[0].update(
				{
					"certificate_state": "Exempted",
					"certificate_exempted_by": cast.user("finance_manager"),
					"certificate_exempt_reason": "急用",
					"certificate_recorded_by": cast.user("finance_manager"),
				}
			)
			purchasing.inspected(receipt.insert())
			receipt.items[0].certificate_exempted_by = cast.user("finance_manager")
			receipt.append(
				"approval_steps", {"to_state": "Taken without Certificate", "actor_role": "Finance Manager"}
			)
			receipt.submit()
		assert receipt.reload().approval_steps == []
		assert row_of(receipt, "certificate_state", "certificate_exempted_by") == ("Missing", None)
		assert lies(item, store, "Qualified") == 0

	def test_over_rest_as_submitted_they_wait_too(self, rest, committed, order, item, store, as_user):
		with as_user("storekeeper"):
			receipt = purchasing.inspected(purchasing.receipt_of(order).insert())
		committed()
		client = rest("storekeeper")
		row = {
			**client.get(RECEIPT, receipt.name).json()["data"]["items"][0],
			"warehouse": places.zone_warehouse(store, "Qualified"),
			"certificate_state": "Kept",
			"certificate_exempted_by": "Administrator",
		}
		answer = client.update(RECEIPT, receipt.name, items=[row], docstatus=1)
		assert answer.status_code == 200, answer.text
		frappe.db.rollback()
		assert (lies(item, store, "Pending Inspection"), lies(item, store, "Qualified")) == (20, 0)
		for method, values in (
			("exempt_certificate", {"reason": "急用"}),
			("record_certificate", {"number": " "}),
		):
			call = {"receipt": receipt.name, "row": row["name"], **values}
			answer = client.call(f"{STEPS}.{method}", **call)
			assert answer.status_code in (403, 417), method
		for person in ("buyer", "department_head", "clerk"):
			call = {"receipt": receipt.name, "row": row["name"], "number": "HG-1"}
			assert rest(person).call(f"{STEPS}.record_certificate", **call).status_code == 403
		assert client.set_value(ROW, row["name"], "waiting_qty", 0).status_code in (403, 417)
		assert client.update(RECEIPT, receipt.name, items=[{**row, "waiting_qty": 0}]).status_code != 500
		frappe.db.rollback()
		assert row_of(receipt, "waiting_qty") == 20
		answer = client.call(
			f"{STEPS}.record_certificate", receipt=receipt.name, row=row["name"], number="HG-1"
		)
		assert answer.status_code == 200, answer.text
		frappe.db.rollback()
		assert lies(item, store, "Qualified") == 20


# ---- it comes later ----------------------------------------------------------------------------------------------


class TestSteps:
	def test_the_certificate_comes(self, waiting, as_user, item, store, cast):
		with as_user("storekeeper"):
			entry = record(waiting)["entry"]
		assert row_of(waiting, "certificate_no", "certificate_state", "waiting_qty") == (
			"HG-2026-1",
			"Kept",
			0,
		)
		assert row_of(waiting, "certificate_recorded_by") == cast.user("storekeeper")
		assert (lies(item, store, "Pending Inspection"), lies(item, store, "Qualified")) == (0, 20)
		moved = frappe.get_doc("Stock Entry", entry)
		assert moved.items[0].quality_inspection == waiting.items[0].quality_inspection

	def test_once(self, waiting, as_user):
		with as_user("storekeeper"):
			record(waiting)
			with refused():
				record(waiting, "HG-2")

	@pytest.mark.parametrize("values", [{"number": " "}, {"number": "", "file": "/files/nothing.pdf"}])
	def test_nothing_to_record(self, waiting, as_user, values):
		with as_user("storekeeper"), refused():
			record(waiting, **values)

	@pytest.mark.parametrize("person", ["buyer", "department_head", "cashier"])
	def test_who_does_not_record_it(self, waiting, as_user, person):
		with as_user(person), pytest.raises(frappe.PermissionError):
			record(waiting)

	def test_the_finance_manager_takes_them_without(self, waiting, as_user, item, store, cast):
		with as_user("finance_manager"):
			with refused():
				exempt(waiting, "  ")
			exempt(waiting)
		assert row_of(
			waiting, "certificate_state", "certificate_exempted_by", "certificate_exempt_reason"
		) == (
			"Exempted",
			cast.user("finance_manager"),
			"供应商停产",
		)
		assert lies(item, store, "Qualified") == 20
		step = frappe.get_doc(RECEIPT, waiting.name).approval_steps[0]
		assert (step.actor, step.actor_role) == (cast.user("finance_manager"), "Finance Manager")

	@pytest.mark.parametrize("person", ["storekeeper", "stores_accountant", "buyer", "general_manager"])
	def test_nobody_else_does(self, waiting, as_user, person):
		with as_user(person), pytest.raises(frappe.PermissionError):
			exempt(waiting)

	def test_on_a_draft(self, order, as_user, item, store):
		with as_user("storekeeper"):
			receipt = purchasing.inspected(purchasing.receipt_of(order).insert())
		with as_user("finance_manager"):
			assert exempt(receipt) == {"entry": None}
		with as_user("storekeeper"):
			receipt.reload()
			assert places.zone_of(receipt.items[0].warehouse) == "Qualified"
			receipt.submit()
		assert lies(item, store, "Qualified") == 20
		assert len(receipt.reload().approval_steps) == 1

	def test_an_exemption_is_of_these_goods(self, stores, order, as_user):
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(order).insert()
		with as_user("finance_manager"):
			exempt(receipt)
		other = make.item(certificate_exempt=0, certificate_exempt_reason=None).name
		receipt.reload().items[0].item_code = other
		receipt.flags.ignore_validate = True
		receipt.run_method("before_validate")
		assert receipt.items[0].certificate_state == "Missing"
		assert not receipt.items[0].certificate_exempted_by

	def test_goods_in_batches_keep_their_batch(self, stores, as_user, store):
		item = make.item(
			certificate_exempt=0,
			certificate_exempt_reason=None,
			has_batch_no=1,
			create_new_batch=1,
			batch_number_series=f"B{frappe.generate_hash(length=5)}.###",
		).name
		order = purchasing.ordered(purchasing.approved(stores, as_user, item, store=store), stores, as_user)
		receipt = purchasing.received(order, as_user).reload()
		with as_user("storekeeper"):
			record(receipt)
		assert lies(item, store, "Qualified") == 10


# ---- other ways out of the zone ----------------------------------------------------------------------------------


class TestWaysOut:
	def test_not_by_hand_without_the_certificate(self, waiting, as_user, store):
		good = places.zone_warehouse(store, "Qualified")
		with as_user("storekeeper"):
			for line in ({}, of(waiting)):
				entry = move(waiting, good, **line).insert()
				inspections.record("Stock Entry", entry.name, entry.items[0].name, "Accepted", 5)
				with refused():
					entry.reload().submit()
			with refused():
				move(waiting, good, **of(waiting)).insert().submit()

	def test_not_more_than_waits_nor_of_another_row(self, stores, waiting, as_user, store, item):
		bad = places.zone_warehouse(store, "Nonconforming")
		with as_user("storekeeper"):
			for line in ({}, {"receipt_row": "nothing"}):
				entry = move(waiting, bad, qty=5, **line).insert()
				inspections.record("Stock Entry", entry.name, entry.items[0].name, "Rejected", 5)
				with refused():
					entry.reload().submit()

	def test_found_bad_while_they_wait(self, waiting, as_user, store, item):
		bad = places.zone_warehouse(store, "Nonconforming")
		with as_user("storekeeper"):
			entry = move(waiting, bad, qty=5, receipt_row=waiting.items[0].name).insert()
			inspections.record("Stock Entry", entry.name, entry.items[0].name, "Rejected", 5)
			entry.reload().submit()
			assert row_of(waiting, "waiting_qty") == 15
			record(waiting)
			assert (lies(item, store, "Qualified"), lies(item, store, "Nonconforming")) == (15, 5)

	def test_a_cancelled_move_lets_them_wait_again(self, waiting, as_user, item, store):
		with as_user("storekeeper"):
			entry = record(waiting)["entry"]
			frappe.get_doc("Stock Entry", entry).cancel()
			assert row_of(waiting, "waiting_qty") == 20
			record(waiting, "HG-2")
		assert lies(item, store, "Qualified") == 20

	def test_goods_that_wait_of_no_receipt_leave_by_their_own_inspection(self, waiting, as_user, item, store):
		make.put_in(item, waiting.items[0].warehouse, 3)
		good = places.zone_warehouse(store, "Qualified")
		with as_user("storekeeper"):
			for quantity, passes in ((4, False), (3, True)):
				entry = move(waiting, good, qty=quantity).insert()
				inspections.record("Stock Entry", entry.name, entry.items[0].name, "Accepted", quantity)
				entry.reload()
				if passes:
					entry.submit()
					continue
				with refused():
					entry.submit()
		assert row_of(waiting, "waiting_qty") == 20

	def test_back_to_the_supplier(self, waiting, as_user, item, store):
		back = purchasing.returned(waiting, as_user, qty=12)
		assert row_of(waiting, "waiting_qty") == 8
		with as_user("storekeeper"):
			record(waiting)
			assert lies(item, store, "Qualified") == 8
		frappe.get_doc("Stock Entry", {"remarks": ("like", f"%{waiting.name}%")}).cancel()
		with as_user("storekeeper"):
			back.cancel()
		assert row_of(waiting, "waiting_qty") == 20

	def test_not_by_scrapping_them_quietly(self, waiting, store):
		entry = move(waiting, None, qty=5)
		entry.update({"purpose": "Material Issue", "stock_entry_type": "Material Issue"})
		entry.flags.stores_kind = "Scrap"
		with refused():
			entry.insert().submit()

	def test_over_rest(self, rest, committed, waiting, store, item):
		committed()
		values = move(waiting, places.zone_warehouse(store, "Qualified"), **of(waiting)).as_dict()
		answer = rest("storekeeper").insert("Stock Entry", {**values, "docstatus": 1, "name": None})
		assert answer.status_code == 417
		assert "WH-11" in refusal(answer)
		assert lies(item, store, "Qualified") == 0


@pytest.mark.rule("ORG-06")
def test_switched_off_nothing_waits(order, item, store):
	with make.before_the_procedure():
		purchasing.receipt_of(order).insert().submit()
	assert lies(item, store, "Qualified") == 20
