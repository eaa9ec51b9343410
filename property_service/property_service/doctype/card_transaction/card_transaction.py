"""Card Transaction (一卡通流水): one movement of a card, valid at once and kept for ever. See README.md. DESK-01, DESK-02."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, getdate, nowdate

from property_service.guards import refuse, require_procedure, restore_server_fields
from property_service.property_service.doctype.access_area.access_area import AREA
from property_service.property_service.doctype.card_transaction import consequences, consumption, movements
from property_service.property_service.doctype.card_transaction.movements import CARD, TRANSACTION, Locked
from property_service.property_service.doctype.front_desk_receipt.front_desk_receipt import is_manager
from property_service.refusals import stop
from property_service.rules import service_card as rules
from property_service.rules.refusal import Refusal
from property_service.sent_values import CheckedValues

SERVER_FIELDS = (
	*("resident", "customer", "company", "sequence", "movement_key"),
	*("transacted_on", "posting_date", "transacted_by"),
	*("balance_before", "balance_after", "cash_amount", "cash_before", "cash_after"),
	*(
		"subsidy_amount",
		"subsidy_before",
		"subsidy_after",
		"receipt",
		"other_card",
		"reverses",
		"reversed_by",
	),
	*("card_subsidy_batch", "subsidy_row", "posting_key", "journal_entry", "amended_from"),
)
# What only one type of movement says.
ONLY_FOR = {
	"amount": rules.WITH_AMOUNT,
	"mode_of_payment": rules.BY_TILL,
	"new_card_no": (rules.REPLACE,),
	"access_area": (rules.GRANT_ACCESS, rules.REVOKE_ACCESS),
	"valid_from": (rules.GRANT_ACCESS,),
	"valid_until": (rules.GRANT_ACCESS,),
	"terminal": (rules.CONSUMPTION,),
}


class CardTransaction(CheckedValues, Document):
	"""Flags that the app's own code sets, and a client cannot:

	* `given`: the change of a movement that another one brings along (a new card, the new side of a replacement)
	* `other_card`: the card at the other end of a replacement
	* `takes_back`: the movement that this one takes back
	"""

	def before_validate(self) -> None:
		if self.amended_from:
			stop(Refusal(rules.STAYS))
		restore_server_fields(self, SERVER_FIELDS)
		self.take_over_card()
		self.tidy()

	def validate(self) -> None:
		require_procedure("registers", self.company)
		self.refuse_by_hand()
		self.check_request()
		if not self.flags.takes_back:
			self.check_amount()
			self.check_access()
			self.check_new_card()

	def before_submit(self) -> None:
		locked = movements.lock(self.service_card)
		change = self.decide(locked)
		if isinstance(change, Refusal):
			stop(change)
		self.update(movements.columns(locked, change, abs(change.cash + change.subsidy)))
		self.flags.moved = (locked, change)
		if self.flags.takes_back:
			self.reverses = self.flags.takes_back.name

	def on_submit(self) -> None:
		locked, change = self.flags.moved
		movements.write(locked, change, self.transacted_on)
		consequences.follow(self, locked, change)

	def before_update_after_submit(self) -> None:
		stop(Refusal(rules.STAYS))

	def before_cancel(self) -> None:
		stop(Refusal(rules.STAYS))

	def on_trash(self) -> None:
		stop(Refusal(rules.STAYS))

	def show_unique_validation_message(self, e) -> None:
		if "request_id" in cstr(e):
			refuse(
				_("The request {0} was carried out already (DESK-02).").format(
					frappe.bold(frappe.utils.escape_html(self.request_id))
				),
				exc=frappe.UniqueValidationError,
			)
		if "reverses" in cstr(e):
			stop(Refusal(rules.REVERSED_ALREADY, (self.reverses,)))
		super().show_unique_validation_message(e)

	# ---- steps of before_validate ---------------------------------------------------------------------------------

	def take_over_card(self) -> None:
		"""For the reader of a draft; what counts is read under the card's lock."""
		self.service_card = consumption.card_number(self.service_card)
		card = frappe.db.get_value(CARD, self.service_card, ["company", "customer", "resident"], as_dict=True)
		if not card:
			stop(Refusal(rules.UNKNOWN_CARD, (self.service_card,)))
		self.update(card)

	def tidy(self) -> None:
		"""A type says only what belongs to it."""
		for fieldname, kinds in ONLY_FOR.items():
			if self.transaction_type not in kinds or self.flags.takes_back:
				self.set(fieldname, 0 if fieldname == "amount" else None)
		if self.transaction_type == rules.GRANT_ACCESS:
			self.valid_from = self.valid_from or nowdate()
		self.reason = cstr(self.reason).strip() or None

	# ---- steps of validate ----------------------------------------------------------------------------------------

	def refuse_by_hand(self) -> None:
		if self.transaction_type in rules.NOT_BY_HAND and not self.flags.given:
			stop(Refusal(rules.NOT_BY_HAND[self.transaction_type]))

	def check_request(self) -> None:
		if self.request_id:
			stop(rules.refuse_request(self.request_id))

	def check_amount(self) -> None:
		if self.transaction_type not in rules.WITH_AMOUNT:
			return
		amount = rules.amount_of(self.amount)
		if isinstance(amount, Refusal):
			stop(amount)
		self.amount = flt(amount)
		if self.transaction_type in (rules.CASH_TOP_UP, rules.REFUND) and not self.mode_of_payment:
			stop(Refusal(rules.NO_MODE))

	def check_access(self) -> None:
		if self.transaction_type != rules.GRANT_ACCESS:
			return
		row = self.access_area and frappe.db.get_value(
			AREA, self.access_area, ["name", "company", "disabled"], as_dict=True
		)
		area = rules.Area(row.name, row.company, bool(row.disabled)) if row else None
		until = self.valid_until and getdate(self.valid_until)
		stop(rules.refuse_access(area, self.company, getdate(self.valid_from), until, getdate(nowdate())))

	def check_new_card(self) -> None:
		if self.transaction_type != rules.REPLACE or self.flags.given:
			return
		if not self.new_card_no:
			stop(Refusal(rules.NO_NEW_NUMBER))
		self.new_card_no = consumption.card_number(self.new_card_no)
		if self.new_card_no == self.service_card:
			stop(Refusal(rules.SAME_NUMBER))
		if frappe.db.exists(CARD, self.new_card_no):
			stop(Refusal(rules.NUMBER_TAKEN, (self.new_card_no,)))

	# ---- steps of before_submit -----------------------------------------------------------------------------------

	def decide(self, locked: Locked) -> rules.Change | Refusal:
		if self.flags.given:
			self.other_card = self.flags.other_card
			return self.flags.given
		if self.flags.takes_back:
			return rules.reverse(locked.card, self.flags.takes_back, self.reason, is_manager())
		movement = rules.Movement(self.transaction_type, self.asked(), self.reason)
		return movements.decide(locked, movement)

	def asked(self) -> Decimal:
		amount = rules.amount_of(self.amount)
		return rules.ZERO if isinstance(amount, Refusal) else amount


def on_doctype_update() -> None:
	frappe.db.add_index(TRANSACTION, ["service_card", "sequence"])
	frappe.db.add_index(TRANSACTION, ["company", "posting_date"])
	frappe.db.add_index(TRANSACTION, ["company", "transaction_type", "posting_key", "posting_date"])
