"""Slips that do not come back are chased (SVC-10)."""

import frappe
import pytest
from frappe.utils import add_days, add_to_date, getdate, now_datetime, nowdate

from property_service.property_service.doctype.service_order import service_order, slips
from property_service.rules import service_order as rules
from tests.site import make

pytestmark = pytest.mark.rule("SVC-10")


@pytest.fixture
def finished(as_user, cast):
	"""`finished(days)`: an order finished that many days ago, its slip still out."""

	def make_finished(days, ticket=None):
		with as_user("clerk"):
			order = make.order(
				repair_ticket=ticket,
				department=cast.departments["engineering"],
				assigned_to=cast.employee("technician"),
			)
			order.dispatch()
		with as_user("technician"):
			service_order.arrive(order.name)
			order = frappe.get_doc("Service Order", order.name)
			order.sign_off_method = rules.PHONE
			order.save()
			service_order.finish(order.name, "换了垫片")
		frappe.db.set_value(
			"Service Order", order.name, "finished_on", add_to_date(now_datetime(), days=-days)
		)
		return order.name

	return make_finished


def notices(order):
	return frappe.get_all(
		"Notification Log",
		filters={"document_name": order, "subject": ("like", f"%{order}%"), "type": "Alert"},
		fields=["for_user", "subject"],
		order_by="creation",
	)


def chased(order, user):
	return [row for row in notices(order) if row.for_user == user]


def test_the_first_handler_is_reminded_once_a_day_however_often_the_job_runs(finished, as_user, cast):
	with as_user("second_clerk"):
		ticket = make.ticket().name
	order = finished(10, ticket)
	assert order in slips.remind_first_handlers()
	assert len(chased(order, cast.user("second_clerk"))) == 1
	assert order not in slips.remind_first_handlers()
	assert len(chased(order, cast.user("second_clerk"))) == 1
	frappe.db.set_value("Service Order", order, "chased_on", add_days(nowdate(), -1))
	assert order in slips.remind_first_handlers()


def test_without_a_ticket_whoever_dispatched_is_reminded(finished, cast):
	order = finished(10)
	slips.remind_first_handlers()
	assert len(chased(order, cast.user("clerk"))) == 1


def test_a_slip_that_is_in_time_or_back_is_not_chased(finished, as_user):
	fresh, back = finished(0), finished(10)
	with as_user("clerk"):
		service_order.confirm_by_phone(back, "何家欢")
		service_order.archive(back)
	assert not {fresh, back} & set(slips.remind_first_handlers())


def test_days_off_do_not_count(finished, cast):
	order = finished(3)
	days = [{"holiday_date": add_days(nowdate(), -n), "description": "假日"} for n in range(4)]
	holiday_list = make.insert(
		{
			"doctype": "Holiday List",
			"holiday_list_name": f"假日 {frappe.generate_hash(length=6)}",
			"from_date": add_days(nowdate(), -30),
			"to_date": add_days(nowdate(), 30),
			"holidays": days,
		}
	)
	settings = frappe.get_doc("Property Service Settings")
	next(row for row in settings.companies if row.company == cast.company).holiday_list = holiday_list.name
	settings.save()
	assert order not in [row.name for row in slips.late_slips(getdate(nowdate()))]
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
