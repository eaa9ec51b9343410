"""Vehicle passes (DESK-05): which papers, until when, and what the gate is told."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import vehicle_pass as rules
from property_service.rules.vehicle_pass import Paper

pytestmark = pytest.mark.rule("DESK-05")

TODAY = date(2026, 11, 25)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
ALL = list(rules.PAPERS)


def message(refusal):
	return refusal.message if refusal else None


# ---- papers --------------------------------------------------------------------------------------------------------


def test_the_procedure_names_four_papers():
	assert ALL == ["id_card", "driving_licence", "vehicle_licence", "employer_letter"]


@pytest.mark.parametrize(
	("row", "expected"),
	[
		(None, ALL),
		(dict.fromkeys(ALL, 1), ALL),
		({**dict.fromkeys(ALL, 1), "employer_letter": 0}, ALL[:3]),
		({}, []),
	],
)
def test_the_settings_say_which_are_needed_and_all_where_they_are_silent(row, expected):
	assert rules.needed_papers(row) == expected


@given(
	st.sets(st.sampled_from(ALL)),
	st.dictionaries(st.sampled_from(ALL), st.builds(Paper, st.booleans(), st.booleans())),
)
def test_a_needed_paper_is_missing_unless_seen_or_attached(needed, papers):
	missing = rules.missing_papers(needed, papers)
	assert set(missing) == {p for p in needed if not (p in papers and (papers[p].seen or papers[p].attached))}
	assert missing == [paper for paper in ALL if paper in missing]


def test_the_refusal_names_what_is_missing():
	refusal = rules.refuse_papers(
		["id_card", "employer_letter"], {"id_card": "身份证", "employer_letter": "单位证明"}
	)
	assert refusal.values == ("身份证、单位证明",)
	assert rules.refuse_papers([], {}) is None


@pytest.mark.parametrize(
	("applicant", "expected"),
	[
		(("林晓东", "13900010301", True, "老鹰地公司"), None),
		(("林晓东", "13900010301", False, None), None),
		(("林晓东", "13900010301", True, " "), rules.NO_EMPLOYER),
		((" ", "13900010301", False, None), rules.NO_APPLICANT),
		(("林晓东", None, False, None), rules.NO_APPLICANT),
	],
)
def test_the_applicant_is_known_and_so_is_the_company_whose_letter_is_needed(applicant, expected):
	assert message(rules.refuse_applicant(*applicant)) == expected


# ---- until when ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("first", "months", "expected"),
	[
		(date(2026, 1, 1), 12, date(2026, 12, 31)),
		(date(2026, 11, 25), 12, date(2027, 11, 24)),
		(date(2026, 1, 31), 1, date(2026, 2, 27)),
		(date(2024, 1, 31), 1, date(2024, 2, 28)),
		(date(2026, 12, 31), 2, date(2027, 2, 27)),
		(date(2026, 11, 25), 0, date(2026, 12, 24)),
	],
)
def test_a_pass_is_valid_for_whole_months(first, months, expected):
	assert rules.last_day(first, months) == expected


@given(DAYS, st.integers(1, 60))
def test_more_months_end_later_and_never_before_the_first_day(first, months):
	last = rules.last_day(first, months)
	assert first <= last < rules.last_day(first, months + 1)
	assert 27 * months <= (last - first).days + 1 <= 31 * months


@pytest.mark.parametrize(
	("first", "last", "expected"),
	[
		(TODAY, TODAY, None),
		(None, TODAY, None),
		(TODAY, None, None),
		(TODAY, TODAY - timedelta(days=1), rules.ENDS_BEFORE),
		(TODAY - timedelta(days=9), TODAY - timedelta(days=1), rules.ENDS_TODAY),
	],
)
def test_no_pass_ends_before_it_begins_or_before_today(first, last, expected):
	assert message(rules.refuse_validity(first, last, TODAY)) == expected


# ---- the gate ------------------------------------------------------------------------------------------------------


@given(st.sampled_from([*rules.ENDED, rules.APPLIED, rules.ISSUED]), DAYS, DAYS, DAYS)
def test_valid_is_what_was_issued_and_not_ended_within_its_days(status, first, last, today):
	valid = rules.is_valid(status, first, last, today)
	assert valid == (status == "Issued" and first <= today <= last)
	assert not rules.is_valid(status, None, last, today)


@pytest.mark.parametrize(
	("status", "handed_in", "expected"),
	[
		("Issued", None, None),
		("Expired", None, None),
		("Lost", None, None),
		("Applied", None, rules.NOT_ISSUED),
		("Cancelled", None, rules.NOT_ISSUED),
		("Revoked", TODAY, rules.HANDED_IN_ALREADY),
	],
)
def test_a_card_is_handed_in_once(status, handed_in, expected):
	assert message(rules.refuse_handing_in(status, handed_in)) == expected


def test_nothing_leads_out_of_an_ended_pass_or_back_to_the_application():
	assert {before for before, _after in rules.STEPS} == {rules.APPLIED, rules.ISSUED}
	assert all(after != rules.APPLIED for _before, after in rules.STEPS)
