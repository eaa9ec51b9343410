"""Stores documents of ERPNext: a department's people see their own, the stores and ERPNext's roles see all (ORG-02)."""

import frappe
import pytest

from property_service import access, hooks
from tests.site.test_access import bare, check_doors

pytestmark = pytest.mark.rule("ORG-02")

SEES_ALL = ("storekeeper", "stores_accountant", "finance_manager", "general_manager")
DEPARTMENT = {"department_head": "engineering", "other_department_head": "environment"}


@pytest.fixture
def documents(stores, cast):
	return {
		doctype: {
			key: bare(doctype, department=cast.departments.get(key))
			for key in (*("engineering", "environment"), None)
		}
		for doctype in access.STORES_DOCUMENTS
	}


@pytest.mark.parametrize("doctype", access.STORES_DOCUMENTS)
def test_every_door_shows_the_same_to_each_role(cast, as_user, documents, doctype):
	names = list(documents[doctype].values())
	for person in SEES_ALL:
		with as_user(person):
			check_doors(doctype, names, set(names))
	for person, department in DEPARTMENT.items():
		with as_user(person):
			check_doors(doctype, names, {documents[doctype][department]})
	for person in ("cashier", "employee", "resident"):
		with as_user(person):
			check_doors(doctype, names, set())


@pytest.mark.parametrize("doctype", access.STORES_DOCUMENTS)
def test_roles_of_erpnext_see_what_they_saw_before(cast, documents, doctype):
	user = cast.user("employee")
	frappe.get_doc("User", user).add_roles("Stock User")
	assert access.query_condition(user, doctype) == ""
	assert (
		access.query_condition(user, f"{doctype} Item" if doctype != "Stock Entry" else "Stock Entry Detail")
		== ""
	)


@pytest.mark.parametrize("doctype", access.STORES_DOCUMENTS)
def test_rest_refuses_the_other_department(cast, rest, committed, documents, doctype):
	ours, theirs = documents[doctype]["engineering"], documents[doctype]["environment"]
	committed()
	client = rest("department_head")
	assert client.get(doctype, ours).status_code == 200
	assert client.get(doctype, theirs).status_code == 403
	rows = frappe.get_meta(doctype).get_field("items").options
	assert client.get(rows, f"{ours}-items").status_code == 200
	assert client.get(rows, f"{theirs}-items").status_code == 403


def test_every_table_of_them_is_hooked():
	tables = {
		field.options
		for doctype in access.STORES_DOCUMENTS
		for field in frappe.get_meta(doctype).get_table_fields()
	}
	assert {*tables, *access.STORES_DOCUMENTS} <= set(hooks.permission_query_conditions)
	assert set(access.STORES_DOCUMENTS) <= set(hooks.has_permission)


def test_tables_shared_with_other_documents_keep_their_rows(cast):
	"""Taxes of an invoice are no business of the receipts' departments."""
	condition = access.query_condition(cast.user("department_head"), "Purchase Taxes and Charges")
	assert "NOT IN ('Purchase Receipt')" in condition


@pytest.mark.rule("WH-07")
def test_a_row_is_written_through_its_document_only(cast, rest, committed, documents):
	"""Under the procedure: REST would change one row past the checks of its document."""
	for doctype, row in (
		("Material Request", "Material Request Item"),
		("Stock Entry", "Stock Entry Detail"),
	):
		name = documents[doctype]["engineering"]
		committed()
		answer = rest("storekeeper").update(row, f"{name}-items", qty=1000)
		assert answer.status_code == 403
		assert rest("storekeeper").delete(row, f"{name}-items").status_code == 403
