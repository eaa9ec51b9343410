"""The agreement's clock on a ticket (SVC-03): which one applies, what stops it, what statistics read."""

import frappe
import pytest
from frappe.utils import add_to_date, get_datetime, now_datetime

from property_service import settings
from property_service.setup import doctype_switches, memory, service_levels
from tests.site import make
from tests.site.repair_line import Line

pytestmark = pytest.mark.rule("SVC-03")


@pytest.fixture
def line(cast, as_user):
	return Line(cast, as_user)


def agreement_of(ticket):
	return frappe.get_doc("Service Level Agreement", ticket.service_level_agreement)


def test_an_emergency_is_timed_round_the_clock_and_holidays_count(line):
	ticket = line.report(priority="Emergency", reported_on="2026-02-17 03:00:00")
	minutes = settings.get().emergency_response_minutes
	assert get_datetime(ticket.response_by) == get_datetime(
		"2026-02-17 03:00:00"
	) + frappe.utils.datetime.timedelta(minutes=minutes)
	assert not frappe.get_doc("Holiday List", agreement_of(ticket).holiday_list).holidays


@pytest.mark.parametrize("priority", ["Normal", "Urgent"])
def test_other_repairs_are_timed_by_desk_hours(line, priority):
	ticket = line.report(priority=priority, reported_on="2026-06-01 16:30:00")
	agreement = agreement_of(ticket)
	row = next(row for row in agreement.priorities if row.priority == priority)
	desk = service_levels.desk_day().total_seconds()
	assert (row.response_time, row.resolution_time) == (4 * 3600, 3 * desk)
	assert get_datetime(ticket.response_by) == get_datetime("2026-06-02 11:30:00")
	assert get_datetime(ticket.sla_resolution_by) == get_datetime("2026-06-04 16:30:00")


def test_the_clock_starts_when_it_was_reported(line):
	earlier = add_to_date(now_datetime(), days=-2)
	ticket = line.report(priority="Emergency", reported_on=earlier)
	assert get_datetime(ticket.response_by) < now_datetime()


def test_a_changed_priority_changes_the_agreement(line):
	ticket = line.report()
	before = ticket.service_level_agreement
	with line.as_user("clerk"):
		ticket.priority = "Emergency"
		ticket.save()
	assert ticket.service_level_agreement != before


def test_the_first_arrival_is_the_response(line):
	ticket = line.report()
	line.arrive(line.dispatch(ticket))
	ticket.reload()
	assert ticket.first_responded_on and ticket.agreement_status == "Resolution Due"
	first = ticket.first_responded_on
	line.arrive(line.dispatch(ticket, to="second_technician"), by="second_technician")
	ticket.reload()
	assert ticket.first_responded_on == first


@pytest.mark.parametrize("step", ["Deferred", "Cancelled"])
def test_neither_deferral_nor_cancellation_is_a_response(line, step):
	ticket = line.report()
	line.dispatch(ticket)
	if step == "Deferred":
		ticket = line.defer(ticket)
		assert ticket.agreement_status == "First Response Due" and ticket.on_hold_since
	else:
		ticket = line.step(ticket, "Cancelled", cancel_reason="不修了")
		assert ticket.agreement_status == "Fulfilled"
	assert not ticket.first_responded_on and not ticket.first_response_time


def test_a_deferral_pauses_the_clock(line):
	ticket = line.report()
	line.dispatch(ticket)
	line.defer(ticket)
	frappe.db.set_value("Repair Ticket", ticket.name, "on_hold_since", add_to_date(now_datetime(), hours=-5))
	due = get_datetime(ticket.response_by)
	ticket = line.step(ticket, "Dispatched")
	assert ticket.total_hold_time >= 5 * 3600
	assert get_datetime(ticket.response_by) - due >= frappe.utils.datetime.timedelta(hours=5)
	held = get_datetime(ticket.response_by)
	line.arrive(frappe.db.get_value("Service Order", {"repair_ticket": ticket.name}))
	ticket.reload()
	assert get_datetime(ticket.response_due_on) == held


@pytest.mark.parametrize(("days_ago", "result"), [(0, "Fulfilled"), (20, "Failed")])
def test_results_are_copied_at_completion(line, days_ago, result):
	ticket = line.report(reported_on=add_to_date(now_datetime(), days=-days_ago, minutes=-1))
	line.work(ticket)
	ticket = line.complete(ticket)
	assert (ticket.response_result, ticket.resolution_result) == (result, result)
	assert ticket.response_due_on and ticket.resolution_due_on


