"""What the buttons of cards and other programs call: a movement, once for each request (DESK-01, DESK-02)."""

import frappe
from frappe.model.document import Document
from frappe.utils import cstr

from property_service import commands
from property_service.property_service.doctype.card_transaction import consumption, movements
from property_service.property_service.doctype.card_transaction.movements import CARD, TRANSACTION
from property_service.property_service.doctype.front_desk_receipt import front_desk_receipt
from property_service.refusals import stop
from property_service.rules import service_card as rules
from property_service.rules import till as till_rules
from property_service.rules.refusal import Refusal


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def make(
	card_no: str,
	transaction_type: str,
	amount: float | str | None = None,
	mode_of_payment: str | None = None,
	reason: str | None = None,
	new_card_no: str | None = None,
	access_area: str | None = None,
	valid_from: str | None = None,
	valid_until: str | None = None,
	terminal: str | None = None,
	request_id: str | None = None,
) -> dict:
	"""Make a movement of a card; the same `request_id` sent again is answered with the movement that is there.

	`amount` in the company's currency, whole cents. Returns {"transaction", "card_no", "status", "balance", "receipt",
	"receipt_no", "other_card", "repeated"}; `balance` is what the card held afterwards. Raises frappe.PermissionError for
	whoever does not work at the desk, frappe.ValidationError with the rule that is broken.
	"""
	frappe.has_permission(TRANSACTION, "submit", throw=True)
	values = {key: value for key, value in locals().items() if key != "card_no" and value not in (None, "")}
	doc, repeated = once({**values, "service_card": consumption.card_number(card_no)})
	return as_answer(doc, repeated)


def once(values: dict) -> tuple[Document, bool]:
	"""The movement of `values`, and whether it was there before."""
	request_id = values.get("request_id")
	if request_id:
		stop(rules.refuse_request(request_id))
		# A plain look: a locking one would lock the gap for an id that is not there.
		if frappe.db.exists(TRANSACTION, {"request_id": request_id}):
			return answered(values), True
	doc = frappe.get_doc({"doctype": TRANSACTION, **values, "docstatus": 1})
	frappe.db.savepoint("card_movement")
	try:
		return doc.insert(), False
	except frappe.ValidationError:
		# The same request may have arrived twice at once: the other one was faster, and the card has changed since.
		messages = frappe.local.message_log
		frappe.db.rollback(save_point="card_movement")
		if known := request_id and answered(values):
			frappe.clear_messages()
			return known, True
		frappe.local.message_log = messages
		raise


def answered(values: dict) -> Document | None:
	row = consumption.answered(
		values["request_id"], values["service_card"], values["transaction_type"], values.get("amount")
	)
	return frappe.get_doc(TRANSACTION, row.name, for_update=True) if row else None


def as_answer(doc: Document, repeated: bool = False) -> dict:
	receipt_no = doc.receipt and frappe.db.get_value("Front Desk Receipt", doc.receipt, "receipt_no")
	return {
		"transaction": doc.name,
		"card_no": doc.service_card,
		"status": frappe.db.get_value(CARD, doc.service_card, "status"),
		"balance": doc.balance_after,
		"receipt": doc.receipt,
		"receipt_no": receipt_no,
		"other_card": doc.other_card,
		"repeated": repeated,
	}


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def open_card(
	card_no: str,
	resident: str,
	customer: str | None = None,
	company: str | None = None,
	amount: float | str | None = None,
	mode_of_payment: str | None = None,
	request_id: str | None = None,
) -> dict:
	"""Register a card for a resident and, with `amount`, top it up in the same step. Returns what `make` returns.

	Raises frappe.ValidationError for a number that is registered and for a resident who has a card.
	"""
	frappe.has_permission(CARD, "create", throw=True)
	number = consumption.card_number(card_no)
	top_up = {
		"service_card": number,
		"transaction_type": rules.CASH_TOP_UP,
		"amount": amount,
		"mode_of_payment": mode_of_payment,
		"request_id": request_id,
	}
	if request_id and amount and frappe.db.exists(TRANSACTION, {"request_id": request_id}):
		return as_answer(answered(top_up), repeated=True)
	frappe.get_doc(
		{
			"doctype": CARD,
			"card_no": number,
			"resident": resident,
			"customer": customer,
			"company": company,
		}
	).insert()
	if amount:
		return as_answer(once(top_up)[0])
	opening = frappe.db.get_value(TRANSACTION, {"service_card": number, "sequence": 1})
	return as_answer(frappe.get_doc(TRANSACTION, opening))


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def take_back(transaction: str, reason: str) -> dict:
	"""Take a movement back by one of the same type with the opposite sign, its receipt cancelled with it.

	A top-up and a refund while their till is open; what was consumed by the service manager only. Returns what `make`
	returns. Raises frappe.ValidationError for whatever is not taken back or was already.
	"""
	frappe.has_permission(TRANSACTION, "submit", throw=True)
	card = frappe.db.get_value(TRANSACTION, {"name": transaction, "docstatus": 1}, "service_card")
	if not card:
		stop(Refusal(rules.NO_SUCH_MOVEMENT, (cstr(transaction)[:40],)))
	movements.lock(card)
	row = movements.made(transaction)
	doc = frappe.get_doc(
		{
			"doctype": TRANSACTION,
			"service_card": card,
			"transaction_type": row.transaction_type,
			"reason": reason,
			"docstatus": 1,
		}
	)
	doc.flags.takes_back = movements.as_done(row, receipt_stands(row.receipt))
	return as_answer(doc.insert())


def receipt_stands(receipt: str | None) -> bool:
	"""Whether the movement has a receipt whose till is closed."""
	if not receipt:
		return False
	shift = frappe.db.get_value(front_desk_receipt.RECEIPT, receipt, "shift")
	return frappe.db.get_value("Front Desk Shift", shift, "status", for_update=True) != till_rules.OPEN
