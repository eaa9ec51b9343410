"""Manuals, guides and warranty cards of receipts go to finance, and are found again (WH-11)."""

import frappe
import pytest

from property_service.property_service.doctype.document_handover import document_handover as handovers
from property_service.property_service.report.documents_of_goods import documents_of_goods
from tests import stores as make
from tests.site import purchasing
from tests.site.rest import refusal

pytestmark = pytest.mark.rule("WH-11")
REFUSED = (frappe.ValidationError, frappe.PermissionError)
HANDOVER = "Document Handover"
METHODS = "property_service.property_service.doctype.document_handover.document_handover"


@pytest.fixture
def item(stores):
	return make.item(item_name="潜水泵").name


@pytest.fixture
def receipt(stores, as_user, item):
	"""A pump with its manual and two warranty cards."""
	order = purchasing.ordered(purchasing.approved(stores, as_user, item), stores, as_user)
	with as_user("storekeeper"):
		doc = purchasing.receipt_of(order)
		doc.append(
			"receipt_documents", {"item_code": item, "document_type": "Manual", "document_title": "QY-25"}
		)
		doc.append("receipt_documents", {"item_code": item, "document_type": "Warranty Card", "copies": 2})
		return purchasing.inspected(doc.insert()).submit()


@pytest.fixture
def draft(receipt, as_user):
	with as_user("storekeeper"):
		return frappe.get_doc(HANDOVER, handovers.collect(receipt.company))


@pytest.fixture
def handed(draft, as_user):
	with as_user("storekeeper"):
		handovers.hand_over(draft.name)
	return draft.reload()


def refused(match="WH-11"):
	return pytest.raises(REFUSED, match=match)


def papers(handover, receipt):
	return [row for row in handover.documents if row.purchase_receipt == receipt.name]


class TestHandover:
	def test_from_the_receipt_to_finance(self, receipt, draft, as_user, cast, item):
		assert [(row.item_code, row.document_type, row.copies) for row in papers(draft, receipt)] == [
			(item, "Manual", 1),
			(item, "Warranty Card", 2),
		]
		with as_user("storekeeper"):
			assert handovers.hand_over(draft.name) == "Handed Over"
		with as_user("stores_accountant"):
			assert handovers.receive(draft.name) == "Received"
		draft.reload()
		assert (draft.handed_over_by, draft.received_by) == (
			cast.user("storekeeper"),
			cast.user("stores_accountant"),
		)
		assert draft.handed_over_on <= draft.received_on

	def test_nothing_is_in_two_and_nothing_is_left_twice(self, receipt, draft, as_user):
		with as_user("storekeeper"), refused():
			handovers.collect(receipt.company)

	def test_a_row_left_out_is_offered_again(self, receipt, draft, as_user):
		with as_user("storekeeper"):
			draft.documents = [row for row in draft.documents if row != papers(draft, receipt)[0]]
			draft.save()
			other = frappe.get_doc(HANDOVER, handovers.collect(receipt.company))
		assert [row.document_type for row in papers(other, receipt)] == ["Manual"]

	def test_a_cancelled_one_gives_its_documents_back(self, receipt, handed, as_user):
		with as_user("storekeeper"):
			with refused():
				handovers.cancel_handover(handed.name, "  ")
			assert handovers.cancel_handover(handed.name, "漏了一份") == "Cancelled"
			other = frappe.get_doc(HANDOVER, handovers.collect(receipt.company))
		assert len(papers(other, receipt)) == 2

	@pytest.mark.parametrize("person", ["storekeeper", "buyer", "general_manager"])
	def test_who_does_not_receive(self, handed, as_user, person):
		with as_user(person), pytest.raises(frappe.PermissionError):
			handovers.receive(handed.name)

	@pytest.mark.parametrize("person", ["stores_accountant", "finance_manager", "buyer"])
	def test_who_does_not_hand_over(self, draft, receipt, as_user, person):
		with as_user(person):
			with pytest.raises(frappe.PermissionError):
				handovers.hand_over(draft.name)
			with pytest.raises(frappe.PermissionError):
				handovers.collect(receipt.company)
			with pytest.raises(frappe.PermissionError):
				handovers.cancel_handover(draft.name, "不要")

	def test_one_person_of_both_offices_signs_once(self, handed, as_user, cast):
		frappe.get_doc("User", cast.user("storekeeper")).add_roles("Stores Accountant")
		with as_user("storekeeper"), refused():
			handovers.receive(handed.name)

	def test_each_step_once(self, handed, as_user):
		with as_user("storekeeper"), refused():
			handovers.hand_over(handed.name)
		with as_user("stores_accountant"):
			handovers.receive(handed.name)
			with refused():
				handovers.receive(handed.name)
		with as_user("storekeeper"), refused():
			handovers.cancel_handover(handed.name, "漏了一份")

	def test_an_empty_one_is_not_handed_over(self, draft, as_user):
		with as_user("storekeeper"):
			draft.documents = []
			draft.save()
			with refused():
				handovers.hand_over(draft.name)

	def test_what_it_lists_is_not_written_by_hand(self, draft, handed, as_user, item):
		with as_user("storekeeper"):
			handed.append("documents", {"item_code": item, "document_type": "Manual"})
			with refused():
				handed.save()
			handed.reload().documents = handed.documents[:1]
			with refused():
				handed.save()

	def test_it_is_kept(self, draft):
		with refused():
			frappe.delete_doc(HANDOVER, draft.name)

	def test_over_rest(self, rest, committed, handed, receipt, item):
		committed()
		client = rest("storekeeper")
		for values in (
			{"status": "Received"},
			{"received_by": "Administrator", "received_on": "2026-01-01"},
			{"documents": []},
			{"documents": [{"item_code": item, "document_type": "Manual", "copies": 9}]},
		):
			client.update(HANDOVER, handed.name, **values)
		data = client.get(HANDOVER, handed.name).json()["data"]
		assert (data["status"], data.get("received_by")) == ("Handed Over", None)
		assert len([row for row in data["documents"] if row["purchase_receipt"] == receipt.name]) == 2
		row = data["documents"][0]["name"]
		assert client.update("Document Handover Item", row, copies=9).status_code == 403
		made = client.insert(
			HANDOVER,
			company=receipt.company,
			status="Received",
			documents=[{"item_code": item, "document_type": "Manual"}],
		)
		assert made.status_code == 417
		assert "WH-11" in refusal(made)
		answer = client.call(f"{METHODS}.receive", handover=handed.name)
		assert answer.status_code == 403
		url = f"/api/method/{METHODS}.receive"
		assert (
			rest("stores_accountant").request("GET", url, params={"handover": handed.name}).status_code == 403
		)
		assert rest("stores_accountant").call(f"{METHODS}.receive", handover=handed.name).status_code == 200
		for person in ("department_head", "clerk"):
			assert rest(person).get(HANDOVER, handed.name).status_code == 403


