"""The stage on which parts of the demo are played: the clock, the people, and what their acts left behind."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import get_system_timezone
from freezegun import freeze_time

from property_service import notifications
from property_service.setup.demo import record

# These wait for real time.
IGNORE = ["pymysql", "redis"]


class Timed(Protocol):
	at: datetime


class Play(Protocol):
	"""A part of the demo that is played: what happens in it, in the order of time, and who lets it happen."""

	acts: Sequence[Timed]

	def perform(self, act: Timed) -> None: ...


def perform(plays: Sequence[Play], written: Iterable[str]) -> dict[str, set[str]]:
	"""Performs the acts of all plays in the order of their moments, with the clock set to each.

	Notes what they left in the DocTypes `written`, and returns it. The session user is put back in the end.
	"""
	acts = [(act, play) for play in plays for act in play.acts]
	acts.sort(key=lambda part: part[0].at)
	before = {doctype: names_in(doctype) for doctype in written}
	if acts:
		zone, user = ZoneInfo(get_system_timezone()), frappe.session.user
		with without_mails(), freeze_time(utc(acts[0][0].at, zone), ignore=IGNORE) as clock:
			for act, play in acts:
				clock.move_to(utc(act.at, zone))
				play.perform(act)
			frappe.set_user(user)  # each act was its own person's
	left = {doctype: names_in(doctype) - names for doctype, names in before.items()}
	for doctype, names in left.items():
		record.note(doctype, sorted(names))
	return left


def time_passes() -> freeze_time:
	"""Within an act: stock that comes and goes at once is told apart by when its entries were made."""
	return freeze_time(datetime.now(ZoneInfo("UTC")).replace(tzinfo=None), ignore=IGNORE, tick=True)


def become(user: str) -> None:
	if frappe.session.user != user:
		frappe.set_user(user)  # each act is its own person's, with that person's rights


def names_in(doctype: str) -> set[str]:
	return set(frappe.get_all(doctype, pluck="name", order_by="name"))


def insert(doctype: str, **values):
	return frappe.get_doc({"doctype": doctype, **values}).insert()


def utc(moment: datetime, zone: ZoneInfo) -> datetime:
	"""Never a full second: Frappe writes one without its fraction, and takes the document it reads back for another."""
	moment = moment.replace(microsecond=417_000)
	return moment.replace(tzinfo=zone).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


@contextmanager
def without_mails() -> Iterator[None]:
	"""Nobody is written to about what is played; the notifications on the desk stay."""
	send, notifications.send = notifications.send, lambda *args: None
	try:
		yield
	finally:
		notifications.send = send
