"""Who hands a counter over to whom, and who may open the next shift on it (交接班记录, SVC-21).

Source: customer-service procedure 4.2 (同事间协调工作,轮换工作,并做好交接班记录).

A counter has a custodian: whoever worked the last shift on it or took it over since. The custodian hands it over; only
the custodian opens the next shift. A rule answers with a `Refusal` or None; its text is translated by the controller.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from property_service.rules.refusal import Refusal, is_blank

OPEN = "Open"
AWAITING = "Awaiting Incoming Clerk"
COMPLETED = "Completed"
CANCELLED = "Cancelled"
UNFINISHED = (OPEN, AWAITING)

NOT_A_CLERK = "{0} is no front desk clerk: counters are handed over between clerks (SVC-21)."
NOT_CUSTODIAN = "{0} is in charge of this counter and hands it over; the service manager may do so in an absence (SVC-21)."
NOT_OPEN = "This handover is {0}; {1} is signed first, and once (SVC-21)."
NOT_OUTGOING = "{0} signs as outgoing clerk; only the service manager may sign in an absence (SVC-21)."
NOT_INCOMING = "{0} signs as incoming clerk; only the service manager may sign in an absence (SVC-21)."
NO_ABSENCE_REASON = "Give the reason for signing in place of {0} (SVC-21)."
NO_INCOMING = "Name the incoming clerk before signing in an absence (SVC-21)."
SAME_PERSON = "A counter is handed over to another person: {0} is on both sides (SVC-21)."
SIGNED_TWICE = "{0} has signed for the outgoing side; the incoming side is signed by another person (SVC-21)."
NO_DIFFERENCE_NOTE = "The cash counted differs from the records by {0}. Write down why under the matters to note before signing (SVC-21)."
FROZEN = "{0} was signed and does not change any more; cancel the handover and begin another (SVC-21)."
NOT_YOURS = "{0} writes this handover until it is signed (SVC-21)."
NO_CANCEL_REASON = "Give the reason for cancelling the handover (SVC-21)."
ENDED = "This handover is {0} and stays as it is (SVC-21)."
HANDOVER_MISSING = (
	"{0} is in charge of the counter {1}. Sign the shift handover (交接班记录) together before you open the till; the "
	"service manager may sign for somebody absent (SVC-21)."
)


@dataclass(frozen=True)
class Charge:
	"""Since when a clerk has been in charge of a counter."""

	clerk: str
	since: datetime


@dataclass(frozen=True)
class Signer:
	"""The person at the keyboard. `is_manager`: holds the office of service manager today."""

	user: str
	is_clerk: bool = False
	is_manager: bool = False


def custodian(last_shift: Charge | None, last_handover: Charge | None) -> str | None:
	"""Who is in charge of the counter: of the last shift and the last completed handover, the later one decides."""
	charges = [charge for charge in (last_handover, last_shift) if charge]
	return max(charges, key=lambda charge: charge.since).clerk if charges else None


def refuse_opening(in_charge: str | None, clerk: str, counter: str) -> Refusal | None:
	"""SVC-21: without a handover the next shift cannot open; none is needed for the first shift or the same clerk."""
	if in_charge in (None, clerk):
		return None
	return Refusal(HANDOVER_MISSING, (in_charge, counter))


def outgoing_clerk(in_charge: str | None, signer: Signer) -> str | Refusal:
	"""Whose side the new handover is: the custodian's; on a counter that nobody had, the clerk's who begins it."""
	if in_charge is None:
		return signer.user if signer.is_clerk else Refusal(NOT_A_CLERK, (signer.user,))
	if signer.user != in_charge and not signer.is_manager:
		return Refusal(NOT_CUSTODIAN, (in_charge,))
	return in_charge


def refuse_incoming(outgoing: str, incoming: str | None, is_clerk: bool) -> Refusal | None:
	"""Whoever is named as incoming clerk is another person, and a clerk."""
	if not incoming:
		return None
	if incoming == outgoing:
		return Refusal(SAME_PERSON, (incoming,))
	return None if is_clerk else Refusal(NOT_A_CLERK, (incoming,))


def refuse_edit(status: str, signer: Signer, outgoing: str, changed: str | None) -> Refusal | None:
	"""What a person writes belongs to the outgoing side until it is signed. `changed`: the first field that differs."""
	if not changed:
		return None
	if status != OPEN:
		return Refusal(FROZEN, (changed,))
	if signer.user == outgoing or signer.is_manager:
		return None
	return Refusal(NOT_YOURS, (outgoing,))


def refuse_outgoing_signature(
	status: str, signer: Signer, outgoing: str, reason: str | None, difference: Decimal, note: str | None
) -> Refusal | None:
	"""The outgoing clerk signs, or the service manager with a reason; cash that differs is explained."""
	if status != OPEN:
		return Refusal(NOT_OPEN, (status, "Outgoing Clerk"))
	if signer.user != outgoing:
		if not signer.is_manager:
			return Refusal(NOT_OUTGOING, (outgoing,))
		if is_blank(reason):
			return Refusal(NO_ABSENCE_REASON, (outgoing,))
	if difference and is_blank(note):
		return Refusal(NO_DIFFERENCE_NOTE, (f"{difference:+.2f}",))
	return None


def refuse_incoming_signature(
	status: str,
	signer: Signer,
	outgoing: str,
	signed_by: str | None,
	incoming: str | None,
	reason: str | None,
) -> Refusal | None:
	"""The named incoming clerk signs, or any clerk where none is named, or the service manager with a reason.

	`signed_by`: who signed for the outgoing side. The two signatures are those of two people.
	"""
	if status != AWAITING:
		return Refusal(NOT_OPEN, (status, "Incoming Clerk"))
	if signer.user == outgoing:
		return Refusal(SAME_PERSON, (signer.user,))
	if signer.user == signed_by:
		return Refusal(SIGNED_TWICE, (signer.user,))
	if signer.user == incoming or (not incoming and signer.is_clerk):
		return None
	if not signer.is_manager:
		return Refusal(NOT_INCOMING, (incoming,)) if incoming else Refusal(NOT_A_CLERK, (signer.user,))
	if not incoming:
		return Refusal(NO_INCOMING)
	return Refusal(NO_ABSENCE_REASON, (incoming,)) if is_blank(reason) else None


def refuse_cancelling(status: str, signer: Signer, outgoing: str, reason: str | None) -> Refusal | None:
	"""An unfinished handover is cancelled by the outgoing clerk or the service manager, with a reason."""
	if status not in UNFINISHED:
		return Refusal(ENDED, (status,))
	if signer.user != outgoing and not signer.is_manager:
		return Refusal(NOT_OUTGOING, (outgoing,))
	return Refusal(NO_CANCEL_REASON) if is_blank(reason) else None
