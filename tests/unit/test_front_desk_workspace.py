"""The workspace Front Desk as data: whatever it shows is shipped, and asks for fields that exist (CASH-03, CASH-04)."""

import json

import pytest

from tests.unit.test_workspace import fields_of, load

WORKSPACE = load("workspace", "Front Desk")
BLOCKS = json.loads(WORKSPACE["content"])

pytestmark = pytest.mark.rule("CASH-03", "CASH-04")


def shown(kind: str) -> list[str]:
	return [block["data"][f"{kind}_name"] for block in BLOCKS if block["type"] == kind]


def options_of(doctype: str, fieldname: str) -> set[str]:
	field = next(field for field in load("doctype", doctype)["fields"] if field["fieldname"] == fieldname)
	return set(field["options"].split("\n"))


def test_what_is_shown_is_declared_and_the_other_way_round():
	assert shown("number_card") == [row["number_card_name"] for row in WORKSPACE["number_cards"]]
	assert shown("shortcut") == [row["label"] for row in WORKSPACE["shortcuts"]]
	assert shown("quick_list") == [row["label"] for row in WORKSPACE["quick_lists"]]
	assert shown("card") == [row["label"] for row in WORKSPACE["links"] if row["type"] == "Card Break"]


def conditions() -> list[tuple]:
	found = []
	for name in shown("number_card"):
		card = load("number_card", name)
		found += json.loads(card["filters_json"]) + json.loads(card["dynamic_filters_json"])
	for row in [*WORKSPACE["quick_lists"], *WORKSPACE["shortcuts"]]:
		found += json.loads(row.get("quick_list_filter") or row.get("stats_filter") or "[]")
	return [tuple(map(str, condition)) for condition in found]


@pytest.mark.parametrize("condition", conditions())
def test_figures_ask_for_fields_and_states_that_exist(condition):
	doctype, fieldname, operator, value = condition
	assert fieldname == "docstatus" or fieldname in fields_of(doctype)
	if fieldname in ("status", "direction") and operator == "=":
		assert value in options_of(doctype, fieldname)


def test_the_till_and_its_money_are_seen_by_those_who_handle_it():
	roles = {row["role"] for row in WORKSPACE["roles"]}
	assert {"Front Desk Clerk", "Service Manager", "Cashier", "Finance Manager"} <= roles
	assert "Technician" not in roles
