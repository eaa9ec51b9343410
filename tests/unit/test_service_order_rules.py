import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import service_order as rules
from property_service.rules.service_order import Assignee, Edit, SignOff

STATES = ["Draft", "Dispatched", "In Progress", "Finished", "Archived", "Returned to Desk", "Cancelled"]
MODULE = Path(__file__).parents[2] / "property_service" / "property_service"


def message(refusal):
	return refusal.message if refusal else None


# ---- steps -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-09")
def test_the_workflow_file_has_exactly_the_steps_of_the_rule():
	workflow = json.loads((MODULE / "workflow/service_order/service_order.json").read_text())
	drawn = {(t["state"], t["next_state"]): t["action"] for t in workflow["transitions"]}
	assert drawn == rules.ACTIONS
	assert {s["state"] for s in workflow["states"]} == set(STATES)


@pytest.mark.rule("SVC-09")
def test_no_step_leads_back_to_the_draft():
	assert all(new != rules.DRAFT for _, new in rules.ACTIONS)


@given(
	st.sampled_from(STATES),
	st.one_of(st.sampled_from(STATES), st.text(), st.none(), st.dictionaries(st.text(), st.text())),
)
def test_every_pair_of_states_is_a_step_or_a_refusal(previous, new):
	action = rules.action_of(previous, new)
	assert isinstance(action, str) == ((previous, str(new)) in rules.ACTIONS)


@pytest.mark.parametrize("ended", rules.ENDED)
def test_nothing_leads_out_of_an_ended_order(ended):
	assert all(isinstance(rules.action_of(ended, new), rules.Refusal) for new in STATES)


# ---- dispatch (SVC-09) -------------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-09")
@pytest.mark.parametrize(
	("department", "person", "expected"),
	[
		("Engineering", Assignee("Engineering", True, "t@x"), None),
		("Engineering", Assignee("Office", True, "head@x"), None),
		(None, Assignee("Engineering", True, "t@x"), rules.NO_DEPARTMENT),
		("Engineering", None, rules.NO_ASSIGNEE),
		("Engineering", Assignee("Engineering", False, "t@x"), rules.INACTIVE_ASSIGNEE),
		("Engineering", Assignee("Environment", True, "e@x"), rules.FOREIGN_ASSIGNEE),
		("Engineering", Assignee(None, True, None), rules.FOREIGN_ASSIGNEE),
	],
)
def test_an_order_goes_to_a_member_or_head_of_its_department(department, person, expected):
	assert message(rules.refuse_dispatch(department, "张建国", person, {"head@x"})) == expected


# ---- finishing and sign-off (SVC-05) -------------------------------------------------------------------------------

HOME, PUBLIC = rules.HOME_REPAIR, rules.PUBLIC_REPAIR


@pytest.mark.rule("SVC-05")
@pytest.mark.parametrize(
	("kind", "sign_off", "expected"),
	[
		(HOME, SignOff(), rules.NO_SIGN_OFF),
		(HOME, SignOff(rules.DRAWN), rules.NO_SIGNATURE),
		(HOME, SignOff(rules.DRAWN, has_signature=True), None),
		(HOME, SignOff(rules.SLIP), rules.NO_SLIP_PHOTO),
		(HOME, SignOff(rules.SLIP, has_slip=True), None),
		(HOME, SignOff(rules.PHONE), None),
		(HOME, SignOff(rules.INSPECTION, "王", "Clerk", by_desk=True), rules.HOME_NEEDS_CUSTOMER),
		(PUBLIC, SignOff(rules.DRAWN, has_signature=True), rules.PUBLIC_NEEDS_INSPECTION),
		(PUBLIC, SignOff(rules.SLIP, has_slip=True), rules.PUBLIC_NEEDS_INSPECTION),
		(PUBLIC, SignOff(rules.PHONE, "王", by_desk=True), rules.PUBLIC_NEEDS_INSPECTION),
		(PUBLIC, SignOff(rules.INSPECTION), rules.NO_INSPECTOR),
		(PUBLIC, SignOff(rules.INSPECTION, "王", "Steward"), rules.NO_INSPECTOR_SIGNATURE),
		(PUBLIC, SignOff(rules.INSPECTION, "王", "Steward", has_signature=True), None),
		(PUBLIC, SignOff(rules.INSPECTION, "王", "Dormitory Head", has_slip=True), None),
		(PUBLIC, SignOff(rules.INSPECTION, role="Clerk"), None),
		(None, SignOff(rules.INSPECTION, "王", "Steward", by_desk=True), None),
		(None, SignOff(rules.DRAWN, has_signature=True), None),
	],
)
def test_what_finishing_needs(kind, sign_off, expected):
	assert message(rules.refuse_finish("换了水龙头", sign_off, kind)) == expected