class TestPapers:
	def test_of_other_goods(self, stores, as_user, item):
		order = purchasing.ordered(purchasing.approved(stores, as_user, item), stores, as_user)
		with as_user("storekeeper"):
			doc = purchasing.receipt_of(order)
			doc.append("receipt_documents", {"item_code": make.item().name, "document_type": "Manual"})
			with refused():
				doc.insert()
			doc.receipt_documents[0].update({"item_code": item, "copies": 0})
			with refused():
				doc.insert()

	def test_what_came_is_not_changed_afterwards(self, receipt, as_user):
		with as_user("storekeeper"):
			receipt.reload().receipt_documents[0].copies = 9
			with pytest.raises(frappe.ValidationError):
				receipt.save()

	def test_they_are_not_copied(self, receipt):
		assert frappe.copy_doc(receipt, ignore_no_copy=False).receipt_documents == []

	def test_departments_see_their_own_receipts_papers_only(self, rest, committed, receipt):
		committed()
		name = receipt.receipt_documents[0].name
		assert rest("storekeeper").get("Receipt Document", name).status_code == 200
		assert rest("other_department_head").get("Receipt Document", name).status_code == 403
		assert rest("storekeeper").update("Receipt Document", name, copies=9).status_code in (403, 417)


class TestReport:
	def run(self, **filters):
		return documents_of_goods.execute(filters)[1]

	def test_from_an_item_to_who_has_them(self, receipt, item, as_user, cast):
		rows = self.run(item_code=item)
		assert [row.state for row in rows] == [frappe._("With the Storekeeper")] * 2
		with as_user("storekeeper"):
			name = handovers.collect(receipt.company)
			handovers.hand_over(name)
		with as_user("finance_manager"):
			handovers.receive(name)
			row = self.run(item_code=item, company=receipt.company)[0]
			assert self.run(item_code=item, not_received=1) == []
		assert (row.handover, row.received_by) == (
			name,
			frappe.utils.get_fullname(cast.user("finance_manager")),
		)

	def test_who_may_run_it(self, receipt, as_user):
		for person in ("storekeeper", "buyer", "stores_accountant", "finance_manager"):
			with as_user(person):
				assert self.run()
		for person in ("cashier", "employee"):
			with as_user(person), pytest.raises(frappe.PermissionError):
				self.run()

	def test_one_statement_whatever_the_number(self, receipt, count_sql):
		with count_sql() as count:
			self.run()
		assert len([text for text in count.statements if "Receipt Document" in text]) == 1

	@pytest.mark.parametrize("value", [{"a": 1}, ["x"], "'; drop"])
	def test_odd_filters_find_nothing(self, receipt, value):
		assert self.run(item_code=value) == []
