"""Workflows as data: what Frappe would accept in silence and a user would find out later."""

import pytest

from tests.unit.definitions import (
	ERPNEXT_ROLES,
	PLATFORM_ACTIONS,
	PLATFORM_ROLES,
	PLATFORM_STATES,
	custom_fields,
	definitions,
	fixture_names,
	scrub,
)

WORKFLOWS = definitions("workflow")
DOCTYPES = {doctype["name"]: doctype for doctype in definitions("doctype").values()}

pytestmark = pytest.mark.parametrize("folder", WORKFLOWS)


def initial_state(workflow: dict) -> str:
	return workflow["states"][0]["state"]


def test_file_is_where_its_name_says(folder):
	assert scrub(WORKFLOWS[folder]["name"]) == folder


def test_initial_state_is_never_entered_again(folder):
	"""A transition back makes concurrent inserts deadlock on Frappe's Workflow Action table."""
	workflow = WORKFLOWS[folder]
	back = [t for t in workflow["transitions"] if t["next_state"] == initial_state(workflow)]
	assert back == []


def test_states_and_actions_are_installed(folder):
	workflow = WORKFLOWS[folder]
	used = {s["state"] for s in workflow["states"]}
	assert used <= fixture_names("workflow_state.json") | PLATFORM_STATES
	actions = {t["action"] for t in workflow["transitions"]}
	assert actions <= fixture_names("workflow_action_master.json") | PLATFORM_ACTIONS
	assert {t["state"] for t in workflow["transitions"]} | {
		t["next_state"] for t in workflow["transitions"]
	} <= used


def test_every_state_is_reached(folder):
	workflow = WORKFLOWS[folder]
	reached, grown = set(), {initial_state(workflow)}
	while grown != reached:
		reached = grown
		grown = reached | {t["next_state"] for t in workflow["transitions"] if t["state"] in reached}
	# Cancelling is a button of Frappe, not a transition
	assert {s["state"] for s in workflow["states"] if s["doc_status"] != "2"} == reached


def test_roles_exist(folder):
	workflow = WORKFLOWS[folder]
	roles = {s["allow_edit"] for s in workflow["states"]} | {t["allowed"] for t in workflow["transitions"]}
	of_erpnext = set() if workflow["document_type"] in DOCTYPES else ERPNEXT_ROLES
	assert roles <= fixture_names("role.json") | PLATFORM_ROLES | of_erpnext


def test_no_transition_is_there_twice(folder):
	keys = [
		(t["state"], t["action"], t["next_state"], t["allowed"]) for t in WORKFLOWS[folder]["transitions"]
	]
	assert len(keys) == len(set(keys))


def test_state_field_belongs_to_the_doctype(folder):
	"""Otherwise Frappe adds a custom field of its own."""
	workflow = WORKFLOWS[folder]
	doctype = workflow["document_type"]
	known = DOCTYPES[doctype]["fields"] if doctype in DOCTYPES else custom_fields()[doctype]
	fields = {field["fieldname"]: field for field in known}
	field = fields[workflow["workflow_state_field"]]
	if field["fieldtype"] == "Select":
		assert set(field["options"].split("\n")) - {""} == {s["state"] for s in workflow["states"]}
	else:
		assert (field["fieldtype"], field["options"]) == ("Link", "Workflow State")


def test_no_mail_with_links_that_act_without_a_login(folder):
	workflow = WORKFLOWS[folder]
	assert not workflow.get("send_email_alert")
	assert not any(state.get("send_email") for state in workflow["states"])