@pytest.mark.rule("SVC-05")
@pytest.mark.parametrize("work_done", [None, "", "  \n"])
def test_finishing_needs_the_work_described(work_done):
	assert (
		message(rules.refuse_finish(work_done, SignOff(rules.DRAWN, has_signature=True), HOME))
		== rules.NO_WORK_DONE
	)


sign_offs = st.builds(
	SignOff,
	method=st.sampled_from([None, rules.DRAWN, rules.SLIP, rules.PHONE, rules.INSPECTION, "Nonsense"]),
	name=st.sampled_from([None, "", "王先生"]),
	role=st.sampled_from([None, "Dormitory Head", "Steward", "Clerk"]),
	has_signature=st.booleans(),
	has_slip=st.booleans(),
	by_desk=st.booleans(),
)


@pytest.mark.rule("SVC-05")
@given(sign_offs)
def test_the_department_alone_never_accepts_its_own_work(sign_off):
	if rules.is_signed_off(sign_off):
		assert sign_off.has_signature or sign_off.has_slip or sign_off.by_desk


@pytest.mark.rule("SVC-05")
@pytest.mark.parametrize(
	("sign_off", "signed"),
	[
		(SignOff(rules.DRAWN, has_signature=True), True),
		(SignOff(rules.DRAWN, has_slip=True, by_desk=True), False),
		(SignOff(rules.SLIP, has_slip=True), True),
		(SignOff(rules.SLIP, has_signature=True, by_desk=True), False),
		(SignOff(rules.PHONE, name="王先生", by_desk=True), True),
		(SignOff(rules.PHONE, name="王先生"), False),
		(SignOff(rules.INSPECTION, "王", "Steward", by_desk=True), True),
		(SignOff(rules.INSPECTION, "王", "Steward", has_signature=True), True),
		(SignOff(rules.INSPECTION, "王", "Steward"), False),
		(SignOff(None, has_signature=True, by_desk=True), False),
	],
)
def test_what_completes_each_way_of_accepting(sign_off, signed):
	assert rules.is_signed_off(sign_off) is signed


@pytest.mark.rule("SVC-05")
@given(sign_offs)
def test_a_phone_confirmation_is_the_desks_and_names_who_answered(sign_off):
	if sign_off.method == rules.PHONE and rules.is_signed_off(sign_off):
		assert sign_off.by_desk and sign_off.name


@pytest.mark.rule("SVC-10")
@given(sign_offs)
def test_only_a_complete_drawn_sign_off_archives_itself(sign_off):
	if rules.archives_itself(sign_off):
		assert sign_off.has_signature and rules.is_signed_off(sign_off)
	if sign_off.method in (rules.SLIP, rules.PHONE):
		assert not rules.archives_itself(sign_off)


@pytest.mark.rule("SVC-10")
@pytest.mark.parametrize(
	("signed", "manager", "note", "refused"),
	[
		(True, False, None, False),
		(False, False, "搬走", True),
		(False, True, None, True),
		(False, True, " ", True),
		(False, True, "搬走", False),
	],
)
def test_filing_an_unsigned_slip_takes_the_manager_and_a_note(signed, manager, note, refused):
	assert bool(rules.refuse_archive(signed, manager, note)) == refused


