"""Tools in somebody's hands are scrapped, and are on nobody's card any more (WH-25, WH-26)."""

import frappe
import pytest

from property_service.property_service.doctype.scrap_request import steps
from property_service.rules import scrap as rules
from tests.site import scrapping
from tests.site.scrapping import act, ledger, refused, verify
from tests.site.tool_line import CUSTODY, Tools

pytestmark = pytest.mark.rule("WH-25", "WH-26")


@pytest.fixture
def shelf(stores, cast, as_user):
	shelf = scrapping.shelf(stores, cast, as_user)
	shelf.tools = Tools(stores, cast, as_user)
	return shelf


def written(shelf, *custodies, person="technician"):
	with shelf.as_user(person):
		return frappe.get_doc(
			{
				"doctype": scrapping.DOCTYPE,
				"company": shelf.company,
				"source": "Tool",
				"items": [{"tool_custody": name, "reason": "Unusable"} for name in custodies],
			}
		).insert()


def posted(shelf, doc, **found):
	for person, action in scrapping.ARTICLE_STEPS:
		if action == "Pass to General Manager":
			verify(shelf, doc, **found)
		act(shelf, person, doc, action)
	return frappe.get_doc(scrapping.DOCTYPE, doc.name)


def test_a_tool_to_keep_ends_without_stock_and_its_holder_compensates(shelf):
	item = shelf.tools.tool()
	custody = shelf.tools.issue(item)
	doc = written(shelf, custody.name)
	row = doc.items[0]
	assert (row.item_code, row.amount, row.net_value, row.warehouse) == (item, 80, 0, None)
	assert doc.department == shelf.cast.department_of("technician")
	with refused(rules.TWICE):
		written(shelf, custody.name)
	person = shelf.cast.employee("technician")
	done = posted(shelf, doc, compensation=80, responsible=person)
	assert (done.stock_entry, done.posted_value) == (None, 0)
	assert ledger(done.journal_entry)[shelf.receivable] == 80
	custody.reload()
	assert (custody.status, custody.settled_by, custody.open_key) == ("Scrapped", doc.name, None)
	shelf.tools.issue(item)  # the holder may have another one


def test_a_lent_tool_leaves_the_stock_and_a_lent_one_is_not_scrapped_from_the_shelf(shelf):
	item = shelf.tools.tool(pieces=2)
	(custody,) = shelf.tools.lend(item)
	shelf.store, shelf.lamp, shelf.qualified = shelf.tools.store, item, shelf.tools.zone()
	with refused(rules.NOT_THERE):
		scrapping.written(shelf, {"qty": 2})
	done = posted(shelf, written(shelf, custody.name))
	assert (done.posted_value, shelf.tools.balance(item), shelf.tools.lent(item)) == (80, 1, 0)
	assert frappe.db.get_value(CUSTODY, custody.name, "status") == "Scrapped"
	with shelf.as_user("finance_manager"):
		steps.cancel(done.name, "误报")
	assert (shelf.tools.balance(item), shelf.tools.lent(item)) == (2, 1)
	assert frappe.db.get_value(CUSTODY, custody.name, "status") == "In Use"


def test_what_came_back_is_goods_in_stock(shelf):
	custody = shelf.tools.issue(shelf.tools.tool())
	frappe.db.set_value(CUSTODY, custody.name, "status", "Returned")
	with refused(rules.NOT_OPEN):
		written(shelf, custody.name)
