"""Paying with cards: sixteen processes on one card and on sixteen, beside what a program of Frappe's own means does (DESK-02)."""

import os

import frappe
import pytest

from tests.bench import plain
from tests.bench.results import at_least, exactly
from tests.site.card_line import TRANSACTION, Cards, parts

CLIENTS, BEFORE = 16, 100_000
TIMES, THEIR_TIMES = 60, 15


pytestmark = pytest.mark.usefixtures("scratch")


@pytest.fixture
def desk(cast, as_user, committed):
	cards = Cards(cast, as_user)
	cards.open_till()
	yield cards
	frappe.set_user("Administrator")
	committed()
	for doctype in (plain.CARD, plain.MOVEMENT):
		frappe.db.delete(doctype)
	committed()


def plain_card() -> str:
	return frappe.get_doc({"doctype": plain.CARD, "balance": BEFORE}).insert().name


def test_card_payment(record, desk, cast, crew, committed):
	terminal, cores = cast.user("terminal"), os.cpu_count()
	cards = [desk.card(cash=BEFORE) for _ in range(CLIENTS)]
	plain_cards = [plain_card() for _ in range(CLIENTS)]
	committed()
	paid = dict.fromkeys(cards, 0)

	def pay(chosen: list[str], times=TIMES):
		work = crew.work("pay", [{"card_no": card} for card in chosen], terminal, times)
		assert not work.failed, work.errors
		for card in chosen:
			paid[card] += times
		return work.rate

	def pay_plain(chosen: list[str]):
		work = crew.work("pay_plain", [{"card": card} for card in chosen], terminal, THEIR_TIMES)
		return work.rate, work

	alone = pay(cards[:1], times=200)
	hot = pay(cards[:1] * CLIENTS)
	their_hot, work = pay_plain(plain_cards[:1] * CLIENTS)
	spread = pay(cards)
	their_spread, _work = pay_plain(plain_cards)
	few = pay(cards[:cores], times=200)
	committed()
	lost = 0
	for card, acknowledged in paid.items():
		moved = frappe.get_all(
			TRANSACTION,
			{"service_card": card, "transaction_type": "Consumption"},
			["count(*) as number", "sum(amount) as amount"],
			order_by=None,
		)[0]
		cash, _subsidy = parts(card)
		held = (moved.number or 0, BEFORE - int(moved.amount or 0), cash)
		lost += held != (acknowledged, BEFORE - acknowledged, BEFORE - acknowledged)
	record(
		"card_payment",
		size=1,
		figures={
			"payments a second": hot,
			"Frappe's own": their_hot,
			"ratio": hot / their_hot,
			"of which refused": work.failed,
		},
		goals=[
			at_least(3, hot / their_hot, "× the rate of Frappe's own"),
			exactly(0, lost, "cards whose balance, movements and acknowledged payments differ"),
		],
	)
	record(
		"card_payment",
		size=CLIENTS,
		figures={
			"payments a second": spread,
			"Frappe's own": their_spread,
			"ratio": spread / their_spread,
			"one process alone": alone,
			f"{cores} processes": few,
			"over one process": spread / alone,
		},
		goals=[at_least(0.75 * cores, spread / alone, f"× the rate of one process, on {cores} cores")],
	)
	assert not lost