@pytest.mark.breaks_invariants  # the draw of the follow-up is written in the database
def test_results_survive_when_tracking_is_switched_off(line, monkeypatch):
	ticket = line.completed()
	kept = [
		str(ticket.get(name))
		for name in ("response_due_on", "response_result", "resolution_due_on", "resolution_result")
	]
	frappe.db.set_single_value("Support Settings", "track_service_level_agreement", 0)
	try:
		frappe.db.set_value("Repair Ticket", ticket.name, "follow_up_required", 0)
		ticket = line.step(ticket, "Closed")
		assert [
			str(ticket.get(name))
			for name in ("response_due_on", "response_result", "resolution_due_on", "resolution_result")
		] == kept
		other = line.report()
		line.work(other)
		assert line.complete(other).resolution_result == ""
	finally:
		frappe.db.set_single_value("Support Settings", "track_service_level_agreement", 1)


@pytest.mark.breaks_invariants  # the ticket is In Progress without anybody's arrival
def test_an_exception_without_anybody_on_site_has_no_response(line):
	ticket = line.report()
	line.dispatch(ticket)
	frappe.db.set_value("Service Order", {"repair_ticket": ticket.name}, "status", "Cancelled")
	frappe.db.set_value("Repair Ticket", ticket.name, "status", "In Progress")
	ticket = line.complete(ticket, by="service_manager", completion_exception_reason="厂家已上门修好")
	assert (ticket.response_result, ticket.resolution_result) == ("", "Fulfilled")


# ---- set-up -------------------------------------------------------------------------------------------------------


def test_tickets_have_no_custom_field_and_other_doctypes_keep_theirs():
	"""ERPNext looks its fields up by fieldname alone, whatever DocType they belong to."""
	foreign = frappe.get_doc(
		{
			"doctype": "Custom Field",
			"dt": "ToDo",
			"fieldname": "response_by",
			"fieldtype": "Date",
			"label": "Someone else's",
		}
	)
	foreign.flags.ignore_validate = True
	foreign.db_insert()
	made = service_levels.emergency_agreement("Repair Ticket", make.company())
	frappe.get_doc({**made, "service_level": "另一个协议", "condition": "False"}).insert()
	assert frappe.db.get_value("Custom Field", foreign.name, ["fieldtype", "label"]) == (
		"Date",
		"Someone else's",
	)
	assert not frappe.db.exists("Custom Field", {"dt": "Repair Ticket"})


def test_set_up_again_makes_nothing_twice():
	before = frappe.db.count("Service Level Agreement"), frappe.db.count("Holiday List")
	service_levels.install()
	assert (frappe.db.count("Service Level Agreement"), frappe.db.count("Holiday List")) == before


def test_a_deleted_agreement_stays_deleted():
	name = memory.made()[f"agreement/Repair Ticket/{make.company()}/emergency"]
	frappe.delete_doc("Service Level Agreement", name, force=True)
	service_levels.install()
	assert not frappe.db.exists("Service Level Agreement", name)


def test_uninstall_takes_its_own_away_and_turns_tracking_off():
	own = [name for key, name in memory.made().items() if key.startswith("agreement/")]
	service_levels.remove()
	assert not frappe.get_all("Service Level Agreement", {"name": ("in", own)}, order_by="name")
	assert not frappe.db.get_single_value("Support Settings", "track_service_level_agreement")
	frappe.clear_document_cache("Support Settings", "Support Settings")


def test_uninstall_turns_the_switches_of_others_doctypes_back():
	switched = [
		{"doc_type": doctype, "property": switch} for doctype, switch in doctype_switches.SWITCHES.values()
	]
	assert all(frappe.db.exists("Property Setter", setter) for setter in switched)
	doctype_switches.remove()
	assert not any(frappe.db.exists("Property Setter", setter) for setter in switched)


def test_uninstall_leaves_tracking_on_that_was_on_before():
	frappe.db.set_value("DefaultValue", {"parent": memory.MADE, "defkey": "tracking"}, "defvalue", "")
	service_levels.remove()
	assert frappe.db.get_single_value("Support Settings", "track_service_level_agreement")


def test_a_second_company_gets_agreements_that_never_overlap():
	made = [
		service_levels.desk_agreement("Repair Ticket", "第二公司'"),
		service_levels.emergency_agreement("Repair Ticket", "第二公司'"),
	]
	assert not made[0]["default_service_level_agreement"]
	for priority in service_levels.PRIORITIES:
		ticket = frappe._dict(company="第二公司'", priority=priority)
		fitting = [a for a in made if frappe.safe_eval(a["condition"], None, {"doc": ticket})]
		assert len(fitting) == 1


def test_changed_settings_reach_the_agreements():
	doc = frappe.get_doc("Property Service Settings")
	doc.update({"response_hours": 2, "emergency_response_minutes": 20})
	try:
		doc.save()
		made = memory.made()
		desk = frappe.get_doc(
			"Service Level Agreement", made[f"agreement/Repair Ticket/{make.company()}/desk"]
		)
		urgent = frappe.get_doc(
			"Service Level Agreement", made[f"agreement/Repair Ticket/{make.company()}/emergency"]
		)
		assert {row.response_time for row in desk.priorities} == {2 * 3600}
		assert [row.response_time for row in urgent.priorities] == [20 * 60]
	finally:
		frappe.db.rollback()
		frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
