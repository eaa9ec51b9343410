"""Paying with a card: what canteen and turnstile call (DESK-02).

The busiest door of the app: three statements under the card's lock, none of Frappe's document machinery, the same rule
and the same row as a Card Transaction that is submitted as a document.
"""

import frappe
from frappe import _
from frappe.utils import cstr, now_datetime

from property_service import commands
from property_service.guards import refuse
from property_service.property_service.doctype.card_transaction import movements
from property_service.refusals import stop
from property_service.rules import money
from property_service.rules import service_card as rules
from property_service.rules.refusal import Refusal

TERMINAL = "Card Terminal"
MAY_TAKE = frozenset({TERMINAL, "Front Desk Clerk", "Service Manager"})
LONGEST_TERMINAL = 140

INSERT = """INSERT INTO `tabCard Transaction`
	(name, owner, creation, modified, modified_by, docstatus, idx, service_card, transaction_type, terminal, request_id,
	company, customer, resident, sequence, movement_key, amount, cash_amount, subsidy_amount, balance_before, balance_after,
	cash_before, cash_after, subsidy_before, subsidy_after, transacted_by, transacted_on, posting_date)
	VALUES (%(name)s, %(transacted_by)s, %(transacted_on)s, %(transacted_on)s, %(transacted_by)s, 1, 0,
	%(service_card)s, 'Consumption', %(terminal)s, %(request_id)s,
	%(company)s, %(customer)s, %(resident)s, %(sequence)s, %(movement_key)s, %(amount)s, %(cash_amount)s, %(subsidy_amount)s,
	%(balance_before)s, %(balance_after)s, %(cash_before)s, %(cash_after)s, %(subsidy_before)s, %(subsidy_after)s,
	%(transacted_by)s, %(transacted_on)s, %(posting_date)s)"""

# A locking read: whatever was committed is seen, also by a transaction that began earlier.
ANSWERED = """SELECT name, service_card, transaction_type, amount, cash_amount, subsidy_amount, balance_after, sequence,
	transacted_on FROM `tabCard Transaction` WHERE request_id = %s LOCK IN SHARE MODE"""


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def consume(card_no: str, amount: float | str, request_id: str, terminal: str | None = None) -> dict:
	"""Take `amount` (company currency, whole cents) off a card, once for each `request_id`.

	A request that is sent again, for want of an answer, is answered as the first time and takes nothing more; a refused
	one leaves no trace and is judged anew. `terminal`: where the card was read. Returns {"transaction", "card_no",
	"amount", "cash", "subsidy", "balance", "sequence", "time", "repeated"}: `cash` and `subsidy` are the parts that were
	taken, `balance` what the card held afterwards.

	Raises frappe.PermissionError for whoever is no terminal and does not work at the desk, frappe.ValidationError for a
	card that is unknown, lost, closed or holds too little, and for a request id that was used otherwise.
	"""
	require_right()
	stop(rules.refuse_request(request_id))
	wanted = rules.amount_of(amount)
	if isinstance(wanted, Refusal):
		stop(wanted)
	locked = movements.lock(card_number(card_no))
	change = movements.decide(locked, rules.Movement(rules.CONSUMPTION, wanted))
	if isinstance(change, Refusal):
		if known := answered(request_id, locked.card.number, rules.CONSUMPTION, wanted):
			return as_answer(known, repeated=True)
		stop(change)
	now = now_datetime()
	row = {
		**movements.columns(locked, change, wanted, now),
		"name": frappe.generate_hash(length=10),
		"service_card": locked.card.number,
		"terminal": plain(terminal),
		"request_id": request_id,
	}
	if not insert(row):
		return as_answer(
			answered(request_id, locked.card.number, rules.CONSUMPTION, wanted, must_be=True), repeated=True
		)
	movements.write(locked, change, now)
	return as_answer(frappe._dict(row), repeated=False)


def require_right() -> None:
	if MAY_TAKE.isdisjoint(frappe.get_roles()):
		refuse(
			_("Cards are charged by terminals and by the front desk (DESK-02)."), exc=frappe.PermissionError
		)


def plain(text: str | None) -> str | None:
	"""A text that every column of the database holds: half a surrogate pair is no character."""
	return cstr(text).encode(errors="ignore").decode().strip()[:LONGEST_TERMINAL] or None


def card_number(text: object) -> str:
	try:
		return rules.number(text)
	except ValueError:
		stop(Refusal(rules.BAD_NUMBER, (cstr(text)[:40],)))


def insert(row: dict) -> bool:
	"""False when the request was carried out before: the unique key of the database says so, whoever was faster.

	Nothing else has been written by then, and MariaDB undoes a statement that fails, so nothing has to be taken back.
	"""
	try:
		frappe.db.sql(INSERT, row)
	except Exception as error:  # of whichever driver: Frappe 16 has another than 15
		if "request_id" not in cstr(error) or not frappe.db.is_unique_key_violation(error):
			raise
		return False
	return True


def answered(
	request_id: str, card: str, kind: str, amount: object, must_be: bool = False
) -> frappe._dict | None:
	"""The movement that a request made. Raises frappe.ValidationError when it was another one."""
	rows = frappe.db.sql(ANSWERED, (request_id,), as_dict=True)
	if not rows and not must_be:
		return None
	row = rows[0] if rows else frappe._dict()
	same = (row.service_card, row.transaction_type) == (card, kind)
	if not same or money.cents(row.amount) != money.cents(amount):
		stop(Refusal(rules.RETRY_DIFFERS, (request_id,)))
	return row


def as_answer(row: frappe._dict, repeated: bool) -> dict:
	return {
		"transaction": row.name,
		"card_no": row.service_card,
		"amount": row.amount,
		"cash": -row.cash_amount,
		"subsidy": -row.subsidy_amount,
		"balance": row.balance_after,
		"sequence": row.sequence,
		"time": str(row.transacted_on),
		"repeated": repeated,
	}
