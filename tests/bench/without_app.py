"""The same site three ways in one process: without the app, with it and its procedures switched off, with them on.

"Without the app" takes out, for this process and until the block ends, what Frappe would not have if the app were not
installed: its hooks and classes, its custom fields and property setters, its workflows. Nothing is committed; the
database is put back to a savepoint and the caches are cleared. Whoever kills a measurement inside clears the site's cache
(`bench --site … clear-cache`): it may hold the fields of a site without the app.
"""

import contextlib
import re
import sys
from collections import Counter
from pathlib import Path
from unittest import mock

import frappe

import property_service
from property_service import settings

APP = "property_service"
MODULE = "Property Service"
ROOT = str(Path(property_service.__file__).parent) + "/"
TABLE = re.compile(r"(?:from|into|update)\s+`(tab[^`]+)`", re.IGNORECASE)
# Methods of classes of ours that pass on to those that they took the place of: what these ask is not the app's.
PASSED_ON = ("late_tables.py:", "workflow_actions.py:run_method")
WITHOUT, OFF, ON = STATES = ("without the app", "switched off", "switched on")


@contextlib.contextmanager
def state(name: str):
	"""Everything inside happens in that state, and is undone at its end."""
	frappe.db.savepoint("state_of_the_site")
	try:
		with {WITHOUT: without_app, OFF: switched_off, ON: contextlib.nullcontext}[name]():
			yield
	finally:
		frappe.db.rollback(save_point="state_of_the_site")
		forget()


@contextlib.contextmanager
def without_app():
	for doctype in ("Custom Field", "Property Setter"):
		frappe.db.delete(doctype, {"module": MODULE})
	ours = frappe.get_all("Workflow", filters={"is_active": 1}, pluck="name", order_by="name")
	for workflow in ours:
		frappe.db.set_value("Workflow", workflow, "is_active", 0)
	real = frappe.get_hooks

	def hooks_of_others(*args, **kwargs):
		return _without_ours(real(*args, **kwargs))

	with mock.patch.object(frappe, "get_hooks", hooks_of_others):
		forget()
		yield
	forget()


@contextlib.contextmanager
def switched_off():
	with mock.patch.object(settings, "company_row", return_value=None):
		yield


def forget() -> None:
	"""What this process knows of hooks, classes and fields."""
	frappe.clear_cache()
	frappe.local.doc_events_hooks = None
	frappe.controllers.pop(frappe.local.site, None)
	frappe.local.valid_columns = {}


def _without_ours(value):
	if isinstance(value, dict):
		return frappe._dict({key: _without_ours(inner) for key, inner in value.items()})
	if isinstance(value, list):
		return [_without_ours(inner) for inner in value if not _is_ours(inner)]
	return None if _is_ours(value) else value


def _is_ours(value) -> bool:
	return isinstance(value, str) and value.startswith(f"{APP}.")


class Origins:
	"""Counts the statements of a block by the function of the app that caused them; those of Frappe and ERPNext by table."""

	def __init__(self, db):
		self.db = db
		self.found: Counter[str] = Counter()

	def __enter__(self) -> "Origins":
		run = self.db.sql

		def counted(query, *args, **kwargs):
			self.found[_origin() or _table(str(query))] += 1
			return run(query, *args, **kwargs)

		self.db.sql = counted
		return self

	def __exit__(self, *_) -> None:
		del self.db.sql


def _table(statement: str) -> str:
	found = TABLE.search(statement)
	return found[1] if found else statement.split(None, 1)[0]


def _origin() -> str:
	frame = sys._getframe(2)
	while frame:
		path = frame.f_code.co_filename
		where = f"{path[len(ROOT) :]}:{frame.f_code.co_name}"
		if path.startswith(ROOT) and not where.startswith(PASSED_ON):
			return where
		frame = frame.f_back
	return ""
