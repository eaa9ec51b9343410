"""Why an article was ruined, who pays, and the entries of the end of its life (LV-04, LV-11)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.rules import amortisation, scrap, scrap_cause
from property_service.rules.scrap_cause import Article, Claim

pytestmark = pytest.mark.rule("LV-11")

CENTS = st.integers(min_value=0, max_value=10**9).map(lambda cents: Decimal(cents) / 100)
ACCOUNTS = amortisation.Accounts("在用", "摊销")


def article(**values) -> Article:
	return Article(**{"idx": 1, "name": "DZ-1", "cost": Decimal("1800.00"), **values})


def test_wear_costs_nobody_anything_and_human_fault_the_full_cost_and_a_penalty():
	assert article(cause="Natural").compensation == 0
	ruined = article(cause="Human", responsible="E1")
	assert (ruined.compensation, ruined.penalty(Decimal(10))) == (Decimal(1800), Decimal("180.00"))
	assert article(cause="Human", decided=Decimal(0)).compensation == 0
	assert article(cause="Natural").penalty(Decimal(10)) == 0


@pytest.mark.parametrize(
	("values", "message"),
	[
		({}, scrap_cause.NO_CAUSE),
		({"cause": "Natural"}, scrap_cause.NOT_INVESTIGATED),
		({"cause": "Natural", "found_by_hr": "Human"}, scrap_cause.OTHER_CAUSE),
		({"cause": "Human", "found_by_hr": "Human"}, scrap_cause.NO_RESPONSIBLE),
		({"cause": "Human", "found_by_hr": "Human", "responsible": "E1"}, None),
		({"cause": "Natural", "found_by_hr": "Natural"}, None),
	],
)
def test_both_find_the_cause_before_the_general_manager_is_asked(values, message):
	refusal = scrap_cause.refuse_findings([article(**values)])
	assert (refusal.message if refusal else None) == message


@pytest.mark.parametrize(
	("state", "cause", "amount", "reason", "message"),
	[
		(scrap.PENDING_FINANCE, "Human", 5, "困难", scrap_cause.NOT_DECIDED_WHILE),
		(scrap.PENDING_GM, "Natural", 5, "困难", scrap_cause.NOT_HUMAN),
		(scrap.PENDING_GM, "Human", None, "困难", scrap_cause.BAD_AMOUNT),
		(scrap.PENDING_GM, "Human", -1, "困难", scrap_cause.BAD_AMOUNT),
		(scrap.PENDING_GM, "Human", 5, " ", scrap_cause.NO_DECISION_REASON),
		(scrap.PENDING_GM, "Human", 5, "困难", None),
	],
)
def test_another_amount_is_decided_with_a_reason(state, cause, amount, reason, message):
	decided = None if amount is None else Decimal(amount)
	refusal = scrap_cause.refuse_decision(state, scrap.PENDING_GM, article(cause=cause), decided, reason)
	assert (refusal.message if refusal else None) == message


def test_only_requests_for_articles_need_the_investigation():
	assert scrap.INVESTIGATION in scrap.chain(scrap.ARTICLE)
	assert scrap.INVESTIGATION not in scrap.chain(scrap.STOCK)


# ---- textbook entries ----------------------------------------------------------------------------------------------


def expense_of(endings, claims=(), residual=Decimal(0)) -> dict[str, Decimal]:
	"""Account -> what the end of life leaves on it."""
	found: dict[str, Decimal] = {}
	lines = [
		*amortisation.ending_lines(endings, ACCOUNTS),
		*scrap_cause.claim_lines(claims, "其他应收款", "营业外收入"),
	]
	for line in lines:
		found[line.account] = found.get(line.account, Decimal(0)) + line.amount
	found["费用"] = found.get("费用", Decimal(0)) - residual
	return found


def ending(cost, amortised, carried=True):
	return amortisation.Ending(Decimal(cost), Decimal(amortised), "费用", "成本中心", carried)


@pytest.mark.rule("LV-04")
def test_one_off_2200_leaves_nothing_to_post():
	assert amortisation.ending_lines([ending(2200, 2200, carried=False)], ACCOUNTS) == []


@pytest.mark.rule("LV-04")
def test_fifty_fifty_1800_scrapped_without_residual():
	assert [
		(line.account, line.amount) for line in amortisation.ending_lines([ending(1800, 900)], ACCOUNTS)
	] == [("费用", 900), ("摊销", -900), ("摊销", 1800), ("在用", -1800)]


@pytest.mark.rule("LV-04")
def test_fifty_fifty_3000_with_a_residual_of_100_is_2900_in_all():
	left = expense_of([ending(3000, 1500)], residual=Decimal(100))
	assert left["费用"] + 1500 == 2900
	assert (left["在用"], left["摊销"]) == (-3000, 1500)


@pytest.mark.rule("LV-04")
def test_full_compensation_brings_the_whole_cost_back_and_the_penalty_is_income():
	claim = Claim("E1", Decimal(1800), Decimal(180), "费用", "成本中心")
	left = expense_of([ending(1800, 900)], [claim])
	assert left["费用"] + 900 == 0
	assert (left["其他应收款"], left["营业外收入"]) == (1980, -180)


@given(st.lists(st.builds(Claim, st.sampled_from("AB"), CENTS, CENTS, st.just("费用"), st.none())))
def test_claims_balance_to_the_cent(claims):
	lines = scrap_cause.claim_lines(claims, "其他应收款", "营业外收入")
	assert sum((line.amount for line in lines), Decimal(0)) == 0
	assert all(line.amount for line in lines)
	owed = sum((line.amount for line in lines if line.person), Decimal(0))
	assert owed == sum((claim.compensation + claim.penalty for claim in claims), Decimal(0))


@given(CENTS, st.integers(0, 10_000))
def test_a_penalty_is_rounded_to_the_cent_once(cost, basis_points):
	percent = Decimal(basis_points) / 100
	found = scrap_cause.penalty(cost, percent)
	assert abs(found - cost * percent / 100) <= Decimal("0.005")
	assert found == found.quantize(Decimal("0.01"))
