"""docs/benchmarks.md is made of what was measured, and a run of some works keeps the others (tests/bench/results.py)."""

import pytest

from tests.bench import results
from tests.bench.results import DOCS, Result, at_least, at_most, exactly

MACHINE = {"cores": "2", "Frappe": "15.101.1"}


def result(size=0, figures=None, goals=(), why="", at="2026-11-30 10:00") -> Result:
	return Result(size, figures or {"statements": 10}, list(goals), why, at, 1.5, MACHINE)


def test_the_page_is_the_one_that_the_figures_make():
	assert (DOCS / "benchmarks.md").read_text() == results.page(results.read(DOCS / "benchmarks"))


def test_a_new_figure_replaces_its_own_size_only(tmp_path):
	results.keep(tmp_path, "purchase_plan", result(10_000, {"seconds": 2.0}))
	results.keep(tmp_path, "purchase_plan", result(1_000, {"seconds": 0.5}))
	results.keep(tmp_path, "stock_count", result(500))
	results.keep(tmp_path, "purchase_plan", result(10_000, {"seconds": 3.0}))
	found = results.read(tmp_path)
	assert list(found) == ["purchase_plan", "stock_count"]
	assert [(one.size, one.figures) for one in found["purchase_plan"]] == [
		(1_000, {"seconds": 0.5}),
		(10_000, {"seconds": 3.0}),
	]


def test_a_work_that_the_page_does_not_know_is_refused(tmp_path):
	with pytest.raises(KeyError):
		results.keep(tmp_path, "coffee", result())


def test_goals_are_met_or_not():
	assert [at_most(20, 20, "x").met, at_most(20, 21, "x").met] == [True, False]
	assert [at_least(3, 3.1, "x").met, at_least(3, 2.9, "x").met] == [True, False]
	assert [exactly(0, 0, "x").met, exactly(0, 1, "x").met] == [True, False]


def test_a_missed_goal_stands_in_summary_and_section_with_its_profile():
	missed = result(
		goals=[at_most(20, 31, "statements"), at_most(1, 0.5, "× its time")], why="12 of them are …"
	)
	text = results.page({"ticket_create": [missed]})
	summary, section = text.split("## Create a repair ticket", 1)
	assert "1 of 2: **not met** ≤ 20 statements |" in summary
	assert "| ≤ 20 statements | 31 | **not met** |" in section
	assert "| ≤ 1 × its time | 0.5 | met |" in section
	assert "12 of them are …" in section


def test_growth_from_the_smallest_to_the_largest_size():
	sizes = [
		result(1_000, {"seconds": 0.5, "used": "index"}),
		result(10_000, {"seconds": 2.0, "used": "index"}),
	]
	text = results.page({"ticket_list": sizes})
	assert "| growth | × 4 |  |" in text
