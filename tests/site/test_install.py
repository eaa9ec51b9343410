"""Q-06: install on a site with data, migrate twice, uninstall, reinstall; nothing of ERPNext's own is left changed."""

import json
import os

import pytest

from tests.site.throwaway import ThrowawaySite

pytestmark = [pytest.mark.last, pytest.mark.rule("Q-06")]

OWN_DATA = """
from tests.site import make
unit = make.unit()
resident = make.resident(property_unit=unit.name)
ticket = make.ticket(property_unit=unit.name)
order = make.order(repair_ticket=ticket.name)
settings = frappe.get_doc("Property Service Settings")
settings.companies[0].stores = 1
settings.save()
"""

# What Frappe itself writes at any install, migrate or uninstall, of whatever app.
LOGS_OF_FRAPPE = {
	*("tabVersion", "tabDeleted Document", "tabError Log", "tabActivity Log", "tabComment", "tabPatch Log"),
	*(
		"tabInstalled Application",
		"__global_search",
		"__Auth",
		"tabScheduled Job Type",
		"tabScheduled Job Log",
	),
}


class Story:
	"""One site's life with the app, photographed at every turn."""

	def __init__(self, site: ThrowawaySite):
		self.site = site
		self.before = self.photograph()
		site.bench("install-app", "property_service")
		self.installed = self.photograph()
		site.python(OWN_DATA)
		site.bench("migrate", "--skip-search-index")
		self.migrated = self.photograph()
		site.bench("migrate", "--skip-search-index")
		self.migrated_again = self.photograph()
		site.bench("uninstall-app", "property_service", "--yes", "--no-backup")
		self.uninstalled = self.photograph()
		site.bench("install-app", "property_service")
		self.reinstalled = self.photograph()

	def photograph(self) -> dict[str, dict[str, int]]:
		return json.loads(self.site._run("-m", "tests.site.fingerprint", self.site.name))


@pytest.fixture(scope="module")
def story(site_connection):
	site = ThrowawaySite(os.environ["BENCH"], site_connection)
	yield Story(site.make())
	site.drop()


def differences(before: dict, after: dict, ignore=LOGS_OF_FRAPPE) -> list[str]:
	found = []
	for table in sorted({*before, *after} - ignore):
		old, new = before.get(table), after.get(table)
		if old is None or new is None:
			found.append(f"{'+' if old is None else '-'} table {table}")
			continue
		found += [f"- {table}: {key}" for key in sorted(old.keys() - new.keys())]
		found += [f"+ {table}: {key}" for key in sorted(new.keys() - old.keys())]
		found += [f"* {table}: {key}" for key in sorted(old.keys() & new.keys()) if old[key] != new[key]]
	return found


def test_uninstalling_leaves_the_site_as_it_was(story):
	assert differences(story.before, story.uninstalled) == []


def test_second_migrate_changes_nothing(story):
	assert differences(story.migrated, story.migrated_again) == []


def test_reinstalling_gives_what_installing_gave(story):
	assert differences(story.installed, story.reinstalled) == []
