"""Background jobs that a sweep makes up for when they were lost (Q-04)."""

import contextlib
from collections.abc import Callable, Iterator

import frappe
from redis.exceptions import RedisError


def order(method: str | Callable, **options) -> None:
	"""Order a job for when the present transaction is committed; `options` are those of `frappe.enqueue`.

	A queue that does not answer keeps nobody from their work: what was to be done stands in the database, and the sweep of
	whoever orders takes it up (`scheduler_events`). Frappe's own way fails after the commit, and tells a clerk whose work
	is saved that it is not.
	"""

	def push() -> None:
		try:
			frappe.enqueue(method, **options)
		except (RedisError, frappe.QueueOverloaded):
			frappe.logger("property_service").error(f"not queued: {method}", exc_info=True)

	frappe.db.after_commit.add(push)


@contextlib.contextmanager
def acting_as(user: str) -> Iterator[None]:
	"""What a job writes inside bears the name of whoever ordered it: a job that is retried or swept up runs as
	Administrator.
	"""
	before = frappe.session.user
	if user == before:
		yield
		return
	frappe.set_user(user)  # who ordered the job; see above
	try:
		yield
	finally:
		frappe.set_user(before)  # whose job it is
