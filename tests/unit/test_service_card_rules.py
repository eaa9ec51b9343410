"""The one-card as pure rules: two parts, never negative, each movement what it says (DESK-01, DESK-02, DESK-03)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import service_card as rules
from property_service.rules.refusal import Refusal

TODAY = date(2026, 3, 10)
D = Decimal

cents = st.integers(1, 500_000).map(lambda n: D(n) / 100)
cents_or_none = st.integers(0, 500_000).map(lambda n: D(n) / 100)
cards = st.builds(
	rules.Card,
	number=st.just("880012"),
	status=st.sampled_from(rules.STATES),
	cash=cents_or_none,
	subsidy=cents_or_none,
	customer=st.sampled_from([None, "甲公司", "乙公司"]),
)
movements = st.builds(
	rules.Movement,
	kind=st.sampled_from(rules.TYPES),
	amount=cents_or_none,
	reason=st.sampled_from([None, "", "输错"]),
	customer=st.sampled_from([None, "甲公司"]),
)


def card(**values):
	return rules.Card(
		**{"number": "880012", "cash": D("30.00"), "subsidy": D("20.00"), "customer": "甲公司", **values}
	)


def move(kind, amount="0", on=None, **values):
	return rules.apply(on or card(), rules.Movement(kind, D(amount), **values))


def parts(change):
	return change.cash, change.subsidy


# ---- each type ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-01")
@pytest.mark.parametrize(
	("kind", "amount", "cash", "subsidy", "status"),
	[
		(rules.CASH_TOP_UP, "50", "50", "0", rules.ACTIVE),
		(rules.SUBSIDY_TOP_UP, "50", "0", "50", rules.ACTIVE),
		(rules.SUBSIDY_RETURN, "20", "0", "-20", rules.ACTIVE),
		(rules.CASH_DEDUCTION, "30", "-30", "0", rules.ACTIVE),
		(rules.CONSUMPTION, "25", "-5", "-20", rules.ACTIVE),
		(rules.REFUND, "30", "-30", "0", rules.ACTIVE),
		(rules.REPORT_LOSS, "0", "0", "0", rules.LOST),
		(rules.REPLACE, "0", "-30", "-20", rules.CLOSED),
		(rules.CLOSE, "0", "-30", "-20", rules.CLOSED),
		(rules.GRANT_ACCESS, "0", "0", "0", rules.ACTIVE),
		(rules.REVOKE_ACCESS, "0", "0", "0", rules.ACTIVE),
	],
)
def test_what_each_type_does(kind, amount, cash, subsidy, status):
	change = move(kind, amount, reason="退宿", customer="甲公司")
	assert (change.cash, change.subsidy, change.status) == (D(cash), D(subsidy), status)
	assert change.ends_access == (kind in (rules.REPLACE, rules.CLOSE))


@pytest.mark.rule("DESK-01")
def test_a_found_card_works_again():
	change = move(rules.CANCEL_LOSS, on=card(status=rules.LOST))
	assert (parts(change), change.status) == ((0, 0), rules.ACTIVE)


@pytest.mark.rule("DESK-02")
def test_consumption_takes_the_subsidy_first_or_the_cash_as_the_setting_says():
	pay = rules.Movement(rules.CONSUMPTION, D("25"))
	assert parts(rules.apply(card(), pay, subsidy_first=True)) == (D(-5), D(-20))
	assert parts(rules.apply(card(), pay, subsidy_first=False)) == (D(-25), D(0))
	assert parts(rules.apply(card(cash=D(10)), pay, subsidy_first=False)) == (D(-10), D(-15))


@pytest.mark.rule("DESK-02")
@pytest.mark.parametrize(
	("kind", "amount", "message"),
	[
		(rules.CONSUMPTION, "50.01", rules.NOT_ENOUGH),
		(rules.REFUND, "30.01", rules.NOT_ENOUGH_CASH),
		(rules.CASH_DEDUCTION, "30.01", rules.NOT_ENOUGH_CASH),
		(rules.SUBSIDY_RETURN, "20.01", rules.NOT_ENOUGH_SUBSIDY),
		(rules.CASH_TOP_UP, "0", rules.NO_AMOUNT),
		(rules.CONSUMPTION, "0", rules.NO_AMOUNT),
		(rules.CONSUMPTION, "-1", rules.NO_AMOUNT),
	],
)
def test_more_than_there_is_or_nothing_at_all_is_refused(kind, amount, message):
	assert move(kind, amount, reason="输错").message == message


@pytest.mark.rule("DESK-02")
@pytest.mark.parametrize(
	"kind", [kind for kind in rules.TYPES if rules.LOST not in rules.POSSIBLE_IN.get(kind, ())]
)
def test_a_lost_card_takes_no_money(kind):
	refusal = move(kind, "5", on=card(status=rules.LOST), reason="x", customer="甲公司")
	assert refusal.message in (rules.IS_LOST, rules.IS_LOST_ALREADY, rules.NUMBER_TAKEN)


@pytest.mark.rule("DESK-02")
@pytest.mark.parametrize("kind", rules.TYPES)
def test_a_closed_card_takes_nothing(kind):
	refusal = move(kind, "5", on=card(status=rules.CLOSED), reason="x", customer="甲公司")
	assert refusal.message == (rules.NUMBER_TAKEN if kind == rules.OPEN else rules.IS_CLOSED)


@pytest.mark.rule("DESK-01")
@pytest.mark.parametrize("kind", rules.NEEDS_REASON)
@pytest.mark.parametrize("reason", [None, "", "  "])
def test_deducting_and_closing_need_a_reason(kind, reason):
	assert move(kind, "5", reason=reason).message == rules.NO_REASON


@pytest.mark.rule("DESK-01")
def test_a_loss_is_reported_once_and_cancelled_once():
	assert move(rules.CANCEL_LOSS).message == rules.IS_NOT_LOST
	assert move(rules.REPORT_LOSS, on=card(status=rules.LOST)).message == rules.IS_LOST_ALREADY


@pytest.mark.rule("DESK-03")
def test_a_subsidy_goes_to_cards_of_its_company_only():
	assert move(rules.SUBSIDY_TOP_UP, "5", customer="乙公司").message == rules.FOREIGN_COMPANY
	assert (
		move(rules.SUBSIDY_TOP_UP, "5", on=card(customer=None), customer="乙公司").message == rules.NO_COMPANY
	)


@pytest.mark.rule("DESK-03")
def test_a_card_with_subsidy_stays_with_its_company():
	assert rules.refuse_new_company(card(), "乙公司").message == rules.SUBSIDY_KEEPS_COMPANY
	assert rules.refuse_new_company(card(), None).message == rules.SUBSIDY_KEEPS_COMPANY
	assert rules.refuse_new_company(card(), "甲公司") is None
	assert rules.refuse_new_company(card(subsidy=D(0)), "乙公司") is None


# ---- properties --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-02")
@given(cards, st.lists(movements, max_size=30), st.booleans())
def test_the_balance_is_the_sum_of_the_movements_and_no_part_is_ever_negative(start, asked, subsidy_first):
	now, cash, subsidy = start, start.cash, start.subsidy
	for movement in asked:
		change = rules.apply(now, movement, subsidy_first)
		if isinstance(change, Refusal):
			continue
		cash, subsidy = cash + change.cash, subsidy + change.subsidy
		now = change.of(now)
		assert now.cash >= 0
		assert now.subsidy >= 0
	assert (now.cash, now.subsidy, now.balance) == (cash, subsidy, cash + subsidy)


@pytest.mark.rule("DESK-02")
@given(cards, movements, st.booleans())
def test_an_amount_is_moved_exactly_or_not_at_all(start, movement, subsidy_first):
	change = rules.apply(start, movement, subsidy_first)
	if isinstance(change, Refusal):
		return
	moved = abs(change.cash + change.subsidy)
	if movement.kind in rules.WITH_AMOUNT:
		assert moved == movement.amount
	elif movement.kind in rules.ENDS_ACCESS:
		assert moved == start.balance
		assert change.of(start).balance == 0
	else:
		assert moved == 0
	if movement.kind in (rules.REFUND, rules.CASH_TOP_UP, rules.CASH_DEDUCTION):
		assert change.subsidy == 0
	if movement.kind in (rules.SUBSIDY_TOP_UP, rules.SUBSIDY_RETURN):
		assert change.cash == 0


@pytest.mark.rule("DESK-02")
@given(cards, st.lists(st.tuples(st.integers(0, 9), cents), max_size=25), st.randoms(), st.booleans())
def test_requests_repeated_in_any_order_count_once(start, requests, random, subsidy_first):
	"""Whoever answers a known request with what it did reaches the same balance, however often it is repeated."""
	first = dict(requests)
	repeated = [(key, amount) for key, amount in first.items() for _ in range(random.randint(1, 3))]

	def play(order):
		now, done = card(cash=D(1_000_000), subsidy=start.subsidy), set()
		for key, amount in order:
			if key not in done:
				now = rules.apply(now, rules.Movement(rules.CONSUMPTION, amount), subsidy_first).of(now)
				done.add(key)
		return now

	shuffled = random.sample(repeated, len(repeated))
	assert play(shuffled) == play(list(first.items()))


@pytest.mark.rule("DESK-02")
@given(cards.filter(lambda c: c.status != rules.CLOSED))
def test_a_replacement_moves_everything_and_loses_nothing(old):
	change = rules.apply(old, rules.Movement(rules.REPLACE))
	new = rules.take_over(change).of(rules.Card("880013", customer=old.customer))
	assert change.of(old).balance == 0
	assert (new.cash, new.subsidy, new.status) == (old.cash, old.subsidy, rules.ACTIVE)


@pytest.mark.rule("DESK-02")
@given(cards, movements.filter(lambda m: m.kind in rules.REVERSIBLE), st.booleans())
def test_what_is_taken_back_leaves_the_card_as_it_was(start, movement, subsidy_first):
	change = rules.apply(start, movement, subsidy_first)
	if isinstance(change, Refusal):
		return
	after = change.of(start)
	done = rules.Done("x", movement.kind, change.cash, change.subsidy)
	back = rules.reverse(after, done, "输错", is_manager=True)
	assert back.of(after) == start


# ---- taking back -------------------------------------------------------------------------------------------------------


def done(kind=rules.CASH_TOP_UP, cash="20", subsidy="0", **values):
	return rules.Done("x1", kind, D(cash), D(subsidy), **values)


@pytest.mark.rule("DESK-02")
@pytest.mark.parametrize(
	("what", "on", "reason", "message"),
	[
		(done(rules.REPORT_LOSS), card(), "x", rules.NOT_REVERSIBLE),
		(done(rules.SUBSIDY_TOP_UP), card(), "x", rules.NOT_REVERSIBLE),
		(done(reversed_by="x2"), card(), "x", rules.REVERSED_ALREADY),
		(done(is_reversal=True), card(), "x", rules.IS_A_REVERSAL),
		(done(), card(), " ", rules.NO_REASON),
		(done(receipt_stands=True), card(), "x", rules.RECEIPT_STAYS),
		(done(), card(status=rules.LOST), "x", rules.IS_LOST),
		(done(), card(status=rules.CLOSED), "x", rules.IS_CLOSED),
		(done(cash="30.01"), card(), "x", rules.NOT_ENOUGH_CASH),
		(done(rules.CONSUMPTION, "-5"), card(), "x", rules.REVERSED_BY_MANAGER),
	],
)
def test_what_is_not_taken_back(what, on, reason, message):
	assert rules.reverse(on, what, reason, is_manager=False).message == message


@pytest.mark.rule("DESK-02")
def test_the_manager_gives_back_what_was_consumed_to_the_parts_it_came_from():
	change = rules.reverse(card(), done(rules.CONSUMPTION, "-5", "-20"), "扣重", is_manager=True)
	assert parts(change) == (D(5), D(20))


# ---- opening, numbers, amounts -----------------------------------------------------------------------------------------


@pytest.mark.rule("DESK-02")
def test_a_new_card_is_empty_unless_its_balance_is_taken_over():
	assert parts(rules.opening(D(0), D(0), False, None)) == (0, 0)
	assert rules.opening(D(5), D(0), False, None).message == rules.NOT_TAKEN_OVER
	assert parts(rules.opening(D(5), D(7), True, "甲公司")) == (D(5), D(7))
	assert rules.opening(D(5), D(7), True, None).message == rules.NO_COMPANY
	assert rules.opening(D(-5), D(0), True, None).message == rules.BAD_AMOUNT


@pytest.mark.rule("DESK-01")
@pytest.mark.parametrize(
	("text", "number"),
	[("880012", "880012"), (" ８８００１２\n", "880012"), ("a1-b2", "A1-B2"), (880012, "880012")],
)
def test_a_card_number_is_read_as_the_card_has_it(text, number):
	assert rules.number(text) == number


@pytest.mark.rule("DESK-01")
@pytest.mark.parametrize("text", ["", None, "12", "-123", "12_3", "卡88", "1" * 31, "88'12", "8 8"])
def test_what_is_no_card_number(text):
	with pytest.raises(ValueError, match="card number"):
		rules.number(text)


@pytest.mark.rule("DESK-02")
@pytest.mark.parametrize(
	"value", ["nan", "inf", "1e308", "abc", None, "", 0, -5, "0.001", "7.005", {}, [], "12x"]
)
def test_what_is_no_amount(value):
	assert isinstance(rules.amount_of(value), Refusal)


@pytest.mark.rule("DESK-02")
@pytest.mark.parametrize("value", [7, 7.0, "7", "7.00", D("7")])
def test_an_amount_is_taken_to_the_cent(value):
	assert rules.amount_of(value) == D("7.00")


@pytest.mark.rule("DESK-02")
@pytest.mark.parametrize("request_id", [None, "", " a", "a\n", "x" * 101, 5, "\ud800"])
def test_what_is_no_request_id(request_id):
	assert rules.refuse_request(request_id).message == rules.BAD_REQUEST


@pytest.mark.rule("DESK-02")
def test_a_request_id_is_any_line_of_text():
	assert rules.refuse_request("食堂-01/2026-03-10/000123") is None


# ---- doors -------------------------------------------------------------------------------------------------------------


AREA = rules.Area("大门", "和园")
MARCH = rules.Access("大门", date(2026, 3, 1), date(2026, 3, 31))


@pytest.mark.rule("DESK-01")
@pytest.mark.parametrize(
	("area", "first", "last", "message"),
	[
		(None, TODAY, None, rules.NO_AREA),
		(rules.Area("大门", "别家"), TODAY, None, rules.AREA_OF_OTHER),
		(rules.Area("大门", "和园", disabled=True), TODAY, None, rules.AREA_DISABLED),
		(AREA, TODAY, date(2026, 3, 9), rules.ENDS_BEFORE_START),
		(AREA, date(2026, 3, 1), date(2026, 3, 9), rules.ENDED_ALREADY),
	],
)
def test_access_that_is_refused(area, first, last, message):
	assert rules.refuse_access(area, "和园", first, last, TODAY).message == message


@pytest.mark.rule("DESK-01")
def test_access_is_granted_for_days_ahead_or_without_end():
	assert rules.refuse_access(AREA, "和园", TODAY, None, TODAY) is None
	assert rules.refuse_access(AREA, "和园", date(2026, 4, 1), date(2026, 4, 1), TODAY) is None


@pytest.mark.rule("DESK-02")
@pytest.mark.parametrize(
	("status", "access", "day", "message"),
	[
		(rules.ACTIVE, MARCH, date(2026, 3, 1), None),
		(rules.ACTIVE, MARCH, date(2026, 3, 31), None),
		(rules.ACTIVE, MARCH, date(2026, 2, 28), rules.NO_SUCH_ACCESS),
		(rules.ACTIVE, MARCH, date(2026, 4, 1), rules.NO_SUCH_ACCESS),
		(
			rules.ACTIVE,
			rules.Access("大门", date(2026, 3, 1), None, revoked=True),
			TODAY,
			rules.NO_SUCH_ACCESS,
		),
		(rules.ACTIVE, rules.Access("宿舍", date(2026, 3, 1)), TODAY, rules.NO_SUCH_ACCESS),
		(rules.LOST, MARCH, TODAY, rules.IS_LOST),
		(rules.CLOSED, MARCH, TODAY, rules.IS_CLOSED),
	],
)
def test_which_door_opens(status, access, day, message):
	refusal = rules.refuse_door(card(status=status), [access], "大门", "大门", day)
	assert (refusal and refusal.message) == message


# ---- what a day posts --------------------------------------------------------------------------------------------------

ACCOUNTS = rules.DayAccounts("负债", "收入", "差错", "期初", "CC", D(6), "税")
signed_cents = st.integers(-10_000_000, 10_000_000).map(lambda n: D(n) / 100)


@pytest.mark.rule("DESK-02")
def test_a_days_consumption_is_income_with_its_tax_apart():
	rows = rules.day_postings(rules.DaySums(consumption=D("-106.00")), ACCOUNTS)
	assert {row.target.account: row.amount for row in rows} == {"负债": D(106), "收入": D(-100), "税": D(-6)}


@pytest.mark.rule("DESK-02")
def test_deductions_and_balances_taken_over_have_accounts_of_their_own():
	rows = rules.day_postings(rules.DaySums(deduction=D(-9), opening=D(50)), ACCOUNTS)
	assert {row.target.account: row.amount for row in rows} == {"负债": D(-41), "差错": D(-9), "期初": D(50)}


@pytest.mark.rule("DESK-02")
@given(signed_cents, signed_cents, signed_cents, st.sampled_from([0, 1, 3, 6, 13]), st.booleans())
def test_a_day_always_balances_and_owes_what_cards_gained(consumption, deduction, opening, rate, taxed):
	sums = rules.DaySums(consumption, deduction, opening)
	accounts = rules.DayAccounts("负债", "收入", "差错", "期初", None, D(rate), "税" if taxed else None)
	rows = rules.day_postings(sums, accounts)
	assert sum((row.amount for row in rows), D(0)) == 0
	assert all(row.amount for row in rows)
	owed = sum((row.amount for row in rows if row.target.account == "负债"), D(0))
	assert owed == -sums.total


# ---- subsidy batches ---------------------------------------------------------------------------------------------------


def row(number="880012", amount=100):
	return rules.SubsidyRow(number, amount)


@pytest.mark.rule("DESK-03")
@pytest.mark.parametrize(
	("rows", "message", "values"),
	[
		([], rules.NO_ROWS, ()),
		([row(), row("880013"), row()], rules.ROW_TWICE, (3, "880012", 1)),
		([row(), row("999")], rules.ROW_NUMBER, (2, "999")),
		([row(amount=0)], rules.ROW_AMOUNT, (1,)),
		([row(amount="1.005")], rules.ROW_AMOUNT, (1,)),
		([row(amount=-5)], rules.ROW_AMOUNT, (1,)),
	],
)
def test_rows_that_cannot_be(rows, message, values):
	refusal = rules.refuse_rows(rows, {"880012", "880013"})
	assert (refusal.message, refusal.values) == (message, values)


@pytest.mark.rule("DESK-03")
def test_rows_that_can_be():
	assert rules.refuse_rows([row(), row("880013", "20.50")], {"880012", "880013"}) is None


@pytest.mark.rule("DESK-03")
@pytest.mark.parametrize(
	"text",
	[
		"2026-03",
		"202603",
		"2026/3",
		"2026.03",
		"2026年3月",
		"2026-03-15",
		"２０２６－０３",
		date(2026, 3, 15),
	],
)
def test_a_month_as_people_write_it(text):
	assert rules.month(text) == date(2026, 3, 1)


@pytest.mark.rule("DESK-03")
@pytest.mark.parametrize("text", ["", None, "March", "2026", "2026-13", "2026-00", "26-03", "2026-03x"])
def test_what_is_no_month(text):
	with pytest.raises(ValueError, match="month"):
		rules.month(text)


@pytest.mark.rule("DESK-03")
def test_one_batch_for_a_company_and_month_unless_it_says_that_it_is_another_one():
	second = rules.refuse_second_batch
	assert second("甲公司", "2026-03", None, False, None) is None
	assert second("甲公司", "2026-03", "BT-1", False, None).message == rules.SECOND_BATCH
	assert second("甲公司", "2026-03", "BT-1", True, " ").message == rules.NO_SUPPLEMENT_REASON
	assert second("甲公司", "2026-03", "BT-1", True, "新入职 3 人") is None


@pytest.mark.rule("DESK-10")
def test_doors_that_wait_ask_for_a_card():
	assert rules.refuse_moving_in_without(True, "何家欢").message == rules.NO_CARD_FOR_DOORS
	assert rules.refuse_moving_in_without(False, "何家欢") is None


@pytest.mark.rule("DESK-10")
@pytest.mark.parametrize(
	("status", "message"),
	[
		(rules.ACTIVE, rules.CARD_OF_OTHER),
		(rules.LOST, rules.CARD_OF_OTHER),
		(rules.CLOSED, rules.IS_CLOSED),
	],
)
def test_a_registered_card_is_not_handed_out_to_somebody_else(status, message):
	refusal = rules.refuse_foreign_card("880012", status, "何家欢")
	assert (refusal.message, refusal.values[0]) == (message, "880012")
