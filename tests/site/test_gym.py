"""Gym cards: one at a time, counted down under lock, frozen days given back (DESK-07)."""

import frappe
import pytest
from frappe.utils import add_days, add_to_date, get_datetime, getdate, now_datetime, nowdate

from property_service import reception
from property_service.property_service.doctype.gym_membership import check_in, counter, gym_membership
from property_service.property_service.report.gym_membership_register import gym_membership_register
from property_service.rules import gym as rules
from property_service.rules import register as register_rules
from tests.site import make
from tests.site.processes import run_at_once
from tests.site.repair_line import refused

pytestmark = pytest.mark.rule("DESK-07")


@pytest.fixture
def plan():
	return make.gym_plan().name


@pytest.fixture
def ten_visits():
	return make.gym_plan(plan_kind="Visits", visits=10, days=90).name


@pytest.fixture
def resident():
	return make.resident().name


@pytest.fixture
def sell(as_user, resident):
	def sell(plan, by="clerk", **values):
		values = {"resident": resident, **values}
		with as_user(by):
			return make.membership(plan, **values)

	return sell


@pytest.fixture
def enter(as_user):
	"""A scan at the door, as if the last one lay a while back."""

	def enter(card, by="clerk"):
		frappe.db.set_value(
			"Gym Membership", {"card_no": card}, "last_visit", add_to_date(now_datetime(), hours=-2)
		)
		with as_user(by):
			return check_in.check_in(card)

	return enter


def left(doc):
	return frappe.db.get_value("Gym Membership", doc.name, ["visits_remaining", "status"])


def begin_earlier(doc, days):
	for field in ("start_on", "end_on"):
		frappe.db.set_value("Gym Membership", doc.name, field, add_days(doc.get(field), -days))
	doc.reload()


# ---- plans ---------------------------------------------------------------------------------------------------------


class TestPlan:
	def test_two_companies_may_sell_the_same_plan(self):
		plan = make.gym_plan(plan_name="季卡")
		assert plan.name == f"季卡 - {frappe.db.get_value('Company', plan.company, 'abbr')}"
		with pytest.raises(frappe.DuplicateEntryError):
			make.gym_plan(plan_name="季卡")

	@pytest.mark.parametrize("values", [{"days": 0}, {"plan_kind": "Visits", "visits": 0}])
	def test_a_plan_gives_something(self, values):
		refused(lambda: make.gym_plan(**values), rules.BAD_PLAN)

	def test_only_the_manager_makes_plans(self, as_user):
		with as_user("clerk"), pytest.raises(frappe.PermissionError):
			make.gym_plan()
		with as_user("service_manager"):
			make.gym_plan()


# ---- selling -------------------------------------------------------------------------------------------------------


