"""What is printed and what is looked at first: the dispatch slip on paper, the clerk's list, the workspace."""

import base64
import io

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.desk.pages import CHINESE, ListPage, SlipView, WorkspacePage

ORDER = "property_service.property_service.doctype.service_order.service_order"
OPEN = ["Reported", "Dispatched", "In Progress", "Deferred", "Reopened"]


@pytest.fixture
def signed_order(api, cast, stage) -> str:
	ticket = stage.fresh_ticket(
		api, "13900011204", priority="Urgent", description="厨房水龙头关不紧, 一直滴水"
	)
	order = api("clerk").ask(
		"property_service.property_service.doctype.repair_ticket.repair_ticket.dispatch",
		ticket=ticket,
		department=cast.departments["engineering"],
		assigned_to=cast.employee("technician"),
	)
	technician = api("technician")
	technician.ask(f"{ORDER}.arrive", order=order)
	answer = technician.update(
		"Service Order",
		order,
		sign_off_method="Drawn Signature",
		customer_signature=signature(),
		customer_satisfaction="Satisfied",
		work_done="更换陶瓷阀芯, 试用正常",
		labour_hours=0.5,
		materials=[
			{"item_name": "陶瓷阀芯", "specification": "35 mm", "qty": 1, "rate": 18},
			{"item_name": "生料带", "specification": "15 m", "qty": 1, "rate": 2.5},
		],
	)
	assert answer.status_code == 200, answer.text[:500]
	technician.ask(f"{ORDER}.finish", order=order)
	return order


@pytest.mark.rule("SVC-09", "SVC-10")
def test_the_slip_prints_what_the_order_holds(sit_down, api, signed_order, stage, shots):
	slip = SlipView(sit_down("clerk")).open("Service Order", signed_order, "Dispatch Slip")
	text = slip.sheet.inner_text()
	spoken, _ = stage.resident("13900011204")
	for printed in (
		"派工单",
		signed_order,
		spoken,
		"厨房水龙头关不紧",
		"张建国",
		"陶瓷阀芯",
		"生料带",
		"20.5",
	):
		assert printed in text
	expect(slip.sheet.locator('img[src^="data:image/png;base64,"]')).not_to_have_count(0)
	width, height = slip.qr_code()
	assert width == height > 50
	assert slip.english() == []
	slip.enlarge().desk.picture(shots, "slip", slip.sheet)


def test_the_clerks_list_shows_states_in_colour(sit_down, stage, shots):
	clerk = sit_down("clerk")
	tickets = ListPage(clerk, "Repair Ticket").open().lengthen()
	assert set(stage.tickets) <= set(tickets.names())
	states = tickets.root.locator(".list-row .indicator-pill").all_inner_texts()
	assert states
	assert all(CHINESE.search(state) for state in states)
	clerk.picture(shots, "list")


def test_the_workspace_shows_the_desks_figures(sit_down, api, stage, shots):
	clerk = sit_down("clerk")
	workspace = WorkspacePage(clerk).open("Service Desk")
	assert workspace.english() == []
	workspace.wait_for_bars()
	clerk.picture(shots, "workspace")
	reported = len(api("clerk").rows("Repair Ticket", {"status": ["in", OPEN]}, limit=500))
	assert str(reported) in workspace.numbers()


def signature() -> str:
	"""A drawn 罗-like scrawl as a phone would send it."""
	picture = Image.new("RGBA", (480, 200), (0, 0, 0, 0))
	draw = ImageDraw.Draw(picture)
	for stroke in (
		[(120, 40), (120, 90), (220, 88), (222, 38), (120, 40)],
		[(153, 42), (153, 88)],
		[(187, 40), (187, 88)],
		[(180, 92), (150, 130), (110, 150)],
		[(165, 112), (225, 110), (190, 150), (120, 180)],
		[(160, 128), (185, 148)],
		[(270, 80), (380, 74)],
		[(325, 40), (325, 116), (280, 116), (372, 112)],
		[(280, 140), (276, 168)],
		[(304, 136), (312, 172), (360, 170), (364, 152)],
		[(340, 134), (348, 148)],
		[(380, 134), (392, 150)],
	):
		draw.line(stroke, fill=(20, 20, 20, 255), width=4, joint="curve")
	data = io.BytesIO()
	picture.save(data, "PNG")
	return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode()
