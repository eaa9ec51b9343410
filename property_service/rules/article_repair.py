"""Repair of low-value articles (维修申请): who pays for it (procedure 4.7.1; LV-10). Amounts in the company's currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from property_service.rules.refusal import Refusal, is_blank

DRAFT, REPORTED, DECIDED, DONE, CANCELLED = "Draft", "Under Repair", "Cause Decided", "Repaired", "Cancelled"
STATES = (DRAFT, REPORTED, DECIDED, DONE, CANCELLED)
STEPS: Mapping[tuple[str, str], str] = {
	(DRAFT, REPORTED): "Send to Repair",
	(REPORTED, DECIDED): "Decide Cause",
	(DECIDED, DONE): "Finish Repair",
	(DRAFT, CANCELLED): "Cancel Repair",
	(REPORTED, CANCELLED): "Cancel Repair",
	(DECIDED, CANCELLED): "Cancel Repair",
}
# In these the article is not in use.
AWAY = (REPORTED, DECIDED)

NATURAL, HUMAN = "Natural", "Human"
CAUSES = (NATURAL, HUMAN)
ADMIN_HR = "Admin HR"
BOOKERS = ("Stores Accountant", "Finance Manager")

# Where the cost comes from and goes to, as rows of the journal entry.
EXPENSE, RECEIVABLE, PAID_FROM, INVOICED = "expense", "receivable", "paid_from", "invoiced"

NO_STEP = "A repair that is {0} cannot become {1} (LV-10)."
NO_REASON = "Say why the repair is cancelled (LV-10)."
NO_PROBLEM = "Say what is wrong with the article (procedure 4.7.1, LV-10)."
NOT_ADMIN_HR = "The cause of the damage is Admin HR's to decide (procedure 4.7.1, LV-10)."
OWN_CASE = "Nobody decides about damage he is said to have done himself (ORG-01, LV-10)."
BAD_CAUSE = "Say whether the damage is natural wear or somebody's doing (procedure 4.7.1, LV-10)."
NO_FINDING = "Write down what was found about the cause (LV-10)."
NO_PERSON = "Say who caused the damage: that person pays for the repair (procedure 4.7.1, LV-10)."
NOT_BOOKER = "The cost of a repair is booked by the stores accountant or the finance manager (LV-10)."
BAD_COST = "{0} is no cost in cents (LV-10)."
NO_COST = "Enter what the repair cost, or its purchase invoice (LV-10)."
TWO_SOURCES = "Enter an account that was paid from, or a purchase invoice, not both (LV-10)."
NO_SOURCE = "Say which account the repair was paid from, or its purchase invoice (LV-10)."
NO_SUPPLIER = "The account {0} needs the supplier (LV-10)."
FIXED = "{0} does not change once the article went to repair (LV-10)."

ANOTHER_PERSONS = (NOT_ADMIN_HR, NOT_BOOKER, OWN_CASE)


@dataclass(frozen=True)
class Line:
	"""A row of the journal entry; debit is positive."""

	place: str
	amount: Decimal


@dataclass(frozen=True)
class Cost:
	"""What a repair cost and how it is known: paid from an account, or invoiced and booked already."""

	amount: Decimal
	paid_from: str | None = None
	invoice: str | None = None
	needs_supplier: bool = False
	supplier: str | None = None


def refuse_step(status: str, to_status: str) -> Refusal | None:
	return None if (status, to_status) in STEPS else Refusal(NO_STEP, (status, to_status))


def refuse_cause(
	is_admin_hr: bool, is_own: bool, cause: str | None, finding: str | None, responsible: str | None
) -> Refusal | None:
	if not is_admin_hr:
		return Refusal(NOT_ADMIN_HR)
	if is_own:
		return Refusal(OWN_CASE)
	if cause not in CAUSES:
		return Refusal(BAD_CAUSE)
	if is_blank(finding):
		return Refusal(NO_FINDING)
	return Refusal(NO_PERSON) if cause == HUMAN and not responsible else None


def refuse_cost(is_booker: bool, cost: Cost) -> Refusal | None:
	if not is_booker:
		return Refusal(NOT_BOOKER)
	if cost.amount < 0:
		return Refusal(BAD_COST, (str(cost.amount),))
	if cost.paid_from and cost.invoice:
		return Refusal(TWO_SOURCES)
	if cost.amount and not (cost.paid_from or cost.invoice):
		return Refusal(NO_SOURCE)
	if cost.paid_from and cost.needs_supplier and not cost.supplier:
		return Refusal(NO_SUPPLIER, (cost.paid_from,))
	return Refusal(NO_COST) if (cost.paid_from or cost.invoice) and not cost.amount else None


def lines(cause: str, cost: Cost) -> list[Line]:
	"""LV-10: natural wear is the department's expense, human damage the person's debt.

	What an invoice booked as expense stays there for natural wear, and is taken out of it for the person's debt.
	"""
	if not cost.amount:
		return []
	target = RECEIVABLE if cause == HUMAN else EXPENSE
	source = INVOICED if cost.invoice else PAID_FROM
	if cost.invoice and cause == NATURAL:
		return []
	return [Line(target, cost.amount), Line(source, -cost.amount)]
