"""The money at the front desk as pure rules (CASH-01 to CASH-03, CASH-05)."""

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import till as rules
from property_service.rules.capital_numerals import capital_amount

NOW = datetime(2026, 3, 10, 10, 0)
TILL = rules.Till("BC-1", "1", "HY", "ann", NOW + timedelta(hours=7))
WATER = rules.Purpose("Water", rules.INCOME)
DEPOSIT = rules.Purpose("Key Deposit", rules.DEPOSIT)
REFUND = rules.Purpose("Key Deposit Refund", rules.DEPOSIT, rules.OUT, refunds="Key Deposit")
TOP_UP = rules.Purpose("Card Top-up", rules.CARD, register="Card Transaction")
CARD_REFUND = rules.Purpose("Card Refund", rules.CARD, rules.OUT, register="Card Transaction")
BILL = rules.Purpose(rules.INVOICE_PAYMENT, rules.INVOICE)
OTHER = rules.Purpose("Other", rules.INCOME, rules.BOTH)

cents = st.integers(1, 10_000_000).map(lambda n: Decimal(n) / 100)
money_or_none = st.integers(0, 10_000_000).map(lambda n: Decimal(n) / 100)
rates = st.sampled_from([0, 1, 3, 6, 9, 13])


def receipt(**values):
	return rules.Receipt(
		**{
			"company": "HY",
			"currency": "CNY",
			"direction": rules.IN,
			"purpose": WATER,
			"amount": Decimal("20.00"),
			"payer": "林晓东",
			"now": NOW,
			**values,
		}
	)


def original(**values):
	return rules.Original(
		**{
			"number": "SJ-01-2026-000001",
			"purpose": "Key Deposit",
			"kind": rules.DEPOSIT,
			"valid": True,
			"direction": rules.IN,
			"left": Decimal("100.00"),
			**values,
		}
	)


def invoice(**values):
	return rules.Invoice(
		**{
			"name": "SI-1",
			"submitted": True,
			"currency": "CNY",
			"company": "HY",
			"left": Decimal("100.00"),
			"taken": Decimal(0),
			**values,
		}
	)


def message(refusal):
	return refusal and refusal.message


# ---- tax and words -------------------------------------------------------------------------------------------------


@pytest.mark.rule("CASH-03")
@given(cents, rates)
def test_a_split_sums_to_the_cent(amount, rate):
	split = rules.split_tax(amount, rate)
	assert split.net + split.tax == amount
	assert split.tax == split.tax.quantize(Decimal("0.01"))
	assert abs(split.tax - split.net * rate / 100) <= Decimal("0.01")
	assert (split.tax == 0) or rate


@pytest.mark.rule("CASH-03")
@pytest.mark.parametrize(
	("amount", "rate", "tax"), [("106", 6, "6.00"), ("20", 13, "2.30"), ("0.01", 6, "0.00"), ("100", 0, "0")]
)
def test_tax_is_taken_out_of_the_amount(amount, rate, tax):
	assert rules.split_tax(amount, rate).tax == Decimal(tax)


@pytest.mark.rule("CASH-01")
@pytest.mark.parametrize(
	("amount", "words"),
	[
		("1005.30", "壹仟零伍元叁角"),
		("100", "壹佰元整"),
		("0.05", "伍分"),
		("20300405.67", "贰仟零叁拾万零肆佰零伍元陆角柒分"),
		(10, "壹拾元整"),
		(0.1, "壹角"),
	],
)
def test_amounts_are_written_in_capitals(amount, words):
	assert capital_amount(amount) == words


@pytest.mark.rule("CASH-01")
@given(cents)
def test_capitals_differ_for_every_amount(amount):
	assert capital_amount(amount) != capital_amount(amount + Decimal("0.01"))


# ---- receipts ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("CASH-01")
@pytest.mark.parametrize(
	("value", "expected"),
	[
		("20", Decimal("20.00")),
		(0.1, Decimal("0.10")),
		(0, rules.NO_AMOUNT),
		(None, rules.NO_AMOUNT),
		("0.001", rules.BAD_AMOUNT),
		("-5", rules.BAD_AMOUNT),
		("NaN", rules.BAD_AMOUNT),
		("1e308", rules.BAD_AMOUNT),
		("zwanzig", rules.BAD_AMOUNT),
		({"a": 1}, rules.BAD_AMOUNT),
	],
)
def test_an_amount_is_whole_cents(value, expected):
	amount = rules.amount_of(value)
	assert (amount.message if isinstance(amount, rules.Refusal) else amount) == expected


