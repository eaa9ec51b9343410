"""Drinking water over REST: the same refusals, and nothing written past the server (DESK-06)."""

import frappe
import pytest

from property_service.rules import register as register_rules
from property_service.rules import water as rules
from tests.site import make
from tests.site.bad_values import broken_answers
from tests.site.rest import assert_refused
from tests.site.till_line import Till

pytestmark = pytest.mark.rule("DESK-06")

API = "property_service.property_service.doctype.drinking_water_order.drinking_water_order"


@pytest.fixture
def clerk(rest):
	return rest("clerk")


@pytest.fixture
def values(committed, cast, as_user):
	"""A room's order; the water is named in the settings for the test alone."""
	row = next(
		row for row in frappe.get_doc("Property Service Settings").companies if row.company == make.company()
	)
	warehouse = row.water_warehouse
	Till(cast, as_user).open("clerk")
	made = make.water_order_values(item=make.water(stock=10), property_unit=make.unit().name)
	frappe.db.commit()
	yield made
	frappe.db.delete("Water Item", {"item": made["item"]})
	frappe.db.set_value("Property Service Company", row.name, "water_warehouse", warehouse)
	frappe.db.commit()
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


@pytest.fixture
def ordered(clerk, values):
	answer = clerk.insert("Drinking Water Order", values)
	assert answer.status_code == 200, answer.text[:500]
	return answer.json()["data"]


@pytest.mark.parametrize(
	("changed", "message"),
	[
		({"property_unit": None}, rules.NO_HOLDER),
		({"contact_phone": None}, rules.NO_CONTACT),
		({"qty": 0}, rules.NOTHING),
		({"payment_method": "Monthly Account"}, rules.NO_MONTHLY_ACCOUNT),
	],
)
def test_an_incomplete_order_is_refused(clerk, values, changed, message):
	assert_refused(clerk.insert("Drinking Water Order", {**values, **changed}), message)


def test_price_balance_and_state_are_not_written(clerk, ordered):
	name = ordered["name"]
	forged = {
		"rate": 0.01,
		"amount": 0.01,
		"status": "Delivered",
		"delivered_qty": 5,
		"empties_after": 9,
		"holder": "x",
	}
	assert clerk.update("Drinking Water Order", name, forged).status_code == 200
	for fieldname, value in forged.items():
		clerk.set_value("Drinking Water Order", name, fieldname, value)
	after = clerk.get("Drinking Water Order", name).json()["data"]
	assert {field: after.get(field) for field in forged} == {field: ordered.get(field) for field in forged}
	assert_refused(clerk.update("Drinking Water Order", name, qty=9), register_rules.FIXED)
	assert clerk.set_value("Water Account", ordered["water_account"], "empties_out", 0).status_code == 403
	assert clerk.insert("Water Bill", company=make.company(), customer="x").status_code == 403
	assert clerk.delete("Drinking Water Order", name).status_code == 403


def test_steps_by_their_methods(clerk, rest, ordered):
	name = ordered["name"]
	assert (
		clerk.request("GET", f"/api/method/{API}.cancel", params={"name": name, "reason": "x"}).status_code
		== 403
	)
	for person in ("technician", "cashier", "Guest"):
		assert rest(person).call(f"{API}.deliver", name=name).status_code == 403
		assert rest(person).call(f"{API}.cancel", name=name, reason="x").status_code == 403
	assert_refused(clerk.call(f"{API}.deliver", name=name), rules.NOT_DELIVERED_YET)
	order_api = "property_service.property_service.doctype.service_order.service_order"
	assert_refused(
		clerk.call(f"{order_api}.cancel", order=ordered["service_order"], reason="x"), rules.ORDER_BELONGS
	)
	assert_refused(clerk.call(f"{API}.cancel", name=name, reason=""), register_rules.NO_REASON)
	assert clerk.call(f"{API}.cancel", name=name, reason="不要了").status_code == 200
	assert_refused(clerk.call(f"{API}.deliver", name=name), register_rules.NOT_A_STEP)


def test_bad_input_never_breaks_the_server(clerk, rest, values, ordered):
	manager = rest("service_manager")

	def attempts(bad):
		return [
			clerk.call(f"{API}.deliver", name=bad, delivered_qty=bad, empties_back=bad, received_by=bad),
			clerk.call(f"{API}.deliver", name=ordered["name"], delivered_qty=bad, empties_back=bad),
			clerk.call(f"{API}.cancel", name=bad, reason=bad),
			clerk.insert("Drinking Water Order", {**values, "item": bad, "customer": bad}),
			clerk.insert("Drinking Water Order", {**values, "qty": bad, "empties_back": bad}),
			clerk.insert("Drinking Water Order", {**values, "wanted_on": bad, "payment_method": bad}),
			clerk.insert("Drinking Water Order", {**values, "contact_phone": bad, "resident": bad}),
			clerk.insert("Drinking Water Order", {**values, "company": bad, "property_unit": bad}),
			clerk.update("Drinking Water Order", ordered["name"], contact_name=bad, remarks=bad),
			manager.insert("Water Account", company=make.company(), customer=bad, empties_at_start=bad),
			manager.insert("Water Account", company=bad, property_unit=bad),
		]

	assert not broken_answers(attempts)
