"""Every way around the approved plan that anybody could think of, and that none of them leads anywhere (WH-07, WH-12).

What may be bought and received is what finance and general manager approved: not by REST, `submit()`, import, amend, a
copy, Update Items, a receipt without an order, an allowance, an invoice, a reconciliation or any other document.
"""

import json
from concurrent.futures import ThreadPoolExecutor

import frappe
import pytest
from frappe.utils import add_days, nowdate

from property_service.invariants import check
from property_service.stock import stores as places
from tests import stores as make
from tests.site import purchasing
from tests.site.purchasing import REQUEST, act, counters
from tests.site.rest import refusal

pytestmark = [pytest.mark.rule("WH-07")]
REFUSED = (frappe.ValidationError, frappe.PermissionError)


@pytest.fixture
def item(stores):
	return make.item().name


@pytest.fixture
def store(stores):
	return purchasing.own_store(stores)


@pytest.fixture
def qualified(store):
	return places.zone_warehouse(store, "Qualified")


@pytest.fixture
def approved(stores, as_user, item, store):
	"""Ten pieces, approved."""
	return purchasing.approved(stores, as_user, item, store=store)


@pytest.fixture
def ordered(approved, stores, as_user):
	return purchasing.ordered(approved, stores, as_user)


def refused(match: str = "WH-07"):
	return pytest.raises(REFUSED, match=match)


def no_findings(company: str) -> bool:
	return [finding for finding in check(company) if finding.rule == "WH-07"] == []


def save_as(name: str, state: str) -> None:
	"""What a PUT of the state does."""
	doc = frappe.get_doc(REQUEST, name)
	doc.approval_state = state
	doc.save()


def submit_as(name: str, state: str) -> None:
	doc = frappe.get_doc(REQUEST, name)
	doc.approval_state = state
	doc.submit()


def insert_and_submit(doc) -> None:
	doc.insert()
	doc.submit()


def stock_of(item: str) -> float:
	return sum(frappe.get_all("Bin", {"item_code": item}, pluck="actual_qty", order_by="name"))


# ---- requests ----------------------------------------------------------------------------------------------------