@pytest.mark.rule("CASH-02")
@pytest.mark.parametrize(
	("till", "now", "company", "expected"),
	[
		(TILL, NOW, "HY", None),
		(TILL, TILL.planned_end, "HY", None),
		(None, NOW, "HY", rules.NO_SHIFT),
		(TILL, TILL.planned_end + timedelta(seconds=1), "HY", rules.PAST_END),
		(TILL, NOW, "XY", rules.OTHER_COMPANY),
	],
)
def test_money_needs_an_open_till_before_its_end(till, now, company, expected):
	assert message(rules.refuse_receipt(receipt(now=now, company=company), till)) == expected


@pytest.mark.rule("CASH-01")
@pytest.mark.parametrize(
	("values", "expected"),
	[
		({}, None),
		({"payer": " "}, rules.NO_PAYER),
		({"purpose": rules.Purpose("Water", rules.INCOME, disabled=True)}, rules.PURPOSE_DISABLED),
		({"purpose": REFUND}, rules.WRONG_DIRECTION),
		({"purpose": TOP_UP}, rules.REGISTER_ONLY),
		({"purpose": TOP_UP, "from_register": "Card Transaction"}, None),
		({"purpose": TOP_UP, "from_register": "Key Loan"}, rules.REGISTER_ONLY),
		({"purpose": CARD_REFUND, "direction": rules.OUT, "from_register": "Card Transaction"}, None),
		# paying back
		({"purpose": REFUND, "direction": rules.OUT}, rules.NO_ORIGINAL),
		({"purpose": WATER, "direction": rules.OUT}, rules.NO_ORIGINAL),
		({"purpose": REFUND, "direction": rules.OUT, "original": original()}, None),
		(
			{"purpose": REFUND, "direction": rules.OUT, "original": original(valid=False)},
			rules.ORIGINAL_NOT_VALID,
		),
		(
			{"purpose": REFUND, "direction": rules.OUT, "original": original(left=Decimal("19.99"))},
			rules.ORIGINAL_EXCEEDED,
		),
		(
			{"purpose": REFUND, "direction": rules.OUT, "original": original(purpose="Renovation Deposit")},
			rules.WRONG_ORIGINAL,
		),
		(
			{"purpose": REFUND, "direction": rules.OUT, "original": original(direction=rules.OUT)},
			rules.WRONG_ORIGINAL,
		),
		(
			{
				"purpose": WATER,
				"direction": rules.OUT,
				"original": original(purpose="Water", kind=rules.INCOME),
			},
			rules.NO_REMARKS,
		),
		(
			{
				"purpose": WATER,
				"direction": rules.OUT,
				"remarks": "多收一桶",
				"original": original(purpose="Water", kind=rules.INCOME),
			},
			None,
		),
		(
			{
				"purpose": REFUND,
				"remarks": "退错人",
				"original": original(purpose="Key Deposit Refund", direction=rules.OUT),
			},
			None,
		),
		# out of the till by hand
		({"purpose": OTHER, "direction": rules.OUT}, rules.NO_REMARKS),
		({"purpose": OTHER, "direction": rules.OUT, "remarks": "买水"}, rules.NOT_APPROVED),
		(
			{"purpose": OTHER, "direction": rules.OUT, "remarks": "买水", "approved_by": "ann"},
			rules.APPROVED_BY_CLERK,
		),
		({"purpose": OTHER, "direction": rules.OUT, "remarks": "买水", "approved_by": "boss"}, None),
		# invoices
		({"purpose": BILL}, rules.NO_INVOICE),
		({"purpose": BILL, "invoice": invoice()}, None),
		({"purpose": WATER, "invoice": invoice()}, rules.INVOICE_NEEDS_PURPOSE),
		({"purpose": BILL, "invoice": invoice(submitted=False)}, rules.INVOICE_NOT_SUBMITTED),
		({"purpose": BILL, "invoice": invoice(left=Decimal("19.99"))}, rules.INVOICE_EXCEEDED),
		({"purpose": BILL, "invoice": invoice(currency="USD")}, rules.FOREIGN_CURRENCY),
		({"purpose": BILL, "invoice": invoice(company="XY")}, rules.OTHER_COMPANY),
		(
			{
				"purpose": BILL,
				"direction": rules.OUT,
				"remarks": "重复收款",
				"approved_by": "boss",
				"invoice": invoice(taken=Decimal("19")),
			},
			rules.INVOICE_EXCEEDED,
		),
		(
			{
				"purpose": BILL,
				"direction": rules.OUT,
				"remarks": "重复收款",
				"approved_by": "boss",
				"invoice": invoice(taken=Decimal("20")),
			},
			None,
		),
	],
)
def test_what_makes_a_receipt_valid(values, expected):
	assert message(rules.refuse_receipt(receipt(**values), TILL)) == expected


