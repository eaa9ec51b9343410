"""What the desk is refused in a dialog, a program is refused over REST, in the reader's language and with the rule."""

import frappe
import pytest

from tests.site import make
from tests.site.rest import refusal

DOCTYPE = "property_service.property_service.doctype"
FIRST_HANDLER = "property_service.first_handler"


@pytest.fixture
def clerk(rest):
	return rest("clerk")


@pytest.fixture
def insert_ticket(clerk):
	"""A ticket that the clerk took, committed so that the server sees it."""

	def insert(**values) -> str:
		answer = clerk.insert("Repair Ticket", make.ticket_values(**values))
		assert answer.status_code == 200, answer.text
		return answer.json()["data"]["name"]

	return insert


def refused(answer, rule: str, status: int = 417) -> None:
	assert answer.status_code == status, answer.text[:500]
	assert rule in refusal(answer)


def of(ticket: str) -> dict:
	return {"doctype": "Repair Ticket", "name": ticket}


@pytest.mark.rule("SVC-02")
class TestHandingOver:
	def test_without_a_reason(self, clerk, insert_ticket, cast):
		ticket = insert_ticket()
		to_user = cast.user("second_clerk")
		answer = clerk.call(f"{FIRST_HANDLER}.request_transfer", **of(ticket), to_user=to_user, reason=" ")
		refused(answer, "SVC-02")

	def test_to_somebody_who_is_not_at_the_desk(self, clerk, insert_ticket, cast):
		to_user = cast.user("technician")
		answer = clerk.call(
			f"{FIRST_HANDLER}.request_transfer", **of(insert_ticket()), to_user=to_user, reason="换班"
		)
		refused(answer, "SVC-02")

	def test_by_a_clerk_who_does_not_answer_for_it(self, rest, insert_ticket, cast):
		ticket, to_user = insert_ticket(), cast.user("service_manager")
		answer = rest("second_clerk").call(
			f"{FIRST_HANDLER}.request_transfer", **of(ticket), to_user=to_user, reason="换班"
		)
		refused(answer, "SVC-02", status=403)

	def test_taking_over_what_nobody_offered(self, rest, insert_ticket):
		answer = rest("second_clerk").call(f"{FIRST_HANDLER}.accept_transfer", **of(insert_ticket()))
		refused(answer, "SVC-02", status=403)

	def test_the_first_handler_is_not_written_by_a_client(self, clerk, insert_ticket, cast):
		ticket = insert_ticket()
		clerk.update("Repair Ticket", ticket, first_handler=cast.user("second_clerk"))
		assert clerk.get("Repair Ticket", ticket).json()["data"]["first_handler"] == cast.user("clerk")


@pytest.mark.rule("SVC-03")
def test_a_cancelled_ticket_is_not_chased(clerk, insert_ticket):
	ticket = insert_ticket()
	answer = clerk.update("Repair Ticket", ticket, status="Cancelled", cancel_reason="客户撤回")
	assert answer.status_code == 200, answer.text[:500]
	refused(clerk.call(f"{DOCTYPE}.repair_ticket.notices.chase", ticket=ticket, note="还没来"), "SVC-03")


@pytest.mark.rule("SVC-08")
def test_a_second_open_ticket_for_the_same_unit_and_category(clerk, insert_ticket, committed):
	place = {"property_unit": make.unit().name, "repair_category": make.category().name}
	frappe.db.commit()
	first = insert_ticket(**place)
	answer = clerk.insert("Repair Ticket", make.ticket_values(**place))
	refused(answer, "SVC-08", status=409)
	assert first in refusal(answer)
	insert_ticket(confirm_duplicate=1, **place)


@pytest.mark.rule("SVC-06", "SVC-18")
class TestFollowUp:
	def test_score_out_of_range(self, clerk, insert_ticket):
		answer = self.record(clerk, insert_ticket(), score=6)
		assert answer.status_code == 417, answer.text[:500]

	def test_score_of_a_customer_who_was_not_reached(self, clerk, insert_ticket):
		answer = self.record(clerk, insert_ticket(), reached=False, score=5)
		assert answer.status_code == 417, answer.text[:500]

	def test_a_technician_records_none(self, rest, insert_ticket):
		answer = self.record(rest("technician"), insert_ticket(), score=5)
		assert answer.status_code == 403, answer.text[:500]

	@staticmethod
	def record(client, ticket: str, reached: bool = True, score: int = 0):
		return client.call(
			f"{DOCTYPE}.follow_up.follow_up.record",
			reference_doctype="Repair Ticket",
			reference_name=ticket,
			reached=reached,
			score=score,
		)


@pytest.mark.rule("SVC-13")
def test_a_room_that_is_no_guest_room_is_not_sent_to_be_cleaned(clerk, committed):
	room = make.unit(unit_type="Room").name
	frappe.db.commit()
	answer = clerk.call(f"{DOCTYPE}.service_order.guest_rooms.order_cleaning", rooms=[room])
	refused(answer, "SVC-13")
