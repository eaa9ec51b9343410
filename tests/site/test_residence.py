"""Applications for a room, beds given once, moving in and out in one action each (DESK-09, DESK-10)."""

from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate
from frappe.utils.password import get_decrypted_password

from property_service.property_service.doctype.key_loan import residence
from property_service.property_service.doctype.residence_application import (
	beds,
	moving_in,
	moving_out,
	residence_application,
)
from property_service.property_service.report.open_after_moving_out import open_after_moving_out
from property_service.property_service.report.residence_register import residence_register
from property_service.rules import keys as key_rules
from property_service.rules import register as register_rules
from property_service.rules import residence as rules
from tests.site import make
from tests.site.processes import run_at_once
from tests.site.repair_line import refused
from tests.site.till_line import Till, mode

DOCTYPE = "Residence Application"
SIGNATURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
ID_NUMBER = "110101199003077774"


@pytest.fixture
def stay(as_user, cast):
	"""`stay("Room Assigned", …)`: an application brought to that state by the clerk."""

	def bring(status="Applied", room=None, key=None, **values):
		with as_user("clerk"):
			doc = make.residence(**values)
			if status != rules.APPLIED:
				make.employer_letter(doc)
				residence_application.confirm_employer(doc.name)
			if status in (rules.ROOM_ASSIGNED, rules.MOVED_IN):
				room = room or make_room()
				beds.assign_room(doc.name, room)
			if status == rules.MOVED_IN:
				sign(doc.name)
				moving_in.move_in(doc.name, [key] if key else None)
		return frappe.get_doc(DOCTYPE, doc.name)

	return bring


def make_room(capacity=1, **values) -> str:
	user = frappe.session.user
	frappe.set_user("Administrator")
	room = make.unit(capacity=capacity, **values).name
	frappe.set_user(user)
	return room


def sign(name):
	doc = frappe.get_doc(DOCTYPE, name)
	doc.update({"applicant_signature": SIGNATURE, "room_items": [{"item_name": "床", "qty": 1}]})
	doc.save()


def state(name):
	return frappe.db.get_value(DOCTYPE, name, "status")


@pytest.fixture(autouse=True)
def environment(test_transaction, cast):
	"""Who cleans the room when somebody has moved out."""
	frappe.db.set_value(
		"Property Service Company",
		{"company": cast.company},
		"environment_department",
		cast.departments["environment"],
	)
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
	yield
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


