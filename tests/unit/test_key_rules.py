"""Keys (DESK-08): which are lent, to whom, until when, and on which days the issuer asks for them."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import keys as rules
from property_service.rules import register
from property_service.rules.keys import Borrower, Key

pytestmark = pytest.mark.rule("DESK-08")

NOON = datetime(2026, 11, 25, 12)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31))


def message(refusal):
	return refusal.message if refusal else None


@pytest.mark.parametrize(("reason", "refused"), [("登记错了", False), ("  ", True), (None, True)])
def test_whatever_ends_a_loan_early_says_why(reason, refused):
	refusal = register.refuse_without_reason("Cancel", reason)
	assert message(refusal) == (register.NO_REASON if refused else None)


@pytest.mark.rule("CASH-01")
@pytest.mark.parametrize(
	("is_manager", "amount", "expected"),
	[
		(False, "50", None),
		(False, "60", None),
		(False, "49.99", rules.LESS_BY_MANAGER),
		(True, "0", None),
	],
)
def test_only_the_manager_charges_less_for_a_lost_key(is_manager, amount, expected):
	assert message(rules.refuse_charge(is_manager, Decimal(amount), Decimal(50))) == expected


# ---- tags ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("typed", "kept"),
	[
		("a-301", "A-301"),
		(" A301\n", "A301"),
		("Ａ－３０１", "A-301"),
		("3幢301-1", "3幢301-1"),
		("a 301 b", "A301B"),
	],
)
def test_a_tag_is_kept_as_the_scanner_reads_it(typed, kept):
	assert rules.tag(typed) == kept


@pytest.mark.parametrize("typed", ["", None, " ", "A/1", "<b>", "a" * 41, "A#1", "😀"])
def test_what_is_no_tag_is_refused(typed):
	with pytest.raises(ValueError, match="not a key tag"):
		rules.tag(typed)


@given(st.text())
def test_a_tag_is_a_tag_of_itself(text):
	try:
		kept = rules.tag(text)
	except ValueError:
		return
	assert rules.tag(kept) == kept
	assert 1 <= len(kept) <= rules.LONGEST_TAG


# ---- lending -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("status", "expected"),
	[
		(rules.IN_CABINET, None),
		(rules.LENT, rules.IS_OUT),
		(rules.LOST, rules.IS_LOST),
		(rules.RETIRED, rules.IS_RETIRED),
		("Nonsense", rules.IS_RETIRED),
	],
)
def test_only_a_key_in_the_cabinet_is_lent(status, expected):
	assert message(rules.refuse_lending(Key("A1", status, "李丽", NOON, "YJ-1"))) == expected


@pytest.mark.parametrize(
	("kind", "borrower", "purpose", "expected"),
	[
		("Temporary", Borrower("Employee", "HR-1", "王五"), "保洁", None),
		("Temporary", Borrower("Employee", None, "王五"), "保洁", rules.NO_BORROWER),
		("Temporary", Borrower("Employee", "HR-1", "王五", works_here=False), "保洁", rules.HAS_LEFT),
		("Temporary", Borrower("Resident", "ZH-1", "何家欢", lives_here=False), "取行李", None),
		("Temporary", Borrower("Cleaner", None, "王五", "13900001111"), "保洁", None),
		("Temporary", Borrower("Cleaner", None, "王五", " "), "保洁", rules.NO_BORROWER),
		("Temporary", Borrower("Contractor", None, "", "13900001111"), "保洁", rules.NO_BORROWER),
		("Temporary", Borrower("Employee", "HR-1", "王五"), " ", rules.NO_PURPOSE),
		("Residence", Borrower("Resident", "ZH-1", "何家欢"), None, None),
		("Residence", Borrower("Resident", "ZH-1", "何家欢", lives_here=False), None, rules.HAS_MOVED_OUT),
		("Residence", Borrower("Employee", "HR-1", "王五"), None, rules.ONLY_RESIDENTS),
		("Residence", Borrower("Resident", None, "何家欢"), None, rules.ONLY_RESIDENTS),
	],
)
def test_the_register_names_who_has_the_key_and_what_for(kind, borrower, purpose, expected):
	assert message(rules.refuse_borrower(kind, borrower, purpose)) == expected


# ---- until when ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("kind", "due_on", "expected"),
	[
		("Temporary", None, None),
		("Temporary", NOON + timedelta(hours=3), None),
		("Temporary", NOON + timedelta(days=1), None),
		("Temporary", NOON + timedelta(days=1, seconds=1), rules.DUE_TOO_LATE),
		("Temporary", NOON, rules.DUE_BEFORE_NOW),
		("Residence", None, None),
		("Residence", NOON + timedelta(days=1), rules.NO_END_FOR_RESIDENCE),
	],
)
def test_a_temporary_loan_ends_within_a_day(kind, due_on, expected):
	assert message(rules.refuse_due(kind, due_on, NOON, 1)) == expected


@given(MOMENTS, st.integers(0, 60), st.integers(1, 10**6))
def test_no_loan_is_longer_than_the_setting(borrowed_on, days, seconds):
	due_on = borrowed_on + timedelta(seconds=seconds)
	allowed = rules.refuse_due("Temporary", due_on, borrowed_on, days) is None
	assert allowed == (due_on - borrowed_on <= timedelta(days=days))


@pytest.mark.parametrize(
	("manager", "due_on", "new", "expected"),
	[
		(True, NOON, NOON + timedelta(days=2), None),
		(False, NOON, NOON + timedelta(days=2), rules.EXTENDED_BY_MANAGER),
		(True, NOON + timedelta(days=3), NOON + timedelta(days=2), rules.NOT_LATER),
		(True, NOON - timedelta(days=3), NOON - timedelta(days=1), rules.NOT_LATER),
		(True, None, NOON + timedelta(days=1), None),
	],
)
def test_only_the_manager_extends_and_only_forwards(manager, due_on, new, expected):
	assert message(rules.refuse_extension(manager, due_on, new, NOON)) == expected


# ---- asking for the key --------------------------------------------------------------------------------------------

DAYS = {n: date(2026, 11, n) for n in range(20, 30)}


@pytest.mark.parametrize(
	("due_on", "chased", "expected"),
	[
		(NOON + timedelta(seconds=1), [], []),
		(NOON, [], []),
		(NOON - timedelta(minutes=1), [], [25]),
		(NOON - timedelta(days=1), [], [24, 25]),
		(NOON - timedelta(days=1), [24], [25]),
		(NOON - timedelta(days=1), [24, 25], []),
		(NOON - timedelta(days=3), [22, 24], [23, 25]),
	],
)
def test_the_issuer_is_told_once_for_each_day(due_on, chased, expected):
	days = rules.days_to_chase(due_on, NOON, {DAYS[n] for n in chased}, 31)
	assert days == [DAYS[n] for n in expected]


@given(MOMENTS, st.lists(st.integers(0, 60), min_size=1, max_size=6), st.integers(1, 40))
def test_runs_however_far_apart_tell_each_day_once(due_on, gaps, longest):
	"""Whatever days the scheduler runs, and however often: no day twice, none of the last `longest` lost."""
	now, chased = due_on, []
	for gap in gaps:
		now += timedelta(days=gap, minutes=1)
		new = rules.days_to_chase(due_on, now, set(chased), longest)
		assert set(new).isdisjoint(chased)
		assert rules.days_to_chase(due_on, now, {*chased, *new}, longest) == []
		chased += new
	last = [now.date() - timedelta(days=n) for n in range(longest)]
	assert {day for day in last if day >= due_on.date()} <= set(chased)


@pytest.mark.parametrize(
	("status", "due_on", "expected"),
	[
		("Lent", NOON - timedelta(seconds=1), True),
		("Lent", NOON, False),
		("Lent", None, False),
		("Brought Back", NOON - timedelta(days=1), False),
	],
)
def test_overdue_is_what_is_out_past_its_time(status, due_on, expected):
	assert rules.is_overdue(status, due_on, NOON) is expected


# ---- states --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("steps", "ended"),
	[
		(rules.LOAN_STEPS, {rules.BROUGHT_BACK, rules.LOST, rules.CANCELLED}),
		(rules.KEY_STEPS, {rules.RETIRED}),
	],
)
def test_what_has_ended_moves_no_more(steps, ended):
	assert {before for before, _after in steps}.isdisjoint(ended)
	for state in ended:
		assert message(register.refuse_step(steps, state, rules.IN_CABINET, "E")) == register.NOT_A_STEP


def test_a_key_is_lent_only_by_its_loan():
	assert all(rules.LENT not in step for step in rules.KEY_STEPS)


@pytest.mark.parametrize(
	("manager", "happened_on", "expected"),
	[
		(True, None, None),
		(True, NOON - timedelta(days=400), None),
		(True, NOON + timedelta(seconds=1), register.TAKEN_OVER_LATER),
		(False, NOON - timedelta(days=1), register.TAKEN_OVER_BY_MANAGER),
	],
)
def test_the_old_register_is_entered_by_the_manager(manager, happened_on, expected):
	assert message(register.refuse_taking_over(manager, happened_on, NOON)) == expected
