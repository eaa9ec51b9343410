"""What all tiers share: the order of the run and, for the tiers that need one, a real site with its cast.

Nothing here imports Frappe before a test asks for a site: the unit tier runs with Python alone.
"""

import os
import time

import pytest

TIERS = ("unit", "site", "desk")


def pytest_addoption(parser):
	parser.addoption(
		"--write-access-table",
		action="store_true",
		help="write tests/site/access_table.csv anew from what the app answers",
	)


def pytest_collection_modifyitems(items):
	"""Fast tiers first; inside a tier, tests marked `last` (they take the site apart) after all others."""

	def position(item):
		tier = next((i for i, name in enumerate(TIERS) if f"tests/{name}/" in item.nodeid), 0)
		return tier, item.get_closest_marker("last") is not None

	items.sort(key=position)


@pytest.fixture(scope="session")
def site_connection():
	"""One connection to $SITE for the whole session. A site that cannot be reached fails the run."""
	site, bench = os.environ.get("SITE"), os.environ.get("BENCH")
	if not (site and bench):
		pytest.fail(
			"SITE and BENCH say which site of which bench to test; `make test` sets them", pytrace=False
		)
	import frappe

	from property_service import compat

	os.chdir(os.path.join(bench, "sites"))
	frappe.init(site)
	try:
		frappe.connect()
		installed = frappe.get_installed_apps()
	except Exception as error:
		pytest.fail(f"Site {site} cannot be reached: {error!r}", pytrace=False)
	if "property_service" not in installed:
		pytest.fail(f"property_service is not installed on {site}", pytrace=False)
	compat.set_test_mode(True)
	frappe.set_user("Administrator")
	yield site
	frappe.destroy()


@pytest.fixture(scope="session")
def cast(site_connection):
	"""The company, its departments and people, made once and committed: see tests/cast.py."""
	import frappe

	from tests.cast import assemble

	cast = assemble()
	frappe.db.commit()
	return cast


@pytest.fixture(scope="session")
def stores_made(cast) -> None:
	"""Stores and zones stay: whoever clears up everything made since a moment asks for this before that moment."""
	import frappe

	from tests import stores as line

	line.set_up_stores(cast)
	line.switch(cast.company, on=False)
	frappe.db.commit()


def forget_settings() -> None:
	"""A background job that began before the commit may still put the settings of then into the cache: wait for it."""
	import frappe
	from frappe.utils.background_jobs import get_queues

	from property_service import settings

	until = time.monotonic() + 60
	while time.monotonic() < until:
		queues = get_queues()
		if not any(queue.count or queue.started_job_registry.count for queue in queues):
			break
		time.sleep(0.2)
	frappe.clear_document_cache(settings.DOCTYPE, settings.DOCTYPE)


@pytest.fixture(scope="module")
def stores(cast, stores_made):
	"""The cast's company uses the stores procedure in this file of tests, and does without it in the others.

	Stores and zones are made once and committed: see tests/stores.py.
	"""
	import frappe

	from tests import stores as line

	frappe.db.rollback()
	frappe.set_user("Administrator")
	made = line.set_up_stores(cast)
	frappe.db.commit()
	forget_settings()
	yield made
	frappe.db.rollback()
	frappe.set_user("Administrator")
	line.switch(cast.company, on=False)
	frappe.db.commit()


@pytest.fixture(scope="module")
def low_value(stores):
	"""The company with stores uses low-value consumables, too, in this file of tests; see tests/low_value.py."""
	import frappe

	from tests import low_value as line

	frappe.db.rollback()
	frappe.set_user("Administrator")
	made = line.set_up(stores)
	frappe.db.commit()
	forget_settings()
	yield made
	frappe.db.rollback()
	frappe.set_user("Administrator")
	line.switch(stores.company, on=False)
	frappe.db.commit()


@pytest.fixture(scope="session")
def as_user(cast):
	"""`with as_user("clerk"):` acts as that person, or as any user by login name."""
	return cast.acting
