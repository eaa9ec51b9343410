"""What Frappe's own methods would write or tell past our documents' rules (SVC-09, SVC-18, ORG-02)."""

import json

import frappe
import pytest

from property_service import desk_doors, hooks
from tests import stores as line_of_stores
from tests.site import make, purchasing
from tests.site.repair_line import Line
from tests.site.rest import refusal

ASSIGN = "frappe.desk.form.assign_to"


@pytest.fixture
def line(cast, as_user):
	return Line(cast, as_user)


@pytest.fixture
def order(line, committed):
	name = line.dispatch(line.report())
	committed()
	return name


def attempts(client, doctype: str, name: str, user: str) -> dict:
	person = json.dumps([user])
	return {
		"add": client.call(f"{ASSIGN}.add", doctype=doctype, name=name, assign_to=person),
		"past the permission": client.call(
			f"{ASSIGN}.add", doctype=doctype, name=name, assign_to=person, ignore_permissions=1
		),
		"add_multiple": client.call(
			f"{ASSIGN}.add_multiple", doctype=doctype, name=json.dumps([name]), assign_to=person
		),
		"remove": client.call(f"{ASSIGN}.remove", doctype=doctype, name=name, assign_to=user),
		"remove unseen": client.call(
			f"{ASSIGN}.remove", doctype=doctype, name=name, assign_to="nobody", ignore_permissions=1
		),
		"remove_multiple": client.call(
			f"{ASSIGN}.remove_multiple", doctype=doctype, names=json.dumps([name])
		),
		"v2": client.request(
			"POST",
			f"/api/v2/method/{ASSIGN}.remove",
			json={"doctype": doctype, "name": name, "assign_to": "nobody"},
		),
	}


@pytest.mark.rule("SVC-09")
@pytest.mark.parametrize("person", ["clerk", "technician", "other_technician"])
def test_an_order_keeps_the_person_it_was_given_to(rest, order, cast, person):
	answers = attempts(rest(person), "Service Order", order, cast.user("second_technician"))
	assert {answer.status_code for answer in answers.values()} == {403}
	assert "SVC-09" in refusal(answers["remove"])
	frappe.db.rollback()
	assert frappe.db.get_value("Service Order", order, "assigned_to") == cast.employee("technician")


@pytest.mark.rule("SVC-18")
def test_a_follow_up_keeps_who_asks_the_customer(rest, line, cast, committed):
	ticket = line.completed(priority="Emergency")
	name = frappe.db.get_value("Follow Up", {"reference_name": ticket.name})
	committed()
	user = cast.user("technician")  # who did the work
	answers = attempts(rest("clerk"), "Follow Up", name, user)
	assert {answer.status_code for answer in answers.values()} == {403}
	own = rest("clerk").call(f"{ASSIGN}.close", doctype="Follow Up", name=name, assign_to=cast.user("clerk"))
	assert own.status_code == 403
	frappe.db.rollback()
	assert frappe.db.get_value("Follow Up", name, "assigned_to") == cast.user("clerk")


def test_other_documents_are_assigned_as_ever(rest, cast, committed):
	ticket = make.ticket()
	committed()
	client, user = rest("clerk"), cast.user("second_clerk")
	values = {"doctype": "Repair Ticket", "name": ticket.name}
	assert client.call(f"{ASSIGN}.add", **values, assign_to=json.dumps([user])).status_code == 200
	frappe.db.rollback()
	assert json.loads(frappe.db.get_value("Repair Ticket", ticket.name, "_assign")) == [user]
	assert client.call(f"{ASSIGN}.remove", **values, assign_to=user).status_code == 200
	frappe.db.rollback()
	assert not frappe.db.get_value("Repair Ticket", ticket.name, "_assign")


@pytest.mark.rule("ORG-02")
def test_a_residents_name_is_told_to_those_who_may_read_it(rest, committed):
	name = make.resident(resident_name="欧阳若兰").name
	committed()

	def title(person: str, doctype: str, docname: str) -> str:
		answer = rest(person).call("frappe.desk.search.get_link_title", doctype=doctype, docname=docname)
		return answer.json()["message"]

	assert title("clerk", "Resident", name) == "欧阳若兰"
	for person in ("technician", "resident"):
		assert title(person, "Resident", name) == name
	assert title("technician", "Country", "China") == "China"


def test_every_door_that_is_shut_is_there_to_be_shut():
	"""A method that Frappe renamed would stand open without a word."""
	for theirs, ours in hooks.override_whitelisted_methods.items():
		assert frappe.get_attr(theirs) in frappe.whitelisted
		assert frappe.get_attr(ours) in frappe.whitelisted