# ---- the application -----------------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-09")
class TestApplication:
	def test_the_server_writes_who_and_when(self, stay, cast):
		doc = stay()
		assert (doc.status, doc.registered_by) == (rules.APPLIED, cast.user("clerk"))
		assert doc.registered_on

	@pytest.mark.rule("ORG-03")
	def test_the_identity_number_is_masked_and_gives_the_gender(self, stay):
		doc = stay(id_number=ID_NUMBER, gender=None)
		assert doc.id_number == "1101**********7774"
		assert doc.gender == "Male"
		assert get_decrypted_password(DOCTYPE, doc.name, "id_number") == ID_NUMBER
		row = frappe.db.sql(f"select * from `tab{DOCTYPE}` where name = %s", doc.name)
		assert ID_NUMBER not in str(row)

	@pytest.mark.rule("ORG-03")
	def test_who_saw_the_identity_card_is_recorded(self, stay, cast, as_user):
		doc = stay(id_card_seen=1, id_card_seen_by="Guest")
		assert doc.id_card_seen_by == cast.user("clerk")
		with as_user("second_clerk"):
			doc.id_card_seen = 0
			doc.save()
		assert (doc.id_card_seen_by, doc.id_card_seen_on) == (None, None)

	def test_one_application_per_person_until_it_ends(self, stay, as_user):
		first = stay()
		same = {"mobile_no": first.mobile_no, "applicant_name": first.applicant_name}
		refused(lambda: stay(**same), rules.ALREADY_APPLIED)
		stay(mobile_no=first.mobile_no, applicant_name="另一人")
		with as_user("clerk"):
			residence_application.withdraw(first.name, "不来了")
		assert stay(**same).status == rules.APPLIED

	def test_days_in_their_order(self, stay):
		refused(
			lambda: stay(from_date=nowdate(), to_date=add_days(nowdate(), -1)), rules.ENDS_BEFORE_IT_BEGINS
		)

	def test_the_employer_confirms_by_letter_and_name(self, stay, as_user, cast):
		doc = stay()
		with as_user("clerk"):
			refused(lambda: residence_application.confirm_employer(doc.name), rules.NO_LETTER)
			make.employer_letter(doc, employer_confirmed_by="")
			refused(lambda: residence_application.confirm_employer(doc.name), rules.NO_CONFIRMING_PERSON)
			make.employer_letter(doc)
			residence_application.confirm_employer(doc.name)
		doc.reload()
		assert (doc.status, doc.employer_recorded_by) == (rules.EMPLOYER_CONFIRMED, cast.user("clerk"))
		with as_user("clerk"):
			doc.employer_confirmed_by = "别人"
			refused(doc.save, rules.LETTER_STAYS)

	@pytest.mark.rule("ORG-03")
	def test_the_letter_is_a_private_file_of_its_own(self, stay, as_user):
		doc, other = stay(), stay()
		with as_user("clerk"):
			make.employer_letter(other)
			other.reload()
			doc.employer_letter = other.employer_letter
			with pytest.raises(frappe.ValidationError):
				doc.save()

	@pytest.mark.parametrize("step", ["reject", "withdraw"])
	def test_ending_needs_a_reason_and_is_final(self, stay, as_user, step):
		doc = stay()
		end = getattr(residence_application, step)
		with as_user("clerk"):
			refused(lambda: end(doc.name, " "), register_rules.NO_REASON)
			end(doc.name, "宿舍已满")
			doc.reload()
			assert (doc.approval_steps[-1].comment, doc.open_key) == ("宿舍已满", None)
			assert getdate(doc.ended_on) == getdate(nowdate())
			refused(lambda: residence_application.confirm_employer(doc.name), register_rules.NOT_A_STEP)

	def test_it_is_never_deleted(self, stay):
		with pytest.raises(frappe.ValidationError):
			stay().delete()


