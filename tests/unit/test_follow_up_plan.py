"""Drawing and sharing out a follow-up plan (SVC-18)."""

from datetime import date, timedelta
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import follow_up as rules

names = st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=60)
shares = st.integers(1, 100)


@pytest.mark.rule("SVC-18")
@given(names, shares, st.randoms())
def test_a_sample_is_the_share_rounded_up_whatever_the_order_of_the_names(population, share, random):
	sample = rules.draw_sample(population, share, "HJ-2026-00001")
	shuffled = list(population)
	random.shuffle(shuffled)
	assert rules.draw_sample(shuffled, share, "HJ-2026-00001") == sample
	assert len(sample) == len(set(sample)) == ceil(Fraction(len(population) * share, 100))
	assert set(sample) <= set(population)


@pytest.mark.rule("SVC-18")
def test_the_draw_is_reproducible_and_another_plan_draws_another_sample():
	population = [f"BX-2026-{number:05d}" for number in range(2000)]
	first = rules.draw_sample(population, 30, "HJ-2026-00001")
	assert len(first) == 600
	# The same on every machine and in every year: the plan's record says who was drawn and why.
	assert first[:3] == ["BX-2026-00721", "BX-2026-01526", "BX-2026-00891"]
	assert set(first) != set(rules.draw_sample(population, 30, "HJ-2026-00002"))


@pytest.mark.rule("SVC-18")
@pytest.mark.parametrize("share", [0, -1, 101])
def test_a_share_outside_the_scale_is_an_error(share):
	with pytest.raises(ValueError, match="share"):
		rules.draw_sample(["a"], share, "seed")


@pytest.mark.rule("SVC-18")
@given(st.integers(0, 200), st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 30))
def test_due_dates_are_spread_evenly_over_the_schedule(count, first, days):
	last = first + timedelta(days=days)
	due = rules.spread(count, first, last)
	assert due == sorted(due)
	assert len(due) == count
	assert all(first <= day <= last for day in due)
	per_day = [due.count(first + timedelta(days=n)) for n in range(days + 1)]
	assert max(per_day) - min(per_day) <= 1


@pytest.mark.rule("SVC-18")
@given(
	names,
	st.lists(st.sampled_from("ABCDE"), unique=True, min_size=1),
	st.data(),
)
def test_nobody_follows_up_their_own_work_and_nobody_is_left_out_needlessly(population, owners, data):
	workers = {
		name: data.draw(st.sets(st.sampled_from("ABCDE")), label=f"workers of {name!r}")
		for name in population
	}
	shared = rules.share_out(population, owners, workers)
	assert list(shared) == population
	for name, owner in shared.items():
		assert owner not in workers[name]
		assert (owner is None) == (set(owners) <= workers[name])


@pytest.mark.rule("SVC-18")
@given(names, st.lists(st.sampled_from("ABCDE"), unique=True, min_size=1))
def test_without_own_work_everybody_gets_the_same(population, owners):
	shared = list(rules.share_out(population, owners, {}).values())
	counts = [shared.count(owner) for owner in owners]
	assert max(counts) - min(counts) <= 1


def a_plan(**given_):
	values = {
		"of_residents": False,
		"work": (date(2026, 10, 1), date(2026, 10, 31)),
		"calls": (date(2026, 11, 1), date(2026, 11, 15)),
		"share": 30,
		"owners": ["a@x", "b@x"],
		"at_desk": {"a@x", "b@x"},
	}
	return rules.Plan(**values | given_)


@pytest.mark.rule("SVC-18")
@pytest.mark.parametrize(
	("given_", "expected"),
	[
		({}, None),
		({"work": (None, date(2026, 10, 31))}, rules.NO_PERIOD),
		({"work": (date(2026, 10, 1), None)}, rules.NO_PERIOD),
		({"work": (None, None), "of_residents": True}, None),
		({"work": (date(2026, 10, 2), date(2026, 10, 1)), "of_residents": True}, None),
		({"work": (date(2026, 10, 2), date(2026, 10, 1))}, rules.ENDS_BEFORE),
		({"work": (date(2026, 10, 1), date(2026, 10, 1))}, None),
		({"calls": (date(2026, 11, 2), date(2026, 11, 1))}, rules.ENDS_BEFORE),
		({"share": 0}, rules.BAD_SHARE),
		({"share": 0.5}, None),
		({"share": 100}, None),
		({"share": 100.5}, rules.BAD_SHARE),
		({"owners": ["a@x", "a@x"]}, rules.OWNER_TWICE),
		({"owners": ["a@x", "technician@x"]}, rules.NOT_AT_THE_DESK),
	],
)
def test_what_makes_a_plan(given_, expected):
	refusal = rules.refuse_plan(a_plan(**given_))
	assert (refusal.message if refusal else None) == expected


@pytest.mark.rule("SVC-18")
@pytest.mark.parametrize(
	("status", "change", "deletion", "drawing"),
	[
		("Draft", None, None, None),
		("Drawing", rules.DRAWN_STAYS, rules.DRAWN_IS_KEPT, None),
		("Drawn", rules.DRAWN_STAYS, rules.DRAWN_IS_KEPT, rules.DRAWN_ALREADY),
		("Closed", rules.DRAWN_STAYS, rules.DRAWN_IS_KEPT, rules.DRAWN_ALREADY),
	],
)
def test_a_plan_is_drawn_once_and_kept_as_it_was_drawn(status, change, deletion, drawing):
	refusals = (
		rules.refuse_plan_change("HJ-1", status),
		rules.refuse_plan_deletion(status),
		rules.refuse_drawing("HJ-1", status, None),
	)
	assert tuple(r.message if r else None for r in refusals) == (change, deletion, drawing)
