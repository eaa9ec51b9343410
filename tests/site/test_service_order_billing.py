"""A chargeable order becomes a draft invoice for whoever pays for the household (SVC-12)."""

import frappe
import pytest

from property_service import settings
from property_service.property_service.doctype.service_order import service_order
from property_service.rules import service_order as rules
from tests.site import make
from tests.site.test_service_order import bring, refused

pytestmark = pytest.mark.rule("SVC-12")

INVOICE = "Sales Invoice"
SIGNATURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
CHARGES = [
	{"charge_type": "Labour", "description": "上门服务费", "amount": 30},
	{"charge_type": "Material", "description": "角阀", "amount": 25.5},
]


def customer(name="何家欢家庭") -> str:
	return make.insert(
		{
			"doctype": "Customer",
			"customer_name": f"{name} {frappe.generate_hash(length=6)}",
			"customer_type": "Individual",
		}
	).name


@pytest.fixture
def household(test_transaction):
	return customer()


@pytest.fixture
def at_work(cast, as_user):
	"""`at_work(…)`: an order on which the technician has arrived, for a resident whose household pays."""

	def work(household=None, **values):
		unit = make.unit(customer=values.pop("unit_customer", None))
		resident = make.resident(property_unit=unit.name, household=household)
		with as_user("clerk"):
			ticket = make.ticket(
				reported_by=resident.name,
				property_unit=unit.name,
				repair_kind=values.pop("repair_kind", "Home Repair"),
			)
			order = service_order.make_for_ticket(
				ticket.name, cast.departments["engineering"], cast.employee("technician")
			)
		bring(order.name, "In Progress", as_user)
		return order.name

	return work


def price(order: str, as_user, charges=CHARGES, person="clerk", **values):
	with as_user(person):
		doc = frappe.get_doc("Service Order", order)
		doc.update({"charges": charges, **values})
		doc.save()
	return doc


def finish(order: str, as_user, method=rules.PHONE):
	with as_user("technician"):
		doc = frappe.get_doc("Service Order", order)
		doc.sign_off_method = method
		doc.save()
		service_order.finish(order, work_done="更换角阀")


def sign_on_screen(order: str, as_user):
	with as_user("technician"):
		doc = frappe.get_doc("Service Order", order)
		doc.update({"sign_off_method": rules.DRAWN, "customer_signature": SIGNATURE})
		doc.save()
		service_order.finish(order, work_done="更换角阀")


def archive(order: str, as_user):
	with as_user("clerk"):
		service_order.confirm_by_phone(order, "何家欢", "Satisfied")
		service_order.archive(order)


def invoices(order: str):
	return [
		frappe.get_doc(INVOICE, name)
		for name in frappe.get_all(INVOICE, {"service_order": order}, pluck="name", order_by="creation")
	]


def billing(order: str) -> str:
	return frappe.db.get_value("Service Order", order, "billing_status") or ""


def test_archiving_a_priced_order_makes_the_draft(at_work, household, as_user):
	order = at_work(household)
	price(order, as_user)
	assert billing(order) == "To Bill"
	finish(order, as_user)
	assert invoices(order) == []
	archive(order, as_user)
	(invoice,) = invoices(order)
	assert invoice.docstatus == 0
	assert invoice.customer == household
	assert invoice.grand_total == 55.5
	row = settings.company_row(invoice.company)
	assert [line.item_code for line in invoice.items] == [row.labour_item, row.material_item]
	assert [line.amount for line in invoice.items] == [30, 25.5]
	assert not invoice.update_stock
	assert billing(order) == "Billed"
	# a draft posts nothing
	assert not frappe.db.exists("GL Entry", {"voucher_no": invoice.name})


def test_an_item_of_its_own_stands_on_the_invoice(at_work, household, as_user):
	own = make.insert(
		{
			"doctype": "Item",
			"item_code": f"角阀 {frappe.generate_hash(length=6)}",
			"item_group": frappe.get_all("Item Group", {"is_group": 0}, pluck="name", order_by="lft")[0],
			"stock_uom": frappe.get_all("UOM", pluck="name", order_by="name", limit=1)[0],
			"is_stock_item": 1,
		}
	).name
	order = at_work(household)
	price(order, as_user, [{"charge_type": "Material", "item": own, "amount": 18}])
	finish(order, as_user)
	archive(order, as_user)
	(invoice,) = invoices(order)
	assert (invoice.items[0].item_code, invoice.items[0].rate) == (own, 18)