# ---- beds ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-09")
class TestBeds:
	def test_the_last_bed_is_given_once(self, stay):
		room = make_room(capacity=1)
		stay(rules.ROOM_ASSIGNED, room)
		refused(lambda: stay(rules.ROOM_ASSIGNED, room), rules.NO_BED_FREE)

	def test_stays_that_follow_each_other_share_a_bed(self, stay):
		room, week = make_room(capacity=1), add_days(nowdate(), 7)
		stay(rules.ROOM_ASSIGNED, room, to_date=week)
		refused(lambda: stay(rules.ROOM_ASSIGNED, room, from_date=week), rules.NO_BED_FREE)
		assert stay(rules.ROOM_ASSIGNED, room, from_date=add_days(week, 1)).property_unit == room

	def test_who_lives_here_is_in_the_bed_until_the_planned_day(self, stay):
		room, week = make_room(capacity=1), add_days(nowdate(), 7)
		stay(rules.MOVED_IN, room, to_date=week)
		refused(lambda: stay(rules.ROOM_ASSIGNED, room, from_date=week), rules.NO_BED_FREE)
		stay(rules.ROOM_ASSIGNED, room, from_date=add_days(week, 1))

	def test_a_resident_without_application_stays_until_further_notice(self, stay):
		room = make_room(capacity=1)
		make.resident(property_unit=room, status="Living In")
		far = add_days(nowdate(), 400)
		refused(lambda: stay(rules.ROOM_ASSIGNED, room, from_date=far), rules.NO_BED_FREE)

	def test_a_full_building_keeps_people_out_of_a_free_room(self, stay):
		building = make.unit(unit_type="Building", is_group=1, capacity=1)
		first, second = (make.unit(parent_property_unit=building.name).name for _ in range(2))
		stay(rules.ROOM_ASSIGNED, first)
		refused(lambda: stay(rules.ROOM_ASSIGNED, second), rules.NO_BED_FREE)

	def test_gender_rule(self, stay):
		room = make_room(capacity=2, gender_rule="Female")
		refused(lambda: stay(rules.ROOM_ASSIGNED, room, gender="Male"), rules.WRONG_GENDER)
		stay(rules.ROOM_ASSIGNED, room, gender="Female")

	def test_people_sleep_in_rooms_and_beds(self, stay):
		hall = make_room(unit_type="Public Area")
		refused(lambda: stay(rules.ROOM_ASSIGNED, hall), rules.NOT_A_SLEEPING_PLACE)
		with_beds = make.unit(is_group=1)
		bed = make.unit(unit_type="Bed", parent_property_unit=with_beds.name, capacity=1).name
		refused(lambda: stay(rules.ROOM_ASSIGNED, with_beds.name), rules.CHOOSE_A_BED)
		assert stay(rules.ROOM_ASSIGNED, bed).property_unit == bed

	def test_another_room_frees_the_first(self, stay, as_user):
		first, second = make_room(), make_room()
		doc = stay(rules.ROOM_ASSIGNED, first)
		with as_user("clerk"):
			beds.assign_room(doc.name, second, to_date=add_days(nowdate(), 30))
		stay(rules.ROOM_ASSIGNED, first)
		doc.reload()
		assert (doc.property_unit, getdate(doc.to_date)) == (second, getdate(add_days(nowdate(), 30)))
		assert doc.approval_steps[-1].action == "Assign Another Room"

	def test_withdrawing_frees_the_bed(self, stay, as_user):
		room = make_room()
		doc = stay(rules.ROOM_ASSIGNED, room)
		with as_user("clerk"):
			residence_application.withdraw(doc.name, "找到别的住处")
		stay(rules.ROOM_ASSIGNED, room)

	def test_the_days_of_a_bed_that_is_kept_do_not_change_in_the_form(self, stay, as_user):
		doc = stay(rules.ROOM_ASSIGNED)
		with as_user("clerk"):
			doc.to_date = add_days(nowdate(), 900)
			refused(
				doc.save, "The bed is kept for {0} as it is (DESK-09). Assign the room anew to change it."
			)

	@pytest.mark.rule("ORG-04")
	def test_nobody_moves_by_hand_into_a_bed_that_is_kept(self, stay):
		room = make_room(capacity=1)
		kept = stay(rules.ROOM_ASSIGNED, room)
		refused(
			lambda: make.resident(property_unit=room, status="Living In"),
			"{0} is full: {1} places are taken and {2} kept for applicants (DESK-09). Choose another unit, or give that applicant another bed.",
		)
		frappe.db.set_value(DOCTYPE, kept.name, "from_date", add_days(nowdate(), 1))
		make.resident(property_unit=room, status="Living In")

	def test_free_rooms_are_found_in_two_statements(self, stay, as_user, count_sql):
		full, free, women = make_room(1), make_room(2), make_room(2, gender_rule="Female")
		stay(rules.ROOM_ASSIGNED, full)
		stay(rules.ROOM_ASSIGNED, free)
		doc = stay(rules.EMPLOYER_CONFIRMED, gender="Male", room_type="Double")
		with as_user("clerk"):
			found = {row["name"]: row for row in beds.free_rooms(doc.name)}
			with count_sql() as few:
				beds.free_rooms(doc.name)
			for _ in range(3):
				make_room()
			with count_sql() as many:
				beds.free_rooms(doc.name)
		assert found[free]["free"] == 1 and found[free]["wanted"]
		assert not {full, women} & set(found)
		assert len(few) == len(many)


