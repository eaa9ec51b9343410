"""Gym cards over REST: the same refusals, and nothing written past the server (DESK-07)."""

import frappe
import pytest

from property_service.rules import gym as rules
from property_service.rules import register as register_rules
from tests.site import make
from tests.site.bad_values import broken_answers
from tests.site.rest import assert_refused

pytestmark = pytest.mark.rule("DESK-07")

API = "property_service.property_service.doctype.gym_membership.gym_membership"
DOOR = "property_service.property_service.doctype.gym_membership.check_in"


@pytest.fixture
def clerk(rest):
	return rest("clerk")


@pytest.fixture
def values(committed):
	made = make.membership_values(
		make.gym_plan(plan_kind="Visits", visits=2, days=30).name, make.resident().name
	)
	frappe.db.commit()
	return made


@pytest.fixture
def sold(clerk, values):
	answer = clerk.insert("Gym Membership", values)
	assert answer.status_code == 200, answer.text[:500]
	return answer.json()["data"]


@pytest.mark.parametrize(
	("changed", "message"),
	[
		({"id_card_seen": 0}, rules.NO_ID_CARD),
		({"start_on": "2020-01-01"}, rules.PAST_START),
		({"taken_over": 1}, register_rules.TAKEN_OVER_BY_MANAGER),
	],
)
def test_an_incomplete_entry_is_refused(clerk, values, changed, message):
	assert_refused(clerk.insert("Gym Membership", {**values, **changed}), message)


def test_nobody_sells_a_second_card_or_writes_what_the_server_owns(clerk, values, sold, cast):
	assert_refused(clerk.insert("Gym Membership", values), rules.OVERLAP)
	name = sold["name"]
	forged = {
		"status": "Expired",
		"visits_used": 9,
		"visits_remaining": 99,
		"price": 77,
		"frozen_days": 30,
		"id_card_seen_by": "Guest",
		"registered_by": cast.user("second_clerk"),
		"freezes": [{"days": 99}],
	}
	assert clerk.update("Gym Membership", name, forged).status_code == 200
	for fieldname, value in forged.items():
		clerk.set_value("Gym Membership", name, fieldname, value)
	after = clerk.get("Gym Membership", name).json()["data"]
	assert {field: after.get(field) for field in forged} == {field: sold.get(field) for field in forged}
	assert_refused(clerk.update("Gym Membership", name, end_on="2099-01-01"), register_rules.FIXED)
	assert clerk.delete("Gym Membership", name).status_code == 403
	assert clerk.insert("Gym Visit", membership=name).status_code == 403
	assert clerk.insert("Gym Member", resident=values["resident"]).status_code == 403


def test_the_door_over_rest(clerk, rest, sold):
	card = sold["card_no"]
	path = f"/api/method/{DOOR}.check_in"
	assert clerk.request("GET", path, params={"card_no": card}).status_code == 403
	for person in ("technician", "cashier", "Guest"):
		assert rest(person).call(f"{DOOR}.check_in", card_no=card).status_code == 403
		assert rest(person).call(f"{API}.freeze", name=sold["name"], reason="x").status_code == 403
	assert clerk.call(f"{DOOR}.check_in", card_no=card).json()["message"]["visits_left"] == 1
	assert_refused(clerk.call(f"{DOOR}.check_in", card_no=card), rules.CHECKED_IN_ALREADY)
	assert_refused(clerk.call(f"{API}.freeze", name=sold["name"], reason=""), register_rules.NO_REASON)
	assert clerk.call(f"{API}.freeze", name=sold["name"], reason="出差").status_code == 200
	assert_refused(clerk.call(f"{DOOR}.check_in", card_no=card), rules.IS_FROZEN)


def test_bad_input_never_breaks_the_server(clerk, rest, values, sold):
	manager = rest("service_manager")

	def attempts(bad):
		return [
			clerk.call(f"{DOOR}.check_in", card_no=bad),
			manager.call(f"{DOOR}.undo", visit=bad, reason=bad),
			clerk.call(f"{API}.freeze", name=bad, reason=bad),
			clerk.call(f"{API}.resume", name=bad),
			clerk.insert("Gym Membership", {**values, "plan": bad, "resident": bad}),
			clerk.insert("Gym Membership", {**values, "start_on": bad, "card_no": bad}),
			manager.insert(
				"Gym Membership", {**values, "taken_over": 1, "end_on": bad, "visits_before": bad}
			),
			clerk.insert("Gym Membership", {**values, "company": bad, "id_card_seen": bad}),
			clerk.update("Gym Membership", sold["name"], emergency_contact=bad, remarks=bad, freezes=bad),
			manager.insert(
				"Gym Plan", plan_name=bad, company=make.company(), days=bad, visits=bad, price=bad
			),
			manager.insert("Gym Plan", plan_name="x", company=bad, days=1),
		]

	assert not broken_answers(attempts)