class TestRequest:
	@pytest.fixture
	def draft(self, stores, as_user, item, store):
		return purchasing.plan(stores, as_user, item, store=store)

	@pytest.mark.parametrize("person", ["storekeeper", "finance_manager", "general_manager", "Administrator"])
	@pytest.mark.parametrize(
		"steps", [(), ("Send to Finance",), ("Send to Finance", "Pass to General Manager")]
	)
	def test_submit_from_any_state_by_anybody(self, draft, as_user, person, steps):
		for action in steps:
			act(as_user, "storekeeper" if action.startswith("Send") else "finance_manager", draft, action)
		with as_user(person), pytest.raises(REFUSED):
			frappe.get_doc(REQUEST, draft.name).submit()
		if not (person == "general_manager" and len(steps) == 2):  # whose step it is then
			with as_user(person), pytest.raises(REFUSED):
				submit_as(draft.name, "Approved")
		assert frappe.db.get_value(REQUEST, draft.name, "docstatus") == 0

	@pytest.mark.parametrize("person", ["storekeeper", "general_manager", "Administrator"])
	def test_insert_as_submitted(self, stores, as_user, item, store, person):
		with as_user(person), pytest.raises(REFUSED):
			frappe.get_doc(
				{
					**purchasing.request_values(stores, item, store=store),
					"docstatus": 1,
					"approval_state": "Approved",
				}
			).insert()

	@pytest.mark.parametrize("state", ["Pending GM", "Approved", "Rejected", "Returned", "Submitted"])
	def test_state_by_set_value(self, draft, as_user, state):
		for person in ("storekeeper", "finance_manager", "general_manager"):
			with as_user(person), pytest.raises(REFUSED):
				frappe.client.set_value(REQUEST, draft.name, "approval_state", state)

	def test_without_a_workflow_the_steps_are_still_checked(self, draft, as_user):
		frappe.db.set_value("Workflow", "Material Request Approval", "is_active", 0)
		frappe.clear_cache(doctype=REQUEST)
		try:
			with as_user("storekeeper"):
				for state in ("Approved", "Pending GM"):
					with pytest.raises(REFUSED):
						save_as(draft.name, state)
			with as_user("general_manager"), refused("ORG-01"):
				frappe.get_doc(REQUEST, draft.name).submit()
		finally:
			frappe.db.rollback()
			frappe.clear_cache(doctype=REQUEST)

	def test_amended_and_copied_plans_start_anew(self, approved, as_user, stores):
		with as_user("general_manager"):
			approved.cancel()
			amended = frappe.copy_doc(approved)
			amended.update({"amended_from": approved.name, "docstatus": 0})
		with as_user("storekeeper"):
			amended.insert()
			assert (amended.approval_state, amended.approval_steps) == ("Draft", [])
		with as_user("general_manager"), refused("ORG-01"):
			amended.submit()
		copied = frappe.copy_doc(approved, ignore_no_copy=False)
		copied.update({"docstatus": 0, "approval_state": "Approved", "plan_key": None})
		with pytest.raises(REFUSED):
			insert_and_submit(copied)

	def test_import_cannot_submit(self, stores, as_user, item, store):
		frappe.flags.in_import = True
		try:
			with as_user("storekeeper"):
				doc = frappe.get_doc(purchasing.request_values(stores, item, store=store)).insert()
			with pytest.raises(REFUSED):
				doc.submit()
		finally:
			frappe.flags.in_import = False

	def test_rest(self, stores, item, store, rest, committed):
		values = purchasing.request_values(stores, item, store=store)
		committed()
		clerk = rest("storekeeper")
		answer = clerk.insert(REQUEST, {**values, "docstatus": 1, "approval_state": "Approved"})
		assert answer.status_code in (403, 417), answer.text
		name = clerk.insert(REQUEST, values).json()["data"]["name"]
		row = clerk.get(REQUEST, name).json()["data"]["items"][0]
		for fields in (
			{"docstatus": 1},
			{"approval_state": "Approved"},
			{"approval_state": "Approved", "docstatus": 1},
		):
			for person in ("storekeeper", "finance_manager", "general_manager"):
				assert rest(person).update(REQUEST, name, **fields).status_code in (403, 417), fields
		for person in ("storekeeper", "general_manager"):
			answer = rest(person).call("frappe.client.submit", doc={"doctype": REQUEST, "name": name})
			assert answer.status_code in (403, 404, 409, 417)
		rest("general_manager").call(
			"frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs",
			doctype=REQUEST,
			docnames=json.dumps([name]),
			action="submit",
		)
		assert clerk.update("Material Request Item", row["name"], qty=999).status_code == 403
		assert clerk.update("Material Request Item", row["name"], docstatus=1).status_code == 403
		answer = clerk.set_value(REQUEST, name, {"approval_state": "Approved", "approved_on": nowdate()})
		assert answer.status_code in (403, 417)
		data = clerk.get(REQUEST, name).json()["data"]
		assert (data["docstatus"], data["approval_state"], data.get("approved_on")) == (0, "Draft", None)

	def test_reorder_item_approves_nothing(self, stores, item, store, qualified):
		from erpnext.stock.reorder_item import reorder_item

		doc = frappe.get_doc("Item", item)
		doc.append(
			"reorder_levels",
			{
				"warehouse": qualified,
				"warehouse_reorder_level": 10,
				"warehouse_reorder_qty": 50,
				"material_request_type": "Purchase",
			},
		)
		doc.save()
		frappe.db.set_single_value("Stock Settings", "auto_indent", 1)
		reorder_item()
		assert not frappe.db.exists("Material Request Item", {"item_code": item, "docstatus": 1})


# ---- orders ------------------------------------------------------------------------------------------------------


