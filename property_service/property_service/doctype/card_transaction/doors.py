"""Which doors a card opens (门禁): what the door's machine asks, and what the desk shows (DESK-01, DESK-02)."""

from datetime import date

import frappe
from frappe.utils import getdate, nowdate

from property_service.guards import require_company
from property_service.property_service.doctype.access_area.access_area import AREA
from property_service.property_service.doctype.card_transaction import consumption
from property_service.property_service.doctype.card_transaction.movements import CARD
from property_service.refusals import stop, text_of
from property_service.rules import service_card as rules
from property_service.rules.refusal import Refusal


@frappe.whitelist(methods=["GET", "POST"])
def opens(card_no: str, access_area: str) -> dict:
	"""Whether a card opens an access area today. Returns {"card_no", "opens", "reason"}; nothing is written.

	Raises frappe.PermissionError for whoever is no terminal and does not work at the desk, frappe.ValidationError for an
	area or a number that does not exist.
	"""
	consumption.require_right()
	number = consumption.card_number(card_no)
	company = frappe.db.get_value(AREA, access_area, "company")
	if not company:
		stop(Refusal(rules.NO_AREA))
	require_company(company)
	reason = refusal(number, access_area)
	return {
		"card_no": number,
		"opens": reason is None,
		"reason": frappe.utils.strip_html(text_of(reason)) if reason else None,
	}


def refusal(card_no: str, access_area: str, day: date | None = None) -> Refusal | None:
	"""Why the door stays shut on `day` (default: today); None opens it. Raises frappe.ValidationError for no card."""
	status = frappe.db.get_value(CARD, card_no, "status")
	if not status:
		stop(Refusal(rules.UNKNOWN_CARD, (card_no,)))
	return rules.refuse_door(
		rules.Card(card_no, status), accesses(card_no), access_area, access_area, day or getdate(nowdate())
	)


def accesses(card_no: str) -> list[rules.Access]:
	rows = frappe.get_all(
		"Card Access",
		filters={"parent": card_no, "parenttype": CARD},
		fields=["access_area", "valid_from", "valid_until", "revoked_on"],
		order_by="idx",
	)
	return [
		rules.Access(row.access_area, row.valid_from, row.valid_until, bool(row.revoked_on)) for row in rows
	]
