"""Our tables on ERPNext's documents are read when somebody asks for them, and nobody else sees a difference."""

import json
import pickle

import frappe
import pytest
from frappe.model.document import Document

from property_service import settings
from property_service.buying import plan_steps
from property_service.late_tables import LateTable, PropertyMaterialRequest, PropertyPurchaseReceipt
from property_service.setup.custom_fields import CUSTOM_FIELDS
from tests import stores as make
from tests.site import purchasing

pytestmark = pytest.mark.rule("ORG-01")  # the steps of an approval stand in one of these tables

REQUEST, STEPS = "Material Request", "approval_steps"
LATE = {REQUEST: PropertyMaterialRequest, "Purchase Receipt": PropertyPurchaseReceipt}


@pytest.fixture
def request_(stores, as_user):
	"""Sent to finance and passed on: two steps."""
	store = purchasing.own_store(stores)
	doc = purchasing.plan(stores, as_user, {"item_code": make.item().name}, store=store)
	purchasing.act(as_user, "storekeeper", doc, "Send to Finance")
	return purchasing.act(as_user, "finance_manager", doc, "Pass to General Manager")


@pytest.fixture
def own_tables(count_sql):
	"""How many statements of a block name one of our tables."""

	class Count:
		def __enter__(self):
			self.counter = count_sql()
			self.counter.__enter__()
			return self

		def __exit__(self, *error):
			self.counter.__exit__(*error)
			tables = [
				f"`tab{getattr(PropertyMaterialRequest, name).doctype}`"
				for name in PropertyMaterialRequest.late
			]
			self.number = sum(any(table in text for table in tables) for text in self.counter.statements)

	return Count


def steps(doc) -> list[str]:
	return [row.to_state for row in doc.get(STEPS)]


def test_every_table_of_ours_on_these_documents_is_late():
	for doctype, controller in LATE.items():
		tables = {
			field["fieldname"]: field["options"]
			for field in CUSTOM_FIELDS[doctype]
			if field["fieldtype"] == "Table"
		}
		assert tables == {name: getattr(controller, name).doctype for name in controller.late}
		assert all(isinstance(getattr(controller, name), LateTable) for name in tables)


def test_a_document_is_read_without_them_and_they_on_asking(request_, own_tables):
	with own_tables() as count:
		doc = frappe.get_doc(REQUEST, request_.name)
		assert doc.items
	assert not count.number
	with own_tables() as count:
		assert len(doc.approval_steps) == len(doc.get(STEPS)) == 2
		assert doc.get(STEPS, {"to_state": doc.approval_steps[0].to_state}) == doc.approval_steps[:1]
	assert count.number == 1


def test_the_filter_of_all_rows_and_what_is_sent_have_them(request_):
	doc = frappe.get_doc(REQUEST, request_.name)
	assert len(doc.get({"doctype": "Approval Step"})) == 2
	assert len(frappe.get_doc(REQUEST, request_.name).as_dict()[STEPS]) == 2
	assert len(json.loads(frappe.get_doc(REQUEST, request_.name).as_json())[STEPS]) == 2
	assert len(pickle.loads(pickle.dumps(frappe.get_doc(REQUEST, request_.name))).approval_steps) == 2


def test_a_row_is_appended_behind_those_that_stand_there(request_):
	doc = frappe.get_doc(REQUEST, request_.name)
	doc.append(STEPS, {"to_state": "Approved"})
	assert [row.idx for row in doc.approval_steps] == [1, 2, 3]


def test_reading_again_sees_what_others_wrote(request_):
	doc = frappe.get_doc(REQUEST, request_.name)
	assert len(doc.approval_steps) == 2
	frappe.db.delete("Approval Step", {"name": doc.approval_steps[1].name})
	assert len(doc.reload().approval_steps) == 1


@pytest.mark.parametrize("sent", [False, True], ids=["as it was read", "as a client sends it"])
def test_a_save_keeps_the_rows_and_knows_what_stood_there_before(request_, as_user, sent):
	doc = frappe.get_doc(REQUEST, request_.name)
	before = steps(doc)
	if sent:
		doc = frappe.get_doc(json.loads(doc.as_json()))
	with as_user("general_manager"):
		doc.flags.finance_changes = True
		doc.flags.quantity_changes = [plan_steps.change(doc.items[0], 2, 1, "多了")]
		doc.save()
	assert not doc.get_doc_before_save().quantity_changes
	doc = frappe.get_doc(REQUEST, request_.name)
	assert (steps(doc), len(doc.quantity_changes)) == (before, 1)


def test_what_a_client_sends_is_compared_with_what_stood_there(request_, stores, as_user):
	purchasing.act(as_user, "general_manager", request_, "Approve")
	order = purchasing.ordered(frappe.get_doc(REQUEST, request_.name), stores, as_user)
	with as_user("storekeeper"):
		receipt = purchasing.receipt_of(order).insert()
	values = json.loads(receipt.reload().as_json())
	paper = {"item_code": receipt.items[0].item_code, "document_type": "Manual"}
	sent = frappe.get_doc({**values, "receipt_documents": [paper]})
	# nothing but Frappe's own steps, for ours look at what stood there where the procedure is on
	sent.load_doc_before_save()
	sent.set_parent_in_children()
	sent.update_children()
	assert not sent.get_doc_before_save().receipt_documents
	assert len(receipt.reload().receipt_documents) == 1


def test_values_set_aside_are_not_read_again_and_a_new_document_reads_nothing(own_tables):
	with own_tables() as count:
		doc = frappe.new_doc(REQUEST)
		doc.set(STEPS, [{"to_state": "Approved"}])
		assert len(doc.approval_steps) == 1
		assert doc.replaced_articles == []
	assert not count.number


