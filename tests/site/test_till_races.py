"""The till with real processes: numbers without gaps, one till per clerk and counter, one posting (CASH-01 to 03, Q-02)."""

import frappe
import pytest

from property_service import settings
from tests.site import make
from tests.site.processes import run_together
from tests.site.till_line import Till, mode

CLERKS = 16
RECEIPTS_EACH = 6

# Each process is one clerk's browser: its own connection, one request after the other, each a transaction.
CLERK = """
import random
from property_service.property_service.doctype.front_desk_receipt import front_desk_receipt as receipts
from property_service.property_service.doctype.front_desk_closing import front_desk_closing as closings

def take(number, arguments):
	answer = receipts.issue(**arguments["receipt"], request_id=f"{arguments['seed']}-{number}" if arguments["ids"] else None)
	if random.random() < arguments["fails"]:
		frappe.db.rollback()
		return ["rolled back", ""]
	return ["made", answer["receipt_no"]]

def refund(number, arguments):
	return ["made", receipts.issue(**arguments["receipt"])["receipt_no"]]

def open_till(number, arguments):
	values = {"doctype": "Front Desk Shift", **arguments["shift"]}
	return ["made", frappe.get_doc(values).insert().name]

def accept(number, arguments):
	return ["made", closings.accept(arguments["closing"])["journal_entry"]]

TASKS = {"take": take, "refund": refund, "open": open_till, "accept": accept}

def act(asked):
	task, arguments = asked
	random.seed(arguments.get("seed"))
	answers = []
	for number in range(arguments["times"]):
		try:
			answers.append(TASKS[task](number, arguments))
			frappe.db.commit()
		except Exception as error:
			frappe.db.rollback()
			answers.append([type(error).__name__, str(error)[:200]])
	return answers
"""


def run(processes: list[tuple[str, str, dict]]) -> list[list[list[str]]]:
	"""Starts (user, task, arguments) at one moment; answers per process."""
	people = [(user, (task, arguments)) for user, task, arguments in processes]
	return run_together(CLERK, people, ("Front Desk Receipt", "Journal Entry"))


def flat(answers):
	return [tuple(answer) for process in answers for answer in process]


@pytest.fixture
def desk(cast, as_user, committed):
	return Till(cast, as_user)


def receipt_values(**values) -> dict:
	return {"purpose": "Other", "amount": 7, "mode_of_payment": mode("cash"), "payer": "林晓东", **values}


@pytest.mark.rule("CASH-01")
def test_sixteen_issue_at_once_with_rollbacks_and_no_number_is_missing_or_double(desk, cast, committed):
	desk.open()
	committed()
	arguments = {"receipt": receipt_values(), "times": RECEIPTS_EACH, "fails": 0.3, "ids": False}
	answers = flat(run([(cast.user("clerk"), "take", {**arguments, "seed": seed}) for seed in range(CLERKS)]))
	committed()
	assert {kind for kind, _ in answers} == {"made", "rolled back"}
	made = sorted(number for kind, number in answers if kind == "made")
	numbers = frappe.get_all(
		"Front Desk Receipt", {"counter": desk.counter.name}, pluck="receipt_no", order_by="receipt_no"
	)
	assert made == numbers
	assert [int(number.rsplit("-", 1)[1]) for number in numbers] == list(range(1, len(made) + 1))


@pytest.mark.rule("CASH-01")
def test_each_request_sent_three_times_at_once_makes_one_receipt(desk, cast, committed):
	desk.open()
	committed()
	arguments = {"receipt": receipt_values(), "times": 8, "fails": 0, "ids": True, "seed": 1}
	answers = flat(run([(cast.user("clerk"), "take", arguments) for _ in range(3)]))
	committed()
	assert {kind for kind, _ in answers} == {"made"}
	assert len({number for _, number in answers}) == 8
	assert frappe.db.count("Front Desk Receipt", {"counter": desk.counter.name, "docstatus": 1}) == 8


@pytest.mark.rule("CASH-01")
def test_a_deposit_is_paid_back_once_by_eight_at_once(desk, cast, committed):
	desk.open()
	deposit = desk.take("Renovation Deposit", 100)
	committed()
	values = receipt_values(
		purpose="Deposit Refund", amount=60, direction="Out", original_receipt=deposit.name
	)
	answers = flat(run([(cast.user("clerk"), "refund", {"receipt": values, "times": 1}) for _ in range(8)]))
	committed()
	assert [kind for kind, _ in answers].count("made") == 1
	assert {kind for kind, _ in answers} == {"made", "ValidationError"}


@pytest.mark.rule("CASH-02")
def test_a_clerk_opens_one_till_and_a_counter_has_one(desk, cast, committed):
	counters = [desk.counter, *(make.counter() for _ in range(3))]
	committed()
	end = str(frappe.utils.add_to_date(frappe.utils.now_datetime(), hours=8))
	processes = [
		(cast.user(person), "open", {"shift": {"counter": counter.name, "planned_end": end}, "times": 1})
		for counter in counters
		for person in ("clerk", "second_clerk")
	]
	answers = flat(run(processes))
	committed()
	open_ones = frappe.get_all(
		"Front Desk Shift",
		{"counter": ("in", [c.name for c in counters]), "status": "Open"},
		["clerk", "counter"],
		order_by="name",
	)
	assert [kind for kind, _ in answers].count("made") == len(open_ones) == 2
	assert len({row.clerk for row in open_ones}) == len({row.counter for row in open_ones}) == 2
	assert all(kind in ("made", "ValidationError") for kind, _ in answers), answers


@pytest.mark.rule("CASH-03")
def test_four_accept_one_closing_and_it_is_posted_once(desk, cast, committed):
	shift = desk.open()
	desk.take("Key Deposit", 100)
	closing = desk.close(shift, 600)
	committed()
	answers = flat(
		run([(cast.user("cashier"), "accept", {"closing": closing.name, "times": 1}) for _ in range(4)])
	)
	committed()
	assert [kind for kind, _ in answers].count("made") == 1, answers
	assert frappe.db.count("Journal Entry", {"cheque_no": closing.name, "docstatus": 1}) == 1
	account = settings.purpose_row(cast.company, "Key Deposit").account
	booked = frappe.get_all(
		"GL Entry",
		{"account": account, "voucher_no": answers_entry(answers)},
		pluck="credit",
		order_by="name",
	)
	assert booked == [100]


def answers_entry(answers) -> str:
	return next(name for kind, name in answers if kind == "made")
