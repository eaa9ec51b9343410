"""The same refusals over REST, with their messages, and nothing that a client may write past the server."""

import re

import frappe
import pytest

from property_service.rules import service_order as rules
from tests.site import make
from tests.site.rest import refusal

API = "property_service.property_service.doctype.service_order.service_order"
ROOMS = "property_service.property_service.doctype.service_order.guest_rooms"


@pytest.fixture
def sent(rest, cast):
	"""`sent(status)`: name of an order brought to that state over HTTP."""

	def send(status="Dispatched", **values):
		answer = rest("clerk").insert(
			"Service Order",
			make.order_values(
				department=cast.departments["engineering"], assigned_to=cast.employee("technician"), **values
			),
		)
		name = answer.json()["data"]["name"]
		for person, method, reached in (
			("clerk", "dispatch", "Dispatched"),
			("technician", "arrive", "In Progress"),
		):
			if status == "Draft":
				break
			answer = rest(person).call(f"{API}.{method}", order=name)
			assert answer.status_code == 200, answer.text[:500]
			if status == reached:
				break
		return name

	return send


def assert_refused(answer, message, status=417):
	assert answer.status_code == status, answer.text[:500]
	text = frappe.utils.strip_html(refusal(answer))
	for part in re.split(r"\{\d\}", frappe._(message, lang="zh")):
		assert part.strip() in text, text


def status_of(rest, name):
	return rest("clerk").get("Service Order", name).json()["data"]["status"]


@pytest.mark.rule("SVC-09")
def test_a_foreign_assignee_is_refused(rest, sent, cast):
	name = sent("Draft")
	answer = rest("clerk").call(f"{API}.dispatch", order=name, assigned_to=cast.employee("other_technician"))
	assert_refused(answer, rules.FOREIGN_ASSIGNEE)
	assert status_of(rest, name) == "Draft"


@pytest.mark.rule("SVC-05")
@pytest.mark.parametrize(
	("values", "message"),
	[
		({}, rules.NO_WORK_DONE),
		({"work_done": "换了垫片"}, rules.NO_SIGN_OFF),
		({"work_done": "换了垫片", "sign_off_method": rules.DRAWN}, rules.NO_SIGNATURE),
		({"work_done": "换了垫片", "sign_off_method": rules.SLIP}, rules.NO_SLIP_PHOTO),
		({"work_done": "换了垫片", "sign_off_method": rules.INSPECTION}, rules.NO_INSPECTOR),
	],
)
def test_an_incomplete_finish_is_refused_by_put_and_by_method(rest, sent, values, message):
	name = sent("In Progress")
	technician = rest("technician")
	assert_refused(technician.update("Service Order", name, {"status": "Finished", **values}), message)
	if values:
		assert technician.update("Service Order", name, values).status_code == 200
	assert_refused(technician.call(f"{API}.finish", order=name), message)
	assert status_of(rest, name) == "In Progress"


@pytest.mark.rule("SVC-09")
@pytest.mark.parametrize(
	("person", "method", "message"),
	[("technician", "return_to_desk", rules.NO_RETURN_REASON), ("clerk", "cancel", rules.NO_CANCEL_REASON)],
)
def test_reasons_are_required(rest, sent, person, method, message):
	name = sent()
	assert_refused(rest(person).call(f"{API}.{method}", order=name), message)
	assert status_of(rest, name) == "Dispatched"


@pytest.mark.rule("SVC-10")
def test_an_unsigned_slip_is_not_filed(rest, sent):
	name = sent("In Progress")
	values = {"work_done": "换了垫片", "sign_off_method": rules.PHONE, "status": "Finished"}
	assert rest("technician").update("Service Order", name, values).status_code == 200
	assert_refused(
		rest("technician").call(f"{API}.confirm_by_phone", order=name, name="我"),
		rules.CONFIRMED_BY_DESK,
		403,
	)
	assert_refused(rest("clerk").call(f"{API}.archive", order=name), rules.NOT_SIGNED_OFF)
	assert_refused(rest("clerk").set_value("Service Order", name, "status", "Archived"), rules.NOT_SIGNED_OFF)
	document = rest("clerk").get("Service Order", name).json()["data"]
	assert_refused(rest("clerk").apply_workflow(document, "Archive"), rules.NOT_SIGNED_OFF)


