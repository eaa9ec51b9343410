"""What a clerk sends and the house loses on the way: each posting once, or not at all (Q-04)."""

import functools

import frappe
import pytest

from property_service import invariants
from tests.faults import stop
from tests.faults.client import Answer
from tests.faults.house import wait_until
from tests.faults.postings import REQUESTS, Case

pytestmark = pytest.mark.rule("Q-04")


class Bench:
	"""A posting on the bench: made ready, sent, struck, and looked at."""

	def __init__(self, house, client, people, kind: str):
		self.house, self.client, self.people, self.kind = house, client, people, kind

	@functools.cached_property
	def database(self) -> str:
		return frappe.conf.db_name

	def ready(self) -> Case:
		frappe.set_user("Administrator")
		case = REQUESTS[self.kind](self.people)
		frappe.set_user("Administrator")
		frappe.db.commit()
		assert self.times(case) == 0, case.effect()
		return case

	def times(self, case: Case) -> int:
		"""How often it is posted, by every trace of it."""
		frappe.db.rollback()
		traces = case.effect()
		assert len(set(traces.values())) == 1, f"posted by halves: {traces}"
		return next(iter(traces.values()))

	def send_again(self, case: Case, posted: int) -> str:
		"""The client's retry, and one more: in the end it is posted once, whatever the retries were answered."""
		answer = self.client.send(case).answer()
		if not posted or case.repeats:
			assert answer.acknowledged, (answer.status, answer.text[-1500:])
		else:
			assert answer.refused, (answer.status, answer.text[-1500:])
		assert self.times(case) == 1
		third = self.client.send(case).answer()
		assert third.acknowledged if case.repeats else third.refused, (third.status, third.text[-1500:])
		assert self.times(case) == 1
		return "answered" if answer.acknowledged else "refused"

	def gone(self, waiting: stop.Waiting) -> bool:
		"""The database has noticed that the other end is dead, and taken back what it did."""
		with self.house.connect() as connection, connection.cursor() as cursor:
			cursor.execute("SELECT 1 FROM information_schema.processlist WHERE id = %s", (waiting.thread,))
			return not cursor.fetchall()

	def reconnect(self) -> None:
		frappe.db.close()
		frappe.connect()
		frappe.set_user("Administrator")


_places: dict[str, stop.Recorder] = {}


@pytest.fixture
def bench(house, client, people, kind):
	made = Bench(house, client, people, kind)
	if kind not in _places:
		case = made.ready()
		client.cookie(case.person)
		with stop.Recorder(house) as seen:
			answer = client.send(case).answer()
		assert answer.acknowledged, (answer.status, answer.text[-1500:])
		assert made.times(case) == 1
		assert seen.tables, "the posting wrote nothing"
		_places[kind] = seen
	made.seen = _places[kind]
	yield made
	frappe.db.rollback()
	assert invariants.report() == []


def struck(bench: Bench, case: Case, table: str):
	"""The request has come to `table` and waits there; returns it with who waits."""
	sent = bench.client.send(case)
	return sent, stop.wait_for_somebody(bench.house, bench.database, table)


every_kind = pytest.mark.parametrize("kind", REQUESTS)


@every_kind
def test_the_web_worker_is_killed(bench, report):
	table = bench.seen.tables[len(bench.seen.tables) // 2]
	case = bench.ready()
	with stop.held(bench.house, bench.database, table):
		sent, waiting = struck(bench, case, table)
		bench.house.process_at(waiting.port).kill()
		assert sent.answer() == Answer(None)
	wait_until(lambda: bench.gone(waiting), "the killed worker's transaction is still open")
	posted = bench.times(case)
	assert posted == 0
	retry = bench.send_again(case, posted)
	report(bench.kind, "web worker killed", f"at {table[3:]}: {posted}, retry {retry}: 1")


@every_kind
def test_mariadb_is_killed(bench, report):
	table = bench.seen.tables[-1]
	case = bench.ready()
	with stop.held(bench.house, bench.database, table):
		sent, _waiting = struck(bench, case, table)
		bench.house.database.kill()
	answer = sent.answer()
	assert not answer.acknowledged
	bench.house.start_database()
	bench.reconnect()
	posted = bench.times(case)
	assert posted == 0
	retry = bench.send_again(case, posted)
	report(bench.kind, "MariaDB killed", f"at {table[3:]}: {posted}, retry {retry}: 1")


@every_kind
def test_the_reply_is_lost(bench, report):
	table = bench.seen.tables[-1]
	case = bench.ready()
	with stop.held(bench.house, bench.database, table):
		sent, _waiting = struck(bench, case, table)
		sent.hang_up()
	wait_until(lambda: bench.times(case), "what the client did not wait for is not posted")
	retry = bench.send_again(case, 1)
	report(bench.kind, "reply lost", f"1, retry {retry}: 1")


@every_kind
def test_the_queue_is_down(bench, report):
	case = bench.ready()
	bench.house.redis["queue"].kill()
	try:
		answer = bench.client.send(case).answer()
	finally:
		bench.house.start_redis("queue")
	posted = bench.times(case)
	assert answer.acknowledged or answer.refused, (answer.status, answer.text[-1500:])
	assert posted == int(answer.acknowledged)
	bench.send_again(case, posted)
	report(bench.kind, "queue Redis down", f"{'done' if posted else 'refused'}: {posted}")


# A report begins with an insert: it locks nothing that somebody else could want of it.
LOCKS_NOTHING_FIRST = "repair ticket reported"


@pytest.mark.parametrize("kind", [kind for kind in REQUESTS if kind != LOCKS_NOTHING_FIRST])
def test_a_deadlock(bench, report):
	"""A command of the app is carried out again; a document that is submitted by REST is refused, and whole."""
	case = bench.ready()
	assert case.late or bench.seen.series, "the posting takes no number: say what it needs late"
	late = case.late or ("SELECT current FROM tabSeries WHERE name = %s FOR UPDATE", (bench.seen.series[-1],))
	early = (f"SELECT name FROM `tab{case.early[0]}` WHERE name = %s FOR UPDATE", (case.early[1],))
	with stop.deadlock(bench.house, bench.database, late, early) as close_the_circle:
		sent = bench.client.send(case)
		close_the_circle()
		answer = sent.answer()
	posted = bench.times(case)
	if case.path.startswith("/api/method/"):
		assert answer.acknowledged, (answer.status, answer.text[-1500:])
	assert posted == int(answer.acknowledged)
	bench.send_again(case, posted)
	report(
		bench.kind, "deadlock", f"{'carried out again' if posted else f'refused ({answer.status})'}: {posted}"
	)
