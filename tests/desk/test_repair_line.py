"""The whole line as the people concerned play it: a call, the dispatch, the work, the slip, the follow-up, the end."""

import pytest
from frappe.utils import add_days, now_datetime

from tests.desk.pages import ListPage, OrderForm, TicketForm

CALLER = "13900010502"


def order_of(api, ticket: str) -> str:
	"""The ticket's newest order."""
	return api("clerk").rows("Service Order", {"repair_ticket": ticket}, limit=1)[0]["name"]


def work_on_the_phone(sit_down, order: str, photo, work_done: str) -> OrderForm:
	form = OrderForm(sit_down("technician", phone=True)).open(order)
	form.arrive().take_photo(photo).use_material("密封圈", "2").write_work_done(work_done)
	return form.let_customer_sign().finish(ends_as="Archived")


@pytest.mark.rule("SVC-02", "SVC-05", "SVC-06", "SVC-09", "SVC-10")
def test_from_the_call_to_the_closed_ticket(sit_down, api, stage, cast, photo, shots):
	clerk = sit_down("clerk")
	ListPage(clerk, "Repair Ticket").open()
	ticket = TicketForm(clerk)
	steps = clerk.count_anew()
	name = ticket.take_call(CALLER, "给排水", "厨房水槽下面漏水, 已经流到客厅", priority="Emergency")
	taken = str(steps)
	clerk.picture(shots, "ticket")
	ticket.dispatch("张建国")
	print(f"\nclerk: call taken after {taken}; dispatched after {steps}")
	assert steps.interactions <= 12
	clerk.picture(shots, "ticket-dispatched")

	order = order_of(api, name)
	work_on_the_phone(sit_down, order, photo, "更换水槽下水软管, 试水不漏")
	assert api("clerk").doc("Service Order", order)["returned_to"]

	ticket.open(name).in_state("In Progress")
	after_work = clerk.count_anew()
	ticket.complete()
	ticket.follow_up("5", "师傅来得很快")
	ticket.close()
	print(f"clerk: slip to closed {after_work}")
	clerk.picture(shots, "ticket-closed")

	closed = api("clerk").doc("Repair Ticket", name)
	spoken, unit = stage.resident(CALLER)
	assert (closed["contact_name"], closed["property_unit"]) == (spoken, unit)
	assert closed["first_handler"] == cast.user("clerk")
	assert closed["status"] == "Closed"
	assert (closed["follow_up_required"], closed["follow_up_outcome"]) == (1, "Reached")
	assert closed["response_result"] == "Fulfilled"
	(follow_up,) = api("clerk").rows("Follow Up", {"reference_name": name}, ("score", "status", "done_by"))
	assert follow_up == {"score": 5, "status": "Reached", "done_by": cast.user("clerk")}


@pytest.mark.rule("SVC-03", "SVC-04", "SVC-05", "SVC-10")
def test_a_deferred_repair_goes_on_when_the_part_is_there(sit_down, api, stage, photo, shots):
	clerk = sit_down("clerk")
	name = stage.fresh_ticket(api, CALLER, repair_category="空调", description="客厅空调压缩机不启动")
	ticket = TicketForm(clerk).open(name).dispatch("张建国")
	order = order_of(api, name)
	phone = OrderForm(sit_down("technician", phone=True)).open(order)
	phone.arrive()

	expected = add_days(now_datetime(), 5).replace(hour=10, minute=0, second=0)
	ticket.open(name).defer("压缩机需向厂家订货, 到货后上门更换", f"{expected:%Y-%m-%d %H:%M:%S}")
	deferred = api("clerk").doc("Repair Ticket", name)
	assert deferred["on_hold_since"]
	(row,) = deferred["deferrals"]
	assert (row["expected_on"], row["consented_by"], row["consent_method"]) == (
		f"{expected:%Y-%m-%d %H:%M:%S}",
		stage.resident(CALLER)[0],
		"Phone",
	)

	ticket.action("Resume").in_state("In Progress")
	phone.open(order).write_work_done("更换压缩机并加氟, 出风正常").choose_sign_off("Phone Confirmation")
	phone.finish(ends_as="Finished")
	desk = OrderForm(clerk).open(order)
	desk.confirm_by_phone("Satisfied")
	desk.take("Archive").in_state("Archived")

	ticket.open(name).complete()
	done = api("clerk").doc("Repair Ticket", name)
	assert done["deferrals"][0]["resumed_on"]
	slip = api("clerk").doc("Service Order", order)
	assert slip["returned_on"]
	assert slip["sign_off_method"] == "Phone Confirmation"


@pytest.mark.rule("SVC-06")
def test_a_bad_score_reopens_the_ticket_and_it_is_dispatched_again(sit_down, api, stage, photo):
	clerk = sit_down("clerk")
	name = stage.fresh_ticket(api, "13900050602", priority="Emergency", description="卫生间水管爆裂")
	ticket = TicketForm(clerk).open(name).dispatch("张建国")
	work_on_the_phone(sit_down, order_of(api, name), photo, "更换角阀")
	ticket.open(name).complete()
	ticket.follow_up("1", "修完第二天又漏, 要求重修")
	ticket.in_state("Reopened")
	reopened = api("clerk").doc("Repair Ticket", name)
	assert (reopened["reopened_count"], reopened["follow_up_outcome"] or "") == (1, "")

	ticket.dispatch("刘勇")
	again = api("clerk").rows("Service Order", {"repair_ticket": name}, ("assigned_to_name", "status"))
	assert again[0] == {"assigned_to_name": "刘勇", "status": "Dispatched"}
	assert len(again) == 2
	assert api("clerk").doc("Repair Ticket", name)["status"] == "Dispatched"