# ---- moving in -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-10")
class TestMovingIn:
	def test_one_action_does_all_of_it(self, stay, cast):
		room = make_room()
		key = make.key(units=[room]).name
		doc = stay(rules.MOVED_IN, room, key, id_number=ID_NUMBER, gender="Male")
		resident = frappe.get_doc("Resident", doc.resident)
		assert (resident.status, resident.property_unit) == ("Living In", room)
		assert (resident.resident_name, resident.employer) == (doc.applicant_name, doc.employer)
		assert get_decrypted_password("Resident", resident.name, "id_number") == ID_NUMBER
		assert frappe.db.get_value("Property Unit", room, "occupancy") == "Occupied"
		loan = frappe.get_doc("Key Loan", {"property_key": key, "status": "Lent"})
		assert (loan.loan_kind, loan.resident) == (key_rules.RESIDENCE, resident.name)
		assert (doc.keys_given, doc.moved_in_by) == (key, cast.user("clerk"))

	def test_whoever_lived_here_before_keeps_the_record(self, stay, as_user):
		known = make.resident(status="Moved Out", resident_name="老住户")
		doc = stay(rules.MOVED_IN, resident=known.name, applicant_name=None, mobile_no=None, gender=None)
		assert doc.resident == known.name
		assert frappe.db.get_value("Resident", known.name, "status") == "Living In"

	def test_nothing_happens_when_a_part_is_refused(self, stay, as_user):
		room = make_room()
		key = make.key(units=[room]).name
		doc = stay(rules.ROOM_ASSIGNED, room)
		elsewhere = make.key().name
		with as_user("clerk"):
			refused(lambda: moving_in.move_in(doc.name, [key]), rules.NO_SIGNATURE)
			sign(doc.name)
			refused(lambda: moving_in.move_in(doc.name), rules.NO_KEY)
			frappe.db.savepoint("first_try")
			refused(lambda: moving_in.move_in(doc.name, [key, elsewhere]), key_rules.OTHER_ROOM)
			frappe.db.rollback(save_point="first_try")
			make.loan(key)
			refused(lambda: moving_in.move_in(doc.name, [key]), key_rules.IS_OUT)
		assert state(doc.name) == rules.ROOM_ASSIGNED

	def test_not_before_and_not_after_the_days_of_the_bed(self, stay, as_user):
		later = stay(rules.ROOM_ASSIGNED, from_date=add_days(nowdate(), 1))
		over = stay(rules.ROOM_ASSIGNED, from_date=add_days(nowdate(), -9), to_date=add_days(nowdate(), -1))
		for doc, message in ((later, rules.TOO_EARLY), (over, rules.TOO_LATE)):
			with as_user("clerk"):
				sign(doc.name)
				refused(lambda doc=doc: moving_in.move_in(doc.name), message)

	def test_a_room_without_registered_keys_needs_none(self, stay):
		assert stay(rules.MOVED_IN).keys_given is None

	def test_who_moved_in_by_an_application_moves_nowhere_by_hand(self, stay, as_user):
		doc = stay(rules.MOVED_IN)
		for change in ({"status": "Moved Out"}, {"property_unit": make_room()}):
			with as_user("clerk"):
				resident = frappe.get_doc("Resident", doc.resident)
				resident.update(change)
				refused(
					resident.save,
					"{0} moved in by an application and moves out by it, so that keys, cards and bills are settled (DESK-10). Open {1}.",
				)


# ---- moving out ----------------------------------------------------------------------------------------------------


@pytest.fixture
def living_here(stay):
	"""Moved in with a key out and an unpaid bill of the household: (application, loan, invoice)."""
	room = make_room()
	key = make.key(units=[room]).name
	doc = stay(rules.MOVED_IN, room, key)
	household = make.household()
	frappe.db.set_value("Resident", doc.resident, "household", household)
	invoice = make.invoice(household, 55.5)
	loan = frappe.db.get_value("Key Loan", {"property_key": key, "status": "Lent"})
	return doc, loan, invoice


def pay(invoice):
	frappe.db.set_value("Sales Invoice", invoice, "outstanding_amount", 0)


