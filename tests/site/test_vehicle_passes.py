"""Vehicle passes: four papers, one valid pass per plate, what the gate is told (DESK-05)."""

import frappe
import pytest
from frappe.utils import add_days, add_months, get_datetime, getdate, now_datetime, nowdate

from property_service import reception
from property_service.property_service.doctype.vehicle_pass import (
	counter,
	expiry,
	plates,
	public,
	vehicle_pass,
)
from property_service.property_service.report.vehicle_pass_register import vehicle_pass_register
from property_service.rules import register as register_rules
from property_service.rules import vehicle_pass as rules
from tests.site import make
from tests.site.processes import run_at_once
from tests.site.repair_line import refused

pytestmark = pytest.mark.rule("DESK-05")


@pytest.fixture
def apply(as_user):
	def apply(by="clerk", **values):
		with as_user(by):
			return make.vehicle_pass(**values)

	return apply


@pytest.fixture
def issued(apply, as_user):
	def issued(**values):
		doc = apply(**values)
		with as_user("clerk"):
			vehicle_pass.issue(doc.name)
		return doc.reload()

	return issued


def state_of(doc):
	return frappe.db.get_value("Vehicle Pass", doc.name, "status")


# ---- application ---------------------------------------------------------------------------------------------------


class TestApplication:
	def test_who_saw_which_paper_when_is_the_servers(self, apply, as_user, cast):
		before = now_datetime()
		doc = apply(id_card_seen_by="Guest", employer_letter_seen=0)
		assert (doc.id_card_seen_by, doc.employer_letter_seen_by) == (cast.user("clerk"), None)
		assert before <= get_datetime(doc.id_card_seen_on) <= now_datetime()
		with as_user("second_clerk"):
			doc.employer_letter_seen = 1
			doc.id_card_seen_by = cast.user("second_clerk")
			doc.save()
		doc.reload()
		assert doc.employer_letter_seen_by == cast.user("second_clerk")
		assert doc.id_card_seen_by == cast.user("clerk")
		with as_user("second_clerk"):
			doc.id_card_seen = 0
			doc.save()
		assert (doc.id_card_seen_by, doc.id_card_seen_on) == (None, None)

	@pytest.mark.parametrize(
		("written", "kept"),
		[("浙a·12345", "浙A12345"), ("粤Ｂ－Ｄ１２３４５", "粤BD12345"), (" 京 A12345 ", "京A12345")],
	)
	def test_a_plate_is_kept_in_one_form(self, apply, written, kept):
		assert apply(plate=written).plate == kept

	@pytest.mark.parametrize("written", ["A12345", "浙I12345", "浙A1234", "12345", "浙A1234567", "浙A12O45"])
	def test_what_is_no_plate_is_refused(self, apply, written):
		refused(lambda: apply(plate=written), rules.BAD_PLATE)

	def test_the_person_brings_name_telephone_and_company(self, apply):
		resident = make.resident()
		doc = apply(resident=resident.name, applicant_name=None, phone=None)
		assert (doc.applicant_name, doc.phone) == (resident.resident_name, resident.mobile_no)

	@pytest.mark.parametrize(
		("values", "message"),
		[
			({"applicant_name": ""}, rules.NO_APPLICANT),
			({"phone": ""}, rules.NO_APPLICANT),
			({"employer_name": ""}, rules.NO_EMPLOYER),
			({"valid_from": "2030-01-02", "valid_until": "2030-01-01"}, rules.ENDS_BEFORE),
			({"valid_until": "2020-01-01"}, rules.ENDS_TODAY),
			({"taken_over": 1}, register_rules.TAKEN_OVER_BY_MANAGER),
		],
	)
	def test_an_incomplete_application_is_refused(self, apply, values, message):
		refused(lambda: apply(**values), message)

	def test_an_owner_needs_no_company(self, apply):
		assert apply(applicant_kind="Owner", employer_name="").status == "Applied"

	def test_a_second_application_for_a_plate_is_shown_the_first(self, apply, issued):
		first = apply()
		assert first.name in refused(lambda: apply(plate=first.plate), rules.APPLIED_ALREADY)
		valid = issued()
		assert valid.name in refused(lambda: apply(plate=valid.plate), rules.ACTIVE_PASS)

	def test_a_public_copy_is_refused_and_so_is_another_documents(self, apply, as_user):
		def file(**values):
			content = frappe.generate_hash(length=20)
			return frappe.get_doc(
				{"doctype": "File", "file_name": "id.txt", "content": content, **values}
			).insert()

		with as_user("clerk"):
			own, public_one = file(is_private=1), file(is_private=0)
		doc = apply(id_card_seen=0, id_card_file=own.file_url)
		assert doc.id_card_file == own.file_url
		refused(lambda: apply(id_card_file=public_one.file_url), rules.NOT_PRIVATE)
		refused(lambda: apply(id_card_file="/private/files/nowhere.png"), rules.NOT_PRIVATE)
		others = file(is_private=1, attached_to_doctype="User", attached_to_name="Administrator")
		refused(lambda: apply(id_card_file=others.file_url), rules.NOT_PRIVATE)

	def test_the_switched_off_procedure_takes_no_application(self, apply, cast):
		settings = frappe.get_doc("Property Service Settings")
		next(row for row in settings.companies if row.company == cast.company).registers = 0
		settings.save()
		try:
			with pytest.raises(frappe.ValidationError, match="ORG-06"):
				apply()
		finally:
			frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


