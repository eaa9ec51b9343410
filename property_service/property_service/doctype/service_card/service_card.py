"""Service Card (一卡通): the card of a resident, its balance and its doors. See README.md. DESK-01, DESK-02."""

import frappe
from frappe import _
from frappe.utils import cstr, getdate, now_datetime, nowdate

from property_service import settings
from property_service.guards import refuse, require_procedure, restore_server_fields
from property_service.property_service.doctype.card_transaction import consequences, consumption
from property_service.property_service.doctype.card_transaction.movements import CARD
from property_service.property_service.doctype.front_desk_receipt.front_desk_receipt import is_manager
from property_service.refusals import stop
from property_service.rules import money
from property_service.rules import service_card as rules
from property_service.rules.refusal import Refusal
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues

SERVER_FIELDS = (
	*("holder_name", "status", "balance", "cash_balance", "subsidy_balance", "opened_on", "opened_by"),
	*("lost_on", "closed_on", "close_reason", "replaces", "replaced_by", "last_movement_on"),
	*("last_sequence", "open_key"),
)
ROWS = ("access",)


class ServiceCard(CheckedValues, ParentLocked):
	"""Flags of the app's own code: `replaces`, `given` and `doors` of a card that takes the place of another one."""

	def before_insert(self) -> None:
		self.card_no = consumption.card_number(self.card_no)
		if frappe.db.exists(CARD, self.card_no):
			stop(Refusal(rules.NUMBER_TAKEN, (self.card_no,)))

	def before_validate(self) -> None:
		restore_server_fields(self, (*SERVER_FIELDS, *ROWS))
		if self.is_new():
			self.open()
		elif not self.flags.server_write:
			self.take_balance_from_the_row()

	def validate(self) -> None:
		if self.is_new():
			require_procedure("registers", self.company)
			self.refuse_second_card()
		elif not self.flags.server_write:
			self.refuse_changes()

	def after_insert(self) -> None:
		kind = rules.REPLACE if self.flags.replaces else rules.OPEN
		change = self.flags.given or self.opening()
		consequences.bring_along(self, kind, change, self.flags.replaces)
		self.take_balance_from_the_row()  # where the movement wrote it

	def on_trash(self) -> None:
		refuse(_("Cards are kept (DESK-01). Close the card with a reason."))

	def show_unique_validation_message(self, e) -> None:
		if "open_key" in cstr(e):
			self.refuse_second_card(locked=True)
		super().show_unique_validation_message(e)

	# ---- opening --------------------------------------------------------------------------------------------------

	def open(self) -> None:
		holder = (
			frappe.db.get_value("Resident", self.resident, ["resident_name", "employer"], as_dict=True)
			or frappe._dict()
		)
		self.holder_name = holder.resident_name
		self.customer = self.customer or holder.employer
		self.company = (
			self.company
			or frappe.defaults.get_user_default("Company")
			or frappe.defaults.get_global_default("company")
		)
		self.update({"status": rules.ACTIVE, "opened_by": frappe.session.user, "opened_on": now_datetime()})
		self.open_key = open_key(self.company, self.resident)
		self.replaces = self.flags.replaces
		for row in self.flags.doors or ():
			self.append("access", row)

	def opening(self) -> rules.Change:
		parts = [amount_or_nothing(self.get(field)) for field in ("opening_cash", "opening_subsidy")]
		change = rules.opening(*parts, may_take_over(self.company), self.customer)
		if isinstance(change, Refusal):
			stop(change)
		return change

	def refuse_second_card(self, locked: bool = False) -> None:
		other = frappe.db.get_value(CARD, {"open_key": self.open_key}, for_update=locked, order_by=None)
		if other and other != self.name:
			stop(Refusal(rules.HAS_CARD, (self.holder_name, other)))

	# ---- changing -------------------------------------------------------------------------------------------------

	def take_balance_from_the_row(self) -> None:
		"""Somebody may have paid with the card since the form was opened, or since this transaction began.

		The row is locked by now: Frappe has compared its time of change, or this transaction has inserted it.
		"""
		self.update(
			frappe.db.get_value(CARD, self.name, SERVER_FIELDS, as_dict=True, for_update=True, order_by=None)
		)

	def refuse_changes(self) -> None:
		if self.has_value_changed("resident"):
			stop(Refusal(rules.HOLDER_STAYS))
		before = self.get_doc_before_save()
		card = rules.Card(
			self.name,
			self.status,
			money.cents(self.cash_balance),
			money.cents(self.subsidy_balance),
			before.customer,
		)
		stop(rules.refuse_new_company(card, self.customer))


def open_key(company: str, resident: str) -> str:
	"""Unique while the card is in use: one card for a person and company."""
	return f"{company}|{resident}"[:140]


def amount_or_nothing(value: object):
	amount = rules.amount_of(value)
	if not isinstance(amount, Refusal):
		return amount
	if amount.message != rules.NO_AMOUNT:
		stop(amount)
	return rules.ZERO


def may_take_over(company: str) -> bool:
	"""Whether the user may register a card with a balance of the old system today."""
	row = settings.company_row(company)
	until = row and row.card_switch_over_until
	return bool(until and getdate(nowdate()) <= getdate(until) and is_manager())
