"""What a clerk expects of lists and forms: who is calling, what is open already, boards, calendar, saved filters."""

import pytest
from frappe.utils import add_days, add_to_date, now_datetime
from playwright.sync_api import expect

from tests.desk.pages import CHINESE, CalendarPage, FormPage, KanbanPage, ListPage, TicketForm

CALLER = "13900050602"
STEPS = "property_service.property_service.doctype.repair_ticket"


@pytest.mark.rule("SVC-01", "ORG-05")
def test_the_phone_number_brings_name_and_room(sit_down, stage):
	spoken, unit = stage.resident(CALLER)
	form = TicketForm(sit_down("clerk"))
	form.new().type("contact_phone", CALLER)
	expect(form.input("contact_name")).to_have_value(spoken)
	assert form.value("reported_by") == stage.residents[CALLER]
	assert form.value("property_unit") == unit


@pytest.mark.rule("SVC-08")
def test_a_second_ticket_for_the_same_trouble_is_shown_the_first(sit_down, api, stage):
	first = stage.fresh_ticket(api, CALLER, repair_category="门窗五金", description="卧室门合页松动")
	form = TicketForm(sit_down("clerk"))
	form.new().type("contact_phone", CALLER)
	form.pick("repair_category", "门窗五金").type("description", "卧室门关不上")
	# Tabbing on opens an empty row of photos, which must not keep the ticket from being saved.
	form.input("description").press("Tab")
	expect(form.control("photos").locator(".editable-row")).to_be_visible()
	form.press_save()
	assert first in form.desk.message()
	open_tickets = {"property_unit": stage.resident(CALLER)[1], "repair_category": "门窗五金"}
	assert [row["name"] for row in api("clerk").rows("Repair Ticket", open_tickets)] == [first]

	form.desk.dismiss_message()
	form.tick("confirm_duplicate").save()
	assert {row["name"] for row in api("clerk").rows("Repair Ticket", open_tickets)} == {first, form.name}


def test_the_board_has_a_chinese_column_per_state_and_the_ticket_in_its_own(sit_down, api, stage):
	clerk = sit_down("clerk")
	name = stage.fresh_ticket(api, CALLER, description="门铃不响")
	(known,) = api("clerk").rows("Kanban Board", {"reference_doctype": "Repair Ticket"})
	states = [
		row["column_name"]
		for row in api("clerk").doc("Kanban Board", known["name"])["columns"]
		if row["status"] == "Active"
	]
	board = KanbanPage(clerk, "Repair Ticket", known["name"])
	columns = board.open().columns()
	assert {"Reported", "Dispatched", "In Progress", "Deferred", "Reopened"} <= set(states)
	assert columns == [clerk.zh(state) for state in states]
	assert all(CHINESE.search(column) for column in columns)
	assert name in board.cards(clerk.zh("Reported"))


@pytest.mark.rule("SVC-04")
def test_the_calendar_shows_a_deferred_ticket_on_the_promised_day(sit_down, api, cast, stage):
	clerk = sit_down("clerk")
	name = stage.fresh_ticket(api, CALLER, repair_category="土建防水", description="外墙渗水待晴天处理")
	api("clerk").ask(
		f"{STEPS}.repair_ticket.dispatch",
		ticket=name,
		department=cast.departments["engineering"],
		assigned_to=cast.employee("technician"),
	)
	promised = add_days(now_datetime(), 1).replace(hour=15, minute=0, second=0, microsecond=0)
	api("clerk").ask(
		f"{STEPS}.steps.defer",
		ticket=name,
		deferral_plan="等连续晴天后做外墙防水",
		expected_on=str(promised),
		consented_by=stage.resident(CALLER)[0],
		consent_method="Phone",
		consented_on=str(add_to_date(now_datetime(), minutes=-1)),
	)
	calendar = CalendarPage(clerk, "Repair Ticket").open().look_at(promised)
	assert calendar.days_of(name) == [f"{promised:%Y-%m-%d}"]


@pytest.mark.rule("SVC-02")
def test_saved_filters_find_mine_and_what_is_late(sit_down, api, stage, cast):
	clerk = sit_down("clerk")
	mine = stage.fresh_ticket(api, CALLER, description="阳台灯不亮")
	others = api("second_clerk").make(
		**{
			**api("clerk").doc("Repair Ticket", mine),
			"name": None,
			"first_handler": None,
			"reception_record": None,
			"confirm_duplicate": 1,
			"approval_steps": [],
		}
	)["name"]
	tickets = ListPage(clerk, "Repair Ticket").open()
	shown = tickets.show("Mine, not Closed").names()
	assert mine in shown
	assert others not in shown
	tickets.show("Overdue")
	late = {row["name"] for row in api("clerk").rows("Repair Ticket", late_now(), limit=100)}
	assert set(tickets.names()) == late


@pytest.mark.rule("SVC-10")
def test_the_slips_that_did_not_come_back_are_one_click_away(sit_down, api, stage):
	orders = ListPage(sit_down("clerk"), "Service Order").open().show("Not Returned")
	finished = {row["name"] for row in api("clerk").rows("Service Order", {"status": "Finished"}, limit=100)}
	assert finished
	assert set(orders.names()) == finished


def late_now() -> list:
	open_states = ["Reported", "Dispatched", "In Progress", "Deferred", "Reopened"]
	due = "sla_resolution_by"
	return [["status", "in", open_states], [due, "is", "set"], [due, "<", str(now_datetime())]]


@pytest.mark.parametrize(
	"doctype", ["Repair Ticket", "Service Order", "Follow Up", "Property Unit", "Resident"]
)
def test_every_label_of_the_form_is_chinese(sit_down, doctype):
	"""What a clerk can see of a new document, its drop-downs included; names of things (SMS, QR) may stay."""
	form = FormPage(sit_down("clerk"), doctype)
	form.new()
	assert form.english() == []


def test_the_help_under_a_date_with_a_time_is_chinese_on_the_screen(sit_down):
	"""Frappe puts the time zone behind it before it looks for a translation."""
	form = FormPage(sit_down("clerk"), "Key Loan")
	form.new()
	expect(form.control("due_on").locator(".help-box")).to_contain_text(CHINESE)
