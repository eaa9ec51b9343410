"""Stock slips from the storekeeper to the accountant (WH-16)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import slip_handover as rules

pytestmark = pytest.mark.rule("WH-16")

KEEPER = rules.Person("keeper", is_storekeeper=True, is_accountant=False)
ACCOUNTANT = rules.Person("accountant", is_storekeeper=False, is_accountant=True)
BOTH = rules.Person("both", is_storekeeper=True, is_accountant=True)
GOOD = rules.Ledgers(1, Decimal("50.00"), Decimal("50.00"))

money = st.decimals(min_value=-10_000, max_value=10_000, places=3)


def said(refusal) -> str | None:
	return refusal and refusal.message


class TestSteps:
	@pytest.mark.parametrize(
		("kind", "person", "later", "expected"),
		[
			(rules.RECEIPTS, KEEPER, False, None),
			(rules.ISSUES, KEEPER, False, None),
			(rules.LOW_VALUE, KEEPER, False, None),
			("Everything", KEEPER, False, rules.UNKNOWN_KIND),
			(rules.ISSUES, ACCOUNTANT, False, rules.NOT_STOREKEEPER),
			(rules.ISSUES, KEEPER, True, rules.TOMORROW),
		],
	)
	def test_collecting(self, kind, person, later, expected):
		assert said(rules.refuse_collecting(kind, person, later, "2026-01-01")) == expected

	@pytest.mark.parametrize(
		("status", "person", "slips", "expected"),
		[
			(rules.DRAFT, KEEPER, 1, None),
			(rules.DRAFT, KEEPER, 0, rules.EMPTY),
			(rules.HANDED_OVER, KEEPER, 1, rules.WRONG_STATE),
			(rules.DRAFT, ACCOUNTANT, 1, rules.NOT_STOREKEEPER),
		],
	)
	def test_handing_over(self, status, person, slips, expected):
		assert said(rules.refuse_hand_over(status, person, slips)) == expected

	@pytest.mark.parametrize(
		("status", "person", "by", "expected"),
		[
			(rules.HANDED_OVER, ACCOUNTANT, "keeper", None),
			(rules.HANDED_OVER, BOTH, "both", rules.SAME_PERSON),
			(rules.HANDED_OVER, BOTH, "keeper", None),
			(rules.HANDED_OVER, KEEPER, "keeper", rules.NOT_ACCOUNTANT),
			(rules.DRAFT, ACCOUNTANT, None, rules.WRONG_STATE),
			(rules.CHECKED, ACCOUNTANT, "keeper", rules.WRONG_STATE),
		],
	)
	def test_checking(self, status, person, by, expected):
		assert said(rules.refuse_checking(status, person, by)) == expected

	@pytest.mark.parametrize(
		("status", "person", "reason", "results", "expected"),
		[
			(rules.DRAFT, KEEPER, "重做", [rules.OPEN], None),
			(rules.HANDED_OVER, KEEPER, "重做", [rules.OPEN], None),
			(rules.HANDED_OVER, KEEPER, " ", [rules.OPEN], rules.NO_REASON),
			(rules.HANDED_OVER, KEEPER, "重做", [rules.OPEN, rules.ACCEPTED], rules.ALREADY_CHECKED),
			(rules.HANDED_OVER, ACCOUNTANT, "重做", [rules.OPEN], rules.NOT_STOREKEEPER),
			(rules.CHECKED, KEEPER, "重做", [rules.ACCEPTED], rules.WRONG_STATE),
		],
	)
	def test_cancelling(self, status, person, reason, results, expected):
		assert said(rules.refuse_cancelling(status, person, reason, results)) == expected


class TestRows:
	@given(money, money)
	def test_a_slip_is_accepted_when_both_ledgers_agree_to_the_cent(self, stock, general):
		refusal = rules.refuse_acceptance(1, "PR-1", rules.OPEN, rules.Ledgers(1, stock, general))
		assert said(refusal) == (rules.DIFFERS if abs(stock - general) > Decimal("0.01") else None)

	def test_without_stock_accounts_the_stock_ledger_is_enough(self):
		assert not rules.refuse_acceptance(1, "PR-1", rules.OPEN, rules.Ledgers(1, Decimal(5), None))

	def test_a_cancelled_slip_is_not_accepted(self):
		ledgers = rules.Ledgers(2, Decimal(0), Decimal(0))
		assert said(rules.refuse_acceptance(1, "PR-1", rules.OPEN, ledgers)) == rules.VOID_SLIP

	@pytest.mark.parametrize("result", [rules.ACCEPTED, rules.RETURNED])
	def test_nothing_is_decided_twice(self, result):
		assert said(rules.refuse_acceptance(1, "PR-1", result, GOOD)) == rules.DONE
		assert said(rules.refuse_return(1, "PR-1", result, "数量不符")) == rules.DONE

	@pytest.mark.parametrize("remark", ["", "  ", None])
	def test_a_slip_goes_back_with_a_remark(self, remark):
		assert said(rules.refuse_return(1, "PR-1", rules.OPEN, remark)) == rules.NO_REMARK
		assert rules.refuse_return(1, "PR-1", rules.OPEN, "数量不符") is None

	@given(st.lists(st.sampled_from([rules.OPEN, rules.ACCEPTED, rules.RETURNED]), min_size=1))
	def test_the_handover_is_checked_with_its_last_slip(self, results):
		expected = rules.HANDED_OVER if rules.OPEN in results else rules.CHECKED
		assert rules.status_after(results) == expected


@pytest.mark.parametrize(
	("docstatus", "result", "handover", "sent_back", "now", "expected"),
	[
		(0, None, None, False, 0, rules.NOT_SUBMITTED),
		(1, None, None, False, 5, rules.NOT_HANDED_OVER),
		(1, None, None, True, 5, rules.SENT_BACK),
		(1, rules.OPEN, rules.DRAFT, False, 5, rules.WITH_STOREKEEPER),
		(1, rules.OPEN, rules.HANDED_OVER, True, 5, rules.WITH_ACCOUNTANT),
		(1, rules.ACCEPTED, rules.CHECKED, False, 5, None),
		(1, rules.ACCEPTED, rules.CHECKED, False, 6, rules.CHANGED_LATER),
		(2, rules.ACCEPTED, rules.CHECKED, False, 0, rules.CANCELLED_LATER),
		(2, None, None, True, 0, None),
	],
)
def test_why_a_slip_is_on_the_list(docstatus, result, handover, sent_back, now, expected):
	assert rules.concern(docstatus, result, handover, sent_back, Decimal(5), Decimal(now)) == expected
