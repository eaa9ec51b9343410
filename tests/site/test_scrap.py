"""Goods in store are scrapped: written, signed, posted and taken back (WH-25, WH-26)."""

import frappe
import pytest
from frappe.utils import add_days, flt, getdate, nowdate

from property_service import invariants
from property_service.ledger import stock as stock_ledger
from property_service.property_service.doctype.scrap_request import proposing, steps
from property_service.rules import scrap as rules
from property_service.stock import stores as places
from tests import stores as make
from tests.site import scrapping
from tests.site.scrapping import DOCTYPE, act, ledger, posted, refused, until, verify, written


@pytest.fixture
def shelf(stores, cast, as_user):
	return scrapping.shelf(stores, cast, as_user)


def bin_of(shelf, warehouse=None):
	return flt(
		frappe.db.get_value(
			"Bin", {"item_code": shelf.lamp, "warehouse": warehouse or shelf.qualified}, "actual_qty"
		)
	)


# ---- the paper ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("WH-25")
def test_the_storekeeper_writes_and_the_server_says_what_it_is_worth(shelf):
	doc = written(shelf)
	row = doc.items[0]
	assert (doc.status, doc.requested_by) == ("Draft", shelf.cast.user("storekeeper"))
	assert doc.department == shelf.cast.department_of("storekeeper")
	assert (row.item_name, row.rate, row.amount, row.net_value) == ("灯管", 4, 12, 12)
	assert getdate(row.stored_since) == getdate(nowdate())
	assert (doc.total_amount, doc.total_net_value) == (12, 12)
	with refused(rules.STOREKEEPER_WRITES, frappe.PermissionError):
		written(shelf, person="technician")


@pytest.mark.rule("WH-25")
@pytest.mark.parametrize(
	("row", "message"),
	[
		({"reason": "Other"}, rules.NO_DETAIL),
		({"qty": 0}, rules.BAD_QUANTITY),
		({"qty": 11}, rules.NOT_THERE),
		({"stored_since": "2999-01-01"}, rules.IN_FUTURE),
		({"batch_no": "gibt-es-nicht"}, None),
		({"residual_value": 5}, rules.NO_METHOD),
		({"residual_method": "Sold", "residual_value": 5}, rules.NO_PROCEEDS),
	],
)
def test_a_row_that_cannot_be_scrapped_is_refused(shelf, row, message):
	with refused(message) if message else pytest.raises(frappe.ValidationError):
		written(shelf, row)


@pytest.mark.rule("WH-25")
def test_goods_that_wait_for_their_inspection_are_not_scrapped(shelf):
	pending = places.zone_warehouse(shelf.store, "Pending Inspection")
	make.put_in(shelf.lamp, pending, 5)
	with refused(rules.WRONG_ZONE):
		written(shelf, {"warehouse": pending})
	other = places.zone_warehouse(make.store(shelf.company), "Qualified")
	make.put_in(shelf.lamp, other, 5)
	with refused(rules.OTHER_STORE):
		written(shelf, {"warehouse": other})


@pytest.mark.rule("WH-26")
def test_nothing_is_named_by_two_requests(shelf):
	first = written(shelf, {"qty": 6}, {"qty": 1})
	with refused(rules.NOT_THERE):
		written(shelf, {"qty": 2}, {"qty": 2})
	written(shelf, {"qty": 3})
	with shelf.as_user("storekeeper"):
		steps.cancel(first.name, "写错了")
	written(shelf, {"qty": 7})


# ---- signatures --------------------------------------------------------------------------------------------------


@pytest.mark.rule("WH-25", "ORG-01")
def test_every_step_is_recorded_with_who_and_none_is_the_requesters(shelf):
	doc = posted(shelf)
	found = [(step.action, step.actor, step.actor_role) for step in doc.approval_steps]
	people = [shelf.cast.user(person) for person, _action in scrapping.SIGNED]
	roles = [None, "Department Head", "Finance Manager", "General Manager", "Stores Accountant"]
	actions = [action for _person, action in scrapping.SIGNED]
	assert found == list(zip(actions, people, roles, strict=True))
	assert doc.status == "Posted"
	assert not [finding for finding in invariants.check(shelf.company) if finding.doctype == DOCTYPE]


@pytest.mark.rule("WH-25", "ORG-01")
def test_the_requester_never_signs_and_the_head_of_another_department_neither(shelf):
	doc = written(shelf)
	act(shelf, "storekeeper", doc, "Send for Signature")
	with pytest.raises(frappe.PermissionError):
		act(shelf, "department_head", doc, "Approve")
	frappe.db.set_value("Department", doc.department, "department_head", shelf.cast.user("storekeeper"))
	frappe.get_doc("User", shelf.cast.user("storekeeper")).add_roles("Department Head")
	frappe.clear_cache(user=shelf.cast.user("storekeeper"))
	with pytest.raises(frappe.ValidationError, match="Self approval"):
		act(shelf, "storekeeper", doc, "Approve")


