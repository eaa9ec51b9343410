"""What an approved request leaves to order and receive, by example and by property (WH-07, WH-12)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import open_quantity as rules

pytestmark = pytest.mark.rule("WH-07")
quantities = st.decimals(min_value="0.01", max_value=1000, places=2)


def request(approved=10, accepted=0, committed=0, **values) -> rules.Approved:
	return replace(
		rules.Approved(
			*("row", "MR-1", "灯管", "仓库", "和园", rules.PURCHASE_PLAN, rules.APPROVED, True, False),
			*(Decimal(approved), Decimal(accepted), Decimal(committed)),
		),
		**values,
	)


def wanted(quantity=1, **values) -> rules.Wanted:
	return replace(rules.Wanted(1, "灯管", "和园", "仓库", "row", Decimal(quantity)), **values)


def message(refusal) -> str | None:
	return refusal.message if refusal else None


@pytest.mark.parametrize(
	("row", "of_request", "expected"),
	[
		(wanted(10), request(), None),
		(wanted("10.0004"), request(), None),
		(wanted("10.001"), request(), rules.TOO_MUCH_ORDERED),
		(wanted(5), request(committed=6), rules.TOO_MUCH_ORDERED),
		(wanted(4), request(committed=6), None),
		(wanted(3), request(committed=6, accepted=8), rules.TOO_MUCH_ORDERED),
		(wanted(-4), request(committed=10), None),
		(wanted(1, request_row=None), request(), rules.NO_REQUEST),
		(wanted(1, request_row="other"), request(), rules.NO_REQUEST),
		(wanted(1), request(route=None), rules.NO_REQUEST),
		(wanted(1), request(state="Pending GM"), rules.NOT_APPROVED),
		(wanted(1), request(submitted=False), rules.NOT_APPROVED),
		(wanted(1), request(stopped=True), rules.STOPPED),
		(wanted(1, company="湖景"), request(), rules.OTHER_COMPANY),
		(wanted(1, item="灯座"), request(), rules.OTHER_ITEM),
		(wanted(1, store="易燃品仓库"), request(), rules.OTHER_STORE),
		(wanted(1, store=None), request(), rules.OTHER_STORE),
	],
)
def test_what_may_be_ordered(row, of_request, expected):
	assert message(rules.refuse_order([row], {"row": of_request})) == expected


@pytest.mark.parametrize(
	("quantity", "accepted", "committed", "expected"),
	[
		(10, 0, 10, None),
		(11, 0, 10, rules.TOO_MUCH_RECEIVED),
		(4, 6, 10, None),
		(5, 6, 10, rules.TOO_MUCH_RECEIVED),
		(10, 0, 0, None),
	],
)
def test_what_may_be_received(quantity, accepted, committed, expected):
	refusal = rules.refuse_receipt(
		[wanted(quantity)], {"row": request(accepted=accepted, committed=committed)}
	)
	assert message(refusal) == expected


def test_the_refusal_says_what_is_left():
	refusal = rules.refuse_receipt([wanted(3), wanted(5, idx=2)], {"row": request(accepted="4.5")})
	assert refusal.values == (2, "2.5", "灯管", "MR-1", "5")


@given(st.lists(quantities, max_size=12), st.decimals(min_value=0, max_value=1000, places=2))
def test_receipts_one_after_the_other_never_exceed_what_was_approved(arriving, approved):
	accepted = Decimal(0)
	for quantity in arriving:
		row = request(approved=approved, accepted=accepted)
		if rules.refuse_receipt([wanted(quantity)], {"row": row}) is None:
			accepted += quantity
		else:
			assert accepted + quantity > approved
	assert accepted <= approved


@given(st.lists(quantities, max_size=8), st.decimals(min_value=0, max_value=1000, places=2))
def test_rows_of_one_document_count_together(rows, approved):
	refusal = rules.refuse_order([wanted(quantity) for quantity in rows], {"row": request(approved=approved)})
	assert (refusal is None) == (sum(rows, Decimal(0)) <= approved)


@pytest.mark.parametrize(
	("stock_qty", "accepted", "submitted", "closed", "expected"),
	[
		(10, 0, True, False, 10),
		(10, 12, True, False, 12),
		(10, 4, True, True, 4),
		(10, 4, False, False, 0),
		(10, 4, False, True, 0),
	],
)
def test_what_an_order_holds(stock_qty, accepted, submitted, closed, expected):
	assert rules.held(Decimal(stock_qty), Decimal(accepted), submitted, closed) == expected
