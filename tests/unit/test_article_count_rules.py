"""Counting articles in use (LV-08, LV-14)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import article_count as rules
from property_service.rules.article_count import Line

pytestmark = pytest.mark.rule("LV-14")

TODAY = date(2026, 12, 28)


def message(refusal):
	return refusal.message if refusal else None


@pytest.mark.parametrize(
	("scanned", "number"),
	[
		("DZ-2026-000012", "DZ-2026-000012"),
		(" DZ-2026-000012\n", "DZ-2026-000012"),
		("https://desk.example.com/app/low-value-article/DZ-2026-000012", "DZ-2026-000012"),
		("https://desk.example.com/u/DZ-2026-000012/?via=label#top", "DZ-2026-000012"),
		(None, ""),
	],
)
def test_a_label_is_read_in_every_form(scanned, number):
	assert rules.code_of(scanned) == number


@given(st.lists(st.sampled_from([None, rules.FOUND, rules.MISSING, rules.ELSEWHERE]), max_size=8))
def test_counting_ends_when_all_were_looked_for(results):
	lines = [Line(f"椅{n}", result) for n, result in enumerate(results)]
	assert (rules.refuse_finish(lines) is None) == (None not in results)


def test_the_keeper_signs_when_the_losses_are_explained():
	missing = Line("椅", rules.MISSING)
	assert message(rules.refuse_signature(False, "周伟", [])) == rules.NOT_KEEPER
	assert message(rules.refuse_signature(True, "周伟", [missing])) == rules.NO_CAUSE
	assert (
		rules.refuse_signature(True, "周伟", [Line("椅", rules.MISSING, "搬家时遗失"), Line("桌", "Found")])
		is None
	)


def test_whoever_counted_does_not_approve():
	assert message(rules.refuse_approval("a", False, ())) == rules.NOT_FINANCE_MANAGER
	assert message(rules.refuse_approval("a", True, {"a"})) == rules.OWN_COUNT
	assert rules.refuse_approval("a", True, {"b"}) is None


@pytest.mark.parametrize(
	("arguments", "expected"),
	[
		(("椅", "Missing", False, "责任人赔偿", Decimal(50), "HR-1"), None),
		(("椅", "Missing", False, "列入费用", Decimal(0), None), None),
		(("椅", "Found", False, "列入费用", Decimal(0), None), rules.NOT_LOST),
		(("椅", "Missing", True, "列入费用", Decimal(0), None), rules.DECIDED),
		(("椅", "Missing", False, " ", Decimal(0), None), rules.NO_DECISION),
		(("椅", "Missing", False, "赔偿", Decimal(-1), "HR-1"), rules.BAD_AMOUNT),
		(("椅", "Missing", False, "赔偿", Decimal(50), None), rules.NO_PERSON),
	],
)
def test_a_decision(arguments, expected):
	assert message(rules.refuse_decision(*arguments)) == expected


@pytest.mark.parametrize(
	("step", "expected"),
	[
		((rules.COUNTED, rules.SIGNED), None),
		((rules.COUNTING, rules.SIGNED), rules.NO_STEP),
		((rules.APPROVED, rules.CANCELLED), rules.NO_STEP),
		((rules.CANCELLED, rules.COUNTING), rules.NO_STEP),
	],
)
def test_a_count_goes_step_by_step_and_not_back(step, expected):
	assert message(rules.refuse_step(*step)) == expected


@pytest.mark.rule("LV-08")
@given(st.integers(-5, 60), st.booleans())
def test_a_handover_count_serves_one_change_in_time(days, used):
	serves = rules.serves_new_head(TODAY - timedelta(days=days), used, TODAY, 30)
	assert serves == (not used and 0 <= days <= 30)
	assert not rules.serves_new_head(None, False, TODAY, 30)