@pytest.mark.rule("WH-25")
def test_what_was_signed_does_not_change(shelf):
	doc = until(shelf, written(shelf), "Send for Signature")
	with shelf.as_user("storekeeper"):
		doc.items[0].qty = 1
		with refused(rules.FROZEN):
			doc.save()
	act(shelf, "other_department_head", doc, "Approve")
	with refused(rules.FROZEN):
		verify(shelf, doc, qty=1)
	with pytest.raises(frappe.PermissionError):
		verify(shelf, doc, person="storekeeper")
	verify(shelf, doc)
	act(shelf, "finance_manager", doc, "Pass to General Manager")
	with refused(rules.FROZEN):
		verify(shelf, doc, compensation=1, responsible=shelf.cast.employee("technician"))


@pytest.mark.rule("WH-25")
def test_a_compensation_does_not_move_to_another_row_or_person_after_the_signature(shelf):
	doc = written(shelf, {"qty": 1}, {"qty": 1})
	person = shelf.cast.employee("technician")
	doc = until(shelf, doc, "Pass to General Manager", compensation=5, responsible=person)
	with shelf.as_user("finance_manager"):
		first, second = doc.items
		second.update({"compensation": 5, "responsible": person})
		first.update({"compensation": 0, "responsible": None})
		with refused(rules.FROZEN):
			doc.save()


@pytest.mark.rule("WH-25")
def test_findings_are_finances(shelf):
	for found in ({"cause": "Human"}, {"compensation": 5, "responsible": shelf.cast.employee("technician")}):
		with refused(rules.FINANCE_VERIFIES, frappe.PermissionError):
			written(shelf, found)
	with refused(rules.FINANCE_VERIFIES, frappe.PermissionError):
		written(shelf, finding="锈蚀")


@pytest.mark.rule("WH-25")
def test_the_general_manager_is_asked_with_a_finding(shelf):
	doc = written(shelf)
	act(shelf, "storekeeper", doc, "Send for Signature")
	act(shelf, "other_department_head", doc, "Approve")
	with refused(rules.NO_VERIFIERS):
		act(shelf, "finance_manager", doc, "Pass to General Manager")
	with shelf.as_user("finance_manager"):
		doc = frappe.get_doc(DOCTYPE, doc.name)
		doc.set("verifiers", [{"employee": shelf.cast.employee("stores_accountant")}])
		doc.save()
	with refused(rules.NO_FINDING):
		act(shelf, "finance_manager", doc, "Pass to General Manager")


@pytest.mark.rule("WH-25")
def test_sent_back_it_is_corrected_and_signed_again(shelf):
	doc = until(shelf, written(shelf), "Pass to General Manager")
	with shelf.as_user("general_manager"):
		with refused(rules.NO_REASON):
			steps.send_back(doc.name, " ")
		steps.send_back(doc.name, "数量不符")
	doc.reload()
	assert (doc.status, doc.decision_reason) == ("Returned", "数量不符")
	with shelf.as_user("storekeeper"):
		doc.items[0].qty = 2
		doc.save()
	assert until(shelf, doc, "Post Scrap").posted_value == 4
	with refused(rules.NO_SUCH_STEP), shelf.as_user("finance_manager"):
		steps.reject(doc.name, "太迟")


@pytest.mark.rule("WH-25", "WH-26")
def test_steps_that_were_not_taken_cannot_be_skipped(shelf):
	with shelf.as_user("storekeeper"):
		doc = frappe.get_doc(
			{
				**scrapping.values(shelf),
				"status": "Approved",
				"approval_steps": [
					{"from_state": step.from_state, "to_state": step.to_state, "actor_role": step.role}
					for step in rules.APPROVAL
				],
			}
		).insert()
	assert (doc.status, doc.docstatus, doc.approval_steps) == ("Draft", 0, [])
	with shelf.as_user("storekeeper"):
		doc.status = "Posted"
		with refused(rules.NO_SUCH_STEP):
			doc.save()
	# somebody wrote the state past the app: the posting still asks for the signatures
	frappe.db.set_value(DOCTYPE, doc.name, "status", "Approved")
	with pytest.raises(frappe.ValidationError, match="lacks these approval steps"):
		act(shelf, "stores_accountant", doc, "Post Scrap")
	assert bin_of(shelf) == 10