class TestOrder:
	def test_up_to_what_is_approved(self, approved, stores, as_user):
		purchasing.ordered(approved, stores, as_user, qty=6)
		assert counters(approved) == [(0, 6)]
		with refused():
			purchasing.ordered(approved, stores, as_user, qty=5)
		purchasing.ordered(approved, stores, as_user, qty=4)
		assert counters(approved) == [(0, 10)]

	def test_by_hand_without_a_request(self, stores, as_user, item, qualified):
		with as_user("buyer"), refused():
			frappe.get_doc(order_by_hand(stores, item, qualified)).insert()

	def test_inserted_as_submitted(self, stores, as_user, item, qualified, approved):
		values = order_by_hand(stores, item, qualified)
		row = approved.items[0]
		values["items"][0].update(
			{"material_request": approved.name, "material_request_item": row.name, "qty": 11}
		)
		with as_user("buyer"), refused():
			frappe.get_doc({**values, "docstatus": 1}).insert()

	@pytest.mark.parametrize(
		"reached", [(), ("Send to Finance",), ("Send to Finance", "Pass to General Manager")]
	)
	def test_on_a_request_that_is_not_approved(self, stores, as_user, item, store, qualified, reached):
		request = purchasing.plan(stores, as_user, item, store=store)
		for action in reached:
			act(as_user, "storekeeper" if action.startswith("Send") else "finance_manager", request, action)
		values = order_by_hand(stores, item, qualified, request)
		with as_user("buyer"), pytest.raises(REFUSED):
			frappe.get_doc(values).insert().submit()

	def test_on_a_transfer_request(self, stores, as_user, item, qualified, cast):
		request = frappe.get_doc(
			purchasing.request_values(
				stores,
				{"item_code": item, "warehouse": qualified},
				material_request_type="Material Transfer",
				plan_type=None,
				store=None,
			)
		).insert()
		request.submit()
		with as_user("buyer"), pytest.raises(REFUSED):
			frappe.get_doc(order_by_hand(stores, item, qualified, request)).insert()

	@pytest.mark.rule("WH-12")
	def test_another_item_store_or_company(self, stores, as_user, approved, item, qualified):
		other = make.item().name
		with as_user("buyer"):
			values = order_by_hand(stores, other, qualified, approved)
			with refused("WH-12|Item"):
				frappe.get_doc(values).insert()
			values = order_by_hand(stores, item, stores.zone(), approved)
			with refused("WH-07"):
				frappe.get_doc(values).insert()

	def test_two_rows_of_one_request_row_count_together(self, stores, as_user, approved):
		with as_user("buyer"):
			order = purchasing.order_of(approved, stores, qty=6)
			order.append("items", {**order.items[0].as_dict(), "name": None, "idx": 2, "qty": 5})
			with pytest.raises(REFUSED):
				order.insert()

	def test_units_do_not_help(self, stores, as_user, approved, item):
		box = frappe.get_doc({"doctype": "UOM", "uom_name": frappe.generate_hash(length=6)}).insert().name
		doc = frappe.get_doc("Item", item)
		doc.append("uoms", {"uom": box, "conversion_factor": 12})
		doc.save()
		with as_user("buyer"), refused():
			order = purchasing.order_of(approved, stores)
			order.items[0].update({"uom": box, "conversion_factor": 12, "qty": 1})
			order.insert()

	def test_allowances_do_not_help(self, approved, stores, as_user, item):
		allow_everything(item)
		with refused():
			purchasing.ordered(approved, stores, as_user, qty=11)

	def test_update_items(self, ordered, approved, stores, as_user, item):
		from erpnext.controllers.accounts_controller import update_child_qty_rate

		row = ordered.items[0]
		line = {"docname": row.name, "item_code": item, "qty": 10, "rate": 5, "idx": 1}

		def update(*lines):
			with as_user("buyer"):
				update_child_qty_rate("Purchase Order", json.dumps(lines), ordered.name)

		with refused():
			update({**line, "qty": 11})
		frappe.db.rollback()

	def test_update_items_within_the_approved(self, approved, stores, as_user, item):
		from erpnext.controllers.accounts_controller import update_child_qty_rate

		order = purchasing.ordered(approved, stores, as_user, qty=4)
		line = {"docname": order.items[0].name, "item_code": item, "rate": 5, "idx": 1}
		with as_user("buyer"):
			update_child_qty_rate("Purchase Order", json.dumps([{**line, "qty": 9}]), order.name)
			assert counters(approved) == [(0, 9)]
			update_child_qty_rate("Purchase Order", json.dumps([{**line, "qty": 3}]), order.name)
			assert counters(approved) == [(0, 3)]
			with refused():
				update_child_qty_rate(
					"Purchase Order",
					json.dumps([{**line, "qty": 3}, {"item_code": item, "qty": 1, "rate": 5, "idx": 2}]),
					order.name,
				)

	def test_a_row_that_update_items_takes_out_gives_back_what_it_held(self, stores, as_user, store):
		from erpnext.controllers.accounts_controller import update_child_qty_rate

		items = make.item().name, make.item().name
		request = purchasing.approved(stores, as_user, *items, store=store)
		order = purchasing.ordered(request, stores, as_user)
		kept = order.items[0]
		line = {"docname": kept.name, "item_code": kept.item_code, "qty": 10, "rate": 5, "idx": 1}
		update_child_qty_rate("Purchase Order", json.dumps([line]), order.name)
		assert counters(request) == [(0, 10), (0, 0)]
		assert no_findings(stores.company)

	def test_closing_gives_back_and_opening_takes_again(
		self, ordered, approved, stores, as_user, item, qualified
	):
		purchasing.received(ordered, as_user, qty=4)
		with as_user("buyer"):
			frappe.get_doc("Purchase Order", ordered.name).update_status("Closed")
			assert counters(approved) == [(4, 4)]
			frappe.get_doc("Purchase Order", ordered.name).update_status("Submitted")
			assert counters(approved) == [(4, 10)]
			frappe.get_doc("Purchase Order", ordered.name).update_status("Closed")
		with as_user("storekeeper"):
			values = receipt_by_hand(stores, item, qualified, approved)
			purchasing.inspected(frappe.get_doc(values).insert()).submit()
		assert counters(approved) == [(9, 9)]
		assert no_findings(stores.company)
		with as_user("buyer"), refused():
			frappe.get_doc("Purchase Order", ordered.name).update_status("Submitted")

	def test_cancelling_gives_back(self, ordered, approved, as_user, stores):
		with as_user("buyer"):
			ordered.cancel()
		assert counters(approved) == [(0, 0)]
		purchasing.ordered(approved, stores, as_user)

	def test_counters_are_the_servers(self, approved, stores, as_user):
		with as_user("buyer"):
			order = purchasing.order_of(approved, stores, qty=6)
			order.items[0].update({"committed_qty": 6, "accepted_qty": 99})
			order.insert()
			order.items[0].update({"committed_qty": 6, "accepted_qty": 99})
			order.submit()
		assert counters(approved) == [(0, 6)]
		order.reload()
		assert (order.items[0].committed_qty, order.items[0].accepted_qty) == (6, 0)

	def test_a_request_with_an_open_order_is_not_cancelled(self, ordered, approved, as_user):
		with as_user("general_manager"), pytest.raises(frappe.LinkExistsError):
			frappe.get_doc(REQUEST, approved.name).cancel()

	def test_a_stopped_plan_buys_nothing(self, approved, stores, as_user):
		frappe.get_doc(REQUEST, approved.name).update_status("Stopped")
		with pytest.raises(frappe.ValidationError):
			purchasing.ordered(approved, stores, as_user)

	@pytest.mark.parametrize(
		("setting", "values"),
		[
			("services_without_plan", {"item": {"is_stock_item": 0, "stock_class": ""}}),
			("drop_ship_without_plan", {"row": {"delivered_by_supplier": 1}}),
		],
	)
	def test_exceptions_are_off_by_default(self, stores, as_user, qualified, setting, values):
		item = make.item(**values.get("item", {})).name
		order = order_by_hand(stores, item, qualified)
		order["items"][0].update(values.get("row", {}))
		with as_user("buyer"), refused():
			frappe.get_doc(order).insert()
		frappe.db.set_single_value("Property Service Settings", setting, 1)
		frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
		with as_user("buyer"):
			frappe.get_doc(order).insert()


