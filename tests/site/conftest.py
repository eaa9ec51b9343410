"""The site tier: every test on a real site, as the real user of each step, rolled back at its end."""

import os
from pathlib import Path

import frappe
import pytest
import requests

from tests.midnight import wait_for_the_new_day
from tests.site import committed_data
from tests.site.books import Books
from tests.site.rest import Rest
from tests.site.sql import StatementCounter

TEMPLATES = Path(__file__).resolve().parents[2] / "fixtures" / "import_templates"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
	"""A test that posted has to leave true what must always be true (Q-03): see tests/site/books.py."""
	outcome = yield
	books = item.funcargs.get(
		"test_transaction"
	)  # the demo's tests share one transaction, and ask by themselves
	if books and not item.get_closest_marker("breaks_invariants"):
		if "committed" in item.fixturenames:
			committed_data.refresh()
		books.must_hold()
	return outcome


@pytest.fixture(autouse=True)
def test_transaction(cast, request, monkeypatch):
	"""Each test starts as Administrator on a clean message log and leaves nothing behind.

	Commits are disabled, so that a rollback undoes the test whatever the code under test does. A test that needs
	another process to see its data asks for `committed`.
	"""
	wait_for_the_new_day(frappe.utils.now_datetime())
	frappe.db.rollback()
	frappe.set_user("Administrator")
	frappe.clear_messages()
	# a worker that began before a file of tests switched a procedure on may have cached the settings as they were
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
	flags = frappe.local.flags.copy()
	books = Books(monkeypatch)
	if "committed" not in request.fixturenames:
		monkeypatch.setattr(frappe.db, "commit", lambda: None)
	yield books
	frappe.db.rollback()
	frappe.cache.delete_value("roles")  # that a test gave somebody: the cache knows no rollback
	frappe.set_user("Administrator")
	frappe.clear_messages()
	frappe.local.flags.clear()
	frappe.local.flags.update(flags)


@pytest.fixture(scope="session")
def switches(cast):
	"""Which procedures each company uses; read once, for a look inside a test would fix what the test sees."""
	rows = committed_data.switches()
	frappe.db.rollback()
	return rows


@pytest.fixture
def committed(test_transaction, switches, cast):
	"""Commits are real in this test; whatever was created meanwhile, by any process, is deleted afterwards."""
	started = frappe.utils.now()
	yield committed_data.refresh
	frappe.db.rollback()
	committed_data.wait_for_jobs()
	committed_data.switch_back(switches)
	cast.name_heads()
	committed_data.delete_created_since(started)


@pytest.fixture
def count_sql():
	"""`with count_sql() as count: …` then `len(count)`; `count.statements` has the texts."""
	return lambda: StatementCounter(frappe.db)


@pytest.fixture(scope="session")
def server(site_connection) -> str:
	"""Address of the web server of this site. A server that does not answer fails the run."""
	url = f"http://127.0.0.1:{os.environ.get('TEST_PORT', '8010')}"
	try:
		answer = requests.get(
			f"{url}/api/method/ping", headers={"X-Frappe-Site-Name": site_connection}, timeout=20
		)
	except requests.ConnectionError:
		pytest.fail(f"no web server for {site_connection} at {url}; `make test` starts one", pytrace=False)
	if answer.status_code != 200:
		pytest.fail(f"{url} does not serve {site_connection}: {answer.text[:300]}", pytrace=False)
	return url


@pytest.fixture
def rest(server, site_connection, cast, committed):
	"""HTTP as a person of the cast: `rest("clerk").insert("Repair Ticket", …)`. See tests/site/rest.py."""
	return Rest(server, site_connection, cast)


@pytest.fixture
def import_template():
	"""`import_template("Property Key")` imports fixtures/import_templates/property_key.csv as the current user."""
	from frappe.core.doctype.data_import.importer import Importer

	def run(doctype: str) -> None:
		# The importer skips rows it has a log of; a log is not rolled back with the test.
		frappe.db.delete("Data Import Log", {"data_import": ("is", "not set")})
		path, language = TEMPLATES / f"{frappe.scrub(doctype)}.csv", frappe.local.lang
		Importer(doctype, file_path=str(path), import_type="Insert New Records", console=True).import_data()
		frappe.local.lang = language  # the importer speaks the user's

	return run