class TestSelling:
	def test_the_card_takes_person_and_plan(self, sell, plan, resident, cast):
		doc = sell(plan, price=1, days=999, visits_total=999, member_name="冒名")
		person = frappe.get_doc("Resident", resident)
		assert (doc.member_name, doc.phone, doc.gender) == (
			person.resident_name,
			person.mobile_no,
			person.gender,
		)
		assert (doc.price, doc.days, doc.visits_total, doc.status) == (0, 30, 0, "Valid")
		assert (getdate(doc.start_on), getdate(doc.end_on)) == (getdate(), getdate(add_days(nowdate(), 29)))
		assert (doc.id_card_seen_by, doc.registered_by) == (cast.user("clerk"), cast.user("clerk"))
		assert doc.card_no == doc.name
		member = frappe.get_doc("Gym Member", doc.gym_member)
		assert (member.card_no, member.current_membership) == (doc.card_no, doc.name)

	@pytest.mark.parametrize(
		("values", "message"),
		[
			({"id_card_seen": 0}, rules.NO_ID_CARD),
			({"start_on": "2020-01-01"}, rules.PAST_START),
			({"taken_over": 1}, register_rules.TAKEN_OVER_BY_MANAGER),
		],
	)
	def test_an_incomplete_entry_is_refused(self, sell, plan, values, message):
		refused(lambda: sell(plan, **values), message)

	def test_a_closed_or_foreign_plan_is_refused(self, sell, plan):
		frappe.get_doc("Gym Plan", plan).db_set("disabled", 1)
		frappe.clear_document_cache("Gym Plan", plan)
		refused(lambda: sell(plan), rules.PLAN_IS_CLOSED)
		company = frappe.get_doc(
			{
				"doctype": "Company",
				"company_name": "湖景物业",
				"abbr": "HJ",
				"default_currency": "CNY",
				"country": "China",
			}
		).insert()
		other = make.gym_plan(company=company.name).name
		refused(lambda: sell(other), rules.FOREIGN_PLAN)

	def test_no_two_cards_at_once_for_one_person(self, sell, plan):
		first = sell(plan)
		assert first.name in refused(lambda: sell(plan), rules.OVERLAP)
		refused(lambda: sell(plan, start_on=first.end_on), rules.OVERLAP)
		second = sell(plan, start_on=add_days(first.end_on, 1))
		assert second.card_no == first.card_no
		refused(lambda: sell(plan, start_on=add_days(second.end_on, 1)), rules.TWO_ALREADY)
		sell(plan, resident=make.resident().name)

	def test_a_card_has_one_holder(self, sell, plan):
		first = sell(plan, card_no=" gym 001 ")
		assert first.card_no == "GYM001"
		text = refused(
			lambda: sell(plan, resident=make.resident(resident_name="别人").name, card_no="gym001"),
			rules.CARD_OF_ANOTHER,
		)
		assert first.member_name in text

	def test_a_person_gets_another_card_with_the_next_membership(self, sell, plan, enter):
		first = sell(plan, card_no="OLD-1")
		second = sell(plan, card_no="NEW-1", start_on=add_days(first.end_on, 1))
		refused(lambda: enter("OLD-1"), rules.UNKNOWN_CARD)
		assert enter("NEW-1")["membership"] == first.name
		assert second.gym_member == first.gym_member

	def test_what_was_sold_stays(self, sell, plan, ten_visits, as_user):
		doc = sell(plan)
		for field, value in (
			("plan", ten_visits),
			("end_on", add_days(doc.end_on, 300)),
			("start_on", add_days(doc.start_on, 1)),
			("card_no", "X"),
			("visits_before", 5),
		):
			with as_user("clerk"):
				fresh = frappe.get_doc("Gym Membership", doc.name)
				fresh.set(field, value)
				refused(fresh.save, register_rules.FIXED)
		with as_user("clerk"):
			fresh = frappe.get_doc("Gym Membership", doc.name)
			fresh.update(
				{"emergency_contact": "父亲", "price": 5, "visits_used": 99, "status": "Expired", "days": 1}
			)
			fresh.save()
		fresh.reload()
		assert (fresh.emergency_contact, fresh.price, fresh.visits_used, fresh.status) == (
			"父亲",
			0,
			0,
			"Valid",
		)

	def test_the_price_of_a_sold_card_does_not_follow_the_plan(self, sell, plan):
		doc = sell(plan)
		changed = frappe.get_doc("Gym Plan", plan)
		changed.update({"price": 999, "days": 1})
		changed.save()
		doc.reload()
		assert (doc.price, doc.days) == (0, 30)

	def test_the_manager_enters_cards_of_the_old_register(self, sell, ten_visits, enter):
		doc = sell(
			ten_visits,
			by="service_manager",
			taken_over=1,
			start_on=add_days(nowdate(), -50),
			end_on=add_days(nowdate(), 40),
			visits_before=9,
			id_card_seen=0,
		)
		assert (doc.visits_remaining, getdate(doc.end_on)) == (1, getdate(add_days(nowdate(), 40)))
		enter(doc.card_no)
		assert left(doc) == (0, "Used Up")
		refused(
			lambda: sell(ten_visits, by="service_manager", taken_over=1, visits_before=11),
			rules.BAD_TAKE_OVER,
		)

	def test_the_switched_off_procedure_sells_nothing(self, sell, plan, cast):
		settings = frappe.get_doc("Property Service Settings")
		next(row for row in settings.companies if row.company == cast.company).registers = 0
		settings.save()
		try:
			with pytest.raises(frappe.ValidationError, match="ORG-06"):
				sell(plan)
		finally:
			frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