@pytest.mark.rule("CASH-01")
@given(st.lists(cents, max_size=6), cents)
def test_never_more_is_paid_back_than_was_taken(refunds, taken):
	left = taken
	for amount in refunds:
		facts = receipt(purpose=REFUND, direction=rules.OUT, amount=amount, original=original(left=left))
		if rules.refuse_receipt(facts, TILL) is None:
			left -= amount
	assert left >= 0


@pytest.mark.rule("CASH-01", "CASH-03")
@pytest.mark.parametrize(
	("values", "expected"),
	[
		({}, None),
		({"till_is_open": False}, rules.NOT_CANCELLED_IN),
		({"now": TILL.planned_end + timedelta(minutes=1)}, rules.PAST_END_CANCEL),
		({"user": "bob"}, rules.NOT_OWN_TILL),
		({"user": "boss", "is_manager": True}, None),
		({"entry": "Card Transaction X"}, rules.ENTRY_STANDS),
		({"paid_back_by": "SJ-2"}, rules.PAID_BACK),
		({"reason": " "}, rules.NO_CANCEL_REASON),
	],
)
def test_a_receipt_is_cancelled_while_its_till_is_open(values, expected):
	facts = {
		"number": "SJ-1",
		"till": TILL,
		"till_is_open": True,
		"now": NOW,
		"user": "ann",
		"is_manager": False,
		"reason": "写错",
		**values,
	}
	assert message(rules.refuse_cancelling(rules.Cancelling(**facts))) == expected


# ---- opening -------------------------------------------------------------------------------------------------------


def opening(**values):
	return rules.Opening(
		**{
			"clerk": "ann",
			"is_clerk": True,
			"now": NOW,
			"planned_end": NOW + timedelta(hours=8),
			"longest_hours": 14,
			"left": Decimal(500),
			"from_cashier": Decimal(0),
			"counted": Decimal(500),
			**values,
		}
	)


@pytest.mark.rule("CASH-02")
@pytest.mark.parametrize(
	("values", "expected"),
	[
		({}, None),
		({"is_clerk": False}, rules.NOT_A_CLERK),
		({"planned_end": NOW}, rules.BAD_END),
		({"planned_end": NOW + timedelta(hours=14, seconds=1)}, rules.BAD_END),
		({"counted": Decimal(495)}, rules.NO_FLOAT_REASON),
		({"counted": Decimal(495), "reason": "少 5 元"}, None),
		({"from_cashier": Decimal(200), "counted": Decimal(700)}, None),
		({"from_cashier": Decimal(-500), "counted": Decimal(0)}, None),
	],
)
def test_a_till_opens_with_the_float_that_should_be_there(values, expected):
	assert message(rules.refuse_opening(opening(**values))) == expected


@pytest.mark.rule("CASH-02")
def test_a_night_shift_crosses_midnight():
	night = opening(now=datetime(2026, 3, 10, 20, 0), planned_end=datetime(2026, 3, 11, 8, 0))
	assert rules.refuse_opening(night) is None


