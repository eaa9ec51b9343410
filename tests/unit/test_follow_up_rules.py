"""Draw, attempts and scores of follow-ups; rates of the monthly meeting."""

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import follow_up as rules
from property_service.rules.rates import percent

MORNING = datetime(2026, 11, 23, 9, 0)
DRAWN_OF_THE_FIRST_TWENTY = [f"BX-2026-{number:05d}" for number in (3, 7, 10, 12, 17, 18)]
NAMES = [f"BX-2026-{number:05d}" for number in range(1, 3_001)]


@pytest.mark.rule("SVC-06")
@pytest.mark.parametrize("share", [0, 5, 30, 50, 99.5, 100])
def test_the_draw_takes_its_share_of_names_that_follow_each_other(share):
	drawn = sum(rules.is_drawn(name, share) for name in NAMES)
	assert abs(drawn / len(NAMES) - share / 100) < 0.03


@pytest.mark.rule("SVC-06")
def test_the_draw_is_the_same_on_every_machine():
	drawn = [name for name in NAMES[:20] if rules.is_drawn(name, 30)]
	assert drawn == [name for name in NAMES[:20] if rules.is_drawn(name, "30.0")]
	assert drawn == DRAWN_OF_THE_FIRST_TWENTY


@pytest.mark.rule("SVC-06")
@given(st.text(max_size=30), st.integers(0, 100), st.integers(0, 100))
def test_a_larger_share_contains_a_smaller_one(name, one, other):
	small, large = sorted((one, other))
	assert rules.is_drawn(name, large) >= rules.is_drawn(name, small)
	assert rules.is_drawn(name, 100)
	assert not rules.is_drawn(name, 0)


@pytest.mark.rule("SVC-06")
@pytest.mark.parametrize("share", [-1, 100.01, 1000])
def test_a_share_is_a_percentage(share):
	with pytest.raises(ValueError, match="percentage"):
		rules.is_drawn("BX-2026-00001", share)


def tries(*days, reached=False):
	return [rules.Attempt(MORNING + timedelta(days=day, hours=n), reached) for n, day in enumerate(days)]


@pytest.mark.rule("SVC-06")
@pytest.mark.parametrize(
	("days", "expected"),
	[
		((), "Open"),
		((0,), "Open"),
		((0, 0, 0), "Open"),
		((0, 1), "Open"),
		((0, 0, 1), "Not Reached"),
		((0, 1, 2), "Not Reached"),
	],
)
def test_three_attempts_on_two_days_count_as_not_reached(days, expected):
	assert rules.outcome(tries(*days), 3, 2) == expected


@pytest.mark.rule("SVC-06")
@given(st.lists(st.integers(0, 5), max_size=6))
def test_one_contact_is_enough(days):
	assert rules.outcome([*tries(*days), *tries(9, reached=True)], 3, 2) == "Reached"


@pytest.mark.rule("SVC-06")
@given(st.integers(0, 5))
def test_only_scores_up_to_the_limit_reopen(score):
	assert rules.is_bad(score, 2) == (score in (1, 2))


@pytest.mark.rule("SVC-18")
@given(st.integers(-5, 10), st.booleans())
def test_a_score_is_one_to_five_from_somebody_who_was_reached(score, reached):
	refusal = rules.refuse_score(score, tries(0, reached=reached))
	assert (refusal is None) == (score == 0 or (1 <= score <= 5 and reached))


@pytest.mark.rule("SVC-18")
@pytest.mark.parametrize("doctype", [*rules.REFERENCES, "Sales Invoice", None])
def test_a_follow_up_asks_about_service_or_a_resident(doctype):
	refusal = rules.refuse_reference(doctype)
	assert (refusal and refusal.message) == (None if doctype in rules.REFERENCES else rules.NO_REFERENCE)


@pytest.mark.rule("SVC-18")
def test_who_did_the_work_does_not_ask():
	assert rules.refuse_person("a@x", {"a@x", "b@x"}).message == rules.OWN_WORK
	assert rules.refuse_person("c@x", {"a@x"}) is None
	assert rules.refuse_person(None, {"a@x"}) is None


def test_the_first_policy_that_fits_decides():
	complaints = rules.Policy("Customer Complaint", None, None, 100, 1)
	emergencies = rules.Policy("Repair Ticket", None, "Emergency", 100, 1)
	public = rules.Policy("Repair Ticket", "Public Repair", "", 10, 3)
	others = rules.Policy("Repair Ticket", "", None, 30, 7)
	table = [complaints, emergencies, public, others]

	def of(kind, priority):
		return rules.policy_for(table, "Repair Ticket", kind, priority)

	assert of("Public Repair", "Emergency") is emergencies
	assert of("Public Repair", "Normal") is public
	assert of("Home Repair", "Normal") is others
	assert rules.policy_for(table[:1], "Repair Ticket", "Home Repair", "Normal") is None


@pytest.mark.rule("SVC-07", "SVC-19")
@pytest.mark.parametrize(
	("part", "whole", "expected"),
	[
		(28, 86, 33),
		(88, 204, 43),
		(78, 88, 89),
		(27, 30, 90),
		(27, 36, 75),
		(28, 35, 80),
		(1, 200, 1),
		(0, 7, 0),
		(7, 7, 100),
	],
)
def test_rates_of_the_source_rounded_half_up(part, whole, expected):
	assert percent(part, whole) == expected


@given(st.integers(1, 10**6).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_a_rate_is_never_off_by_more_than_a_half(pair):
	part, whole = pair
	error = percent(part, whole) - Fraction(100 * part, whole)
	assert Fraction(-1, 2) < error <= Fraction(1, 2)


@pytest.mark.rule("SVC-19")
def test_no_rate_of_nothing():
	assert percent(0, 0) is None


@pytest.mark.rule("SVC-19")
@pytest.mark.parametrize(("part", "whole"), [(-1, 5), (5, -1), (6, 5)])
def test_impossible_counts_are_refused(part, whole):
	with pytest.raises(ValueError, match="not"):
		percent(part, whole)
