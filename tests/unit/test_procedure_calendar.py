"""The procedure calendar as arithmetic on dates (CAL-01 to CAL-03)."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from property_service.rules import procedure_calendar as calendar
from property_service.rules.procedure_calendar import (
	DAY_OF_MONTH,
	EVERY_N_DAYS,
	LAST_MONTH_OF_QUARTER,
	ByHand,
	DayRule,
	Document,
	Due,
	Occurrence,
	days_late,
	due_dates,
	fulfilments,
	opened_until,
	rule_problem,
	window,
)

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 12, 31))
rules = st.one_of(
	st.builds(DayRule, st.just(DAY_OF_MONTH), day=st.integers(1, 31)),
	st.builds(DayRule, st.just(LAST_MONTH_OF_QUARTER), day=st.integers(1, 31)),
	st.builds(
		DayRule, st.just(EVERY_N_DAYS), every_days=st.integers(1, 120), anchor=st.just(date(2000, 1, 1))
	),
)


@pytest.mark.rule("CAL-01")
@pytest.mark.parametrize(
	("day", "month", "due"),
	[
		(25, (2026, 2), 25),
		(30, (2026, 2), 28),
		(30, (2028, 2), 29),
		(31, (2026, 4), 30),
		(31, (2026, 12), 31),
	],
)
def test_day_of_month_is_clipped_to_the_months_last_day(day, month, due):
	first = date(*month, 1)
	last = date(*month, monthrange(*month)[1])
	assert due_dates(DayRule(DAY_OF_MONTH, day=day), first, last) == [
		Due(f"{month[0]}-{month[1]:02d}", date(*month, due))
	]


@pytest.mark.rule("CAL-01")
def test_quarter_rule_falls_in_march_june_september_december():
	found = due_dates(DayRule(LAST_MONTH_OF_QUARTER, day=31), date(2026, 1, 1), date(2026, 12, 31))
	assert found == [
		Due("2026-Q1", date(2026, 3, 31)),
		Due("2026-Q2", date(2026, 6, 30)),
		Due("2026-Q3", date(2026, 9, 30)),
		Due("2026-Q4", date(2026, 12, 31)),
	]


@pytest.mark.rule("CAL-01")
def test_every_n_days_counts_from_its_anchor_and_not_before():
	rule = DayRule(EVERY_N_DAYS, every_days=14, anchor=date(2026, 1, 6))
	assert due_dates(rule, date(2025, 12, 1), date(2026, 2, 3)) == [
		Due("2026-01-06", date(2026, 1, 6)),
		Due("2026-01-20", date(2026, 1, 20)),
		Due("2026-02-03", date(2026, 2, 3)),
	]
	assert due_dates(rule, date(2026, 1, 7), date(2026, 1, 20))[0].due_on == date(2026, 1, 20)


@pytest.mark.rule("CAL-01")
@pytest.mark.parametrize(
	("rule", "problem"),
	[
		(DayRule(DAY_OF_MONTH, day=0), "day"),
		(DayRule(LAST_MONTH_OF_QUARTER, day=32), "day"),
		(DayRule(EVERY_N_DAYS, every_days=0, anchor=date(2026, 1, 1)), "interval"),
		(DayRule(EVERY_N_DAYS, every_days=10), "anchor"),
		(DayRule("Now and Then", day=1), "kind"),
		(DayRule(DAY_OF_MONTH, day=31), None),
	],
)
def test_an_unusable_rule_is_named(rule, problem):
	assert rule_problem(rule) == problem
	if problem:
		with pytest.raises(ValueError, match=problem):
			due_dates(rule, date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.rule("CAL-01")
@given(rule=rules, first=days, length=st.integers(0, 800))
def test_due_dates_are_ordered_inside_the_range_and_named_once(rule, first, length):
	last = first + timedelta(days=length)
	found = due_dates(rule, first, last)
	assert [due.due_on for due in found] == sorted({due.due_on for due in found})
	assert all(first <= due.due_on <= last for due in found)
	assert len({due.period for due in found}) == len(found)


@pytest.mark.rule("CAL-01")
@given(rule=rules, first=days, length=st.integers(0, 400), cut=st.integers(0, 400))
def test_a_range_asked_in_two_parts_gives_the_same_due_dates(rule, first, length, cut):
	last = first + timedelta(days=length)
	middle = first + timedelta(days=min(cut, length))
	in_parts = due_dates(rule, first, middle) + due_dates(rule, middle + timedelta(days=1), last)
	assert in_parts == due_dates(rule, first, last)


@pytest.mark.rule("CAL-02")
@given(
	rule=rules,
	remind=st.integers(0, 20),
	start=days,
	runs=st.lists(st.integers(0, 90), min_size=1, max_size=12),
)
def test_catching_up_on_any_days_opens_what_a_daily_run_opens(rule, remind, start, runs):
	"""Runs on arbitrary days (twice the same, weeks missed) open exactly what one run on the last day opens."""
	opened, after, today = [], start, start
	for pause in runs:
		today += timedelta(days=pause)
		new = opened_until(rule, remind, after, today)
		opened += new
		after = new[-1].due_on if new else after
	assert opened == opened_until(rule, remind, start, today)


@pytest.mark.rule("CAL-02")
def test_an_occurrence_opens_on_its_reminder_day():
	rule = DayRule(DAY_OF_MONTH, day=25)
	assert opened_until(rule, 3, date(2026, 10, 25), date(2026, 11, 21)) == []
	assert opened_until(rule, 3, date(2026, 10, 25), date(2026, 11, 22)) == [
		Due("2026-11", date(2026, 11, 25))
	]


@pytest.mark.rule("CAL-02")
def test_window_runs_from_the_last_due_date_to_the_next_reminder():
	assert window(DayRule(DAY_OF_MONTH, day=25), 3, date(2026, 11, 25)) == (
		date(2026, 10, 26),
		date(2026, 12, 21),
	)
	assert window(DayRule(DAY_OF_MONTH, day=25), 40, date(2026, 11, 25))[1] == date(2026, 11, 25)


def occurrences_of(rule, remind, dues, company="A"):
	return [Occurrence(due.period, company, due.due_on, *window(rule, remind, due.due_on)) for due in dues]


@pytest.mark.rule("CAL-02")
def test_late_work_closes_what_was_late_and_next_months_work_hides_no_omission():
	rule = DayRule(DAY_OF_MONTH, day=25)
	occurrences = occurrences_of(rule, 3, due_dates(rule, date(2026, 1, 1), date(2026, 3, 31)))
	late = Document("late", "A", date(2026, 2, 2))
	march = Document("march", "A", date(2026, 3, 24))
	assert fulfilments(occurrences, [march, late]) == {"2026-01": late, "2026-03": march}


@pytest.mark.rule("CAL-02")
def test_a_document_of_another_company_fulfils_nothing_and_one_without_company_does():
	rule = DayRule(DAY_OF_MONTH, day=25)
	occurrences = occurrences_of(rule, 3, due_dates(rule, date(2026, 1, 1), date(2026, 1, 31)))
	assert fulfilments(occurrences, [Document("x", "B", date(2026, 1, 20))]) == {}
	assert "2026-01" in fulfilments(occurrences, [Document("x", None, date(2026, 1, 20))])


@pytest.mark.rule("CAL-02")
@settings(max_examples=50)
@given(rule=rules, remind=st.integers(0, 20), documents=st.lists(st.integers(0, 200), max_size=20))
def test_no_document_fulfils_two_occurrences_and_each_lies_in_its_window(rule, remind, documents):
	start = date(2026, 1, 1)
	occurrences = occurrences_of(rule, remind, due_dates(rule, start, date(2026, 6, 30)))
	pool = [Document(f"D{i}", "A", start + timedelta(days=d)) for i, d in enumerate(documents)]
	found = fulfilments(occurrences, pool)
	assert len({document.name for document in found.values()}) == len(found)
	for occurrence in occurrences:
		if occurrence.key in found:
			assert occurrence.opens <= found[occurrence.key].counts_on <= occurrence.closes


def marked(**given):
	values = {
		"title": "编制采购计划",
		"company": "A",
		"status": calendar.OPEN,
		"role": "Storekeeper",
		"responsible": True,
	}
	return ByHand(**values | given)


DONE = {"status": calendar.DONE, "done_on": date(2026, 1, 28), "done_by": "storekeeper@x"}


@pytest.mark.rule("CAL-01", "CAL-02")
@pytest.mark.parametrize(
	("given", "expected"),
	[
		({}, None),
		({"expects": ""}, None),
		({"status": calendar.NOT_REQUIRED}, calendar.WAS_NOT_REQUIRED),
		(DONE, calendar.WAS_DONE),
		({"expects": "Purchase Plan"}, calendar.NEEDS_DOCUMENT),
		({"responsible": False}, calendar.NOT_RESPONSIBLE),
		({"responsible": False, **DONE}, calendar.WAS_DONE),
	],
)
def test_what_is_open_and_no_document_fulfils_is_done_by_hand_by_who_is_asked(given, expected):
	refusal = calendar.refuse_by_hand(marked(**given))
	assert (refusal.message if refusal else None) == expected


@pytest.mark.rule("CAL-02")
def test_a_refusal_says_who_did_it_when_or_what_does_it():
	assert calendar.refuse_by_hand(marked(**DONE)).values == (
		"编制采购计划",
		date(2026, 1, 28),
		"storekeeper@x",
	)
	assert calendar.refuse_by_hand(marked(expects="Purchase Plan")).values == (
		"编制采购计划",
		"Purchase Plan",
	)
	assert calendar.refuse_by_hand(marked(responsible=False)).values == ("编制采购计划", "Storekeeper")
	assert calendar.refuse_by_hand(marked(status=calendar.NOT_REQUIRED)).values == ("编制采购计划", "A")


@pytest.mark.rule("CAL-03")
@pytest.mark.parametrize(
	("done_on", "today", "late"),
	[
		(date(2026, 11, 24), date(2026, 12, 31), 0),
		(date(2026, 11, 25), date(2026, 12, 31), 0),
		(date(2026, 11, 28), date(2026, 12, 31), 3),
		(None, date(2026, 11, 20), 0),
		(None, date(2026, 12, 1), 6),
	],
)
def test_days_late_count_to_the_day_done_or_to_today(done_on, today, late):
	assert days_late(date(2026, 11, 25), done_on, today) == late