# ---- the door ------------------------------------------------------------------------------------------------------


class TestDoor:
	def test_visits_are_counted_down_and_then_refused(self, sell, enter, cast):
		doc = sell(make.gym_plan(plan_kind="Visits", visits=2, days=30).name)
		assert enter(doc.card_no.lower())["visits_left"] == 1
		assert enter(doc.card_no)["visits_left"] == 0
		assert left(doc) == (0, "Used Up")
		refused(lambda: enter(doc.card_no), rules.IS_USED_UP)
		visits = frappe.get_all(
			"Gym Visit", {"membership": doc.name}, ["visit_number", "checked_in_by"], order_by="visit_number"
		)
		assert [(row.visit_number, row.checked_in_by) for row in visits] == [
			(1, cast.user("clerk")),
			(2, cast.user("clerk")),
		]

	def test_a_second_scan_within_the_minute_counts_nothing(self, sell, ten_visits, as_user):
		doc = sell(ten_visits)
		with as_user("clerk"):
			check_in.check_in(doc.card_no)
			refused(lambda: check_in.check_in(doc.card_no), rules.CHECKED_IN_ALREADY)
		assert left(doc) == (9, "Valid")

	def test_expired_frozen_cancelled_future_and_unknown_cards_are_refused(self, sell, plan, enter, as_user):
		doc = sell(plan)
		with as_user("clerk"):
			gym_membership.freeze(doc.name, "出差")
		refused(lambda: enter(doc.card_no), rules.IS_FROZEN)
		with as_user("clerk"):
			gym_membership.cancel(doc.name, "退卡")
		refused(lambda: enter(doc.card_no), rules.IS_CANCELLED)
		future = sell(plan, start_on=add_days(nowdate(), 3))
		refused(lambda: enter(future.card_no), rules.NOT_BEGUN)
		refused(lambda: enter("NIRGENDS"), rules.UNKNOWN_CARD)
		refused(lambda: enter(" "), rules.UNKNOWN_CARD)

	def test_a_card_that_is_over_is_refused_before_the_daily_job(self, sell, plan, enter):
		doc = sell(plan)
		begin_earlier(doc, 31)
		refused(lambda: enter(doc.card_no), rules.IS_EXPIRED)

	def test_the_next_card_opens_when_the_first_is_used_up_or_over(self, sell, plan, enter):
		first = sell(make.gym_plan(plan_kind="Visits", visits=1, days=5).name)
		second = sell(plan, start_on=add_days(first.end_on, 1))
		enter(first.card_no)
		refused(lambda: enter(first.card_no), rules.NOT_BEGUN)
		begin_earlier(second, 10)
		assert enter(first.card_no)["membership"] == second.name

	def test_a_visit_is_taken_back_by_the_manager_only(self, sell, enter, as_user, cast):
		doc = sell(make.gym_plan(plan_kind="Visits", visits=2, days=30).name)
		first, second = enter(doc.card_no)["visit"], enter(doc.card_no)["visit"]
		with as_user("clerk"):
			refused(lambda: check_in.undo(first, "刷错"), rules.UNDONE_BY_MANAGER, frappe.PermissionError)
		with as_user("service_manager"):
			refused(lambda: check_in.undo(first, " "), register_rules.NO_REASON)
			check_in.undo(first, "刷错")
			refused(lambda: check_in.undo(first, "刷错"), rules.UNDONE_ALREADY)
			refused(lambda: check_in.undo("nowhere", "刷错"), rules.UNKNOWN_VISIT)
		assert left(doc) == (1, "Valid")
		enter(doc.card_no)
		assert left(doc) == (0, "Used Up")
		numbers = frappe.get_all(
			"Gym Visit", {"membership": doc.name}, pluck="visit_number", order_by="visit_number"
		)
		assert numbers == [1, 2, 3]
		sell(make.gym_plan().name)
		with as_user("service_manager"):
			refused(lambda: check_in.undo(second, "刷错"), rules.PERSON_HAS_MOVED_ON)

	def test_visits_and_members_are_not_written_by_hand(self, sell, ten_visits, enter, as_user):
		doc = sell(ten_visits)
		visit = enter(doc.card_no)["visit"]
		for person in ("clerk", "service_manager", "Administrator"):
			with as_user(person):
				with pytest.raises(frappe.PermissionError):
					frappe.get_doc("Gym Visit", visit).save()
				with pytest.raises(frappe.PermissionError):
					frappe.get_doc("Gym Member", doc.gym_member).save()
				with pytest.raises(frappe.PermissionError):
					make.insert({"doctype": "Gym Visit", "membership": doc.name})

	def test_strangers_check_nobody_in(self, sell, plan, as_user):
		doc = sell(plan)
		for person in ("technician", "general_manager", "cashier"):
			with as_user(person), pytest.raises(frappe.PermissionError):
				check_in.check_in(doc.card_no)


