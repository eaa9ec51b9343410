"""Cards with real processes: nothing lost, nothing twice, whoever comes at the same moment (DESK-02, Q-02)."""

from collections import Counter

import frappe
import pytest

from tests.site import make
from tests.site.card_line import CARD, TRANSACTION, Cards, customer, findings, number, parts, read
from tests.site.processes import run_together
from tests.site.till_line import mode

CLIENTS = 16

# Each process is one client: its own connection, one request after the other, each a transaction.
CLIENT = """
from property_service.property_service.doctype.card_transaction import actions, consumption
TASKS = {"pay": consumption.consume, "make": actions.make, "take_back": actions.take_back, "open": actions.open_card}

def act(requests):
	answers = []
	for task, arguments in requests:
		try:
			answer = TASKS[task](**arguments)
			frappe.db.commit()
			answers.append(["made", answer])
		except Exception as error:
			frappe.db.rollback()
			answers.append([type(error).__name__, str(error)[:300]])
	return answers
"""


def run(clients: list[tuple[str, list[tuple[str, dict]]]]) -> list[list]:
	"""Starts (user, [(task, arguments)]) at one moment; answers per client."""
	return run_together(CLIENT, clients, ("Card Transaction", "Service Card", "Front Desk Receipt"))


def kinds(answers) -> Counter:
	return Counter(kind for client in answers for kind, _answer in client)


def made(answers) -> list[dict]:
	return [answer for client in answers for kind, answer in client if kind == "made"]


@pytest.fixture
def cards(cast, as_user, committed):
	cards = Cards(cast, as_user)
	cards.committed = committed
	yield cards
	frappe.set_user("Administrator")
	committed()
	assert findings() == []


@pytest.fixture
def desk(cards):
	cards.open_till()
	return cards


@pytest.mark.rule("DESK-02", "Q-02")
def test_sixteen_clients_and_five_hundred_debits_of_seven_leave_six_of_a_thousand(desk, cast):
	"""Every request is sent three times, by three clients in different order; each counts once."""
	card = desk.card(cash=1000)
	desk.committed()
	requests = [
		("pay", {"card_no": card, "amount": 7, "request_id": f"{card}-{number}"}) for number in range(500)
	]
	three_times = [requests[(shift + index * 7) % 500] for shift in (0, 170, 340) for index in range(500)]
	assert Counter(map(str, three_times)) == Counter({str(request): 3 for request in requests})
	clients = [(cast.user("terminal"), three_times[client::CLIENTS]) for client in range(CLIENTS)]
	answers = run(clients)
	desk.committed()
	assert set(kinds(answers)) == {"made", "ValidationError"}
	first = [answer for answer in made(answers) if not answer["repeated"]]
	assert len(first) == 142
	assert sorted(answer["sequence"] for answer in first) == list(range(3, 145))
	assert parts(card) == (6, 0)
	assert frappe.db.count(TRANSACTION, {"service_card": card, "transaction_type": "Consumption"}) == 142
	by_request = Counter()
	for answer in made(answers):
		by_request[answer["transaction"]] += 1
	assert len(by_request) == 142


@pytest.mark.rule("DESK-02", "Q-02")
def test_topping_up_while_others_pay_loses_neither(desk, cast):
	card = desk.card(cash=200)
	desk.committed()
	payers = [
		(
			cast.user("terminal"),
			[("pay", {"card_no": card, "amount": 3, "request_id": f"{card}-{c}-{n}"}) for n in range(10)],
		)
		for c in range(6)
	]
	top_up = {
		"card_no": card,
		"transaction_type": "Cash Top-up",
		"amount": 50,
		"mode_of_payment": mode("cash"),
	}
	clerk = (cast.user("clerk"), [("make", {**top_up, "request_id": f"{card}-top-{n}"}) for n in range(4)])
	answers = run([*payers, clerk, clerk])  # the clerk's browser sends each top-up twice
	desk.committed()
	paid = len(made(answers[:6]))
	assert all(kind == "made" for kind, _ in [*answers[6], *answers[7]]), answers[6:]
	assert parts(card) == (200 + 4 * 50 - 3 * paid, 0)
	assert paid == 60
	assert frappe.db.count("Front Desk Receipt", {"counter": desk.till.counter.name, "docstatus": 1}) == 5