def order_by_hand(stores, item, warehouse, request=None) -> dict:
	line = {
		"item_code": item,
		"qty": 5,
		"rate": 5,
		"warehouse": warehouse,
		"schedule_date": add_days(nowdate(), 5),
	}
	if request:
		line.update({"material_request": request.name, "material_request_item": request.items[0].name})
	return {
		"doctype": "Purchase Order",
		"company": stores.company,
		"supplier": stores.supplier,
		"transaction_date": nowdate(),
		"schedule_date": add_days(nowdate(), 5),
		"items": [line],
	}


def allow_everything(item: str) -> None:
	"""Every allowance that ERPNext knows, of 1000 %."""
	for fieldname in ("over_delivery_receipt_allowance", "mr_qty_allowance"):
		frappe.db.set_single_value("Stock Settings", fieldname, 1000)
	for fieldname in ("over_order_allowance",):
		frappe.db.set_single_value("Buying Settings", fieldname, 1000)
	frappe.db.set_value("Item", item, "over_delivery_receipt_allowance", 1000)
	frappe.clear_cache(doctype="Stock Settings")
	frappe.clear_document_cache("Item", item)
	frappe.clear_document_cache("Stock Settings", "Stock Settings")


# ---- receipts ----------------------------------------------------------------------------------------------------