# ---- reasons -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-09")
@pytest.mark.parametrize("blank", [None, "", "  "])
def test_returning_and_cancelling_need_a_reason(blank):
	assert message(rules.refuse_reason(rules.RETURNED, blank, "x")) == rules.NO_RETURN_REASON
	assert message(rules.refuse_reason(rules.CANCELLED, "x", blank)) == rules.NO_CANCEL_REASON
	assert rules.refuse_reason(rules.RETURNED, "工种不符", None) is None
	assert rules.refuse_reason(rules.CANCELLED, None, "重复") is None


@pytest.mark.rule("SVC-13")
def test_rooms_that_wait_hold_the_order():
	assert rules.refuse_rooms(["101", "102"]).values == (2, "101, 102")
	assert rules.refuse_rooms([]) is None


# ---- who writes what ---------------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-05")
@pytest.mark.parametrize(
	("edit", "expected"),
	[
		(Edit("In Progress", False, False, ["work_done", "photos", "materials"]), None),
		(Edit("In Progress", False, False, ["customer_phone"]), rules.DESK_FIELDS),
		(Edit("In Progress", False, False, ["labour_rate"]), rules.DESK_FIELDS),
		(Edit("In Progress", False, False, ["charges"]), rules.DESK_FIELDS),
		(Edit("In Progress", False, False, ["assigned_to"]), rules.DESK_FIELDS),
		(Edit("In Progress", False, True, ["assigned_to"]), None),
		(Edit("Dispatched", False, False, ["work_done"]), rules.NOT_STARTED),
		(Edit("Draft", True, False, ["customer_signature"]), rules.NOT_STARTED),
		(Edit("Dispatched", True, False, ["department"]), rules.DISPATCHED_IS_FROZEN),
		(Edit("Returned to Desk", True, False, ["department"]), None),
		(Edit("Finished", False, False, ["materials"]), rules.FINISHED_IS_FROZEN),
		(Edit("Finished", False, False, ["signed_slip"]), None),
		(Edit("Finished", False, False, ["signed_slip"], signed_off=True), rules.FINISHED_IS_FROZEN),
		(Edit("Finished", True, False, ["materials"]), None),
		(Edit("Archived", True, False, ["materials"]), rules.ENDED_IS_FROZEN),
		(Edit("Cancelled", True, True, ["matter"]), rules.ENDED_IS_FROZEN),
	],
)
def test_department_and_desk_each_write_their_part(edit, expected):
	refused = rules.refuse_edit(edit)
	assert (refused[0].message if refused else None) == expected


# ---- cost (SVC-11) ------------------------------------------------------------------------------------------------


@pytest.mark.rule("SVC-11")
def test_cost_is_material_plus_labour_in_whole_cents():
	cost = rules.cost([(3, "2.335"), (0.5, 12.25)], 1.5, 38)
	assert cost.amounts == (Decimal("7.01"), Decimal("6.13"))
	assert (cost.material, cost.labour, cost.total) == (Decimal("13.14"), Decimal("57.00"), Decimal("70.14"))


lines = st.lists(
	st.tuples(st.decimals(0, 1000, places=3), st.decimals(0, 1000, places=4)),
	max_size=12,
)


@pytest.mark.rule("SVC-11")
@given(lines, st.decimals(0, 100, places=2), st.decimals(0, 500, places=2))
def test_sums_are_the_sums_of_what_is_printed(material, hours, rate):
	cost = rules.cost(material, hours, rate)
	assert cost.material == sum(cost.amounts, Decimal(0))
	assert cost.total == cost.material + cost.labour


# ---- slips on their way (SVC-10) ----------------------------------------------------------------------------------

MONDAY = date(2026, 3, 2)
WEEKENDS = {MONDAY + timedelta(days=n) for n in range(60) if (MONDAY + timedelta(days=n)).weekday() > 4}


