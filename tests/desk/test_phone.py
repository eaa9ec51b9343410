"""A technician on a phone: the whole order in five taps (SVC-09), signed by the customer on the screen (SVC-05)."""

import pytest

from tests.desk.pages import OrderForm

TICKET = "property_service.property_service.doctype.repair_ticket.repair_ticket"


@pytest.fixture
def order(api, cast, stage) -> str:
	ticket = stage.fresh_ticket(api, description="洗手盆下水管漏水, 柜子里已经积水", priority="Urgent")
	return api("clerk").ask(
		f"{TICKET}.dispatch",
		ticket=ticket,
		department=cast.departments["engineering"],
		assigned_to=cast.employee("technician"),
	)


@pytest.mark.rule("SVC-09", "SVC-10", "SVC-05")
def test_five_taps_from_arrival_to_the_signed_slip(sit_down, api, order, photo, shots):
	phone = sit_down("technician", phone=True)
	form = OrderForm(phone).open(order)
	steps = phone.count_anew()

	form.arrive().take_photo(photo)
	form.use_material("DN40 下水软管", "1").write_work_done("更换下水软管和密封圈, 试水十分钟不漏")
	form.let_customer_sign()
	phone.picture(shots, "phone")
	form.finish(ends_as="Archived")

	print(f"\ntechnician: {steps}")
	taps = steps.clicks - 1  # the signature is a stroke, not a tap
	assert taps == 5
	done = api("clerk").doc("Service Order", order)
	assert done["status"] == "Archived"
	assert done["sign_off_method"] == "Drawn Signature"
	assert done["customer_signature"].startswith("data:image/png;base64,")
	assert (done["arrived_on"], done["finished_on"], done["returned_on"]) != (None, None, None)
	assert [(row["item_name"], row["qty"]) for row in done["materials"]] == [("DN40 下水软管", 1)]
	assert done["photos"][0]["image"].startswith("/private/files/")
	assert api("technician").request("GET", done["photos"][0]["image"]).status_code == 200
