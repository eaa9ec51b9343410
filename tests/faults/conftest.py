"""`make faults`: one house for the whole run, its people and stores, and the table of what was seen."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.faults.house import SITE, House


@pytest.fixture(scope="session")
def house():
	"""FAULTS_FOLDER keeps the house, with the site as it is, for the next run; without it everything is gone afterwards."""
	kept = os.environ.get("FAULTS_FOLDER")
	folder = Path(kept or tempfile.mkdtemp(prefix="property-service-faults."))
	made = House(folder, Path(os.environ["BENCH"]))
	try:
		made.open()
		yield made
	finally:
		made.close()
		if not kept:
			shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def site_connection(house):
	"""As tests/conftest.py, on the site of the house."""
	import frappe

	from property_service import compat

	os.chdir(house.sites)
	frappe.init(SITE)
	frappe.connect()
	compat.set_test_mode(True)
	frappe.set_user("Administrator")
	yield SITE
	frappe.destroy()


@pytest.fixture(scope="session")
def people(house, cast, as_user):
	"""The cast with its stores and low-value consumables, in use for the whole run."""
	import frappe

	from tests import low_value as low_value_line
	from tests import stores as stores_line
	from tests.faults.postings import People

	stores = stores_line.set_up_stores(cast)
	low_value = low_value_line.set_up(stores)
	frappe.db.commit()
	return People(cast, as_user, stores, low_value)


@pytest.fixture(scope="session")
def client(house, cast):
	from tests.faults.client import Client

	return Client(house, cast)


# Posting -> fault -> what was seen.
SEEN: dict[str, dict[str, str]] = {}


@pytest.fixture(scope="session")
def report():
	"""`report(posting, fault, what was seen)`; the table is printed in the end, for docs/faults.md."""
	return lambda kind, fault, found: SEEN.setdefault(kind, {}).update({fault: found})


def pytest_terminal_summary(terminalreporter):
	faults = list(dict.fromkeys(fault for row in SEEN.values() for fault in row))
	for row in (
		["posting", *faults],
		["---"] * (len(faults) + 1),
		*([kind, *(found.get(fault, "–") for fault in faults)] for kind, found in SEEN.items()),
	):
		terminalreporter.write_line(f"| {' | '.join(row)} |")
