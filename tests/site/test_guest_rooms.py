"""Guest rooms: one action sends them to be cleaned, and each is tracked (SVC-13)."""

import frappe
import pytest

from property_service.property_service.doctype.service_order import guest_rooms, service_order
from property_service.rules import service_order as rules
from tests.site import make

pytestmark = pytest.mark.rule("SVC-13")


@pytest.fixture(autouse=True)
def environment(cast):
	settings = frappe.get_doc("Property Service Settings")
	row = next(row for row in settings.companies if row.company == cast.company)
	row.environment_department = cast.departments["environment"]
	settings.save()
	yield
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


def rooms(count=3):
	return [make.unit(unit_type="Guest Room").name for _ in range(count)]


def send(names, as_user):
	with as_user("clerk"):
		return frappe.get_doc("Service Order", guest_rooms.order_cleaning(names)["name"])


def refused(call, fragment, exc=frappe.ValidationError):
	with pytest.raises(exc) as error:
		call()
	assert frappe._(fragment).split("{")[0] in frappe.utils.strip_html(str(error.value)) or fragment in str(
		error.value
	)


def test_one_action_sends_the_rooms_to_the_departments_leader(as_user, cast):
	names = rooms()
	order = send(names, as_user)
	assert (order.status, order.service_type) == ("Dispatched", "Guest Room Cleaning")
	assert order.department == cast.departments["environment"]
	assert order.assigned_user == cast.user("other_department_head")
	assert [row.property_unit for row in order.rooms] == names
	assert {row.room_status for row in order.rooms} == {"Pending"}
	assert frappe.db.exists(
		"Notification Log", {"document_name": order.name, "for_user": cast.user("other_department_head")}
	)


def test_each_room_is_tracked_to_the_end(as_user, cast):
	order = send(rooms(2), as_user)
	first, second = (row.name for row in order.rooms)
	with as_user("other_technician"):
		service_order.arrive(order.name)
		guest_rooms.mark_rooms(order.name, [first], "Cleaned")
		doc = frappe.get_doc("Service Order", order.name)
		doc.sign_off_method, doc.sign_off_role = rules.INSPECTION, "Clerk"
		doc.save()
		refused(lambda: service_order.finish(order.name, "已打扫"), "1 ")
		guest_rooms.mark_rooms(order.name, [second], "Cleaned")
		service_order.finish(order.name, "已打扫")
	with as_user("clerk"):
		guest_rooms.mark_rooms(order.name, [first, second], "Inspected")
	order.reload()
	assert order.status == "Finished"
	for row in order.rooms:
		assert (row.room_status, row.cleaned_by) == ("Inspected", cast.user("other_technician"))
		assert (row.inspected_by, bool(row.cleaned_on), bool(row.inspected_on)) == (
			cast.user("clerk"),
			True,
			True,
		)


def test_who_cleaned_does_not_inspect(as_user):
	order = send(rooms(1), as_user)
	with as_user("other_technician"):
		service_order.arrive(order.name)
		row = order.rooms[0].name
		guest_rooms.mark_rooms(order.name, [row], "Cleaned")
		refused(
			lambda: guest_rooms.mark_rooms(order.name, [row], "Inspected"),
			"Rooms are inspected by the front desk, not by who cleaned them (SVC-13).",
		)


def test_progress_of_a_room_is_not_taken_from_a_client(as_user, cast):
	order = send(rooms(1), as_user)
	with as_user("other_technician"):
		service_order.arrive(order.name)
		doc = frappe.get_doc("Service Order", order.name)
		doc.rooms[0].update(
			{"room_status": "Inspected", "cleaned_by": cast.user("clerk"), "inspected_by": cast.user("clerk")}
		)
		doc.save()
	row = frappe.get_doc("Service Order", order.name).rooms[0]
	assert (row.room_status, row.cleaned_by, row.inspected_by) == ("Pending", None, None)


def test_rooms_of_a_sent_order_are_fixed(as_user):
	order = send(rooms(1), as_user)
	extra = rooms(1)[0]
	with as_user("clerk"):
		doc = frappe.get_doc("Service Order", order.name)
		doc.append("rooms", {"property_unit": extra})
		refused(doc.save, "Return the order to the desk")


def test_a_room_under_way_is_not_sent_twice(as_user):
	names = rooms(2)
	send(names[:1], as_user)
	refused(lambda: send(names, as_user), "is to be cleaned by order")


def test_only_guest_rooms_in_use_are_sent(as_user):
	for unit in (make.unit(unit_type="Room"), make.unit(unit_type="Guest Room", disabled=1)):
		refused(lambda name=unit.name: send([name], as_user), "is no guest room in use")
	refused(lambda: send(["nowhere"], as_user), "is no guest room in use")


@pytest.mark.parametrize("nothing", ["[]", "{}", '["", 5]', "null"])
def test_nothing_chosen_is_refused(as_user, nothing):
	refused(lambda: send(nothing, as_user), "Choose at least one guest room (SVC-13).")


def test_a_missing_department_is_named(as_user, cast):
	settings = frappe.get_doc("Property Service Settings")
	next(row for row in settings.companies if row.company == cast.company).environment_department = None
	settings.save()
	refused(lambda: send(rooms(1), as_user), "has no")


def test_a_department_without_leader_is_named(as_user, cast):
	department = cast.departments["environment"]
	frappe.db.set_value("Department", department, "department_head", None)
	frappe.clear_document_cache("Department", department)
	refused(lambda: send(rooms(1), as_user), "has no leader who could receive the order")
	frappe.clear_document_cache("Department", department)


@pytest.mark.parametrize("person", ["technician", "department_head", "general_manager"])
def test_only_the_desk_sends_rooms(as_user, person):
	names = rooms(1)
	with as_user(person), pytest.raises(frappe.PermissionError):
		guest_rooms.order_cleaning(names)