@pytest.mark.rule("CASH-02")
@pytest.mark.parametrize(
	("now", "end"),
	[
		(datetime(2026, 3, 10, 8, 30), datetime(2026, 3, 10, 17, 30)),
		(datetime(2026, 3, 10, 3, 30), datetime(2026, 3, 10, 17, 30)),
		(datetime(2026, 3, 10, 3, 29), datetime(2026, 3, 10, 11, 29)),
		(datetime(2026, 3, 10, 17, 30), datetime(2026, 3, 11, 1, 30)),
		(datetime(2026, 3, 10, 20, 0), datetime(2026, 3, 11, 4, 0)),
	],
)
def test_the_proposed_end_is_the_desks_closing_time_or_a_usual_shift_from_now(now, end):
	assert rules.usual_end(now, time(17, 30), 8, 14) == end


@pytest.mark.rule("CASH-02")
@given(
	st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
	st.times(),
	st.floats(0.1, 48),
	st.floats(0.1, 48),
)
def test_whoever_goes_with_the_proposed_end_may_open_the_till(now, closes_at, usual, longest):
	end = rules.usual_end(now, closes_at, usual, longest)
	assert rules.refuse_opening(opening(now=now, planned_end=end, longest_hours=longest)) is None


@pytest.mark.rule("CASH-02")
@pytest.mark.parametrize(
	("end", "due"),
	[
		(datetime(2026, 3, 10, 17, 30), datetime(2026, 3, 11, 8, 30)),
		(datetime(2026, 3, 11, 8, 0), datetime(2026, 3, 11, 8, 30)),
		(datetime(2026, 3, 11, 8, 30), datetime(2026, 3, 12, 8, 30)),
		(datetime(2026, 3, 31, 23, 59), datetime(2026, 4, 1, 8, 30)),
	],
)
def test_a_till_left_open_is_reported_the_next_morning(end, due):
	assert rules.report_due(end, time(8, 30)) == due


# ---- counting ------------------------------------------------------------------------------------------------------

FACES = rules.faces("100, 50, 20, 10, 5, 1, 0.5, 0.1")


@pytest.mark.rule("CASH-03")
def test_faces_are_read_from_the_setting():
	assert FACES[0] == 100 and FACES[-1] == Decimal("0.10")
	assert rules.faces("1，5") == (Decimal("5.00"), Decimal("1.00"))
	with pytest.raises(ValueError, match="is not a number"):
		rules.faces("hundert")


@pytest.mark.rule("CASH-03")
@pytest.mark.parametrize(
	("face", "pieces", "expected"),
	[
		(100, 3, Decimal(300)),
		("0.1", 7, Decimal("0.70")),
		(3, 1, rules.UNKNOWN_FACE),
		(100, -1, rules.BAD_PIECES),
		(100, 0.5, rules.BAD_PIECES),
		(100, 10**9, rules.BAD_PIECES),
	],
)
def test_notes_and_coins_are_counted(face, pieces, expected):
	amount = rules.pieces_amount(face, pieces, FACES)
	assert (amount.message if isinstance(amount, rules.Refusal) else amount) == expected


def mode(name="现金", float_="0", received="0", paid_out="0", counted="0"):
	return rules.ModeTotal(name, *map(Decimal, (float_, received, paid_out, counted)))


@pytest.mark.rule("CASH-03")
@pytest.mark.parametrize(
	("values", "expected"),
	[
		({}, None),
		({"float_kept": Decimal(-1)}, rules.BAD_FLOAT),
		({"float_kept": Decimal(521)}, rules.BAD_FLOAT),
		({"float_frozen": Decimal(400)}, rules.FLOAT_TAKEN_OVER),
		({"float_frozen": Decimal(500)}, None),
		({"modes": (mode(float_="500", received="20", counted="515"),)}, rules.NO_DIFFERENCE_REASON),
		({"modes": (mode(float_="500", received="20", counted="515"),), "reason": "找错零"}, None),
		(
			{"modes": (mode("微信", received="20", counted="25"), mode(received="5", counted="0"))},
			rules.NO_DIFFERENCE_REASON,
		),
	],
)
def test_a_count_is_explained_before_it_is_signed(values, expected):
	count = {
		"modes": (mode(float_="500", received="20", counted="520"),),
		"cash_counted": Decimal(520),
		"float_kept": Decimal(500),
		**values,
	}
	assert message(rules.refuse_count(rules.Count(**count))) == expected


# ---- posting -------------------------------------------------------------------------------------------------------


