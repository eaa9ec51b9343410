"""Each invariant of tools and low-value articles, broken on purpose, says so (Q-03)."""

import frappe
import pytest

from property_service import invariants
from property_service.rules import amortisation as rules
from tests import low_value as line
from tests.site.tool_line import CUSTODY, Tools

pytestmark = pytest.mark.breaks_invariants

MODULES = ("property_service.invariants.tools", "property_service.invariants.low_value")
ARTICLE = "Low Value Article"


@pytest.fixture
def tools(stores, low_value, cast, as_user):
	return Tools(stores, cast, as_user)


def write(doctype, name, **values):
	frappe.db.set_value(doctype, name, values, update_modified=False)


def an_article(tools):
	entry = line.issue(tools.stores, tools.as_user, line.item(rules.FIFTY_FIFTY).name, 2, rate=180)
	return line.articles_of(entry)[0].name


def lend_what_no_balance_counts(tools):
	(custody,) = tools.lend(tools.tool())
	key = {"item_code": custody.item_code, "warehouse": custody.warehouse}
	name = frappe.db.get_value("Tool Loan Balance", key)
	write("Tool Loan Balance", name, lent_qty=0)
	return name


def forget_the_key(tools):
	(custody,) = tools.lend(tools.tool())
	write(CUSTODY, custody.name, open_key=None)
	return custody.name


def give_the_article_to_somebody_else(tools):
	custody = tools.issue(tools.tool(low_value_class="Tool", useful_life_months=24, rate=300))
	article = frappe.db.get_value(ARTICLE, {"issue_row": custody.stock_entry_row})
	write(ARTICLE, article, user_employee=tools.cast.employee("other_technician"))
	return custody.name


def change_what_is_left(tools):
	name = an_article(tools)
	write(ARTICLE, name, net_value=1)
	return name


def lose_an_entry(tools):
	name = an_article(tools)
	frappe.db.delete("Low Value Ledger Entry", {"article": name})
	return name


def lose_an_article(tools):
	frappe.db.delete(ARTICLE, {"name": an_article(tools)})
	return tools.company


BREAKAGES = {
	"loans_lie_in_the_books": lend_what_no_balance_counts,
	"an_open_tool_holds_its_key": forget_the_key,
	"a_tool_that_is_an_article_has_one_holder": give_the_article_to_somebody_else,
	"articles_add_up": change_what_is_left,
	"articles_are_the_sum_of_their_ledger": lose_an_entry,
	"accounts_hold_the_net_values": lose_an_article,
}


@pytest.mark.rule("Q-03")
@pytest.mark.parametrize("invariant", BREAKAGES)
def test_a_broken_invariant_is_found(tools, invariant):
	name = BREAKAGES[invariant](tools)
	found = {finding.name for finding in invariants.check(tools.company) if finding.invariant == invariant}
	assert name in found


@pytest.mark.rule("Q-03")
def test_each_is_broken_once():
	own = {entry.check.__name__ for entry in invariants.invariants() if entry.check.__module__ in MODULES}
	assert own == set(BREAKAGES)