# ---- issuing -------------------------------------------------------------------------------------------------------


class TestIssuing:
	@pytest.mark.parametrize("paper", rules.PAPERS)
	def test_each_of_the_four_papers_is_needed(self, apply, as_user, paper):
		doc = apply(**{f"{paper}_seen": 0})
		with as_user("clerk"):
			text = refused(lambda: vehicle_pass.issue(doc.name), rules.MISSING_PAPERS)
		assert frappe._(rules.PAPERS[paper]) in text
		assert state_of(doc) == "Applied"

	def test_an_attached_copy_stands_for_a_paper(self, apply, as_user):
		with as_user("clerk"):
			values = {
				"doctype": "File",
				"file_name": "id.txt",
				"content": frappe.generate_hash(),
				"is_private": 1,
			}
			url = frappe.get_doc(values).insert().file_url
		doc = apply(id_card_seen=0, id_card_file=url)
		with as_user("clerk"):
			vehicle_pass.issue(doc.name)
		assert state_of(doc) == "Issued"

	def test_which_are_needed_is_a_setting(self, apply, as_user):
		doc = apply(applicant_kind="Owner", employer_letter_seen=0)
		with as_user("clerk"):
			vehicle_pass.issue(doc.name)
		settings = frappe.get_doc("Property Service Settings")
		row = next(row for row in settings.vehicle_pass_requirements if row.applicant_kind == "Owner")
		row.employer_letter, row.valid_months = 1, 6
		settings.save()
		try:
			other = apply(applicant_kind="Owner", employer_letter_seen=0)
			with as_user("clerk"):
				refused(lambda: vehicle_pass.issue(other.name), rules.MISSING_PAPERS)
				other.employer_letter_seen = 1
				other.save()
				answer = vehicle_pass.issue(other.name)
			assert answer["valid_until"] == getdate(add_days(add_months(nowdate(), 6), -1))
			settings.set(
				"vehicle_pass_requirements",
				[row for row in settings.vehicle_pass_requirements if row.applicant_kind != "Owner"],
			)
			settings.save()
			third = apply(applicant_kind="Owner", employer_letter_seen=0)
			with as_user("clerk"):
				refused(lambda: vehicle_pass.issue(third.name), rules.MISSING_PAPERS)
		finally:
			frappe.clear_document_cache("Property Service Settings", "Property Service Settings")

	def test_it_says_by_whom_and_until_when(self, issued, cast):
		doc = issued()
		assert (doc.status, doc.issued_by, doc.active_plate) == ("Issued", cast.user("clerk"), doc.plate)
		assert (getdate(doc.valid_from), getdate(doc.valid_until)) == (
			getdate(),
			getdate(add_days(add_months(nowdate(), 12), -1)),
		)
		step = doc.approval_steps[-1]
		assert (step.action, step.to_state, step.actor) == ("Issue", "Issued", cast.user("clerk"))

	def test_what_was_issued_stays(self, issued, as_user):
		doc = issued()
		for field, value in (
			("plate", make.plate()),
			("valid_until", add_months(doc.valid_until, 12)),
			("applicant_name", "别人"),
			("id_card_seen", 0),
			("company", None),
		):
			with as_user("clerk"):
				fresh = frappe.get_doc("Vehicle Pass", doc.name)
				fresh.set(field, value)
				refused(fresh.save, register_rules.FIXED)

	def test_server_fields_are_not_taken_from_a_client(self, apply, as_user, cast):
		forged = {
			"status": "Issued",
			"issued_by": cast.user("second_clerk"),
			"issued_on": "2020-01-01",
			"active_plate": "浙A00000",
			"public_token": "guess",
			"handed_in_on": "2020-01-01",
			"approval_steps": [{"action": "Issue", "to_state": "Issued", "actor": "Guest"}],
		}
		doc = apply(**forged)
		with as_user("clerk"):
			doc.update(forged)
			doc.save()
		doc.reload()
		assert doc.status == "Applied"
		assert not any(doc.get(field) for field in forged if field != "status")

	def test_one_valid_pass_per_plate(self, issued, apply, as_user):
		first = issued()
		second = apply()
		frappe.db.set_value("Vehicle Pass", second.name, "plate", first.plate)  # past the check at entry
		with as_user("clerk"):
			assert first.name in refused(lambda: vehicle_pass.issue(second.name), rules.ACTIVE_PASS)
			vehicle_pass.revoke(first.name, "离职")
		assert frappe.db.get_value("Vehicle Pass", first.name, "active_plate") is None
		with as_user("clerk"):
			vehicle_pass.issue(second.name)

	def test_the_database_itself_knows_one_valid_pass_per_plate(self, issued):
		first, second = issued(), issued()
		with pytest.raises(Exception, match=r"1062|Duplicate"):
			frappe.db.sql(
				"update `tabVehicle Pass` set active_plate = %s where name = %s", (first.plate, second.name)
			)

	def test_ticked_passes_are_issued_each_by_itself(self, apply, as_user):
		good, bad = apply(), apply(id_card_seen=0)
		with as_user("clerk"):
			answer = vehicle_pass.issue_several(frappe.as_json([good.name, bad.name]))
			assert answer["issued"] == [good.name]
			assert "DESK-05" in answer["refused"][bad.name]
			refused(lambda: vehicle_pass.issue_several("{}"), "Choose entries from the list.")
		assert (state_of(good), state_of(bad)) == ("Issued", "Applied")

	def test_the_manager_enters_passes_of_the_old_register(self, apply, as_user):
		doc = apply(
			by="service_manager",
			taken_over=1,
			old_number="2025-77",
			registered_on="2025-03-01 10:00:00",
			valid_from="2025-03-01",
			valid_until=add_days(nowdate(), 40),
			id_card_seen=0,
		)
		assert getdate(doc.registered_on) == getdate("2025-03-01")
		with as_user("service_manager"):
			vehicle_pass.issue(doc.name)
		assert state_of(doc) == "Issued"


