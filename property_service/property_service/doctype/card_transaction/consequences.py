"""What a movement brings along in the same transaction: receipts, the return of a subsidy, doors, the new card (DESK-02).

Called after the movement and the card's balance are written; the card's row is locked.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate, now_datetime

from property_service import settings, till
from property_service.ledger import journal
from property_service.property_service.doctype.card_transaction.movements import CARD, TRANSACTION, Locked
from property_service.refusals import stop
from property_service.rules import service_card as rules
from property_service.rules import till as till_rules
from property_service.rules.refusal import Refusal

TOP_UP_PURPOSE, REFUND_PURPOSE = "Card Top-up", "Card Refund"
LOSSES = (rules.REPORT_LOSS, rules.CANCEL_LOSS)


def follow(doc: Document, locked: Locked, change: rules.Change) -> None:
	"""Everything that belongs to the movement `doc`. Raises whatever till, ledger or the new card refuse."""
	if doc.flags.takes_back:
		take_back(doc)
		return
	if doc.flags.given:
		return  # brought along by another movement, which does the rest
	if change.cash and doc.transaction_type in rules.BY_TILL:
		take_receipt(doc, change)
	if change.subsidy and doc.transaction_type in (rules.SUBSIDY_RETURN, rules.CLOSE):
		return_subsidy(doc, change)
	card = None
	if doc.transaction_type == rules.REPLACE:
		move_to_new_card(doc, change)
	elif doc.transaction_type == rules.CLOSE:
		card = card_of(doc, closed_on=doc.transacted_on, close_reason=doc.reason)
		end_access(card, doc, None)
	elif doc.transaction_type in LOSSES:
		lost = doc.transaction_type == rules.REPORT_LOSS
		card = card_of(doc, lost_on=doc.transacted_on if lost else None)
	elif doc.transaction_type == rules.GRANT_ACCESS:
		card = card_of(doc)
		grant(card, doc)
	elif doc.transaction_type == rules.REVOKE_ACCESS:
		card = card_of(doc)
		if not end_access(card, doc, doc.access_area):
			stop(Refusal(rules.NO_SUCH_ACCESS, (doc.service_card, doc.access_area or _("any door"))))
	if card:
		save(card)


# ---- money ------------------------------------------------------------------------------------------------------------


def take_receipt(doc: Document, change: rules.Change) -> None:
	"""A top-up is valid with its receipt, or not at all; what is paid back leaves the till by one (CASH-01)."""
	if not doc.mode_of_payment:
		stop(Refusal(rules.NO_MODE))
	stop(till_rules.refuse_till(till.open_till(), doc.company, now_datetime()))
	if change.cash > 0:
		receipt = till.collect(
			doc, TOP_UP_PURPOSE, change.cash, doc.mode_of_payment, resident=doc.resident, remarks=remarks(doc)
		)
	else:
		receipt = till.pay_out(
			doc,
			REFUND_PURPOSE,
			-change.cash,
			doc.mode_of_payment,
			resident=doc.resident,
			remarks=remarks(doc),
		)
	doc.db_set("receipt", receipt.name, update_modified=False)


def remarks(doc: Document) -> str:
	return _("Card {0}").format(doc.service_card)


def return_subsidy(doc: Document, change: rules.Change) -> None:
	"""What is left of the subsidy goes back to the company: its receivable is credited (DESK-02)."""
	liability = settings.required(doc.company, "card_liability_account")
	receivable = settings.required(doc.company, "subsidy_receivable_account")
	if not doc.customer:
		stop(Refusal(rules.NO_COMPANY, (doc.service_card,)))
	amount = -change.subsidy
	key = f"{TRANSACTION}/{doc.name}"
	entry = journal.post(
		key,
		doc,
		getdate(doc.posting_date),
		[
			journal.Row(liability, amount),
			journal.Row(receivable, -amount, party_type="Customer", party=doc.customer),
		],
		_("Subsidy returned from card {0} to {1}").format(doc.service_card, doc.customer),
	)
	doc.db_set({"posting_key": key, "journal_entry": entry}, update_modified=False)


def take_back(doc: Document) -> None:
	"""The movement that was taken back says by which one, and its receipt is cancelled with it."""
	name = doc.flags.takes_back.name
	frappe.db.set_value(TRANSACTION, name, "reversed_by", doc.name, update_modified=False)
	original = frappe.get_doc(TRANSACTION, name)
	if original.receipt:
		till.cancel_for(original, doc.reason)


# ---- the card's document ------------------------------------------------------------------------------------------------


def card_of(doc: Document, **values) -> Document:
	card = frappe.get_doc(CARD, doc.service_card, for_update=True)
	card.update(values)
	return card


def save(card: Document) -> None:
	card.flags.server_write = True
	card.save(ignore_permissions=True)  # the right to make the movement was checked


def grant(card: Document, doc: Document) -> None:
	card.append(
		"access",
		{
			"access_area": doc.access_area,
			"valid_from": doc.valid_from,
			"valid_until": doc.valid_until,
			"granted_by": doc.transacted_by,
			"granted_on": doc.transacted_on,
			"granted_with": doc.name,
		},
	)


def end_access(card: Document, doc: Document, area: str | None) -> list[Document]:
	"""Revoke what the card opens, now or later: one area, or all; returns the rows that ended."""
	today = getdate(doc.posting_date)
	ended = [
		row
		for row in card.access
		if not row.revoked_on
		and (not area or row.access_area == area)
		and not (row.valid_until and getdate(row.valid_until) < today)
	]
	for row in ended:
		row.update(
			{
				"revoked_on": doc.transacted_on,
				"revoked_by": doc.transacted_by,
				"revoked_with": doc.name,
			}
		)
	return ended


def move_to_new_card(doc: Document, change: rules.Change) -> None:
	"""Balance and doors go on to the new number; the old card is closed. The old card's key is free by now."""
	old = card_of(doc, closed_on=doc.transacted_on, close_reason=doc.reason or _("Replaced"))
	doors = [row.as_dict() for row in end_access(old, doc, None)]
	new = frappe.get_doc(
		{
			"doctype": CARD,
			"card_no": doc.new_card_no,
			"resident": old.resident,
			"customer": old.customer,
			"company": old.company,
			"remarks": old.remarks,
		}
	)
	new.flags.replaces = old.name
	new.flags.given = rules.take_over(change)
	new.flags.doors = [
		{key: row[key] for key in ("access_area", "valid_from", "valid_until", *GRANTED)} for row in doors
	]
	new.insert(ignore_permissions=True)  # the right to make the movement was checked
	old.replaced_by = new.name
	save(old)
	doc.db_set("other_card", new.name, update_modified=False)


GRANTED = ("granted_by", "granted_on", "granted_with")


def bring_along(card: Document, kind: str, change: rules.Change, other_card: str | None = None) -> None:
	"""The first movement of a new card: its opening, or what it takes over from the card it replaces."""
	movement = frappe.get_doc(
		{
			"doctype": TRANSACTION,
			"service_card": card.name,
			"transaction_type": kind,
			"amount": flt(change.cash + change.subsidy),
			"docstatus": 1,
		}
	)
	movement.flags.given, movement.flags.other_card = change, other_card
	movement.insert(ignore_permissions=True)  # the right to register the card was checked