# ---- postings ----------------------------------------------------------------------------------------------------


@pytest.mark.rule("WH-26")
def test_goods_leave_at_the_ledgers_value(shelf):
	doc = posted(shelf, {"qty": 6})
	assert (doc.posted_value, doc.items[0].posted_value) == (16, 16)  # 5 at 2 and 1 at 6
	assert ledger(doc.stock_entry)[shelf.expense] == 16
	assert bin_of(shelf) == 4
	assert frappe.db.get_value("Stock Entry", doc.stock_entry, "stores_kind") == "Scrap"
	assert (doc.posted_by, doc.journal_entry) == (shelf.cast.user("stores_accountant"), None)


@pytest.mark.rule("WH-26")
def test_residual_and_compensation_reduce_the_expense(shelf):
	scrap = make.item(item_name="废铁").name
	cash = frappe.db.get_value(
		"Account", {"company": shelf.company, "account_type": "Cash", "is_group": 0}, order_by="lft"
	)
	person = shelf.cast.employee("technician")
	doc = posted(
		shelf,
		{
			"qty": 6,
			"residual_method": "Into Stock",
			"residual_value": 4,
			"residual_item": scrap,
			"residual_qty": 2,
			"residual_warehouse": shelf.qualified,
		},
		{"qty": 1, "residual_method": "Sold", "residual_value": 1.5, "proceeds_account": cash},
		cause="Human",
		compensation=7.25,
		responsible=person,
	)
	assert doc.posted_value == 22
	entries = ledger(doc.stock_entry, doc.residual_entry, doc.journal_entry)
	assert entries[shelf.expense] == 22 - 4 - 1.5 - 7.25
	assert (entries[cash], entries[shelf.receivable]) == (1.5, 7.25)
	party = frappe.get_all(
		"GL Entry",
		filters={"voucher_no": doc.journal_entry, "party_type": "Employee"},
		fields=["party", "debit"],
		order_by="name",
	)
	assert [(row.party, row.debit) for row in party] == [(person, 7.25)]
	assert (doc.total_residual, doc.total_compensation) == (5.5, 7.25)


@pytest.mark.rule("WH-26")
def test_nothing_is_posted_twice(shelf):
	doc = posted(shelf)
	with refused(rules.NO_SUCH_STEP), shelf.as_user("stores_accountant"):
		steps.take(doc.name, "Approved", "")
	# even for whoever wrote the state back past the app
	frappe.db.set_value(DOCTYPE, doc.name, "status", "Approved")
	with pytest.raises(frappe.ValidationError, match="nothing is posted twice"):
		act(shelf, "stores_accountant", doc, "Post Scrap")
	assert bin_of(shelf) == 7


@pytest.mark.rule("WH-26")
def test_goods_that_went_meanwhile_are_not_scrapped(shelf):
	doc = until(shelf, written(shelf, {"qty": 6}), "Approve")
	make.take_out(shelf.lamp, shelf.qualified, 5)
	with pytest.raises(frappe.ValidationError, match="less in stock than is to be scrapped"):
		act(shelf, "stores_accountant", doc, "Post Scrap")


@pytest.mark.rule("WH-26")
def test_entries_are_not_cancelled_by_themselves_and_the_finance_manager_takes_them_back(shelf):
	scrap = make.item(item_name="废铁").name
	residual = {
		"residual_method": "Into Stock",
		"residual_value": 4,
		"residual_item": scrap,
		"residual_qty": 1,
		"residual_warehouse": shelf.qualified,
	}
	doc = posted(shelf, residual, compensation=2, responsible=shelf.cast.employee("technician"))
	for entry in (doc.stock_entry, doc.residual_entry):
		with pytest.raises(frappe.ValidationError, match="not cancelled by itself"):
			frappe.get_doc("Stock Entry", entry).cancel()
	with shelf.as_user("stores_accountant"), pytest.raises(frappe.PermissionError):
		steps.cancel(doc.name, "误报")
	with shelf.as_user("finance_manager"):
		steps.cancel(doc.name, "误报")
	doc.reload()
	assert (doc.status, bin_of(shelf)) == ("Cancelled", 10)
	after = ledger(doc.stock_entry, doc.residual_entry, doc.journal_entry)
	assert not any(after.values())
	written(shelf, {"qty": 10})