def test_tax_stands_inside_the_price_the_customer_signed(at_work, household, as_user):
	template = make.insert(
		{
			"doctype": "Sales Taxes and Charges Template",
			"title": f"增值税 {frappe.generate_hash(length=6)}",
			"company": make.company(),
			"is_default": 1,
			"taxes": [
				{
					"charge_type": "On Net Total",
					"account_head": frappe.db.get_value(
						"Account", {"company": make.company(), "account_type": "Tax", "is_group": 0}
					),
					"description": "增值税 6%",
					"rate": 6,
				}
			],
		}
	)
	order = at_work(household)
	price(order, as_user, [{"charge_type": "Labour", "amount": 106}])
	finish(order, as_user)
	archive(order, as_user)
	(invoice,) = invoices(order)
	assert invoice.taxes_and_charges == template.name
	assert (invoice.grand_total, invoice.net_total, invoice.total_taxes_and_charges) == (106, 100, 6)


def test_the_units_customer_pays_where_there_is_no_household(at_work, as_user):
	owner = customer("某某科技有限公司")
	order = at_work(unit_customer=owner)
	price(order, as_user)
	finish(order, as_user)
	archive(order, as_user)
	assert invoices(order)[0].customer == owner


def test_nobody_to_pay_keeps_the_slip_moving_and_tells_the_desk(at_work, as_user, cast, household):
	order = at_work()
	price(order, as_user)
	finish(order, as_user)
	with as_user("second_clerk"):
		service_order.confirm_by_phone(order, "何家欢", "Satisfied")
		service_order.archive(order)
	assert invoices(order) == []
	assert billing(order) == "To Bill"
	told = frappe.get_all(
		"Notification Log", {"document_name": order}, ["for_user", "subject"], order_by="creation"
	)
	assert any(row.for_user == cast.user("clerk") and "没有付款客户" in row.subject for row in told)
	with as_user("clerk"):
		refused(lambda: service_order.bill(order), rules.NOBODY_TO_BILL)
		assert service_order.bill(order, household) == invoices(order)[0].name
	assert invoices(order)[0].customer == household


def test_a_priced_order_that_is_signed_on_the_screen_bills_itself(at_work, household, as_user):
	"""The technician's finish files the slip; that the technician reads no customers stops nothing."""
	order = at_work(household)
	price(order, as_user)
	with as_user("technician"):
		assert not frappe.has_permission("Customer", "read")
	sign_on_screen(order, as_user)
	(invoice,) = invoices(order)
	assert (invoice.customer, invoice.grand_total) == (household, 55.5)


def test_what_was_signed_on_the_screen_is_priced_afterwards(at_work, household, as_user):
	"""A drawn signature files the slip at once, before the desk has seen it."""
	order = at_work(household)
	sign_on_screen(order, as_user)
	assert frappe.db.get_value("Service Order", order, "status") == "Archived"
	price(order, as_user)
	with as_user("clerk"):
		service_order.bill(order)
	assert invoices(order)[0].grand_total == 55.5


@pytest.mark.parametrize("waiver", [rules.WARRANTY, rules.OUR_DAMAGE])
def test_warranty_and_own_damage_make_no_invoice(at_work, household, as_user, waiver):
	order = at_work(household)
	refused(lambda: price(order, as_user, charge_waiver=waiver), rules.CHARGED_AND_WAIVED)
	price(order, as_user, [], charge_waiver=waiver)
	finish(order, as_user)
	archive(order, as_user)
	assert invoices(order) == []
	with as_user("clerk"):
		refused(lambda: service_order.bill(order), rules.NOTHING_TO_BILL)


def test_the_developers_warranty_is_charged_to_nobody(at_work, household, as_user):
	order = at_work(household, repair_kind="Developer Warranty")
	refused(lambda: price(order, as_user), rules.WARRANTY_IS_FREE)


