"""The tests' own footing: people with exactly their roles, nothing left behind, a server that answers."""

import os
import subprocess
import sys

import frappe
import pytest

from tests.cast import PEOPLE, PORTAL_ONLY
from tests.site.rest import refusal


def note(text: str) -> str:
	return frappe.get_doc({"doctype": "ToDo", "description": text}).insert().name


@pytest.mark.parametrize("person", PEOPLE)
def test_people_hold_exactly_their_roles(cast, person):
	user = frappe.get_doc("User", cast.user(person))
	expected = {*PEOPLE[person][2], *([] if person in PORTAL_ONLY else ["Employee"])}
	assert {row.role for row in user.roles} == expected


def test_as_user_acts_and_comes_back(cast, as_user):
	with as_user("technician"):
		assert frappe.session.user == cast.user("technician")
		assert "Technician" in frappe.get_roles()
	assert frappe.session.user == "Administrator"


left_behind = []


@pytest.mark.parametrize("turn", [1, 2])
def test_nothing_survives_a_test(turn):
	assert not any(frappe.db.exists("ToDo", name) for name in left_behind)
	left_behind.append(note("to be rolled back"))
	frappe.db.commit()


def test_committed_data_is_seen_by_the_server_and_deleted(rest, committed, cast):
	name = note("seen by the server")
	frappe.db.set_value("ToDo", name, "allocated_to", cast.user("clerk"))
	committed()
	answer = rest("clerk").get("ToDo", name)
	assert answer.json()["data"]["description"] == "seen by the server"
	left_behind.append(name)


def test_committed_data_is_gone():
	assert not any(frappe.db.exists("ToDo", name) for name in left_behind)


def test_rest_acts_as_the_person(rest, cast):
	assert rest("clerk").call("frappe.auth.get_logged_user").json()["message"] == cast.user("clerk")
	answer = rest("Guest").call("frappe.client.get_count", doctype="User")
	assert answer.status_code == 403
	assert refusal(answer)


def test_statements_are_counted(count_sql):
	with count_sql() as count:
		frappe.db.sql("select 1")
		frappe.qb.from_("ToDo").select("name").limit(1).run()
	assert len(count) == 2


@pytest.mark.parametrize("tier", ["bench", "faults"])
def test_tiers_that_run_by_themselves_have_all_that_they_ask_for(tier):
	"""Nobody runs them every day: what they import and the fixtures they name are looked up here, nothing is carried out."""
	checkout = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
	planned = subprocess.run(
		[sys.executable, "-m", "pytest", "--setup-plan", "-q", "-p", "no:cacheprovider", f"tests/{tier}"],
		cwd=checkout,
		capture_output=True,
		text=True,
		timeout=120,
	)
	assert planned.returncode == 0, planned.stdout[-2000:]
	assert "no tests ran" in planned.stdout
