"""The first days of a newcomer: steps and tours lead to what is there, and to what their reader may do."""

import json

import pytest

from tests.unit.definitions import definitions

ONBOARDINGS = {record["name"]: record for record in definitions("module_onboarding").values()}
STEPS = {record["name"]: record for record in definitions("onboarding_step").values()}
TOURS = {record["name"]: record for record in definitions("form_tour").values()}
DOCTYPES = {record["name"]: record for record in definitions("doctype").values()}
REPORTS = {record["name"]: record for record in definitions("report").values()}
WORKSPACES = definitions("workspace")
PAGES = set(definitions("page"))
# Lists and tools of the platform that a step opens.
ROUTES = {"data-import", "purchase-order"}


def shown() -> dict[str, dict]:
	"""Onboarding -> the workspace that shows it."""
	return {
		block["data"]["onboarding_name"]: workspace
		for workspace in WORKSPACES.values()
		for block in json.loads(workspace["content"])
		if block["type"] == "onboarding"
	}


def steps_of(onboarding: dict) -> list[dict]:
	return [STEPS[row["step"]] for row in onboarding["steps"]]


def test_each_is_shown_on_a_workspace_of_its_readers():
	places = shown()
	assert set(places) == set(ONBOARDINGS)
	for name, onboarding in ONBOARDINGS.items():
		readers = {row["role"] for row in onboarding["allow_roles"]}
		assert readers <= {row["role"] for row in places[name]["roles"]}


def test_clerk_storekeeper_and_accountant_have_one():
	readers = {row["role"] for onboarding in ONBOARDINGS.values() for row in onboarding["allow_roles"]}
	assert {"Front Desk Clerk", "Storekeeper", "Stores Accountant", "Service Manager"} <= readers


def test_no_step_and_no_tour_is_left_over():
	used = [row["step"] for onboarding in ONBOARDINGS.values() for row in onboarding["steps"]]
	assert sorted(used) == sorted(STEPS)
	assert {step["form_tour"] for step in STEPS.values() if step.get("form_tour")} == set(TOURS)


@pytest.mark.parametrize("onboarding", ONBOARDINGS.values(), ids=lambda record: record["name"])
def test_every_reader_may_take_every_step(onboarding):
	for step in steps_of(onboarding):
		doctype = DOCTYPES.get(step.get("reference_document"))
		if step["action"] == "Create Entry" and doctype:
			right = "submit" if doctype.get("is_submittable") else "create"
			able = {p["role"] for p in doctype["permissions"] if p.get(right) and p.get("create")}
		elif step["action"] == "View Report":
			able = {row["role"] for row in REPORTS[step["reference_report"]]["roles"]}
		else:
			continue
		assert {row["role"] for row in onboarding["allow_roles"]} <= able, step["name"]


@pytest.mark.parametrize("step", STEPS.values(), ids=lambda record: record["name"])
def test_a_step_leads_somewhere(step):
	assert step["title"] and step["description"] and step["action_label"]
	assert "\n" not in step["description"], "the desk translates it as one text"
	if step["action"] == "Go to Page":
		lists = {name.lower().replace(" ", "-") for name in DOCTYPES}
		assert step["path"] in lists | ROUTES | {page.replace("_", "-") for page in PAGES}
	elif step["action"] == "View Report":
		report = REPORTS[step["reference_report"]]
		assert (report["report_type"], report["ref_doctype"]) == (
			step["report_type"],
			step["report_reference_doctype"],
		)
	if step.get("form_tour"):
		assert TOURS[step["form_tour"]]["reference_doctype"] == step["reference_document"]


@pytest.mark.parametrize("tour", TOURS.values(), ids=lambda record: record["name"])
def test_a_tour_stops_at_fields_that_are_entered(tour):
	doctype = DOCTYPES.get(tour["reference_doctype"])
	if not doctype:
		assert tour["reference_doctype"] == "Material Request"
		return
	entered = {
		field["fieldname"]: field
		for field in doctype["fields"]
		if not (field.get("hidden") or field.get("read_only"))
	}
	for step in tour["steps"]:
		field = entered[step["fieldname"]]
		assert (step["label"], step["fieldtype"]) == (field["label"], field["fieldtype"])
		assert step["title"] and step["description"]