def test_an_order_is_billed_once(at_work, household, as_user):
	order = at_work(household)
	price(order, as_user)
	finish(order, as_user)
	archive(order, as_user)
	with as_user("clerk"):
		refused(lambda: service_order.bill(order), rules.BILLED_ALREADY)
	refused(lambda: price(order, as_user, []), rules.BILLED_IS_FROZEN)
	assert len(invoices(order)) == 1


@pytest.mark.parametrize("ending", ["deleted", "cancelled"])
def test_an_invoice_that_goes_away_opens_the_order_again(at_work, household, as_user, ending):
	order = at_work(household)
	price(order, as_user)
	finish(order, as_user)
	archive(order, as_user)
	(invoice,) = invoices(order)
	if ending == "deleted":
		invoice.delete()
	else:
		invoice.submit()
		invoice.cancel()
	assert billing(order) == "To Bill"
	price(order, as_user, [{"charge_type": "Labour", "amount": 40}])
	with as_user("clerk"):
		service_order.bill(order)
	assert [doc.grand_total for doc in invoices(order)][-1] == 40


def test_an_amended_invoice_bills_the_order_again(at_work, household, as_user):
	order = at_work(household)
	price(order, as_user)
	finish(order, as_user)
	archive(order, as_user)
	(invoice,) = invoices(order)
	invoice.submit()
	invoice.cancel()
	amended = frappe.copy_doc(invoice)
	amended.update({"amended_from": invoice.name, "docstatus": 0})
	amended.insert()
	assert (amended.service_order, billing(order)) == (order, "Billed")
	with as_user("clerk"):
		refused(lambda: service_order.bill(order), rules.BILLED_ALREADY)
	amended.delete()
	assert billing(order) == "To Bill"


def test_what_the_desk_has_billed_anew_is_not_amended(at_work, household, as_user):
	order = at_work(household)
	price(order, as_user)
	finish(order, as_user)
	archive(order, as_user)
	(invoice,) = invoices(order)
	invoice.submit()
	invoice.cancel()
	with as_user("clerk"):
		service_order.bill(order)
	amended = frappe.copy_doc(invoice)
	amended.update({"amended_from": invoice.name, "docstatus": 0})
	refused(amended.insert, rules.BILLED_ALREADY)


def test_unfinished_work_is_not_billed(at_work, household, as_user):
	order = at_work(household)
	price(order, as_user)
	with as_user("clerk"):
		refused(lambda: service_order.bill(order), rules.NOT_DONE)


def test_technicians_neither_price_nor_bill_nor_take_cash(at_work, household, as_user):
	order = at_work(household)
	refused(lambda: price(order, as_user, person="technician"), rules.DESK_FIELDS)
	price(order, as_user)
	finish(order, as_user)
	with as_user("technician"):
		with pytest.raises(frappe.PermissionError):
			service_order.bill(order)
		for doctype in (INVOICE, "Payment Entry"):
			assert not frappe.has_permission(doctype, "create")


def test_a_missing_item_is_named_with_the_setting(at_work, household, as_user):
	order = at_work(household)
	price(order, as_user)
	finish(order, as_user)
	frappe.db.set_value("Property Service Company", {"company": make.company()}, "labour_item", None)
	frappe.clear_document_cache(settings.DOCTYPE, settings.DOCTYPE)
	with as_user("clerk"), pytest.raises(frappe.ValidationError) as error:
		service_order.bill(order)
	assert "Item for Labour" in str(error.value)


@pytest.mark.rule("Q-05")
def test_over_rest_nobody_writes_the_billing_or_ties_an_invoice_to_an_order(rest, cast):
	clerk = rest("clerk")
	order = clerk.insert("Service Order", make.order_values(billing_status="Billed", charge_total=99)).json()[
		"data"
	]
	assert not order["billing_status"]
	assert not order["charge_total"]
	clerk.update("Service Order", order["name"], billing_status="Billed")
	assert not clerk.get("Service Order", order["name"]).json()["data"]["billing_status"]

	invoice = frappe.get_doc(
		{
			"doctype": INVOICE,
			"customer": customer(),
			"company": make.company(),
			"service_order": order["name"],
			"items": [{"item_code": settings.company_row(make.company()).labour_item, "qty": 1, "rate": 5}],
		}
	).insert()
	assert not invoice.service_order
