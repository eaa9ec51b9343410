"""An overdue complaint goes up three times, once each (SVC-16)."""

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from property_service.property_service.doctype.customer_complaint import escalation
from tests.site import complaint_line
from tests.site.complaint_line import Line

pytestmark = pytest.mark.rule("SVC-16")


@pytest.fixture
def matter(cast, as_user):
	matter = Line(cast, as_user)
	matter.assigned()
	return matter


def overdue_by(matter, **time) -> None:
	due_on = add_to_date(now_datetime(), **{unit: -amount for unit, amount in time.items()})
	frappe.db.set_value("Customer Complaint", matter.name, "due_on", due_on.replace(microsecond=0))


def levels(matter) -> list[str]:
	rows = frappe.get_all(
		"Complaint Escalation", {"customer_complaint": matter.name}, pluck="level", order_by="creation"
	)
	assert len(rows) == len(set(rows))
	return sorted(rows)


def told(cast, matter, person: str) -> int:
	return len([s for s in complaint_line.notified(cast.user(person), matter.name) if matter.name in s])


def test_it_goes_up_level_by_level(matter, cast):
	before = told(cast, matter, "department_head")
	escalation.escalate_overdue()
	assert levels(matter) == []
	for time, expected in (
		({"minutes": 1}, ["Department Head"]),
		({"days": 1}, ["Department Head", "Service Manager"]),
		({"days": 3}, ["Department Head", "General Manager", "Service Manager"]),
	):
		due_on = frappe.db.get_value("Customer Complaint", matter.name, "due_on")
		overdue_by(matter, **time)
		# the same due date, looked at later
		new = frappe.db.get_value("Customer Complaint", matter.name, "due_on")
		for row in frappe.get_all(
			"Complaint Escalation", {"customer_complaint": matter.name}, ["name", "level"]
		):
			key = escalation.key_of(matter.name, new, row.level)
			frappe.db.set_value("Complaint Escalation", row.name, "escalation_key", key)
		assert due_on != new
		escalation.escalate_overdue()
		escalation.escalate_overdue()
		assert levels(matter) == expected
	assert told(cast, matter, "department_head") == before + 1
	assert told(cast, matter, "service_manager") == 2  # waiting for a department, then overdue
	assert told(cast, matter, "general_manager") == 1


def test_missed_days_are_made_up_once(matter, cast):
	overdue_by(matter, days=12)
	escalation.escalate_overdue()
	assert len(levels(matter)) == 3
	escalation.escalate_overdue()
	assert len(levels(matter)) == 3
	assert told(cast, matter, "general_manager") == 1


def test_the_days_are_settings(matter):
	settings = frappe.get_doc("Property Service Settings")
	settings.update({"escalate_to_manager_days": 2, "escalate_to_general_manager_days": 4})
	settings.save()
	try:
		overdue_by(matter, days=3)
		escalation.escalate_overdue()
		assert levels(matter) == ["Department Head", "Service Manager"]
	finally:
		frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


def test_acted_in_time_nothing_goes_up(matter):
	matter.analyse()
	matter.act()
	overdue_by(matter, days=9)
	escalation.escalate_overdue()
	assert levels(matter) == []


def test_reopened_with_a_new_date_it_may_go_up_again(matter):
	overdue_by(matter, minutes=1)
	escalation.escalate_overdue()
	matter.analyse()
	matter.act()
	assert matter.doc.remedy_result == "Failed"
	matter.ask(score=1)
	matter.assign()
	overdue_by(matter, minutes=5)
	escalation.escalate_overdue()
	rows = frappe.get_all("Complaint Escalation", {"customer_complaint": matter.name}, pluck="level")
	assert rows == ["Department Head", "Department Head"]


def test_the_key_in_the_database_decides(matter):
	"""Two runs that both found the same complaint due: the second writes nothing and tells nobody."""
	overdue_by(matter, minutes=1)
	rows = [row for row in escalation.due() if row.name == matter.name]
	escalation.escalate(rows[0])
	logs = frappe.db.count("Notification Log")
	escalation.escalate(rows[0])
	assert levels(matter) == ["Department Head"]
	assert frappe.db.count("Notification Log") == logs


def test_one_failure_stops_no_other(matter, cast, as_user, monkeypatch):
	other = Line(cast, as_user)
	other.assigned()
	overdue_by(matter, days=1, minutes=5)
	overdue_by(other, minutes=1)
	tell = escalation.notifications.tell

	def failing(users, subject, values, **more):
		if values[0] == matter.name:
			raise RuntimeError("mail server gone")
		return tell(users, subject, values, **more)

	monkeypatch.setattr(escalation.notifications, "tell", failing)
	escalation.escalate_overdue()
	assert levels(matter) == []
	assert levels(other) == ["Department Head"]
	monkeypatch.setattr(escalation.notifications, "tell", tell)
	escalation.escalate_overdue()
	assert levels(matter) == ["Department Head", "Service Manager"]


def test_the_statements_do_not_grow_with_what_was_told_before(cast, as_user, count_sql):
	for _ in range(3):
		matter = Line(cast, as_user)
		matter.assigned()
		overdue_by(matter, days=5)
	escalation.escalate_overdue()
	with count_sql() as count:
		escalation.escalate_overdue()
	assert len(count) <= 3


def test_nobody_writes_an_escalation_by_hand(matter, as_user):
	overdue_by(matter, minutes=1)
	escalation.escalate_overdue()
	record = frappe.get_last_doc("Complaint Escalation", {"customer_complaint": matter.name})
	for person in ("clerk", "service_manager", "department_head", "general_manager"):
		with as_user(person):
			assert record.has_permission("read")
			assert not record.has_permission("write")
			assert not frappe.has_permission("Complaint Escalation", "create")
	with as_user("other_department_head"):
		assert not frappe.get_list("Complaint Escalation", {"customer_complaint": matter.name})
		assert not frappe.get_doc("Complaint Escalation", record.name).has_permission("read")