# ---- ending --------------------------------------------------------------------------------------------------------


class TestEnding:
	@pytest.mark.parametrize(
		("step", "status"), [(vehicle_pass.revoke, "Revoked"), (vehicle_pass.report_lost, "Lost")]
	)
	def test_revoked_and_lost_with_a_reason(self, issued, as_user, step, status, cast):
		doc = issued()
		with as_user("clerk"):
			refused(lambda: step(doc.name, " "), register_rules.NO_REASON)
			step(doc.name, "离职")
			refused(lambda: step(doc.name, "再来"), register_rules.NOT_A_STEP)
		doc.reload()
		assert (doc.status, doc.active_plate, bool(doc.ended_on)) == (status, None, True)
		assert (doc.approval_steps[-1].comment, doc.approval_steps[-1].actor) == ("离职", cast.user("clerk"))

	def test_an_application_is_cancelled_not_revoked(self, apply, as_user):
		doc = apply()
		with as_user("clerk"):
			refused(lambda: vehicle_pass.revoke(doc.name, "x"), register_rules.NOT_A_STEP)
			vehicle_pass.cancel(doc.name, "车已卖")
			refused(lambda: vehicle_pass.issue(doc.name), register_rules.NOT_A_STEP)
			refused(lambda: vehicle_pass.renew(doc.name), register_rules.NOT_A_STEP)
			doc.reload()
			doc.vehicle = "别的车"
			refused(doc.save, register_rules.ENDED)
			with pytest.raises(frappe.ValidationError):
				frappe.delete_doc("Vehicle Pass", doc.name, ignore_permissions=True)

	def test_a_renewed_pass_ends_when_the_new_one_is_issued(self, issued, as_user):
		old = issued()
		with as_user("clerk"):
			new = frappe.get_doc("Vehicle Pass", vehicle_pass.renew(old.name))
			assert (new.status, new.replaces, new.plate) == ("Applied", old.name, old.plate)
			assert not new.id_card_seen  # the papers are seen anew
			assert state_of(old) == "Issued"
			new.update({f"{paper}_seen": 1 for paper in rules.PAPERS})
			new.save()
			vehicle_pass.issue(new.name)
		old.reload()
		assert (old.status, old.active_plate) == ("Revoked", None)
		assert new.name in old.approval_steps[-1].comment

	def test_a_pass_replaces_only_its_own_persons_or_plates(self, issued, apply, as_user):
		old = issued()
		other = apply(replaces=old.name, applicant_name="别人")
		with as_user("clerk"):
			refused(lambda: vehicle_pass.issue(other.name), rules.OTHER_PLATE)
		assert state_of(old) == "Issued"

	def test_a_card_handed_in_ends_the_pass(self, issued, as_user, cast):
		doc = issued()
		with as_user("second_clerk"):
			vehicle_pass.hand_in(doc.name)
			refused(lambda: vehicle_pass.hand_in(doc.name), rules.HANDED_IN_ALREADY)
		doc.reload()
		assert (doc.status, doc.handed_in_to, bool(doc.handed_in_on)) == (
			"Revoked",
			cast.user("second_clerk"),
			True,
		)

	def test_the_daily_job_ends_what_is_over_once(self, issued):
		over, valid = issued(), issued()
		frappe.db.set_value("Vehicle Pass", over.name, "valid_until", add_days(nowdate(), -3))
		assert expiry.expire_due() >= 1
		over.reload()
		assert (over.status, over.active_plate, over.approval_steps[-1].to_state) == (
			"Expired",
			None,
			"Expired",
		)
		assert [row.idx for row in over.approval_steps] == [1, 2]
		assert state_of(valid) == "Issued"
		assert expiry.expire_due() == 0

	def test_many_end_at_once_in_few_statements(self, issued, count_sql):
		for doc in [issued() for _ in range(3)]:
			frappe.db.set_value("Vehicle Pass", doc.name, "valid_until", add_days(nowdate(), -1))
		with count_sql() as count:
			assert expiry.expire_due() >= 3
		assert len(count) <= 6


