"""What a company that switches the stores procedure on starts with, and how stores are looked up (ORG-06, WH-14, WH-15)."""

import frappe
import pytest

from property_service import guards, settings
from property_service.rules import stores as rules
from property_service.stock import stores as places
from tests import stores as make

pytestmark = [pytest.mark.rule("ORG-06"), pytest.mark.rule("WH-14")]

ACCOUNTS = (
	*("pending_gains_losses_account", "surplus_account", "shortage_account", "other_receivable_account"),
	*("abnormal_loss_account", "scrap_expense_account", "stores_expense_account"),
)


@pytest.fixture
def company(cast):
	return (
		frappe.get_doc(
			{
				"doctype": "Company",
				"company_name": f"湖景物业 {frappe.generate_hash(length=4)}",
				"abbr": frappe.generate_hash(length=4),
				"default_currency": "CNY",
				"country": "China",
			}
		)
		.insert()
		.name
	)


def switch_on(company, **values):
	doc = frappe.get_doc(settings.DOCTYPE)
	row = next(row for row in doc.companies if row.company == company)
	row.update({"stores": 1, **values})
	doc.save()
	return next(row for row in frappe.get_doc(settings.DOCTYPE).companies if row.company == company)


def test_switched_off_nothing_is_made(company):
	assert places.stores(company) == []
	assert not guards.procedure_is_on("stores", company)


def test_switching_on_makes_two_stores_with_all_zones(company):
	row = switch_on(company)
	general, flammables = places.stores(company)
	assert row.default_store == general
	for store, classes in (
		(general, [name for name in rules.STORAGE_CLASSES if name != rules.FLAMMABLE]),
		(flammables, [rules.FLAMMABLE]),
	):
		assert [places.zone_of(name) for name in places.warehouses(store)] == list(rules.ZONES)
		for name in places.warehouses(store):
			assert list(places.permitted_classes(name)) == classes
			assert places.store_of(name) == store
	bad = places.zone_warehouse(general, rules.NONCONFORMING)
	assert frappe.db.get_value("Warehouse", bad, "is_rejected_warehouse")
	assert frappe.db.get_value("Warehouse Type", places.warehouse_type(rules.QUALIFIED)) == "合格品区"


def test_every_account_is_mapped_and_may_be_posted_to(company):
	row = switch_on(company)
	for fieldname in ACCOUNTS:
		account = frappe.get_doc("Account", row.get(fieldname))
		assert account.company == company
		assert not account.is_group
		assert account.account_type != "Stock"
	assert frappe.db.get_value("Account", row.other_receivable_account, "account_type") == "Receivable"
	assert frappe.db.get_value("Account", row.pending_gains_losses_account, "root_type") == "Asset"


def test_saving_again_makes_nothing_more_and_a_deleted_warehouse_stays_away(company):
	row = switch_on(company)
	disposal = places.zone_warehouse(row.default_store, rules.DISPOSAL)
	frappe.delete_doc("Warehouse", disposal)
	before = frappe.db.count("Warehouse"), frappe.db.count("Account")
	switch_on(company)
	assert (frappe.db.count("Warehouse"), frappe.db.count("Account")) == before


def test_a_company_keeps_what_it_has_mapped_and_the_store_it_has(stores, company):
	own = make.store(company, "自有仓库")
	account = frappe.db.get_value("Company", company, "stock_adjustment_account")
	row = switch_on(company, shortage_account=account)
	assert row.default_store == own
	assert places.stores(company) == [own]
	assert row.shortage_account == account


def test_what_a_store_lacks_is_named(stores):
	store = make.store(stores.company)
	frappe.db.set_value("Warehouse", places.zone_warehouse(store, rules.DISPOSAL), "warehouse_type", None)
	frappe.local.request_cache.clear()
	with pytest.raises(frappe.ValidationError, match=frappe._(rules.TITLES[rules.DISPOSAL])):
		places.zone_warehouse(store, rules.DISPOSAL)
	with pytest.raises(frappe.ValidationError, match=frappe._(rules.FLAMMABLE)):
		places.zone_warehouse(store, rules.QUALIFIED, rules.FLAMMABLE)


def test_warehouses_without_a_type_are_outside_and_reported_by_name(stores):
	outside = make.warehouse(stores.company, "临时堆放")
	assert outside in places.outside(stores.company)
	assert places.place_of(outside) is None
	assert not set(places.outside(stores.company)) & set(stores.warehouses.values())


@pytest.mark.rule("WH-15")
@pytest.mark.parametrize("classes", [["Flammable", "Food"], ["Flammable", "General"], ["Food", "Food"]])
def test_what_may_not_lie_together_is_refused(stores, classes):
	doc = frappe.get_doc("Warehouse", stores.zone())
	doc.set("permitted_storage_classes", [{"storage_class": name} for name in classes])
	with pytest.raises(frappe.ValidationError, match="WH-15"):
		doc.save()


@pytest.mark.rule("WH-01")
def test_an_item_says_how_it_is_stocked(stores):
	item = make.item(stock_class="Standing Part", storage_class="Food", is_tool=1, low_value_class="Tool")
	stored = frappe.db.get_value(
		"Item", item.name, ["stock_class", "storage_class", "is_tool", "low_value_class"]
	)
	assert stored == ("Standing Part", "Food", 1, "Tool")
	with pytest.raises(frappe.ValidationError):
		make.item(stock_class="Sometimes")


@pytest.mark.rule("WH-01")
def test_an_item_without_certificate_says_why(stores):
	with pytest.raises(frappe.ValidationError, match="WH-11"):
		make.item(certificate_exempt=1, certificate_exempt_reason=None)
	make.item(certificate_exempt=1, certificate_exempt_reason="散装沙石, 厂家不出具")