class TestReceipt:
	def test_up_to_what_is_approved(self, ordered, approved, as_user, item):
		purchasing.received(ordered, as_user, qty=6)
		assert counters(approved) == [(6, 10)]
		allow_everything(item)
		with refused():
			purchasing.received(ordered, as_user, qty=5)
		purchasing.received(ordered, as_user, qty=4)
		assert (counters(approved), stock_of(item)) == ([(10, 10)], 10)

	def test_without_an_order_or_request(self, stores, as_user, item, qualified):
		for docstatus in (0, 1):
			with as_user("storekeeper"), refused():
				frappe.get_doc({**receipt_by_hand(stores, item, qualified), "docstatus": docstatus}).insert()

	def test_without_an_order_on_an_approved_request(self, stores, as_user, item, qualified, approved):
		values = receipt_by_hand(stores, item, qualified, approved)
		with as_user("storekeeper"):
			purchasing.inspected(frappe.get_doc(values).insert()).submit()
			assert counters(approved) == [(5, 5)]
			values["items"][0]["qty"] = values["items"][0]["received_qty"] = 6
			with refused():
				frappe.get_doc(values).insert()
		with refused():
			purchasing.ordered(approved, stores, as_user, qty=6)

	def test_rejected_goods_do_not_count_and_are_replaced(
		self, ordered, approved, as_user, item, stores, qualified
	):
		first = purchasing.received(ordered, as_user, qty=7, rejected=3)
		assert counters(approved) == [(7, 10)]
		allow_everything(item)
		with as_user("storekeeper"), refused():  # five, and three are left
			frappe.get_doc(receipt_by_hand(stores, item, qualified, approved)).insert()
		purchasing.returned(first, as_user, from_rejected=True)
		assert counters(approved) == [(7, 10)]
		purchasing.received(ordered, as_user, qty=3)
		assert counters(approved) == [(10, 10)]
		assert no_findings(stores.company)

	def test_a_return_of_accepted_goods_opens_again(self, ordered, approved, as_user, stores, item):
		receipt = purchasing.received(ordered, as_user)
		purchasing.returned(receipt, as_user, qty=4)
		assert counters(approved) == [(6, 10)]
		allow_everything(item)
		with refused():
			purchasing.received(ordered, as_user, qty=5)
		purchasing.received(ordered, as_user, qty=4)
		assert counters(approved) == [(10, 10)]
		assert no_findings(stores.company)

	def test_cancelling_opens_again(self, ordered, approved, as_user, stores):
		receipt = purchasing.received(ordered, as_user)
		with as_user("storekeeper"):
			receipt.cancel()
		assert counters(approved) == [(0, 10)]
		purchasing.received(ordered, as_user)
		assert no_findings(stores.company)

	def test_a_return_is_no_back_door(self, ordered, approved, as_user, stores, item, qualified):
		receipt = purchasing.received(ordered, as_user)
		values = receipt_by_hand(stores, item, qualified)
		values.update({"is_return": 1, "return_against": receipt.name})
		with as_user("storekeeper"), pytest.raises(REFUSED):
			frappe.get_doc(values).insert().submit()
		del values["return_against"]
		with as_user("storekeeper"), pytest.raises(REFUSED):
			frappe.get_doc(values).insert().submit()
		assert stock_of(item) == 10

	def test_back_dating_does_not_help(self, stores, as_user, item, qualified, ordered, approved):
		with as_user("storekeeper"):
			values = receipt_by_hand(stores, item, qualified)
			values.update({"set_posting_time": 1, "posting_date": make.months_ago(3)})
			with refused():
				frappe.get_doc(values).insert()
			late = purchasing.receipt_of(ordered, qty=11)
			late.update({"set_posting_time": 1, "posting_date": make.months_ago(1)})
			allow_everything(item)
			with refused():
				late.insert()

	@pytest.mark.rule("WH-12")
	def test_another_item(self, ordered, as_user, stores):
		other = make.item().name
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(ordered)
			receipt.items[0].item_code = other
			with pytest.raises(REFUSED):
				receipt.insert()

	def test_the_draft_changed_after_it_was_checked(self, ordered, as_user, item):
		allow_everything(item)
		with as_user("storekeeper"):
			receipt = purchasing.receipt_of(ordered, qty=10).insert()
			receipt.items[0].update({"qty": 12, "received_qty": 12})
			with refused():
				receipt.submit()

	def test_copy_of_a_receipt(self, ordered, as_user, item):
		receipt = purchasing.received(ordered, as_user)
		allow_everything(item)
		with as_user("storekeeper"), refused():
			frappe.copy_doc(receipt).insert()

	def test_erpnexts_received_quantity_decides_nothing(self, ordered, approved, as_user, item):
		allow_everything(item)
		purchasing.received(ordered, as_user)
		frappe.db.set_value("Material Request Item", approved.items[0].name, "received_qty", 0)
		frappe.db.set_value("Purchase Order Item", ordered.items[0].name, "received_qty", 0)
		with refused():
			purchasing.received(ordered, as_user, qty=1)

	def test_more_statements_per_receipt_do_not_grow_with_rows(self, stores, as_user, count_sql):
		def extra(number):
			request = purchasing.approved(
				stores,
				as_user,
				*(make.item().name for _ in range(number)),
				store=purchasing.own_store(stores),
			)
			order = purchasing.ordered(request, stores, as_user)
			with as_user("storekeeper"):
				receipt = purchasing.inspected(purchasing.receipt_of(order).insert())
				places._places()
				with count_sql() as count:
					receipt.submit()
			return sum("committed_qty" in text or "approval_route" in text for text in count.statements)

		assert extra(1) == extra(4) <= 5

	def test_sixteen_receipts_at_once_take_no_more_than_approved(
		self, stores, as_user, cast, item, store, rest, committed, request
	):
		"""Each takes 3 of 10: three fit."""
		plan = purchasing.approved(stores, as_user, item, store=store)
		order = purchasing.ordered(plan, stores, as_user)
		frappe.db.set_value("Item", item, "over_delivery_receipt_allowance", 1000)
		with as_user("storekeeper"):
			names = [
				purchasing.inspected(purchasing.receipt_of(order, qty=3).insert()).name for _ in range(16)
			]
		committed()
		frappe.clear_document_cache("Item", item)
		client = rest("storekeeper")

		def submit(name):
			document = client.get("Purchase Receipt", name).json()["data"]
			for _attempt in range(8):
				answer = client.call("frappe.client.submit", doc=document)
				if answer.status_code == 200 or "WH-07" in refusal(answer):
					return answer.status_code
			return answer.status_code

		with ThreadPoolExecutor(16) as pool:
			codes = list(pool.map(submit, names))
		frappe.db.rollback()
		assert codes.count(200) == 3, codes
		assert counters(plan) == [(9, 10)]
		assert stock_of(item) == 9


