"""A department's documents and who sees them, through every door (ORG-02)."""

import json

import frappe
import pytest
from frappe.desk.reportview import get as reportview
from frappe.desk.search import search_link
from frappe.utils import add_days, nowdate

from property_service import access, hooks
from tests.cast import PEOPLE
from tests.site.bare import bare

pytestmark = pytest.mark.rule("ORG-02")

CROSS_DEPARTMENT = {"clerk", "second_clerk", "service_manager", "general_manager"}
# Things and their papers are the affair of stores, finance and administration across departments (part four, part five).
KEEPERS = {"storekeeper", "stores_accountant", "finance_manager", "general_manager", "admin_hr"}
BOOKKEEPERS = {*KEEPERS, "accountant"}
ACROSS = {
	"Scrap Request": KEEPERS,
	"Low Value Article": BOOKKEEPERS,
	"Article Transfer": BOOKKEEPERS,
	"Article Repair": BOOKKEEPERS,
	"Article Count": BOOKKEEPERS,
}
DEPARTMENT_PEOPLE = {
	"engineering": {"technician", "second_technician", "department_head", "office_head"},
	"environment": {"other_technician", "other_department_head", "office_head"},
	None: set(),
}
IN_FINANCE = {
	"finance_manager",
	"stores_accountant",
	"cashier",
}  # the department of the others' own documents


@pytest.fixture
def documents(cast):
	"""doctype -> department key -> name."""
	return {
		doctype: {key: bare(doctype, department=cast.departments.get(key)) for key in DEPARTMENT_PEOPLE}
		for doctype in access.ACCESS
	}


def reads(doctype: str) -> bool:
	return frappe.has_permission(doctype, "read")


def listed(doctype: str, names) -> set[str]:
	return set(frappe.get_list(doctype, filters={"name": ("in", list(names))}, pluck="name", order_by="name"))


def seen_in_link_search(doctype: str, names) -> set[str]:
	return {
		row["value"]
		for name in names
		for row in search_link(doctype, name, page_length=5)
		if row["value"] == name
	}


def seen_in_report(doctype: str, names) -> set[str]:
	frappe.local.form_dict = frappe._dict(
		doctype=doctype,
		fields=json.dumps([f"`tab{doctype}`.`name`"]),
		filters=json.dumps([[doctype, "name", "in", list(names)]]),
		order_by=f"`tab{doctype}`.`name`",
		start=0,
		page_length=50,
		view="Report",
	)
	answer = reportview()
	return {row[0] for row in answer["values"]} if answer else set()


def seen_in_child_tables(doctype: str, names) -> dict[str, set[str]]:
	return {
		field.fieldname: set(
			frappe.get_list(
				field.options,
				filters={
					"parent": ("in", list(names)),
					"parenttype": doctype,
					"parentfield": field.fieldname,
				},
				parent_doctype=doctype,
				pluck="parent",
				order_by="name",
			)
		)
		for field in frappe.get_meta(doctype).get_table_fields()
	}


@pytest.mark.parametrize("doctype", access.ACCESS)
def test_every_door_shows_the_same_to_each_role(cast, as_user, documents, doctype):
	own = {person: bare(doctype, cast.user(person), cast.departments["finance"]) for person in PEOPLE}
	names = [*documents[doctype].values(), *own.values()]
	for person in PEOPLE:
		with as_user(person):
			check_doors(doctype, names, expected_names(doctype, documents, own, person))


def expected_names(doctype: str, documents: dict, own: dict, person: str) -> set[str]:
	if not reads(doctype):
		return set()
	if person in ACROSS.get(doctype, CROSS_DEPARTMENT):
		return {*documents[doctype].values(), *own.values()}
	departments = documents[doctype].items()
	colleagues = {name for key, name in departments if person in DEPARTMENT_PEOPLE[key]}
	finance = set(own.values()) if person in IN_FINANCE else set()
	return {*colleagues, own[person], *finance}


def check_doors(doctype: str, names: list[str], expected: set[str]) -> None:
	allowed = {
		name for name in names if frappe.has_permission(doctype, "read", frappe.get_doc(doctype, name))
	}
	assert allowed == expected
	if not expected:
		for door in (listed, seen_in_report):
			with pytest.raises(frappe.PermissionError):
				door(doctype, names)
		return
	assert listed(doctype, names) == expected
	assert seen_in_link_search(doctype, names[:4]) == expected & set(names[:4])
	assert seen_in_report(doctype, names) == expected
	for rows in seen_in_child_tables(doctype, names).values():
		assert rows == expected


@pytest.mark.parametrize("doctype", access.ACCESS)
def test_expected_people_read_at_all(as_user, doctype):
	"""Keeps the test above from being true of nobody."""
	for person in ("service_manager", "general_manager", "department_head"):
		with as_user(person):
			assert reads(doctype), person
	for person in ("resident", "cashier", "employee", "Guest"):
		with as_user(person):
			assert not reads(doctype), person


