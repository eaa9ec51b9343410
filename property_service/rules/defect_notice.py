"""Work that the developer owes (遗漏工程, 维保期): sent out by a notice, returned, or done by ourselves (SVC-07).

Source: summary 6 (工程维修工作联系单, 投诉处理单: sent, returned, followed up, satisfied) and summary 9 (the builder
does not come in time, so the company repairs first).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from property_service.rules import rates

DRAFT = "Draft"
ISSUED = "Issued"
RETURNED = "Slip Returned"
TAKEN_OVER = "Taken Over"
CLOSED = "Closed"
CANCELLED = "Cancelled"
NEXT = {
	DRAFT: (ISSUED, CANCELLED),
	ISSUED: (RETURNED, TAKEN_OVER, CANCELLED),
	RETURNED: (CLOSED,),
	TAKEN_OVER: (CLOSED,),
	CLOSED: (),
	CANCELLED: (),
}
OUTSTANDING = (DRAFT, ISSUED, TAKEN_OVER)

DEVELOPER_WARRANTY = "Developer Warranty"

NOT_WARRANTY = "Ticket {0} is no developer warranty, so its work is dispatched, not noticed (SVC-07)."
NOT_A_STEP = "A notice that is {0} cannot become {1} (SVC-07). Issue it, record its return or take the work over, then close it."
SENT_IS_FROZEN = "{0} of a notice that is {1} does not change: it stands on the slip that went out (SVC-07). Cancel the notice and issue another one."
NO_DUE_DATE = (
	"A notice names the day by which the work is due, not before its issue (SVC-07). Enter the due date."
)
NO_RESULT = "A returned notice says what was done (SVC-07). Enter the result of the return slip."
NOT_OVERDUE = "Notice {0} is due on {1}; the company takes the work over only after that day (SVC-07)."
NOT_ISSUED = "Only an issued notice is taken over (SVC-07); this one is {0}."
OWN_WORK_OPEN = "The own order {0} is not finished yet (SVC-07). Close the notice when its cost is known."
NO_OWN_ORDER = "Work is taken over by the button, which makes the own order whose cost is reclaimed (SVC-07)."
NO_CANCEL_REASON = "A cancelled notice says why (SVC-07). Enter the reason."


# What stands on the slip that went to the outside party; and what the closed record says came of it.
ON_THE_SLIP = frozenset(("notice_kind", "outside_party", "matter", "due_on"))
OF_THE_END = frozenset(("result", "cancel_reason"))


@dataclass(frozen=True)
class Notice:
	"""What the steps of a notice are judged by."""

	today: date
	issued_on: date | None = None
	due_on: date | None = None
	result: str | None = None
	own_order: str | None = None
	own_order_finished: bool = False
	cancel_reason: str | None = None


def refuse_edit(status: str, changed: Collection[str]) -> str | None:
	"""The first field that does not change any more while the notice is `status`; None when there is none."""
	frozen = ON_THE_SLIP if status != DRAFT else frozenset()
	if status in (CLOSED, CANCELLED):
		frozen |= OF_THE_END
	return min(frozen & set(changed), default=None)


def refuse_step(before: str, after: str, notice: Notice) -> str | None:
	"""Return the message that refuses the step, None when the facts allow it."""
	if after not in NEXT[before]:
		return NOT_A_STEP
	if after == ISSUED and not (notice.due_on and notice.due_on >= notice.today):
		return NO_DUE_DATE
	if after == RETURNED and not (notice.result or "").strip():
		return NO_RESULT
	if after == TAKEN_OVER and not notice.own_order:
		return NO_OWN_ORDER
	if after == CLOSED and before == TAKEN_OVER and not notice.own_order_finished:
		return OWN_WORK_OPEN
	if after == CANCELLED and not (notice.cancel_reason or "").strip():
		return NO_CANCEL_REASON
	return None


def refuse_taking_over(status: str, due_on: date | None, today: date) -> str | None:
	"""The builder has the work until the end of the day it is due."""
	if status != ISSUED:
		return NOT_ISSUED
	return None if due_on and due_on < today else NOT_OVERDUE


@dataclass(frozen=True)
class Counts:
	"""Notices of a period; every count is part of the one before it, `reclaim` is in cents of the currency."""

	sent: int = 0
	returned: int = 0
	followed_up: int = 0
	satisfied: int = 0
	overdue: int = 0
	taken_over: int = 0
	reclaim: Decimal = Decimal(0)

	@property
	def completion_rate(self) -> int | None:
		"""Returned of sent, whole percent half up; None without any."""
		return rates.percent(self.returned, self.sent)

	@property
	def follow_up_rate(self) -> int | None:
		"""Followed up of returned."""
		return rates.percent(self.followed_up, self.returned)

	@property
	def satisfaction_rate(self) -> int | None:
		"""Satisfied of followed up."""
		return rates.percent(self.satisfied, self.followed_up)
