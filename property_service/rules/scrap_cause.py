"""Why an article was ruined, and who pays for it (procedure 4.7.2, 4.7.3; LV-11). Amounts in the company's currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from property_service.rules.refusal import Refusal, is_blank

NATURAL, HUMAN = "Natural", "Human"
CAUSES = (NATURAL, HUMAN)
ADMIN_HR = "Admin HR"
CENT = Decimal("0.01")

NO_CAUSE = "Row {0}: say whether {1} was worn out or ruined by somebody (procedure 4.7.2, LV-11)."
NO_RESPONSIBLE = "Row {0}: {1} was ruined by somebody; enter who it was (procedure 4.7.2, LV-11)."
NOT_INVESTIGATED = (
	"Administration and human resources investigate the cause together with finance, and have not recorded what they found "
	"yet (procedure 4.7.2, LV-11)."
)
OTHER_CAUSE = (
	"Row {0}: administration and human resources found the cause to be {1}, finance found {2} (LV-11). Both investigate it: "
	"agree on the cause first."
)
NOT_WHILE = "The cause is investigated while the request waits for finance; this one is {0} (LV-11)."
NOT_HUMAN = "Row {0}: {1} was not ruined by somebody, so nobody compensates it (LV-11)."
NOT_DECIDED_WHILE = "The general manager decides another compensation while the request waits for the approval; this one is {0} (LV-11)."
NO_DECISION_REASON = (
	"Give the reason: the full original cost is compensated unless the general manager decides otherwise (procedure 4.7.2, "
	"LV-11)."
)
BAD_AMOUNT = "{0} is no amount in cents from 0 on (LV-11)."
NO_SUCH_ROW = "The request has no such row any more; open it again (LV-11)."


def penalty(cost: Decimal, percent: Decimal) -> Decimal:
	"""What the company's rules on rewards and penalties add to the compensation: `percent` of the original cost."""
	return (cost * max(percent, Decimal(0)) / 100).quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Article:
	"""A row of the request. `cause` is what finance found, `found_by_hr` what administration and human resources did."""

	idx: int
	name: str
	cost: Decimal
	cause: str | None = None
	found_by_hr: str | None = None
	responsible: str | None = None
	decided: Decimal | None = None

	@property
	def compensation(self) -> Decimal:
		"""In full at the original cost, unless the general manager decided otherwise; nothing for wear."""
		if self.cause != HUMAN:
			return Decimal("0.00")
		return self.cost if self.decided is None else self.decided

	def penalty(self, percent: Decimal) -> Decimal:
		return penalty(self.cost, percent) if self.cause == HUMAN else Decimal("0.00")


def refuse_findings(articles: Iterable[Article]) -> Refusal | None:
	"""4.7.2: the general manager is asked with a cause that both have found, and with who has to pay."""
	for article in articles:
		if article.cause not in CAUSES:
			return Refusal(NO_CAUSE, (article.idx, article.name))
		if article.found_by_hr not in CAUSES:
			return Refusal(NOT_INVESTIGATED)
		if article.cause != article.found_by_hr:
			return Refusal(OTHER_CAUSE, (article.idx, article.found_by_hr, article.cause))
		if article.cause == HUMAN and not article.responsible:
			return Refusal(NO_RESPONSIBLE, (article.idx, article.name))
	return None


def refuse_decision(
	state: str, pending_gm: str, article: Article, amount: Decimal | None, reason: str | None
):
	"""Whether the general manager may decide `amount` for this article now."""
	if state != pending_gm:
		return Refusal(NOT_DECIDED_WHILE, (state,))
	if article.cause != HUMAN:
		return Refusal(NOT_HUMAN, (article.idx, article.name))
	if amount is None or not amount.is_finite() or amount < 0 or amount != amount.quantize(CENT):
		return Refusal(BAD_AMOUNT, (str(amount)[:20],))
	return Refusal(NO_DECISION_REASON) if is_blank(reason) else None


@dataclass(frozen=True)
class Claim:
	"""What the responsible person owes for one article, and which expense the compensation brings back."""

	person: str
	compensation: Decimal
	penalty: Decimal
	expense_account: str
	cost_center: str | None


@dataclass(frozen=True)
class Line:
	"""A line of the journal entry, debit positive."""

	account: str
	amount: Decimal
	cost_center: str | None = None
	person: str | None = None


def claim_lines(claims: Iterable[Claim], receivable: str, penalty_income: str | None) -> list[Line]:
	"""Debit the person with compensation and penalty; credit the article's expense with the one, the income from penalties
	with the other. The lines come to nothing.
	"""
	lines = []
	for claim in claims:
		owed = claim.compensation + claim.penalty
		if not owed:
			continue
		lines.append(Line(receivable, owed, claim.cost_center, claim.person))
		if claim.compensation:
			lines.append(Line(claim.expense_account, -claim.compensation, claim.cost_center))
		if claim.penalty:
			lines.append(Line(penalty_income or "", -claim.penalty, claim.cost_center))
	return lines
