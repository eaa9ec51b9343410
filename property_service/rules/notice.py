"""Who receives a notice over which channel, and what may still become of it (SVC-20)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from property_service.rules.refusal import Refusal

PRINT, EMAIL, SMS, PORTAL = "Print", "Email", "SMS", "Portal"
CHANNELS = (PRINT, EMAIL, SMS, PORTAL)

DRAFT, SCHEDULED, PUBLISHING, PUBLISHED = "Draft", "Scheduled", "Publishing", "Published"
WITHDRAWN = "Withdrawn"

PUBLISH, WITHDRAW, RETRY, HAND_OUT = "publish", "withdraw", "retry", "hand_out"
# Step -> the states in which it may be taken, and what is said of any other.
STEPS = {
	PUBLISH: ((DRAFT,), "Only a draft is published."),
	WITHDRAW: ((SCHEDULED, PUBLISHING, PUBLISHED), "Only a published notice is withdrawn."),
	RETRY: ((PUBLISHING, PUBLISHED), "Only a published notice has deliveries to retry."),
	HAND_OUT: ((PUBLISHING, PUBLISHED), "Only a published notice is handed out."),
}

NO_CHANNEL = "A notice needs a channel (SVC-20). Tick print, email, SMS or portal."
NOT_NOW = "{0} {1} is {2} (SVC-20). Reload the page to see its state."
TEXT_STAYS = (
	"{0} has been published and keeps its text and audience (SVC-20). Withdraw it and copy it instead."
)
IS_KEPT = "A published notice is kept (SVC-20). Withdraw it instead of deleting it."
NO_READERS = (
	"Nobody belongs to this audience on these channels (SVC-20). Widen the audience or add a channel."
)


@dataclass(frozen=True)
class Person:
	"""A resident of the audience; whatever is not known is empty."""

	resident: str
	property_unit: str = ""
	email: str = ""
	mobile_no: str = ""
	has_login: bool = False


@dataclass(frozen=True)
class Delivery:
	"""One recipient of one channel. `recipient_key` is what must receive the notice once only.

	`reachable` is False where the address is missing: such a delivery is listed as failed, not forgotten.
	"""

	channel: str
	recipient_key: str
	resident: str | None
	property_unit: str | None
	address: str = ""
	reachable: bool = True


def refuse_channels(channels: Collection[str]) -> Refusal | None:
	return None if channels else Refusal(NO_CHANNEL)


def refuse_step(step: str, subject: str, status: str) -> Refusal | None:
	"""Raises KeyError for an unknown step."""
	states, reason = STEPS[step]
	return None if status in states else Refusal(NOT_NOW, (reason, subject, status))


def refuse_change(subject: str, status: str) -> Refusal | None:
	"""What residents may have read stays as they read it. `status`: before the change."""
	return None if status == DRAFT else Refusal(TEXT_STAYS, (subject,))


def refuse_deletion(status: str) -> Refusal | None:
	return None if status == DRAFT else Refusal(IS_KEPT)


def refuse_silence(planned: Collection[Delivery]) -> Refusal | None:
	"""A notice that nobody would receive is a mistake in its audience."""
	return None if planned else Refusal(NO_READERS)


def deliveries(people: Iterable[Person], channels: Iterable[str]) -> list[Delivery]:
	"""One printed copy per unit, one mail per address, one SMS per number, one portal entry per login.

	Two people who share an address or a number receive one message; the first by resident number stands for both.
	"""
	chosen = set(channels)
	found: dict[tuple[str, str], Delivery] = {}
	for person in sorted(people, key=lambda person: person.resident):
		for delivery in _of(person, chosen):
			found.setdefault((delivery.channel, delivery.recipient_key), delivery)
	return list(found.values())


def _of(person: Person, channels: set[str]) -> Iterable[Delivery]:
	if PRINT in channels and person.property_unit:
		yield Delivery(PRINT, person.property_unit, None, person.property_unit)
	if EMAIL in channels:
		yield _addressed(EMAIL, person, mail_key(person.email))
	if SMS in channels:
		yield _addressed(SMS, person, mobile_key(person.mobile_no))
	if PORTAL in channels and person.has_login:
		yield Delivery(PORTAL, person.resident, person.resident, person.property_unit or None)


def _addressed(channel: str, person: Person, address: str) -> Delivery:
	return Delivery(
		channel,
		address or person.resident,
		person.resident,
		person.property_unit or None,
		address,
		reachable=bool(address),
	)


def mail_key(email: str | None) -> str:
	return (email or "").strip().lower()


def mobile_key(mobile_no: str | None) -> str:
	"""Digits alone, a Chinese country code dropped: "+86 139-0000 1111" and "13900001111" are one number."""
	digits = re.sub(r"\D", "", mobile_no or "")
	return re.sub(r"^(?:00)?86(?=1\d{10}$)", "", digits)
