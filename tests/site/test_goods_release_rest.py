"""Release passes over REST: the same refusals, and nothing written past the server (DESK-11)."""

import frappe
import pytest

from property_service.rules import goods_release as rules
from property_service.rules import register as register_rules
from tests.site import make
from tests.site.bad_values import broken_answers
from tests.site.rest import assert_refused

pytestmark = pytest.mark.rule("DESK-11")

API = "property_service.property_service.doctype.goods_release_pass.goods_release_pass"
GATE = "property_service.property_service.doctype.goods_release_pass.gate"


@pytest.fixture
def clerk(rest):
	return rest("clerk")


@pytest.fixture
def unit(committed):
	name = make.unit().name
	frappe.db.commit()
	return name


@pytest.fixture
def asked(clerk, unit):
	def ask(**values) -> dict:
		answer = clerk.insert("Goods Release Pass", make.release_values(property_unit=unit, **values))
		assert answer.status_code == 200, answer.text[:500]
		return answer.json()["data"]

	return ask


@pytest.mark.parametrize(
	("values", "message"),
	[
		({"carrier_name": None}, rules.NO_CARRIER),
		({"carrier_kind": "Tenant"}, rules.NO_CONSENT),
		({"valid_on": "2020-01-01"}, rules.PAST_DAY),
		({"goods": [{"goods": "x", "qty": 0}]}, rules.NO_GOODS),
	],
)
def test_an_incomplete_pass_is_refused(clerk, unit, values, message):
	assert_refused(
		clerk.insert("Goods Release Pass", make.release_values(property_unit=unit, **values)), message
	)


def test_no_door_leads_past_the_approval(clerk, rest, asked, cast):
	doc = asked()
	name = doc["name"]
	assert clerk.call(f"{API}.approve", name=name).status_code == 403
	clerk.set_value("Goods Release Pass", name, "status", "Approved")
	clerk.set_value("Goods Release Pass", name, "owner", "Administrator")
	clerk.update("Goods Release Pass", name, approved_by=cast.user("service_manager"), status="Approved")
	forged = [{"to_state": "Approved", "actor": cast.user("service_manager")}]
	clerk.update("Goods Release Pass", name, approval_steps=forged)
	assert clerk.call("frappe.client.submit", doc=doc).status_code in (403, 417)
	assert_refused(clerk.call(f"{GATE}.release", name=name), rules.NOT_APPROVED)
	after = clerk.get("Goods Release Pass", name).json()["data"]
	assert (after["status"], after["owner"], after["approval_steps"]) == (
		"Awaiting Approval",
		cast.user("clerk"),
		[],
	)
	assert clerk.call(f"{API}.approve", name=name).status_code == 403
	row = {"parent": name, "parenttype": "Goods Release Pass", "parentfield": "goods", "goods": "保险箱"}
	assert clerk.insert("Goods Release Item", row).status_code == 403


def test_from_approval_through_the_gate_once(clerk, rest, asked):
	name = asked()["name"]
	assert rest("second_clerk").call(f"{API}.approve", name=name).status_code == 200
	assert_refused(clerk.update("Goods Release Pass", name, carrier_name="别人"), register_rules.ENDED)
	assert clerk.request("GET", f"/api/method/{GATE}.release", params={"name": name}).status_code == 403
	assert clerk.call(f"{GATE}.release", name=name).status_code == 200
	assert_refused(clerk.call(f"{GATE}.release", name=name), rules.USED)
	assert_refused(clerk.call(f"{API}.cancel", name=name, reason="x"), register_rules.NOT_A_STEP)
	assert clerk.delete("Goods Release Pass", name).status_code == 403


def test_strangers_get_nothing(rest, asked):
	name = asked()["name"]
	for person in ("technician", "cashier", "resident", "Guest"):
		stranger = rest(person)
		for method in (f"{API}.approve", f"{GATE}.look_up", f"{GATE}.release"):
			assert stranger.call(method, name=name).status_code == 403
		assert stranger.get("Goods Release Pass", name).status_code == 403


def test_bad_input_never_breaks_the_server(clerk, rest, asked, unit):
	name = asked()["name"]

	def attempts(bad):
		return [
			clerk.call(f"{GATE}.look_up", name=bad),
			clerk.call(f"{GATE}.release", name=bad, note=bad),
			clerk.call(f"{API}.approve", name=bad),
			clerk.call(f"{API}.reject", name=bad, reason=bad),
			clerk.insert("Goods Release Pass", make.release_values(property_unit=bad or "x", goods=bad)),
			clerk.insert(
				"Goods Release Pass",
				make.release_values(property_unit=unit, goods=[{"goods": bad, "qty": bad, "value": bad}]),
			),
			clerk.insert(
				"Goods Release Pass", make.release_values(property_unit=unit, valid_on=bad, plate=bad)
			),
			clerk.insert(
				"Goods Release Pass",
				make.release_values(property_unit=unit, resident=bad, requested_by=bad, consent_file=bad),
			),
			clerk.update("Goods Release Pass", name, goods=bad, carrier_kind=bad, consent_method=bad),
			clerk.update("Goods Release Pass", name, carrier_name=bad, remarks=bad, reason=bad),
		]

	assert not broken_answers(attempts)
