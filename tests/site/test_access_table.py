"""Who may do what, by every door, is what people read in access_table.csv (Q-05)."""

import json

import frappe
import pytest
from frappe.desk.query_report import run

from property_service import access, guards
from property_service.patches import take_back_rights
from property_service.property_service.doctype.key_loan.counter import find_borrower
from property_service.property_service.doctype.service_order.assignment import search_staff
from property_service.setup import permissions
from tests.site import access_table, make
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


# Who answers for a register, or for the money in it; everybody else works with it document by document.
MAY_EXPORT_PEOPLE = {
	*("Service Manager", "General Manager"),
	*("Cashier", "Finance Manager", "Stores Accountant"),
}
NO_RIGHTS = ("role", "permlevel")
SHARE = "frappe.share.add"
EXPORT = "frappe.desk.reportview.export_query"


def letters_of(doctype: str) -> dict[str, str]:
	"""Column -> what stands behind the stroke."""
	for kind, name, _note, *cells in access_table.written():
		if (kind, name) == ("DocType", doctype):
			return {
				column: cell.partition("/")[2]
				for column, cell in zip(access_table.COLUMNS[3:], cells, strict=True)
			}
	return {}


class TestDoorsOfManyDocuments:
	"""Export, import and share: what the table says behind the stroke."""

	@pytest.mark.rule("ORG-02")
	def test_nobody_shares_what_is_ours(self, cast):
		own = frappe.get_all("DocType", {"module": access_table.MODULE, "istable": 0}, pluck="name")
		for doctype in (*own, *access.STORES_DOCUMENTS):
			assert not any("S" in letters for letters in letters_of(doctype).values()), doctype
			assert not any(row.share for row in frappe.get_meta(doctype).permissions if doctype in own), (
				doctype
			)

	@pytest.mark.rule("ORG-03")
	def test_whole_lists_of_people_leave_with_their_managers_alone(self, cast):
		own = frappe.get_all("DocType", {"module": access_table.MODULE, "istable": 0}, pluck="name")
		naming = [doctype for doctype in own if names_people(frappe.get_meta(doctype))]
		assert {"Resident", "Repair Ticket", "Customer Complaint", "Service Card"} <= {*naming}
		for doctype in (*naming, "Customer", "Sales Invoice", "Employee"):
			exporting = {role for role, letters in letters_of(doctype).items() if "E" in letters}
			assert exporting - {OTHER_COMPANY} <= MAY_EXPORT_PEOPLE, doctype

	def test_a_role_has_on_erpnexts_doctypes_what_it_was_granted(self, cast):
		"""Frappe would add reading and exporting by itself; the first one is granted anew."""
		frappe.db.delete("Custom DocPerm", {"parent": "Sales Invoice", "role": "Front Desk Clerk"})
		permissions.grant()
		for doctype, roles in permissions.GRANTS.items():
			for role, rights in roles.items():
				row = frappe.get_doc("Custom DocPerm", {"parent": doctype, "role": role, "permlevel": 0})
				given = {right for right in permissions.RIGHTS if right not in NO_RIGHTS and row.get(right)}
				assert given == {*rights}, (doctype, role)

	@pytest.mark.rule("ORG-02")
	@pytest.mark.parametrize("person", ["clerk", "service_manager", "department_head"])
	def test_a_ticket_is_shared_with_no_other_department(self, rest, cast, person):
		ticket = make.ticket(department=cast.departments["engineering"]).name
		frappe.db.commit()
		for whom in ({"user": cast.user("other_technician")}, {"everyone": 1}):
			assert rest(person).call(SHARE, doctype="Repair Ticket", name=ticket, **whom).status_code == 403
		assert rest("other_technician").get("Repair Ticket", ticket).status_code == 403
		frappe.db.rollback()
		assert not frappe.db.exists("DocShare", {"share_name": ticket})

	@pytest.mark.rule("ORG-02")
	def test_nor_by_somebody_with_every_right(self, cast, low_value):
		"""Roles of ERPNext may share a request, an administrator everything."""
		for doctype in (*access.ACCESS, *access.BY_DEPARTMENT):
			name = bare(doctype, department=cast.departments["engineering"])
			with pytest.raises(frappe.PermissionError, match="ORG-02"):
				frappe.share.add(doctype, name, cast.user("other_technician"))

	@pytest.mark.rule("ORG-06")
	def test_requests_are_shared_as_ever_where_the_stores_are_off(self, cast):
		company = bare("Company", abbr="ZY", company_name="别家物业")
		name = bare("Material Request", company=company)
		assert frappe.share.add("Material Request", name, cast.user("other_technician")).read

	@pytest.mark.rule("ORG-03")
	@pytest.mark.parametrize(
		("person", "doctype"),
		[
			*(("clerk", "Customer"), ("clerk", "Sales Invoice"), ("clerk", "Service Card")),
			*(("department_head", "Service Order"), ("service_manager", "Account")),
		],
	)
	def test_whoever_looks_up_carries_no_list_off(self, as_user, person, doctype):
		sent = {
			"doctype": doctype,
			"fields": json.dumps([f"`tab{doctype}`.`name`"]),
			"title": doctype,
			"file_format_type": "CSV",
			"view": "Report",
		}
		with as_user(person):
			assert call(EXPORT, sent) == 403

	def test_an_account_is_picked_and_no_more(self, as_user, cast):
		with as_user("cashier"):
			assert frappe.has_permission("Account", "select")
			assert not frappe.has_permission("Account", "read")

	@pytest.mark.parametrize(
		("person", "doctype", "status"),
		[
			*(("service_manager", "Property Key", 200), ("service_manager", "Customer Complaint", 403)),
			*(("service_manager", "Front Desk Receipt", 403), ("stores_accountant", "Article Opening", 200)),
			*(("stores_accountant", "Resident", 403), ("clerk", "Property Key", 403)),
		],
	)
	def test_an_import_asks_for_the_right_to_import(self, as_user, person, doctype, status):
		values = {"doctype": "Data Import", "reference_doctype": doctype, "import_type": "Insert New Records"}
		with as_user(person):
			answer = call("frappe.client.insert", {"doc": values})
		# where nobody imports a register at all, Frappe 15 says so before rights are asked
		assert answer == status or (answer == 417 and not frappe.get_meta(doctype).allow_import)

	def test_rights_given_before_are_taken_back_but_for_what_the_company_changed(self, cast):
		rows = {
			role: frappe.get_doc("Custom DocPerm", {"parent": "Sales Invoice", "role": role, "permlevel": 0})
			for role in ("Front Desk Clerk", "Service Manager")
		}
		rows["Front Desk Clerk"].db_set("export", 1)
		rows["Service Manager"].db_set({"export": 1, "print": 1})
		take_back_rights.execute()
		take_back_rights.execute()
		for role, exports in (("Front Desk Clerk", 0), ("Service Manager", 1)):
			rows[role].reload()
			assert (rows[role].read, rows[role].export) == (1, exports)

	@pytest.mark.rule("SVC-15")
	def test_shares_given_before_are_taken_back_but_for_a_verifiers(self, cast):
		verifier, other = cast.user("technician"), cast.user("clerk")
		complaint = bare("Customer Complaint", verifier=verifier)
		documents = {
			"Customer Complaint": complaint,
			"Follow Up": bare("Follow Up", reference_doctype="Customer Complaint", reference_name=complaint),
			"Repair Ticket": bare("Repair Ticket"),
		}
		for doctype, name in documents.items():
			for user in (verifier, other):
				frappe.share.add_docshare(doctype, name, user, flags={"ignore_share_permission": True})
		take_back_rights.execute()
		names = ("in", [*documents.values()])
		left = frappe.get_all("DocShare", {"share_name": names}, ["share_doctype", "user"], as_list=True)
		assert {*left} == {("Customer Complaint", verifier), ("Follow Up", verifier)}


def names_people(meta) -> bool:
	return any(
		field.options in ("Resident", "Phone") or field.fieldname.endswith(("phone", "mobile_no"))
		for field in meta.fields
	)


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

	@pytest.mark.rule("ORG-03")
	def test_finds_no_employee_of_ours(self, stranger, cast):
		name = frappe.db.get_value("Employee", cast.employee("technician"), "employee_name")
		assert find_borrower(name) == find_borrower(cast.employee("technician")) == []
		assert search_staff("Employee", name, "name", 0, 20, {}) == ()

	def test_what_a_key_opens_is_not_told(self, callers, stranger):
		frappe.set_user("Administrator")
		key = bare("Property Key", opens="保险柜")
		frappe.set_user(callers.users[OTHER_COMPANY])
		assert call("property_service.property_service.doctype.key_loan.counter.scan", {"tag": key}) == 403