@pytest.mark.parametrize("doctype", access.ACCESS)
def test_a_document_is_not_pulled_into_the_own_department(cast, as_user, documents, doctype):
	doc = frappe.get_doc(doctype, documents[doctype]["environment"])
	with as_user("technician"):
		doc.department = cast.departments["engineering"]
		assert not doc.has_permission("read")
		doc.owner = cast.user("technician")
		assert not doc.has_permission("read")


@pytest.mark.parametrize("doctype", access.ACCESS)
def test_rest_refuses_the_other_department(cast, rest, committed, documents, doctype):
	ours, theirs = documents[doctype]["engineering"], documents[doctype]["environment"]
	committed()
	client = rest("department_head")
	assert client.get(doctype, ours).status_code == 200
	assert client.get(doctype, theirs).status_code == 403
	assert client.update(doctype, theirs, department=cast.departments["engineering"]).status_code == 403
	names = {row["name"] for row in client.list(doctype, limit_page_length=0).json()["data"]}
	assert ours in names
	assert theirs not in names
	for field in frappe.get_meta(doctype).get_table_fields():
		rows = client.call(
			"frappe.client.get_list",
			doctype=field.options,
			parent=doctype,
			fields=["parent"],
			filters={"parenttype": doctype},
			limit_page_length=0,
		).json()["message"]
		assert theirs not in {row["parent"] for row in rows}
		assert client.get(field.options, f"{theirs}-{field.fieldname}").status_code == 403
	assert rest("Guest").get(doctype, ours).status_code == 403


class TestDepartmentsOf:
	def test_own_and_led_ones(self, cast):
		assert access.departments_of(cast.user("technician")) == {cast.departments["engineering"]}
		led = {cast.departments[key] for key in ("office", "engineering", "environment")}
		assert access.departments_of(cast.user("office_head")) == led

	@pytest.mark.parametrize(("days", "sees"), [(0, True), (-1, False)])
	def test_acting_head_until_the_date(self, cast, days, sees):
		assert cast.departments["engineering"] not in access.departments_of(
			cast.user("other_department_head")
		)
		department = frappe.get_doc("Department", cast.departments["engineering"])
		department.acting_head = cast.user("other_department_head")
		department.acting_until = add_days(nowdate(), days)
		department.save()
		there = department.name in access.departments_of(cast.user("other_department_head"))
		assert there is sees

	def test_employee_who_moves_takes_effect_at_once(self, cast):
		access.departments_of(cast.user("technician"))
		employee = frappe.get_doc("Employee", cast.employee("technician"))
		employee.department = cast.departments["environment"]
		employee.save()
		assert access.departments_of(cast.user("technician")) == {cast.departments["environment"]}

	def test_employee_who_left_sees_nothing(self, cast):
		employee = frappe.get_doc("Employee", cast.employee("technician"))
		employee.status = "Left"
		employee.relieving_date = nowdate()
		employee.save()
		assert access.departments_of(cast.user("technician")) == frozenset()

	def test_asked_once_per_request(self, cast, count_sql):
		access.forget_departments()
		with count_sql() as count:
			for _list in range(5):
				access.departments_of(cast.user("technician"))
		assert len(count) == 2


def test_names_do_not_break_out_of_the_condition(cast):
	user = """x' or 1=1 -- \\"""
	for doctype in (*access.ACCESS, "Approval Step"):
		condition = access.query_condition(user, doctype)
		table = f"`tab{doctype}`"
		assert frappe.db.sql(f"select count(*) from {table} where name = 'nobody' and {condition}") == ((0,),)
		assert frappe.db.sql(f"select count(*) from {table} where {condition}") == ((0,),)


def test_every_table_of_a_listed_doctype_is_hooked():
	"""A new child table without its line in hooks.py would show every department's rows."""
	tables = {
		field.options for doctype in access.ACCESS for field in frappe.get_meta(doctype).get_table_fields()
	}
	assert tables | set(access.ACCESS) <= set(hooks.permission_query_conditions)
	assert set(access.ACCESS) <= set(hooks.has_permission)
	guarded = {name for names in hooks.doc_events if isinstance(names, tuple) for name in names}
	assert tables <= guarded


def test_no_row_of_a_table_is_written_by_itself():
	"""REST takes an insert, PUT or DELETE of a single row, and none of its parent's checks would run."""
	tables = frappe.get_all(
		"DocType", {"module": "Property Service", "istable": 1}, pluck="name", order_by="name"
	)
	guarded = {name for names in hooks.doc_events if isinstance(names, tuple) for name in names}
	assert set(tables) <= guarded


@pytest.mark.parametrize("doctype", access.ACCESS)
def test_the_global_search_holds_no_departments_documents(doctype):
	"""It asks who may read the DocType, not who may read the document."""
	meta = frappe.get_meta(doctype)
	assert not meta.get_global_search_fields()
	assert not meta.show_name_in_global_search
