"""Ten thousand rows credited by a worker that is killed in the middle: each row once, whoever goes on (DESK-03, Q-04)."""

import os
import signal
import subprocess
import sys
import time

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from property_service.property_service.doctype.card_subsidy_batch import crediting
from property_service.setup.demo.rows import insert_rows, stamps
from tests.site.card_line import CARD, TRANSACTION, Cards, customer, findings
from tests.site.till_line import ledger

BATCH, ROW = "Card Subsidy Batch", "Card Subsidy Row"
ROWS, AMOUNT = 10_000, 123.45
LONGEST_SECONDS = 120

# A worker of the queue: one step after the other, each a job and a transaction of its own.
WORKER = """
import sys, frappe
site, batch = sys.argv[1:]
frappe.init(site); frappe.connect(); frappe.set_user("Administrator")
from property_service.property_service.doctype.card_subsidy_batch import crediting
crediting.enqueue = lambda batch: None
frappe.db.rollback()
while frappe.db.get_value("Card Subsidy Batch", batch, "status") == crediting.CREDITING:
	crediting.credit(batch)
	frappe.db.commit()
"""


def start_worker(batch: str) -> subprocess.Popen:
	return subprocess.Popen(
		[sys.executable, "-c", WORKER, os.environ["SITE"], batch],
		cwd=os.getcwd(),
		stderr=subprocess.PIPE,
		text=True,
	)


def finish(worker: subprocess.Popen) -> None:
	_out, error = worker.communicate(timeout=300)
	assert worker.returncode == 0, error[-2000:]


def make_batch(cards: Cards, company: str) -> str:
	"""Cards of a company's people and a batch for all of them, in bulk: how they got there is not what is tested."""
	employer, clerk, now = customer().name, cards.cast.user("clerk"), now_datetime()
	mark = frappe.generate_hash(length=5).upper()
	numbers = [f"{mark}{number:05d}" for number in range(ROWS)]
	written = stamps(now, clerk)
	common = {"company": company, **written}
	people = [
		{
			"name": f"{mark}-{number}",
			"resident_name": "批量住户",
			"employer": employer,
			"mobile_no": number,
			**written,
		}
		for number in numbers
	]
	insert_rows("Resident", people)
	insert_rows(
		CARD,
		[
			{
				"name": number,
				"card_no": number,
				"resident": person["name"],
				"customer": employer,
				"status": "Active",
				"last_sequence": 1,
				"open_key": person["name"],
				**common,
			}
			for number, person in zip(numbers, people, strict=True)
		],
	)
	insert_rows(
		TRANSACTION,
		[
			{
				"name": f"{number}-1",
				"service_card": number,
				"transaction_type": "Open",
				"sequence": 1,
				"movement_key": f"{number}|1",
				"resident": person["name"],
				"customer": employer,
				"transacted_by": clerk,
				"transacted_on": now,
				"posting_date": now.date(),
				"docstatus": 1,
				**common,
			}
			for number, person in zip(numbers, people, strict=True)
		],
	)
	with cards.as_user("clerk"):
		batch = frappe.get_doc(
			{
				"doctype": BATCH,
				"customer": employer,
				"company": company,
				"month": "2026-03",
				"rows": [{"service_card": number, "amount": AMOUNT} for number in numbers],
			}
		).insert()
		batch.submit()
	return batch.name


def credited(batch: str) -> dict[str, int]:
	return {
		"rows": frappe.db.count(ROW, {"parent": batch, "status": "Credited"}),
		"movements": frappe.db.count(TRANSACTION, {"card_subsidy_batch": batch}),
		"counted": frappe.db.get_value(BATCH, batch, "credited_count"),
	}


@pytest.mark.rule("DESK-03", "Q-02", "Q-04")
def test_a_killed_worker_loses_no_row_and_repeats_none(cast, as_user, committed, monkeypatch):
	monkeypatch.setattr(crediting, "enqueue", lambda batch: None)
	batch = make_batch(Cards(cast, as_user), cast.company)
	committed()
	began = time.time()
	worker = start_worker(batch)
	while not frappe.db.get_value(BATCH, batch, "credited_count") and worker.poll() is None:
		frappe.db.rollback()
	worker.send_signal(signal.SIGKILL)
	worker.wait()
	worker.stderr.close()
	frappe.db.rollback()
	done = credited(batch)
	assert worker.returncode == -signal.SIGKILL
	assert 0 < done["rows"] < ROWS, "the worker was killed too early or too late"
	assert len(set(done.values())) == 1, done
	assert frappe.db.get_value(BATCH, batch, "status") == "Crediting"

	frappe.db.set_value(BATCH, batch, "last_step_on", add_to_date(now_datetime(), hours=-1))
	committed()
	asked = []
	monkeypatch.setattr(crediting, "enqueue", asked.append)
	crediting.resume_interrupted()
	assert asked == [batch]
	# the sweep and a job that was not lost after all come at the same time
	for worker in [start_worker(batch), start_worker(batch)]:
		finish(worker)
	seconds = time.time() - began
	frappe.db.rollback()

	assert credited(batch) == {"rows": ROWS, "movements": ROWS, "counted": ROWS}
	doc = frappe.db.get_value(BATCH, batch, ["status", "credited_amount", "journal_entry"], as_dict=True)
	assert (doc.status, doc.credited_amount) == ("Credited", 1_234_500)
	assert sorted(ledger(doc.journal_entry).values()) == [-1_234_500, 1_234_500]
	cards = frappe.get_all(
		CARD,
		{"name": ("like", f"{batch_mark(batch)}%")},
		["balance", "subsidy_balance", "last_sequence"],
		order_by="name",
	)
	assert {(card.balance, card.subsidy_balance, card.last_sequence) for card in cards} == {
		(AMOUNT, AMOUNT, 2)
	}
	assert findings() == []
	print(f"\nsubsidy batch of {ROWS} rows, one worker killed: {seconds:.1f} s")
	assert seconds < LONGEST_SECONDS


def batch_mark(batch: str) -> str:
	"""What the numbers of the batch's cards begin with."""
	return frappe.db.get_value(ROW, {"parent": batch}, "service_card")[:5]