@pytest.mark.rule("WH-26")
def test_what_was_left_and_is_gone_keeps_the_request_posted(shelf):
	scrap = make.item(item_name="废铁").name
	doc = posted(
		shelf,
		{
			"residual_method": "Into Stock",
			"residual_value": 4,
			"residual_item": scrap,
			"residual_qty": 1,
			"residual_warehouse": shelf.qualified,
		},
	)
	with make.before_the_procedure():
		frappe.get_doc(
			{
				"doctype": "Stock Entry",
				"stock_entry_type": "Material Issue",
				"company": shelf.company,
				"items": [{"item_code": scrap, "qty": 1, "s_warehouse": shelf.qualified}],
			}
		).insert().submit()
	with refused(rules.RESIDUAL_USED), shelf.as_user("finance_manager"):
		steps.cancel(doc.name, "误报")


@pytest.mark.rule("WH-12", "WH-26")
def test_goods_of_the_supplier_are_not_scrapped(shelf, monkeypatch):
	nonconforming = places.zone_warehouse(shelf.store, "Nonconforming")
	make.put_in(shelf.lamp, nonconforming, 5)
	from property_service.stock import movements

	monkeypatch.setattr(movements, "suppliers_goods", lambda *_place: 4)
	with refused(rules.NOT_THERE):
		written(shelf, {"warehouse": nonconforming, "qty": 2})
	written(shelf, {"warehouse": nonconforming, "qty": 1})


# ---- expired batches ---------------------------------------------------------------------------------------------


@pytest.fixture
def glue(shelf):
	"""Three batches of glue: one expired, one in Disposal and expired, one still good."""
	item = make.item(item_name="胶水", has_batch_no=1, create_new_batch=0).name
	disposal = places.zone_warehouse(shelf.store, "Disposal")
	batches = {}
	for key, days, place in (
		("old", -3, shelf.qualified),
		("older", -30, disposal),
		("new", 30, shelf.qualified),
	):
		batch = frappe.get_doc(
			{
				"doctype": "Batch",
				"batch_id": f"P-{frappe.generate_hash(length=8)}",
				"item": item,
				"expiry_date": add_days(nowdate(), 30),
			}
		).insert()
		batches[key] = batch.name
		make.post(
			"Material Receipt",
			item,
			4,
			t_warehouse=place,
			basic_rate=3,
			batch_no=batch.name,
			use_serial_batch_fields=1,
		)
		# what has expired is not received any more
		frappe.db.set_value("Batch", batch.name, "expiry_date", add_days(nowdate(), days))
	return frappe._dict(item=item, **batches)


@pytest.mark.rule("WH-25")
def test_expired_batches_are_proposed_once_a_month(shelf, glue):
	(name,) = [
		name
		for name in proposing.propose_expired()
		if frappe.db.get_value(DOCTYPE, name, "store") == shelf.store
	]
	doc = frappe.get_doc(DOCTYPE, name)
	assert {(row.batch_no, row.qty, row.reason) for row in doc.items} == {
		(glue.old, 4, "Expired"),
		(glue.older, 4, "Expired"),
	}
	assert doc.department == shelf.cast.department_of("storekeeper")
	assert proposing.propose_expired() == []
	# the key in the database stops a second draft even where the look before it did not
	frappe.db.savepoint("second")
	again = frappe.copy_doc(doc)
	again.flags.update({"drafted_by_the_system": True, "proposal_key": doc.proposal_key})
	again.items[0].qty = again.items[1].qty = 0.001
	with pytest.raises((frappe.UniqueValidationError, frappe.ValidationError)):
		again.insert(ignore_permissions=True)
	frappe.db.rollback(save_point="second")
	# whoever sends it is its requester, and it is posted like any other
	done = until(shelf, doc, "Post Scrap")
	assert done.posted_value == 24


@pytest.mark.rule("WH-25")
def test_a_batch_is_named_and_has_expired_where_that_is_the_reason(shelf, glue):
	with refused(rules.NOT_EXPIRED):
		written(shelf, {"item_code": glue.item, "batch_no": glue.new, "qty": 1, "reason": "Expired"})
	with refused(rules.NO_BATCH):
		written(shelf, {"item_code": glue.item, "qty": 1})
	with refused(rules.NO_BATCH):
		written(shelf, {"batch_no": glue.old})
	with refused(rules.NOT_THERE):
		written(shelf, {"item_code": glue.item, "batch_no": glue.old, "qty": 5})


