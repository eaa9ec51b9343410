"""Vehicle passes over REST: the same refusals, nothing written past the server, and the page that anybody may open."""

import frappe
import pytest

from property_service.property_service.doctype.vehicle_pass import public
from property_service.rules import register as register_rules
from property_service.rules import vehicle_pass as rules
from tests.site import make
from tests.site.bad_values import broken_answers
from tests.site.rest import assert_refused

pytestmark = pytest.mark.rule("DESK-05")

API = "property_service.property_service.doctype.vehicle_pass.vehicle_pass"
COUNTER = "property_service.property_service.doctype.vehicle_pass.counter"


@pytest.fixture
def clerk(rest):
	return rest("clerk")


@pytest.fixture
def applied(clerk):
	def apply(**values) -> dict:
		answer = clerk.insert("Vehicle Pass", make.pass_values(**values))
		assert answer.status_code == 200, answer.text[:500]
		return answer.json()["data"]

	return apply


@pytest.fixture
def issued(clerk, applied):
	doc = applied()
	assert clerk.call(f"{API}.issue", name=doc["name"]).status_code == 200
	return clerk.get("Vehicle Pass", doc["name"]).json()["data"]


@pytest.mark.parametrize(
	("values", "message"),
	[
		({"plate": "浙I12345"}, rules.BAD_PLATE),
		({"applicant_name": None}, rules.NO_APPLICANT),
		({"employer_name": None}, rules.NO_EMPLOYER),
		({"id_card_file": "/files/id.png"}, rules.NOT_PRIVATE),
		({"taken_over": 1}, register_rules.TAKEN_OVER_BY_MANAGER),
		({"valid_until": "2020-01-01"}, rules.ENDS_TODAY),
	],
)
def test_an_incomplete_application_is_refused(clerk, values, message):
	assert_refused(clerk.insert("Vehicle Pass", make.pass_values(**values)), message)


def test_no_door_leads_past_the_papers(clerk, rest, applied):
	doc = applied(id_card_seen=0)
	assert_refused(clerk.call(f"{API}.issue", name=doc["name"]), rules.MISSING_PAPERS)
	clerk.set_value("Vehicle Pass", doc["name"], "status", "Issued")
	clerk.update(
		"Vehicle Pass", doc["name"], status="Issued", active_plate=doc["plate"], id_card_seen_by="Guest"
	)
	assert clerk.insert("Vehicle Pass", make.pass_values(docstatus=1)).status_code == 403
	assert clerk.call("frappe.client.submit", doc=doc).status_code in (403, 417)
	inserted = clerk.insert("Vehicle Pass", make.pass_values(status="Issued", public_token="x")).json()[
		"data"
	]
	after = clerk.get("Vehicle Pass", doc["name"]).json()["data"]
	assert (after["status"], inserted["status"], inserted.get("public_token")) == ("Applied", "Applied", None)
	assert not after.get("active_plate")
	assert not after.get("id_card_seen_by")


def test_an_issued_pass_stays_and_ends_with_a_reason(clerk, issued):
	name = issued["name"]
	assert_refused(clerk.update("Vehicle Pass", name, plate=make.plate()), register_rules.FIXED)
	assert_refused(clerk.update("Vehicle Pass", name, valid_until="2099-01-01"), register_rules.FIXED)
	assert_refused(clerk.update("Vehicle Pass", name, id_card_seen=0), register_rules.FIXED)
	assert_refused(clerk.insert("Vehicle Pass", make.pass_values(plate=issued["plate"])), rules.ACTIVE_PASS)
	assert_refused(clerk.call(f"{API}.revoke", name=name, reason=""), register_rules.NO_REASON)
	assert clerk.call(f"{API}.cancel", name=name, reason="x").status_code == 403
	assert clerk.delete("Vehicle Pass", name).status_code == 403
	assert clerk.call(f"{API}.hand_in", name=name).status_code == 200
	assert_refused(clerk.call(f"{API}.hand_in", name=name), rules.HANDED_IN_ALREADY)
	assert_refused(clerk.update("Vehicle Pass", name, vehicle="别的"), register_rules.ENDED)


