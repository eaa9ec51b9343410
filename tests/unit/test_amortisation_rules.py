from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import amortisation as rules

pytestmark = pytest.mark.rule("LV-04")

CENT = Decimal("0.01")
values = st.integers(min_value=0, max_value=10**9).map(lambda cents: CENT * cents)
counts = st.integers(min_value=1, max_value=600)
months = st.integers(min_value=1, max_value=120)
methods = st.sampled_from(rules.METHODS)
ACCOUNTS = rules.Accounts("in use", "amortisation")
MARCH = date(2026, 3, 17)


def amounts(lines):
	return [(line.account, str(line.amount)) for line in lines]


class TestPieces:
	@pytest.mark.rule("LV-02")
	@given(values, counts)
	def test_pieces_come_to_the_rows_value_and_differ_by_a_cent_at_most(self, value, count):
		split = rules.pieces(value, count)
		assert len(split) == count
		assert sum(split) == value
		assert max(split) - min(split) <= CENT
		assert min(split) >= 0

	@pytest.mark.rule("LV-02")
	def test_the_first_pieces_take_the_cents(self):
		assert rules.pieces(Decimal("100.00"), 3) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]

	@given(values, counts, st.integers(min_value=0, max_value=10_000))
	def test_a_larger_value_gives_no_piece_less(self, value, count, more):
		before, after = rules.pieces(value, count), rules.pieces(value + CENT * more, count)
		assert all(b <= a for b, a in zip(before, after, strict=True))

	@pytest.mark.rule("LV-02")
	@pytest.mark.parametrize(("quantity", "refused"), [("3", False), ("3.000", False), ("0.5", True)])
	def test_only_whole_pieces_are_issued(self, quantity, refused):
		assert bool(rules.refuse_part_of_piece(1, "椅子", Decimal(quantity))) is refused


class TestShares:
	@given(methods, values, counts)
	def test_what_the_issue_makes_expense_is_the_rows_share_to_the_cent(self, method, value, count):
		shares = rules.first_shares(method, value, count)
		costs = rules.pieces(value, count)
		whole = {rules.ONE_OFF: value, rules.FIFTY_FIFTY: rules.half(value), rules.INSTALMENTS: Decimal(0)}
		assert sum(shares) == whole[method]
		assert all(0 <= share <= cost for share, cost in zip(shares, costs, strict=True))

	@pytest.mark.parametrize(("value", "count"), [("5000.00", 3), ("5000.00", 30), ("2500.01", 7)])
	def test_half_of_a_row_is_half_whatever_its_pieces_cost(self, value, count):
		assert sum(rules.first_shares(rules.FIFTY_FIFTY, Decimal(value), count)) == rules.half(Decimal(value))

	@given(values, months)
	def test_parts_come_to_the_cost(self, cost, months):
		parts = rules.parts(cost, months)
		assert len(parts) == months
		assert sum(parts) == cost
		assert min(parts) >= 0
		assert len(set(parts[:-1])) <= 1

	@pytest.mark.parametrize(
		("cost", "months", "part", "last"),
		[
			("1200.00", 12, "100.00", "100.00"),
			("200.00", 3, "66.67", "66.66"),
			("100.00", 3, "33.33", "33.34"),
			("0.05", 10, "0.00", "0.05"),
		],
	)
	def test_the_last_part_takes_the_rounding(self, cost, months, part, last):
		parts = rules.parts(Decimal(cost), months)
		assert (str(parts[0]), str(parts[-1])) == (part, last)


