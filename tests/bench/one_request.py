"""Measuring single requests: each begins without what the one before remembered, ours and theirs in turn."""

import time
import traceback
from collections import Counter
from collections.abc import Callable

import frappe

# Where a statement comes from, told by the files that are on their way to the database; the first that fits.
ORIGINS = (
	("service_level_agreement.py:apply", "ERPNext's Service Level Agreement"),
	("property_service/workflow_actions.py", "workflow action, by the app"),
	("/workflow_action.py", "workflow action, by Frappe"),
	(":add_comment", "comment about the step, by Frappe"),
	(":save_version", "version, by Frappe"),
	("energy_point", "energy points, by Frappe"),
	("transaction_deletion_record.py", "running deletions, by ERPNext"),
	("reception_record.py", "the contact that the ticket came by"),
	("/issue.py", "contacts of Issue"),
	("/naming.py", "number"),
	("_validate_links", "links checked"),
	(":load_doc_before_save", "read and locked before saving"),
	(":load_from_db", "read"),
	(":db_insert", "written"),
	(":db_update", "written"),
	(":update_child", "written"),
)


def begin() -> None:
	"""What every request begins with: an empty memory. Caches in Redis stay, as on a running site."""
	if memory := getattr(frappe.local, "request_cache", None):
		memory.clear()
	frappe.db.value_cache.clear()
	frappe.local.role_permissions = {}
	frappe.local.cache.clear()


def best_of(times: int, *functions: Callable) -> list[float]:
	"""Seconds of the fastest run of each; they take turns, so that what else the machine does meets all alike."""
	best = [float("inf")] * len(functions)
	for _ in range(times):
		for index, function in enumerate(functions):
			begin()
			started = time.perf_counter()
			function()
			best[index] = min(best[index], time.perf_counter() - started)
	return best


def statements(function: Callable) -> Counter:
	"""How many statements a request sends, by their origin."""
	found, run = Counter(), frappe.db.sql

	def counted(query, *args, **kwargs):
		way = [f"{frame.filename}:{frame.name}" for frame in traceback.extract_stack()]
		origin = next((title for mark, title in ORIGINS if any(mark in step for step in way)), "other")
		found[origin] += 1
		return run(query, *args, **kwargs)

	begin()
	frappe.db.sql = counted
	try:
		function()
	finally:
		del frappe.db.sql
	return found


def slowest(function: Callable, names: dict[str, str], number: int = 6) -> str:
	"""A list for the page: the seconds of the slowest statements, called by the first of `names` (part of a statement ->
	what it reads) that they contain, and of all that is no statement.
	"""
	found, run = Counter(), frappe.db.sql

	def timed(query, *args, **kwargs):
		began = time.perf_counter()
		answer = run(query, *args, **kwargs)
		text = " ".join(str(query).split())
		found[next((name for part, name in names.items() if part in text), "other statements")] += (
			time.perf_counter() - began
		)
		return answer

	begin()
	frappe.db.sql = timed
	started = time.perf_counter()
	try:
		function()
	finally:
		del frappe.db.sql
	found["no statement: adding up, comparing, rows of the sheet"] = (
		time.perf_counter() - started - found.total()
	)
	return "\n".join(f"* {name}: {seconds:.2f} s" for name, seconds in found.most_common(number))


def as_text(title: str, found: Counter) -> str:
	"""A list for the page: what asks how often."""
	lines = "\n".join(f"* {origin}: {number}" for origin, number in found.most_common())
	return f"{title}, {found.total()} statements by origin:\n\n{lines}"
