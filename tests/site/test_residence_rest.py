"""The same over REST: steps are not jumped, and nothing that the server owns is written by a client (DESK-09, DESK-10, Q-05)."""

import frappe
import pytest

from property_service.rules import residence as rules
from tests.site import make
from tests.site.bad_values import broken_answers
from tests.site.rest import assert_refused

pytestmark = pytest.mark.rule("DESK-09", "DESK-10", "Q-05")

DOCTYPE = "Residence Application"
API = "property_service.property_service.doctype.residence_application"
METHODS = {
	"residence_application.confirm_employer": {},
	"residence_application.reject": {"reason": "满员"},
	"residence_application.withdraw": {"reason": "不来了"},
	"beds.assign_room": {"property_unit": "x"},
	"moving_in.move_in": {"key_tags": '["K-1"]', "card_no": "1"},
	"moving_out.settle": {"doctype": "Key Loan", "document": "x", "way": "Lost", "given": "{}"},
	"moving_out.override": {"doctype": "Key Loan", "document": "x", "reason": "y"},
	"moving_out.move_out": {},
}


@pytest.fixture
def clerk(rest):
	return rest("clerk")


@pytest.fixture
def room(committed):
	name = make.unit(capacity=1).name
	make.employer()
	frappe.db.commit()
	return name


@pytest.fixture
def application(clerk, room):
	answer = clerk.insert(DOCTYPE, make.residence_values())
	assert answer.status_code == 200, answer.text[:500]
	return answer.json()["data"]["name"]


def stored(name):
	frappe.db.rollback()
	return frappe.get_doc(DOCTYPE, name)


def test_a_later_state_or_a_room_is_not_sent_along(clerk, room):
	sent = {
		"status": "Moved In",
		"property_unit": room,
		"assigned_by": "Administrator",
		"moved_in_on": "2020-01-01",
		"employer_recorded_by": "Administrator",
		"card_no": "1",
		"overrides": [{"reference_doctype": "Property Unit", "reference_name": room, "matter": "y"}],
		"approval_steps": [{"action": "Move In", "to_state": "Moved In"}],
	}
	answer = clerk.insert(DOCTYPE, make.residence_values(**sent))
	assert answer.status_code == 200, answer.text[:500]
	doc = stored(answer.json()["data"]["name"])
	assert (doc.status, doc.property_unit, doc.card_no) == (rules.APPLIED, None, None)
	assert (doc.overrides, doc.approval_steps, doc.moved_in_on) == ([], [], None)
	assert clerk.insert(DOCTYPE, make.residence_values(docstatus=1)).status_code == 403


def test_neither_a_put_nor_set_value_moves_it(clerk, room, application):
	clerk.update(DOCTYPE, application, status="Room Assigned", property_unit=room)
	clerk.call(
		"frappe.client.set_value",
		doctype=DOCTYPE,
		name=application,
		fieldname={"status": "Moved Out", "open_key": None, "ended_on": "2020-01-01"},
	)
	doc = stored(application)
	assert (doc.status, doc.property_unit, doc.ended_on) == (rules.APPLIED, None, None)
	assert doc.open_key


def test_steps_are_not_jumped(clerk, room, application):
	assert clerk.call(f"{API}.beds.assign_room", name=application, property_unit=room).status_code == 417
	assert clerk.call(f"{API}.moving_in.move_in", name=application).status_code == 417
	assert clerk.call(f"{API}.moving_out.move_out", name=application).status_code == 417
	assert stored(application).status == rules.APPLIED


def test_the_last_bed_is_refused_with_its_message(clerk, room, application):
	def confirmed(name):
		frappe.db.rollback()
		doc = frappe.get_doc(DOCTYPE, name)
		make.employer_letter(doc)
		frappe.db.commit()
		assert clerk.call(f"{API}.residence_application.confirm_employer", name=name).status_code == 200
		return name

	confirmed(application)
	other = confirmed(clerk.insert(DOCTYPE, make.residence_values()).json()["data"]["name"])
	assert clerk.call(f"{API}.beds.assign_room", name=application, property_unit=room).status_code == 200
	assert_refused(clerk.call(f"{API}.beds.assign_room", name=other, property_unit=room), rules.NO_BED_FREE)


@pytest.mark.parametrize("person", ["technician", "cashier", "storekeeper"])
def test_others_neither_read_nor_move_it(rest, application, person):
	stranger = rest(person)
	assert stranger.get(DOCTYPE, application).status_code == 403
	assert stranger.list(DOCTYPE).status_code == 403
	for method, arguments in METHODS.items():
		assert stranger.call(f"{API}.{method}", name=application, **arguments).status_code == 403, method


def test_nothing_changes_by_get(clerk, application):
	for method, arguments in METHODS.items():
		answer = clerk.request(
			"GET", f"/api/method/{API}.{method}", params={"name": application, **arguments}
		)
		assert answer.status_code == 403, method


def test_rows_are_written_through_the_application_only(clerk, application):
	for table, row in (
		("Residence Item", {"item_name": "床"}),
		("Residence Override", {"matter": "x", "reference_doctype": DOCTYPE, "reference_name": application}),
	):
		answer = clerk.insert(
			table,
			{"parent": application, "parenttype": DOCTYPE, "parentfield": "overrides", **row},
		)
		assert answer.status_code == 403, table


def test_nothing_breaks_on_bad_values(clerk, application):
	fields = (
		"applicant_name",
		"mobile_no",
		"from_date",
		"to_date",
		"employer",
		"room_items",
		"gender",
		"id_number",
	)

	def attempts(bad):
		for field in fields:
			yield clerk.insert(DOCTYPE, make.residence_values(**{field: bad}))
			yield clerk.update(DOCTYPE, application, **{field: bad})
		for method, arguments in METHODS.items():
			for argument in ("name", *arguments):
				yield clerk.call(f"{API}.{method}", **{"name": application, **arguments, argument: bad})
		yield clerk.call(f"{API}.beds.free_rooms", name=application, from_date=bad)
		yield clerk.call(f"{API}.moving_out.checklist", name=bad)

	assert broken_answers(attempts) == {}
