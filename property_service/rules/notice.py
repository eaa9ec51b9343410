"""Who receives a notice over which channel (SVC-20)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

PRINT, EMAIL, SMS, PORTAL = "Print", "Email", "SMS", "Portal"
CHANNELS = (PRINT, EMAIL, SMS, PORTAL)


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
