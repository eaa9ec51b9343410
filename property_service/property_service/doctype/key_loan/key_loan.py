"""Key Loan (钥匙借用, register E): who has which key, since when and until when, see README.md. Rule DESK-08.

Inserting a loan lends the key. Lock order: the key, then its loan.
"""

import frappe
from frappe.utils import cint, get_datetime, now_datetime

from property_service import approvals, settings
from property_service.property_service.doctype.key_loan import borrowers
from property_service.property_service.doctype.property_key import property_key
from property_service.refusals import stop
from property_service.register_entry import RegisterEntry, is_manager, locked
from property_service.rules import keys as rules
from property_service.rules import register as register_rules
from property_service.rules.service_order import Refusal
from property_service.sent_values import check_values


class KeyLoan(RegisterEntry):
	REGISTER = rules.REGISTER
	STEPS = rules.LOAN_STEPS
	SERVER_FIELDS = (
		*("opens", "property_unit", "company", "returned_on", "received_by", "condition", "chases"),
		*("lost_on", "lock_change_order", "open_key"),
	)
	FIXED_FIELDS = (
		*("property_key", "loan_kind", "borrower_kind", "resident", "employee", "borrower_name"),
		*("due_on", "taken_over"),
	)
	ENDED = (rules.BROUGHT_BACK, rules.LOST, rules.CANCELLED)
	ENTERED_BY, ENTERED_ON = "issued_by", "borrowed_on"

	def load_from_db(self) -> "KeyLoan":
		"""A loan that is about to change locks its key first."""
		is_one = self.flags.for_update and isinstance(self.name, str)
		if is_one and (key := frappe.db.get_value("Key Loan", self.name, "property_key")):
			property_key.lock(key)
		return super().load_from_db()

	def before_insert(self) -> None:
		approvals.clear_on_copy(self)
		self.property_key = property_key.normal_tag(self.property_key)
		self.flags.key = property_key.lock(self.property_key)
		property_key.refuse_lending(self.flags.key)

	def before_validate(self) -> None:
		super().before_validate()
		borrowers.fill(self)
		if self.is_new():
			self.take_from_key()
			self.set_due_on()

	def validate(self) -> None:
		super().validate()
		if self.is_new():
			borrowers.check(self)
			self.check_due_on()

	def after_insert(self) -> None:
		property_key.mark(self.property_key, rules.LENT, self)

	def take_from_key(self) -> None:
		key = self.flags.key
		self.update({"company": key.company, "opens": key.opens, "property_unit": key.property_unit})
		self.open_key = key.name

	def set_due_on(self) -> None:
		self.due_on = get_datetime(self.due_on) if self.due_on else None
		if self.loan_kind == rules.TEMPORARY and not self.due_on:
			self.due_on = rules.latest_due(self.borrowed_on, days_allowed())

	def check_due_on(self) -> None:
		if not cint(self.taken_over):
			stop(rules.refuse_due(self.loan_kind, self.due_on, self.borrowed_on, days_allowed()))

	def end(self, status: str, comment: str | None = None, **values: object) -> None:
		"""The key is no longer out on this loan; the caller writes where it is now."""
		action = self.require_step(status)
		self.update({**values, "open_key": None})
		self.take_step(status, action, comment)


def days_allowed() -> int:
	"""For how many days a key is lent for the time being."""
	return cint(settings.get().key_loan_days)


def open_loan(tag: str) -> str:
	"""Name of the loan on which the key is out. Raises ValidationError when it is not."""
	row = property_key.lock(property_key.normal_tag(tag))
	if not row.current_loan:
		stop(Refusal(rules.NOBODY_HAS_IT, (row.name,)))
	return row.current_loan


# ---- what buttons and programs call --------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def take_back(
	loan: str | None = None,
	key_tag: str | None = None,
	condition: str = rules.GOOD,
	remarks: str | None = None,
) -> dict:
	"""The key is back: `loan`, or the loan on which the key with the tag is out.

	Returns {"loan", "key", "borrower_name", "overdue"}. Raises ValidationError when the key is not out.
	"""
	doc = locked("Key Loan", loan or open_loan(key_tag or ""))
	doc.remarks = remarks or doc.remarks
	doc.end(
		rules.BROUGHT_BACK,
		returned_on=now_datetime(),
		received_by=frappe.session.user,
		condition=rules.DAMAGED if condition == rules.DAMAGED else rules.GOOD,
	)
	property_key.mark(doc.property_key, rules.IN_CABINET)
	return {
		"loan": doc.name,
		"key": doc.property_key,
		"borrower_name": doc.borrower_name,
		"overdue": rules.is_overdue(rules.LENT, doc.due_on, doc.returned_on),
	}


@frappe.whitelist(methods=["POST"])
def report_lost(loan: str, reason: str) -> dict:
	"""The borrower lost the key: it leaves the register, its lock is changed. Returns {"loan", "lock_change_order"}."""
	doc = locked("Key Loan", loan)
	doc.require_step(rules.LOST, reason, needs_reason=True)
	order = property_key.order_lock_change(doc.property_key, reason)
	doc.end(rules.LOST, reason, lost_on=now_datetime(), lock_change_order=order)
	property_key.mark(doc.property_key, rules.LOST, lock_change_order=order)
	return {"loan": doc.name, "lock_change_order": order}


@frappe.whitelist(methods=["POST"])
def extend(loan: str, due_on: str, reason: str) -> str:
	"""An exception to the day a key is lent for, by the service manager. Returns the new time."""
	doc = locked("Key Loan", loan)
	stop(register_rules.refuse_without_reason("Extend", reason))
	doc.require_step(rules.BROUGHT_BACK)  # only a key that is out
	before = doc.due_on
	doc.due_on = moment(doc, due_on)
	stop(rules.refuse_extension(is_manager(), before, doc.due_on, now_datetime()))
	doc.take_step(rules.LENT, "Extend", reason)
	property_key.mark(doc.property_key, rules.LENT, doc)
	return str(doc.due_on)


@frappe.whitelist(methods=["POST"])
def cancel(loan: str, reason: str) -> None:
	"""An entry made by mistake: the key never left."""
	doc = locked("Key Loan", loan)
	doc.require_step(rules.CANCELLED, reason, needs_reason=True)
	doc.end(rules.CANCELLED, reason)
	property_key.mark(doc.property_key, rules.IN_CABINET)


def become_due(loan: KeyLoan) -> None:
	"""A key for the time of residence is asked back from now on; the caller has locked the loan."""
	loan.due_on = now_datetime()
	loan.flags.server_write = True
	loan.save(ignore_permissions=True)  # follows from the resident's moving out, whoever recorded it
	property_key.mark(loan.property_key, rules.LENT, loan)


def moment(doc: KeyLoan, text: str):
	"""Raises ValidationError for what is no time."""
	doc.due_on = text or "-"
	check_values(doc)
	return get_datetime(doc.due_on)


def on_doctype_update() -> None:
	frappe.db.add_index("Key Loan", ["status", "due_on"])
