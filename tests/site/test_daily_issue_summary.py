"""The day's matters, drafted by the system and closed by the manager (SVC-22)."""

import frappe
import pytest
from frappe.utils import getdate
from freezegun import freeze_time

from property_service import settings
from property_service.property_service.doctype.daily_issue_summary import daily_issue_summary as daily
from tests.site import make
from tests.site.rest import refusal

SUMMARY = "Daily Issue Summary"
METHODS = "property_service.property_service.doctype.daily_issue_summary.daily_issue_summary."


def at(moment: str):
	"""A moment of the Chinese desk; freezegun itself counts in UTC."""
	return freeze_time(frappe.utils.add_to_date(moment, hours=-8))


def ticket_of(day: str, **values):
	ticket = make.ticket(**values)
	ticket.db_set({"reported_on": f"{day} 10:00:00", "status": "Reported"}, update_modified=False)
	return ticket


def summaries():
	return frappe.get_all(SUMMARY, filters={"company": make.company()}, fields=["*"], order_by="summary_date")


def lines(name):
	return {row.reference_name: row for row in frappe.get_doc(SUMMARY, name).lines}


@pytest.fixture(autouse=True)
def a_clean_desk():
	frappe.db.delete(SUMMARY)
	document = frappe.get_doc(settings.DOCTYPE)
	document.desk_closes_at = "17:30:00"
	document.save()


@pytest.mark.rule("SVC-22")
def test_the_day_is_drafted_once_when_the_desk_closes():
	ticket = ticket_of("2026-03-10")
	with at("2026-03-10 17:00:00"):
		daily.draft_due()
	assert [row.summary_date for row in summaries()] == [getdate("2026-03-09")]
	with at("2026-03-10 18:00:00"):
		daily.draft_due()
		daily.draft_due()
	assert [row.summary_date for row in summaries()] == [getdate("2026-03-09"), getdate("2026-03-10")]
	(line,) = lines(summaries()[1].name).values()
	assert (line.reference_doctype, line.reference_name, line.matter) == (
		"Repair Ticket",
		ticket.name,
		ticket.description,
	)
	assert lines(summaries()[0].name) == {}


@pytest.mark.rule("SVC-22")
def test_missed_days_are_made_up_once():
	with at("2026-03-10 18:00:00"):
		daily.draft_due()
	for day in ("2026-03-11", "2026-03-12", "2026-03-13"):
		ticket_of(day)
	with at("2026-03-13 18:00:00"):
		daily.draft_due()
		daily.draft_due()
	days = [(str(row.summary_date), len(lines(row.name))) for row in summaries()]
	assert days == [("2026-03-10", 0), ("2026-03-11", 1), ("2026-03-12", 1), ("2026-03-13", 1)]


@pytest.mark.rule("SVC-22")
def test_what_comes_in_after_the_desk_closed_is_added_and_remarks_stay(as_user):
	first = ticket_of("2026-03-10")
	with at("2026-03-10 18:00:00"):
		daily.draft_due()
	name = summaries()[0].name
	with as_user("service_manager"):
		doc = frappe.get_doc(SUMMARY, name)
		doc.lines[0].remark = "已安排工程部"
		doc.save()
	late = ticket_of("2026-03-10")
	with at("2026-03-11 00:30:00"):
		daily.draft_due()
	assert set(lines(name)) == {first.name, late.name}
	assert lines(name)[first.name].remark == "已安排工程部"


@pytest.mark.rule("SVC-22")
def test_the_lines_come_from_every_register_of_the_hook(monkeypatch):
	monkeypatch.setattr(
		frappe, "get_hooks", lambda hook, **_: [f"{__name__}.water_lines"] if hook == daily.HOOK else []
	)
	monkeypatch.setattr(frappe, "get_attr", lambda path: water_lines)
	(line,) = daily.lines_of(make.company(), getdate("2026-03-10"))
	assert line["matter"] == "2026-03-10 – 2026-03-11"


def water_lines(company, start, end):
	return [
		{
			"category": "Water",
			"reference_doctype": "Note",
			"reference_name": "x",
			"matter": f"{start.date()} – {end.date()}",
		}
	]


