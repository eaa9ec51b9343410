"""Cards as the desk and its machines use them: registered, topped up, paid with, lost, replaced, closed."""

import frappe
from frappe.utils import flt

from property_service import invariants
from property_service.property_service.doctype.card_subsidy_batch import crediting
from property_service.property_service.doctype.card_transaction import actions, consumption
from tests.site import make
from tests.site.till_line import Till, mode

CARD, TRANSACTION = "Service Card", "Card Transaction"


def number() -> str:
	"""A card number that nobody else has."""
	return f"88{frappe.generate_hash(length=8)}".upper()


def customer(**values):
	return make.insert(
		{"doctype": "Customer", "customer_name": f"住户公司 {frappe.generate_hash(length=6)}", **values}
	)


def area(**values):
	return make.insert(
		{
			"doctype": "Access Area",
			"area_name": f"大门 {frappe.generate_hash(length=6)}",
			"company": make.company(),
			**values,
		}
	)


def findings() -> list:
	"""Invariants of cards that do not hold; the liability account among them."""
	invariants.invariants()
	company = make.company()
	wanted = {"DESK-02", "DESK-03"}
	return [
		found
		for found in invariants.check(company)
		if found.rule in wanted
		or found.invariant in ("registers_and_ledger_agree", "paid_entries_have_their_receipts")
	]


def read(card_no: str) -> frappe._dict:
	return frappe.db.get_value(
		CARD, card_no, ["status", "balance", "cash_balance", "subsidy_balance"], as_dict=True
	)


def parts(card_no: str) -> tuple[float, float]:
	"""(cash, subsidy)"""
	row = read(card_no)
	assert row.balance == flt(row.cash_balance + row.subsidy_balance, 2)
	return row.cash_balance, row.subsidy_balance


class Cards:
	"""`cards.open_till()` once; then cards and their movements as the clerk."""

	def __init__(self, cast, as_user):
		self.cast, self.as_user = cast, as_user
		self.till = Till(cast, as_user)

	def open_till(self, **values):
		return self.till.open(**values)

	def card(self, person="clerk", cash=0, subsidy=0, employer=None, **values):
		"""A registered card; `cash` needs an open till, `subsidy` an employer."""
		resident = values.pop("resident", None) or make.resident(employer=employer and employer.name).name
		with self.as_user(person):
			doc = frappe.get_doc(
				{"doctype": CARD, "card_no": number(), "resident": resident, **values}
			).insert()
		if cash:
			self.move(doc.name, "Cash Top-up", cash, how="cash", person=person)
		if subsidy:
			self.subsidise(employer, {doc.name: subsidy})
		return doc.name

	def move(self, card_no, transaction_type, amount=None, how=None, person="clerk", **values):
		"""By the method behind the buttons; `how` is a key of modes of payment."""
		with self.as_user(person):
			return actions.make(
				card_no,
				transaction_type,
				amount=amount,
				mode_of_payment=how and mode(how),
				**values,
			)

	def document(self, card_no, transaction_type, person="clerk", **values):
		"""By inserting a submitted document, as a program does."""
		with self.as_user(person):
			return frappe.get_doc(
				{
					"doctype": TRANSACTION,
					"service_card": card_no,
					"transaction_type": transaction_type,
					"docstatus": 1,
					**values,
				}
			).insert()

	def pay(self, card_no, amount, request_id=None, person="terminal", **values):
		with self.as_user(person):
			return consumption.consume(
				card_no, amount, request_id or frappe.generate_hash(length=16), **values
			)

	def batch_values(self, employer, amounts, month="2026-03", **values):
		return {
			"doctype": "Card Subsidy Batch",
			"customer": employer.name,
			"company": self.cast.company,
			"month": month,
			"rows": [{"service_card": card, "amount": amount} for card, amount in amounts.items()],
			**values,
		}

	def subsidise(self, employer, amounts, person="clerk", **values):
		"""A batch, credited to its end; months are drawn so that one company may be subsidised more than once."""
		values.setdefault("month", f"{2000 + int(frappe.generate_hash(length=4), 16) % 900}-03")
		with self.as_user(person):
			batch = frappe.get_doc(self.batch_values(employer, amounts, **values)).insert()
			batch.submit()
		credit(batch.name)
		return frappe.get_doc("Card Subsidy Batch", batch.name)


def credit(batch: str) -> int:
	"""Every step of the background job, one after the other; returns how many there were."""
	steps = 0
	while frappe.db.get_value("Card Subsidy Batch", batch, "status") == "Crediting":
		crediting.credit(batch)
		steps += 1
		assert steps < 100
	return steps
