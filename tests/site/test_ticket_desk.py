"""What the desk does around a ticket: duplicates, chasers, handing over, alarms, follow-ups."""

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from property_service.property_service.doctype.repair_ticket import alarms, duplicates, notices
from property_service.rules import follow_up as follow_up_rules
from tests.site import make
from tests.site.repair_line import Line, open_follow_up, refused, state


@pytest.fixture
def line(cast, as_user):
	return Line(cast, as_user)


def notified(ticket, user=None) -> list[str]:
	filters = {"document_name": ticket.name, **({"for_user": user} if user else {})}
	return frappe.get_all("Notification Log", filters, pluck="for_user", order_by="creation")


# ---- duplicates (SVC-08) ------------------------------------------------------------------------------------------


@pytest.fixture
def matter():
	return {"property_unit": make.unit().name, "repair_category": make.category().name}


@pytest.mark.rule("SVC-08")
def test_an_open_ticket_of_the_same_matter_is_shown(line, matter):
	first = line.report(**matter)
	text = refused(
		lambda: line.report(**matter),
		"This unit already has an open ticket of the same category",
		frappe.DuplicateEntryError,
	)
	assert first.name in text
	assert line.report(**matter, confirm_duplicate=1).name != first.name
	assert line.report(property_unit=matter["property_unit"], repair_category=make.category().name)


@pytest.mark.rule("SVC-08")
def test_an_ended_ticket_does_not_stand_in_the_way(line, matter):
	first = line.report(**matter)
	line.step(first, "Cancelled", cancel_reason="重复")
	assert line.report(**matter)


@pytest.mark.rule("SVC-08")
def test_the_database_stops_what_reading_cannot_see(line, matter, monkeypatch):
	first = line.report(**matter)
	monkeypatch.setattr(duplicates, "open_tickets", lambda *args: [])
	text = refused(
		lambda: line.report(**matter),
		"This unit already has an open ticket of the same category",
		frappe.DuplicateEntryError,
	)
	assert first.name in text


@pytest.mark.rule("SVC-08")
def test_an_identical_submission_makes_one_ticket(line, matter):
	given = {
		**matter,
		"description": "马桶堵塞",
		"contact_phone": make.mobile_number(),
		"company": make.company(),
	}
	with line.as_user("clerk"):
		first = duplicates.report(**given)
		again = duplicates.report(**given)
	assert first["created"] and again == {"name": first["name"], "created": False}
	assert frappe.db.get_value("Repair Ticket", first["name"], "channel") == "Portal"


@pytest.mark.rule("SVC-08")
def test_a_retried_request_makes_one_ticket_however_late(line):
	given = {
		"location": "大堂",
		"contact_name": "何家欢",
		"company": make.company(),
		"request_id": frappe.generate_hash(),
	}
	with line.as_user("clerk"):
		first = duplicates.report(description="灯不亮", **given)
		frappe.db.set_value(
			"Repair Ticket", first["name"], "creation", "2026-01-01 00:00:00", update_modified=False
		)
		assert duplicates.report(description="灯还是不亮", **given)["name"] == first["name"]


@pytest.mark.rule("SVC-08")
def test_two_requests_at_once_make_one_ticket(line, monkeypatch):
	given = {
		"location": "大堂",
		"contact_name": "何家欢",
		"company": make.company(),
		"request_id": frappe.generate_hash(),
	}
	with line.as_user("clerk"):
		first = duplicates.report(description="灯不亮", **given)
		monkeypatch.setattr(duplicates, "already_there", lambda doc: None)
		assert duplicates.report(description="灯不亮", **given) == {"name": first["name"], "created": False}


def test_reporting_needs_the_right_to_create(line):
	with line.as_user("technician"), pytest.raises(frappe.PermissionError):
		duplicates.report(description="灯不亮", location="大堂", contact_name="何家欢")


# ---- chaser (SVC-03) ----------------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-03")
def test_a_chaser_is_recorded_and_told_to_the_person_assigned(line, cast):
	ticket = line.report()
	line.dispatch(ticket)
	with line.as_user("second_clerk"):
		told = notices.chase(ticket.name, "客户来电催促")
	ticket.reload()
	row = ticket.chasers[0]
	assert told == [cast.user("technician")]
	assert (row.recorded_by, row.notified_user, row.note) == (
		cast.user("second_clerk"),
		cast.user("technician"),
		"客户来电催促",
	)
	line.step(ticket, "Dispatched", chasers=[])
	assert frappe.db.count("Repair Ticket Chaser", {"parent": ticket.name}) == 1


def test_a_completed_ticket_is_not_chased(line):
	ticket = line.completed()
	with line.as_user("clerk"):
		refused(lambda: notices.chase(ticket.name), "A ticket that is {0} is not chased")


# ---- alarms (SVC-04) ----------------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-04")
def test_a_passed_promise_alarms_handler_and_manager_once(line, cast):
	ticket = line.report()
	line.dispatch(ticket)
	line.defer(ticket)
	alarms.alarm_overdue()
	assert cast.user("service_manager") not in notified(ticket)
	frappe.db.set_value("Repair Ticket", ticket.name, "expected_on", add_to_date(now_datetime(), days=-3))
	alarms.alarm_overdue()
	alarms.alarm_overdue()
	assert notified(ticket, cast.user("service_manager")) == [cast.user("service_manager")]
	assert notified(ticket, cast.user("clerk")) == [cast.user("clerk")]
	frappe.db.set_value("Repair Ticket", ticket.name, "expected_on", add_to_date(now_datetime(), days=-1))
	alarms.alarm_overdue()
	assert len(notified(ticket, cast.user("service_manager"))) == 2


