"""The workspace Low Value Articles as data: whatever it shows is shipped, and asks for fields and states that exist (LV-02)."""

import json

import pytest

from tests.unit.definitions import MODULE, custom_fields, read
from tests.unit.test_workspace import load

WORKSPACE = load("workspace", "Low Value Articles")
BLOCKS = json.loads(WORKSPACE["content"])

pytestmark = pytest.mark.rule("LV-02")


def shown(kind: str) -> list[str]:
	return [block["data"][f"{kind}_name"] for block in BLOCKS if block["type"] == kind]


def filters_of(row: dict) -> list:
	return json.loads(
		row.get("quick_list_filter") or row.get("stats_filter") or row.get("filters_json") or "[]"
	)


def options_of(doctype: str) -> dict[str, str]:
	"""fieldname -> options of our own DocTypes, and of our fields on ERPNext's."""
	folder = doctype.lower().replace(" ", "_")
	path = MODULE / "doctype" / folder / f"{folder}.json"
	fields = read(path)["fields"] if path.exists() else custom_fields()[doctype]
	return {"docstatus": "", **{field["fieldname"]: field.get("options") or "" for field in fields}}


def test_what_is_shown_is_declared_and_the_other_way_round():
	assert shown("number_card") == [row["number_card_name"] for row in WORKSPACE["number_cards"]]
	assert shown("shortcut") == [row["label"] for row in WORKSPACE["shortcuts"]]
	assert shown("quick_list") == [row["label"] for row in WORKSPACE["quick_lists"]]
	assert shown("card") == [row["label"] for row in WORKSPACE["links"] if row["type"] == "Card Break"]


def test_cards_lists_and_shortcuts_ask_for_fields_and_states_that_exist():
	cards = [load("number_card", name) for name in shown("number_card")]
	for row in [*cards, *WORKSPACE["quick_lists"], *WORKSPACE["shortcuts"]]:
		for doctype, fieldname, _operator, value in filters_of(row):
			options = options_of(doctype)
			assert fieldname in options
			if options[fieldname]:
				assert set(value if isinstance(value, list) else [value]) <= set(
					options[fieldname].split("\n")
				)


def test_every_page_report_and_doctype_of_ours_is_shipped():
	for kind in ("Report", "Page"):
		ours = {read(path)["name"] for path in MODULE.glob(f"{kind.lower()}/*/*.json")}
		rows = [row for row in WORKSPACE["links"] if row.get("link_type") == kind]
		rows += [row for row in WORKSPACE["shortcuts"] if row["type"] == kind]
		assert {row["link_to"] for row in rows} <= ours


def test_who_keeps_counts_and_values_articles_sees_it():
	assert {row["role"] for row in WORKSPACE["roles"]} >= {
		*(
			"Storekeeper",
			"Stores Accountant",
			"Finance Manager",
			"General Manager",
			"Admin HR",
			"Department Head",
		),
	}
