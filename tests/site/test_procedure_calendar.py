"""The procedure calendar on a real site (CAL-01 to CAL-03)."""

import frappe
import pytest
from frappe.utils import add_days, getdate
from freezegun import freeze_time

from property_service import procedure_calendar, settings
from property_service.property_service.doctype.procedure_occurrence.procedure_occurrence import mark_done
from property_service.property_service.report.procedure_deadlines import procedure_deadlines
from property_service.setup import procedure_tasks
from tests.site.rest import refusal

OCCURRENCE = "Procedure Occurrence"
MARK_DONE = "property_service.property_service.doctype.procedure_occurrence.procedure_occurrence.mark_done"

TASK = {
	"task_code": "T-PLAN",
	"title": "编制采购计划",
	"procedure": "Stores",
	"day_rule": "Day of Month",
	"day": 25,
	"responsible_role": "Storekeeper",
	"remind_days_before": 3,
	"starts_on": "2026-01-01",
}
BY_NOTE = {
	"fulfilling_doctype": "Note",
	"fulfilling_filters": '[["title", "like", "采购计划%"]]',
}


def on(day: str):
	"""Noon in China on that day; the job and the server's dates follow."""
	return freeze_time(f"{day} 04:00:00")


@pytest.fixture
def calendar(cast):
	"""`calendar(task, …)` makes these the only tasks, asked of the cast's company since January 2026."""

	def set_tasks(*tasks, stores=1):
		document = frappe.get_doc(settings.DOCTYPE)
		document.set("procedure_tasks", [])
		for task in tasks or (TASK,):
			document.append("procedure_tasks", {**TASK, **task})
		for row in document.companies:
			row.update({"stores": stores, "calendar_from": "2026-01-01"})
		document.set("companies", [row for row in document.companies if row.company == cast.company])
		return document.save()

	frappe.db.delete(OCCURRENCE)
	return set_tasks


def occurrences(**filters):
	return frappe.get_all(
		OCCURRENCE,
		filters={"task_code": ("like", "T-%"), **filters},
		fields=["*"],
		order_by="due_on, task_code",
	)


def assignments(name):
	return frappe.get_all(
		"ToDo",
		filters={"reference_type": OCCURRENCE, "reference_name": name},
		fields=["allocated_to", "status", "date"],
		order_by="allocated_to",
	)


def write_plan(title="采购计划 11 月", creation=None, owner=None):
	note = frappe.get_doc({"doctype": "Note", "title": f"{title} {frappe.generate_hash(length=6)}"}).insert()
	if creation:
		note.db_set({"creation": creation, "owner": owner or note.owner}, update_modified=False)
	return note


# ---- CAL-01: the list ------------------------------------------------------------------------------------------


@pytest.mark.rule("CAL-01")
def test_every_date_of_the_procedures_is_there_after_installation(cast):
	document = frappe.get_doc(settings.DOCTYPE)
	document.set("procedure_tasks", [])
	document.save()
	frappe.db.delete(OCCURRENCE)
	procedure_tasks.add_defaults()
	tasks = frappe.get_doc(settings.DOCTYPE).procedure_tasks
	dates = {(task.day_rule, task.day, task.responsible_role) for task in tasks}
	assert {
		("Day of Month", 25, "Storekeeper"),
		("Day of Month", 28, "Storekeeper"),
		("Day of Month", 30, "General Manager"),
		("Day of Month", 31, "Stores Accountant"),
		("Day of Month", 6, "Storekeeper"),
		("Day of Month", 16, "Storekeeper"),
		("Day of Month", 26, "Storekeeper"),
		("Day of Month", 3, "Cashier"),
		("Last Month of Quarter", 31, "Stores Accountant"),
	} <= dates
	fulfilled = {task.task_code for task in tasks if task.fulfilling_doctype}
	assert fulfilled == set(procedure_tasks.FULFILLED_BY)


@pytest.mark.rule("CAL-01")
def test_defaults_are_not_put_back_into_a_calendar_that_was_emptied(calendar):
	calendar()
	with on("2026-01-23"):
		procedure_calendar.catch_up()
	document = frappe.get_doc(settings.DOCTYPE)
	document.set("procedure_tasks", [])
	document.save()
	procedure_tasks.add_defaults()
	assert not frappe.get_doc(settings.DOCTYPE).procedure_tasks