# ---- freezing, ending ----------------------------------------------------------------------------------------------


class TestFreezing:
	def test_frozen_days_are_given_back(self, sell, plan, enter, as_user, cast):
		doc = sell(plan)
		begin_earlier(doc, 5)
		with as_user("clerk"):
			refused(lambda: gym_membership.freeze(doc.name, ""), register_rules.NO_REASON)
			gym_membership.freeze(doc.name, "出差")
			refused(lambda: gym_membership.freeze(doc.name, "出差"), register_rules.NOT_A_STEP)
		end = getdate(frappe.db.get_value("Gym Membership", doc.name, "end_on"))
		frappe.db.set_value("Gym Membership", doc.name, "frozen_on", add_days(nowdate(), -12))
		with as_user("second_clerk"):
			gym_membership.resume(doc.name)
		doc.reload()
		assert getdate(doc.end_on) == getdate(add_days(end, 12))
		assert (doc.status, doc.frozen_on, doc.frozen_days) == ("Valid", None, 12)
		row = doc.freezes[0]
		assert (row.days, row.frozen_by, row.resumed_by) == (
			12,
			cast.user("clerk"),
			cast.user("second_clerk"),
		)
		enter(doc.card_no)

	def test_a_frozen_card_does_not_expire(self, sell, plan, as_user):
		doc = sell(plan)
		with as_user("clerk"):
			gym_membership.freeze(doc.name, "住院")
		begin_earlier(doc, 60)
		assert doc.name not in gym_membership.expire_due()

	def test_freezing_pushes_no_card_into_the_next(self, sell, plan, as_user):
		doc = sell(plan)
		following = sell(plan, start_on=add_days(doc.end_on, 1))
		with as_user("clerk"):
			refused(lambda: gym_membership.freeze(doc.name, "出差"), rules.FROZEN_WITH_NEXT)
			refused(lambda: gym_membership.freeze(following.name, "出差"), rules.BEFORE_START)
			gym_membership.cancel(following.name, "不要了")
			gym_membership.freeze(doc.name, "出差")

	def test_the_daily_job_ends_what_is_over_once(self, sell, plan):
		doc = sell(plan)
		begin_earlier(doc, 30)
		assert doc.name in gym_membership.expire_due()
		assert left(doc)[1] == "Expired"
		assert doc.name not in gym_membership.expire_due()
		sell(plan)

	def test_a_cancelled_card_makes_room(self, sell, plan, as_user):
		doc = sell(plan)
		with as_user("clerk"):
			refused(lambda: gym_membership.cancel(doc.name, ""), register_rules.NO_REASON)
			gym_membership.cancel(doc.name, "录错卡种")
			refused(lambda: gym_membership.resume(doc.name), register_rules.NOT_A_STEP)
			with pytest.raises(frappe.ValidationError):
				frappe.delete_doc("Gym Membership", doc.name, ignore_permissions=True)
		sell(plan)


# ---- hooks, register -----------------------------------------------------------------------------------------------


def test_the_reception_counter_and_the_day_know_it(sell, plan, resident, as_user):
	doc = sell(plan, card_no="GYM-777")
	with as_user("clerk"):
		assert [row["name"] for row in reception.search("gym-777")] == [resident]
		assert "Gym Membership" in [row["doctype"] for row in reception.caller(resident)["entries"]]
	start = get_datetime(getdate())
	assert doc.name in [
		row["reference_name"] for row in counter.day_summary(make.company(), start, add_days(start, 1))
	]


