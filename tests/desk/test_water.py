"""Water from the telephone to the empties: ordered, brought by a technician, recorded at the desk (DESK-06)."""

import frappe
import pytest
from playwright.sync_api import expect

from tests.desk.pages import CHINESE, FormPage, ListPage
from tests.site import make
from tests.site.repair_line import DRAWING
from tests.site.till_line import Till, mode

pytestmark = pytest.mark.rule("DESK-06")

ORDER = "property_service.property_service.doctype.service_order.service_order"


@pytest.fixture
def water(stage, cast, as_user):
	"""Named in the settings for these journeys alone."""
	frappe.set_user("Administrator")
	row = next(
		row for row in frappe.get_doc("Property Service Settings").companies if row.company == make.company()
	)
	warehouse = row.water_warehouse
	item = make.water(rate=12.5, stock=50)
	shift = Till(cast, as_user).open("clerk")
	frappe.db.commit()
	yield item
	frappe.db.rollback()
	frappe.db.set_value("Front Desk Shift", shift.name, "open_clerk_key", None)
	frappe.db.delete("Water Item", {"item": item})
	frappe.db.set_value("Property Service Company", row.name, "water_warehouse", warehouse)
	frappe.db.commit()
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


def test_ordered_brought_and_recorded(sit_down, api, stage, cast, water, shots):
	clerk = sit_down("clerk")
	form = FormPage(clerk, "Drinking Water Order").new(resident=stage.residents["13900050602"], item=water)
	form.type("qty", "3").press_save()
	assert "支付" in clerk.message()
	clerk.dismiss_message()
	form.pick("mode_of_payment", mode("cash")).save().in_state("Ordered")
	doc = api("clerk").doc("Drinking Water Order", form.name)
	assert (doc["contact_name"], doc["amount"]) == ("高丽娟", 37.5)
	receipt = api("clerk").doc("Front Desk Receipt", doc["receipt"])
	assert (receipt["purpose"], receipt["amount"], receipt["docstatus"]) == ("Water", 37.5, 1)
	assert form.english() == []

	slip = doc["service_order"]
	api("clerk").ask(
		f"{ORDER}.dispatch",
		order=slip,
		department=cast.departments["engineering"],
		assigned_to=cast.employee("technician"),
	)
	api("technician").ask(f"{ORDER}.arrive", order=slip)
	signed = {"sign_off_method": "Drawn Signature", "customer_signature": DRAWING, "sign_off_name": "高丽娟"}
	assert api("technician").update("Service Order", slip, signed).status_code == 200
	api("technician").ask(f"{ORDER}.finish", order=slip, work_done="已送达")

	orders = ListPage(clerk, "Drinking Water Order").open()
	states = orders.root.locator(".list-row .indicator-pill").all_inner_texts()
	assert "待登记送达" in states
	assert all(CHINESE.search(state) for state in states)
	form.open(doc["name"])
	dialog = form.ask("Record Delivery")
	dialog.type("empties_back", "1")
	dialog.confirm()
	expect(form.root.locator(".page-head .indicator-pill").first).to_have_text("已送达")
	clerk.picture(shots, "water")
	after = api("clerk").doc("Drinking Water Order", doc["name"])
	assert (after["delivered_qty"], after["empties_after"], after["received_by"]) == (3, 2, "高丽娟")
	assert after["stock_entry"]