@pytest.mark.rule("SVC-04")
def test_a_ticket_that_is_done_alarms_nobody(line, cast):
	ticket = line.completed()
	frappe.db.set_value("Repair Ticket", ticket.name, "expected_on", add_to_date(now_datetime(), days=-3))
	alarms.alarm_overdue()
	assert cast.user("service_manager") not in notified(ticket)


def test_a_deferral_is_told_to_the_person_assigned(line, cast):
	ticket = line.report()
	line.dispatch(ticket)
	line.defer(ticket)
	assert notified(ticket) == [cast.user("technician")]
	subject = frappe.get_all(
		"Notification Log", {"document_name": ticket.name}, pluck="subject", order_by="creation"
	)[0]
	assert ticket.name in subject


# ---- follow-ups (SVC-06, SVC-18) ----------------------------------------------------------------------------------


@pytest.fixture
def completed(line):
	return line.completed(priority="Emergency")


@pytest.mark.rule("SVC-06", "SVC-18")
def test_three_attempts_on_two_days_are_not_reached_and_close(line, completed):
	waiting = open_follow_up(completed)
	for _attempt in range(3):
		assert line.follow_up(completed, reached=False, score=0)["status"] == "Open"
	first = frappe.get_doc("Follow Up", waiting.name).attempts[0]
	frappe.db.set_value("Follow Up Attempt", first.name, "attempted_on", add_to_date(now_datetime(), days=-1))
	with line.as_user("clerk"):
		waiting.reload()
		waiting.save()
	assert waiting.status == "Not Reached"
	completed.reload()
	assert completed.follow_up_outcome == "Not Reached"
	assert line.step(completed, "Closed").status == "Closed"


@pytest.mark.rule("SVC-18")
def test_who_and_when_of_an_attempt_are_the_servers(line, completed, cast):
	waiting = open_follow_up(completed)
	with line.as_user("clerk"):
		waiting.append(
			"attempts",
			{"reached": 1, "attempted_on": "2020-01-01 10:00:00", "attempted_by": cast.user("second_clerk")},
		)
		waiting.score = 4
		waiting.save()
	assert waiting.attempts[0].attempted_by == cast.user("clerk")
	assert waiting.attempts[0].attempted_on.year >= 2026
	assert (waiting.status, waiting.done_by) == ("Reached", cast.user("clerk"))


@pytest.mark.rule("SVC-18")
def test_attempts_are_neither_changed_nor_removed(line, completed):
	line.follow_up(completed, reached=False, score=0, note="无人接听")
	waiting = open_follow_up(completed)
	with line.as_user("clerk"):
		waiting.attempts[0].update({"reached": 1, "note": "改"})
		waiting.save()
		waiting.reload()
		assert (waiting.attempts[0].reached, waiting.attempts[0].note) == (0, "无人接听")
		waiting.set("attempts", [])
		waiting.save()
	assert frappe.db.count("Follow Up Attempt", {"parent": waiting.name}) == 1


@pytest.mark.rule("SVC-18")
@pytest.mark.parametrize(
	("reached", "score", "message"),
	[
		(True, 6, follow_up_rules.SCORE_OUT_OF_RANGE),
		(True, -1, None),
		(False, 5, follow_up_rules.SCORE_WITHOUT_CONTACT),
	],
)
def test_a_score_that_is_none_is_refused(line, completed, reached, score, message):
	if message is None:
		with pytest.raises(frappe.ValidationError):
			line.follow_up(completed, reached=reached, score=score)
	else:
		refused(lambda: line.follow_up(completed, reached=reached, score=score), message)
	assert open_follow_up(completed)


@pytest.mark.rule("SVC-18")
def test_a_recorded_score_stays(line, completed):
	name = line.follow_up(completed, score=5)["name"]
	with line.as_user("clerk"):
		doc = frappe.get_doc("Follow Up", name)
		doc.score = 4
		refused(doc.save, follow_up_rules.RECORDED)


@pytest.mark.rule("SVC-18")
def test_who_did_the_work_does_not_follow_it_up(line, cast):
	ticket = line.report(priority="Emergency")
	order = line.dispatch(ticket)
	line.arrive(order, by="clerk")
	line.finish(order, by="clerk")
	ticket = line.complete(ticket, by="second_clerk")
	assert open_follow_up(ticket).assigned_to is None
	refused(lambda: line.follow_up(ticket, by="clerk"), follow_up_rules.OWN_WORK)
	assert line.follow_up(ticket, by="second_clerk")["status"] == "Reached"


@pytest.mark.rule("SVC-18")
def test_nobody_is_asked_before_the_work_is_done(line):
	ticket = line.report()
	refused(lambda: line.follow_up(ticket), follow_up_rules.NOT_COMPLETED)


@pytest.mark.rule("SVC-18")
def test_a_technician_records_no_follow_up(line, completed):
	with pytest.raises(frappe.PermissionError):
		line.follow_up(completed, by="technician")


def test_a_reopened_ticket_waits_for_no_older_follow_up(line, completed):
	with line.as_user("clerk"):
		other = frappe.get_doc(
			{"doctype": "Follow Up", "reference_doctype": "Repair Ticket", "reference_name": completed.name}
		).insert()
	line.follow_up(completed, score=1)
	assert state(completed) == "Reopened"
	assert frappe.db.get_value("Follow Up", other.name, "status") == "Cancelled"


def test_a_follow_up_is_never_deleted(completed):
	with pytest.raises(frappe.ValidationError):
		frappe.delete_doc("Follow Up", open_follow_up(completed).name)