@pytest.mark.rule("Q-05")
class TestWhatIsSent:
	"""Frappe's own methods take for granted what they are sent."""

	@pytest.mark.parametrize(
		("doc", "status"),
		[
			("x", 417),
			("[1]", 417),
			("{}", 404),
			('{"doctype": "Nothing"}', 404),
			('{"doctype": {}}', 404),
			('{"doctype": "Repair Ticket\\u200b"}', 404),
			('{"doctype": "Repair Ticket", "name": {}}', 417),
			('{"doctype": "Repair Ticket", "name": "\\ud800"}', 417),
		],
	)
	def test_no_document(self, rest, doc, status):
		client = rest("clerk")
		for method, action in (
			("frappe.desk.form.save.savedocs", "Save"),
			("frappe.model.workflow.apply_workflow", "Dispatch"),
		):
			assert client.call(method, doc=doc, action=action).status_code == status, method

	def test_no_action(self, rest):
		doc = json.dumps({"doctype": "Reception Record"})
		answer = rest("clerk").call("frappe.desk.form.save.savedocs", doc=doc, action="Burn")
		assert answer.status_code == 417

	@pytest.mark.parametrize(
		("changed", "status"),
		[
			({"doctype": None}, 404),
			({"doctype": "Nothing"}, 404),
			({"name": {}}, 417),
			({"assign_to": None}, 417),
			({"assign_to": "x"}, 417),
			({"assign_to": "[1]"}, 417),
			({"description": {}}, 417),
			({"date": "Nonsense"}, 417),
		],
	)
	def test_no_assignment(self, rest, cast, committed, changed, status):
		ticket = make.ticket()
		committed()
		person = json.dumps([cast.user("clerk")])
		values = {"doctype": "Repair Ticket", "name": ticket.name, "assign_to": person, **changed}
		client = rest("clerk")
		assert client.call(f"{ASSIGN}.add", **values).status_code == status
		several = {**values, "name": changed.get("name", json.dumps([ticket.name]))}
		assert client.call(f"{ASSIGN}.add_multiple", **several).status_code == status


def bulk_doors(request: str, ticket: str) -> dict[str, tuple[str, dict]]:
	"""Method of Frappe's → who calls it, and with what."""
	step = {"doctype": "Material Request", "docnames": json.dumps([request]), "action": "Send to Finance"}
	edit = {"doctype": "Repair Ticket", "docnames": json.dumps([ticket]), "action": "update"}
	return {
		"frappe.model.workflow.bulk_workflow_approval": ("storekeeper", step),
		"frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs": (
			"clerk",
			{**edit, "data": json.dumps({"location": "四楼走廊"})},
		),
	}


@pytest.mark.rule("Q-05")
def test_no_link_takes_a_step_or_changes_many_documents(rest, stores, as_user, committed):
	request = purchasing.plan(stores, as_user, {"item_code": line_of_stores.item().name}).name
	ticket = make.ticket().name
	committed()

	def there() -> tuple:
		frappe.db.rollback()
		return (
			frappe.db.get_value("Material Request", request, "approval_state"),
			frappe.db.get_value("Repair Ticket", ticket, "location"),
		)

	before, doors = there(), bulk_doors(request, ticket)
	for method, (person, arguments) in doors.items():
		for route in ("/api/method/", "/api/v2/method/"):
			answer = rest(person).request("GET", f"{route}{method}", params=arguments)
			assert answer.status_code == 403, (method, answer.text[:300])
	assert there() == before
	for method, (person, arguments) in doors.items():
		assert rest(person).call(method, **arguments).status_code == 200
	assert there() == ("Pending Finance", "四楼走廊")


@pytest.mark.rule("Q-05")
@pytest.mark.parametrize("method", bulk_doors("", ""))
def test_what_commits_by_itself_takes_a_post_alone(method):
	function = frappe.get_attr(hooks.override_whitelisted_methods[method])
	assert frappe.allowed_http_methods_for_whitelisted_func[function] == ["POST"]


def test_kinds_that_the_database_numbers_are_chosen_too():
	assert desk_doors.names_in_list('[12, "A-1"]') == [12, "A-1"]


@pytest.mark.rule("Q-05")
def test_many_documents_are_named_one_by_one(rest, stores):
	for method, (person, arguments) in bulk_doors("none", "none").items():
		for wrong in ({"docnames": "{}"}, {"docnames": "[[1]]"}, {"doctype": "No Such Thing"}):
			answer = rest(person).call(method, **{**arguments, **wrong})
			assert answer.status_code in (404, 417), (method, wrong, answer.text[:300])
