"""Measuring: `make bench`. Each measurement makes its own data in one transaction and takes it back; nothing is committed."""

import time

import frappe
import pytest

from tests.site.sql import StatementCounter


@pytest.fixture(autouse=True)
def rolled_back(cast, monkeypatch):
	frappe.db.rollback()
	frappe.set_user("Administrator")
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	# a million rows take longer than Frappe lets one request write
	monkeypatch.setattr(frappe.db, "MAX_WRITES_PER_TRANSACTION", 10**9)
	yield
	frappe.db.rollback()
	frappe.clear_cache()


@pytest.fixture
def measure():
	"""`measure(function)` → (seconds, statements) of the best of three runs; whoever is measured runs once before."""

	def run(function, times: int = 3) -> tuple[float, int]:
		best, statements = float("inf"), 0
		for _ in range(times):
			with StatementCounter(frappe.db) as count:
				started = time.perf_counter()
				function()
				best = min(best, time.perf_counter() - started)
			statements = len(count)
		return best, statements

	return run


@pytest.fixture(scope="session")
def table(request):
	"""Collects lines and prints them when all is measured."""
	lines: list[str] = []
	yield lines.append
	reporter = request.config.pluginmanager.getplugin("terminalreporter")
	reporter.write_line("")
	for line in lines:
		reporter.write_line(line)