@pytest.mark.rule("CAL-01")
@pytest.mark.parametrize(
	("change", "reason"),
	[
		({"day": 32}, "1"),
		({"day_rule": "Every N Days", "every_days": 0, "anchor_date": "2026-01-01"}, "366"),
		({"day_rule": "Every N Days", "every_days": 10, "anchor_date": None}, "CAL-01"),
		({"fulfilling_doctype": "System Settings"}, "System Settings"),
		({"fulfilling_doctype": "Note", "fulfilling_filters": "not json"}, "CAL-01"),
		(
			{"fulfilling_doctype": "Note", "fulfilling_filters": '[["no_such_field", "=", 1]]'},
			"no_such_field",
		),
		({"fulfilling_doctype": "Note", "date_field": "title"}, "title"),
		({"fulfilling_doctype": "Note", "user_field": "sleep(5)"}, "sleep(5)"),
	],
)
def test_a_task_the_job_could_not_work_with_is_refused(calendar, change, reason):
	with pytest.raises(frappe.ValidationError, match="CAL-01") as refused:
		calendar(change)
	assert reason in str(refused.value)


@pytest.mark.rule("CAL-01")
def test_two_tasks_never_share_a_code(calendar):
	with pytest.raises(frappe.ValidationError, match="CAL-01"):
		calendar({"task_code": "T-PLAN"}, {"task_code": "t-plan "})


# ---- CAL-02: the daily job -------------------------------------------------------------------------------------


@pytest.mark.rule("CAL-02")
def test_from_the_reminder_day_on_each_responsible_user_is_asked_once(calendar, cast):
	calendar()
	with on("2026-01-21"):
		procedure_calendar.catch_up()
	assert not occurrences()
	with on("2026-01-22"):
		procedure_calendar.catch_up()
		procedure_calendar.catch_up()
	with on("2026-01-23"):
		procedure_calendar.catch_up()
	(occurrence,) = occurrences()
	assert (occurrence.period, occurrence.due_on, occurrence.status) == (
		"2026-01",
		getdate("2026-01-25"),
		"To Do",
	)
	asked = [row.allocated_to for row in assignments(occurrence.name)]
	assert asked.count(cast.user("storekeeper")) == 1
	assert cast.user("clerk") not in asked
	assert (
		frappe.db.count(
			"Notification Log", {"document_name": occurrence.name, "for_user": cast.user("storekeeper")}
		)
		== 1
	)


@pytest.mark.rule("CAL-02")
def test_the_notification_is_short_chinese_and_leads_to_the_task(calendar, cast):
	calendar()
	with on("2026-01-22"):
		procedure_calendar.catch_up()
	(occurrence,) = occurrences()
	log = frappe.get_last_doc(
		"Notification Log", {"for_user": cast.user("storekeeper"), "document_name": occurrence.name}
	)
	assert "编制采购计划" in log.subject
	assert "应于" in log.subject
	assert (log.document_type, log.document_name) == (OCCURRENCE, occurrence.name)


@pytest.mark.rule("CAL-02")
def test_missed_days_lose_nothing_and_repeat_nothing(calendar):
	calendar({}, {"task_code": "T-QUARTER", "day_rule": "Last Month of Quarter", "day": 31})
	with on("2026-01-22"):
		procedure_calendar.catch_up()
	with on("2026-06-30"):
		procedure_calendar.catch_up()
		procedure_calendar.catch_up()
	periods = [(row.task_code, row.period) for row in occurrences()]
	assert sorted(periods) == [
		*(("T-PLAN", f"2026-{month:02d}") for month in range(1, 7)),
		("T-QUARTER", "2026-Q1"),
		("T-QUARTER", "2026-Q2"),
	]
	assert all(
		len(assignments(row.name)) == len({a.allocated_to for a in assignments(row.name)})
		for row in occurrences()
	)


@pytest.mark.rule("CAL-02")
def test_the_database_holds_one_occurrence_per_task_company_and_period(calendar):
	calendar()
	with on("2026-01-22"):
		procedure_calendar.catch_up()
	(first,) = occurrences()
	again = frappe.qb.into(frappe.qb.DocType(OCCURRENCE)).columns("name", "task_code", "company", "period")
	with pytest.raises(Exception, match="one_per_period"):
		again.insert("another-name", first.task_code, first.company, first.period).run()


