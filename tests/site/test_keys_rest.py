"""The same refusals of the key register over REST, and nothing that a client may write past the server (DESK-08, Q-05)."""

import frappe
import pytest

from property_service.rules import keys as rules
from property_service.rules import register as register_rules
from tests.site import make
from tests.site.bad_values import broken_answers
from tests.site.rest import assert_refused

pytestmark = pytest.mark.rule("DESK-08")

LOAN = "property_service.property_service.doctype.key_loan"
KEY = "property_service.property_service.doctype.property_key.property_key"


@pytest.fixture
def key(committed):
	name = make.key().name
	frappe.db.commit()
	return name


@pytest.fixture
def clerk(rest):
	return rest("clerk")


@pytest.fixture
def loan(clerk, key):
	answer = clerk.insert("Key Loan", make.loan_values(key))
	assert answer.status_code == 200, answer.text[:500]
	return answer.json()["data"]


def test_a_key_that_is_out_is_lent_by_no_door(clerk, rest, key, loan):
	assert_refused(clerk.insert("Key Loan", make.loan_values(key)), rules.IS_OUT)
	assert_refused(
		rest("second_clerk").insert("Key Loan", make.loan_values(key, docstatus=1)), rules.IS_OUT, 403
	)
	assert_refused(clerk.call("frappe.client.insert", doc=make.loan_values(key)), rules.IS_OUT)
	assert_refused(
		clerk.call(f"{LOAN}.counter.lend", **_without_doctype(make.loan_values(key))), rules.IS_OUT
	)


def _without_doctype(values):
	return {name: value for name, value in values.items() if name != "doctype"}


@pytest.mark.parametrize(
	("values", "message"),
	[
		({"purpose": None}, rules.NO_PURPOSE),
		({"borrower_phone": None}, rules.NO_BORROWER),
		({"loan_kind": "Residence"}, rules.ONLY_RESIDENTS),
		({"due_on": "2099-01-01 00:00:00"}, rules.DUE_TOO_LATE),
		({"taken_over": 1}, register_rules.TAKEN_OVER_BY_MANAGER),
	],
)
def test_an_incomplete_entry_is_refused(clerk, key, values, message):
	assert_refused(clerk.insert("Key Loan", make.loan_values(key, **values)), message)


def test_states_and_stamps_are_not_written(clerk, key, loan, cast):
	forged = {
		"status": "Brought Back",
		"open_key": None,
		"issued_by": cast.user("second_clerk"),
		"borrowed_on": "2020-01-01 00:00:00",
		"returned_on": "2020-01-01 00:00:00",
		"condition": "Good",
		"owner": "Administrator",
		"docstatus": 0,
		"approval_steps": [{"action": "x"}],
	}
	assert clerk.update("Key Loan", loan["name"], forged).status_code == 200
	for fieldname, value in forged.items():
		clerk.set_value("Key Loan", loan["name"], fieldname, value)
	after = clerk.get("Key Loan", loan["name"]).json()["data"]
	assert {field: after.get(field) for field in forged} == {field: loan.get(field) for field in forged}
	assert clerk.set_value("Property Key", key, "status", "In Cabinet").status_code == 200
	assert clerk.get("Property Key", key).json()["data"]["status"] == "Lent"


def test_who_has_it_does_not_change(clerk, loan):
	assert_refused(clerk.update("Key Loan", loan["name"], borrower_name="别人"), register_rules.FIXED)
	assert_refused(clerk.update("Key Loan", loan["name"], due_on="2099-01-01 00:00:00"), register_rules.FIXED)


def test_nothing_is_deleted_or_submitted(clerk, rest, key, loan):
	assert clerk.delete("Key Loan", loan["name"]).status_code == 403
	assert rest("service_manager").delete("Property Key", key).status_code == 403
	assert clerk.call("frappe.client.submit", doc=loan).status_code == 403
	assert clerk.call("frappe.client.cancel", doctype="Key Loan", name=loan["name"]).status_code in (403, 417)
	assert clerk.get("Key Loan", loan["name"]).json()["data"]["docstatus"] == 0


