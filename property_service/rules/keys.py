"""Keys: one record per physical copy, lent once at a time, asked back every day (DESK-08, register E).

Source: customer-service procedure, "钥匙的管理": whoever borrows a key signs the register and brings it back within one
day, and whoever handed it out asks for it in time.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from property_service.rules.refusal import Refusal, is_blank

IN_CABINET = "In Cabinet"
LENT = "Lent"
LOST = "Lost"
RETIRED = "Retired"

BROUGHT_BACK = "Brought Back"
CANCELLED = "Cancelled"

TEMPORARY = "Temporary"
RESIDENCE = "Residence"

RESIDENT = "Resident"
EMPLOYEE = "Employee"

GOOD, DAMAGED = "Good", "Damaged"

ISSUER_TOLD = "Issuer Told"
BORROWER_ASKED = "Borrower Asked"

# Of a key; going out and coming back are the steps of its loan.
KEY_STEPS = {
	(IN_CABINET, LOST): "Report Lost",
	(LOST, IN_CABINET): "Put Back",
	(IN_CABINET, RETIRED): "Retire",
	(LOST, RETIRED): "Retire",
}
LOAN_STEPS = {
	(LENT, BROUGHT_BACK): "Take Back",
	(LENT, LOST): "Report Lost",
	(LENT, CANCELLED): "Cancel",
}
REGISTER = "E"
LONGEST_TAG = 40

BAD_TAG = (
	"{0} is no key tag (DESK-08). Use letters, digits, Chinese characters and - _ . only, at most 40 of them."
)
NO_UNIT = "Say which units the key opens (DESK-08)."
FOREIGN_UNIT = "{0} belongs to another company than the key (DESK-08)."
UNITS_OF_A_KEY_OUT = "Key {0} is out; what it opens is corrected when it is back (DESK-08)."

IS_OUT = "Key {0} is out: {1} has it since {2}, loan {3} (DESK-08). Take it back first, or lend another copy."
IS_LOST = (
	"Key {0} was lost (DESK-08). Lend another copy; if it was found, put it back into the cabinet first."
)
IS_RETIRED = "Key {0} is retired (DESK-08). Lend another copy."
UNKNOWN_TAG = "There is no key with the tag {0} (DESK-08). Scan it again, or enter the key first."
NOBODY_HAS_IT = "Key {0} is not out (DESK-08): nobody can bring it back."

NO_BORROWER = "Say who takes the key: choose the resident or employee, or enter name and telephone (DESK-08)."
NO_PHONE = "{0} is no telephone number (DESK-08). Correct it, so that the borrower can be asked for the key."
NO_PURPOSE = "Say what the key is borrowed for (DESK-08, register E)."
ONLY_RESIDENTS = "A residence key goes to the resident who lives there (DESK-08). Choose the resident, or lend the key temporarily."
HAS_MOVED_OUT = "{0} has moved out (DESK-08). A residence key goes to somebody who lives or moves in here."
HAS_LEFT = "{0} has left the company (DESK-08). Lend the key to somebody who works here."
DUE_BEFORE_NOW = "The key would be due before it goes out (DESK-08): {0}. Correct the time."
DUE_TOO_LATE = (
	"A key lent for the time being comes back within {0} days, until {1} (DESK-08, procedure 钥匙的管理). "
	"Choose an earlier time; the service manager may extend the loan afterwards."
)
OTHER_ROOM = "Key {0} does not open {1} (DESK-10). Scan the key of the room that was assigned."
NO_END_FOR_RESIDENCE = (
	"A residence key is due when the resident moves out (DESK-08). Leave the due time empty."
)
EXTENDED_BY_MANAGER = "Only the service manager extends a loan (DESK-08). Take the key back and lend it anew."
NOT_LATER = "A loan is extended to a later time than {0} (DESK-08)."
NO_DEPOSIT = "Loan {0} holds no deposit that could be paid back (DESK-08)."
BAD_COMPENSATION = "The compensation is not an amount of money (DESK-08)."
LESS_BY_MANAGER = "A lost key costs {0} (DESK-08, settings); only the service manager charges less. Charge it, or let the manager waive it."
NOTHING_TO_PAY = "Loan {0} has no compensation that is still to be paid (DESK-08)."
WAIVED_BY_MANAGER = "Only the service manager waives the compensation for a lost key (DESK-08)."
WAIVE = "Waive Compensation"


@dataclass(frozen=True)
class Key:
	"""A key as it is on its locked row."""

	tag: str
	status: str
	holder: str | None = None
	since: object = None
	loan: str | None = None


@dataclass(frozen=True)
class Borrower:
	"""Who takes a key. `lives_here`: registered or living in; `works_here`: an active employee."""

	kind: str
	person: str | None = None
	name: str | None = None
	phone: str | None = None
	lives_here: bool = True
	works_here: bool = True


def tag(text: str | None) -> str:
	"""Return a tag as it is kept: capitals, half-width, without blanks. Raises ValueError for one that is none.

	A scanner types it; a person with a Chinese keyboard easily types it full-width.
	"""
	kept = re.sub(r"\s", "", unicodedata.normalize("NFKC", text or "")).upper()
	if not re.fullmatch(rf"[0-9A-Z\u4e00-\u9fff\-_.]{{1,{LONGEST_TAG}}}", kept):
		raise ValueError("not a key tag")
	return kept


def refuse_lending(key: Key) -> Refusal | None:
	"""A key that is out, lost or retired is not lent (DESK-08)."""
	if key.status == LENT:
		return Refusal(IS_OUT, (key.tag, key.holder or "", key.since or "", key.loan or ""))
	if key.status == LOST:
		return Refusal(IS_LOST, (key.tag,))
	if key.status != IN_CABINET:
		return Refusal(IS_RETIRED, (key.tag,))
	return None


def refuse_borrower(kind: str, borrower: Borrower, purpose: str | None) -> Refusal | None:
	"""Register E names who has the key and what for; a residence key is the resident's."""
	if kind == RESIDENCE:
		if borrower.kind != RESIDENT or not borrower.person:
			return Refusal(ONLY_RESIDENTS)
		if not borrower.lives_here:
			return Refusal(HAS_MOVED_OUT, (borrower.name or "",))
		return None
	if borrower.kind in (RESIDENT, EMPLOYEE):
		if not borrower.person:
			return Refusal(NO_BORROWER)
	elif is_blank(borrower.name) or is_blank(borrower.phone):
		return Refusal(NO_BORROWER)
	if borrower.kind == EMPLOYEE and not borrower.works_here:
		return Refusal(HAS_LEFT, (borrower.name or "",))
	return Refusal(NO_PURPOSE) if is_blank(purpose) else None


