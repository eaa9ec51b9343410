"""The card of somebody who moves in and out: opened for the stay, settled before the resident leaves (DESK-10)."""

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from property_service.property_service.doctype.card_transaction import doors
from property_service.property_service.doctype.residence_application import (
	beds,
	moving_in,
	moving_out,
	residence_application,
)
from property_service.property_service.doctype.service_card import residence
from property_service.rules import residence as residence_rules
from property_service.rules import service_card as rules
from tests.site import make
from tests.site.card_line import CARD, Cards, area, findings, number, parts, read
from tests.site.repair_line import refused
from tests.site.till_line import mode

DOCTYPE = "Residence Application"


@pytest.fixture
def cards(cast, as_user):
	frappe.db.set_value(
		"Property Service Company",
		{"company": cast.company},
		"environment_department",
		cast.departments["environment"],
	)
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
	cards = Cards(cast, as_user)
	yield cards
	frappe.set_user("Administrator")
	assert findings() == []
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


@pytest.fixture
def gate():
	return area(for_all_residents=1).name


def assigned(cards, room=None, **values):
	"""An application with a room and a signed sheet, as the clerk brings it."""
	room = room or make.unit(capacity=1).name
	with cards.as_user("clerk"):
		doc = make.residence(**values)
		make.employer_letter(doc)
		residence_application.confirm_employer(doc.name)
		beds.assign_room(doc.name, room)
		doc = frappe.get_doc(DOCTYPE, doc.name)
		doc.update({"signed_on_paper": 1})
		doc.save()
	return doc


def move_in(cards, doc, card_no=None):
	with cards.as_user("clerk"):
		return moving_in.move_in(doc.name, card_no=card_no)


def move_in_is_refused(cards, doc, expected, card_no=None):
	"""As a request is: what is refused leaves nothing behind."""
	frappe.db.savepoint("refused_request")
	refused(lambda: move_in(cards, doc, card_no), expected)
	frappe.db.rollback(save_point="refused_request")


def lines(cards, doc):
	with cards.as_user("clerk"):
		return [line for line in moving_out.checklist(doc.name) if line["doctype"] == CARD]


def opens(card_no, area_name, day=None):
	return doors.refusal(card_no, area_name, day) is None


@pytest.mark.rule("DESK-10")
def test_moving_in_opens_a_card_with_the_doors_for_the_stay(cards, gate):
	doc = assigned(cards, to_date=add_days(nowdate(), 30))
	own = area(property_unit=doc.property_unit).name
	other = area().name
	card = number()
	answer = move_in(cards, doc, card)
	doc.reload()
	assert (answer["card_no"], doc.card_no, doc.status) == (card, card, residence_rules.MOVED_IN)
	assert frappe.db.get_value(CARD, card, ["resident", "customer", "status"]) == (
		doc.resident,
		doc.employer,
		rules.ACTIVE,
	)
	assert opens(card, gate) and opens(card, own) and not opens(card, other)
	last = getdate(doc.to_date)
	assert opens(card, gate, last) and not opens(card, gate, getdate(add_days(last, 1)))


@pytest.mark.rule("DESK-10")
def test_nobody_moves_in_without_a_card_where_doors_wait_for_one(cards, gate):
	doc = assigned(cards)
	move_in_is_refused(cards, doc, rules.NO_CARD_FOR_DOORS)
	assert frappe.db.get_value(DOCTYPE, doc.name, "status") == residence_rules.ROOM_ASSIGNED
	frappe.db.set_value("Access Area", {"name": ("is", "set")}, "disabled", 1)
	assert move_in(cards, doc)["card_no"] is None


@pytest.mark.rule("DESK-10")
def test_a_card_of_somebody_else_and_a_closed_one_are_not_handed_out(cards, gate):
	foreign = cards.card()
	doc = assigned(cards)
	move_in_is_refused(cards, doc, rules.CARD_OF_OTHER, foreign)
	cards.move(foreign, rules.CLOSE, reason="搬走")
	move_in_is_refused(cards, doc, rules.IS_CLOSED, foreign)


@pytest.mark.rule("DESK-10")
def test_a_card_that_the_resident_has_is_used_again_until_the_new_end(cards, gate):
	resident = make.resident()
	card = cards.card(resident=resident.name)
	cards.move(card, rules.GRANT_ACCESS, access_area=gate, valid_until=str(getdate(add_days(nowdate(), 3))))
	doc = assigned(
		cards,
		resident=resident.name,
		applicant_name=resident.resident_name,
		mobile_no=resident.mobile_no,
		to_date=add_days(nowdate(), 20),
	)
	assert move_in(cards, doc)["card_no"] == card
	assert opens(card, gate, getdate(add_days(nowdate(), 20)))
	assert not opens(card, gate, getdate(add_days(nowdate(), 21)))
	move_in_is_refused(cards, assigned(cards), rules.CARD_OF_OTHER, card)


@pytest.mark.rule("DESK-10", "DESK-02")
def test_moving_out_is_refused_until_the_card_is_closed_and_its_cash_paid_back(cards, gate):
	cards.open_till()
	doc = assigned(cards)
	card = number()
	move_in(cards, doc, card)
	cards.move(card, rules.CASH_TOP_UP, 80, how="cash")
	(line,) = lines(cards, doc)
	assert (line["name"], line["amount"], line["ways"]) == (card, 80.0, [residence.CLOSE_CARD])
	with cards.as_user("clerk"):
		refused(lambda: moving_out.move_out(doc.name), residence_rules.STILL_OPEN)
		refused(lambda: moving_out.settle(doc.name, CARD, card, residence.CLOSE_CARD, {}), rules.NO_MODE)
		moving_out.settle(doc.name, CARD, card, residence.CLOSE_CARD, {"mode_of_payment": mode("cash")})
		assert moving_out.checklist(doc.name) == []
		moving_out.move_out(doc.name)
	assert (read(card).status, parts(card)) == (rules.CLOSED, (0, 0))
	refund = frappe.get_doc(
		"Front Desk Receipt", {"purpose": "Card Refund", "resident": doc.reload().resident}
	)
	assert (refund.direction, refund.amount, refund.docstatus) == ("Out", 80, 1)
	assert not opens(card, gate)


@pytest.mark.rule("DESK-10")
def test_a_card_that_the_manager_lets_open_opens_no_door_afterwards(cards, gate):
	cards.open_till()
	doc = assigned(cards)
	card = number()
	move_in(cards, doc, card)
	cards.move(card, rules.CASH_TOP_UP, 30, how="cash")
	with cards.as_user("service_manager"):
		moving_out.override(doc.name, CARD, card, "卡在外地，余额下月退")
	with cards.as_user("clerk"):
		moving_out.move_out(doc.name)
	assert (read(card).status, parts(card)) == (rules.ACTIVE, (30, 0))
	assert not opens(card, gate)
	assert not opens(card, gate, getdate(add_days(nowdate(), 400)))


@pytest.mark.rule("DESK-10", "Q-02")
def test_cards_of_residents_are_read_in_one_query(cards, count_sql):
	residents = [make.resident().name for _ in range(5)]
	for resident in residents:
		cards.card(resident=resident)
	residence.open_matters(residents[:1])  # definitions are read once
	with count_sql() as one:
		residence.open_matters(residents[:1])
	with count_sql() as many:
		found = residence.open_matters(residents)
	assert len(many) == len(one)
	assert sorted(found) == sorted(residents)