@pytest.mark.rule("DESK-10")
class TestMovingOut:
	def test_the_list_names_what_is_open_with_links(self, living_here, as_user):
		doc, loan, invoice = living_here
		with as_user("clerk"):
			lines = {line["name"]: line for line in moving_out.checklist(doc.name)}
			assert set(lines) == {loan, invoice}
			assert lines[loan]["ways"] == ["Brought Back", "Lost"]
			assert (lines[invoice]["amount"], lines[invoice]["ways"]) == (55.5, [])
			with pytest.raises(frappe.ValidationError) as error:
				moving_out.move_out(doc.name)
		for name in (loan, invoice):
			assert f"{name}</a>" in str(error.value)
		assert state(doc.name) == rules.MOVED_IN

	def test_settled_line_by_line_then_it_really_ends(self, living_here, as_user, cast):
		doc, loan, invoice = living_here
		with as_user("clerk"):
			moving_out.settle(doc.name, "Key Loan", loan, "Brought Back")
			refused(
				lambda: moving_out.settle(doc.name, "Key Loan", loan, "Brought Back"), rules.NOT_ON_THE_LIST
			)
			refused(lambda: moving_out.settle(doc.name, "Sales Invoice", invoice, "Lost"), rules.NOT_THIS_WAY)
			pay(invoice)
			answer = moving_out.move_out(doc.name)
		doc.reload()
		assert (doc.status, doc.moved_out_by, doc.open_key) == (rules.MOVED_OUT, cast.user("clerk"), None)
		resident = frappe.get_doc("Resident", doc.resident)
		assert (resident.status, getdate(resident.moved_out_on)) == ("Moved Out", getdate(nowdate()))
		assert frappe.db.get_value("Property Unit", doc.property_unit, "occupancy") == "Vacant"
		order = frappe.get_doc("Service Order", answer["cleaning_order"])
		assert (order.status, order.service_type, order.property_unit) == (
			"Dispatched",
			"Cleaning",
			doc.property_unit,
		)
		assert order.department == cast.departments["environment"]

	def test_a_lost_key_is_settled_by_its_report(self, living_here, as_user):
		doc, loan, _ = living_here
		with as_user("clerk"):
			refused(
				lambda: moving_out.settle(doc.name, "Key Loan", loan, "Lost", {"reason": " "}),
				register_rules.NO_REASON,
			)
			moving_out.settle(doc.name, "Key Loan", loan, "Lost", {"reason": "丢在路上"})
		assert frappe.db.get_value("Key Loan", loan, ["status", "lock_change_order"])[0] == key_rules.LOST

	def test_a_lost_key_is_paid_before_the_resident_leaves(self, living_here, as_user, cast):
		doc, loan, invoice = living_here
		Till(cast, as_user).open("clerk")
		frappe.db.set_single_value("Property Service Settings", "lost_key_compensation", 30)
		frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
		pay(invoice)
		with as_user("clerk"):
			moving_out.settle(doc.name, "Key Loan", loan, "Lost", {"reason": "丢在路上"})
			(line,) = moving_out.checklist(doc.name)
			assert (line["amount"], line["ways"]) == (30, ["Take Compensation"])
			with pytest.raises(frappe.ValidationError):
				moving_out.move_out(doc.name)
			moving_out.settle(
				doc.name, "Key Loan", loan, "Take Compensation", {"mode_of_payment": mode("cash")}
			)
			assert moving_out.checklist(doc.name) == []
			moving_out.move_out(doc.name)

	def test_only_the_manager_overrides_and_the_debt_stays_listed(self, living_here, as_user, cast):
		doc, loan, invoice = living_here
		with as_user("clerk"):
			refused(
				lambda: moving_out.override(doc.name, "Sales Invoice", invoice, "下月代扣"),
				rules.MANAGER_OVERRIDES,
				frappe.PermissionError,
			)
		with as_user("service_manager"):
			refused(
				lambda: moving_out.override(doc.name, "Sales Invoice", invoice, " "), rules.NO_OVERRIDE_REASON
			)
			moving_out.override(doc.name, "Sales Invoice", invoice, "下月工资代扣")
			refused(
				lambda: moving_out.override(doc.name, "Sales Invoice", invoice, "再来"),
				rules.OVERRIDDEN_ALREADY,
			)
		with as_user("clerk"):
			moving_out.settle(doc.name, "Key Loan", loan, "Brought Back")
			moving_out.move_out(doc.name)
			assert listed(doc.name) == [(invoice, 55.5, "下月工资代扣")]
		row = frappe.get_doc(DOCTYPE, doc.name).overrides[0]
		assert (row.overridden_by, Decimal(str(row.amount))) == (
			cast.user("service_manager"),
			Decimal("55.5"),
		)
		pay(invoice)
		with as_user("clerk"):
			assert listed(doc.name) == []

	def test_the_employers_bill_keeps_nobody(self, living_here, as_user):
		doc, _loan, invoice = living_here
		make.invoice(doc.employer, 1000)
		frappe.db.set_value("Resident", doc.resident, "household", doc.employer)
		with as_user("clerk"):
			assert invoice not in [line["name"] for line in moving_out.checklist(doc.name)]
			assert [line["doctype"] for line in moving_out.checklist(doc.name)] == ["Key Loan"]

	def test_the_households_bill_keeps_only_the_last_one_of_it(self, living_here, as_user):
		doc, _loan, invoice = living_here
		household = frappe.db.get_value("Resident", doc.resident, "household")
		other = make.resident(household=household, property_unit=make_room(), status="Living In")
		with as_user("clerk"):
			assert invoice not in [line["name"] for line in moving_out.checklist(doc.name)]
			other.status = "Moved Out"
			other.save()
			assert invoice in [line["name"] for line in moving_out.checklist(doc.name)]

	def test_without_an_environment_department_nobody_cleans(self, stay, as_user, cast):
		doc = stay(rules.MOVED_IN)
		frappe.db.set_value(
			"Property Service Company", {"company": cast.company}, "environment_department", None
		)
		frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
		with as_user("clerk"), pytest.raises(frappe.ValidationError) as error:
			moving_out.move_out(doc.name)
		assert "Environment Department" in str(error.value)