def test_a_save_reads_each_table_once_and_deletes_nothing_where_nothing_stands(request_, as_user, count_sql):
	doc = frappe.get_doc(REQUEST, request_.name)
	with as_user("general_manager"), count_sql() as count:
		doc.save()
	for empty in ("`tabPlan Quantity Change`", "`tabReplaced Article`"):
		(asked,) = [text for text in count.statements if empty in text]
		assert asked.lstrip().lower().startswith("select")


def test_a_row_that_is_taken_out_is_deleted_and_nothing_else_is(request_, stores, as_user, count_sql):
	purchasing.act(as_user, "general_manager", request_, "Approve")
	order = purchasing.ordered(frappe.get_doc(REQUEST, request_.name), stores, as_user)

	def saved(change) -> tuple[int, list[str]]:
		doc = frappe.get_doc("Purchase Receipt", receipt.name)
		change(doc)
		with as_user("storekeeper"), count_sql() as count:
			doc.save()
		deleted = sum("DELETE FROM `tabReceipt Document`" in text for text in count.statements)
		return deleted, [row.document_type for row in receipt.reload().receipt_documents]

	with as_user("storekeeper"):
		receipt = purchasing.receipt_of(order).insert()
	line = {"item_code": receipt.items[0].item_code}
	for kind in ("Manual", "Warranty Card"):
		assert (
			saved(lambda doc, kind=kind: doc.append("receipt_documents", {**line, "document_type": kind}))[0]
			== 0
		)
	assert saved(lambda doc: None) == (0, ["Manual", "Warranty Card"])
	assert saved(lambda doc: doc.remove(doc.receipt_documents[0])) == (1, ["Warranty Card"])


def test_which_tables_have_rows_is_asked_once(request_, own_tables):
	doc = frappe.get_doc(REQUEST, request_.name)
	with own_tables() as count:
		assert len(doc.get_all_children()) == 3
		assert not doc.quantity_changes
	assert count.number == 2  # which have rows, and those of the one that has


def test_new_rows_get_the_defaults_that_frappe_gives_them_and_stored_ones_nothing(request_):
	def rows(set_defaults) -> list[dict]:
		doc = frappe.get_doc(REQUEST, request_.name)
		doc.items[0].conversion_factor = None
		doc.append("items", {"item_code": doc.items[0].item_code})
		before = len(doc.items[1].as_dict(no_nulls=True))
		set_defaults(doc)
		assert len(doc.items[1].as_dict(no_nulls=True)) > before
		return [row.as_dict() for row in doc.items]

	assert rows(PropertyMaterialRequest._set_defaults) == rows(Document._set_defaults)


def test_a_status_is_worked_out_without_them(request_, own_tables):
	doc = frappe.get_doc(REQUEST, request_.name)
	with own_tables() as count:
		doc.set_status()
	assert not count.number
	assert len(doc.as_dict()[STEPS]) == 2


def test_the_next_save_compares_with_what_stands_there_by_then(request_, as_user):
	doc = frappe.get_doc(REQUEST, request_.name)
	with as_user("general_manager"):
		doc.save()
		frappe.db.set_value("Approval Step", doc.approval_steps[1].name, "comment", "后来的")
		doc.save()
	assert [row.comment == "后来的" for row in doc.get_doc_before_save().approval_steps] == [False, True]


FORGED = {
	"from_state": "Pending Finance",
	"to_state": "Pending GM",
	"actor": "gm@example.com",
	"actor_role": "General Manager",
}


SENT = ({"_stored_rows": {STEPS: [FORGED]}}, {"late": []}, {"flags": {"stored_rows": {STEPS: [FORGED]}}})


def steps_of(name: str) -> list:
	return frappe.get_all("Approval Step", {"parent": name}, ["name", "actor"], order_by="name")


@pytest.mark.parametrize("sent", SENT)
def test_nobody_sends_what_stood_there_before(request_, as_user, sent):
	"""A signature is put back from there at every save."""
	before = steps_of(request_.name)
	with as_user("storekeeper"):
		frappe.get_doc(REQUEST, request_.name).update(sent).save()
	assert steps_of(request_.name) == before


def test_nobody_sends_it_over_rest(committed, request_, rest):
	before = steps_of(request_.name)
	committed()
	for sent in SENT:
		answer = rest("storekeeper").request("PUT", f"/api/resource/{REQUEST}/{request_.name}", json=sent)
		assert answer.status_code == 200, answer.text[:300]
	frappe.db.rollback()
	assert steps_of(request_.name) == before


def test_what_is_deleted_is_written_down_with_its_rows(request_, monkeypatch):
	monkeypatch.setattr(settings, "company_row", lambda company: None)  # as where the procedure is off
	frappe.delete_doc(REQUEST, request_.name)
	kept = frappe.db.get_value("Deleted Document", {"deleted_name": request_.name}, "data")
	assert len(json.loads(kept)[STEPS]) == 2


def test_what_may_not_be_read_is_not_read_after_all(request_, as_user):
	level = {"doctype": REQUEST, "fieldname": STEPS, "property": "permlevel", "value": 5}
	frappe.make_property_setter({**level, "property_type": "Int"}, validate_fields_for_doctype=False)
	with as_user("storekeeper"):
		doc = frappe.get_doc(REQUEST, request_.name)
		doc.apply_fieldlevel_read_permissions()
		assert doc.as_dict()[STEPS] == []


def test_whoever_is_told_of_a_new_status_sees_the_whole_document(request_, monkeypatch):
	seen = []
	monkeypatch.setattr(
		PropertyMaterialRequest, "on_change", lambda doc: seen.append(doc.as_dict()), raising=False
	)
	frappe.get_doc(REQUEST, request_.name).set_status(update=True, status="Stopped")
	assert seen and all(len(copy[STEPS]) == 2 for copy in seen)
