"""What a background worker posts when it is killed, or the database under it: by the sweep, once (Q-04)."""

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from property_service import invariants
from tests.faults import stop
from tests.faults.house import wait_until
from tests.faults.jobs import JOBS, Job

pytestmark = pytest.mark.rule("Q-04")


class Bench:
	def __init__(self, house, people, kind: str):
		self.house, self.people, self.kind = house, people, kind

	def ready(self) -> Job:
		frappe.set_user("Administrator")
		job = JOBS[self.kind](self.people)
		frappe.set_user("Administrator")
		frappe.db.commit()
		self.house.start_worker()
		wait_until(self.house.queue_is_empty, "the worker does not get through with what was ordered before")
		assert self.times(job) == 0, job.effect()
		return job

	def times(self, job: Job) -> int:
		frappe.db.rollback()
		traces = job.effect()
		assert len(set(traces.values())) == 1, f"posted by halves: {traces}"
		return next(iter(traces.values()))

	def order(self, job: Job) -> None:
		job.order()
		frappe.set_user("Administrator")
		frappe.db.commit()

	def recover(self, job: Job) -> None:
		"""Later: the scheduler calls what takes up lost jobs every few minutes, also while one of them is under way."""

		def is_done() -> bool:
			if self.is_posted(job):
				return True
			self.sweep(job)
			return False

		wait_until(is_done, "the sweep does not make up for what was lost", pause=2)
		assert self.times(job) == 1

	def sweep(self, job: Job) -> None:
		if job.stale:
			doctype, name, fields = job.stale
			long_ago = add_to_date(now_datetime(), hours=-2)
			frappe.db.set_value(doctype, name, dict.fromkeys(fields, long_ago), update_modified=False)
		job.sweep()
		frappe.db.commit()

	def is_posted(self, job: Job) -> bool:
		frappe.db.rollback()
		return set(job.effect().values()) == {1} and self.house.queue_is_empty()

	def reconnect(self) -> None:
		frappe.db.close()
		frappe.connect()
		frappe.set_user("Administrator")


@pytest.fixture
def bench(house, people, kind):
	made = Bench(house, people, kind)
	yield made
	house.worker.kill()
	frappe.db.rollback()
	assert invariants.report() == []


every_kind = pytest.mark.parametrize("kind", JOBS)


@every_kind
def test_the_worker_is_killed(bench, report):
	job, house = bench.ready(), bench.house
	with stop.held(house, frappe.conf.db_name, job.table):
		bench.order(job)
		stop.wait_for_somebody(house, frappe.conf.db_name, job.table)
		house.worker.kill()
	wait_until(lambda: not stop.waiting(house, frappe.conf.db_name), "the killed worker still waits")
	posted = bench.times(job)
	assert posted == 0
	house.start_worker()
	bench.recover(job)
	report(bench.kind, "background worker killed", f"at {job.table[3:]}: {posted}, after the sweep: 1")


@every_kind
def test_mariadb_is_killed_under_the_worker(bench, report):
	job, house = bench.ready(), bench.house
	with stop.held(house, frappe.conf.db_name, job.table):
		bench.order(job)
		stop.wait_for_somebody(house, frappe.conf.db_name, job.table)
		house.database.kill()
	house.start_database()
	bench.reconnect()
	posted = bench.times(job)
	assert posted == 0
	wait_until(house.queue_is_empty, "the worker does not notice that its database is gone")
	bench.recover(job)
	report(bench.kind, "MariaDB killed", f"at {job.table[3:]}: {posted}, after the sweep: 1")


@every_kind
def test_the_queue_is_down(bench, report):
	"""Who orders the job gets their work done; the sweep orders what was not queued."""
	job, house = bench.ready(), bench.house
	house.worker.kill()
	house.redis["queue"].kill()
	try:
		if bench.kind == "card day posted":  # the scheduler's own: the next day's run does it
			with pytest.raises(Exception, match=r"refused|reach|Connection"):
				bench.order(job)
			frappe.db.rollback()
		else:
			bench.order(job)
	finally:
		house.start_redis("queue")
	house.start_worker()
	bench.recover(job)
	report(bench.kind, "queue Redis down", "ordered, after the sweep: 1")