@pytest.mark.rule("SVC-10")
@pytest.mark.parametrize(
	("finished", "due"),
	[(0, 1), (3, 4), (4, 7), (5, 7)],
	ids=["Mon→Tue", "Thu→Fri", "Fri→Mon", "Sat→Mon"],
)
def test_a_slip_has_one_working_day(finished, due):
	day, last = MONDAY + timedelta(days=finished), MONDAY + timedelta(days=due)
	assert rules.slip_due_on(day, 1, WEEKENDS) == last
	assert not rules.slip_is_late(day, last, 1, WEEKENDS)
	assert rules.slip_is_late(day, last + timedelta(days=1), 1, WEEKENDS)


@pytest.mark.rule("SVC-10")
@given(st.dates(MONDAY, MONDAY + timedelta(days=40)), st.integers(0, 5))
def test_exactly_that_many_working_days_lie_between(finished, days):
	due = rules.slip_due_on(finished, days, WEEKENDS)
	between = [finished + timedelta(days=n + 1) for n in range((due - finished).days)]
	assert sum(day not in WEEKENDS for day in between) == days


# ---- what the customer pays (SVC-12) ------------------------------------------------------------------------------


@pytest.mark.rule("SVC-12")
@pytest.mark.parametrize(
	("charged", "waiver", "kind", "expected"),
	[
		("0", rules.WARRANTY, rules.HOME_REPAIR, None),
		("30", "", rules.HOME_REPAIR, None),
		("0.01", rules.OUR_DAMAGE, rules.HOME_REPAIR, rules.CHARGED_AND_WAIVED),
		("30", "", rules.DEVELOPER_WARRANTY, rules.WARRANTY_IS_FREE),
	],
)
def test_warranty_and_own_damage_make_no_charge(charged, waiver, kind, expected):
	refusal = rules.refuse_charges(Decimal(charged), waiver, kind)
	assert (refusal and refusal.message) == expected


@pytest.mark.rule("SVC-12")
@pytest.mark.parametrize(
	("status", "charged", "invoice", "customer", "expected"),
	[
		(rules.FINISHED, "30", None, "C", None),
		(rules.ARCHIVED, "30", None, "C", None),
		(rules.IN_PROGRESS, "30", None, "C", rules.NOT_DONE),
		(rules.CANCELLED, "30", None, "C", rules.NOT_DONE),
		(rules.ARCHIVED, "0", None, "C", rules.NOTHING_TO_BILL),
		(rules.ARCHIVED, "30", "SI-1", "C", rules.BILLED_ALREADY),
		(rules.ARCHIVED, "30", None, None, rules.NOBODY_TO_BILL),
	],
)
def test_one_bill_for_finished_work_to_somebody(status, charged, invoice, customer, expected):
	refusal = rules.refuse_bill(status, Decimal(charged), invoice, customer)
	assert (refusal and refusal.message) == expected


@pytest.mark.rule("SVC-12")
@pytest.mark.parametrize(
	("edit", "expected"),
	[
		(Edit("Archived", True, False, ["charges"]), None),
		(Edit("Archived", True, False, ["bill_to"]), None),
		(Edit("Archived", True, False, ["work_done"]), rules.ENDED_IS_FROZEN),
		(Edit("Archived", True, False, ["charges"], billed=True), rules.BILLED_IS_FROZEN),
		(Edit("Finished", True, False, ["charge_waiver"], billed=True), rules.BILLED_IS_FROZEN),
		(Edit("Cancelled", True, False, ["charges"]), rules.ENDED_IS_FROZEN),
		(Edit("Archived", False, False, ["charges"]), rules.DESK_FIELDS),
		(Edit("Dispatched", True, False, ["charges"]), rules.NOT_STARTED),
	],
)
def test_the_desk_prices_until_it_is_billed(edit, expected):
	refused = rules.refuse_edit(edit)
	assert (refused and refused[0].message) == expected
