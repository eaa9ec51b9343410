"""A department sees its own orders only (ORG-02, SVC-09): the colleague next door finds every door shut."""

import pytest
from playwright.sync_api import expect

from tests.desk.pages import FormPage, ListPage


@pytest.fixture
def order(api, cast, stage) -> str:
	"""An order of engineering, dispatched by the desk."""
	return api("clerk").ask(
		"property_service.property_service.doctype.repair_ticket.repair_ticket.dispatch",
		ticket=stage.fresh_ticket(api),
		department=cast.departments["engineering"],
		assigned_to=cast.employee("technician"),
	)


@pytest.mark.rule("ORG-02", "SVC-09")
def test_a_second_department_opens_neither_list_nor_form_nor_rest(sit_down, api, order):
	stranger = sit_down("other_technician")
	ListPage(stranger, "Service Order").open(f"?name={order}").is_empty()

	stranger.goto(f"/app/service-order/{order}")
	refusal = stranger.page.locator(".page-container:visible, .modal.show").filter(
		has_text=stranger.zh("Not permitted")
	)
	expect(refusal.first).to_be_visible()
	assert not stranger.js("name => !!(frappe.model.get_doc('Service Order', name))", order)

	answer = api("other_technician").get("Service Order", order)
	assert answer.status_code == 403
	assert api("other_technician").rows("Service Order", {"name": order}) == []
	assert api("other_technician").update("Service Order", order, work_done="做完了").status_code == 403

	own = sit_down("technician")
	assert ListPage(own, "Service Order").open(f"?name={order}").names() == [order]
	assert FormPage(own, "Service Order").open(order).in_state("Dispatched").value("name") == order
