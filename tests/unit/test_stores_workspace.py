"""The workspace Stores as data: whatever it shows is declared, shipped and asks for fields that exist (WH-30)."""

import json

import pytest

from tests.unit.definitions import MODULE, custom_fields, read

WORKSPACE = read(MODULE / "workspace" / "stores" / "stores.json")
BLOCKS = json.loads(WORKSPACE["content"])
STORES_ROLES = {"Storekeeper", "Buyer", "Stores Accountant", "Finance Manager", "General Manager"}
# Fields of ERPNext's documents that cards and lists may ask for beside our own.
ERPNEXT_FIELDS = {
	"docstatus",
	"status",
	"per_ordered",
	"per_received",
	"posting_date",
	"is_return",
	"purpose",
}


def shown(kind: str) -> list[str]:
	return [block["data"][f"{kind}_name"] for block in BLOCKS if block["type"] == kind]


def own_fields(doctype: str) -> set[str]:
	path = (
		MODULE / "doctype" / doctype.lower().replace(" ", "_") / f"{doctype.lower().replace(' ', '_')}.json"
	)
	fields = read(path)["fields"] if path.exists() else custom_fields().get(doctype, [])
	return {field["fieldname"] for field in fields}


def test_what_is_shown_is_declared_and_the_other_way_round():
	assert shown("number_card") == [row["number_card_name"] for row in WORKSPACE["number_cards"]]
	assert shown("chart") == [row["chart_name"] for row in WORKSPACE["charts"]]
	assert shown("shortcut") == [row["label"] for row in WORKSPACE["shortcuts"]]
	assert shown("quick_list") == [row["label"] for row in WORKSPACE["quick_lists"]]
	assert shown("card") == [row["label"] for row in WORKSPACE["links"] if row["type"] == "Card Break"]


@pytest.mark.parametrize("name", shown("number_card"))
def test_a_card_is_shipped_and_counts_by_fields_that_exist(name):
	folder = name.lower().replace(" ", "_").replace("-", "_")
	card = read(MODULE / "number_card" / folder / f"{folder}.json")
	for doctype, fieldname, _operator, _value in json.loads(card["filters_json"]):
		assert doctype == card["document_type"]
		assert fieldname in own_fields(doctype) | ERPNEXT_FIELDS


def test_lists_and_shortcuts_filter_by_fields_that_exist():
	for row in [*WORKSPACE["quick_lists"], *WORKSPACE["shortcuts"]]:
		filters = row.get("quick_list_filter") or row.get("stats_filter") or "[]"
		for doctype, fieldname, _operator, _value in json.loads(filters):
			assert fieldname in own_fields(doctype) | ERPNEXT_FIELDS


def test_reports_are_shipped_and_the_stores_people_see_it():
	linked = {row["link_to"] for row in WORKSPACE["links"] if row.get("link_type") == "Report"}
	assert linked <= {read(path)["name"] for path in MODULE.glob("report/*/*.json")}
	assert {row["role"] for row in WORKSPACE["roles"]} >= STORES_ROLES
