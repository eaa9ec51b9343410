"""The front desk's month for finance (CASH-04): its totals, and when it is sent."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import revenue_statement as rules
from property_service.rules.revenue_statement import Line, Sending
from property_service.rules.till import Untied

pytestmark = pytest.mark.rule("CASH-04")

CENTS = st.integers(-10_000_000, 10_000_000).map(lambda cents: Decimal(cents) / 100)
ACCOUNTS = st.lists(st.builds(Untied, st.text(max_size=3), CENTS, CENTS), max_size=8)


def message(refusal):
	return refusal.message if refusal else None


def sending(**given):
	values = {
		"last_day": date(2026, 11, 30),
		"today": date(2026, 12, 3),
		"difference": 0.0,
		"waiting": False,
		"remarks": None,
	}
	return Sending(**values | given)


@pytest.mark.parametrize(
	("given", "expected"),
	[
		({}, None),
		({"today": date(2026, 12, 1)}, None),
		({"today": date(2026, 11, 30)}, rules.MONTH_RUNS),
		({"today": date(2026, 11, 3), "remarks": "提前"}, rules.MONTH_RUNS),
		({"difference": 0.01}, rules.NOT_EXPLAINED),
		({"waiting": True}, rules.NOT_EXPLAINED),
		({"waiting": True, "remarks": " \n"}, rules.NOT_EXPLAINED),
		({"difference": 0.01, "waiting": True, "remarks": "末班待出纳接收"}, None),
	],
)
def test_a_month_that_is_over_is_sent_once_it_ties_or_is_explained(given, expected):
	assert message(rules.refuse_sending(sending(**given))) == expected


@pytest.mark.parametrize(("status", "refused"), [("Draft", False), ("Sent", True)])
def test_what_was_sent_stays(status, refused):
	assert message(rules.refuse_change(status)) == (rules.SENT_STAYS if refused else None)


def test_totals_are_of_all_purposes_counters_and_modes():
	lines = [Line(281.6, 0, 12.13), Line(0, "20", -1.05), Line(0.1, 0.2, None)]
	assert rules.totals(lines) == Line(Decimal("281.70"), Decimal("20.20"), Decimal("11.08"))
	assert rules.totals([]) == Line(0, 0, 0)


@given(st.lists(st.tuples(CENTS, CENTS, CENTS), max_size=12))
def test_floats_of_the_database_add_up_to_the_cent(rows):
	found = rules.totals(Line(*map(float, row)) for row in rows)
	assert found == Line(*(sum((row[n] for row in rows), Decimal(0)) for n in range(3)))


def test_too_much_on_one_account_does_not_make_up_for_too_little_on_another():
	accounts = [
		Untied("Bank", Decimal(100), Decimal(90)),
		Untied("Cash", Decimal(100), Decimal(110)),
		Untied("Card", Decimal(7), Decimal(7)),
	]
	assert rules.untied(accounts) == accounts[:2]
	assert rules.difference(accounts) == Decimal(20)


@given(ACCOUNTS)
def test_it_ties_where_no_account_differs_and_nowhere_else(accounts):
	untied = rules.untied(accounts)
	assert rules.difference(accounts) == rules.difference(untied)
	assert (rules.difference(accounts) == 0) == (not untied)
	assert (not untied) == all(row.receipts == row.ledger for row in accounts)