class TestDue:
	@pytest.mark.parametrize(
		("month", "expected"),
		[
			(date(2026, 2, 28), 0),
			(date(2026, 3, 31), 1),
			(date(2026, 12, 31), 10),
			(date(2027, 2, 28), 12),
			(date(2030, 1, 31), 12),
		],
	)
	def test_the_month_of_the_issue_is_the_first(self, month, expected):
		assert rules.parts_due(MARCH, month, 12) == expected

	@given(values, months, st.lists(st.integers(min_value=0, max_value=140), min_size=1, max_size=12))
	def test_runs_come_to_the_same_whichever_months_are_left_out(self, cost, months, run_in):
		plan = rules.Plan(rules.INSTALMENTS, months)
		amortised = Decimal(0)
		for passed in sorted(run_in):
			month = date(2026 + (2 + passed) // 12, (2 + passed) % 12 + 1, 28)
			amortised += rules.due(plan, cost, Decimal(0), amortised, MARCH, month)
			assert 0 <= amortised <= cost
			assert rules.due(plan, cost, Decimal(0), amortised, MARCH, month) == 0
			assert amortised == rules.amortised_after(cost, months, passed + 1)

	@pytest.mark.rule("LV-05")
	@given(values, values, months, st.integers(min_value=0, max_value=140))
	def test_a_cost_that_changed_is_caught_up_with(self, before, after, months, passed):
		"""However much was amortised of the old cost, the next run brings the article to its plan at the new one."""
		plan = rules.Plan(rules.INSTALMENTS, months)
		month = date(2026 + (2 + passed) // 12, (2 + passed) % 12 + 1, 28)
		amortised = rules.amortised_after(before, months, passed)
		amortised += rules.due(plan, after, Decimal(0), amortised, MARCH, month)
		assert amortised == rules.amortised_after(after, months, passed + 1)

	def test_half_stays_half_until_the_end(self):
		plan = rules.Plan(rules.FIFTY_FIFTY)
		assert rules.due(plan, Decimal(200), Decimal(100), Decimal(100), MARCH, date(2031, 1, 31)) == 0
		assert rules.due(plan, Decimal(300), Decimal(150), Decimal(100), MARCH, date(2026, 4, 30)) == 50


class TestEntries:
	"""The textbook's entries, as lines of the journal."""

	def test_fifty_fifty_of_5000_makes_2500_expense_at_the_issue(self):
		shares = [
			rules.Share(share, "expense", "客服部")
			for share in rules.first_shares(rules.FIFTY_FIFTY, Decimal("5000.00"), 30)
		]
		assert amounts(rules.amortisation_lines(shares, ACCOUNTS)) == [
			("expense", "2500.00"),
			("amortisation", "-2500.00"),
		]

	def test_fifty_fifty_of_1800_is_scrapped(self):
		ending = rules.Ending(Decimal("1800.00"), Decimal("900.00"), "expense", "客服部")
		assert amounts(rules.ending_lines([ending], ACCOUNTS)) == [
			("expense", "900.00"),
			("amortisation", "-900.00"),
			("amortisation", "1800.00"),
			("in use", "-1800.00"),
		]

	def test_one_off_leaves_nothing_to_post_at_the_end(self):
		ending = rules.Ending(Decimal("2200.00"), Decimal("2200.00"), "expense", None, carried=False)
		assert rules.ending_lines([ending], ACCOUNTS) == []

	def test_what_is_lost_waits_on_another_account(self):
		ending = rules.Ending(Decimal("1200.00"), Decimal("300.00"), "expense", None)
		assert amounts(rules.ending_lines([ending], ACCOUNTS, charge_to="pending"))[0] == (
			"pending",
			"900.00",
		)

	@given(st.lists(st.tuples(values, values, st.sampled_from("ABC"), st.booleans()), max_size=20))
	def test_an_end_takes_exactly_what_stood_in_the_books(self, articles):
		endings = [
			rules.Ending(cost, min(cost, amortised), "expense", centre, carried)
			for cost, amortised, centre, carried in articles
		]
		lines = rules.ending_lines(endings, ACCOUNTS)
		there = [ending for ending in endings if ending.carried]

		def on(account):
			return sum(line.amount for line in lines if line.account == account)

		assert sum(line.amount for line in lines) == 0
		assert on("in use") == -sum(ending.cost for ending in there)
		assert on("amortisation") == sum(ending.amortised for ending in there)
		assert on("expense") == sum(ending.net for ending in there)

	@pytest.mark.rule("LV-06")
	def test_a_run_has_a_line_per_cost_centre_and_account(self):
		shares = [
			rules.Share(Decimal(1), "expense", "工程部"),
			rules.Share(Decimal(2), "expense", "客服部"),
			rules.Share(Decimal(4), "expense", "工程部"),
			rules.Share(Decimal(8), "training", "工程部"),
			rules.Share(Decimal(0), "expense", "环境部"),
		]
		lines = rules.amortisation_lines(shares, ACCOUNTS)
		assert len(lines) == 5
		assert sum(line.amount for line in lines) == 0
		assert rules.Line("amortisation", "工程部", Decimal(-13)) in lines

	@pytest.mark.rule("LV-05")
	def test_a_correction_follows_what_erpnext_moved(self):
		lines = rules.correction_lines([rules.Share(Decimal("-3.20"), "expense", "工程部")], ACCOUNTS)
		assert amounts(lines) == [("expense", "-3.20"), ("in use", "3.20")]


class TestPlan:
	def test_the_item_decides_before_its_groups_and_one_off_is_the_default(self):
		assert rules.plan([]) == rules.Plan(rules.ONE_OFF)
		assert rules.plan([(None, 0), (rules.FIFTY_FIFTY, 7)]) == rules.Plan(rules.FIFTY_FIFTY)
		assert rules.plan([(rules.INSTALMENTS, 24), (rules.ONE_OFF, 0)]) == rules.Plan(rules.INSTALMENTS, 24)

	@pytest.mark.parametrize(
		("method", "instalments", "refused"),
		[
			(rules.INSTALMENTS, 1, True),
			(rules.INSTALMENTS, 2, False),
			(rules.ONE_OFF, 0, False),
			(None, 0, False),
		],
	)
	def test_instalments_say_how_many(self, method, instalments, refused):
		assert bool(rules.refuse_plan(method, instalments, "办公椅")) is refused


@pytest.mark.rule("WH-19")
@pytest.mark.parametrize(
	("method", "day", "value"),
	[
		(rules.ONE_OFF, date(2026, 3, 31), 300),  # its return corrects the issue of the same month
		(rules.ONE_OFF, date(2026, 4, 1), 0),
		(rules.FIFTY_FIFTY, date(2026, 3, 31), 150),
		(rules.FIFTY_FIFTY, date(2027, 4, 1), 150),
	],
)
def test_what_comes_back_is_worth_what_was_no_expense(method, day, value):
	assert rules.return_value(rules.Plan(method), Decimal(300), Decimal(150), MARCH, day) == value


@pytest.mark.rule("LV-06")
class TestRun:
	@pytest.mark.parametrize(
		("month", "other", "later", "message"),
		[
			(date(2026, 3, 1), None, None, None),
			(date(2026, 4, 1), None, None, rules.FUTURE_MONTH),
			(date(2026, 3, 1), "TX-1", None, rules.RUN_THERE),
			(date(2026, 1, 1), None, ("TX-2", date(2026, 2, 1)), rules.LATER_RUN),
		],
	)
	def test_one_run_per_month_that_has_begun_in_their_order(self, month, other, later, message):
		refusal = rules.refuse_run("物业公司", month, MARCH, other, later)
		assert (refusal and refusal.message) == message


@pytest.mark.rule("LV-02")
@pytest.mark.parametrize("status", [*rules.LIVE, "Scrapped", "Returned", "Lost"])
def test_what_is_gone_is_neither_moved_nor_repaired(status):
	refusal = rules.refuse_gone("DZ-1", status)
	assert (refusal and refusal.message) == (None if status in rules.LIVE else rules.NOT_THERE)


@pytest.mark.rule("LV-09", "LV-10")
@pytest.mark.parametrize(
	("status", "new", "message"),
	[
		(rules.IN_USE, rules.IDLE, None),
		(rules.IDLE, rules.UNDER_REPAIR, None),
		(rules.UNDER_REPAIR, rules.IN_USE, None),
		(rules.IDLE, rules.IDLE, rules.WRONG_STATE),
		(rules.IN_USE, "Scrapped", rules.WRONG_STATE),
		("Scrapped", rules.IN_USE, rules.NOT_THERE),
	],
)
def test_an_article_changes_between_the_states_of_what_is_there(status, new, message):
	refusal = rules.refuse_state("DZ-1", status, new)
	assert (refusal and refusal.message) == message


@pytest.mark.rule("LV-01")
class TestItem:
	def test_a_fixed_asset_is_none(self):
		assert (
			rules.refuse_item("椅子", "Office", is_fixed_asset=True, is_stocked=False).message
			== rules.FIXED_ASSET
		)
		assert (
			rules.refuse_item("椅子", "Office", is_fixed_asset=False, is_stocked=False).message
			== rules.NOT_STOCKED
		)
		assert rules.refuse_item("椅子", None, is_fixed_asset=True, is_stocked=False) is None
		assert rules.refuse_item("椅子", "Office", is_fixed_asset=False, is_stocked=True) is None

	@pytest.mark.parametrize(
		("life", "value", "said"),
		[(12, "100", 0), (11, "100", 1), (12, "99.99", 1), (0, "5", 2), (12, None, 0)],
	)
	def test_what_is_said_and_not_refused(self, life, value, said):
		value = value and Decimal(value)
		assert len(rules.item_warnings("椅子", life, value, 12, Decimal(100))) == said