@pytest.mark.rule("SVC-09")
def test_another_department_gets_nothing(rest, sent):
	name = sent()
	stranger = rest("other_technician")
	assert stranger.get("Service Order", name).status_code == 403
	assert not stranger.list("Service Order", filters={"name": name}).json()["data"]
	assert stranger.update("Service Order", name, status="In Progress").status_code == 403
	assert stranger.call(f"{API}.arrive", order=name).status_code == 403
	assert stranger.call(
		"frappe.client.get_list", doctype="Service Order Room", parent="Service Order"
	).status_code in (200, 403)
	assert status_of(rest, name) == "Dispatched"


@pytest.mark.rule("SVC-09")
def test_nobody_signs_in_nobody_gets_in(rest, sent):
	name = sent()
	assert rest("Guest").get("Service Order", name).status_code == 403
	assert rest("Guest").call(f"{API}.arrive", order=name).status_code == 403
	assert rest("Guest").call(f"{ROOMS}.order_cleaning", rooms="[]").status_code == 403


def test_steps_are_not_taken_by_get(rest, sent):
	name = sent()
	answer = rest("technician").request("GET", f"/api/method/{API}.arrive", params={"order": name})
	assert answer.status_code == 403
	assert status_of(rest, name) == "Dispatched"


def test_server_fields_stay_what_they_are(rest, sent, cast):
	name = sent("In Progress")
	before = rest("clerk").get("Service Order", name).json()["data"]
	forged = {
		"arrived_on": "2020-01-01 00:00:00",
		"dispatched_by": cast.user("technician"),
		"total_cost": 1,
		"signed_off": 1,
		"returned_on": "2020-01-01 00:00:00",
		"assigned_user": cast.user("other_technician"),
		"return_reason": "x",
		"approval_steps": [],
	}
	assert rest("technician").update("Service Order", name, forged).status_code == 200
	for fieldname, value in forged.items():
		rest("technician").set_value("Service Order", name, fieldname, value)
	after = rest("clerk").get("Service Order", name).json()["data"]
	for fieldname in forged:
		if fieldname == "approval_steps":
			assert [row["to_state"] for row in after[fieldname]] == ["Dispatched", "In Progress"]
		else:
			assert after.get(fieldname) == before.get(fieldname), fieldname


BAD = [
	None,
	[],
	[1],
	{},
	{"a": 1},
	"",
	"Nonsense",
	5,
	1e308,
	"\u202e",
	"' or 1=1 --",
	"{{ 7*7 }}",
	"😀" * 300,
	"长" * 30_000,
]


def test_bad_input_never_breaks_the_server(rest, sent):
	name = sent("In Progress")
	broken = {}
	for number, bad in enumerate(BAD):
		for call, answer in enumerate(attempts(rest, name, bad)):
			if answer.status_code >= 500:
				broken[number, call] = answer.text[:200]
	assert not broken


def attempts(rest, name, bad):
	person = rest("technician")
	return [
		person.call(f"{API}.arrive", order=bad),
		person.call(f"{API}.finish", order=name, work_done=bad, labour_hours=bad),
		person.call(f"{API}.return_to_desk", order=bad, reason=bad),
		rest("clerk").call(f"{ROOMS}.order_cleaning", rooms=bad, planned_for=bad),
		person.call(f"{ROOMS}.mark_rooms", order=name, rows=bad, room_status=bad),
		person.update("Service Order", name, status=bad),
		person.update("Service Order", name, labour_hours=bad),
		person.update("Service Order", name, customer_signature=bad),
		person.update("Service Order", name, work_done=bad),
		person.update("Service Order", name, materials=bad),
		person.update("Service Order", name, materials=[{"item_name": bad, "qty": bad, "rate": bad}]),
		rest("clerk").insert("Service Order", make.order_values(planned_for=bad)),
		rest("clerk").insert("Service Order", make.order_values(matter=bad, department=bad)),
	]
