"""Scrapping: steps, rows, what they bring in, and expired batches (WH-25, WH-26)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import scrap
from property_service.rules.scrap import Lying, Outcome, Place

CENTS = st.integers(min_value=0, max_value=10**9).map(lambda cents: Decimal(cents) / 100)
QUANTITIES = st.integers(min_value=0, max_value=10**6).map(lambda number: Decimal(number) / 1000)


# ---- steps -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("WH-25")
def test_every_signature_is_a_step_of_its_own():
	way = [
		scrap.DRAFT,
		scrap.PENDING_HEAD,
		scrap.PENDING_FINANCE,
		scrap.PENDING_GM,
		scrap.APPROVED,
		scrap.POSTED,
	]
	for position, before in enumerate(way):
		for after in way:
			allowed = way[position + 1 : position + 2] == [after]
			assert isinstance(scrap.action_of(before, after), str) == allowed, (before, after)


@pytest.mark.rule("WH-25")
def test_nothing_leads_back_to_the_beginning_and_nothing_out_of_the_end():
	assert scrap.DRAFT not in {after for _before, after in scrap.STEPS}
	assert not {before for before, _after in scrap.STEPS} & set(scrap.GIVEN_UP)


@pytest.mark.rule("WH-25")
@pytest.mark.parametrize("state", [scrap.RETURNED, scrap.REJECTED, scrap.CANCELLED])
def test_going_back_needs_a_reason(state):
	assert scrap.refuse_reason(state, "  ").message == scrap.NO_REASON
	assert scrap.refuse_reason(state, "照片不清") is None
	assert scrap.refuse_reason(scrap.APPROVED, None) is None


@pytest.mark.rule("WH-25")
@pytest.mark.parametrize(
	("source", "roles", "refused"),
	[
		(scrap.STOCK, [scrap.STOREKEEPER, "Employee"], False),
		(scrap.STOCK, ["Employee"], True),
		(scrap.TOOL, ["Employee"], False),
	],
)
def test_the_storekeeper_writes_the_request_for_goods_in_stock(source, roles, refused):
	refusal = scrap.refuse_requester(source, roles)
	assert (refusal and refusal.message) == (scrap.STOREKEEPER_WRITES if refused else None)


@pytest.mark.rule("WH-25")
def test_finance_says_who_looked_and_what_they_found():
	assert scrap.refuse_verification(scrap.PENDING_GM, 0, "已锈蚀").message == scrap.NO_VERIFIERS
	assert scrap.refuse_verification(scrap.PENDING_GM, 1, " ").message == scrap.NO_FINDING
	assert scrap.refuse_verification(scrap.PENDING_GM, 1, "已锈蚀") is None
	assert scrap.refuse_verification(scrap.PENDING_FINANCE, 0, None) is None


# ---- rows --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("WH-25")
@pytest.mark.parametrize(
	("reason", "detail", "quantity", "message"),
	[
		(None, None, 1, scrap.NO_ROW_REASON),
		("Lost", None, 1, scrap.NO_ROW_REASON),
		(scrap.OTHER, " ", 1, scrap.NO_DETAIL),
		(scrap.EXPIRED, None, 0, scrap.BAD_QUANTITY),
		(scrap.UNUSABLE, None, -1, scrap.BAD_QUANTITY),
		(scrap.UNUSABLE, None, 1, None),
		(scrap.OTHER, "型号淘汰", 1, None),
	],
)
def test_a_row_says_why_and_how_much(reason, detail, quantity, message):
	refusal = scrap.refuse_row(1, "灯管", reason, detail, Decimal(quantity))
	assert (refusal.message if refusal else None) == message


@pytest.mark.rule("WH-25")
def test_goods_lie_in_a_zone_where_they_are_ours():
	for zone in scrap.ZONES:
		assert scrap.refuse_place(1, Place("A", zone, "仓库", zone), "仓库") is None
	for zone in ("Pending Inspection", "Direct Issue", None):
		assert scrap.refuse_place(1, Place("A", zone, "仓库", "?"), "仓库").message == scrap.WRONG_ZONE
	other = Place("A", scrap.QUALIFIED, "二仓", "合格品区")
	assert scrap.refuse_place(1, other, "仓库").message == scrap.OTHER_STORE


@pytest.mark.rule("WH-26")
@given(lies=QUANTITIES, kept=QUANTITIES, wanted=QUANTITIES)
def test_together_requests_never_take_more_than_lies_there(lies, kept, wanted):
	refusal = scrap.refuse_amount_there(1, "灯管", "A", wanted, lies, kept)
	if refusal is None:
		assert wanted <= max(lies - kept, Decimal(0)) + scrap.NOTHING
	else:
		assert wanted + kept > lies


# ---- what it brings in -------------------------------------------------------------------------------------------

IN_STOCK = Outcome(1, scrap.INTO_STOCK, Decimal(100), item="废铁", quantity=Decimal(5), warehouse="A")
SALE = Outcome(2, scrap.SOLD, Decimal("30.50"), account="现金")
PAID = Outcome(3, responsible="E1", compensation=Decimal(80))


@pytest.mark.rule("WH-26")
@pytest.mark.parametrize(
	("row", "message"),
	[
		(IN_STOCK, None),
		(SALE, None),
		(PAID, None),
		(Outcome(1), None),
		(Outcome(1, residual=Decimal(1)), scrap.NO_METHOD),
		(Outcome(1, scrap.SOLD, account="现金"), scrap.NO_RESIDUAL),
		(Outcome(1, scrap.SOLD, Decimal(1)), scrap.NO_PROCEEDS),
		(Outcome(1, scrap.INTO_STOCK, Decimal(1), item="废铁", warehouse="A"), scrap.NO_RESIDUAL_ITEM),
		(Outcome(1, compensation=Decimal(1)), scrap.NO_RESPONSIBLE),
		(Outcome(1, scrap.SOLD, Decimal("0.001"), account="现金"), scrap.BAD_AMOUNT),
		(Outcome(1, compensation=Decimal("-1"), responsible="E1"), scrap.BAD_AMOUNT),
		(Outcome(1, compensation=Decimal("NaN"), responsible="E1"), scrap.BAD_AMOUNT),
	],
)
def test_what_a_row_brings_in_is_complete(row, message):
	refusal = scrap.refuse_outcome(row)
	assert (refusal.message if refusal else None) == message


@pytest.mark.rule("WH-26")
def test_sale_and_compensation_reduce_the_expense():
	lines = scrap.journal([IN_STOCK, SALE, PAID, Outcome(4, responsible="E1", compensation=Decimal(20))])
	assert [(line.account, line.amount, line.party) for line in lines] == [
		("现金", Decimal("30.50"), None),
		(scrap.RECEIVABLE, Decimal(100), "E1"),
		(scrap.EXPENSE, Decimal("-130.50"), None),
	]
	assert scrap.journal([IN_STOCK]) == []


@pytest.mark.rule("WH-26")
@given(
	st.lists(
		st.builds(
			Outcome,
			st.integers(1, 99),
			st.sampled_from([None, scrap.SOLD, scrap.INTO_STOCK]),
			CENTS,
			account=st.sampled_from(["现金", "银行"]),
			responsible=st.sampled_from(["E1", "E2"]),
			compensation=CENTS,
		)
	)
)
def test_the_journal_balances_to_the_cent(rows):
	lines = scrap.journal(rows)
	assert sum((line.amount for line in lines), Decimal(0)) == 0
	assert len({(line.account, line.party) for line in lines}) == len(lines)
	owed = sum((line.amount for line in lines if line.party), Decimal(0))
	assert owed == sum((row.compensation for row in rows), Decimal(0))


# ---- expired batches ---------------------------------------------------------------------------------------------


@pytest.mark.rule("WH-25")
def test_what_expired_and_stands_on_no_request_is_proposed():
	rows = [
		Lying("胶水", "A", "B1", Decimal(5)),
		Lying("胶水", "A", "B2", Decimal(5)),
		Lying("胶水", "B", "B1", Decimal(4), kept=Decimal(4)),
		Lying("胶水", "C", "B1", Decimal(4), kept=Decimal(1)),
	]
	assert scrap.proposals(rows, {"B1"}) == [(rows[0], Decimal(5)), (rows[3], Decimal(3))]


@pytest.mark.rule("WH-25")
def test_one_proposal_per_store_and_month():
	first, last = date(2026, 11, 1), date(2026, 11, 30)
	assert scrap.proposal_key("仓库", first) == scrap.proposal_key("仓库", last)
	assert scrap.proposal_key("仓库", first) != scrap.proposal_key("仓库", date(2026, 12, 1))
	assert scrap.proposal_key("仓库", first) != scrap.proposal_key("二仓", first)
