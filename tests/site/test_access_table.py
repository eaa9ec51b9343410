"""Who may do what, by every door, is what people read in access_table.csv (Q-05)."""

import frappe
import pytest
from frappe.desk.query_report import run

from property_service import guards
from tests.site import access_table
from tests.site.access_table import OTHER_COMPANY, Callers, call, known
from tests.site.bare import bare
from tests.site.sql import StatementCounter
from tests.site.whitelisted import methods

pytestmark = pytest.mark.rule("Q-05")

LOG = "property_service.reception.log"
WRITES = ("insert", "update", "delete", "replace")


@pytest.fixture
def callers(cast, low_value):
	callers = Callers(cast)
	yield callers
	frappe.set_user("Administrator")
	frappe.db.rollback()
	frappe.cache.hdel("user_permissions", callers.users[OTHER_COMPANY])


@pytest.fixture
def answers(callers, cast, stores, request):
	table = list(access_table.rows(callers, known(cast, stores.store)))
	if request.config.getoption("--write-access-table"):
		access_table.write(table)
	return table


def test_the_app_answers_as_the_table_says(answers):
	expected, found = set(access_table.written()), set(answers)
	assert sorted(found - expected) == sorted(expected - found) == []


def test_every_doctype_and_method_has_its_line():
	"""Without asking a site's data: a new method or DocType is missing here first."""
	written = {(kind, name) for kind, name, *_cells in access_table.written()}
	assert {("method", method.path) for method in methods()} <= written
	assert {("DocType", doctype) for doctype in access_table.doctypes()} <= written


def test_no_guest_may_do_anything():
	column = access_table.COLUMNS.index("Guest")
	assert {row[column] for row in access_table.written()} == {access_table.NOTHING}
	assert [method.path for method in methods() if method.guests] == []


def test_nothing_that_writes_answers_a_get(rest):
	"""A link in a mail, a picture in a page or a browser's history repeats a GET."""
	client, writing = rest("service_manager"), [method for method in methods() if method.writes]
	assert len(writing) > 150
	paths = [f"/api/method/{method.path}" for method in writing]
	paths += [f"/api/v2/method/{method.path}" for method in writing[::10]]
	answers = {path: client.request("GET", path).status_code for path in paths}
	assert {path: status for path, status in answers.items() if status != 403} == {}
	# the verb is what is refused: by POST the same call goes through
	contact = {
		"category": "Consultation",
		"content": "几点下班?",
		"contact_name": "何家欢",
		"contact_phone": "13800000000",
	}
	assert client.request("GET", f"/api/method/{LOG}", params=contact).status_code == 403
	frappe.db.rollback()
	assert not frappe.db.exists("Reception Record", {"content": contact["content"]})
	assert client.call(LOG, **contact).status_code == 200


def test_what_answers_a_get_writes_nothing(callers, cast, stores):
	arguments = known(cast, stores.store)
	wrote = {}
	for column, user in callers.users.items():
		calls = {
			method: callers.arguments(method, column, arguments) for method in methods() if not method.writes
		}
		frappe.set_user(user)
		for method, values in calls.items():
			with StatementCounter(frappe.db) as count:
				call(method.path, values, verb="GET")
			found = [text for text in count.statements if text.strip().lower().startswith(WRITES)]
			if found:
				wrote[method.path, column] = found
		frappe.set_user("Administrator")
	assert wrote == {}


class TestAnotherCompany:
	"""Somebody whom ERPNext's user permissions restrict to one company works for that one by every door."""

	@pytest.fixture
	def stranger(self, callers):
		frappe.set_user(callers.users[OTHER_COMPANY])
		yield
		frappe.set_user("Administrator")

	def test_neither_does_nor_reads_anything_of_ours(self, stranger, cast):
		for act in (guards.require_company, lambda company: guards.require_procedure("service", company)):
			with pytest.raises(frappe.PermissionError):
				act(cast.company)

	@pytest.mark.parametrize(
		"report",
		[
			*("Front Desk Revenue", "Front Desk Ledger Check", "Low Value Ledger Check", "Open Stock Slips"),
			*("Card Movements", "Employee Receivables", "Documents of Goods", "Defect Notices"),
		],
	)
	def test_reports_tell_of_no_other_company(self, stranger, cast, report):
		filters = {"company": cast.company, "from_date": "2026-01-01", "to_date": "2026-01-31"}
		with pytest.raises(frappe.PermissionError):
			run(report, filters)

	def test_people_without_such_a_restriction_work_for_every_company(self, as_user, cast):
		with as_user("clerk"):
			guards.require_company(cast.company)
			assert guards.own_companies() is None

	def test_what_a_key_opens_is_not_told(self, callers, stranger):
		frappe.set_user("Administrator")
		key = bare("Property Key", opens="保险柜")
		frappe.set_user(callers.users[OTHER_COMPANY])
		assert call("property_service.property_service.doctype.key_loan.counter.scan", {"tag": key}) == 403