def test_rows_are_not_written_by_themselves(clerk, loan):
	row = {
		"parent": loan["name"],
		"parenttype": "Key Loan",
		"parentfield": "chases",
		"chase_kind": "Issuer Told",
	}
	assert clerk.insert("Key Loan Chase", row).status_code == 403


def test_steps_by_their_methods(clerk, rest, key, loan):
	assert_refused(
		clerk.call(f"{LOAN}.key_loan.cancel", loan=loan["name"], reason=""), register_rules.NO_REASON
	)
	later = {"due_on": "2099-01-01 00:00:00", "reason": "装修"}
	assert_refused(
		clerk.call(f"{LOAN}.key_loan.extend", loan=loan["name"], **later), rules.EXTENDED_BY_MANAGER
	)
	assert (
		rest("service_manager").call(f"{LOAN}.key_loan.extend", loan=loan["name"], **later).status_code == 200
	)
	assert clerk.call(f"{LOAN}.key_loan.take_back", key_tag=key).status_code == 200
	assert_refused(clerk.call(f"{LOAN}.key_loan.take_back", key_tag=key), rules.NOBODY_HAS_IT)
	assert_refused(
		clerk.call(f"{LOAN}.key_loan.report_lost", loan=loan["name"], reason="丢失"),
		register_rules.NOT_A_STEP,
	)


def test_steps_are_not_taken_by_get_or_by_strangers(clerk, rest, key, loan):
	path = f"/api/method/{LOAN}.key_loan.take_back"
	assert clerk.request("GET", path, params={"loan": loan["name"]}).status_code == 403
	for person in ("technician", "cashier", "Guest"):
		stranger = rest(person)
		assert stranger.call(f"{LOAN}.key_loan.take_back", loan=loan["name"]).status_code == 403
		assert stranger.get("Key Loan", loan["name"]).status_code == 403
		assert stranger.call(f"{LOAN}.counter.scan", tag=key).status_code == 403
	assert clerk.get("Key Loan", loan["name"]).json()["data"]["status"] == "Lent"


def test_bad_input_never_breaks_the_server(clerk, rest, key, loan):
	manager = rest("service_manager")
	assert not broken_answers(lambda bad: attempts(clerk, manager, key, loan["name"], bad))


def attempts(clerk, manager, key, loan, bad):
	return [
		clerk.call(f"{LOAN}.counter.scan", tag=bad),
		clerk.call(f"{LOAN}.counter.find_borrower", text=bad),
		clerk.call(f"{LOAN}.counter.lend", property_key=bad, borrower_name=bad, purpose=bad),
		clerk.call(f"{LOAN}.counter.due_in", start=bad, end=bad),
		clerk.call(f"{LOAN}.key_loan.take_back", loan=bad, key_tag=bad, condition=bad),
		clerk.call(f"{LOAN}.key_loan.report_lost", loan=bad, reason=bad),
		clerk.call(f"{LOAN}.key_loan.cancel", loan=bad, reason=bad),
		manager.call(f"{LOAN}.key_loan.extend", loan=loan, due_on=bad, reason="x"),
		clerk.call(f"{LOAN}.chasing.record_call", loan=loan, note=bad),
		clerk.call(f"{KEY}.retire", key=bad, reason=bad),
		clerk.insert("Property Key", make.key_values(key_tag=bad, units=["HY"])),
		clerk.insert("Property Key", {**make.key_values(units=["HY"]), "units": bad, "copy_number": bad}),
		clerk.insert("Key Loan", make.loan_values(bad)),
		clerk.insert("Key Loan", make.loan_values(key, due_on=bad, borrower_phone=bad, loan_kind=bad)),
		clerk.insert("Key Loan", make.loan_values(key, resident=bad, employee=bad, taken_over=bad)),
		clerk.update("Key Loan", loan, remarks=bad, chases=bad),
		clerk.update("Key Loan", loan, borrower_phone=bad, borrower_kind=bad),
		clerk.update("Property Key", key, units=bad),
	]
