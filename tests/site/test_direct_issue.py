"""Goods that a department takes over as they arrive: received and issued at once, or not at all (WH-18)."""

import frappe
import pytest

from property_service.rules import direct_issue as rules
from property_service.stock import direct_issues
from property_service.stock import stores as places
from tests import stores as make
from tests.site import purchasing
from tests.site.repair_line import refused

pytestmark = pytest.mark.rule("WH-18")
RECEIPT, ENTRY = "Purchase Receipt", "Stock Entry"


@pytest.fixture
def item(stores):
	return make.item().name


@pytest.fixture
def store(stores):
	return purchasing.own_store(stores)


@pytest.fixture
def order(stores, as_user, item, store):
	request = purchasing.approved(stores, as_user, {"item_code": item, "qty": 10}, store=store)
	return purchasing.ordered(request, stores, as_user)


@pytest.fixture
def draft(order, as_user, cast):
	return purchasing.direct(order, as_user, cast)


@pytest.fixture
def signed(draft, as_user):
	with as_user("department_head"):
		direct_issues.sign_direct_issue(draft.name)
	return draft.reload()


@pytest.fixture
def taken_over(signed, as_user):
	with as_user("storekeeper"):
		signed.submit()
	return signed.reload()


def lying(item, store, zone):
	key = {"item_code": item, "warehouse": places.zone_warehouse(store, zone)}
	return frappe.db.get_value("Bin", key, "actual_qty") or 0


def test_received_and_issued_in_one_submit(taken_over, cast, item, store):
	entry = frappe.get_doc(ENTRY, taken_over.direct_issue_entry)
	assert (entry.docstatus, entry.stores_kind, entry.direct_receipt) == (1, "Direct Issue", taken_over.name)
	assert entry.department == cast.department_of("technician")
	assert [(row.item_code, row.qty) for row in entry.items] == [(item, 10)]
	assert lying(item, store, "Direct Issue") == lying(item, store, "Qualified") == 0
	moments = frappe.get_all(
		"Stock Ledger Entry",
		{"item_code": item, "is_cancelled": 0},
		["voucher_type", "posting_datetime"],
		order_by="posting_datetime",
	)
	assert [row.voucher_type for row in moments] == [RECEIPT, ENTRY]
	assert 0 < (moments[1].posting_datetime - moments[0].posting_datetime).total_seconds() <= 1


def test_the_department_pays_what_the_receipt_cost(signed, as_user, item, store, cast):
	make.put_in(item, places.zone_warehouse(store, "Qualified"), 5, rate=1000)
	with as_user("storekeeper"):
		signed.submit()
	entry = frappe.get_doc(ENTRY, signed.reload().direct_issue_entry)
	assert entry.total_outgoing_value == signed.base_net_total == 50
	cost_center = frappe.db.get_value("Department", cast.department_of("technician"), "cost_center")
	assert {row.cost_center for row in entry.items} == {cost_center}


def test_nothing_stays_in_the_zone_and_nothing_was_there(signed, as_user, item, store):
	make.put_in(item, places.zone_warehouse(store, "Direct Issue"), 1, rate=99)
	with as_user("storekeeper"):
		refused(signed.submit, rules.NOT_EMPTY)


def test_nothing_is_taken_over_without_the_heads_signature(draft, as_user):
	with as_user("storekeeper"):
		refused(draft.submit, rules.NOT_SIGNED)
		draft.reload()
		with pytest.raises(frappe.PermissionError):
			direct_issues.sign_direct_issue(draft.name)
	assert not frappe.db.exists(ENTRY, {"direct_receipt": draft.name})


def test_a_signature_is_for_what_was_signed(signed, as_user):
	with as_user("storekeeper"):
		signed.items[0].qty = signed.items[0].received_qty = 9
		signed.save()
	assert signed.direct_signed_on is None


def test_nobody_writes_the_signature(draft, as_user, cast):
	with as_user("storekeeper"):
		draft.update(
			{"direct_signed_by": cast.user("department_head"), "direct_signed_on": frappe.utils.now()}
		)
		draft.save()
	assert (draft.direct_signed_by, draft.direct_signed_on) == (None, None)


def test_department_and_user_are_named(order, as_user):
	with as_user("storekeeper"):
		receipt = purchasing.receipt_of(order)
		receipt.direct_issue = 1
		receipt.insert()
		refused(purchasing.inspected(receipt).submit, rules.NO_DEPARTMENT)


def test_the_departments_see_it_while_it_is_theirs(draft, as_user, cast):
	assert draft.department == cast.department_of("technician")
	with as_user("storekeeper"):
		draft.direct_issue = 0
		draft.save()
	assert draft.department == cast.department_of("storekeeper")
	assert places.zone_of(draft.items[0].warehouse) == "Qualified"


def test_both_or_neither(signed, as_user, monkeypatch):
	def fails(*args):
		raise frappe.ValidationError("no issue")

	monkeypatch.setattr(direct_issues.ledger, "issue_directly", fails)
	frappe.db.savepoint("direct")
	with as_user("storekeeper"), pytest.raises(frappe.ValidationError, match="no issue"):
		signed.submit()
	frappe.db.rollback(save_point="direct")
	assert not frappe.db.exists("Stock Ledger Entry", {"voucher_no": signed.name})


def test_the_issue_is_not_cancelled_alone_but_with_its_receipt(taken_over, as_user, item, store):
	with as_user("storekeeper"):
		entry = frappe.get_doc(ENTRY, taken_over.direct_issue_entry)
		refused(entry.cancel, rules.WITH_RECEIPT)
		taken_over.cancel()
	assert frappe.db.get_value(ENTRY, taken_over.direct_issue_entry, "docstatus") == 2
	assert frappe.db.get_value(RECEIPT, taken_over.name, "docstatus") == 2
	assert lying(item, store, "Direct Issue") == 0


def test_goods_without_their_certificate_are_not_taken_over(stores, as_user, store, cast):
	item = make.item(certificate_exempt=0, certificate_exempt_reason=None).name
	request = purchasing.approved(stores, as_user, {"item_code": item, "qty": 3}, store=store)
	receipt = purchasing.direct(purchasing.ordered(request, stores, as_user), as_user, cast)
	with as_user("department_head"):
		direct_issues.sign_direct_issue(receipt.name)
	with as_user("storekeeper"):
		refused(receipt.reload().submit, rules.NOT_COMPLETE)


def test_consumption_counts_it(taken_over, item, store):
	from property_service.stock import stock_months

	while stock_months.refresh_some():
		pass
	direct = places.zone_warehouse(store, "Direct Issue")
	month = frappe.get_last_doc(stock_months.DOCTYPE, {"item_code": item, "warehouse": direct})
	assert (month.purchase_qty, month.direct_issue_qty) == (10, 10)