@pytest.mark.rule("DESK-02", "Q-02")
def test_nothing_is_paid_after_the_loss_was_reported(desk, cast):
	card = desk.card(cash=1000)
	desk.committed()
	payers = [
		(
			cast.user("terminal"),
			[("pay", {"card_no": card, "amount": 1, "request_id": f"{card}-{c}-{n}"}) for n in range(25)],
		)
		for c in range(6)
	]
	answers = run(
		[*payers, (cast.user("clerk"), [("make", {"card_no": card, "transaction_type": "Report Loss"})])]
	)
	desk.committed()
	assert read(card).status == "Lost"
	rows = frappe.get_all(
		TRANSACTION, {"service_card": card}, ["transaction_type", "sequence"], order_by="sequence"
	)
	assert rows[-1].transaction_type == "Report Loss"
	assert parts(card) == (1000 - len(made(answers[:6])), 0)
	assert len(rows) == 2 + len(made(answers[:6])) + 1


@pytest.mark.rule("DESK-02", "Q-02")
def test_of_two_replacements_of_one_card_one_wins(desk, cast):
	card = desk.card(cash=300)
	desk.committed()
	new = [number() for _ in range(6)]
	people = ("clerk", "service_manager") * 3
	answers = run(
		[
			(
				cast.user(person),
				[("make", {"card_no": card, "transaction_type": "Replace", "new_card_no": one})],
			)
			for person, one in zip(people, new, strict=True)
		],
	)
	desk.committed()
	assert kinds(answers) == {"made": 1, "ValidationError": 5}
	there = frappe.get_all(CARD, {"name": ("in", new)}, pluck="name", order_by="name")
	assert there == [answer["other_card"] for answer in made(answers)]
	assert (parts(card), parts(there[0])) == ((0, 0), (300, 0))


@pytest.mark.rule("DESK-02", "Q-02")
def test_two_lost_cards_are_not_replaced_by_the_same_new_one(desk, cast):
	old = [desk.card(cash=amount) for amount in (100, 200, 300)]
	desk.committed()
	new = number()
	answers = run(
		[
			(
				cast.user("clerk"),
				[("make", {"card_no": card, "transaction_type": "Replace", "new_card_no": new})],
			)
			for card in old
		],
	)
	desk.committed()
	assert kinds(answers)["made"] == 1, answers
	assert sum(parts(card)[0] for card in (*old, new)) == 600
	assert parts(new)[0] in (100, 200, 300)


@pytest.mark.rule("DESK-01", "Q-02")
def test_a_resident_gets_one_card_from_two_clerks(cards, cast):
	resident = make.resident()
	cards.committed()
	answers = run(
		[
			(cast.user("clerk"), [("open", {"card_no": number(), "resident": resident.name})])
			for _ in range(6)
		],
	)
	cards.committed()
	assert kinds(answers)["made"] == 1, answers
	assert frappe.db.count(CARD, {"resident": resident.name}) == 1


@pytest.mark.rule("DESK-02", "Q-02")
def test_a_payment_is_given_back_once(desk, cast):
	card = desk.card(cash=50)
	paid = desk.pay(card, 20)
	desk.committed()
	answers = run(
		[
			(
				cast.user("service_manager"),
				[("take_back", {"transaction": paid["transaction"], "reason": "扣重"})],
			)
			for _ in range(6)
		],
	)
	desk.committed()
	assert kinds(answers) == {"made": 1, "ValidationError": 5}, answers
	assert parts(card) == (50, 0)


@pytest.mark.rule("DESK-02", "Q-02")
def test_cash_is_refunded_once_however_often_the_button_is_pressed(desk, cast):
	employer = customer()
	card = desk.card(cash=80, subsidy=20, employer=employer)
	desk.committed()
	refund = {
		"card_no": card,
		"transaction_type": "Refund",
		"amount": 80,
		"mode_of_payment": mode("cash"),
		"request_id": f"{card}-refund",
	}
	answers = run([(cast.user("clerk"), [("make", refund)]) for _ in range(6)])
	desk.committed()
	assert kinds(answers) == {"made": 6}, answers
	assert len({answer["transaction"] for answer in made(answers)}) == 1
	assert len({answer["receipt"] for answer in made(answers)}) == 1
	assert parts(card) == (0, 20)
