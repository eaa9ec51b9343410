"""A new employee of a resident company gets a bed, moves in, and moves out when nothing is open any more."""

import re

import frappe
import pytest
from playwright.sync_api import expect

from tests.desk.pages import FormPage, ResidenceForm, SlipView, TreePage
from tests.site import make

ROOM, NEIGHBOUR = "HY2-8-201", "13900080201"


@pytest.fixture
def bed(stage) -> tuple[str, str]:
	"""A room with a free bed and the key that opens it."""
	room = stage.units[ROOM]
	frappe.db.set_value("Property Unit", room, "capacity", 4)
	key = make.key(key_tag=f"RZ-{frappe.generate_hash(length=5)}", units=[room]).name
	make.employer()
	frappe.db.commit()
	return room, key


@pytest.mark.rule("DESK-09", "DESK-10")
def test_from_the_application_to_the_empty_room(sit_down, api, stage, bed, photo, shots):
	room, key = bed
	clerk = sit_down("clerk")
	form = ResidenceForm(clerk)
	form.new().type("mobile_no", "13912345678").type("applicant_name", "林晓东")
	form.pick("gender", clerk.zh("Male")).pick("employer", "老鹰地矿业公司")
	form.type("emergency_contact", "林父")
	assert form.english() == []
	form.tick("id_card_seen").save()
	form.attach("employer_letter", photo).type("employer_confirmed_by", "何主任")
	form.press("Confirm Employer").in_state("Employer Confirmed")
	form.assign(room)
	clerk.picture(shots, "residence")
	form.move_in(key)

	moved_in = api("clerk").doc("Residence Application", form.name)
	assert (moved_in["property_unit"], moved_in["keys_given"]) == (room, key)
	assert api("clerk").doc("Resident", moved_in["resident"])["status"] == "Living In"
	# at the first look: Frappe fills the tree by itself only at the second
	tree = TreePage(clerk, "Property Unit").open().expand_all()
	expect(tree.node(room)).to_contain_text(re.compile(rf"{clerk.zh('Occupied')} · \d / 4"))
	clerk.picture(shots, "units")
	file = FormPage(clerk, "Resident").open(stage.residents[NEIGHBOUR]).in_state("Living In")
	tickets = file.root.locator('.document-link[data-doctype="Repair Ticket"] .count')
	expect(tickets).to_have_text(re.compile(r"[1-9]"))
	clerk.picture(shots, "resident")

	form.open(moved_in["name"])
	expect(form.checklist).to_contain_text(key)
	form.move_out()
	assert key in clerk.message()
	clerk.picture(shots, "moving-out")
	clerk.dismiss_message()
	loan = api("clerk").rows("Key Loan", {"property_key": key, "status": "Lent"})[0]["name"]
	form.settle(loan, "Brought Back").move_out().in_state("Moved Out")

	name = form.name
	left = api("clerk").doc("Residence Application", name)
	assert api("clerk").doc("Service Order", left["cleaning_order"])["status"] == "Dispatched"
	sheet = SlipView(clerk).open("Residence Application", name, "Residence Application Form")
	text = sheet.sheet.inner_text()
	for printed in ("入住申请表", name, "林晓东", "老鹰地矿业公司", key, "林父"):
		assert printed in text
	assert sheet.english() == []
	sheet.desk.picture(shots, "residence-form", sheet.sheet)
