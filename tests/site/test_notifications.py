"""Telling people at the desk and by mail, unless they turned it off in Frappe's Notification Settings (SVC-09)."""

import frappe
import pytest

from property_service import notifications
from tests.site import make

pytestmark = pytest.mark.rule("SVC-09")


@pytest.fixture
def ticket():
	return make.ticket()


def tell(cast, ticket) -> list[str]:
	return notifications.tell(
		[cast.user("technician")],
		"Repair ticket {0} is completed",
		(ticket.name,),
		doctype=ticket.doctype,
		name=ticket.name,
	)


def notified(cast, ticket) -> tuple[int, int]:
	"""Desk notifications and queued mails of the technician about the ticket."""
	user = cast.user("technician")
	mails = frappe.get_all(
		"Email Queue Recipient", filters={"recipient": user}, fields=["parent"], order_by="parent"
	)
	about = frappe.get_all(
		"Email Queue",
		filters={"reference_name": ticket.name, "name": ("in", [m.parent for m in mails])},
		order_by="name",
	)
	return frappe.db.count("Notification Log", {"for_user": user, "document_name": ticket.name}), len(about)


def turn_off(cast, fieldname: str) -> None:
	frappe.db.set_value("Notification Settings", cast.user("technician"), fieldname, 0)


def test_a_notification_and_a_mail_with_the_link(cast, ticket):
	before = notified(cast, ticket)
	assert tell(cast, ticket) == [cast.user("technician")]
	assert notified(cast, ticket) == (before[0] + 1, before[1] + 1)


def test_whoever_turned_notifications_off_is_left_in_peace(cast, ticket):
	turn_off(cast, "enabled")
	before = notified(cast, ticket)
	assert tell(cast, ticket) == []
	assert notified(cast, ticket) == before


def test_mails_alone_can_be_turned_off(cast, ticket):
	turn_off(cast, "enable_email_notifications")
	before = notified(cast, ticket)
	assert tell(cast, ticket) == [cast.user("technician")]
	assert notified(cast, ticket) == (before[0] + 1, before[1])


def test_readers_of_one_language_share_a_text_and_each_gets_a_mail_alone(cast, ticket, count_sql):
	people = [cast.user(person) for person in ("technician", "clerk", "service_manager")]
	frappe.db.set_value("User", people[2], "language", "en")
	frappe.db.set_value("User", {"name": ("in", people[:2])}, "language", "zh")
	with count_sql() as count:
		told = notifications.tell(
			people, "Repair ticket {0} is completed", (ticket.name,), doctype=ticket.doctype, name=ticket.name
		)
	assert sorted(told) == sorted(people)
	assert sum("INSERT INTO `tabNotification Log`" in text for text in count.statements) == 1
	logs = frappe.get_all(
		"Notification Log",
		{"document_name": ticket.name, "for_user": ("in", people)},
		["for_user", "subject", "type", "from_user", "read"],
		order_by="name",
	)
	subjects = {log.for_user: log.subject for log in logs}
	assert len(logs) == 3
	assert {(log.type, log.from_user, log.read) for log in logs} == {("Alert", frappe.session.user, 0)}
	assert subjects[people[0]] == subjects[people[1]] != subjects[people[2]]
	mails = frappe.get_all(
		"Email Queue", {"reference_name": ticket.name}, ["name", "message"], order_by="creation"
	)
	for mail in mails:
		assert not any(person in mail.message.split("Subject:")[0] for person in people)
	assert sorted(
		len(frappe.get_all("Email Queue Recipient", {"parent": mail.name}, order_by="name")) for mail in mails
	) == [1, 2]


def test_what_is_new_is_not_seen_yet(cast, ticket):
	frappe.db.set_value("Notification Settings", cast.user("technician"), "seen", 1)
	tell(cast, ticket)
	assert frappe.get_cached_value("Notification Settings", cast.user("technician"), "seen") == 0
