"""Q-06: install on a site with data, work, migrate twice, uninstall, reinstall; nothing of ERPNext's own is left changed."""

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
MADE = """
import json
from property_service.setup.memory import made
print(json.dumps(made()))
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
# What a company has posted, and the documents that it posted by.
BOOKS = {
	*("tabGL Entry", "tabPayment Ledger Entry", "tabStock Ledger Entry", "tabRepost Item Valuation"),
	*("tabJournal Entry", "tabJournal Entry Account", "tabSales Invoice", "tabSales Invoice Item"),
	*("tabStock Entry", "tabStock Entry Detail", "tabBin", "tabQuality Inspection"),
	*("tabMaterial Request", "tabMaterial Request Item", "tabPurchase Order", "tabPurchase Order Item"),
	*("tabPurchase Receipt", "tabPurchase Receipt Item", "tabPayment Schedule"),
}
# Masters that these name, and of ERPNext and Frappe what comes along with them. Their trees have new branches.
MASTERS = {
	*("tabItem", "tabItem Default", "tabItem Group", "tabUOM Conversion Detail", "tabItem Price"),
	*("tabCustomer", "tabSupplier", "tabFiscal Year", "tabAccount", "tabWarehouse", "tabDepartment"),
	*("tabEmployee", "tabUser", "tabHas Role", "tabContact", "tabContact Email", "tabContact Phone"),
	*("tabNotification Settings", "tabEmail Account", "tabEmail Queue", "tabEmail Queue Recipient"),
	*("tabWarehouse Type", "tabStock Entry Type", "tabMode of Payment", "tabHoliday List"),
	*("tabQuality Inspection Template", "tabQuality Inspection Parameter"),
	*("tabQuality Inspection Reading", "tabItem Quality Inspection Parameter"),
	*("tabSeries", "tabDynamic Link", "tabDefaultValue", "tabDocShare", "tabUser Social Login"),
	"tabNotification Log",
}


class Story:
	"""One site's life with the app, photographed at every turn."""

	def __init__(self, site: ThrowawaySite):
		self.site = site
		self.before = self.photograph()
		self.lost_before = self.lost_links()
		site.bench("install-app", "property_service")
		self.installed = self.photograph()
		site.python(OWN_DATA)
		site.bench("migrate", "--skip-search-index")
		self.migrated = self.photograph()
		site.bench("migrate", "--skip-search-index")
		self.migrated_again = self.photograph()
		self.named = json.loads(site.module("tests.site.lived_in").splitlines()[-1])
		self.lived_in = self.photograph()
		made = site.python(MADE)
		site.bench("uninstall-app", "property_service", "--yes", "--no-backup")
		self.uninstalled = self.photograph()
		self.lost_links_left = self.lost_links()
		self.faults = json.loads(site.module("tests.site.posted_books", made).splitlines()[-1])
		site.bench("install-app", "property_service")
		self.reinstalled = self.photograph()

	def photograph(self) -> dict[str, dict[str, int]]:
		return json.loads(self.site.module("tests.site.fingerprint"))

	def lost_links(self) -> list[str]:
		return json.loads(self.site.module("tests.site.fingerprint", "links"))


@pytest.fixture(scope="module")
def story(site_connection):
	site = ThrowawaySite(os.environ["BENCH"], site_connection)
	yield Story(site.make())
	site.drop()


def differences(before: dict, after: dict, tables=None, ignore=LOGS_OF_FRAPPE) -> list[str]:
	found = []
	for table in sorted((tables or {*before, *after}) - ignore):
		old, new = before.get(table), after.get(table)
		if old is None or new is None:
			found.append(f"{'+' if old is None else '-'} table {table}")
			continue
		found += [f"- {table}: {key}" for key in sorted(old.keys() - new.keys())]
		found += [f"+ {table}: {key}" for key in sorted(new.keys() - old.keys())]
		found += [f"* {table}: {key}" for key in sorted(old.keys() & new.keys()) if old[key] != new[key]]
	return found


def test_uninstalling_leaves_the_site_as_it_was(story):
	"""But for what the company has done meanwhile, of which ERPNext adds up the month's sales in its record."""
	(company,) = story.before["tabCompany"]
	outside = differences(story.before, story.uninstalled, ignore=LOGS_OF_FRAPPE | BOOKS | MASTERS)
	assert outside == [f"* tabCompany: {company}"]
	changed = differences(story.before, story.uninstalled, tables=BOOKS | MASTERS)
	assert [line for line in changed if not line.startswith("+ ")] == []


def test_the_books_stay_as_they_are(story):
	"""But for the way to a service order and a repair ticket, which would lead to others once the app counts anew."""
	assert differences(story.lived_in, story.uninstalled, tables=BOOKS) == [
		f"* tabSales Invoice: {story.named['invoice']}",
		f"* tabStock Entry: {story.named['emergency']}",
	]


def test_erpnext_alone_opens_and_cancels_what_was_posted(story):
	assert story.faults == []


def test_nothing_is_left_that_leads_nowhere(story):
	assert sorted({*story.lost_links_left} - {*story.lost_before}) == []


def test_second_migrate_changes_nothing(story):
	assert differences(story.migrated, story.migrated_again) == []


def test_reinstalling_gives_what_installing_gave(story):
	"""With the accounts that the company's books use by now, whose month's sales ERPNext has added up meanwhile."""
	(company,) = story.before["tabCompany"]
	changed = differences(story.installed, story.reinstalled, ignore=LOGS_OF_FRAPPE | BOOKS | MASTERS)
	assert changed == [f"* tabCompany: {company}"]