@pytest.mark.rule("CAL-02")
def test_changing_the_day_of_an_open_period_asks_no_second_time(calendar):
	calendar()
	with on("2026-01-26"):
		procedure_calendar.catch_up()
	calendar({"day": 28})
	with on("2026-01-27"):
		procedure_calendar.catch_up()
	assert [row.period for row in occurrences()] == ["2026-01"]


@pytest.mark.rule("CAL-02")
def test_a_document_closes_its_task_and_every_assignment(calendar, cast):
	calendar(BY_NOTE)
	with on("2026-01-22"):
		procedure_calendar.catch_up()
	note = write_plan(creation="2026-01-27 09:00:00", owner=cast.user("storekeeper"))
	write_plan(title="会议记录", creation="2026-01-23 09:00:00")
	with on("2026-01-28"):
		procedure_calendar.close_fulfilled()
	(occurrence,) = occurrences()
	assert occurrence.status == "Done"
	assert (occurrence.fulfilling_doctype, occurrence.fulfilling_document) == ("Note", note.name)
	assert (occurrence.done_on, occurrence.done_by) == (getdate("2026-01-27"), cast.user("storekeeper"))
	assert occurrence.days_late == 2
	assert {row.status for row in assignments(occurrence.name)} == {"Closed"}


@pytest.mark.rule("CAL-02")
def test_one_document_closes_one_month_only(calendar):
	calendar(BY_NOTE)
	write_plan(creation="2026-02-02 09:00:00")
	with on("2026-02-22"):
		procedure_calendar.catch_up()
		procedure_calendar.catch_up()
	assert [(row.period, row.status) for row in occurrences()] == [("2026-01", "Done"), ("2026-02", "To Do")]


@pytest.mark.rule("CAL-02")
def test_a_task_fulfilled_before_its_reminder_asks_nobody(calendar):
	calendar(BY_NOTE)
	write_plan(creation="2026-01-20 09:00:00")
	with on("2026-01-22"):
		procedure_calendar.catch_up()
	(occurrence,) = occurrences()
	assert occurrence.status == "Done"
	assert not assignments(occurrence.name)


@pytest.mark.rule("CAL-02")
def test_a_deleted_document_opens_its_task_again(calendar):
	calendar(BY_NOTE)
	note = write_plan(creation="2026-01-26 09:00:00")
	with on("2026-01-25"):
		procedure_calendar.open_due_tasks()
		procedure_calendar.assign_open()
	with on("2026-01-27"):
		procedure_calendar.catch_up()
	note.delete()
	with on("2026-01-28"):
		procedure_calendar.catch_up()
	(occurrence,) = occurrences()
	assert (occurrence.status, occurrence.fulfilling_document, occurrence.done_by) == ("To Do", None, None)
	assert {row.status for row in assignments(occurrence.name)} == {"Open"}


@pytest.mark.rule("CAL-02")
def test_a_procedure_switched_off_asks_nobody_and_the_past_is_not_asked_for_later(calendar):
	calendar(stores=0)
	with on("2026-03-23"):
		procedure_calendar.catch_up()
	calendar(stores=1)
	with on("2026-04-22"):
		procedure_calendar.catch_up()
	assert [(row.period, row.status) for row in occurrences()] == [
		("2026-01", "Not Required"),
		("2026-02", "Not Required"),
		("2026-03", "Not Required"),
		("2026-04", "To Do"),
	]
	assert not assignments(occurrences()[0].name)


@pytest.mark.rule("CAL-02")
def test_one_task_that_cannot_be_checked_does_not_stop_the_others(calendar):
	calendar(BY_NOTE, {**BY_NOTE, "task_code": "T-OTHER"})
	frappe.db.set_value("Procedure Task", {"task_code": "T-PLAN"}, "date_field", "gone_field")
	frappe.clear_document_cache(settings.DOCTYPE, settings.DOCTYPE)
	write_plan(creation="2026-01-20 09:00:00")
	with on("2026-01-22"):
		procedure_calendar.catch_up()
	assert {row.task_code: row.status for row in occurrences()} == {"T-PLAN": "To Do", "T-OTHER": "Done"}