def receipt_by_hand(stores, item, warehouse, request=None) -> dict:
	line = {"item_code": item, "qty": 5, "received_qty": 5, "rate": 5, "warehouse": warehouse}
	if request:
		line.update({"material_request": request.name, "material_request_item": request.items[0].name})
	return {
		"doctype": "Purchase Receipt",
		"company": stores.company,
		"supplier": stores.supplier,
		"posting_date": nowdate(),
		"buyer": "Administrator",
		"items": [line],
	}


# ---- other documents ---------------------------------------------------------------------------------------------


class TestOtherDoors:
	def entry(self, stores, item, purpose="Material Receipt", **lines):
		rows = lines.get("rows") or [{"item_code": item, "qty": 5, "basic_rate": 5, **lines}]
		return frappe.get_doc(
			{
				"doctype": "Stock Entry",
				"stock_entry_type": purpose,
				"purpose": purpose,
				"company": stores.company,
				"items": rows,
			}
		)

	@pytest.mark.parametrize("person", ["storekeeper", "stores_accountant", "Administrator"])
	def test_stock_entry_receipt(self, stores, item, qualified, as_user, person):
		for warehouse in (qualified, stores.outside):
			with as_user(person), refused():
				self.entry(stores, item, t_warehouse=warehouse).insert().submit()

	def test_kinds_and_flags_are_the_servers(self, stores, item, qualified, as_user):
		with as_user("storekeeper"):
			entry = self.entry(stores, item, t_warehouse=qualified)
			entry.stores_kind = "Surplus"
			with refused():
				entry.insert().submit()
			assert not frappe.db.exists("Stock Entry", {"name": entry.name, "stores_kind": "Surplus"})

	def test_flags_sent_over_rest(self, stores, item, qualified, rest, committed):
		committed()
		for kind in ("Surplus", "Return"):
			answer = rest("storekeeper").insert(
				"Stock Entry",
				{
					**self.entry(stores, item, t_warehouse=qualified).as_dict(convert_dates_to_str=True),
					"docstatus": 1,
					"stores_kind": kind,
					"flags": {"stores_kind": kind, "inward_checked": True},
				},
			)
			assert answer.status_code in (403, 417), answer.text
		assert stock_of(item) == 0

	def test_repack(self, stores, item, qualified):
		bought = make.item().name
		make.put_in(item, stores.outside, 5)
		make.put_in(item, qualified, 5)
		for source in (qualified, stores.outside):
			with refused("WH-07|WH-14"):
				self.entry(
					stores,
					item,
					"Repack",
					rows=[
						{"item_code": item, "qty": 1, "s_warehouse": source},
						{"item_code": bought, "qty": 100, "t_warehouse": qualified, "basic_rate": 1},
					],
				).insert().submit()

	def test_transfer_from_outside_the_stores(self, stores, item, qualified):
		make.put_in(item, stores.outside, 5)
		with refused():
			self.entry(
				stores,
				item,
				"Material Transfer",
				rows=[{"item_code": item, "qty": 5, "s_warehouse": stores.outside, "t_warehouse": qualified}],
			).insert().submit()

	def test_opening_stock_of_an_item(self, stores):
		with refused():
			make.item(opening_stock=10, valuation_rate=5)

	@pytest.mark.parametrize("purpose", ["Opening Stock", "Stock Reconciliation"])
	def test_reconciliation(self, stores, item, qualified, purpose):
		make.put_in(item, qualified, 5)
		for qty in (9, 2):
			with refused():
				self.reconciliation(stores, item, qualified, purpose, qty=qty, valuation_rate=5).submit()
		self.reconciliation(stores, item, qualified, purpose, qty=5, valuation_rate=12).submit()
		assert stock_of(item) == 5

	def reconciliation(self, stores, item, warehouse, purpose, **values):
		doc = frappe.get_doc(
			{
				"doctype": "Stock Reconciliation",
				"purpose": purpose,
				"company": stores.company,
				"expense_account": frappe.db.get_value(
					"Account", {"account_type": "Temporary", "company": stores.company}
				)
				if purpose == "Opening Stock"
				else None,
				"items": [{"item_code": item, "warehouse": warehouse, **values}],
			}
		)
		return doc.insert()

	def test_purchase_invoice_that_updates_stock(self, stores, item, qualified, ordered, as_user):
		from erpnext.buying.doctype.purchase_order.purchase_order import make_purchase_invoice

		by_hand = frappe.get_doc(
			{
				"doctype": "Purchase Invoice",
				"company": stores.company,
				"supplier": stores.supplier,
				"update_stock": 1,
				"items": [{"item_code": item, "qty": 5, "rate": 5, "warehouse": qualified}],
			}
		)
		mapped = make_purchase_invoice(ordered.name)
		mapped.update_stock = 1
		for invoice in (by_hand, mapped):
			with refused():
				invoice.insert()
				invoice.submit()
		assert stock_of(item) == 0

	def test_delivery_note_and_sales_invoice(self, stores, item, qualified):
		make.put_in(item, qualified, 5)
		customer = (
			frappe.get_doc({"doctype": "Customer", "customer_name": frappe.generate_hash(length=6)})
			.insert()
			.name
		)
		for doctype in ("Delivery Note", "Sales Invoice"):
			for quantity in (2, -2):
				values = {
					"doctype": doctype,
					"company": stores.company,
					"customer": customer,
					"update_stock": 1,
					"is_return": int(quantity < 0),
					"items": [{"item_code": item, "qty": quantity, "rate": 5, "warehouse": qualified}],
				}
				with refused():
					frappe.get_doc(values).insert().submit()
		assert stock_of(item) == 5

	def test_subcontracting_receipt(self, stores):
		doc = frappe.new_doc("Subcontracting Receipt", company=stores.company)
		with refused():
			doc.run_method("before_submit")
		frappe.db.set_single_value("Property Service Settings", "subcontracting_without_plan", 1)
		frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
		from property_service.stock import gates

		gates.subcontracting_receipt(doc)

	def test_the_ledger_itself_is_the_last_gate(self, stores, item, qualified):
		"""A document that no event knows: an asset that is taken apart, another app's voucher."""
		from erpnext.stock.stock_ledger import make_sl_entries

		entry = frappe._dict(
			{
				"item_code": item,
				"warehouse": qualified,
				"posting_date": nowdate(),
				"posting_time": "10:00:00",
				"voucher_type": "Item",
				"voucher_no": item,
				"actual_qty": 5,
				"incoming_rate": 5,
				"company": stores.company,
				"is_cancelled": 0,
			}
		)
		with refused():
			make_sl_entries([entry])


