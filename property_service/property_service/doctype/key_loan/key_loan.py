"""Key Loan (钥匙借用, register E): who has which key, since when and until when, see README.md. Rule DESK-08.

Inserting a loan lends the key. Lock order: the key, then its loan.
"""

import frappe
from frappe import _
from frappe.utils import cint, get_datetime, now_datetime

from property_service import approvals, commands, guards, register_money, settings, till
from property_service.property_service.doctype.key_loan import borrowers
from property_service.property_service.doctype.property_key import property_key
from property_service.refusals import stop
from property_service.register_entry import RegisterEntry, is_manager, locked
from property_service.rules import keys as rules
from property_service.rules import money
from property_service.rules import register as register_rules
from property_service.rules.refusal import Refusal
from property_service.sent_values import check_values


class KeyLoan(RegisterEntry):
	REGISTER = rules.REGISTER
	STEPS = rules.LOAN_STEPS
	SERVER_FIELDS = (
		*("opens", "property_unit", "company", "returned_on", "received_by", "condition", "chases"),
		*("lost_on", "lock_change_order", "open_key"),
		*("deposit_held", "deposit_receipt", "deposit_refund", "compensation", "compensation_receipt"),
	)
	FIXED_FIELDS = (
		*("property_key", "loan_kind", "borrower_kind", "resident", "employee", "borrower_name"),
		*("due_on", "taken_over", "deposit", "mode_of_payment"),
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
		self.take_deposit()

	def take_deposit(self) -> None:
		"""A key lent on a deposit goes out with its receipt, or not at all (CASH-01)."""
		if cint(self.taken_over):
			return
		receipt = register_money.collect(
			self,
			"Key Deposit",
			self.deposit,
			self.mode_of_payment,
			payer=self.borrower_name,
			resident=self.resident,
			remarks=self.property_key,
		)
		if receipt:
			held = float(money.cents(self.deposit))
			self.db_set({"deposit_receipt": receipt, "deposit_held": held}, update_modified=False)

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

	def give_deposit_back(self, mode_of_payment: str | None = None) -> None:
		"""The caller saves."""
		receipt = till.pay_out(
			self,
			"Key Deposit Refund",
			self.deposit_held,
			mode_of_payment or self.mode_of_payment,
			payer=self.borrower_name,
			original_receipt=self.deposit_receipt,
		)
		self.update({"deposit_refund": receipt.name, "deposit_held": 0})

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
@commands.carried_out_again
def take_back(
	loan: str | None = None,
	key_tag: str | None = None,
	condition: str = rules.GOOD,
	remarks: str | None = None,
	mode_of_payment: str | None = None,
) -> dict:
	"""The key is back: `loan`, or the loan on which the key with the tag is out.

	A deposit is paid back, by default the way it was paid; a clerk without an open till takes the key all the same, and
	the deposit waits for `refund_deposit`. Returns {"loan", "key", "borrower_name", "overdue", "deposit_refunded",
	"deposit_held"}. Raises ValidationError when the key is not out.
	"""
	doc = locked("Key Loan", loan or open_loan(key_tag or ""))
	doc.remarks = remarks or doc.remarks
	deposit = doc.deposit_held
	if deposit and (mode_of_payment or till.open_till()):
		doc.give_deposit_back(mode_of_payment)
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
		"deposit_refunded": deposit - doc.deposit_held,
		"deposit_held": doc.deposit_held,
	}


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def refund_deposit(loan: str, mode_of_payment: str | None = None) -> str:
	"""Pays the deposit of a key that is back, or lost and compensated, back. Returns the receipt's name."""
	doc = locked("Key Loan", loan)
	if doc.status == rules.LENT or not doc.deposit_held:
		stop(Refusal(rules.NO_DEPOSIT, (doc.name,)))
	doc.give_deposit_back(mode_of_payment)
	doc.flags.server_write = True
	doc.save()
	return doc.deposit_refund


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def report_lost(
	loan: str, reason: str, compensation: float | str | None = None, mode_of_payment: str | None = None
) -> dict:
	"""The borrower lost the key: it leaves the register, its lock is changed, the borrower is charged.

	`compensation` (company currency) is the setting's; only the service manager charges less. With `mode_of_payment` it
	is taken at once, else by `pay_compensation`. Returns {"loan", "lock_change_order", "compensation"}.
	"""
	doc = locked("Key Loan", loan)
	doc.require_step(rules.LOST, reason, needs_reason=True)
	doc.compensation = charge(compensation)
	order = property_key.order_lock_change(doc.property_key, reason)
	if mode_of_payment:
		take_compensation(doc, mode_of_payment)
	doc.end(rules.LOST, reason, lost_on=now_datetime(), lock_change_order=order)
	property_key.mark(doc.property_key, rules.LOST, lock_change_order=order)
	return {"loan": doc.name, "lock_change_order": order, "compensation": doc.compensation}


def charge(compensation: float | str | None) -> float:
	"""An emptied field of a dialog is sent as an empty text: the setting's amount then, too."""
	standard = money.cents(settings.get().lost_key_compensation)
	try:
		amount = standard if compensation in (None, "") else money.cents(compensation)
	except ValueError:
		guards.refuse(_(rules.BAD_COMPENSATION))
	stop(rules.refuse_charge(is_manager(), amount, standard))
	return float(amount)


def take_compensation(doc: KeyLoan, mode_of_payment: str) -> None:
	"""The caller saves."""
	doc.compensation_receipt = register_money.collect(
		doc,
		"Compensation",
		doc.compensation,
		mode_of_payment,
		payer=doc.borrower_name,
		resident=doc.resident,
		remarks=doc.property_key,
	)


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def pay_compensation(loan: str, mode_of_payment: str) -> str:
	"""Takes what a lost key costs the borrower. Returns the receipt's name."""
	doc = locked("Key Loan", loan)
	if not doc.compensation or doc.compensation_receipt:
		stop(Refusal(rules.NOTHING_TO_PAY, (doc.name,)))
	take_compensation(doc, mode_of_payment)
	doc.flags.server_write = True
	doc.save()
	return doc.compensation_receipt


@frappe.whitelist(methods=["POST"])
def waive_compensation(loan: str, reason: str) -> None:
	"""The service manager forgoes the charge for a lost key, with a reason."""
	doc = locked("Key Loan", loan)
	if not is_manager():
		stop(Refusal(rules.WAIVED_BY_MANAGER), exc=frappe.PermissionError)
	stop(register_rules.refuse_without_reason("Waive Compensation", reason))
	if not doc.compensation or doc.compensation_receipt:
		stop(Refusal(rules.NOTHING_TO_PAY, (doc.name,)))
	doc.compensation = 0
	doc.take_step(doc.status, "Waive Compensation", reason)


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
@commands.carried_out_again
def cancel(loan: str, reason: str, mode_of_payment: str | None = None) -> None:
	"""An entry made by mistake: the key never left. Its deposit's receipt is cancelled with it; once the till is closed,
	it is paid back by `mode_of_payment` from the clerk's open till.
	"""
	doc = locked("Key Loan", loan)
	doc.require_step(rules.CANCELLED, reason, needs_reason=True)
	register_money.give_back(doc, reason, mode_of_payment)
	doc.deposit_held = 0
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
