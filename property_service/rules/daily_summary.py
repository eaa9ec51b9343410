"""Which days' issues are summed up, until when a summary collects, and when it stays (每日问题汇总, SVC-22).

Source: customer-service procedure 2, duties of the front desk (每日收集并整理日常问题,总结问题,反馈问题,解决问题).

A rule answers with a `Refusal` or None. The text of a refusal is its English source; the controller translates it.
"""

from datetime import date, datetime, time, timedelta

from property_service.rules.refusal import Refusal

DRAFT, CLOSED = "Draft", "Closed"

LONGEST_CATCH_UP_DAYS = 31
"""Days made up for after the job stood still; a desk that was closed longer starts again."""

STAYS = "The summary of {0} was closed by {1} and does not change any more (SVC-22)."
CLOSED_ALREADY = "{0} has closed this summary already (SVC-22)."


def last_day(now: datetime, closes_at: time) -> date:
	"""The last day that is summed up by `now`: today as soon as the desk has closed, until then yesterday."""
	return now.date() if now.time() >= closes_at else now.date() - timedelta(days=1)


def days_to_draft(latest: date | None, last: date) -> list[date]:
	"""Days until `last` that have no summary yet, in order. `latest`: the last one that has; None before the first."""
	if latest is None:
		return [last]
	first = max(latest + timedelta(days=1), last - timedelta(days=LONGEST_CATCH_UP_DAYS))
	return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def days_to_top_up(last: date) -> tuple[date, date]:
	"""First and last day whose drafts collect once more: what was reported after the desk had closed belongs to its day."""
	return last - timedelta(days=1), last


def collects(status: str, day: date, collected_on: datetime) -> bool:
	"""A draft goes on collecting until the day is over, and once afterwards."""
	return status == DRAFT and collected_on < datetime.combine(day, time.min) + timedelta(days=1)


def refuse_change(status: str, day: date, closed_by: str | None) -> Refusal | None:
	"""What the manager closed stays as it was closed."""
	return Refusal(STAYS, (day, closed_by)) if status == CLOSED else None


def refuse_closing(status: str, closed_by: str | None) -> Refusal | None:
	return Refusal(CLOSED_ALREADY, (closed_by,)) if status == CLOSED else None
