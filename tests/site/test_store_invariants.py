"""Each invariant of the stores, broken on purpose, says so (Q-03)."""

import frappe
import pytest

from property_service import invariants
from property_service.stock import stock_months
from property_service.stock import stores as places
from tests import stores as make
from tests.site import purchasing

pytestmark = pytest.mark.breaks_invariants

MODULES = ("property_service.invariants.purchasing", "property_service.invariants.stock")
ROW = "Material Request Item"


@pytest.fixture
def approved(stores, as_user):
	return purchasing.approved(stores, as_user, make.item().name, store=purchasing.own_store(stores))


def write(doctype, name, **values):
	frappe.db.set_value(doctype, name, values, update_modified=False)


def count_what_was_never_received(stores, approved):
	write(ROW, approved.items[0].name, accepted_qty=3)
	return approved.name


def hold_what_nobody_ordered(stores, approved):
	write(ROW, approved.items[0].name, committed_qty=4)
	return approved.name


def forget_a_signature(stores, approved):
	frappe.db.delete("Approval Step", {"parent": approved.name, "actor_role": "Finance Manager"})
	return approved.name


def month_of_new_goods(stores) -> str:
	item = make.item().name
	make.put_in(item, places.zone_warehouse(stores.store, "Qualified"), 7)
	while stock_months.refresh_some():
		pass
	return frappe.db.exists(stock_months.DOCTYPE, {"item_code": item})


def write_another_figure(stores, approved):
	name = month_of_new_goods(stores)
	write(stock_months.DOCTYPE, name, other_in_qty=99)
	return name


def lose_a_month(stores, approved):
	name = month_of_new_goods(stores)
	item, warehouse = frappe.db.get_value(stock_months.DOCTYPE, name, ["item_code", "warehouse"])
	frappe.db.delete(stock_months.DOCTYPE, {"name": name})
	return f"{warehouse} {item}"


def post_a_cent_past_the_stock(stores, approved):
	item = make.item().name
	entry = make.put_in(item, places.zone_warehouse(stores.store, "Qualified"), 7, 4)
	row = frappe.db.get_value("GL Entry", {"voucher_no": entry.name, "debit": (">", 0)}, ["name", "debit"])
	write("GL Entry", row[0], debit=row[1] + 0.01)
	return stores.company


BREAKAGES = (
	("accepted_is_what_receipts_accepted", count_what_was_never_received),
	("orders_hold_what_they_ask_for", hold_what_nobody_ordered),
	("approved_requests_record_their_steps", forget_a_signature),
	("months_say_what_the_ledger_says", write_another_figure),
	("no_month_of_the_ledger_is_missing", lose_a_month),
	("stock_ties_to_both_ledgers", post_a_cent_past_the_stock),
)


@pytest.mark.rule("Q-03", "WH-06", "WH-07")
@pytest.mark.parametrize(("name", "breakage"), BREAKAGES)
def test_what_is_broken_on_purpose_is_reported(stores, approved, name, breakage):
	assert not [finding for finding in invariants.check(stores.company) if finding.invariant == name]
	broken = breakage(stores, approved)
	found = {(finding.invariant, finding.name) for finding in invariants.check(stores.company)}
	assert (name, broken) in found


@pytest.mark.rule("Q-03")
def test_every_invariant_is_broken_once():
	checks = {entry.check.__name__ for entry in invariants.invariants() if entry.check.__module__ in MODULES}
	assert {name for name, _breakage in BREAKAGES} == checks
