"""Cards of somebody who moves in and out (DESK-10): the doors open for the stay, the card is settled before it ends."""

from collections import defaultdict
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from property_service.property_service.doctype.access_area.access_area import areas_for
from property_service.property_service.doctype.card_transaction import actions, consumption, doors, movements
from property_service.property_service.doctype.card_transaction.movements import CARD
from property_service.refusals import stop
from property_service.rules import money
from property_service.rules import service_card as rules
from property_service.rules.residence import OpenMatter

CLOSE_CARD = "Close Card"


def open_doors(application: Document, given: frappe._dict) -> None:
	"""Hook `residence_moving_in`: the card opens the doors of the room and of all residents from today to the end of the stay.

	The card that was scanned is opened, or used again when it is the resident's; without one, the resident's own.
	Raises frappe.ValidationError for somebody else's card, and for a resident without a card where doors wait for one.
	"""
	areas = areas_for(application.property_unit, application.company)
	card = card_of(application, given.card_no)
	if not card:
		stop(rules.refuse_moving_in_without(bool(areas), application.applicant_name))
		return
	for area in areas:
		grant(card, area, application.last_day)
	application.card_no = card


def card_of(application: Document, scanned: str | None) -> str | None:
	own = frappe.db.get_value(
		CARD,
		{"company": application.company, "resident": application.resident, "status": ("!=", rules.CLOSED)},
		order_by="opened_on asc",
	)
	if not scanned:
		return own
	number = consumption.card_number(scanned)
	if number != own:
		known = frappe.db.get_value(CARD, number, ["status", "holder_name"], as_dict=True)
		if known:
			stop(rules.refuse_foreign_card(number, known.status, known.holder_name))
		actions.open_card(number, application.resident, application.employer, application.company)
	return number


def grant(card: str, area: str, last_day: date | None) -> None:
	"""Until the end of the stay; an access that the card has already is replaced, for it may end on another day."""
	today = getdate(nowdate())
	if any(row.area == area and row.opens_on(today) for row in doors.accesses(card)):
		actions.make(card, rules.REVOKE_ACCESS, access_area=area)
	actions.make(card, rules.GRANT_ACCESS, access_area=area, valid_until=last_day and str(last_day))


def open_matters(residents: list[str]) -> dict[str, list[OpenMatter]]:
	"""Hook `residence_open_matters`: cards that are not closed, with the cash that is paid back when they are."""
	rows = frappe.get_all(
		CARD,
		filters={"resident": ("in", residents or [""]), "status": ("!=", rules.CLOSED)},
		fields=["name", "resident", "holder_name", "cash_balance"],
		order_by="resident, name",
	)
	found = defaultdict(list)
	for row in rows:
		cash = money.cents(row.cash_balance)
		found[row.resident].append(OpenMatter(CARD, row.name, row.holder_name or "", cash, (CLOSE_CARD,)))
	return found


def settle(matter: OpenMatter, way: str, given: frappe._dict) -> None:
	"""Hook `residence_settle`: the card is closed, its cash paid back by the mode of payment chosen."""
	actions.make(
		matter.name, rules.CLOSE, mode_of_payment=given.mode_of_payment, reason=given.reason or _("Moved Out")
	)


def end_access(application: Document) -> None:
	"""Hook `residence_moving_out`: a card that the manager let stay open opens no door any more."""
	for matter in open_matters([application.resident]).get(application.resident, ()):
		movements.lock(matter.name)
		today = getdate(nowdate())
		if any(row.opens_on(today) or row.valid_from > today for row in doors.accesses(matter.name)):
			actions.make(matter.name, rules.REVOKE_ACCESS)