# ---- sheet -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("WH-25")
def test_the_sheet_shows_everything_and_escapes_it(shelf, monkeypatch):
	doc = until(
		shelf,
		written(shelf, remarks="<script>alert(1)</script>"),
		"Approve",
		cause="Human",
		compensation=5,
		responsible=shelf.cast.employee("technician"),
	)
	with shelf.as_user("finance_manager"):
		monkeypatch.setattr(frappe.local, "lang", "zh")
		html = frappe.get_print(DOCTYPE, doc.name, "Scrap Request Sheet")
	for text in (
		"物品报废单",
		"技术鉴定",
		"灯管",
		"人为",
		"张建国",
		"吴芳",
		"冯雪",
		"钱海",
		"蒋平",
		"已锈蚀",
	):
		assert text in html, text
	assert "<script>alert(1)" not in html


# ---- who sees it -------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORG-02")
def test_another_department_does_not_see_it(shelf):
	doc = written(shelf)
	row = doc.items[0].name
	for person, sees in (("admin_hr", True), ("finance_manager", True), ("technician", False)):
		with shelf.as_user(person):
			assert bool(frappe.get_list(DOCTYPE, {"name": doc.name})) == sees
			assert frappe.get_doc(DOCTYPE, doc.name).has_permission("read") == sees
			found = frappe.get_list("Scrap Request Item", {"name": row}, parent_doctype=DOCTYPE)
			assert bool(found) == sees


# ---- REST --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("WH-25", "WH-26")
def test_over_rest_the_server_keeps_what_is_its_own(committed, rest, stores, cast, as_user):
	shelf = scrapping.shelf(stores, cast, as_user)
	frappe.db.commit()
	sent = {
		**scrapping.values(shelf),
		"status": "Posted",
		"requested_by": cast.user("clerk"),
		"department": cast.departments["service"],
		"stock_entry": None,
		"posted_value": 99,
		"total_compensation": 99,
	}
	sent["items"][0].update({"posted_value": 99, "rate": 1, "amount": 1, "net_value": 1, "item_name": "x"})
	answer = rest("storekeeper").insert(DOCTYPE, sent)
	assert answer.status_code == 200, answer.text[:400]
	doc = answer.json()["data"]
	assert (doc["status"], doc["requested_by"]) == ("Draft", cast.user("storekeeper"))
	assert (doc["posted_value"], doc["total_compensation"], doc["items"][0]["rate"]) == (0, 0, 4)
	assert doc["department"] == cast.department_of("storekeeper")
	name = doc["name"]
	answer = rest("storekeeper").set_value(DOCTYPE, name, "status", "Approved")
	assert answer.status_code == 417
	answer = rest("storekeeper").update(DOCTYPE, name, posted_value=5, department=cast.departments["service"])
	assert answer.json()["data"]["posted_value"] == 0
	assert answer.json()["data"]["department"] == cast.department_of("storekeeper")
	assert rest("storekeeper").delete(DOCTYPE, name).status_code == 403
	row = doc["items"][0]["name"]
	assert rest("storekeeper").update("Scrap Request Item", row, qty=1).status_code == 403
	answer = rest("clerk").call(f"{steps.__name__}.cancel", name=name, reason="x")
	assert answer.status_code == 403
	assert rest("storekeeper").insert(DOCTYPE, {**sent, "items": "nonsense"}).status_code == 417
	frappe.db.rollback()
	assert bin_of(shelf) == 10


ONE = """
from property_service.property_service.doctype.scrap_request.steps import take
def act(arguments):
	return take(arguments["name"], "Posted", "")
"""
WRITE = """
def act(arguments):
	return frappe.get_doc(arguments["values"]).insert().name
"""


@pytest.mark.rule("WH-26", "Q-02")
def test_two_who_post_at_once_post_once_and_two_who_write_at_once_share_what_there_is(
	committed, stores, cast, as_user
):
	from tests.site.processes import run_at_once

	shelf = scrapping.shelf(stores, cast, as_user)
	doc = until(shelf, written(shelf), "Approve")
	frappe.db.commit()
	answers = run_at_once(ONE, [{"name": doc.name}] * 3, cast.user("stores_accountant"))
	assert sorted(kind for kind, _text in answers).count("done") == 1, answers
	frappe.db.rollback()
	assert bin_of(shelf) == 7
	wanted = {**scrapping.values(shelf, {"qty": 4})}
	answers = run_at_once(WRITE, [{"values": wanted}] * 3, cast.user("storekeeper"))
	assert [kind for kind, _text in answers].count("done") == 1, answers


@pytest.mark.rule("WH-26")
def test_receipts_at_an_estimate_come_to_the_cent(shelf):
	scrap = make.item(item_name="废铁").name
	doc = written(shelf)
	line = stock_ledger.Estimate(scrap, rules.Decimal(3), shelf.qualified, rules.Decimal(10))
	entry = stock_ledger.receive_at_estimate(doc, [line], shelf.expense)
	assert ledger(entry)[shelf.expense] == -10