def test_the_register_has_the_columns_of_form_d(sell, ten_visits, as_user):
	doc = sell(ten_visits, emergency_contact="父亲", emergency_phone="13900001111")
	with as_user("clerk"):
		columns, rows = gym_membership_register.execute({"from_date": nowdate(), "to_date": nowdate()})
	assert len([column for column in columns if column["share"]]) >= 11
	assert columns[0]["consent"]
	(row,) = [row for row in rows if row.membership == doc.name]
	assert (row.card_no, row.emergency, row.price, row.id_card) == (
		doc.card_no,
		"父亲 13900001111",
		0,
		frappe._("Original Seen"),
	)
	assert "10" in row.period


# ---- several scans, one visit left ---------------------------------------------------------------------------------

SCAN = """
from property_service.property_service.doctype.gym_membership import check_in
def act(arguments):
	frappe.get_cached_doc("Property Service Settings").gym_minutes_between_visits = 0
	return check_in.check_in(arguments["card"])["visits_left"]
"""
SELL = """
def act(values):
	return frappe.get_doc(values).insert().name
"""


@pytest.mark.rule("Q-02")
def test_eight_scans_at_once_use_the_last_visits_once(cast, committed):
	plan = make.gym_plan(plan_kind="Visits", visits=3, days=30).name
	doc = make.membership(plan, make.resident().name)
	committed()
	answers = run_at_once(SCAN, [{"card": doc.card_no}] * 8, cast.user("clerk"))
	committed()
	assert sorted(text for kind, text in answers if kind == "done") == [0, 1, 2], answers
	assert all(kind in ("done", "ValidationError") for kind, _text in answers), answers
	assert left(doc) == (0, "Used Up")
	assert frappe.db.count("Gym Visit", {"membership": doc.name}) == 3


@pytest.mark.rule("Q-02")
def test_eight_clerks_sell_one_person_a_card_and_one_does(cast, committed):
	values = make.membership_values(make.gym_plan().name, make.resident().name)
	committed()
	answers = run_at_once(SELL, [values] * 8, cast.user("clerk"))
	committed()
	assert sorted(kind for kind, _text in answers) == ["ValidationError"] * 7 + ["done"], answers
	assert frappe.db.count("Gym Membership", {"resident": values["resident"]}) == 1


@pytest.mark.rule("Q-02")
def test_eight_new_members_get_their_cards_at_once(cast, committed):
	plan = make.gym_plan().name
	values = [make.membership_values(plan, make.resident().name) for _ in range(8)]
	committed()
	answers = run_at_once(SELL, values, cast.user("clerk"))
	committed()
	assert [kind for kind, _text in answers] == ["done"] * 8, answers


@pytest.mark.rule("Q-02")
def test_one_card_is_given_to_one_of_eight(cast, committed):
	plan = make.gym_plan().name
	values = [make.membership_values(plan, make.resident().name, card_no="RACE-1") for _ in range(8)]
	committed()
	answers = run_at_once(SELL, values, cast.user("clerk"))
	committed()
	assert sorted(kind for kind, _text in answers) == ["ValidationError"] * 7 + ["done"], answers
	assert frappe.db.count("Gym Member", {"card_no": "RACE-1"}) == 1


# ---- switching over ------------------------------------------------------------------------------------------------


def test_the_import_template_enters_cards(as_user, import_template):
	make.gym_plan(plan_name="示例次卡", plan_kind="Visits", visits=20, days=180)
	template = template_residents()
	with as_user("service_manager"):
		import_template("Gym Membership")
	cards = frappe.get_all(
		"Gym Membership",
		{"old_number": ("like", "旧卡-%")},
		["resident", "card_no", "visits_remaining", "status"],
		order_by="card_no",
	)
	assert [(row.resident, row.visits_remaining, row.status) for row in cards] == [
		(template[0], 13, "Valid"),
		(template[1], 20, "Valid"),
	]


def template_residents() -> list[str]:
	"""The template names the first two residents of a new site; on this one they may exist."""
	names = ["ZH-90001", "ZH-90002"]
	for name in names:
		if not frappe.db.exists("Resident", name):
			doc = frappe.get_doc(make.resident_values())
			doc.flags.name_set = True
			doc.name = name
			doc.insert()
	return names