# ---- the public page -----------------------------------------------------------------------------------------------


class TestPublicPage:
	@pytest.fixture(autouse=True)
	def no_strikes(self):
		frappe.cache.delete(public._counter())
		yield
		frappe.cache.delete(public._counter())

	def test_it_says_valid_plate_and_last_day_and_nothing_else(self, issued, as_user):
		doc = issued()
		known = public.look_up(doc.public_token)
		assert known == {"valid": True, "plate": doc.plate, "valid_until": str(getdate(doc.valid_until))}
		with as_user("clerk"):
			vehicle_pass.report_lost(doc.name, "丢失")
		assert public.look_up(doc.public_token)["valid"] is False

	def test_an_outdated_pass_is_invalid_before_the_job_has_run(self, issued):
		doc = issued()
		frappe.db.set_value("Vehicle Pass", doc.name, "valid_until", add_days(nowdate(), -1))
		assert public.look_up(doc.public_token)["valid"] is False
		frappe.db.set_value(
			"Vehicle Pass",
			doc.name,
			{"valid_from": add_days(nowdate(), 1), "valid_until": add_days(nowdate(), 9)},
		)
		assert public.look_up(doc.public_token)["valid"] is False

	def test_tokens_cannot_be_guessed_or_tried_out(self, issued):
		tokens = {issued().public_token for _ in range(3)}
		assert len(tokens) == 3
		assert all(len(token) >= 32 for token in tokens)
		for _ in range(public.WRONG_AT_MOST):
			assert public.look_up("wrong") is None
		with pytest.raises(frappe.TooManyRequestsError):
			public.look_up(tokens.pop())

	def test_no_token_finds_no_application(self, apply):
		apply()
		assert public.look_up("") is None


