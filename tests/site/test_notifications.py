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
