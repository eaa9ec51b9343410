"""The purchase plan (采购计划): what to buy, who may plan it, and when it is late (procedure 4.2; WH-04, WH-05, WH-08)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from property_service.rules.approval import Step
from property_service.rules.refusal import Refusal
from property_service.rules.stock_limit import THOUSANDTH, month_before, rounded
from property_service.rules.stores import NOT_STOCKED

MONTHLY = "Monthly"
BELOW_LIMIT = "Below Limit"
URGENT = "Urgent"
PLAN_TYPES = (MONTHLY, BELOW_LIMIT, URGENT)


def suggested(
	limit: Decimal, balance: Decimal, on_order: Decimal, on_plans: Decimal, multiple: Decimal
) -> Decimal:
	"""What to buy of an item, in stock units (WH-04, 4.2.1): max(0, limit − balance − on order − on open plans).

	Rounded up to whole multiples of `multiple` stock units; 0 as multiple leaves the quantity as it is. Never below 0,
	and never more than one multiple above what is missing: with what is there and on its way, the suggestion stays
	below limit + multiple. What is ordered or planned once is not suggested again.
	"""
	missing = max(Decimal(0), rounded(limit - balance - on_order - on_plans))
	if multiple <= 0:
		return missing
	return (missing / multiple).to_integral_value(rounding=ROUND_CEILING) * multiple


@dataclass(frozen=True)
class Unit:
	"""How an item is bought: stock units per purchase unit, and what quantities of the purchase unit may be ordered."""

	conversion: Decimal
	order_multiple: Decimal
	minimum: Decimal
	whole: bool

	@property
	def multiple(self) -> Decimal:
		"""In stock units: the order multiple; else the minimum order quantity (stock units), at least one purchase unit and
		whole ones where the unit cannot be split; 0 where any quantity may be ordered.
		"""
		if self.order_multiple > 0:
			return self.order_multiple * self.conversion
		if not self.whole:
			return self.minimum
		units = (self.minimum / self.conversion).to_integral_value(rounding=ROUND_CEILING)
		return max(units, Decimal(1)) * self.conversion

	def in_purchase_units(self, stock_qty: Decimal) -> Decimal:
		"""To a thousandth, rounded up: what is bought is never less than what is missing."""
		return (stock_qty / self.conversion).quantize(THOUSANDTH, rounding=ROUND_CEILING)


# ---- steps (4.2.4 to 4.2.8) ---------------------------------------------------------------------------------------

DRAFT = "Draft"
PENDING_FINANCE = "Pending Finance"
PENDING_GM = "Pending GM"
PENDING_HEAD = "Pending Department Head"
APPROVED = "Approved"
RETURNED = "Returned"
REJECTED = "Rejected"
SUBMITTED = "Submitted"
CANCELLED = "Cancelled"

PURCHASE_PLAN = "Purchase Plan"
ISSUE_REQUEST = "Issue Request"

FINANCE_MANAGER, GENERAL_MANAGER, DEPARTMENT_HEAD = "Finance Manager", "General Manager", "Department Head"
STOREKEEPER = "Storekeeper"

CHAINS = {
	PURCHASE_PLAN: (
		Step(PENDING_FINANCE, PENDING_GM, FINANCE_MANAGER),
		Step(PENDING_GM, APPROVED, GENERAL_MANAGER),
	),
	ISSUE_REQUEST: (Step(PENDING_HEAD, APPROVED, DEPARTMENT_HEAD),),
}
ACTIONS = {
	PURCHASE_PLAN: {
		(DRAFT, PENDING_FINANCE): "Send to Finance",
		(RETURNED, PENDING_FINANCE): "Send to Finance",
		(PENDING_FINANCE, PENDING_GM): "Pass to General Manager",
		(PENDING_GM, APPROVED): "Approve",
		(PENDING_FINANCE, RETURNED): "Return",
		(PENDING_GM, RETURNED): "Return",
		(PENDING_FINANCE, REJECTED): "Reject",
		(PENDING_GM, REJECTED): "Reject",
	},
	ISSUE_REQUEST: {
		(DRAFT, PENDING_HEAD): "Send for Signature",
		(RETURNED, PENDING_HEAD): "Send for Signature",
		(PENDING_HEAD, APPROVED): "Approve",
		(PENDING_HEAD, RETURNED): "Return",
		(PENDING_HEAD, REJECTED): "Reject",
	},
}
PENDING = (PENDING_FINANCE, PENDING_GM, PENDING_HEAD)
# A request of these states asks for nothing any more, and gives its month free.
ENDED = (REJECTED, CANCELLED)

NO_SUCH_STEP = (
	"A request that is {0} cannot become {1}: its steps are taken one after the other, by its buttons (procedure 4.2.4 to "
	"4.2.7, 4.6.1, WH-06)."
)
ENDED_IS_FROZEN = (
	"A request that was rejected stays as it is (WH-06). The month is free again: make another plan."
)
NO_REASON = "Give the reason for returning or rejecting the request (procedure 4.2.6 a, WH-06)."
NOT_PENDING = (
	"Finance changes quantities while the plan waits for finance; this one is {0} (procedure 4.2.6 a, WH-06)."
)
NO_CHANGE_REASON = "Say why the quantity changes (procedure 4.2.6 a, WH-06)."
NO_ROW = "The plan has no such row any more; open it again (WH-06)."
SAME_QUANTITY = "The row already asks for {0} (WH-06)."
BAD_QUANTITY = "{0} is no quantity that can be bought; enter a number from 0 (WH-06)."
LAST_ROW = "Nothing would be left to buy: reject the plan instead, with the reason (WH-06)."


def action_of(route: str, before: str, after: str) -> str | Refusal:
	"""The name of the step from `before` to `after`, or why there is none."""
	if before in ENDED:
		return Refusal(ENDED_IS_FROZEN)
	return ACTIONS[route].get((before, after)) or Refusal(NO_SUCH_STEP, (before, after))


def refuse_reason(after: str, reason: str | None) -> Refusal | None:
	"""4.2.6 a: what is unreasonable is corrected, so whoever sends back says what."""
	if after in (RETURNED, REJECTED) and not (reason or "").strip():
		return Refusal(NO_REASON)
	return None


def refuse_change(
	state: str, rows: int, old: Decimal | None, new: Decimal | None, reason: str | None
) -> Refusal | None:
	"""4.2.6 a, WH-06: finance adjusts a quantity. `old` is None for a row that is gone, `new` for what is no number;
	0 strikes the row, of `rows` that the plan has.
	"""
	if state != PENDING_FINANCE:
		return Refusal(NOT_PENDING, (state,))
	if old is None:
		return Refusal(NO_ROW)
	if new is None or new < 0:
		return Refusal(BAD_QUANTITY, (new,))
	if new == old:
		return Refusal(SAME_QUANTITY, (f"{old:f}",))
	if new == 0 and rows == 1:
		return Refusal(LAST_ROW)
	return None if (reason or "").strip() else Refusal(NO_CHANGE_REASON)


# ---- who plans what (4.2.1 to 4.2.3) ------------------------------------------------------------------------------

NO_TYPE = "Choose the type of the plan: Monthly, Below Limit or Urgent (procedure 4.2, WH-05)."
NO_STORE = "Choose the store that the plan is for (WH-04)."
FOREIGN_WAREHOUSE = "Row {0}: {1} is not the qualified zone of the store {2} (WH-04, WH-14)."
STOREKEEPERS_PLAN = (
	"{0} plans are drawn up by the storekeeper; a department asks by an Urgent one (procedure 4.2, WH-05)."
)
HEADS_PLAN = (
	"Urgent purchases are asked for by the head of the department that needs them (procedure 4.2.3, WH-05)."
)
NO_URGENT_REASON = "Say why the purchase is urgent (procedure 4.2.3, WH-05)."
LIES_IN_STORE = (
	"Row {0}: {1} of {2} lie in the store; an urgent purchase is for what is not stocked or has run out (procedure "
	"4.2.3, WH-05). Ask the store to issue it."
)
NOT_BELOW = "Row {0}: {1} is not below its limit, {2} of {3} lie in the store (procedure 4.2.2, WH-05). Put it on the monthly plan."
MONTH_TAKEN = (
	"{0} plans this store and month already (WH-04). Change that plan instead of making a second one."
)


@dataclass(frozen=True)
class Line:
	"""What the rules of a plan type ask of a row: its number, item, class, and how the store stands, in stock units."""

	idx: int
	item: str
	stock_class: str | None
	balance: Decimal
	limit: Decimal
	is_stock_item: bool = True


def refuse_planner(plan_type: str | None, is_storekeeper: bool, heads_department: bool) -> Refusal | None:
	"""WH-05: who draws up which plan. `heads_department`: whether the person leads the department that asks."""
	if plan_type not in PLAN_TYPES:
		return Refusal(NO_TYPE)
	if plan_type == URGENT:
		return None if heads_department else Refusal(HEADS_PLAN)
	return None if is_storekeeper else Refusal(STOREKEEPERS_PLAN, (plan_type,))


def refuse_lines(plan_type: str, lines: Iterable[Line], reason: str | None) -> Refusal | None:
	"""WH-05: an urgent plan has a reason and buys what is not stocked or has run out; a plan for what is below its limit
	buys that.
	"""
	if plan_type == URGENT and not (reason or "").strip():
		return Refusal(NO_URGENT_REASON)
	for line in lines:
		if plan_type == URGENT and not (is_unstocked(line) or line.balance <= 0):
			return Refusal(LIES_IN_STORE, (line.idx, f"{line.balance:f}", line.item))
		if plan_type == BELOW_LIMIT and line.balance >= line.limit:
			return Refusal(NOT_BELOW, (line.idx, line.item, f"{line.balance:f}", f"{line.limit:f}"))
	return None


def is_unstocked(line: Line) -> bool:
	return line.stock_class == NOT_STOCKED or not line.is_stock_item


def plan_key(plan_type: str, store: str, day: date) -> str | None:
	"""What a plan holds for itself: one monthly plan per store and month, one drafted below the limit per store and day.

	`day` is the first day of the month that is planned, or the day of the draft. An urgent plan holds nothing.
	"""
	if plan_type == URGENT:
		return None
	return f"{store}|{day:%Y-%m}" if plan_type == MONTHLY else f"{store}|{day:%Y-%m-%d}|below"


# ---- dates (4.2.1, 4.2.4, 4.2.7) ---------------------------------------------------------------------------------

COMPILED, SENT, PASSED = "compiled", "sent", "passed"
LATE = {
	COMPILED: "Compiled {0} days late (due {1})",
	SENT: "Sent to finance {0} days late (due {1})",
	PASSED: "Passed to the general manager {0} days late (due {1})",
}


def planned_month(day: date) -> date:
	"""4.2.1: a plan is for the month after the one it is drawn up in."""
	return month_before(day.replace(day=1), -1)


def days_late(due: date, done: date) -> int:
	return max((done - due).days, 0)


# ---- budget (4.2.5 e) --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Funds:
	"""The funds of a period and what is spoken for, in company currency. `budget` is None where nobody set one."""

	budget: Decimal | None
	ledger: Decimal
	unordered: Decimal
	ordered: Decimal

	@property
	def used(self) -> Decimal:
		"""WH-06: what the ledger says, approved and not ordered yet, ordered and not received yet."""
		return self.ledger + self.unordered + self.ordered

	def left(self, plan: Decimal) -> Decimal:
		"""After the plan of this amount; negative when it does not fit. Without a budget there is nothing left."""
		return (self.budget or Decimal(0)) - self.used - plan