def latest_due(borrowed_on: datetime, days: int) -> datetime:
	"""The end of the time a key may be lent for; `days` is the setting (source: 1)."""
	return borrowed_on + timedelta(days=max(days, 0))


def refuse_due(kind: str, due_on: datetime | None, borrowed_on: datetime, days: int) -> Refusal | None:
	"""A temporary loan ends within `days`; a residence key stays until moving out and has no day."""
	if kind == RESIDENCE:
		return Refusal(NO_END_FOR_RESIDENCE) if due_on else None
	if due_on is None:
		return None
	if due_on <= borrowed_on:
		return Refusal(DUE_BEFORE_NOW, (due_on,))
	latest = latest_due(borrowed_on, days)
	return Refusal(DUE_TOO_LATE, (days, latest)) if due_on > latest else None


def refuse_extension(
	is_manager: bool, due_on: datetime | None, new_due_on: datetime, now: datetime
) -> Refusal | None:
	"""An exception to the one day is the service manager's."""
	if not is_manager:
		return Refusal(EXTENDED_BY_MANAGER)
	floor = max(due_on or now, now)
	return None if new_due_on > floor else Refusal(NOT_LATER, (floor,))


def refuse_charge(is_manager: bool, amount: Decimal, standard: Decimal) -> Refusal | None:
	"""What a lost key costs is a setting; charging less is an exception of the manager's."""
	return Refusal(LESS_BY_MANAGER, (f"{standard:.2f}",)) if amount < standard and not is_manager else None


def is_overdue(status: str, due_on: datetime | None, now: datetime) -> bool:
	return status == LENT and due_on is not None and now > due_on


def days_to_chase(
	due_on: datetime, now: datetime, chased: Collection[date], longest_catch_up: int
) -> list[date]:
	"""Days on which the issuer was to be told of a key that is still out, and was not yet (DESK-08).

	The day of `due_on` counts from that time on. Days that a stopped scheduler missed are made up for, the last
	`longest_catch_up` of them.
	"""
	if now <= due_on:
		return []
	first = max(due_on.date(), now.date() - timedelta(days=max(longest_catch_up - 1, 0)))
	days = [first + timedelta(days=n) for n in range((now.date() - first).days + 1)]
	return [day for day in days if day not in chased]
