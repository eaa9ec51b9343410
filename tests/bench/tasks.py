"""What a process of a crew does: each function gets ready and returns what is done again and again (see crew.py)."""

import itertools
from collections.abc import Callable

import frappe
import requests

from tests.bench import plain


def insert(values: dict) -> Callable:
	"""A document; `{n}` in a text becomes a number that no other one has."""
	mark, numbers = frappe.generate_hash(length=6), itertools.count()
	frappe.get_meta(values["doctype"])

	def act() -> None:
		number = f"{mark}{next(numbers)}"
		given = {k: v.replace("{n}", number) if isinstance(v, str) else v for k, v in values.items()}
		frappe.get_doc(given).insert()

	return act


def pay(card_no: str) -> Callable:
	"""One yuan by card, as a terminal does."""
	from property_service.property_service.doctype.card_transaction import consumption

	return lambda: consumption.consume(card_no, 1, frappe.generate_hash(length=16))


def pay_plain(card: str) -> Callable:
	"""One yuan as a program of Frappe's own means would take it: lock, look, save, insert."""

	def act() -> None:
		doc = frappe.get_doc(plain.CARD, card, for_update=True)
		if doc.balance < 1:
			frappe.throw("not enough")
		before = doc.balance
		doc.balance = before - 1
		doc.save()
		frappe.get_doc(
			{
				"doctype": plain.MOVEMENT,
				"card": card,
				"amount": -1,
				"balance_before": before,
				"balance_after": doc.balance,
				"request_id": frappe.generate_hash(length=16),
			}
		).insert()

	return act


def post(url: str, site: str, user: str, password: str, path: str, values: dict) -> Callable:
	"""Something sent over HTTP, by somebody who is signed in."""
	session = requests.Session()
	session.headers.update({"X-Frappe-Site-Name": site, "Accept": "application/json"})
	answer = session.post(f"{url}/api/method/login", json={"usr": user, "pwd": password}, timeout=60)
	answer.raise_for_status()

	def act() -> None:
		answer = session.post(url + path, json=values, timeout=60)
		answer.raise_for_status()

	return act