def test_strangers_and_get_take_no_step(clerk, rest, applied):
	name = applied()["name"]
	assert clerk.request("GET", f"/api/method/{API}.issue", params={"name": name}).status_code == 403
	for person in ("technician", "cashier", "resident", "Guest"):
		stranger = rest(person)
		assert stranger.call(f"{API}.issue", name=name).status_code == 403
		assert stranger.call(f"{API}.papers_needed", applicant_kind="Owner").status_code == 403
		assert stranger.get("Vehicle Pass", name).status_code == 403
	assert rest("general_manager").call(f"{API}.issue", name=name).status_code == 403
	assert clerk.get("Vehicle Pass", name).json()["data"]["status"] == "Applied"


def test_who_saw_a_paper_can_be_listed(clerk, issued):
	"""Frappe drops fields with `_seen` in their name from lists, unless the DocType tracks who has seen it."""
	rows = clerk.list(
		"Vehicle Pass", filters={"name": issued["name"]}, fields=["id_card_seen", "id_card_seen_by"]
	).json()["data"]
	assert rows[0]["id_card_seen"] == 1


def test_bad_input_never_breaks_the_server(clerk, rest, applied, issued):
	name = applied()["name"]

	def attempts(bad):
		return [
			clerk.call(f"{API}.issue", name=bad),
			clerk.call(f"{API}.issue_several", names=bad),
			clerk.call(f"{API}.revoke", name=bad, reason=bad),
			clerk.call(f"{API}.hand_in", name=bad),
			clerk.call(f"{API}.renew", name=bad),
			clerk.call(f"{API}.papers_needed", applicant_kind=bad),
			clerk.call(f"{COUNTER}.ending_in", start=bad, end=bad),
			clerk.insert("Vehicle Pass", make.pass_values(plate=bad)),
			clerk.insert("Vehicle Pass", make.pass_values(resident=bad, employee=bad, phone=bad)),
			clerk.insert("Vehicle Pass", make.pass_values(valid_from=bad, valid_until=bad, id_card_seen=bad)),
			clerk.insert("Vehicle Pass", make.pass_values(id_card_file=bad, employer=bad, replaces=bad)),
			clerk.update("Vehicle Pass", name, applicant_name=bad, colour=bad, applicant_kind=bad),
			clerk.update("Vehicle Pass", issued["name"], remarks=bad, approval_steps=bad),
		]

	assert not broken_answers(attempts)


# ---- the page behind the code --------------------------------------------------------------------------------------


class TestPublicPage:
	@pytest.fixture
	def visit(self, rest):
		guest = rest("Guest")
		guest.session.headers["Accept"] = "text/html"
		guest.session.headers["Accept-Language"] = "zh"

		def open_page(token):
			return guest.request("GET", "/vehicle-pass", params={"t": token})

		forget_strikes()
		yield open_page
		forget_strikes()

	def test_it_tells_anybody_plate_and_last_day_and_nothing_personal(self, visit, issued, committed):
		committed()
		token = frappe.db.get_value("Vehicle Pass", issued["name"], "public_token")
		page = visit(token)
		assert page.status_code == 200
		assert issued["plate"] in page.text
		assert issued["valid_until"] in page.text
		assert "✓" in page.text
		for secret in (issued["applicant_name"], issued["phone"], issued["name"], issued["employer_name"]):
			assert secret not in page.text
		assert "noindex" in page.text

	def test_a_pass_that_ended_is_invalid(self, visit, clerk, issued, committed):
		committed()
		token = frappe.db.get_value("Vehicle Pass", issued["name"], "public_token")
		assert clerk.call(f"{API}.report_lost", name=issued["name"], reason="丢失").status_code == 200
		page = visit(token)
		assert "✗" in page.text
		assert "✓" not in page.text

	@pytest.mark.parametrize(
		"token",
		[
			*("", "x", "' or 1=1 --", "{{ 7*7 }}", "<script>alert(1)</script>"),
			pytest.param("长" * 3000, id="long"),
		],
	)
	def test_a_wrong_code_says_nothing(self, visit, token):
		page = visit(token)
		assert page.status_code == 200
		assert "✗" in page.text
		assert "<script>alert(1)" not in page.text
		assert "49" not in page.text.split("pass-verdict")[1][:400]

	def test_codes_are_not_tried_out(self, visit):
		statuses = [visit(f"wrong-{n}").status_code for n in range(public.WRONG_AT_MOST + 2)]
		assert statuses[: public.WRONG_AT_MOST] == [200] * public.WRONG_AT_MOST
		assert statuses[-1] == 429


def forget_strikes() -> None:
	for key in frappe.cache.get_keys("vehicle-pass-wrong:"):
		frappe.cache.delete(key)
