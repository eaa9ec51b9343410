"""How many pieces are inspected, and which inspection counts, by example and by property (procedure 4.3; WH-09)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import acceptance as rules

pytestmark = pytest.mark.rule("WH-09")
USUAL = rules.Sampling(10, 10, 5)
quantities = st.decimals(min_value="0.001", max_value=100_000, places=3)
samplings = st.builds(rules.Sampling, st.just(10), st.integers(10, 50), st.integers(0, 50))


@pytest.mark.parametrize(
	("quantity", "sampling", "expected"),
	[
		("1", USUAL, "1"),
		("9.5", USUAL, "9.5"),
		("10", USUAL, "10"),
		("10.001", USUAL, "5"),
		("11", USUAL, "5"),
		("50", USUAL, "5"),
		("51", USUAL, "6"),
		("100", USUAL, "10"),
		("101", USUAL, "11"),
		("1000", rules.Sampling(10, 50, 5), "500"),
		("30", rules.Sampling(10, 10, 40), "30"),
		("70", rules.Sampling(10, 29, 0), "21"),
	],
)
def test_sample_sizes(quantity, sampling, expected):
	assert rules.sample_size(Decimal(quantity), sampling) == Decimal(expected)


@given(st.integers(11, 10**6), samplings)
def test_whole_quantities_follow_the_formula(quantity, sampling):
	share = -(-quantity * sampling.percent // 100)
	assert rules.sample_size(Decimal(quantity), sampling) == min(quantity, max(share, sampling.floor))


@given(quantities, samplings)
def test_a_sample_is_part_of_the_goods_and_no_less_than_the_share(quantity, sampling):
	sample = rules.sample_size(quantity, sampling)
	assert 0 < sample <= quantity
	assert sample == quantity or sample >= ceil(quantity * sampling.percent / 100)


@given(quantities, samplings, st.integers(0, 100), st.integers(0, 100))
def test_a_group_asks_for_more_never_for_less(quantity, sampling, percent, floor):
	own = rules.sample_size(quantity, sampling.stricter(percent, floor))
	assert own >= rules.sample_size(quantity, sampling)


# ---- which inspection counts -------------------------------------------------------------------------------------

GOOD = rules.Inspection("QI-1", "Accepted", True, True, Decimal(5), "keeper@example.com")


@pytest.mark.parametrize(
	("found", "expected"),
	[
		(GOOD, None),
		(None, rules.NO_INSPECTION),
		(replace(GOOD, fits=False), rules.OTHER_ROW),
		(replace(GOOD, submitted=False), rules.NOT_SUBMITTED),
		(replace(GOOD, verdict=None), rules.NOT_SUBMITTED),
		(replace(GOOD, verdict="Cancelled"), rules.NOT_SUBMITTED),
		(replace(GOOD, sample=Decimal("4.9")), rules.SAMPLE_TOO_SMALL),
		(replace(GOOD, sample=Decimal("20.1")), rules.SAMPLE_TOO_LARGE),
		(replace(GOOD, sample=Decimal(20), verdict="Rejected"), None),
	],
)
def test_inspections_of_twenty_pieces(found, expected):
	refusal = rules.refuse_inspection(1, "灯管", Decimal(20), USUAL, found)
	assert (refusal.message if refusal else None) == expected


@given(quantities, samplings, st.decimals(min_value=0, max_value=100_000, places=2))
def test_what_counts_is_within_the_bounds(quantity, sampling, sample):
	refusal = rules.refuse_inspection(1, "灯管", quantity, sampling, replace(GOOD, sample=sample))
	needed = rules.sample_size(quantity, sampling)
	assert (refusal is None) == (needed - rules.NOTHING <= sample <= quantity + rules.NOTHING)


# ---- rows of a receipt -------------------------------------------------------------------------------------------


def line(accepted=20, rejected=0, **inspection):
	found = replace(GOOD, **inspection) if inspection is not None else None
	return rules.Line(1, "灯管", Decimal(accepted), Decimal(rejected), USUAL, found)


@pytest.mark.parametrize(
	("row", "expected"),
	[
		(line(), None),
		(line(15, 5), None),
		(line(0, 20, verdict="Rejected"), None),
		(line(0, 20), rules.ACCEPTED_NOTHING),
		(line(15, 5, verdict="Rejected"), rules.ACCEPTED_IN_SPITE),
		(line(0, 0), rules.NOTHING_ARRIVED),
		(line(inspector="buyer@example.com"), rules.BUYER_INSPECTED),
		(line(0, 20, verdict="Rejected", inspector="buyer@example.com"), rules.BUYER_INSPECTED),
		(line(40), None),
		(line(60), rules.SAMPLE_TOO_SMALL),
		(replace(line(), inspection=None), rules.NO_INSPECTION),
	],
)
def test_rows_of_a_receipt(row, expected):
	refusal = rules.refuse_line(row, {"buyer@example.com"})
	assert (refusal.message if refusal else None) == expected


def test_the_receiver_inspects_only_where_the_settings_let_him():
	assert rules.refuse_line(line(), (), receiver="other@example.com") is None
	refusal = rules.refuse_line(line(), (), receiver=GOOD.inspector)
	assert refusal.message == rules.RECEIVER_INSPECTED


@given(quantities, quantities, st.sampled_from(["Accepted", "Rejected"]))
def test_a_row_passes_when_verdict_and_quantities_agree(accepted, rejected, verdict):
	row = rules.Line(
		1, "灯管", accepted, rejected, USUAL, replace(GOOD, verdict=verdict, sample=accepted + rejected)
	)
	assert (rules.refuse_line(row, ()) is None) == (verdict == "Accepted")


@given(st.integers(-5, 120))
def test_the_percentage_of_the_settings(percent):
	assert (rules.refuse_percent(percent) is None) == (10 <= percent <= 50)


# ---- certificates ------------------------------------------------------------------------------------------------


@pytest.mark.rule("WH-11")
@pytest.mark.parametrize(
	("quantity", "exempt", "papers", "expected"),
	[
		(5, False, rules.Papers(), rules.MISSING),
		(5, True, rules.Papers(), rules.NOT_NEEDED),
		(50, True, rules.Papers(), rules.NOT_NEEDED),
		(51, True, rules.Papers(), rules.MISSING),
		(51, True, rules.Papers(number="HG-1"), rules.KEPT),
		(5, False, rules.Papers(number="  "), rules.MISSING),
		(5, False, rules.Papers(file="/private/files/a.pdf"), rules.KEPT),
		(51, False, rules.Papers(exempted_by="fm@example.com"), rules.EXEMPTED),
		(5, False, rules.Papers(number="HG-1", exempted_by="fm@example.com"), rules.KEPT),
	],
)
def test_how_a_certificate_stands(quantity, exempt, papers, expected):
	assert rules.certificate_state(Decimal(quantity), Decimal(50), exempt, papers) == expected


@pytest.mark.rule("WH-11")
@given(quantities, quantities, st.booleans(), st.sampled_from([None, "HG-1"]), st.sampled_from([None, "fm"]))
def test_only_small_exempt_quantities_need_no_paper(quantity, batch, exempt, number, exempted_by):
	state = rules.certificate_state(quantity, batch, exempt, rules.Papers(number, None, exempted_by))
	free = exempt and quantity <= batch
	assert (state == rules.MISSING) == (not (free or number or exempted_by))


@pytest.mark.rule("WH-11")
@pytest.mark.parametrize("state", [rules.NOT_NEEDED, rules.KEPT, rules.EXEMPTED, rules.MISSING])
@pytest.mark.parametrize("waits", [True, False])
def test_goods_wait_for_nothing_but_their_certificate(state, waits):
	assert (rules.refuse_waiting(1, "灯管", state, waits) is None) == ((state == rules.MISSING) == waits)


@pytest.mark.rule("WH-11")
@given(quantities, quantities, st.booleans(), st.sampled_from([rules.MISSING, rules.KEPT, rules.EXEMPTED]))
def test_what_leaves_is_there_and_has_its_certificate(quantity, waits, to_qualified, state):
	refusal = rules.refuse_leaving(
		1, "灯管", quantity, to_qualified, rules.Waiting("PR-1", True, waits, state)
	)
	allowed = quantity <= waits + rules.NOTHING and not (to_qualified and state == rules.MISSING)
	assert (refusal is None) == allowed


@pytest.mark.rule("WH-11")
def test_another_row_or_none_is_refused():
	other = rules.Waiting("PR-1", False, Decimal(9), rules.KEPT)
	for waiting in (None, other):
		assert rules.refuse_leaving(1, "灯管", Decimal(1), False, waiting).message == rules.NO_RECEIPT_ROW


@pytest.mark.rule("WH-11")
@given(quantities, quantities, quantities)
def test_without_a_receipt_only_goods_leave_that_wait_of_none(quantity, lies, waits):
	refusal = rules.refuse_free(1, "灯管", quantity, lies, waits)
	assert (refusal is None) == (quantity <= lies - waits + rules.NOTHING)


@given(st.lists(st.tuples(st.sampled_from("ABC"), quantities)))
def test_rows_of_an_item_count_together(rows):
	totals = rules.totals(rows)
	assert sum(totals.values(), Decimal(0)) == sum((quantity for _item, quantity in rows), Decimal(0))
	assert set(totals) == {item for item, _quantity in rows}


# ---- the day of arrival ------------------------------------------------------------------------------------------

TODAY = date(2026, 3, 10)
days = st.integers(-40, 5).map(lambda by: TODAY + timedelta(by))


@pytest.mark.rule("WH-13")
@pytest.mark.parametrize(
	("arrived", "posted", "approved", "final", "expected"),
	[
		(0, 0, False, True, None),
		(-1, 0, False, True, rules.POSTED_LATE),
		(-1, 0, False, False, None),
		(-1, 0, True, True, None),
		(1, 1, True, True, rules.ARRIVES_LATER),
		(0, -1, True, False, rules.POSTED_BEFORE),
		(-3, -3, False, True, None),
	],
)
def test_days_of_arrival(arrived, posted, approved, final, expected):
	refusal = rules.refuse_arrival(
		TODAY + timedelta(arrived), TODAY + timedelta(posted), TODAY, approved, final
	)
	assert (refusal.message if refusal else None) == expected


@pytest.mark.rule("WH-13")
@given(days, days, st.booleans())
def test_a_receipt_is_posted_on_its_day_or_approved(arrived, posted, approved):
	refusal = rules.refuse_arrival(arrived, posted, TODAY, approved, True)
	assert (refusal is None) == (arrived <= TODAY and (posted == arrived or (approved and posted > arrived)))


@pytest.mark.rule("WH-13")
@pytest.mark.parametrize(
	("buyer", "delivered", "present", "expected"),
	[
		("buyer", False, False, None),
		("buyer", True, True, None),
		("buyer", True, False, rules.BUYER_ABSENT),
		(None, False, False, rules.NO_BUYER),
		("", True, True, rules.NO_BUYER),
	],
)
def test_somebody_bought_the_goods_and_was_there(buyer, delivered, present, expected):
	refusal = rules.refuse_delivery(buyer, delivered, present)
	assert (refusal.message if refusal else None) == expected


@pytest.mark.rule("WH-12")
@pytest.mark.parametrize(
	("planned", "arrived", "passes"),
	[
		("T8 18W", "T8 18W ", True),
		("T8 18W", "T5 14W", False),
		("T8 18W", None, False),
		(None, "T5 14W", True),
		(" ", None, True),
	],
)
def test_goods_are_of_the_specification_that_was_approved(planned, arrived, passes):
	assert (rules.refuse_specification(1, "灯管", planned, arrived) is None) is passes
