"""Many payments on one card while web workers and MariaDB are killed at any moment: each once, whatever it took (Q-04)."""

import random
import time
from concurrent.futures import ThreadPoolExecutor

import frappe
import psutil
import pytest

from property_service import invariants
from tests.faults.client import Answer
from tests.faults.postings import Case, card_of, request_id

pytestmark = pytest.mark.rule("Q-04", "Q-02")

CLIENTS, PAYMENTS, AMOUNT, CASH = 4, 30, 7, 1000
KILLS = 12
MOST_TRIES = 60


def pay(client, card: str) -> list[int]:
	"""As a terminal does: one payment after the other. Returns how often each was sent."""
	path = "/api/method/property_service.property_service.doctype.card_transaction.consumption.consume"
	return [
		times_sent(
			client,
			Case(
				"terminal", path, {"card_no": card, "amount": AMOUNT, "request_id": request_id()}, effect=dict
			),
		)
		for _payment in range(PAYMENTS)
	]


def times_sent(client, case: Case) -> int:
	"""The same request until it is answered."""
	for number in range(1, MOST_TRIES + 1):
		if send(client, case).acknowledged:
			return number
		time.sleep(0.3)
	raise AssertionError(f"not acknowledged after {MOST_TRIES} tries")


def send(client, case: Case) -> Answer:
	try:
		return client.send(case).answer()
	except OSError:
		return Answer(None)


def kill_a_worker(house) -> bool:
	workers = [process for process in house.web.family if process.pid != house.web.running.pid]
	try:
		random.choice(workers).kill()
	except (IndexError, psutil.NoSuchProcess):
		return False
	return True


def test_payments_survive_kills_at_any_moment(house, client, people, report):
	card = card_of(people, cash=CASH)
	frappe.set_user("Administrator")
	frappe.db.commit()
	client.cookie("terminal")
	killed = 0
	with ThreadPoolExecutor(CLIENTS) as pool:
		paying = [pool.submit(pay, client, card) for _client in range(CLIENTS)]
		while not all(one.done() for one in paying) and killed < KILLS:
			time.sleep(random.uniform(0.05, 0.25))
			killed += kill_a_worker(house)
			if killed == KILLS // 2:
				house.database.kill()
				house.start_database()
				killed += 1
		tries = [number for one in paying for number in one.result()]
	frappe.db.close()
	frappe.connect()
	frappe.set_user("Administrator")
	assert killed > 3, "nobody was killed in time"
	assert len(tries) == CLIENTS * PAYMENTS
	made = frappe.db.count("Card Transaction", {"service_card": card, "transaction_type": "Consumption"})
	assert made == len(tries)
	assert frappe.db.get_value("Service Card", card, "balance") == CASH - AMOUNT * len(tries)
	assert invariants.report() == []
	again = sum(number - 1 for number in tries)
	report(
		"card payments, four terminals",
		"killed at any moment",
		f"{killed} kills, {made} payments, {again} retries: each once",
	)