@st.composite
def shifts(draw):
	"""A shift with any receipts and any count: (taken, drawer, modes)."""
	received = {"现金": Decimal(0), "微信": Decimal(0)}
	paid_out = {"现金": Decimal(0), "微信": Decimal(0)}
	taken = []
	for _ in range(draw(st.integers(0, 12))):
		amount, rate = draw(cents), draw(rates)
		split = rules.split_tax(amount, rate)
		direction = draw(st.sampled_from([rules.IN, rules.OUT]))
		side = received if direction == rules.IN else paid_out
		side[draw(st.sampled_from(["现金", "微信"]))] += amount
		target = rules.Target(draw(st.sampled_from(["水", "健身", "押金"])), "前台")
		taken.append(rules.Taken(direction, target, split.net, split.tax, "税" if split.tax else None))
	left, from_cashier, opening_difference = draw(money_or_none), draw(money_or_none), draw(money_or_none)
	float_ = left + from_cashier + opening_difference
	counted, kept = draw(money_or_none), draw(money_or_none)
	cash = rules.ModeTotal("现金", float_, received["现金"], paid_out["现金"], counted + kept)
	drawer = rules.Drawer(
		"出纳",
		"备用金",
		"长短款",
		"前台",
		left,
		from_cashier,
		opening_difference,
		float_kept=kept,
		handed_over=cash.counted - kept,
		cash_difference=cash.difference,
	)
	wechat = rules.ModeTotal("微信", Decimal(0), received["微信"], paid_out["微信"], draw(money_or_none))
	return taken, drawer, {"微信": wechat}


@pytest.mark.rule("CASH-03")
@given(shifts())
def test_a_closing_balances_for_any_receipts_and_any_count(shift):
	taken, drawer, modes = shift
	rows = rules.postings(taken, drawer, modes, {"微信": "微信账户"})
	assert sum((row.amount for row in rows), Decimal(0)) == 0
	assert all(row.amount and row.amount == row.amount.quantize(Decimal("0.01")) for row in rows)
	assert len({row.target for row in rows}) == len(rows)
	by_account = {}
	for row in rows:
		by_account[row.target.account] = by_account.get(row.target.account, 0) + row.amount
	assert by_account.get("备用金", 0) == drawer.float_kept - drawer.left
	assert by_account.get("出纳", 0) == drawer.handed_over - drawer.from_cashier
	difference = drawer.cash_difference + drawer.opening_difference + modes["微信"].difference
	assert by_account.get("长短款", 0) == -difference


@pytest.mark.rule("CASH-03")
@given(st.lists(st.tuples(money_or_none, money_or_none), max_size=8))
def test_the_float_account_holds_what_the_last_shift_kept(counts):
	"""However often a till is opened and closed, the float account is what lies in the drawer."""
	left = held = Decimal(0)
	for handed_over, kept in counts:
		drawer = rules.Drawer(
			"出纳",
			"备用金",
			"长短款",
			None,
			left,
			Decimal(0),
			Decimal(0),
			kept,
			handed_over,
			handed_over + kept - left,
		)
		rows = rules.postings([], drawer, {}, {})
		held += sum((row.amount for row in rows if row.target.account == "备用金"), Decimal(0))
		left = kept
		assert held == kept


@pytest.mark.rule("CASH-01", "CASH-03")
@pytest.mark.parametrize(
	("amount", "outstanding", "stands", "expected"),
	[
		(100, 100, True, [(True, 100)]),
		(100, 60, True, [(True, 60), (False, 40)]),
		(100, 0, True, [(False, 100)]),
		(100, 100, False, [(False, 100)]),
		(-30, 100, True, [(True, -30)]),
		(0, 100, True, []),
	],
)
def test_money_for_an_invoice_is_booked_against_what_is_open(amount, outstanding, stands, expected):
	assert rules.allocate(Decimal(amount), Decimal(outstanding), stands) == expected


@pytest.mark.rule("CASH-05")
def test_accounts_that_do_not_tie_are_named():
	receipts = {"水": Decimal("-17.70"), "税": Decimal("-2.30"), "出纳": Decimal(20)}
	assert rules.untied(receipts, dict(receipts)) == []
	found = rules.untied(receipts, {**receipts, "税": Decimal("-2.29"), "别处": Decimal("-0.01")})
	assert [(row.account, row.difference) for row in found] == [
		("别处", Decimal("-0.01")),
		("税", Decimal("0.01")),
	]
