"""What a row of an issue may take and a row of a return may bring back (WH-17, WH-19)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import issue as rules

quantities = st.decimals(min_value=0, max_value=10_000, places=3)


def approved(approved=10, issued=0, item="灯管"):
	return rules.Approved("MAT-MR-1", item, Decimal(str(approved)), Decimal(str(issued)))


def issued(quantity=10, returned=0, item="灯管"):
	return rules.Issued("STE-1", item, Decimal(str(quantity)), Decimal(str(returned)))


@pytest.mark.rule("WH-17")
class TestIssue:
	@pytest.mark.parametrize(
		("row", "taken", "quantity", "message"),
		[
			(None, 0, 1, rules.NO_REQUEST),
			(approved(item="水管"), 0, 1, rules.OTHER_ITEM),
			(approved(10, 4), 0, 7, rules.TOO_MUCH),
			(approved(10), 6, 5, rules.TOO_MUCH),
			(approved(10, 12), 0, 1, rules.TOO_MUCH),
		],
	)
	def test_refused(self, row, taken, quantity, message):
		refusal = rules.refuse_issue(1, "灯管", row, Decimal(taken), Decimal(quantity))
		assert refusal.message == message

	@given(quantities, quantities, quantities, quantities)
	def test_never_more_than_approved(self, wanted, before, taken, quantity):
		refusal = rules.refuse_issue(1, "灯管", approved(wanted, before), taken, quantity)
		if refusal is None and quantity > rules.NOTHING:
			assert before + taken + quantity <= wanted + rules.NOTHING


@pytest.mark.rule("WH-19")
class TestReturn:
	@pytest.mark.parametrize(
		("row", "issue", "taken", "quantity", "message"),
		[
			(None, "STE-1", 0, 1, rules.NOT_OF_ISSUE),
			(issued(item="水管"), "STE-1", 0, 1, rules.NOT_OF_ISSUE),
			(issued(), "STE-2", 0, 1, rules.NOT_OF_ISSUE),
			(issued(10, 9), "STE-1", 0, 2, rules.TOO_MUCH_BACK),
			(issued(10), "STE-1", 8, 3, rules.TOO_MUCH_BACK),
		],
	)
	def test_refused(self, row, issue, taken, quantity, message):
		refusal = rules.refuse_return(1, "灯管", row, issue, Decimal(taken), Decimal(quantity))
		assert refusal.message == message

	@given(quantities, quantities, quantities, quantities)
	def test_never_more_than_went_out(self, out, before, taken, quantity):
		refusal = rules.refuse_return(1, "灯管", issued(out, before), "STE-1", taken, quantity)
		if refusal is None and quantity > rules.NOTHING:
			assert before + taken + quantity <= out + rules.NOTHING
