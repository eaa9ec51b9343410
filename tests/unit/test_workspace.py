"""The workspace Service Desk as data: whatever it shows is shipped, and asks for fields that exist (SVC-24)."""

import json
from pathlib import Path

import pytest

MODULE = Path(__file__).resolve().parents[2] / "property_service" / "property_service"


def load(kind: str, name: str) -> dict:
	folder = name.lower().replace(" ", "_").replace("-", "_")
	return json.loads((MODULE / kind / folder / f"{folder}.json").read_text(encoding="utf-8"))


WORKSPACE = load("workspace", "Service Desk")
BLOCKS = json.loads(WORKSPACE["content"])


def shown(kind: str) -> list[str]:
	return [block["data"][f"{kind}_name"] for block in BLOCKS if block["type"] == kind]


def fields_of(doctype: str) -> set[str]:
	return {field["fieldname"] for field in load("doctype", doctype)["fields"]}


@pytest.mark.rule("SVC-24")
def test_what_is_shown_is_declared_and_the_other_way_round():
	assert shown("number_card") == [row["number_card_name"] for row in WORKSPACE["number_cards"]]
	assert shown("chart") == [row["chart_name"] for row in WORKSPACE["charts"]]
	assert shown("shortcut") == [row["label"] for row in WORKSPACE["shortcuts"]]
	assert shown("quick_list") == [row["label"] for row in WORKSPACE["quick_lists"]]
	assert shown("card") == [row["label"] for row in WORKSPACE["links"] if row["type"] == "Card Break"]


@pytest.mark.rule("SVC-24")
def test_there_are_six_shortcuts_and_todays_and_overdue_numbers():
	assert len(shown("shortcut")) == 6
	assert {"Repairs Reported Today", "My Open Matters", "Overdue Repairs", "Promised Date Passed"} <= set(
		shown("number_card")
	)


@pytest.mark.rule("SVC-24")
@pytest.mark.parametrize("name", shown("number_card"))
def test_a_card_counts_by_fields_and_states_of_its_doctype(name):
	card = load("number_card", name)
	doctype = load("doctype", card["document_type"])
	states = {
		state
		for field in doctype["fields"]
		if field["fieldname"] == "status"
		for state in field["options"].split("\n")
	}
	filters = json.loads(card["filters_json"]) + json.loads(card["dynamic_filters_json"])
	for of_doctype, fieldname, operator, value in filters:
		assert of_doctype == card["document_type"]
		assert fieldname in fields_of(of_doctype)
		if fieldname == "status":
			assert set(value if operator in ("in", "not in") else [value]) <= states
	# Frappe takes an empty date for one long past, so a comparison alone would count every ticket without a date.
	compared = {fieldname for _d, fieldname, operator, _v in filters if operator == "<"}
	assert compared <= {fieldname for _d, fieldname, operator, _v in filters if operator == "is"}


@pytest.mark.rule("SVC-24")
def test_lists_filter_by_fields_and_states_that_exist():
	for row in [*WORKSPACE["quick_lists"], *WORKSPACE["shortcuts"]]:
		for doctype, fieldname, _operator, _value in json.loads(
			row.get("quick_list_filter") or row.get("stats_filter") or "[]"
		):
			assert fieldname in fields_of(doctype)


@pytest.mark.rule("SVC-24")
def test_only_service_roles_see_it():
	roles = {row["role"] for row in WORKSPACE["roles"]}
	assert {"Front Desk Clerk", "Service Manager", "Technician"} <= roles
	assert "Cashier" not in roles
	for chart in shown("chart"):
		assert {row["role"] for row in load("dashboard_chart", chart)["roles"]} <= roles
	assert {row["role"] for row in load("dashboard_chart", "Repairs per Week")["roles"]} == roles


@pytest.mark.rule("SVC-24")
def test_the_counter_and_the_two_entries_a_clerk_makes_most_are_one_click_away():
	entries = {row["label"]: row["link_to"] for row in WORKSPACE["shortcuts"]}
	assert entries["Reception Counter"] == "reception-counter"
	assert {row["link_to"] for row in WORKSPACE["shortcuts"] if row["doc_view"] == "New"} == {
		"Repair Ticket",
		"Customer Complaint",
	}


@pytest.mark.rule("SVC-24")
def test_every_report_of_the_service_desk_is_linked():
	linked = {row["link_to"] for row in WORKSPACE["links"] if row.get("link_type") == "Report"}
	reports = {json.loads(path.read_text())["name"] for path in MODULE.glob("report/*/*.json")}
	assert {"Service Statistics", "Follow Up Register"} <= linked <= reports