@pytest.mark.rule("CAL-02")
def test_who_works_for_another_company_is_not_asked(calendar, cast):
	calendar()
	frappe.db.set_value("Employee", cast.employee("storekeeper"), "company", "另一家公司")
	with on("2026-01-22"):
		procedure_calendar.catch_up()
	(occurrence,) = occurrences()
	assert cast.user("storekeeper") not in {row.allocated_to for row in assignments(occurrence.name)}


# ---- CAL-01: done by hand --------------------------------------------------------------------------------------


@pytest.fixture
def open_task(calendar):
	calendar()
	with on("2026-01-22"):
		procedure_calendar.catch_up()
	return occurrences()[0]


@pytest.mark.rule("CAL-01")
def test_the_responsible_person_marks_a_task_done_and_the_server_records_it(open_task, as_user, cast):
	with as_user("storekeeper"), on("2026-01-28"):
		mark_done(open_task.name, note="已交财务部")
	(done,) = occurrences()
	assert (done.status, done.done_by, done.done_on) == (
		"Done",
		cast.user("storekeeper"),
		getdate("2026-01-28"),
	)
	assert (done.days_late, done.note) == (3, "已交财务部")
	assert {row.status for row in assignments(done.name)} == {"Closed"}


@pytest.mark.rule("CAL-01")
def test_nobody_else_marks_a_task_done(open_task, as_user):
	with as_user("clerk"), pytest.raises(frappe.PermissionError, match="CAL-02"):
		mark_done(open_task.name)
	assert occurrences()[0].status == "To Do"


@pytest.mark.rule("CAL-01")
def test_a_task_is_done_once(open_task, as_user):
	with as_user("storekeeper"):
		mark_done(open_task.name)
		with pytest.raises(frappe.ValidationError, match="CAL-02"):
			mark_done(open_task.name)


@pytest.mark.rule("CAL-01")
def test_a_task_with_a_fulfilling_document_is_not_marked_by_hand(open_task, calendar, as_user):
	calendar(BY_NOTE)
	with as_user("storekeeper"), pytest.raises(frappe.ValidationError, match="CAL-02"):
		mark_done(open_task.name)


@pytest.mark.rule("CAL-02")
def test_occurrences_are_neither_written_nor_deleted_by_hand(open_task):
	document = frappe.get_doc(OCCURRENCE, open_task.name)
	document.done_on = "2026-01-22"
	with pytest.raises(frappe.PermissionError, match="CAL-02"):
		document.save()
	with pytest.raises(frappe.ValidationError, match="CAL-03"):
		frappe.delete_doc(OCCURRENCE, open_task.name)


@pytest.fixture
def default_calendar(stores_made):
	"""The settings are committed by a REST test; when that is cleared up, later tests find them as after installation.

	Asked for first, so that it comes last: what is cleared up by its time of creation would take the tasks along, and the
	stores that are made as soon as the procedure is switched on.
	"""
	yield
	frappe.db.rollback()
	document = frappe.get_doc(settings.DOCTYPE)
	document.set("procedure_tasks", [])
	for row in document.companies:
		row.stores = 0
	document.save()
	frappe.db.delete(OCCURRENCE)
	procedure_tasks.add_defaults()
	frappe.db.commit()


@pytest.mark.rule("CAL-01", "CAL-02")
def test_the_same_refusals_come_over_rest(default_calendar, rest, calendar, committed, cast):
	today = frappe.utils.nowdate()  # no frozen time: what is committed is cleared by its creation
	daily = {"day_rule": "Every N Days", "every_days": 1, "anchor_date": today, "starts_on": today}
	calendar({**daily, "remind_days_before": 0})
	procedure_calendar.catch_up()
	committed()
	(task,) = occurrences()
	answer = rest("clerk").call(MARK_DONE, name=task.name)
	assert answer.status_code == 403
	assert "CAL-02" in refusal(answer)
	assert rest("storekeeper").update(OCCURRENCE, task.name, status="Done").status_code == 403
	assert rest("storekeeper").set_value(OCCURRENCE, task.name, "done_on", "2026-01-22").status_code == 403
	assert (
		rest("storekeeper").insert(OCCURRENCE, task_code="X", company=cast.company, period="1").status_code
		== 403
	)
	assert rest("storekeeper").delete(OCCURRENCE, task.name).status_code == 403
	assert rest("storekeeper").request("GET", f"/api/method/{MARK_DONE}?name={task.name}").status_code == 403
	committed()
	assert occurrences()[0].status == "To Do"
	assert rest("storekeeper").call(MARK_DONE, name=task.name).status_code == 200
	assert rest("storekeeper").call(MARK_DONE, name=task.name).status_code == 417
	assert rest("storekeeper").call(MARK_DONE, name={"a": 1}).status_code in (404, 417)
	committed()
	assert occurrences()[0].done_by == cast.user("storekeeper")