def listed(application) -> list[tuple]:
	rows = open_after_moving_out.execute({"company": make.company()})[1]
	return [
		(row["reference_name"], row["amount"], row["reason"])
		for row in rows
		if row["application"] == application
	]


@pytest.mark.rule("DESK-09")
def test_the_register_lists_every_column_of_form_f(stay, as_user):
	doc = stay(rules.MOVED_IN, id_number=ID_NUMBER, gender="Male")
	today = {"from_date": nowdate(), "to_date": nowdate(), "company": make.company()}
	with as_user("clerk"):
		columns, rows = residence_register.execute(today)
	row = next(row for row in rows if row.application == doc.name)
	assert {column["fieldname"] for column in columns} <= set(row)
	assert row.id_number == "1101**********7774"
	assert columns[0]["consent"]


@pytest.mark.rule("DESK-09")
def test_the_sheet_prints_the_application_and_escapes_what_was_typed(stay):
	doc = stay(rules.MOVED_IN, applicant_name="<b>何</b>", employer_department="<i>x</i>")
	html = frappe.get_print(DOCTYPE, doc.name, "Residence Application Form", no_letterhead=1)
	assert "<b>何</b>" not in html and "&lt;b&gt;何&lt;/b&gt;" in html
	assert "<i>x</i>" not in html
	assert SIGNATURE in html


# ---- races ---------------------------------------------------------------------------------------------------------

ASSIGN = """
from property_service.property_service.doctype.residence_application import beds
def act(arguments):
	return beds.assign_room(arguments["name"], arguments["room"])
"""


@pytest.mark.rule("DESK-09", "Q-02")
def test_two_clerks_cannot_give_the_last_bed_twice(stay, cast, committed):
	room = make_room(capacity=1)
	names = [stay(rules.EMPLOYER_CONFIRMED).name for _ in range(2)]
	frappe.db.commit()
	answers = run_at_once(ASSIGN, [{"name": name, "room": room} for name in names], cast.user("clerk"))
	committed()
	assert sorted(kind == "done" for kind, _text in answers) == [False, True], answers
	assert frappe.db.count(DOCTYPE, {"property_unit": room, "status": rules.ROOM_ASSIGNED}) == 1


def test_key_loans_of_residents_are_read_in_one_query(stay, count_sql):
	residents = [stay(rules.MOVED_IN).resident for _ in range(2)]
	residence.open_matters(residents)
	with count_sql() as few:
		residence.open_matters(residents[:1])
	with count_sql() as many:
		residence.open_matters(residents)
	assert len(few) == len(many) == 1
