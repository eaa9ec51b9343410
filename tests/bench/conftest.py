"""Measuring: `make bench`. Each measurement makes its own data in one transaction and takes it back; one that needs other
processes asks for `committed` and clears up behind itself."""

import os
import platform
import time
from pathlib import Path

import frappe
import pytest

from tests.bench import ledger, plain, results
from tests.bench.crew import Crew
from tests.site.conftest import committed, server, switches  # noqa: F401  fixtures
from tests.site.sql import StatementCounter


@pytest.fixture(autouse=True)
def test_transaction(cast, request, monkeypatch):
	frappe.db.rollback()
	frappe.set_user("Administrator")
	if "committed" not in request.fixturenames:
		monkeypatch.setattr(frappe.db, "commit", lambda: None)
	# a million rows take longer than Frappe lets one request write
	monkeypatch.setattr(frappe.db, "MAX_WRITES_PER_TRANSACTION", 10**9)
	yield
	frappe.db.rollback()
	frappe.set_user("Administrator")
	frappe.clear_cache()


@pytest.fixture(scope="module")
def scratch(cast):
	"""The plain documents of Frappe's own means that ours are compared with."""
	frappe.set_user("Administrator")
	plain.create()
	yield
	frappe.db.rollback()
	frappe.set_user("Administrator")
	plain.drop()


@pytest.fixture
def published_ledger(stores, committed):  # noqa: F811  a fixture that asks for one
	"""`published_ledger(10_000)` → a Ledger of so many items that every connection sees."""
	made = []

	def build(items: int) -> ledger.Ledger:
		made.append(ledger.build(stores, items))
		ledger.publish()
		return made[-1]

	yield build
	frappe.db.rollback()
	for one in made:
		ledger.remove(one)


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


@pytest.fixture(scope="session")
def machine(site_connection) -> dict[str, str]:
	"""What the figures depend on."""
	model = next(
		(
			line.split(":", 1)[1].strip()
			for line in Path("/proc/cpuinfo").read_text().splitlines()
			if line.startswith("model name")
		),
		platform.machine(),
	)
	return {
		"processor": f"{os.cpu_count()} × {model}",
		"Frappe": frappe.__version__,
		"ERPNext": frappe.get_attr("erpnext.__version__"),
		"MariaDB": frappe.db.sql("select version()")[0][0].split("-")[0],
		"Python": platform.python_version(),
	}


@pytest.fixture
def record(table, machine):
	"""`record("purchase_plan", size=10_000, figures={"statements": 12}, goals=[at_most(25, 12, "statements")])` keeps a
	measurement for docs/benchmarks.md and prints it; works are named in tests/bench/results.py, `why` is Markdown that
	says why a goal is missed. A missed goal fails nothing here: what may not get worse, the test asserts itself.
	"""
	folder = os.environ.get("BENCHMARKS")

	def keep(
		work: str,
		figures: dict[str, float | str],
		goals: list[results.Goal],
		size: int = 0,
		why: str = "",
	) -> None:
		result = results.Result(
			size, figures, goals, why, time.strftime("%Y-%m-%d %H:%M"), round(os.getloadavg()[0], 1), machine
		)
		if folder:
			results.keep(Path(folder), work, result)
		title = results.WORKS[work].title + (f", {size:,} {results.WORKS[work].unit}" if size else "")
		table(f"{title}: " + ", ".join(f"{name} {results.number(value)}" for name, value in figures.items()))
		for goal in goals:
			table(f"  {'met' if goal.met else 'NOT MET'}: {goal.goal}: {goal.measured}")

	return keep


@pytest.fixture(scope="session")
def crew(cast):
	"""Sixteen processes with connections of their own: see tests/bench/crew.py."""
	people = Crew(16)
	yield people
	people.go_home()