# ---- CAL-03: the report ----------------------------------------------------------------------------------------


@pytest.fixture
def two_months(calendar, as_user, cast):
	"""January done three days late by hand, February on time, March asked for and overdue."""
	calendar()
	for day, done in (("2026-01-22", "2026-01-28"), ("2026-02-22", "2026-02-25"), ("2026-03-22", None)):
		with on(day):
			procedure_calendar.catch_up()
		if done:
			with as_user("storekeeper"), on(done):
				mark_done(occurrences(status="To Do")[0].name)


RANGE = {"from_date": "2026-01-01", "to_date": "2026-03-31"}


@pytest.mark.rule("CAL-03")
def test_the_report_shows_due_done_by_whom_and_days_late(two_months, cast):
	with on("2026-03-30"):
		columns, rows, _message, chart, summary = procedure_deadlines.execute(RANGE)
	assert [(row.month, row.result, row.days_late) for row in rows] == [
		("2026-01", "Late", 3),
		("2026-02", "On Time", 0),
		("2026-03", "Overdue", 5),
	]
	assert rows[0].done_by == cast.user("storekeeper")
	assert chart["data"]["labels"] == ["2026-01", "2026-02", "2026-03"]
	assert {column["fieldname"] for column in columns} >= {
		"month",
		"title",
		"due_on",
		"fulfilling_document",
		"done_on",
	}
	assert [card["value"] for card in summary] == [1, 1, 1, 0, "33 %"]


@pytest.mark.rule("CAL-03")
def test_the_summary_per_person_counts_late_and_overdue(two_months, cast):
	with on("2026-03-30"):
		_columns, people, *_rest = procedure_deadlines.execute({**RANGE, "view": "Per Person"})
	person = next(row for row in people if row.user == cast.user("storekeeper"))
	assert (person.done, person.on_time, person.late, person.days_late, person.overdue) == (2, 1, 1, 3, 1)
	assert person.on_time_rate == 33


@pytest.mark.rule("CAL-03")
def test_the_report_asks_the_same_number_of_questions_for_any_number_of_rows(calendar, count_sql):
	calendar({"starts_on": "2024-01-01"}, {"task_code": "T-SLIPS", "day": 6})
	with on("2026-02-01"):
		procedure_calendar.open_due_tasks()

	def ask(until):
		procedure_deadlines.execute({"from_date": "2026-01-01", "to_date": until, "view": "Per Person"})

	ask("2026-01-31")  # definitions are read once
	counts = []
	for until in ("2026-01-31", "2026-12-31"):
		with on("2026-12-31"), count_sql() as count:
			ask(until)
		counts.append(len(count))
		with on("2026-12-31"):
			procedure_calendar.open_due_tasks()
	assert counts[0] == counts[1]
	assert counts[1] <= 8


@pytest.mark.rule("CAL-03")
def test_a_range_that_ends_before_it_begins_is_refused():
	with pytest.raises(frappe.ValidationError):
		procedure_deadlines.execute({"from_date": "2026-03-01", "to_date": "2026-02-01"})


@pytest.mark.rule("CAL-03")
def test_an_empty_range_shows_zero():
	_columns, rows, _message, _chart, summary = procedure_deadlines.execute(
		{"from_date": "2001-01-01", "to_date": add_days("2001-01-01", 30)}
	)
	assert rows == []
	assert [card["value"] for card in summary] == [0, 0, 0, 0, "—"]
