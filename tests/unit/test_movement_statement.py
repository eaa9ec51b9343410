"""Lines of the movement statement add up, and what does not tie is found item by item (WH-29)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import movement_statement as rules
from property_service.rules.stock_movement import COLUMNS, IN_COLUMNS, OUT_COLUMNS

pytestmark = pytest.mark.rule("WH-29")

NAMES = [f"{column}_{measure}" for column in COLUMNS for measure in rules.MEASURES]
CENTS = st.integers(-10_000_00, 10_000_00).map(lambda cents: cents / 100)
OPENING = st.fixed_dictionaries({"qty": CENTS, "value": CENTS})
MOVED = st.dictionaries(st.sampled_from(NAMES), CENTS)


def one(**moved):
	return rules.line({"qty": 10, "value": 40}, moved, zone_moves=False)


def test_a_line_of_the_paper_form():
	line = one(
		purchase_qty=20, purchase_value=100, issue_qty=12, issue_value=48, shortage_qty=1, shortage_value=5
	)
	assert (line["opening_qty"], line["in_qty"], line["out_qty"], line["closing_qty"]) == (10, 20, 13, 17)
	assert (line["opening_value"], line["in_value"], line["out_value"], line["closing_value"]) == (
		40,
		100,
		53,
		87,
	)


def test_a_move_between_zones_is_none_for_the_store():
	moved = {"zone_in_qty": 6, "zone_in_value": 18, "zone_out_qty": 6, "zone_out_value": 18}
	assert one(**moved)["in_qty"] == one(**moved)["out_qty"] == 0
	of_warehouse = rules.line({"qty": 10, "value": 40}, moved, zone_moves=True)
	assert (of_warehouse["other_in_qty"], of_warehouse["other_out_value"]) == (6, 18)


def test_what_a_zone_move_changed_in_value_is_shown():
	line = one(zone_in_qty=6, zone_in_value=20, zone_out_qty=6, zone_out_value=18)
	assert (line["other_in_qty"], line["other_in_value"], line["closing_value"]) == (0, 2, 42)


@given(OPENING, MOVED, st.booleans())
def test_closing_is_opening_and_in_less_out(opening, moved, zone_moves):
	line = rules.line(opening, moved, zone_moves)
	for measure in rules.MEASURES:
		ins = sum(line[f"{column}_{measure}"] for column in IN_COLUMNS)
		outs = sum(line[f"{column}_{measure}"] for column in OUT_COLUMNS)
		assert line[f"in_{measure}"] == pytest.approx(ins, abs=1e-6)
		assert line[f"out_{measure}"] == pytest.approx(outs, abs=1e-6)
		assert line[f"closing_{measure}"] == pytest.approx(opening[measure] + ins - outs, abs=1e-6)


@given(OPENING, MOVED)
def test_zones_shown_or_not_the_closing_is_the_same(opening, moved):
	shown, hidden = (rules.line(opening, moved, zone_moves) for zone_moves in (True, False))
	for measure in rules.MEASURES:
		assert shown[f"closing_{measure}"] == pytest.approx(hidden[f"closing_{measure}"], abs=1e-6)


@given(st.lists(st.tuples(OPENING, MOVED), max_size=8))
def test_the_total_is_the_sum_of_its_lines(rows):
	lines = [rules.line(opening, moved, zone_moves=False) for opening, moved in rows]
	for name, amount in rules.total(lines).items():
		assert amount == pytest.approx(sum(line[name] for line in lines), abs=1e-6)


@given(OPENING, st.lists(MOVED, min_size=1, max_size=5))
def test_months_that_follow_each_other_open_with_the_first_and_close_with_the_last(opening, months):
	lines, there = [], opening
	for moved in months:
		lines.append(rules.line(there, moved, zone_moves=False))
		there = {measure: lines[-1][f"closing_{measure}"] for measure in rules.MEASURES}
	total = rules.total_of_months(lines)
	for measure in rules.MEASURES:
		assert total[f"opening_{measure}"] == opening[measure]
		assert total[f"closing_{measure}"] == there[measure]
		moved = total[f"in_{measure}"] - total[f"out_{measure}"]
		assert opening[measure] + moved == pytest.approx(there[measure], abs=1e-6)


def test_no_months_have_no_sum():
	assert rules.total_of_months([]) == {}


def test_a_line_without_anything_is_empty():
	assert rules.is_empty(rules.line({"qty": 0, "value": 0}, {}, zone_moves=False))
	assert not rules.is_empty(one())


# ---- tying -------------------------------------------------------------------------------------------------------


def test_equal_figures_tie():
	ours, theirs = {("a", "W"): (1, 2), ("b", "W"): (0, 0)}, {("a", "W"): (1, 2)}
	assert rules.check_items(ours, theirs, rules.NOT_TIED_MOVEMENT) is None


def test_errors_of_two_items_do_not_hide_each_other():
	ours, theirs = {("a", "W"): (1, 5), ("b", "W"): (1, 5)}, {("a", "W"): (1, 6), ("b", "W"): (1, 4)}
	assert rules.check_items(ours, theirs, rules.NOT_TIED_MOVEMENT).values == (2,)


def test_an_item_that_differs_in_two_zones_is_one_item():
	ours, theirs = {("a", "W"): (1, 5), ("a", "X"): (1, 5)}, {("a", "W"): (1, 6), ("a", "X"): (1, 4)}
	assert rules.check_items(ours, theirs, rules.NOT_TIED_MOVEMENT).values == (1,)


def test_a_quantity_without_value_is_missed_too():
	assert rules.check_items({("a", "W"): (1, 0)}, {}, rules.NOT_TIED_BALANCE).values == (1,)


def test_the_first_differences_are_named_with_their_place():
	ours = {(item, "W", "2026-11"): (1.0, 5.0) for item in "abcde"}
	found = rules.check_items(ours, {}, rules.NOT_TIED_BALANCE)
	assert (found.values, found.has_more) == ((5,), True)
	assert found.named[0] == rules.Difference(("a", "W", "2026-11"), 1.0, 5.0)
	assert len(found.named) == rules.NAMED


OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
ACCOUNT = "1405 库存商品"


@pytest.mark.parametrize(("held", "tied"), [(100, True), (100.004, True), (100.01, False), (99.99, False)])
def test_an_account_ties_to_the_cent(held, tied):
	untied = rules.check_accounts({(ACCOUNT, NOVEMBER): 100}, {(ACCOUNT, NOVEMBER): held})
	assert (untied == []) is tied
	if not tied:
		assert untied[0].values == ("2026-11", ACCOUNT, f"{held:.2f}", "100.00")


def test_an_account_that_was_wrong_and_came_right_again_is_told_once():
	"""Something booked in the wrong month."""
	stock = {(ACCOUNT, OCTOBER): 100, (ACCOUNT, NOVEMBER): 120}
	ledger = {(ACCOUNT, OCTOBER): 120, (ACCOUNT, NOVEMBER): 120}
	assert [one.values[0] for one in rules.check_accounts(stock, ledger)] == ["2026-10"]
	ledger[(ACCOUNT, NOVEMBER)] = 130
	assert [one.values[0] for one in rules.check_accounts(stock, ledger)] == ["2026-10"]


def test_two_vouchers_do_not_hide_each_other():
	stock = {("V1", ACCOUNT): 10, ("V2", ACCOUNT): 20}
	assert rules.check_vouchers(stock, dict(stock)) is None
	found = rules.check_vouchers(stock, {("V1", ACCOUNT): 15, ("V2", ACCOUNT): 15})
	assert found.values == (2,)
	assert found.named == (
		rules.Difference(("V1", ACCOUNT), None, 5),
		rules.Difference(("V2", ACCOUNT), None, -5),
	)


@given(st.lists(st.tuples(OPENING, MOVED), min_size=1, max_size=5), st.data())
def test_a_line_that_says_something_else_than_the_ledger_is_found(rows, data):
	lines = {number: rules.line(*row, zone_moves=False) for number, row in enumerate(rows)}
	ledger = {
		key: tuple(
			{measure: one[f"{end}_{measure}"] for measure in rules.MEASURES} for end in ("opening", "closing")
		)
		for key, one in lines.items()
	}
	assert rules.check_lines(lines, ledger) is None
	key = data.draw(st.sampled_from(sorted(lines)))
	name = data.draw(st.sampled_from(["opening", "closing", "in", "out"])) + data.draw(
		st.sampled_from(["_qty", "_value"])
	)
	lines[key][name] += 0.01
	assert rules.check_lines(lines, ledger).values == (1,)


def test_a_line_that_is_missing_is_found():
	nothing, something = {"qty": 0, "value": 0}, {"qty": 1, "value": 2}
	assert rules.check_lines({}, {"a": (nothing, nothing)}) is None
	assert rules.check_lines({}, {"a": (something, nothing)}).values == (1,)


@given(st.dictionaries(st.sampled_from("abcde"), st.tuples(CENTS, CENTS)), st.sampled_from("abcdef"), CENTS)
def test_any_change_of_one_item_is_found(items, item, change):
	qty, value = items.get(item, (0, 0))
	assert set(rules.differing(items, {**items, item: (qty, value + change)})) == (
		{item} if change else set()
	)
	assert set(rules.differing(items, {**items, item: (qty + change, value)})) == (
		{item} if change else set()
	)
