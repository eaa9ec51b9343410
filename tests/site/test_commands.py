"""A command that lost a deadlock is carried out again; a queue that is down keeps nobody from their work (Q-04)."""

import time
from concurrent.futures import ThreadPoolExecutor

import frappe
import pymysql
import pytest
from frappe.utils import background_jobs

from property_service import commands, jobs
from tests.site.card_line import Cards, read
from tests.site.repair_line import refused

pytestmark = pytest.mark.rule("Q-04")

BUSY = "Somebody else is working on the same entries at this moment. Nothing was saved: please try again."


@pytest.fixture
def other():
	"""Another transaction on the site's database, heavy enough for MariaDB to let it live in a deadlock."""
	conf = frappe.conf
	connection = pymysql.connect(
		host=conf.db_host,
		port=int(conf.db_port or 3306),
		user=conf.db_name,
		password=conf.db_password,
		database=conf.db_name,
	)
	with connection, connection.cursor() as cursor:
		connection.begin()
		cursor.executemany(
			"INSERT INTO tabSeries (name, current) VALUES (%s, 0)", [(f"weight-{n}",) for n in range(2000)]
		)
		yield cursor
		connection.rollback()


def wait_for_statement(cursor, beginning: str) -> None:
	"""Until somebody has been at such a statement for a third of a second, which nobody is who does not wait."""
	until = time.monotonic() + 30
	while time.monotonic() < until:
		cursor.execute(
			"SELECT 1 FROM information_schema.processlist WHERE info LIKE %s AND time_ms > 300",
			(f"{beginning}%",),
		)
		if cursor.fetchone():
			return
		time.sleep(0.05)
	raise AssertionError(f"nobody waits at {beginning}")


@pytest.mark.parametrize("route", ["/api/method/", "/api/v2/method/"])
def test_a_payment_that_lost_a_deadlock_is_made_once_as_who_sent_it(
	cast, as_user, rest, committed, other, route
):
	cards = Cards(cast, as_user)
	cards.open_till()
	card, request_id = cards.card(cash=100), frappe.generate_hash(length=16)
	committed()
	# the payment locks its card and then needs the key of its request, which somebody else has
	other.execute(
		"INSERT INTO `tabCard Transaction` (name, request_id, sequence) VALUES ('held', %s, 0)", (request_id,)
	)
	client = rest("terminal")
	with ThreadPoolExecutor() as pool:
		paying = pool.submit(
			client.request,
			"POST",
			f"{route}property_service.property_service.doctype.card_transaction.consumption.consume",
			json={"card_no": card, "amount": 7, "request_id": request_id},
		)
		wait_for_statement(other, "INSERT INTO `tabCard Transaction`")
		other.execute("SELECT name FROM `tabService Card` WHERE name = %s FOR UPDATE", (card,))
		other.connection.rollback()
		answer = paying.result(timeout=60)
	assert answer.status_code == 200, answer.text[:500]
	committed()
	made = frappe.get_all(
		"Card Transaction", {"request_id": request_id}, ["transacted_by", "balance_after"], order_by="name"
	)
	assert [(row.transacted_by, row.balance_after) for row in made] == [(cast.user("terminal"), 93)]
	assert read(card).balance == 93


class Unlucky:
	"""A command that finds itself in deadlocks; `asked_for` says whether a request asks for it."""

	def __init__(self, monkeypatch, error, asked_for=True):
		self.attempts = []

		@commands.carried_out_again
		def command(rows):
			self.attempts.append((frappe.session.user, list(rows)))
			rows.append("changed")
			frappe.msgprint("said by an attempt")
			raise error("1213")

		self.command = command
		name = f"{command.__module__}.{command.__qualname__}"
		monkeypatch.setattr(
			frappe.local, "request", frappe._dict(method="POST", path="/api/method/any"), raising=False
		)
		monkeypatch.setattr(frappe.local, "form_dict", frappe._dict(cmd=name if asked_for else "another"))
		monkeypatch.setattr(frappe.db, "transaction_writes", 0)


def test_deadlocks_that_do_not_end_are_refused(cast, as_user, monkeypatch):
	with as_user("clerk"):
		unlucky = Unlucky(monkeypatch, frappe.QueryDeadlockError)
		refused(lambda: unlucky.command(["sent"]), BUSY)
	assert unlucky.attempts == [(cast.user("clerk"), ["sent"])] * 3
	assert not any("said by an attempt" in str(message) for message in frappe.message_log)


def test_a_lock_that_was_waited_for_in_vain_is_not_waited_for_again(monkeypatch):
	unlucky = Unlucky(monkeypatch, frappe.QueryTimeoutError)
	with pytest.raises(frappe.ValidationError):
		unlucky.command([])
	assert len(unlucky.attempts) == 1


def test_inside_somebody_elses_transaction_nothing_is_carried_out_again(monkeypatch):
	unlucky = Unlucky(monkeypatch, frappe.QueryDeadlockError, asked_for=False)
	with pytest.raises(frappe.QueryDeadlockError):
		unlucky.command([])
	unlucky = Unlucky(monkeypatch, frappe.QueryDeadlockError)
	monkeypatch.setattr(frappe.db, "transaction_writes", 1)
	with pytest.raises(frappe.QueryDeadlockError):
		unlucky.command([])
	assert len(unlucky.attempts) == 1


def test_a_queue_that_is_down_does_not_undo_what_was_saved(monkeypatch):
	monkeypatch.setattr(background_jobs, "_redis_queue_conn", None)
	monkeypatch.setitem(frappe.conf, "redis_queue", "redis://127.0.0.1:1")
	jobs.order("frappe.ping", job_id="never", deduplicate=True)
	frappe.db.after_commit.run()  # raises where the order does


def test_a_request_remembers_nothing_of_one_that_lost_its_database():
	"""Which ends without its end: Frappe's own clearing is not reached."""
	frappe.get_roles("Guest")
	frappe.local.request_cache[len]["left over"] = 1
	first, *_others = frappe.get_hooks("before_request", app_name="property_service")
	frappe.call(first)  # before anything goes by what is remembered
	assert len not in frappe.local.request_cache