@pytest.mark.rule("SVC-22")
def test_each_source_is_asked_once_whatever_the_number_of_records(count_sql):
	counts = []
	for _ in range(2):
		ticket_of("2026-03-10")
		ticket_of("2026-03-10")
		with count_sql() as count:
			daily.lines_of(make.company(), getdate("2026-03-10"))
		counts.append(len(count))
	assert counts[0] == counts[1]
	sources = len(frappe.get_hooks("daily_summary_lines"))
	assert counts[1] <= 2 * sources


@pytest.mark.rule("SVC-22")
def test_the_manager_closes_the_day_and_the_server_records_it(as_user, cast):
	ticket_of("2026-03-10")
	with at("2026-03-10 18:00:00"):
		daily.draft_due()
	name = summaries()[0].name
	with as_user("clerk"), pytest.raises(frappe.PermissionError):
		daily.close_summary(name)
	with as_user("service_manager"):
		daily.close_summary(name)
		with pytest.raises(frappe.ValidationError, match="SVC-22"):
			daily.close_summary(name)
		doc = frappe.get_doc(SUMMARY, name)
		assert (doc.status, doc.closed_by) == ("Closed", cast.user("service_manager"))
		doc.problems = "改口"
		with pytest.raises(frappe.ValidationError, match="SVC-22"):
			doc.save()
	ticket_of("2026-03-10")
	with at("2026-03-11 00:30:00"):
		daily.draft_due()
	assert len(lines(name)) == 1


@pytest.mark.rule("SVC-22")
def test_what_the_records_say_is_not_edited(as_user, cast):
	ticket = ticket_of("2026-03-10")
	with at("2026-03-10 18:00:00"):
		daily.draft_due()
	name = summaries()[0].name
	with as_user("service_manager"):
		doc = frappe.get_doc(SUMMARY, name)
		doc.lines[0].state = "已关闭"
		doc.closed_by = cast.user("general_manager")
		doc.append("lines", {"matter": "自己加的"})
		doc.save()
		doc.set("lines", [])
		doc.save()
	stored = lines(name)
	assert set(stored) == {ticket.name}
	assert stored[ticket.name].state != "已关闭"
	assert frappe.db.get_value(SUMMARY, name, "closed_by") is None


@pytest.mark.rule("SVC-22")
def test_a_summary_is_neither_typed_nor_deleted(as_user):
	with pytest.raises(frappe.PermissionError, match="SVC-22"):
		frappe.get_doc({"doctype": SUMMARY, "company": make.company(), "summary_date": "2026-03-10"}).insert()
	with as_user("service_manager"):
		name = daily.draft_now(make.company())
	with pytest.raises(frappe.ValidationError, match="SVC-22"):
		frappe.delete_doc(SUMMARY, name)


@pytest.mark.rule("SVC-22")
def test_the_database_holds_one_summary_per_company_and_day():
	daily.draft(make.company(), getdate("2026-03-10"))
	again = frappe.qb.into(frappe.qb.DocType(SUMMARY)).columns("name", "company", "summary_date")
	with pytest.raises(Exception, match="one_per_day"):
		again.insert("another", make.company(), "2026-03-10").run()


@pytest.mark.rule("SVC-22")
def test_the_same_holds_over_rest(rest, committed, cast):
	committed()
	manager = rest("service_manager")
	answer = manager.insert(SUMMARY, company=cast.company, summary_date="2026-03-10", status="Closed")
	assert answer.status_code == 403
	answer = manager.call(METHODS + "draft_now", company=cast.company)
	assert answer.status_code == 200, answer.text
	name = answer.json()["message"]
	assert rest("clerk").call(METHODS + "draft_now", company=cast.company).status_code == 403
	assert rest("clerk").call(METHODS + "close_summary", name=name).status_code == 403
	assert (
		manager.update(SUMMARY, name, status="Closed", problems="电梯故障").json()["data"]["status"]
		== "Draft"
	)
	assert manager.call(METHODS + "close_summary", name=name).status_code == 200
	answer = manager.update(SUMMARY, name, problems="无")
	assert answer.status_code == 417
	assert "SVC-22" in refusal(answer)
	assert (
		manager.insert(
			"Daily Issue Summary Line", parent=name, parenttype=SUMMARY, parentfield="lines"
		).status_code
		== 403
	)
	for bad in (None, {"a": 1}, "no such company", "<b>x</b>"):
		assert manager.call(METHODS + "draft_now", company=bad).status_code in (403, 404, 417)
