"""DocTypes as data: names, roles, links and the indexes behind the filters that clerks use."""

import pytest

from tests.unit.definitions import MODULE, PLATFORM_ROLES, definitions, fixture_names, scrub

DOCTYPES = definitions("doctype")
BY_NAME = {doctype["name"]: doctype for doctype in DOCTYPES.values()}

pytestmark = pytest.mark.parametrize("folder", DOCTYPES)


def fields(folder: str) -> list[dict]:
	return DOCTYPES[folder]["fields"]


def controller(folder: str) -> str:
	return (MODULE / "doctype" / folder / f"{folder}.py").read_text(encoding="utf-8")


def test_file_is_where_its_name_says(folder):
	assert scrub(DOCTYPES[folder]["name"]) == folder
	assert DOCTYPES[folder]["module"] == "Property Service"
	assert f"class {DOCTYPES[folder]['name'].replace(' ', '')}(" in controller(folder)


def test_fields_are_single_and_ordered(folder):
	names = [field["fieldname"] for field in fields(folder)]
	assert len(names) == len(set(names))
	assert sorted(DOCTYPES[folder].get("field_order", names)) == sorted(names)


def test_roles_exist(folder):
	roles = {permission["role"] for permission in DOCTYPES[folder].get("permissions", [])}
	assert roles <= fixture_names("role.json") | PLATFORM_ROLES


def test_nobody_deletes_what_a_procedure_asks_to_keep(folder):
	"""Documents are cancelled or closed; only masters may be deleted, by those who made them."""
	deleting = {p["role"] for p in DOCTYPES[folder].get("permissions", []) if p.get("delete")}
	if any(field["fieldname"] == "naming_series" for field in fields(folder)):
		assert deleting == set()


def test_tables_hold_child_doctypes(folder):
	for field in fields(folder):
		if field["fieldtype"] in ("Table", "Table MultiSelect") and field["options"] in BY_NAME:
			assert BY_NAME[field["options"]].get("istable"), field["fieldname"]


def test_standard_filters_are_indexed(folder):
	"""What stands above a list as a filter is asked for all day; an index pays where it leaves few rows."""
	if DOCTYPES[folder].get("istable") or DOCTYPES[folder].get("issingle"):
		return
	unindexed = [
		field["fieldname"]
		for field in fields(folder)
		if field.get("in_standard_filter")
		and is_selective(field)
		and not (field.get("search_index") or field.get("unique"))
		and f'"{field["fieldname"]}"' not in indexes_made_by_code(folder)
	]
	assert unindexed == []


def is_selective(field: dict) -> bool:
	"""The state is, too: most documents of a list are closed, and clerks ask for the others."""
	if field["fieldtype"] in ("Select", "Check"):
		return field["fieldname"] == "status"
	return field.get("options") not in ("Company", "Issue Priority", "Gender")


def indexes_made_by_code(folder: str) -> str:
	return controller(folder).partition("def on_doctype_update")[2]
