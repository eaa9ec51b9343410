"""Guest rooms: ticked in the list, sent with one action, tracked room by room (SVC-13)."""

import pytest

from tests.desk.pages import Dialog, ListPage, OrderForm

ROOMS = ("HY2-GR-01", "HY2-GR-03")


@pytest.mark.rule("SVC-13")
def test_one_action_sends_the_ticked_rooms_and_each_is_tracked(sit_down, api, stage, cast):
	clerk = sit_down("clerk")
	rooms = ListPage(clerk, "Property Unit").open("?unit_type=Guest Room")
	rooms.tick(*ROOMS).action("Order Guest Room Cleaning")
	dialog = Dialog(clerk).wait()
	dialog.type("matter", "专家今晚入住, 请更换床品并检查热水")
	dialog.confirm()

	(order,) = api("clerk").rows("Service Order", {"service_type": "Guest Room Cleaning"}, limit=1)
	sent = api("clerk").doc("Service Order", order["name"])
	assert sent["status"] == "Dispatched"
	assert sent["assigned_user"] == cast.user("other_department_head")
	assert sorted(row["property_unit"] for row in sent["rooms"]) == sorted(ROOMS)

	cleaner = OrderForm(sit_down("other_technician")).open(order["name"])
	cleaner.take("Arrive").in_state("In Progress")
	cleaner.mark_rooms("Rooms Cleaned")
	assert states(api, order["name"]) == {"Cleaned"}

	desk = OrderForm(clerk).open(order["name"])
	desk.mark_rooms("Rooms Inspected")
	assert states(api, order["name"]) == {"Inspected"}


def states(api, order: str) -> set[str]:
	return {row["room_status"] for row in api("clerk").doc("Service Order", order)["rooms"]}