@pytest.mark.rule("ORG-06")
class TestSwitchedOff:
	"""Another company that does not use the procedure buys as ERPNext lets it."""

	@pytest.fixture
	def off(self, stores):
		frappe.db.set_value("Property Service Company", {"company": stores.company}, "stores", 0)
		frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
		yield
		frappe.db.rollback()
		frappe.clear_document_cache("Property Service Settings", "Property Service Settings")

	def test_a_request_is_submitted_ordered_and_received(self, off, stores, item, qualified):
		request = frappe.get_doc(
			purchasing.request_values(
				stores, {"item_code": item, "warehouse": qualified}, plan_type=None, store=None
			)
		).insert()
		request.submit()
		assert not (request.approval_route or request.plan_key or request.department)
		order = frappe.get_doc(order_by_hand(stores, item, qualified)).insert()
		order.submit()
		frappe.get_doc(receipt_by_hand(stores, item, qualified)).insert().submit()
		TestOtherDoors().entry(stores, item, t_warehouse=qualified).insert().submit()
		assert stock_of(item) == 10

	def test_no_statement_more(self, off, stores, item, qualified, count_sql):
		receipt = frappe.get_doc(receipt_by_hand(stores, item, qualified)).insert()
		with count_sql() as count:
			receipt.submit()
		assert [
			text
			for text in count.statements
			if "committed_qty" in text.split("where")[0] and "update" in text
		] == []

	def test_approvals_made_up_while_it_was_off_count_for_nothing(
		self, off, stores, as_user, item, qualified, cast
	):
		request = frappe.get_doc(
			purchasing.request_values(
				stores,
				{"item_code": item, "warehouse": qualified},
				approval_state="Approved",
				approval_route="Purchase Plan",
				approval_steps=[
					{
						"from_state": "Pending GM",
						"to_state": "Approved",
						"actor": cast.user("general_manager"),
						"actor_role": "General Manager",
					}
				],
			)
		).insert()
		request.submit()
		assert not request.approval_route
		assert request.approval_steps == []
		frappe.db.set_value("Property Service Company", {"company": stores.company}, "stores", 1)
		frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
		with as_user("buyer"), refused():
			frappe.get_doc(order_by_hand(stores, item, qualified, request)).insert()
