"""Moving a card: the row is locked, the rule is asked, the movement is written, the card follows (DESK-02).

Every door ends here: documents of Card Transaction (desk, REST, import), the payment of a terminal, the replacement, the
registration of a card. Subsidy batches do the same for many cards at once (card_subsidy_batch/crediting.py).

Locks are taken in one order: the card (of several cards the one whose number comes first), then what the till locks
(shift, original receipt, number). Balances are read on the locked row, never from the snapshot of the transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import frappe
from frappe.utils import cint, flt, getdate, now_datetime

from property_service import settings
from property_service.guards import require_procedure
from property_service.refusals import stop
from property_service.rules import money
from property_service.rules import service_card as rules
from property_service.rules.money import signed_cents
from property_service.rules.refusal import Refusal

CARD, TRANSACTION = "Service Card", "Card Transaction"

LOCK = """SELECT name, status, cash_balance, subsidy_balance, customer, company, resident, last_sequence
	FROM `tabService Card` WHERE name = %s FOR UPDATE"""

# One statement for every movement; what a loss or a replacement changes besides is written through the card's document.
WRITE = """UPDATE `tabService Card` SET cash_balance = %(cash)s, subsidy_balance = %(subsidy)s, balance = %(balance)s,
	status = %(status)s, last_sequence = %(sequence)s, last_movement_on = %(now)s,
	open_key = IF(%(status)s = 'Closed', NULL, open_key) WHERE name = %(name)s"""


@dataclass(frozen=True)
class Locked:
	"""A card whose row this transaction holds. `sequence`: the number of its last movement."""

	card: rules.Card
	company: str
	resident: str | None
	sequence: int


def lock(name: str | None) -> Locked:
	"""Lock a card and return it as it is now. Raises frappe.ValidationError for a number that is not registered."""
	rows = frappe.db.sql(LOCK, (name or "",))
	if not rows:
		stop(Refusal(rules.UNKNOWN_CARD, (name or "",)))
	number, status, cash, subsidy, customer, company, resident, sequence = rows[0]
	card = rules.Card(number, status, money.cents(cash), money.cents(subsidy), customer)
	return Locked(card, company, resident, cint(sequence))


def subsidy_first() -> bool:
	return bool(cint(settings.get().card_subsidy_first))


def decide(locked: Locked, movement: rules.Movement) -> rules.Change | Refusal:
	"""What the movement does to the card, in a company that keeps registers."""
	require_procedure("registers", locked.company)
	return rules.apply(locked.card, movement, subsidy_first())


def columns(locked: Locked, change: rules.Change, amount: Decimal, now: datetime | None = None) -> dict:
	"""What the server writes on a movement: the actor, the time, the balance before and after."""
	before, after = locked.card, change.of(locked.card)
	now = now or now_datetime()
	return {
		"company": locked.company,
		"customer": before.customer,
		"resident": locked.resident,
		"sequence": locked.sequence + 1,
		# unique in the database: no movement is lost or made on a balance that another one has changed
		"movement_key": f"{before.number}/{locked.sequence + 1}",
		"amount": flt(amount),
		"cash_amount": flt(change.cash),
		"subsidy_amount": flt(change.subsidy),
		"balance_before": flt(before.balance),
		"balance_after": flt(after.balance),
		"cash_before": flt(before.cash),
		"cash_after": flt(after.cash),
		"subsidy_before": flt(before.subsidy),
		"subsidy_after": flt(after.subsidy),
		"transacted_by": frappe.session.user,
		"transacted_on": now,
		"posting_date": getdate(now),
	}


def write(locked: Locked, change: rules.Change, now: datetime) -> None:
	"""The card follows the movement that was written; its row is still locked."""
	after = change.of(locked.card)
	frappe.db.sql(
		WRITE,
		{
			"name": after.number,
			"cash": after.cash,
			"subsidy": after.subsidy,
			"balance": after.balance,
			"status": after.status,
			"sequence": locked.sequence + 1,
			"now": now,
		},
	)


# ---- a movement that was made ------------------------------------------------------------------------------------------


def made(name: str) -> frappe._dict | None:
	"""A movement as it was committed, its row locked, past the snapshot of the transaction."""
	return frappe.db.get_value(TRANSACTION, name, "*", as_dict=True, for_update=True, order_by=None)


def as_done(row: frappe._dict, receipt_stands: bool) -> rules.Done:
	return rules.Done(
		name=row.name,
		kind=row.transaction_type,
		cash=signed_cents(row.cash_amount),
		subsidy=signed_cents(row.subsidy_amount),
		is_reversal=bool(row.reverses),
		reversed_by=row.reversed_by,
		receipt_stands=receipt_stands,
	)