# ---- counter, hooks, register --------------------------------------------------------------------------------------


def test_a_plate_finds_its_resident_and_the_open_application(apply, as_user):
	resident = make.resident()
	doc = apply(resident=resident.name)
	with as_user("clerk"):
		assert [row["name"] for row in reception.search(doc.plate.lower())] == [resident.name]
		known = reception.caller(resident.name)
		assert ("Vehicle Pass", doc.name) in [(row["doctype"], row["name"]) for row in known["open"]]
		assert "Vehicle Pass" in [row["doctype"] for row in known["entries"]]
	start = get_datetime(getdate())
	rows = counter.day_summary(make.company(), start, add_days(start, 1))
	assert doc.name in [row["reference_name"] for row in rows]


def test_the_calendar_shows_last_days(issued, as_user):
	doc = issued()
	with as_user("clerk"):
		rows = counter.ending_in(str(add_days(doc.valid_until, -1)), str(add_days(doc.valid_until, 1)))
	assert doc.name in [row["name"] for row in rows]


def test_the_register_has_the_columns_of_form_b(issued, as_user):
	doc = issued()
	with as_user("clerk"):
		columns, rows = vehicle_pass_register.execute(
			{"from_date": nowdate(), "to_date": nowdate(), "company": make.company()}
		)
	assert len([column for column in columns if column["share"]]) == 16
	assert columns[0]["consent"]
	(row,) = [row for row in rows if row.pass_number == doc.name]
	assert (row.plate, row.owner_name, row.employer_name) == (doc.plate, "林晓东", "老鹰地矿业公司")
	assert row.id_card == row.employer_letter == frappe._("Original Seen")


# ---- two clerks, one plate -----------------------------------------------------------------------------------------

ISSUE = """
from property_service.property_service.doctype.vehicle_pass import vehicle_pass
def act(arguments):
	return vehicle_pass.issue(arguments["name"])["name"]
"""


@pytest.mark.rule("Q-02")
def test_eight_clerks_issue_for_one_plate_and_one_wins(cast, committed):
	frappe.set_user("Administrator")
	names = [make.vehicle_pass().name for _ in range(8)]
	plate = frappe.db.get_value("Vehicle Pass", names[0], "plate")
	for name in names[1:]:
		frappe.db.set_value("Vehicle Pass", name, "plate", plate)  # past the check at entry
	committed()
	answers = run_at_once(ISSUE, [{"name": name} for name in names], cast.user("clerk"))
	committed()
	won = [text for kind, text in answers if kind == "done"]
	assert len(won) == 1, answers
	assert (
		frappe.get_all("Vehicle Pass", {"plate": plate, "status": "Issued"}, pluck="name", order_by="name")
		== won
	)
	assert all(kind == "ValidationError" and "DESK-05" in text for kind, text in answers if kind != "done"), (
		answers
	)


def test_the_unique_key_is_named_when_the_check_at_entry_was_too_early(issued, apply):
	first, second = issued(), apply()
	frappe.db.set_value("Vehicle Pass", second.name, "plate", first.plate)
	second.reload()
	second.update({"active_plate": first.plate})
	second.flags.server_write = True
	with pytest.raises(frappe.ValidationError, match=first.name), plates.one_valid_pass(second):
		second.save()


# ---- switching over ------------------------------------------------------------------------------------------------


def test_the_import_template_enters_passes(as_user, import_template):
	with as_user("service_manager"):
		import_template("Vehicle Pass")
		names = frappe.get_all(
			"Vehicle Pass", {"old_number": ("like", "旧证-%")}, pluck="name", order_by="plate"
		)
		assert len(names) == 2
		assert len(vehicle_pass.issue_several(names)["issued"]) == 2
