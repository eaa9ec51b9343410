"""A day at the till as the people concerned play it: opened by a clerk, money taken, closed, accepted by the cashier."""

from contextlib import nullcontext
from decimal import Decimal
from unittest import mock

import frappe
from frappe.utils import add_to_date, flt, now_datetime

from property_service.property_service.doctype.front_desk_closing import front_desk_closing as closings
from property_service.property_service.doctype.front_desk_receipt import facts
from property_service.property_service.doctype.front_desk_receipt import front_desk_receipt as receipts
from property_service.setup import till
from tests.site import make

FACES = (100, 50, 20, 10, 5, 1, 0.5, 0.1)


def switch_registers_on(company: str, on: int = 1) -> None:
	doc = frappe.get_doc("Property Service Settings")
	next(row for row in doc.companies if row.company == company).registers = on
	doc.save()


def mode(key: str) -> str:
	""" "cash", "wechat", "alipay" or "bank_transfer" as this site calls it."""
	return till.mode_of_payment(key)


def notes(amount) -> list[dict]:
	"""The fewest notes and coins that make up `amount`, in steps of 0.1."""
	rows, left = [], Decimal(str(amount))
	for face in FACES:
		pieces = int(left // Decimal(str(face)))
		left -= pieces * Decimal(str(face))
		if pieces:
			rows.append({"face_value": face, "pieces": pieces})
	assert left == 0, f"{amount} cannot be counted out"
	return rows


class Till:
	def __init__(self, cast, as_user):
		self.cast, self.as_user = cast, as_user
		switch_registers_on(cast.company)
		self.counter = make.counter(department=cast.departments["service"])

	def open(self, person="clerk", counter=None, opening_float=500, **values):
		"""The first shift's float comes from the cashier, a later one's from the shift before."""
		counter = (counter or self.counter).name
		first = not frappe.db.exists("Front Desk Shift", {"counter": counter})
		with self.as_user(person):
			return frappe.get_doc(
				{
					"doctype": "Front Desk Shift",
					"counter": counter,
					"planned_end": add_to_date(now_datetime(), hours=8),
					"opening_float": opening_float,
					"float_from_cashier": opening_float if first else 0,
					**values,
				}
			).insert()

	def take(self, purpose="Other", amount=20, how="cash", person="clerk", by_hand=False, **values):
		"""Money of any purpose, as if no register kept it for its own entries; `by_hand`: those hold."""
		free = nullcontext() if by_hand else mock.patch.object(facts, "register_of", return_value=None)
		with self.as_user(person), free:
			answer = receipts.issue(
				purpose=purpose, amount=amount, mode_of_payment=mode(how), **{"payer": "林晓东", **values}
			)
		return frappe.get_doc("Front Desk Receipt", answer["name"])

	def count(self, shift, cash, person="clerk", float_kept=None, reason=None, **modes):
		"""Begins the closing and writes the count; `modes` by key where they differ from the records."""
		with self.as_user(person):
			doc = frappe.get_doc("Front Desk Closing", closings.begin(shift.name))
			doc.set("denominations", notes(cash))
			for row in doc.modes:
				for key, amount in modes.items():
					if row.mode_of_payment == mode(key):
						row.counted = amount
			if float_kept is not None:
				doc.float_kept = float_kept
			doc.difference_reason = reason
			doc.save()
		return doc

	def close(self, shift, cash, person="clerk", **values):
		doc = self.count(shift, cash, person, **values)
		with self.as_user(person):
			closings.sign(doc.name)
		return frappe.get_doc("Front Desk Closing", doc.name)

	def accept(self, closing, person="cashier"):
		with self.as_user(person):
			closings.accept(closing.name)
		return frappe.get_doc("Front Desk Closing", closing.name)


def ledger(journal_entry: str) -> dict[str, float]:
	"""Debits less credits by account of a journal entry, to the cent."""
	sums: dict[str, float] = {}
	for row in frappe.get_all(
		"GL Entry",
		filters={"voucher_no": journal_entry, "is_cancelled": 0},
		fields=["account", "debit", "credit"],
		order_by="name",
	):
		sums[row.account] = flt(sums.get(row.account, 0) + row.debit - row.credit, 2)
	return sums
