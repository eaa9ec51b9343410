"""First-asked responsibility: who took a ticket or complaint answers for it until somebody else accepts it (SVC-02)."""

import frappe
import pytest
from frappe.utils import add_days, today

from property_service import first_handler
from property_service.property_service.doctype.customer_complaint import steps
from property_service.property_service.doctype.reception_record.reception_record import make_document
from tests.site import complaint_line, make
from tests.site.repair_line import refused

pytestmark = pytest.mark.rule("SVC-02")


@pytest.fixture(params=["Repair Ticket", "Customer Complaint"])
def matter(request, as_user):
	"""A matter that the clerk took."""
	complaint_type = complaint_line.complaint_type()
	with as_user("clerk"):
		if request.param == "Repair Ticket":
			return make.ticket()
		return make.insert(complaint_line.values(complaint_type=complaint_type))


@pytest.fixture
def ask(matter, as_user, cast):
	def request(by="clerk", to="second_clerk", reason="轮休") -> None:
		with as_user(by):
			first_handler.request_transfer(matter.doctype, matter.name, cast.user(to), reason)

	return request


@pytest.fixture
def answer(matter, as_user):
	def give(method, by="second_clerk") -> None:
		with as_user(by):
			method(matter.doctype, matter.name)
		matter.reload()

	return give


def told(matter, user: str) -> list[str]:
	return frappe.get_all(
		"Notification Log", {"document_name": matter.name, "for_user": user}, pluck="subject", order_by="name"
	)


def test_it_changes_hands_by_reason_and_acceptance(matter, ask, answer, cast):
	ask()
	clerk, second_clerk = cast.user("clerk"), cast.user("second_clerk")
	assert frappe.db.get_value(matter.doctype, matter.name, "first_handler") == clerk
	assert len(told(matter, second_clerk)) == 1
	answer(first_handler.accept_transfer)
	row = matter.handler_transfers[0]
	assert matter.first_handler == second_clerk
	assert (row.from_user, row.requested_by, row.status) == (clerk, clerk, "Accepted")
	assert row.requested_on and row.answered_on and row.reason == "轮休"
	assert len(told(matter, clerk)) == 1


def test_a_declined_matter_stays_with_its_handler(matter, ask, answer, cast):
	ask()
	answer(first_handler.decline_transfer)
	assert (matter.first_handler, matter.handler_transfers[0].status) == (cast.user("clerk"), "Declined")


def test_a_second_request_takes_the_place_of_the_first(matter, ask, answer, cast):
	ask()
	ask(to="service_manager")
	matter.reload()
	assert [row.status for row in matter.handler_transfers] == ["Withdrawn", "Requested"]
	refused(
		lambda: answer(first_handler.accept_transfer),
		"Nobody has asked you to take this over",
		frappe.PermissionError,
	)
	answer(first_handler.accept_transfer, by="service_manager")
	assert matter.first_handler == cast.user("service_manager")


def test_the_service_manager_hands_over_what_an_absent_clerk_has(matter, ask, answer, cast):
	ask(by="service_manager")
	answer(first_handler.accept_transfer)
	assert matter.first_handler == cast.user("second_clerk")


@pytest.mark.parametrize(
	("given", "message", "exc"),
	[
		({"reason": "  "}, "Give the reason for handing it over", frappe.ValidationError),
		({"to": "technician"}, "{0} does not work at the front desk;", frappe.ValidationError),
		({"to": "clerk"}, "{0} answers for it already", frappe.ValidationError),
		(
			{"by": "second_clerk"},
			"Only the first handler {0} or a service manager",
			frappe.PermissionError,
		),
	],
)
def test_a_transfer_that_is_none_is_refused(matter, ask, given, message, exc):
	refused(lambda: ask(**given), message, exc)
	matter.reload()
	assert not matter.handler_transfers


@pytest.mark.rule("ORG-01")
def test_a_deputy_of_the_service_manager_hands_over_within_the_dates_only(matter, ask, cast):
	user = frappe.get_doc("User", cast.user("second_clerk"))
	user.append("roles", {"role": "Service Manager"})
	user.save()
	settings = frappe.get_doc("Property Service Settings")
	dates = {"from_date": add_days(today(), -9), "until": add_days(today(), -1)}
	settings.append("deputies", {"role": "Service Manager", "user": user.name, **dates})
	settings.save()
	refused(
		lambda: ask(by="second_clerk"),
		"Only the first handler {0} or a service manager",
		frappe.PermissionError,
	)
	settings.deputies[-1].until = add_days(today(), 1)
	settings.save()
	ask(by="second_clerk")


def test_only_the_person_asked_accepts(ask, answer):
	ask()
	refused(
		lambda: answer(first_handler.accept_transfer, by="clerk"),
		"Nobody has asked you to take this over",
		frappe.PermissionError,
	)


def test_an_ended_matter_is_not_handed_over(matter, ask):
	matter.db_set("status", "Closed")
	refused(ask, "{0} is {1} and not handed over any more")


def test_the_first_handler_is_not_written_by_a_client(matter, as_user, cast):
	with as_user("clerk"):
		matter.update({"first_handler": cast.user("second_clerk"), "handler_transfers": []}).save()
	assert matter.first_handler == cast.user("clerk")


@pytest.mark.parametrize("category", ["Home Repair", "Complaint"])
def test_who_took_the_call_answers_for_what_a_colleague_makes_of_it(as_user, cast, category):
	complaint_type = complaint_line.complaint_type()
	with as_user("clerk"):
		contact = make.insert(
			{
				"doctype": "Reception Record",
				"category": category,
				"contact_name": "何家欢",
				"contact_phone": make.mobile_number(),
				"content": "水龙头漏水",
			}
		)
	with as_user("second_clerk"):
		doc = make_document(contact.name)
		doc.update({"location": "厨房", "complaint_type": complaint_type}).insert()
	assert doc.first_handler == cast.user("clerk")


def test_who_left_the_desk_answers_for_nothing_new(as_user, cast):
	with as_user("clerk"):
		contact = make.insert(
			{
				"doctype": "Reception Record",
				"category": "Home Repair",
				"contact_name": "何家欢",
				"contact_phone": make.mobile_number(),
				"content": "水龙头漏水",
			}
		)
	frappe.db.set_value("User", cast.user("clerk"), "enabled", 0)
	frappe.clear_document_cache("User", cast.user("clerk"))
	with as_user("second_clerk"):
		assert make_document(contact.name).update({"location": "厨房"}).insert().first_handler == cast.user(
			"second_clerk"
		)
	frappe.clear_document_cache("User", cast.user("clerk"))


def test_the_next_handler_asks_the_complainant(cast, as_user):
	line = complaint_line.Line(cast, as_user)
	with as_user("clerk"):
		first_handler.request_transfer("Customer Complaint", line.name, cast.user("second_clerk"), "轮休")
	with as_user("second_clerk"):
		first_handler.accept_transfer("Customer Complaint", line.name)
	line.acted()
	follow_up = frappe.get_last_doc("Follow Up", {"reference_name": line.name})
	assert follow_up.assigned_to == cast.user("second_clerk")
	line.take("second_clerk", steps.record_contact, "Phone", "已处理")
	assert line.doc.first_handler == cast.user("second_clerk")
